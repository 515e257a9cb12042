from django.apps import AppConfig


class SignInsConfig(AppConfig):
    name = "shop.customer.sign_ins"
    label = "sign_ins"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from shop.customer.sign_ins import places  # noqa: F401  (it hears of sign-ins)
