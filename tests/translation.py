"""Templates as a translator sees them: what they mark for translation, and what they leave in English. And a
translation of them that no translator wrote.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from django.conf import settings
from django.template.base import Lexer, Token, TokenType
from django.utils.translation.template import templatize

TEMPLATES = settings.BASE_DIR / "templates"
STAFF_READ = (
    "admin/",
    "order/",
    "oscar/communication/emails/commtype_staff_",
    "oscar/communication/emails/staff_letter.html",
    "oscar/dashboard/",
    "stripe_checkout/",
    "styleguide/",
)
MACHINES_READ = ("pipeline/", "robots.txt")

LETTER = re.compile(r"[^\W\d_]")
NAMES = {"The Modern Gentlemen", "Stripe"}  # the same in every language
ATTRIBUTES = {"alt", "aria-description", "aria-label", "label", "placeholder", "title"}  # people read or hear them
META = re.compile(r"(?:description|title|alt)$")  # of these metas people read the content, where others quote us
BUTTONS = {"button", "reset", "submit"}
# What a component takes that is no text. Every other argument is.
FOR_MACHINES = {"anchor", "heading", "icon", "modifier", "name", "place", "sizes", "default_sizes", "type"}
# A literal is shown where it is the whole of an expression, or where one of these filters puts it in.
SHOWING = {"add", "date", "default", "default_if_none", "join", "pluralize", "time", "yesno"}
LITERAL = re.compile(r"""(?P<before>_\(|\|\w+:|)(?P<quote>["'])(?P<text>.*?)(?P=quote)""")
FORMAT = re.compile(r"[A-Z_]+_FORMAT|Y-m-d|c")  # of dates: a name, of which each language has its own; or for machines
PUNCTUATION = " –,.:"
TAG = "\f"  # stands in a page for a tag of the template: HTML takes it for a space, and no text holds it


def shopper_templates() -> list[str]:
    """Paths under templates/ of all that shoppers and readers see, letters too."""
    files = [file for file in TEMPLATES.rglob("*") if file.suffix in {".html", ".txt"}]
    names = sorted(file.relative_to(TEMPLATES).as_posix() for file in files)
    return [name for name in names if not name.startswith(STAFF_READ + MACHINES_READ)]


def messages(source: str) -> Iterator[tuple[str | None, tuple[str, ...]]]:
    """Each context and message (with its plural, where it counts something) that a template marks for translation."""
    # What templatize makes is for xgettext, which does not mind lines that are indented at random.
    python = "\n".join(line.strip() for line in templatize(source).splitlines())
    for _line, message, _comments, context in extract("python", BytesIO(python.encode())):
        yield context, (message,) if isinstance(message, str) else message


def untranslated(source: str, *, html: bool = True) -> list[tuple[int, str]]:
    """Line and text of all that stays English in this template, whatever the language."""
    page, found = _page(source)
    if html:
        reader = _Reader()
        reader.feed(page)
        reader.close()
        found += reader.read
    else:
        found += enumerate(page.split("\n"), start=1)
    texts = [(line, " ".join(part.split())) for line, text in found for part in text.split(TAG)]
    return sorted((line, text) for line, text in texts if LETTER.search(text) and text.strip(PUNCTUATION) not in NAMES)


def write_arabic(folder: Path) -> None:
    """Write to `folder` a catalogue of Arabic in which every message of our templates is longer than in English, as
    in most languages, and easy to know.
    """
    catalogue = Catalog(locale="ar")
    for name in shopper_templates():
        for context, texts in messages((TEMPLATES / name).read_text()):
            arabic = _in_arabic(texts[-1])
            counts = len(texts) > 1
            message, said = (texts, [arabic] * catalogue.num_plurals) if counts else (texts[0], arabic)
            catalogue.add(message, said, context=context)
    folder = folder / "ar/LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "django.mo").open("wb") as file:
        write_mo(file, catalogue)


def _in_arabic(text: str) -> str:
    return f"⟦{text}{' كلام' * (1 + len(text) // 16)}⟧"


def _page(source: str) -> tuple[str, list[tuple[int, str]]]:
    """The template as a page, line by line, without what it is given and what is translated; and the literals that
    its tags hand to components.
    """
    page, handed = "", []
    end = None
    for token in Lexer(source).tokenize():
        tag = token.contents.split(" ")[0] if token.token_type == TokenType.BLOCK else None
        if end:
            page += "\n" * token.contents.count("\n")
            end = None if tag == end else end
        elif tag in {"blocktranslate", "comment"}:
            end = f"end{tag}"
        elif tag:
            page += TAG
            handed += [(token.lineno, text) for text in _handed(tag, token)]
        elif token.token_type == TokenType.VAR:
            page += "".join(_shown(token.contents))
        elif token.token_type == TokenType.TEXT:
            page += token.contents
    return page, handed


def _handed(tag: str, token: Token) -> Iterator[str]:
    for bit in token.split_contents()[1:]:
        name, value = re.fullmatch(r"(?:([\w-]+)=)?(.*)", bit).groups()
        for text in _shown(value):
            is_argument = tag == "include" and name and name not in FOR_MACHINES
            is_sentence = tag == "with" and name not in FOR_MACHINES and re.search(r"\s|[A-Z]", text)
            if is_argument or is_sentence or name in ATTRIBUTES:
                yield text


def _shown(expression: str) -> Iterator[str]:
    """The literals that an expression shows as they are."""
    for literal in LITERAL.finditer(expression):
        before, text = literal["before"], literal["text"]
        if (not before or before[1:-1] in SHOWING) and not FORMAT.fullmatch(text):
            yield text
    if re.search(r"\|pluralize(?!:)", expression):
        yield "s"


class _Reader(HTMLParser):
    """Keeps what people read or hear of a page, with its line."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[tuple[int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        told = [value for name, value in given.items() if name in ATTRIBUTES]
        if tag == "meta" and META.search(given.get("name") or given.get("property") or ""):
            told.append(given.get("content", ""))
        if tag == "input" and given.get("type") in BUTTONS:
            told.append(given.get("value", ""))
        self.read += [(self.getpos()[0], text) for text in told]

    def handle_data(self, data: str) -> None:
        if self.cdata_elem not in {"script", "style"}:
            self.read += enumerate(data.split("\n"), start=self.getpos()[0])
