"""The tokens as static/css/tokens.css has them, and how well its colors can be told apart."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.contrib.staticfiles import finders

SCHEMES = ("light", "dark")

# What is read in which color on which ground, and the least ratio for it: WCAG 2.2 asks for 4.5 for text (1.4.3) and
# for 3 where a shape must be seen to use a control (1.4.11). https://www.w3.org/TR/WCAG22/#contrast-minimum
TEXT, SHAPE = 4.5, 3.0
PAIRS = [
    ("--text", "--ground", TEXT),
    ("--text", "--ground-sunk", TEXT),
    ("--text", "--ground-field", TEXT),
    ("--text-soft", "--ground", TEXT),
    ("--text-soft", "--ground-sunk", TEXT),
    ("--text-soft", "--ground-field", TEXT),
    ("--action", "--ground", TEXT),
    ("--on-action", "--action", TEXT),
    ("--on-action", "--action-hover", TEXT),
    ("--error", "--ground", TEXT),
    ("--error", "--ground-sunk", TEXT),
    ("--good", "--ground-sunk", SHAPE),
    ("--line-field", "--ground", SHAPE),
    ("--line-field", "--ground-field", SHAPE),
    ("--focus", "--ground", SHAPE),
]


@dataclass(frozen=True)
class Contrast:
    """Two colors of one scheme, one seen on the other."""

    front: str
    ground: str
    least: float
    ratio: float

    @property
    def is_enough(self) -> bool:
        return self.ratio >= self.least


class Tokens:
    """All custom properties that a stylesheet declares in its first rule."""

    def __init__(self, stylesheet: str) -> None:
        root = stylesheet.partition(":root {")[2].partition("}")[0]
        self.values = dict(re.findall(r"(--[\w-]+):\s*([^;]+);", root))

    def named(self, *beginnings: str) -> dict[str, str]:
        """Those whose names begin so, with their values as they are written."""
        return {name: value for name, value in self.values.items() if name.startswith(beginnings)}

    @cached_property
    def colors(self) -> dict[str, dict[str, str]]:
        """Every color by scheme: `#rrggbb` by the token's name."""
        found: dict[str, dict[str, str]] = {scheme: {} for scheme in SCHEMES}
        for name, value in self.values.items():
            codes = re.findall(r"#[0-9a-f]{6}", value)
            if codes:
                found["light"][name], found["dark"][name] = codes[0], codes[-1]
        return found

    def contrasts(self, scheme: str) -> list[Contrast]:
        """What is read on what, in one of SCHEMES, with the ratio as measured."""
        colors = self.colors[scheme]
        return [
            Contrast(front, ground, least, contrast_ratio(colors[front], colors[ground]))
            for front, ground, least in PAIRS
        ]


def read_tokens() -> Tokens:
    return Tokens(Path(finders.find("css/tokens.css")).read_text())


def contrast_ratio(one: str, other: str) -> float:
    """Of two colors `#rrggbb`, from 1 to 21: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    darker, lighter = sorted([_luminance(one), _luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    channels = (int(color[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
