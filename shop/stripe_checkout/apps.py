from django.apps import AppConfig


class StripeCheckoutConfig(AppConfig):
    name = "shop.stripe_checkout"
    label = "stripe_checkout"
    verbose_name = "Payments"
    default_auto_field = "django.db.models.BigAutoField"
