"""Oscar's product form, with room for texts of several lines."""

from django import forms
from oscar.apps.dashboard.catalogue import forms as oscar_forms
from oscar.apps.dashboard.catalogue.forms import *  # noqa: F403  (Oscar looks for all of them here)

from shop.pictures.uploads import NoFileField, UploadField


def text_field(attribute) -> forms.CharField:
    """Oscar offers one line, and browsers drop line breaks from it; ours are lists, an item a line."""
    # The class keeps the dashboard's rich text editor off.
    widget = forms.Textarea(attrs={"rows": 4, "class": "no-widget-init"})
    return forms.CharField(label=attribute.name, required=attribute.required, widget=widget)


class ProductForm(oscar_forms.ProductForm):
    FIELD_FACTORIES = oscar_forms.ProductForm.FIELD_FACTORIES | {
        "file": lambda attribute: NoFileField(label=attribute.name, required=False),
        "image": lambda attribute: UploadField(label=attribute.name, required=attribute.required),
        "text": text_field,
    }


class ProductImageForm(oscar_forms.ProductImageForm):
    class Meta(oscar_forms.ProductImageForm.Meta):
        fields = ["product", "original", "original_focus", "caption", "display_order"]
