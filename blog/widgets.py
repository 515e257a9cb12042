"""The controls of the editor that Django does not have. Each works as it is; static/js/editor/ makes it pleasant."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.urls import reverse_lazy


class ProductPicker(AdminTextInputWidget):
    """The number of a product. The script puts a search with picture, price and stock in its place."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"data-product-picker": reverse_lazy("admin:blog_post_products"), "inputmode": "numeric"})


class FocusPicker(forms.RadioSelect):
    """Nine places on a picture, to be pointed at. The script lays them over the picture."""

    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = ()) -> None:
        super().__init__({"data-focus-picker": True, **(attrs or {})}, choices)
