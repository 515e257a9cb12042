"""The graph of a page, read as a search engine reads it."""

import json
import re
from typing import Any

SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def graph_of(response) -> dict[str, dict[str, Any]]:
    """The nodes of the page's one graph, by their ids."""
    (script,) = SCRIPT.findall(response.content.decode())
    data = json.loads(script)
    assert data["@context"] == "https://schema.org"
    nodes = {node["@id"]: node for node in data["@graph"]}
    assert len(nodes) == len(data["@graph"])
    return nodes


def node_of(response, kind: str) -> dict[str, Any]:
    """The one node of that type."""
    (node,) = [node for node in graph_of(response).values() if node["@type"] == kind]
    return node


def references(value: Any) -> set[str]:
    """The ids of all nodes that are pointed to."""
    if isinstance(value, list):
        return {each for item in value for each in references(item)}
    if not isinstance(value, dict):
        return set()
    if set(value) == {"@id"}:
        return {value["@id"]}
    return {each for item in value.values() for each in references(item)}


def ids(value: Any) -> set[str]:
    """The ids of all nodes that are described, nested ones too."""
    if isinstance(value, list):
        return {each for item in value for each in ids(item)}
    if not isinstance(value, dict):
        return set()
    own = {value["@id"]} if "@id" in value and len(value) > 1 else set()
    return own | {each for item in value.values() for each in ids(item)}
