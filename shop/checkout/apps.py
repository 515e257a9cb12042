from django.urls import path
from oscar.apps.checkout import apps


class CheckoutConfig(apps.CheckoutConfig):
    """One page instead of Oscar's six, and the pages around Stripe's."""

    name = "shop.checkout"

    def ready(self) -> None:
        """Oscar's views are not ours: nothing of theirs is loaded."""

    def get_urls(self) -> list:
        from shop.checkout import views  # models are ready by now, not when this module is read

        urls = [
            path("", views.IndexView.as_view(), name="index"),
            path("return/", views.payment_return, name="return"),
            path("unpaid/<uuid:attempt_id>/", views.UnpaidView.as_view(), name="unpaid"),
            path("thank-you/<str:number>/", views.thank_you, name="thank-you"),
        ]
        return self.post_process_urls(urls)
