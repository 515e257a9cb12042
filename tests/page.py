"""A page of the shop as a browser without JavaScript has it."""

from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from django.test import Client


class Page:
    """Where a client of Django's is: he reads it, fills in its forms and presses its buttons."""

    def __init__(self, client: Client, path: str) -> None:
        self.client = client
        self._arrive(client.get(path, follow=True))

    def press(self, button: str, **values: str) -> None:
        """Send the form as `send` does, and be where that leads."""
        self._arrive(self.send(button, follow=True, **values))

    def send(self, button: str, *, follow: bool = False, **values: str) -> Any:
        """Submit the form of the button that begins with these words, changed only where `values` say so."""
        form = self._form_of(button)
        fields = self._fields(form)
        unknown = values.keys() - {field.get("name") for field in fields}
        assert not unknown, f"the form has no field {unknown}"
        sent = {field.get("name"): _value(field) for field in fields if _counts(field)}
        pressed = next(b for b in form.iter("button") if _words(b).startswith(button))
        if pressed.get("name"):
            sent[pressed.get("name")] = pressed.get("value", "")
        return self.client.post(form.get("action") or self.path, sent | values, follow=follow)

    @property
    def token(self) -> str:
        """For forms that the page does not have."""
        return next(e.get("value") for e in self.tree.iter("input") if e.get("name") == "csrfmiddlewaretoken")

    def _arrive(self, response: Any) -> None:
        self.response = response
        self.path = response.wsgi_request.get_full_path()
        self.text = response.content.decode()
        self.tree = html5lib.parse(self.text, namespaceHTMLElements=False)

    def _form_of(self, button: str) -> Element:
        return next(f for f in self.tree.iter("form") if any(_words(b).startswith(button) for b in f.iter("button")))

    def _fields(self, form: Element) -> list[Element]:
        inside = [e for e in form.iter() if e.get("name") and e.tag in ("input", "textarea", "select")]
        outside = [e for e in self.tree.iter() if form.get("id") and e.get("form") == form.get("id") and e.get("name")]
        return inside + outside


def _words(element: Element) -> str:
    return element.get("aria-label") or " ".join("".join(element.itertext()).split())


def _counts(field: Element) -> bool:
    return field.get("type") not in ("radio", "checkbox") or "checked" in field.attrib


def _value(field: Element) -> str:
    if field.tag == "textarea":
        return field.text or ""
    if field.tag == "select":
        options = list(field.iter("option"))
        return next((o for o in options if "selected" in o.attrib), options[0]).get("value")
    return field.get("value", "")
