"""Puts the demo guides into the database, once."""

from pathlib import Path
from typing import Any

from django.core.files import File
from django.db import transaction
from django.db.models import Q
from oscar.core.loading import get_model

from blog import cards
from blog.demo import picking, pockmarks, sunscreen
from blog.demo.guide import Guide, TopicData
from blog.models import Author, Post, ProductPick, Topic

PICTURES = Path(__file__).parent / "pictures"
GUIDES = (sunscreen.GUIDE, pockmarks.GUIDE, picking.GUIDE)

Product = get_model("catalogue", "Product")


@transaction.atomic
def load() -> list[Post]:
    """Write the guides that are missing, and return them. One whose slug exists is left alone, edits and all."""
    author, _ = Author.objects.get_or_create(
        slug="editors",
        defaults={
            "name": "The Modern Gentlemen editors",
            "is_team": True,
            "about": "We write the guides and answer the mail. What we sell is marked, every time.",
        },
    )
    written = set(Post.objects.values_list("slug", flat=True))
    return [_write(guide, author) for guide in GUIDES if guide.slug not in written]


def _write(guide: Guide, author: Author) -> Post:
    post = Post(
        title=guide.title,
        slug=guide.slug,
        summary=guide.summary,
        hero_alt=guide.picture_alt,
        hero_focus=guide.picture_focus,
        author=author,
        status=Post.Status.PUBLISHED,
        publish_at=guide.publish_at,
        updated_at=guide.updated_at,
        next_review_on=guide.next_review_on,
        is_featured=guide.is_featured,
    )
    with (PICTURES / guide.picture).open("rb") as picture:
        post.hero.save(guide.picture, File(picture), save=False)
        post.save()
    post.topics.set([_topic(data) for data in guide.topics])
    _write_blocks(post, guide)
    post.measure()
    cards.ask_for(post)
    return post


def _topic(data: TopicData) -> Topic:
    found = Topic.objects.filter(Q(slug=data.slug) | Q(title=data.title)).first()
    return found or Topic.objects.create(**data._asdict())


def _write_blocks(post: Post, guide: Guide) -> None:
    for ordering, (kind, fields) in enumerate(guide.blocks):
        if kind is ProductPick:
            product, substitute = (_sold(fields[name]) for name in ("product", "substitute"))
            if product is None:  # a shop that does not sell it has nothing to recommend
                continue
            fields = fields | {"product": product, "substitute": substitute}
        kind._default_manager.create(parent=post, ordering=10 * ordering, **fields)


def _sold(title: str | None) -> Any | None:
    return Product.objects.browsable().filter(title=title).first()
