"""Oscar's root: which of its URLs the shop mounts."""

from oscar import config


class Shop(config.Shop):
    """Oscar's own map without its home page: ours is mounted in shop.urls."""

    def get_urls(self):
        return [url for url in super().get_urls() if getattr(url, "name", None) != "home"]
