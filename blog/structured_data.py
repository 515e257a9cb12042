"""What pages of the guide tell machines, as shop.structured_data puts it into one graph a page.

Which fields Google reads: https://developers.google.com/search/docs/appearance/structured-data/article and
https://developers.google.com/search/docs/appearance/structured-data/profile-page
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone

from blog.body import Body
from blog.cards import shapes_of
from blog.models import Author, Post, Source, Topic
from shop.communication.templatetags.full_url import full_url
from shop.structured_data.graph import Node, known, reference
from shop.structured_data.organization import organization
from shop.structured_data.places import web_page


def guide_nodes(post: Post, *, body: Body, topics: Sequence[Topic]) -> list[Node]:
    """The article and its page. It asks the database for nothing that the page has not read."""
    page = full_url(post.get_absolute_url())
    article = {
        "@type": "BlogPosting",
        "@id": f"{page}#article",
        "headline": post.title,
        "description": post.summary,
        "author": author_node(post.author),
        "publisher": reference(organization()),
        "datePublished": _moment(post.publish_at),
        "dateModified": _moment(post.changed_at),
        "mainEntityOfPage": {"@id": page},
        "inLanguage": settings.LANGUAGE_CODE,
        "timeRequired": f"PT{post.reading_minutes}M",
    } | known(image=_pictures(post), articleSection=[topic.title for topic in topics], citation=_citations(body))
    reviewer = author_node(post.reviewed_by) if post.reviewed_by else None
    whole_page = web_page(page, name=post.title) | known(reviewedBy=reviewer, lastReviewed=post.reviewed_on)
    return [article, whole_page]


def author_node(author: Author) -> Node:
    page = full_url(author.get_absolute_url())
    return {
        "@type": "Organization" if author.is_team else "Person",
        "@id": f"{page}#author",
        "name": author.name,
        "url": page,
    } | known(description=author.about, hasCredential=_credential(author.credentials))


def author_page(author: Author) -> list[Node]:
    node = author_node(author)
    page = web_page(node["url"], name=author.name, kind="ProfilePage")
    return [page | {"mainEntity": reference(node)}, node]


def _credential(words: str) -> Node | None:
    return {"@type": "EducationalOccupationalCredential", "name": words} if words else None


def _moment(moment: Any) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds")


def _pictures(post: Post) -> list[str]:
    """In three shapes, so that each search result finds its own; as it is, until these are drawn."""
    if not post.hero:
        return []
    return [full_url(path) for path in shapes_of(post) or [post.hero.url]]


def _citations(body: Body) -> list[Node]:
    return [
        {
            "@type": "WebPage",
            "name": source.title,
            "url": source.url,
            "publisher": {"@type": "Organization", "name": source.publisher},
        }
        for group in body.groups
        for source in group.blocks
        if isinstance(source, Source)
    ]
