"""The guides to which a guide leads on: those before and after it, and those that have something in common with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from blog.models import Post, Topic

MOST_RELATED = 4  # two rows of two


@dataclass(frozen=True)
class Companions:
    """What everybody may read besides a guide. The related ones come nearest first."""

    previous: Post | None
    next: Post | None
    related: list[Post]


def companions_of(post: Post, *, topics: Sequence[Topic], products: Sequence[Any]) -> Companions:
    """All of them in one query, however many guides there are. `topics` and `products` are those of the guide."""
    if post.pk is None:
        return Companions(None, None, [])
    out = Post.objects.published()
    nearest = [keys.values("pk")[:1] for keys in (out.before(post), out.after(post))]
    others = out.exclude(pk=post.pk)
    related = others.related_by(topics=topics, products=products).values("pk")[:MOST_RELATED]
    first, *more = (Post.objects.filter(pk__in=keys).order_by().values("pk") for keys in (*nearest, related))
    wanted = first.union(*more)  # with an OR, PostgreSQL reads all guides there are
    found = list(out.with_kinship(topics=topics, products=products).filter(pk__in=wanted))
    akin = sorted((other for other in found if other.kinship), key=_nearness, reverse=True)
    return Companions(*_neighbors(post, found), akin[:MOST_RELATED])


def _neighbors(post: Post, found: list[Post]) -> tuple[Post | None, Post | None]:
    if post.publish_at is None:
        return None, None
    before = [other for other in found if _place(other) < _place(post)]
    after = [other for other in found if _place(other) > _place(post)]
    return max(before, key=_place, default=None), min(after, key=_place, default=None)


def _place(post: Post) -> tuple[Any, int]:
    return post.publish_at, post.pk


def _nearness(post: Post) -> tuple[Any, ...]:
    return post.kinship, *_place(post)
