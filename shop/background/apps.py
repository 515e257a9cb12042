from django.apps import AppConfig


class BackgroundConfig(AppConfig):
    name = "shop.background"
    label = "background"
    verbose_name = "Background work"

    def ready(self) -> None:
        from shop.background import origin, schedule  # noqa: F401  (they listen)
