"""How a letter is put on paper: `{% inlined %}` around its HTML, `{% flowed %}` around its text."""

import re
import textwrap
from functools import cache

from css_inline import CSSInliner
from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

STYLES = "oscar/communication/emails/inlined.css"

LINE = 76
"""Characters in a line of text. RFC 5322 asks for at most 78, and one is for the blank of a line that goes on."""


@register.simple_block_tag
def inlined(content: str) -> SafeString:
    """Write what the letters' style sheet says of each element into its style attribute; style elements stay."""
    return mark_safe(_inliner().inline(content.strip()))  # noqa: S308 – a template's output, escaped there


@cache
def _inliner() -> CSSInliner:
    return CSSInliner(extra_css=render_to_string(STYLES), inline_style_tags=False, keep_style_tags=True)


@register.simple_block_tag
def flowed(content: str) -> str:
    """Break lines that are too long for a mail, and leave one empty line where the tags left several.

    A line that goes on ends in a blank, so that whoever shows the text in another width can join it again (RFC 3676).
    """
    lines = [" \n".join(_broken(line.strip())) for line in content.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _broken(line: str) -> list[str]:
    return textwrap.wrap(line, LINE, break_long_words=False, break_on_hyphens=False)


@register.filter
def joined(text: str) -> str:
    """Give the text of a letter with the lines whole that `flowed` has broken."""
    return text.replace(" \n", " ")


@register.filter
def number(value: str) -> SafeString:
    """Give the number of an order for HTML: set off, and never on two lines."""
    return format_html('<strong class="number">{}</strong>', value)
