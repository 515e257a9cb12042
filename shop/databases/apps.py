from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class DatabasesConfig(AppConfig):
    name = "shop.databases"
    label = "databases"
    verbose_name = "Databases"

    def ready(self) -> None:
        from shop.databases.planning import keep_planning

        # Django tells of apps with models only, of each of them; once is enough.
        post_migrate.connect(keep_planning, sender=apps.get_app_config("contenttypes"))
