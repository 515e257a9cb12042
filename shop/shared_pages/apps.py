from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SharedPagesConfig(AppConfig):
    name = "shop.shared_pages"
    label = "shared_pages"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from shop.shared_pages.watching import watch

        post_migrate.connect(watch, sender=self, dispatch_uid="shop.shared_pages")
