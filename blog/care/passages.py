"""The prose of a guide as a check reads it: headings, paragraphs and items of lists, one after the other."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

TAGS = {"h2", "h3", "p", "li", "td", "th"}
LEVELS = {"h2": 2, "h3": 3}


@dataclass
class Passage:
    """One heading, paragraph or item: its words, and the addresses that it links to. `level` is 0 but for headings."""

    level: int = 0
    text: str = ""
    links: list[str] = field(default_factory=list)


def passages(html: str) -> list[Passage]:
    """Those of the cleaned `html` of a ProseField, without the empty ones; an empty heading stays, for it shows."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    for passage in reader.passages:
        passage.text = " ".join(passage.text.split())
    return [passage for passage in reader.passages if passage.text or passage.links or passage.level]


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?…])\s+", text)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.passages: list[Passage] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in TAGS:
            self.passages.append(Passage(LEVELS.get(tag, 0)))
        address = dict(attrs).get("href") if tag == "a" else None
        if address:
            self._last.links.append(address)

    def handle_endtag(self, tag: str) -> None:
        if tag in TAGS:  # what follows belongs to no passage of its own: a new one begins
            self.passages.append(Passage())

    def handle_data(self, data: str) -> None:
        self._last.text += data

    @property
    def _last(self) -> Passage:
        if not self.passages:
            self.passages.append(Passage())
        return self.passages[-1]
