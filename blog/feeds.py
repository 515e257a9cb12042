import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import Prefetch, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _
from django.utils.xmlutils import SimplerXMLGenerator

from blog.body import links_to_shop
from blog.models import BLOCKS, Post, ProductPick, Source
from shop.communication.templatetags.full_url import full_url
from shop.feeds.xml import sayable

LATEST = 20
OURS = re.compile(r'(<[^<>]*\s(?:href|src)=")(#|/(?!/))')  # an address without a host, in the tag that holds it


class FullTextFeed(Atom1Feed):
    """Atom with whole texts (https://www.rfc-editor.org/rfc/rfc4287#section-4.1.3)."""

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})


class Guides(Feed[Post, Any]):
    """The newest twenty guides, as Atom, whole and with their pictures."""

    feed_type = FullTextFeed
    title = _("Guides – The Modern Gentlemen")
    subtitle = _("What helps, what does not, and what only a doctor can do.")

    def link(self) -> str:
        return full_url(reverse("blog:index"))

    def feed_url(self) -> str:
        return full_url(reverse("blog:feed"))

    def items(self) -> QuerySet[Post]:
        whole = [
            Prefetch(f"{kind.__name__.lower()}_set", kind.get_queryset()) for kind in BLOCKS if kind is not ProductPick
        ]
        picks = Prefetch("productpick_set", ProductPick.get_queryset().select_related("product"))
        posts = Post.objects.published().select_related("author")
        return posts.prefetch_related("topics", picks, *whole)[:LATEST]

    def item_title(self, item: Post) -> str:
        return sayable(item.title)

    def item_link(self, item: Post) -> str:
        return full_url(item.get_absolute_url())

    def item_guid(self, item: Post) -> str:
        """A tag URI (RFC 4151): the same when the address of the guide changes, so that nobody gets it twice."""
        return f"tag:{urlsplit(settings.SITE_URL).hostname},{item.created_at:%Y-%m-%d}:guide/{item.pk}"

    def item_description(self, item: Post) -> str:
        return escape(sayable(item.summary))  # Atom1Feed calls it HTML

    def item_author_name(self, item: Post) -> str:
        return sayable(item.author.name)

    def item_author_link(self, item: Post) -> str:
        return full_url(item.author.get_absolute_url())

    def item_categories(self, item: Post) -> list[str]:
        return [sayable(topic.title) for topic in item.topics.all()]

    def item_pubdate(self, item: Post) -> datetime | None:
        return item.publish_at

    def item_updateddate(self, item: Post) -> datetime:
        return item.changed_at

    def item_extra_kwargs(self, item: Post) -> dict[str, Any]:
        return {"content": _whole(item)}


def _whole(post: Post) -> str:
    """The guide as HTML whose addresses are good outside our site."""
    numbered = list(_numbered(post))
    blocks = [block for _kind, block, _number in numbered]
    sells = any(isinstance(block, ProductPick) for block in blocks) or links_to_shop(blocks)
    html = render_to_string("blog/feed/entry.html", {"post": post, "blocks": numbered, "sells": sells})
    page = full_url(post.get_absolute_url())
    absolute = OURS.sub(lambda found: f"{found[1]}{full_url('/') if found[2] == '/' else f'{page}#'}", html)
    return sayable(absolute)


def _numbered(post: Post) -> Iterator[tuple[str, Any, int | None]]:
    """Kind, block and, of a source, its number; in the order in which they are read."""
    blocks = [block for kind in BLOCKS for block in getattr(post, f"{kind.__name__.lower()}_set").all()]
    number = 0
    for block in sorted(blocks, key=lambda block: block.ordering):
        is_source = isinstance(block, Source)
        number += is_source
        yield str(block._meta.model_name), block, number if is_source else None
