"""Inputs of forms, written as Django writes them but without its two templates an input, which cost ten times as much.

A basket of five lines has fifteen inputs, and most of the time that its page took was theirs.
"""

from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

KINDS = (
    "checkbox",
    "color",
    "date",
    "datetime",
    "email",
    "hidden",
    "input",
    "number",
    "password",
    "search",
    "tel",
    "text",
    "time",
    "url",
)
TEMPLATES = {f"django/forms/widgets/{kind}.html" for kind in KINDS}


class Renderer(DjangoTemplates):
    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> SafeString:
        if template_name in TEMPLATES:
            return _input(context["widget"])
        return super().render(template_name, context, request)


def _input(widget: dict[str, Any]) -> SafeString:
    attributes = {"type": widget["type"], "name": widget["name"]}
    if widget["value"] is not None:
        attributes["value"] = widget["value"]
    written = [f'{conditional_escape(name)}="{conditional_escape(value)}"' for name, value in attributes.items()]
    for name, value in widget["attrs"].items():
        if value is True:
            written.append(conditional_escape(name))
        elif value is not False:
            written.append(f'{conditional_escape(name)}="{conditional_escape(value)}"')
    return mark_safe(f"<input {' '.join(written)}>")  # noqa: S308 – each piece is escaped above
