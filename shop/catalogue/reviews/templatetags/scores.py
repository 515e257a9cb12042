"""A score as marks: `{% for mark in score|marks %}`."""

from typing import Literal

from django import template

register = template.Library()


@register.filter
def marks(score: float) -> list[Literal["on", "half", "off"]]:
    """Five marks for a score out of five, to the nearest half below: a reader is never shown more than was given."""
    halves = int(score * 2)
    return ["on" if 2 * mark <= halves else "half" if 2 * mark == halves + 1 else "off" for mark in range(1, 6)]
