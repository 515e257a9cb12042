from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class BlogConfig(AppConfig):
    name = "blog"
    verbose_name = "Guide"
    default_auto_field = "django.db.models.BigAutoField"
    # What looks as if it were about customers, and is not (shop.customer.personal_data).
    not_of_customers = {"blog.Post": "Written by editors; its JSON names the files of its social cards."}

    def ready(self) -> None:
        import_module("blog.forwarding").follow_all()
        import_module("blog.history")  # where django-reversion hears which models have one
        post_migrate.connect(import_module("blog.groups").make_groups, sender=self)
