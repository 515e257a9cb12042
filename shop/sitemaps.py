"""What the sitemap is made of besides records, which django.contrib.sitemaps lists by itself."""

from django.contrib.sitemaps import Sitemap
from django.urls import reverse


class PageSitemap(Sitemap):
    """Pages that are no record, by the names of their URLs."""

    def __init__(self, *names: str) -> None:
        self.names = names

    def items(self) -> tuple[str, ...]:
        return self.names

    def location(self, item: str) -> str:
        return reverse(item)
