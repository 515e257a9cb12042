from django.urls import path
from oscar.apps.catalogue import apps
from oscar.core.loading import get_class


class CatalogueConfig(apps.CatalogueConfig):
    name = "shop.catalogue"

    def ready(self) -> None:
        super().ready()
        self.shelf_view = get_class("catalogue.views", "ShelfView")

    def get_urls(self) -> list:
        return [path("shelf/", self.shelf_view.as_view(), name="shelf"), *super().get_urls()]
