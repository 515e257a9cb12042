"""The guide as the other pages see it."""

from typing import Any

from django import template
from django.db.models import QuerySet

from blog.models import Post, ProductPick
from shop.shared_pages.versions import versions

MOST_FOR_CATEGORY = 4  # two rows of two

register = template.Library()


@register.simple_tag
def guides_for(product: Any) -> list[ProductPick]:
    """The first pick of `product` in each guide that recommends it, the newest guide first.

    Every pick has its guide as `post` and the sentence that recommends as `why`. A variant counts as its parent.
    """
    first_picks: dict[int, ProductPick] = {}
    for pick in ProductPick.objects.recommending(product):
        first_picks.setdefault(pick.post.pk, pick)
    return list(first_picks.values())


@register.simple_tag
def guides_for_category(category: Any) -> list[Post]:
    """Guides that recommend something of this category or of one below it: the first of the index, four at most."""
    guides = Post.objects.published().recommending_from(category).featured_first()[:MOST_FOR_CATEGORY]
    return versions.keep(("guides for", category.pk), lambda: list(guides))


@register.simple_tag
def latest_guides(number: int) -> QuerySet[Post]:
    """The first `number` guides of the index: what editors put first, then the newest."""
    return Post.objects.published().featured_first()[:number]
