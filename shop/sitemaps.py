"""The sitemap: an index, and a file for each kind of page, with the pictures on it and the day of its last change.

https://www.sitemaps.org/protocol.html, https://developers.google.com/search/docs/crawling-indexing/sitemaps/image-sitemaps
"""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import sitemaps
from django.contrib.sitemaps.views import SitemapIndexItem, x_robots_tag
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from shop.communication.templatetags.full_url import full_url

MOST_IMAGES = 1000  # of one page, as Google takes them


class Sitemap(sitemaps.Sitemap):
    """Pages at the shop's one address, whatever host the request came by."""

    limit = 5000  # of one file: as much as is made in a second or two; more are allowed

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_URL).netloc

    def images(self, item: Any) -> Iterable[str]:
        """Addresses of the pictures on the page of `item`, as the storage gives them."""
        return ()

    def get_urls(self, page: int | str = 1, site: Any = None, protocol: str | None = None) -> list[dict[str, Any]]:
        urls = super().get_urls(page, site, protocol)
        for url in urls:
            url["images"] = [full_url(image) for image in self.images(url["item"])][:MOST_IMAGES]
        return urls


class PageSitemap(Sitemap):
    """Pages that are no record, by the names of their URLs."""

    def __init__(self, *names: str) -> None:
        self.names = names

    def items(self) -> tuple[str, ...]:
        return self.names

    def location(self, item: str) -> str:
        return reverse(item)


class RecordSitemap(Sitemap):
    """Pages of records. `images` gives the pictures of one; `changed` is the field that says when it last changed."""

    def __init__(
        self, queryset: QuerySet, *, changed: str | None = None, images: Callable[[Any], Iterable[str]] | None = None
    ) -> None:
        self.queryset = queryset
        self.changed = changed
        self._images = images

    def items(self) -> QuerySet:
        return self.queryset.filter()  # a new one for each request

    def lastmod(self, item: Any) -> Any:
        return getattr(item, self.changed) if self.changed else None

    def get_latest_lastmod(self) -> Any:
        return self.queryset.aggregate(last=Max(self.changed))["last"] if self.changed else None

    def images(self, item: Any) -> Iterable[str]:
        return self._images(item) if self._images else ()


def product_images(product: Any) -> list[str]:
    return [image.original.url for image in product.images.all()]


@x_robots_tag
def index(request: HttpRequest, sections: dict[str, Any]) -> HttpResponse:
    """The index. A section of many pages has several files."""
    files = [
        SitemapIndexItem(f"{full_url(reverse('sitemap', args=[name]))}{query}", last)
        for name, section in sections.items()
        for site in [section() if isinstance(section, type) else section]
        for last in [site.get_latest_lastmod()]
        for query in ["", *(f"?p={page}" for page in range(2, site.paginator.num_pages + 1))]
    ]
    return TemplateResponse(request, "sitemap_index.xml", {"sitemaps": files}, content_type="application/xml")
