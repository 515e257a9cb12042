"""Searches that found nothing, as staff read them."""

import pytest

from shop.search.models import MissedSearch
from tests.blog.factories import make_staff
from tests.factories import make_product


def kept() -> dict[str, int]:
    return dict(MissedSearch.objects.values_list("words", "times"))


def test_what_nobody_finds_is_counted(search):
    make_product(title="Soap")
    for query in ("Umbrella", "umbrellas ", "the  UMBRELLA", "soap", "beard comb"):
        search(query)
    assert kept() == {"umbrella": 2 + 1, "beard comb": 1}


@pytest.mark.parametrize(
    "query",
    ["", "the", "🧼", "alex@example.com", "+1 (512) 555-0199", "34679-CDFGH", "4242424242424242", "123456", "x" * 300],
)
def test_what_says_nothing_or_says_who_asks_is_not_kept(search, query):
    search(query)
    assert kept() == {}


def test_long_search_is_kept_in_short(search):
    search("umbrella " + "x" * 100)
    assert [len(words) for words in kept()] == [80]


def test_search_that_finds_something_with_its_typing_error_mended_is_none(search):
    make_product(title="Retinol")
    search("retinl")
    assert kept() == {}


def test_filters_that_leave_nothing_are_no_miss(search):
    make_product(title="Soap", price="10.00")
    search("soap", price_from="20")
    assert kept() == {}


def test_what_staff_try_is_not_counted(client, db):
    client.force_login(make_staff())
    client.get("/search/?q=umbrella")
    assert kept() == {}


def test_never_more_than_so_many_are_kept(search, monkeypatch):
    monkeypatch.setattr(MissedSearch.objects, "MOST_KEPT", 2)
    for query in ("umbrella", "comb", "umbrella", "razor"):
        search(query)
    assert kept() == {"umbrella": 2, "razor": 1}


def test_staff_see_the_most_wanted_first_and_answer_with_a_synonym(admin_client):
    MissedSearch.objects.bulk_create([MissedSearch(words="comb"), MissedSearch(words="spf", times=7)])
    page = admin_client.get("/admin/search/missedsearch/").content.decode()
    assert page.index("spf") < page.index("comb")
    assert "/admin/search/synonym/add/?words=spf%2C+" in page
    assert 'value="spf, "' in admin_client.get("/admin/search/synonym/add/?words=spf%2C+").content.decode()


def test_staff_clear_them_away_but_write_none(admin_client):
    missed = MissedSearch.objects.create(words="comb")
    assert admin_client.get("/admin/search/missedsearch/add/").status_code == 403
    answer = admin_client.post(
        "/admin/search/missedsearch/", {"action": "delete_selected", "_selected_action": missed.pk, "post": "yes"}
    )
    assert answer.status_code == 302
    assert kept() == {}
