"""HTML that staff write: the one place that says what it may hold, on its way into the database and onto a page.

What an editor's own field allows is a part of this. Scripts, styles, forms and frames never belong to a text.
Source: OWASP, Cross Site Scripting Prevention, "HTML Sanitization".
"""

import re
from collections.abc import Iterable
from functools import partial
from typing import Any

import nh3
from django import template
from django.apps import apps
from django.db import models
from django.db.models.signals import pre_save
from django.utils.safestring import SafeString, mark_safe
from django_prose_editor.fields import ProseEditorField

TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "code", "del", "div", "em", "h2", "h3", "h4", "hr", "i", "img"),
    *("li", "ol", "p", "pre", "s", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th"),
    *("thead", "tr", "u", "ul"),
}
ATTRIBUTES = {
    "a": {"href", "rel", "title"},
    "abbr": {"title"},
    "img": {"alt", "height", "src", "width"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
CLASSES = {"ol": {"takeaways"}}
SCHEMES = {"http", "https", "mailto", "tel"}
OURS = re.compile(r"/(?![/\\])")
"""The path of a picture in the shop: what lies elsewhere would tell its readers' addresses there."""

WRITTEN = {
    "catalogue.Category": ("description", "long_description"),
    "catalogue.Product": ("description",),
    "communication.Notification": ("body",),
    "flatpages.FlatPage": ("content",),
    "offer.ConditionalOffer": ("description",),
    "offer.Range": ("description",),
}
"""The fields of others' models that hold HTML; our own are ProseFields."""


register = template.Library()


def _address(tag: str, attribute: str, value: str) -> str | None:
    return None if attribute == "src" and not OURS.match(value) else value


_cleaner = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    allowed_classes=CLASSES,
    url_schemes=SCHEMES,
    attribute_filter=_address,
    link_rel=None,  # as in the editor's own fields: no link opens another window
)


def clean(html: Any) -> str:
    """The HTML (a text, what becomes one, or None) without what no text of ours holds. Cleaned HTML stays as it is."""
    return _cleaner.clean(str(html)) if html else ""


@register.filter("prose")
def on_page(html: Any) -> SafeString:
    """The same, for a page: what came into the database past every form is cleaned here."""
    return mark_safe(clean(html))  # noqa: S308  (this is what cleans)


class ProseField(ProseEditorField):
    """HTML from the prose editor, cleaned on every save: by a form, a script or a shell alike.

    The editor's own field cleans in forms only; pages show the text unescaped and rely on it.
    """

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        cleaned: str = self.sanitize(getattr(model_instance, self.attname))
        setattr(model_instance, self.attname, cleaned)
        return cleaned


def clean_on_save() -> None:
    """Have the fields of WRITTEN cleaned whoever saves them; for the start, once all models are known."""
    for label, fields in WRITTEN.items():
        model = apps.get_model(label)
        pre_save.connect(
            partial(_clean_fields, fields=fields), sender=model, weak=False, dispatch_uid=f"prose {label}"
        )


def _clean_fields(*, instance: Any, fields: Iterable[str], **signal: Any) -> None:
    for name in fields:
        if html := getattr(instance, name):  # an empty text stays None or ""
            setattr(instance, name, clean(html))
