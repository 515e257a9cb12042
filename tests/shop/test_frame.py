"""What stands around every page: written once, and anew when it changes."""

import pytest
from django.urls import reverse
from oscar.core.loading import get_model

from shop.frame import frame_of
from shop.promises.models import Promise
from shop.shared_pages.versions import versions
from tests.factories import make_product

pytestmark = pytest.mark.django_db

Category = get_model("catalogue", "Category")
FOOTER = "components/site_footer.html"


def test_footer_is_written_once_for_all_pages(kept_parts):
    assert frame_of(None).write(FOOTER) is frame_of(None).write(FOOTER)


@pytest.mark.parametrize("path", ["basket:summary", "customer:login"])
def test_category_shows_below_every_page_as_soon_as_it_is_there(client, kept_parts, path):
    client.post(reverse("basket:add", args=[make_product().pk]), {"quantity": 1})
    assert "Beard care" not in client.get(reverse(path)).content.decode()
    Category.add_root(name="Beard care")
    versions.forget()
    shown = client.get(reverse(path)).content.decode()
    assert "Beard care" in shown.partition('class="site-footer"')[2]


def test_next_version_of_a_promise_shows_as_soon_as_it_is_there(client, kept_parts):
    client.post(reverse("basket:add", args=[make_product().pk]), {"quantity": 1})
    assert "Sent back for longer" not in client.get(reverse("basket:summary")).content.decode()
    Promise(**_fields(Promise.objects.get(slug="returns")) | {"version": 2, "title": "Sent back for longer"}).save()
    versions.forget()
    shown = client.get(reverse("basket:summary")).content.decode()
    assert shown.count("Sent back for longer") == 2  # below the basket, and in the footer


def test_each_language_has_a_footer_of_its_own(kept_parts, arabic, settings):
    in_arabic = frame_of(None).write(FOOTER)
    settings.LANGUAGE_CODE = "en-us"
    assert frame_of(None).write(FOOTER) != in_arabic


def _fields(promise: Promise) -> dict:
    """All that a new version begins with."""
    fields = {field.attname: getattr(promise, field.attname) for field in Promise._meta.concrete_fields}
    return {name: value for name, value in fields.items() if name not in ("id", "in_force_from")}
