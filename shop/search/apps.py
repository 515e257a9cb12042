from django.db.models.signals import post_migrate
from django.urls import path
from oscar.apps.search import apps
from oscar.core.loading import get_class


class SearchConfig(apps.SearchConfig):
    name = "shop.search"

    def ready(self) -> None:
        super().ready()
        from shop.search import following

        self.suggestions_view = get_class("search.views", "SuggestionsView")
        following.follow_all()
        post_migrate.connect(following.fill_if_empty, sender=self)

    def get_urls(self) -> list:
        return [path("suggestions/", self.suggestions_view.as_view(), name="suggestions"), *super().get_urls()]
