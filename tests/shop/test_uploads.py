"""Every field of every form that takes a file takes pictures only, as pixels of ours; none is forgotten."""

from io import BytesIO

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import FileField, ImageField
from oscar.core.loading import get_classes, get_model
from PIL import Image

from shop.pictures.uploads import MOST_BYTES, NoFileField, UploadField

CategoryForm, ProductForm = get_classes("dashboard.catalogue.forms", ["CategoryForm", "ProductForm"])
User = get_user_model()

FIELDS = {
    f"{model._meta.label}.{field.name}": field
    for model in apps.get_models()
    for field in model._meta.local_fields
    if isinstance(field, FileField)
}
PICTURES = {name: field for name, field in FIELDS.items() if isinstance(field, ImageField)}
SCRIPT = b"<script>alert(1)</script>"


def picture(name: str = "../../A photo<b>.PNG", size=(40, 30), hidden: bytes = b"") -> SimpleUploadedFile:
    data = BytesIO()
    Image.new("RGB", size, "red").save(data, "PNG")
    return SimpleUploadedFile(name, data.getvalue() + hidden, "image/png")


def test_there_are_fields_of_both_kinds():
    assert {"catalogue.Category.image", "catalogue.ProductImage.original", "blog.Post.hero"} <= PICTURES.keys()
    assert FIELDS.keys() - PICTURES.keys() == {"catalogue.ProductAttributeValue.value_file"}


@pytest.mark.parametrize("name", PICTURES)
def test_picture_is_encoded_anew_under_another_name(name):
    taken = PICTURES[name].formfield().clean(picture(hidden=SCRIPT))
    assert SCRIPT not in taken.read()
    assert taken.name == "a-photob.jpg"


REFUSED = {
    "script": SimpleUploadedFile("a.html", SCRIPT),
    "drawing": SimpleUploadedFile("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
    "script called a picture": SimpleUploadedFile("a.png", SCRIPT),
    "picture called a script": picture("a.php"),
    "too many pixels": picture(size=(10_000, 5_001)),
    "too heavy": picture(hidden=b"\0" * MOST_BYTES),
}


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("file", REFUSED.values(), ids=REFUSED)
def test_what_is_no_picture_or_too_large_is_refused(name, file):
    with pytest.raises(ValidationError):
        PICTURES[name].formfield().clean(file)


@pytest.mark.parametrize("name", FIELDS.keys() - PICTURES.keys())
def test_file_of_another_kind_is_refused(name):
    with pytest.raises(ValidationError):
        FIELDS[name].formfield(required=False).clean(picture())


@pytest.mark.filterwarnings("ignore:The default scheme")  # of Oscar's URL fields
def test_forms_of_the_admin_use_these_fields(rf):
    request = rf.get("/")
    request.user = User(is_superuser=True)
    for name, field in FIELDS.items():
        if model_admin := admin.site._registry.get(field.model):
            taken_by = model_admin.get_form(request).base_fields.get(field.name)
            assert taken_by is None or isinstance(taken_by, UploadField | NoFileField), name


def test_forms_of_attributes_use_these_fields():
    attribute = get_model("catalogue", "ProductAttribute")(name="Leaflet", required=True)
    assert isinstance(ProductForm.FIELD_FACTORIES["image"](attribute), UploadField)
    assert isinstance(ProductForm.FIELD_FACTORIES["file"](attribute), NoFileField)


def test_category_in_the_dashboard_takes_pictures_only():
    assert isinstance(CategoryForm.base_fields["image"], UploadField)
