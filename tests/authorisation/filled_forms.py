"""What the forms of a page send when they are pressed."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.admin.helpers import AdminForm, InlineAdminFormSet
from django.forms import BaseForm, BaseFormSet, MultiWidget
from django.forms.boundfield import BoundField
from django.http import HttpResponse
from django.test.utils import ContextList


def filled_forms(page: HttpResponse) -> dict[str, Any]:
    """The fields of all forms that the view gave the page, as they stand there; what is empty gets some value."""
    pages = page.context if isinstance(page.context, ContextList) else filter(None, [page.context])
    given = [value for context in pages for value in context.flatten().values()]
    return {name: value for form in _forms(given) for name, value in _fields(form)}


def _forms(values: Iterable[Any]) -> Iterator[BaseForm]:
    for value in values:
        match value:
            case AdminForm():
                yield value.form
            case InlineAdminFormSet():
                yield from _forms([value.formset])
            case BaseFormSet():
                yield from (value.management_form, *value.forms)
            case BaseForm():
                yield value
            case list() | tuple():
                yield from _forms(value)


def _fields(form: BaseForm) -> Iterator[tuple[str, Any]]:
    for bound in form:
        widget, value = bound.field.widget, bound.value()
        if isinstance(widget, MultiWidget):
            parts = enumerate(widget.decompress(value))
            yield from ((f"{bound.html_name}_{number}", "" if part is None else str(part)) for number, part in parts)
        else:
            yield bound.html_name, _typed(bound, value)


def _typed(bound: BoundField, value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [str(each) for each in value]
    if value not in (None, ""):
        return str(value)
    choices = [str(choice) for choice, _label in getattr(bound.field.widget, "choices", ()) if choice]
    return choices[0] if choices else "1"
