"""What a page tells machines: nodes of schema.org, in one graph a page, that name each other by stable ids.

Which fields search engines read: https://developers.google.com/search/docs/appearance/structured-data/search-gallery
"""

import json
from collections.abc import Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

Node = dict[str, Any]
# As django.utils.html.json_script does it: nothing in a text ends the script or opens a comment. Readers that take the
# two separators for the end of a line, as JavaScript did before 2019, get none.
ESCAPES = str.maketrans({"<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def script(nodes: Iterable[Node]) -> SafeString:
    """The script element that holds these nodes."""
    graph = {"@context": "https://schema.org", "@graph": list(nodes)}
    text = json.dumps(graph, cls=DjangoJSONEncoder, ensure_ascii=False).translate(ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308 – escaped above


def reference(node: Node) -> Node:
    return {"@id": node["@id"]}


def known(**fields: Any) -> Node:
    """Those of the fields of which something is known."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}
