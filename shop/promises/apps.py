from django.apps import AppConfig


class PromisesConfig(AppConfig):
    name = "shop.promises"

    def ready(self) -> None:
        from shop.promises import secure_checkout  # noqa: F401  (its check registers itself)
