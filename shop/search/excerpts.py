"""What of a text to show to somebody who searched, and the words in it that were found."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from shop.search.words import SHORTEST_BEGINNING, WORD, fold

LONGEST = 180  # characters from the word on: about as much as a guide's summary
LEAD = 6  # words before the first that was found
FULL_LINE = 8  # words; what is shorter is a heading


def marked(text: str, stems: list[str], *, shortest: int = SHORTEST_BEGINNING) -> SafeString:
    """The text as HTML, with a mark around each word that begins with one of the stems, or is a shorter one itself."""
    parts, end = [], 0
    for match in WORD.finditer(text) if _may_hold(text, stems) else ():
        if _is_found(match[0], stems, shortest):
            parts.append((text[end : match.start()], match[0]))
            end = match.end()
    return format_html("{}{}", format_html_join("", "{}<mark>{}</mark>", parts), text[end:])


def holds(text: str, stems: list[str]) -> bool:
    """Whether one of the stems begins a word of the text."""
    return _may_hold(text, stems) and any(_is_found(word, stems) for word in WORD.findall(text))


def excerpt(text: str, stems: list[str]) -> str:
    """A piece of the text around a word that was found, of a paragraph rather than of a heading; empty without any."""
    lines = [line for line in text.splitlines() if holds(line, stems)]
    if not lines:
        return ""
    line = max(lines, key=lambda line: len(line.split()) >= FULL_LINE)
    first = next(match.start() for match in WORD.finditer(line) if _is_found(match[0], stems))
    first = line.rfind(" ", 0, first) + 1  # with what stands before it without a space
    before, after = line[:first].split(), line[first:].rstrip()
    if len(after) > LONGEST:
        after = f"{after[:LONGEST].rsplit(None, 1)[0]} …"
    return " ".join([*(["…"] if len(before) > LEAD else []), *before[-LEAD:], after])


def _may_hold(text: str, stems: list[str]) -> bool:
    """Whether a stem stands anywhere in the text: in most it does not, and that is known much sooner."""
    folded = fold(text)
    return any(stem in folded for stem in stems)


def _is_found(word: str, stems: list[str], shortest: int = SHORTEST_BEGINNING) -> bool:
    folded = fold(word)
    return any(folded.startswith(stem) if len(stem) >= shortest else folded == stem for stem in stems)
