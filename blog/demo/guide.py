"""What a demo guide is made of. The functions stand for blocks, so that a guide reads from top to bottom."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from blog.models import Block, Figure, KeyFact, ProductPick, Question, RichText, Source

KindAndFields = tuple[type[Block], dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Guide:
    """A guide as data. `picture` is a file in `pictures/`; `blocks` are kinds of block with their fields, in order."""

    title: str
    slug: str
    summary: str
    picture: str
    picture_alt: str
    publish_at: datetime
    updated_at: datetime
    is_featured: bool = False
    blocks: list[KindAndFields]


def text(html: str) -> KindAndFields:
    return RichText, {"text": html.strip()}


def drawing(name: str, *, caption: str) -> KindAndFields:
    return Figure, {"drawing": name, "caption": caption}


def pick(product: str, *, why: str, not_for: str) -> KindAndFields:
    """`product` is a title; a shop that does not sell it gets the guide without this pick."""
    return ProductPick, {"product": product, "why": why, "not_for": not_for}


def fact(term: str, fact: str) -> KindAndFields:
    return KeyFact, {"term": term, "fact": fact}


def question(question: str, *, answer: str) -> KindAndFields:
    return Question, {"question": question, "answer": f"<p>{answer}</p>"}


def source(publisher: str, title: str, url: str) -> KindAndFields:
    return Source, {"publisher": publisher, "title": title, "url": url}
