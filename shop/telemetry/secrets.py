"""What no line of a log may keep: who it is about, and what would let its reader in."""

import re

MAIL_ADDRESS = re.compile(r"[^\s<>\"'(),:;]+@[^\s<>\"'(),:;]+")
KEY = re.compile(r"\b(sk|rk|whsec)_(live_|test_)?\w{8,}")
CARD = re.compile(r"\b\d(?:[ -]?\d){12,18}\b(?![-\w])")
LINK = re.compile(r"(?<=/)(?=[\w=.-]*(?:[A-Z:]|-?[0-9a-f]{32}))[\w:=.-]{20,}")
"""A part of an address as long as what opens a link, and of signs that no name of a page has: a signature, a token."""

MASKS = ((MAIL_ADDRESS, "[address]"), (KEY, "[key]"), (CARD, "[number]"), (LINK, "-"))


def masked(text: str) -> str:
    """The text without addresses of mail, keys of Stripe, numbers of cards, and what opens a link."""
    for pattern, instead in MASKS:
        text = pattern.sub(instead, text)
    return text
