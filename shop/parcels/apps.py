from django.apps import AppConfig


class ParcelsConfig(AppConfig):
    name = "shop.parcels"
    label = "parcels"
