"""Stripe's form encoding: `line_items[0][price_data][currency]=usd` names a place in a tree."""

import re
from typing import Any
from urllib.parse import parse_qsl

from .errors import InvalidParameter

# More than any request that Stripe would accept; beyond it is an attack or a mistake.
MOST_FIELDS = 5_000
DEEPEST = 10

KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
SUBKEY = re.compile(r"\[([^\[\]]*)\]")


def decode(encoded: bytes) -> dict[str, Any]:
    """The tree that a form-encoded body or query string stands for: dicts all the way, with strings for leaves.

    A list arrives as a dict too, keyed by position: only the rules for a parameter know whether it is one.

    Raises:
        InvalidParameter: the bytes are not UTF-8, hold NUL, are too many or too deep, or contradict each other.
    """
    try:
        text = encoded.decode()
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except UnicodeDecodeError as error:
        raise InvalidParameter("Invalid request: the parameters are not valid UTF-8.") from error
    except ValueError as error:
        raise InvalidParameter("Invalid request: too many parameters.") from error

    tree: dict[str, Any] = {}
    for key, value in pairs:
        if "\x00" in key or "\x00" in value:
            raise InvalidParameter("Invalid request: the parameters contain a NUL character.")
        _plant(tree, _path(key), value)
    return tree


def _path(key: str) -> list[str]:
    match = KEY.fullmatch(key)
    # A key with stray brackets stays whole, so that it is reported as the unknown parameter that it is.
    path = [match[1], *SUBKEY.findall(match[2])] if match else [key]
    if len(path) > DEEPEST:
        raise InvalidParameter("Invalid request: the parameters are nested too deeply.", param=path[0])
    return path


def _plant(tree: dict[str, Any], path: list[str], value: str) -> None:
    node = tree
    for step in path[:-1]:
        node = node.setdefault(step or str(len(node)), {})
        if not isinstance(node, dict):
            raise InvalidParameter("Invalid request: a parameter is both a value and an object.", param=path[0])
    leaf = path[-1] or str(len(node))
    if isinstance(node.get(leaf), dict):
        raise InvalidParameter("Invalid request: a parameter is both a value and an object.", param=path[0])
    node[leaf] = value
