"""Inputs come out as Django's own templates write them."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from shop.form_inputs import KINDS, Renderer

WIDGETS = [
    forms.TextInput,
    forms.NumberInput,
    forms.EmailInput,
    forms.URLInput,
    forms.ColorInput,
    forms.SearchInput,
    forms.TelInput,
    forms.PasswordInput,
    forms.HiddenInput,
    forms.DateInput,
    forms.DateTimeInput,
    forms.TimeInput,
    forms.CheckboxInput,
]
VALUES = [None, "", "words", 'a "quoted" <b> & more', 7, True, mark_safe("&amp;"), gettext_lazy("Yes")]
ATTRIBUTES = [
    {},
    {"class": "field__input", "required": True, "disabled": False, "maxlength": 12},
    {"title": '"><script>', "aria-label": gettext_lazy("Yes"), "data-safe": mark_safe("&quot;"), "min": None},
]


@pytest.mark.parametrize("widget", WIDGETS)
@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
@pytest.mark.parametrize("attributes", ATTRIBUTES, ids=range(len(ATTRIBUTES)))
def test_input_is_written_as_django_writes_it(widget, value, attributes):
    ours, djangos = (widget().render("a & b", value, attributes, each) for each in (Renderer(), DjangoTemplates()))
    assert ours == djangos


def test_every_input_of_django_is_tried():
    assert {*KINDS} == {widget.template_name.split("/")[-1].removesuffix(".html") for widget in WIDGETS} | {"input"}


def test_other_widgets_are_left_to_django():
    select = forms.Select(choices=[("a", "A")])
    assert select.render("name", "a", {}, Renderer()) == select.render("name", "a", {}, DjangoTemplates())
