from functools import partial

from django.conf import settings
from oscar.apps.basket import middleware


class BasketMiddleware(middleware.BasketMiddleware):
    def __call__(self, request):
        if request.path_info in settings.HEALTH_PATHS:
            return self.get_response(request)
        request.count_basket_items = partial(self.count_items, request)
        response = super().__call__(request)
        if kept := response.cookies.get(settings.OSCAR_BASKET_COOKIE_OPEN):
            kept["samesite"] = "Lax"  # of which Oscar knows nothing
        return response

    def count_items(self, request):
        """How many items the basket holds, for the header of every page: its lines are not loaded, nor priced."""
        return self.get_basket(request).count_items()

    def get_basket(self, request):
        """Tells the strategy whose basket it prices, so that stock held for it still counts as free for it."""
        basket = super().get_basket(request)
        request.strategy.basket = basket
        return basket
