"""Text that editors write: what it may hold, and how it becomes part of a page."""

import re
from dataclasses import dataclass

from django.utils.html import escape, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext as _

from shop.prose import clean

WORDS = {"Bold": True, "Italic": True, "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto"]}}
LISTS = {"BulletList": True, "OrderedList": True, "ListItem": True}
ANSWER = WORDS | LISTS | {"NoSpellCheck": False}
ARTICLE = ANSWER | {
    "Heading": {"levels": [2, 3]},
    "Blockquote": True,
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "NodeClass": {"cssClasses": {"orderedList": [{"className": "takeaways", "title": "Takeaways"}]}},
}


@dataclass(frozen=True)
class Heading:
    """A section of a guide, for the contents list. `id` is the anchor in the page, `text` holds no markup."""

    id: str
    text: SafeString


Marks = dict[int, list[str]]  # the anchors of all marks that point at a source, by the source's number


def set_in_page(html: str, headings: list[Heading], marks: Marks) -> SafeString:
    """The `html` of a ProseField, cleaned and fit for a guide's page.

    Second-level headings get anchors and are added to `headings`; links to "#source-2" become small raised numbers,
    whose own anchors are added to `marks`, so that the source can lead back; tables get a frame that scrolls by
    itself. It reads nh3's own output, where tags are closed and attributes quoted.
    """
    html = clean(html)
    html = re.sub(r"<h2>(.*?)</h2>", lambda match: _heading(match[1], headings), html, flags=re.DOTALL)
    mark = re.compile(r'<a href="#source-([0-9]{1,4})"[^>]*>(.*?)</a>', re.DOTALL)
    html = mark.sub(lambda match: _source_mark(match, marks), html)
    html = re.sub(r"<table>.*?</table>", _table, html, flags=re.DOTALL)
    return mark_safe(html)  # noqa: S308  (nh3 cleaned it; what is added here is escaped or fixed)


def _heading(content: str, headings: list[Heading]) -> str:
    text = mark_safe(strip_tags(content).strip())  # noqa: S308  (its tags are gone, its entities still escaped)
    # The prefix keeps a heading such as "Search" clear of the ids that the page around it uses.
    anchor = f"section-{slugify(text)}".rstrip("-")
    namesakes = sum(heading.id == anchor or heading.id.startswith(f"{anchor}--") for heading in headings)
    if namesakes:
        anchor = f"{anchor}--{namesakes + 1}"
    headings.append(Heading(anchor, text))
    return f'<h2 id="{anchor}">{content}</h2>'


def _source_mark(match: re.Match[str], marks: Marks) -> str:
    number, label = match.groups()
    name = escape(_("Source %(number)s") % {"number": number})
    anchors = marks.setdefault(int(number), [])
    anchors.append(f"mark-{int(number)}-{len(anchors) + 1}")
    return f'<a class="sources__mark" id="{anchors[-1]}" href="#source-{int(number)}" aria-label="{name}">{label}</a>'


def _table(match: re.Match[str]) -> str:
    table = match[0].replace("<table>", '<table class="data-table__table">', 1)
    before = re.findall(r"<h[23][^>]*>(.*?)</h[23]>", match.string[: match.start()], flags=re.DOTALL)
    label = strip_tags(before[-1]).strip().replace('"', "&quot;") if before else escape(_("Table"))
    return f'<div class="data-table" role="region" aria-label="{label}" tabindex="0">{table}</div>'
