from django.apps import apps as installed
from oscar.apps.dashboard import apps


class DashboardConfig(apps.DashboardConfig):
    name = "shop.dashboard"

    def get_urls(self):
        from shop.dashboard.lists import IN_PLACE_OF  # views, which need models

        for (app, name), view in IN_PLACE_OF.items():
            setattr(installed.get_app_config(app), name, view)
        return super().get_urls()
