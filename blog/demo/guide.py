"""What a demo guide is made of. The functions stand for blocks, so that a guide reads from top to bottom."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from blog.models import Block, Figure, KeyFact, ProductPick, Question, RichText, Source
from shop.pictures.focus import Focus

KindAndFields = tuple[type[Block], dict[str, Any]]


class TopicData(NamedTuple):
    """A topic as data; `slug` names it for good."""

    slug: str
    title: str
    sentence: str


TEXTURE = TopicData(
    "texture-and-scars",
    "Texture and scars",
    "What pits, marks and scars are, and how far anything can change their look.",
)
SUN = TopicData("sun", "Sun", "Daylight and skin that is healing: how much to put on, how often, and what shade does.")
HABITS = TopicData("habits", "Habits", "Small changes around the mirror that leave your skin less to repair.")


@dataclass(frozen=True, kw_only=True)
class Guide:
    """A guide as data. `picture` is a file in `pictures/`; `blocks` are kinds of block with their fields, in order."""

    title: str
    slug: str
    summary: str
    picture: str
    picture_alt: str
    picture_focus: str = Focus.CENTER
    publish_at: datetime
    updated_at: datetime
    next_review_on: date
    topics: list[TopicData]
    is_featured: bool = False
    blocks: list[KindAndFields]


def text(html: str) -> KindAndFields:
    return RichText, {"text": html.strip()}


def drawing(name: str, *, caption: str) -> KindAndFields:
    return Figure, {"drawing": name, "caption": caption}


def pick(product: str, *, why: str, not_for: str, substitute: str | None = None, **fields: Any) -> KindAndFields:
    """`product` and `substitute` are titles; a shop that does not sell the first gets the guide without this pick."""
    return ProductPick, {"product": product, "substitute": substitute, "why": why, "not_for": not_for, **fields}


def fact(term: str, fact: str) -> KindAndFields:
    return KeyFact, {"term": term, "fact": fact}


def question(question: str, *, answer: str) -> KindAndFields:
    return Question, {"question": question, "answer": f"<p>{answer}</p>"}


def source(publisher: str, title: str, url: str) -> KindAndFields:
    return Source, {"publisher": publisher, "title": title, "url": url}
