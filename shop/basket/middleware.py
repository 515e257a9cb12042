from oscar.apps.basket import middleware


class BasketMiddleware(middleware.BasketMiddleware):
    def get_basket(self, request):
        """Tells the strategy whose basket it prices, so that stock held for it still counts as free for it."""
        basket = super().get_basket(request)
        request.strategy.basket = basket
        return basket
