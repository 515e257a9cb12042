from django.urls import path
from oscar.apps.basket import apps
from oscar.core.loading import get_class


class BasketConfig(apps.BasketConfig):
    name = "shop.basket"

    def ready(self):
        super().ready()
        self.mini_view = get_class("basket.views", "MiniBasketView")

    def get_urls(self):
        return [*super().get_urls(), *self.post_process_urls([path("mini/", self.mini_view.as_view(), name="mini")])]
