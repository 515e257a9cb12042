from datetime import datetime
from typing import Any

from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from blog.models import Post


class Guides(Feed[Post, Any]):
    """The newest twenty guides, as Atom."""

    feed_type = Atom1Feed
    title = "Guides – The Modern Gentlemen"
    subtitle = "What helps, what does not, and what only a doctor can do."
    link = reverse_lazy("blog:index")

    def items(self) -> QuerySet[Post]:
        return Post.objects.published().select_related("author")[:20]

    def item_title(self, item: Post) -> str:
        return item.title

    def item_description(self, item: Post) -> str:
        return escape(item.summary)  # Atom1Feed calls it HTML

    def item_author_name(self, item: Post) -> str:
        return item.author.name

    def item_pubdate(self, item: Post) -> datetime | None:
        return item.publish_at

    def item_updateddate(self, item: Post) -> datetime:
        return item.changed_at
