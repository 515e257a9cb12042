"""Promises: there from the start, safe to edit, and the same number wherever it shows."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError
from django.template import Context, Template
from django.urls import reverse
from oscar.core.loading import get_model

from shop.promises.models import Promise

Product = get_model("catalogue", "Product")

THREE_PROMISES = import_module("shop.promises.migrations.0002_three_promises")


@pytest.fixture
def returns(db) -> Promise:
    return Promise.objects.get(slug="returns")


def edit(admin_client, promise: Promise, **changes):
    """Save the promise in the admin as a member of staff would, with `changes` to what the form holds."""
    held = {name: getattr(promise, name) for name in ("title", "line", "days", "text", "icon", "position")}
    held["days"] = "" if held["days"] is None else held["days"]
    if promise.pays_postage:  # a box that is not ticked is not sent
        held["pays_postage"] = "on"
    return admin_client.post(reverse("admin:promises_promise_change", args=[promise.pk]), held | changes)


def render(source: str) -> str:
    return Template("{% load promises %}" + source).render(Context())


def test_new_shop_has_the_three_promises_in_order(db):
    slugs = list(Promise.objects.values_list("slug", flat=True))
    assert slugs == ["money-back-guarantee", "returns", "secure-checkout"]


def test_migration_can_be_taken_back(db):
    THREE_PROMISES.withdraw_promises(apps, None)
    assert not Promise.objects.exists()


def test_migration_leaves_an_edited_promise_alone(returns):
    Promise.objects.filter(pk=returns.pk).update(days=30)
    THREE_PROMISES.make_promises(apps, None)
    returns.refresh_from_db()
    assert returns.days == 30


@pytest.mark.parametrize("slug", ["money-back-guarantee", "returns", "secure-checkout"])
def test_promise_page_shows_its_text(db, client, slug):
    promise = Promise.objects.get(slug=slug)
    assert promise.page in client.get(f"/promises/{slug}/").content.decode()


def test_unknown_promise_is_not_found(db, client):
    assert client.get("/promises/happiness/").status_code == 404


def test_badges_link_to_every_promise(db):
    shown = render("{% badges %}")
    assert [shown.count(f'href="{promise.get_absolute_url()}"') for promise in Promise.objects.all()] == [1, 1, 1]


def test_template_reads_one_promise(db):
    assert render('{% promise "returns" as returns %}{{ returns.days }}') == "60"


def test_template_that_asks_for_an_unknown_promise_gets_nothing(db):
    assert render('{% promise "happiness" as promise %}{{ promise }}') == "None"


@pytest.mark.parametrize("path", ["/promises/returns/", "/promises/money-back-guarantee/", "/", "product", "/basket/"])
def test_days_changed_in_the_admin_show_on_every_page(demo_shop, admin_client, client, path):
    product = Product.objects.get(slug="daily-shield-spf-50")
    client.post(reverse("basket:add", args=[product.pk]), {"quantity": 1})
    for promise in Promise.objects.exclude(days=None):
        edit(admin_client, promise, days=47)
    shown = client.get(product.get_absolute_url() if path == "product" else path).content.decode()
    assert ("47 days" in shown, "60 days" in shown) == (True, False)


def test_no_page_shows_the_placeholder(db, client):
    showing = [
        promise.slug
        for promise in Promise.objects.all()
        if b"{days}" in client.get(promise.get_absolute_url()).content
    ]
    assert showing == []


def test_other_words_in_braces_stay_text(returns):
    returns.line = "{days} days, {slug}, {0}, {days.__class__}"
    assert returns.one_line == "60 days, {slug}, {0}, {days.__class__}"


@pytest.mark.parametrize("days", [0, 366, -1, "many"])
def test_admin_refuses_a_number_of_days_nobody_means(returns, admin_client, days):
    edit(admin_client, returns, days=days)
    returns.refresh_from_db()
    assert returns.days == 60


@pytest.mark.parametrize("days", [0, 366])
def test_database_refuses_a_number_of_days_nobody_means(returns, days):
    with pytest.raises(IntegrityError, match="promise_days_within_a_year"):
        Promise.objects.filter(pk=returns.pk).update(days=days)


def test_admin_asks_for_the_days_that_a_text_names(returns, admin_client):
    assert "give the number" in edit(admin_client, returns, days="").content.decode()


def test_promise_without_days_is_saved(db, admin_client):
    edit(admin_client, Promise.objects.get(slug="secure-checkout"), title="Safe Checkout")
    assert Promise.objects.get(slug="secure-checkout").title == "Safe Checkout"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<p>Fine<script>alert(1)</script></p>", "<p>Fine</p>"),
        ('<p onclick="alert(1)">Fine</p>', "<p>Fine</p>"),
        ('<p><a href="javascript:alert(1)">Fine</a></p>', "<p><a>Fine</a></p>"),
    ],
    ids=["script", "handler", "link"],
)
def test_admin_keeps_markup_that_could_harm_out_of_the_page(returns, admin_client, written, kept):
    edit(admin_client, returns, text=written)
    returns.refresh_from_db()
    assert returns.page == kept


def test_text_that_a_script_saves_is_cleaned_too(returns):
    returns.text = "<p>Fine<script>alert(1)</script></p>"
    returns.save()
    assert returns.page == "<p>Fine</p>"


def test_saving_a_promise_unchanged_changes_nothing(db, admin_client):
    before = list(Promise.objects.values())
    for promise in Promise.objects.all():
        edit(admin_client, promise)
    assert list(Promise.objects.values()) == before


@pytest.mark.parametrize("act", ["add", "delete"])
def test_staff_cannot_add_or_delete_a_promise(returns, admin_client, act):
    url = (
        reverse("admin:promises_promise_add")
        if act == "add"
        else reverse("admin:promises_promise_delete", args=[returns.pk])
    )
    assert admin_client.get(url).status_code == 403
