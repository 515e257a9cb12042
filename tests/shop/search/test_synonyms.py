"""Words that mean the same, as staff say."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from shop.search.models import Synonym
from tests.factories import make_product
from tests.shop.search.conftest import titles


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("spf", "Sunscreen"),
        ("SPF 50", "Sunscreen 50"),
        ("sunscreens", "Daily SPF"),
        ("sun cream", "Daily SPF"),
        ("daily sun creams", "Daily SPF"),
        ("spf", "Light Sun Cream"),
    ],
)
def test_whoever_looks_for_one_finds_the_others(search, typed, title):
    Synonym.objects.create(words="SPF, sunscreen, sun cream")
    make_product(title=title)
    make_product(title="Soap")
    assert titles(search(typed)) == [title]


def test_words_of_another_name_must_stand_together(search):
    Synonym.objects.create(words="spf, sun cream")
    make_product(title="Cream for Evenings without Sun")
    assert titles(search("spf")) == []


def test_names_of_two_groups_do_not_mix(search):
    Synonym.objects.create(words="soap, bar")
    Synonym.objects.create(words="balm, butter")
    make_product(title="Butter Bar")
    make_product(title="Balm")
    assert titles(search("soap balm")) == ["Butter Bar"]


def test_change_counts_at_once(search, client):
    make_product(title="Sunscreen")
    assert titles(search("spf")) == []
    Synonym.objects.create(words="spf, sunscreen")
    assert titles(client.get("/search/?q=spf")) == ["Sunscreen"]


def test_found_synonyms_are_marked(search):
    Synonym.objects.create(words="spf, sunscreen")
    make_product(title="Sunscreen")
    assert "<mark>Sunscreen</mark>" in search("spf").content.decode()


@pytest.mark.parametrize("words", ["spf", "spf,", ", ,", "spf, SPFs", "the, of", "🧼, 🧴"])
def test_one_alone_is_refused(db, words):
    with pytest.raises(ValidationError):
        Synonym(words=words).full_clean()


def test_database_refuses_one_alone_too(db):
    with pytest.raises(IntegrityError):
        Synonym.objects.create(words="spf")


@pytest.mark.parametrize("words", ["'\"(, spf", "a & b, c | d", "%, spf, sun", "\\, spf", "to be, not to be, spf"])
def test_odd_ones_break_no_search(search, words):
    Synonym.objects.create(words=words)
    make_product(title="Daily SPF")
    assert titles(search("spf")) == ["Daily SPF"]


def test_staff_edit_them_in_the_admin(admin_client):
    admin_client.post("/admin/search/synonym/add/", {"words": "spf, sunscreen"})
    assert Synonym.objects.get().words == "spf, sunscreen"
    page = admin_client.post("/admin/search/synonym/add/", {"words": "spf"}).content.decode()
    assert "Write at least two" in page
