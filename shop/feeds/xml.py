"""What XML 1.0 can say (https://www.w3.org/TR/xml/#charsets)."""

import re

UNSAYABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def sayable(text: str) -> str:
    """The text without the few characters that somebody may have pasted and that XML has no way to write."""
    return UNSAYABLE.sub("", text)
