"""Promises: there from the start, safe to edit, and the same number wherever it shows."""

from datetime import datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError
from django.template import Context, Template
from django.urls import reverse
from django.utils import timezone
from oscar.core.loading import get_model

from shop.promises.models import Promise
from tests.factories import make_countries, make_product

Product = get_model("catalogue", "Product")

THREE_PROMISES = import_module("shop.promises.migrations.0002_three_promises")


@pytest.fixture
def returns(db) -> Promise:
    return Promise.objects.get(slug="returns")


def edit(admin_client, promise: Promise, **changes):
    """Save the promise in the admin as a member of staff would, with `changes` to what the form holds."""
    names = ["title", "line", "days", "counted_from", "condition", "text", "icon", "position"]
    held = {name: getattr(promise, name) for name in names}
    held["days"] = "" if held["days"] is None else held["days"]
    held |= {"excluded": [product.pk for product in promise.excluded.all()]}
    held |= {"countries": [country.pk for country in promise.countries.all()]}
    if promise.pays_postage:  # a box that is not ticked is not sent
        held["pays_postage"] = "on"
    return admin_client.post(reverse("admin:promises_promise_change", args=[promise.pk]), held | changes)


def render(source: str) -> str:
    return Template("{% load promises %}" + source).render(Context())


def test_new_shop_has_the_three_promises_in_order(db):
    slugs = list(Promise.objects.in_force().values_list("slug", flat=True))
    assert slugs == ["money-back-guarantee", "returns", "secure-checkout"]


def test_migration_can_be_taken_back(db):
    THREE_PROMISES.withdraw_promises(apps, None)
    assert not Promise.objects.exists()


def test_migration_leaves_an_edited_promise_alone(returns):
    Promise.objects.filter(version__gt=1).delete()  # as it was when this migration was new
    Promise.objects.filter(pk=returns.pk).update(days=30)
    THREE_PROMISES.make_promises(apps, None)
    returns.refresh_from_db()
    assert returns.days == 30


@pytest.mark.parametrize("slug", ["money-back-guarantee", "returns", "secure-checkout"])
def test_promise_page_shows_its_text(db, client, slug):
    promise = Promise.objects.in_force().get(slug=slug)
    assert promise.page in client.get(f"/promises/{slug}/").content.decode()


def test_unknown_promise_is_not_found(db, client):
    assert client.get("/promises/happiness/").status_code == 404


def test_badges_link_to_every_promise(db):
    shown = render("{% badges %}")
    assert [shown.count(f'href="{promise.get_absolute_url()}"') for promise in Promise.objects.in_force()] == [1, 1, 1]


def test_template_reads_one_promise(db):
    assert render('{% promise "returns" as returns %}{{ returns.days }}') == "60"


def test_template_that_asks_for_an_unknown_promise_gets_nothing(db):
    assert render('{% promise "happiness" as promise %}{{ promise }}') == "None"


@pytest.mark.parametrize(
    "path",
    ["/promises/returns/", "/promises/money-back-guarantee/", "/", "product", "/basket/", "/checkout/", "/returns/",
     "/terms/", "/contact/"],
)  # fmt: skip
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
    assert Promise.objects.get(slug="returns").days == 60


@pytest.mark.parametrize("days", [0, 366])
def test_database_refuses_a_number_of_days_nobody_means(returns, days):
    with pytest.raises(IntegrityError, match="promise_days_within_a_year"):
        Promise.objects.filter(pk=returns.pk).update(days=days)


def test_admin_asks_for_the_days_that_a_text_names(returns, admin_client):
    assert "give the number" in edit(admin_client, returns, days="").content.decode()


def test_promise_without_days_is_saved(db, admin_client):
    edit(admin_client, Promise.objects.in_force().get(slug="secure-checkout"), title="Safe Checkout")
    assert Promise.objects.in_force().get(slug="secure-checkout").title == "Safe Checkout"


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
    assert Promise.objects.in_force().get(slug="returns").page == kept


def test_text_that_a_script_saves_is_cleaned_too(returns):
    returns.text = "<p>Fine<script>alert(1)</script></p>"
    returns.save()
    assert returns.page == "<p>Fine</p>"


def test_saving_a_promise_unchanged_changes_nothing(db, admin_client):
    before = list(Promise.objects.values())
    for promise in Promise.objects.in_force():
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


# --- Versions ------------------------------------------------------------------------------------------------------


def at(moment: datetime) -> dict[str, str]:
    """What the form sends for a moment, in the shop's time."""
    local = timezone.localtime(moment)
    return {"takes_effect_0": f"{local:%Y-%m-%d}", "takes_effect_1": f"{local:%H:%M:%S}"}


def test_change_is_a_new_version_and_the_old_one_stays_as_it_was(returns, admin_client):
    before = Promise.objects.filter(pk=returns.pk).values().get()
    edit(admin_client, returns, days=14)
    old, new = Promise.objects.filter(slug="returns").order_by("version")
    assert Promise.objects.filter(pk=old.pk).values().get() == before
    assert (new.version, new.days) == (2, 14)


def test_order_is_bound_by_what_held_when_it_was_placed(returns, admin_client):
    placed_at = timezone.now()
    edit(admin_client, returns, days=14)
    assert Promise.objects.in_force(placed_at).get(slug="returns").days == 60
    assert Promise.objects.in_force().get(slug="returns").days == 14


def test_new_version_keeps_products_and_countries(returns, admin_client):
    make_countries()
    product = make_product()
    edit(admin_client, returns, excluded=[product.pk], countries=["US"])
    new = Promise.objects.in_force().get(slug="returns")
    assert ([*new.excluded.all()], [country.pk for country in new.countries.all()]) == ([product], ["US"])
    assert not returns.excluded.exists()


def test_version_to_come_holds_from_its_moment_on(returns, admin_client):
    tomorrow = timezone.now().replace(microsecond=0) + timedelta(days=1)
    edit(admin_client, returns, days=14, **at(tomorrow))
    assert Promise.objects.in_force().get(slug="returns").days == 60
    assert Promise.objects.in_force(tomorrow).get(slug="returns").days == 14


def test_version_to_come_is_edited_in_place_and_can_be_deleted(returns, admin_client):
    tomorrow = timezone.now().replace(microsecond=0) + timedelta(days=1)
    edit(admin_client, returns, days=14, **at(tomorrow))
    coming = Promise.objects.get(slug="returns", version=2)
    edit(admin_client, coming, days=21, **at(tomorrow))
    coming.refresh_from_db()
    assert (coming.days, Promise.objects.filter(slug="returns").count()) == (21, 2)
    admin_client.post(reverse("admin:promises_promise_delete", args=[coming.pk]), {"post": "yes"})
    assert not Promise.objects.filter(pk=coming.pk).exists()


@pytest.mark.parametrize(("days", "says"), [(-1, "has passed"), (1, "takes effect at that moment")])
def test_moment_that_cannot_be_is_refused(returns, admin_client, days, says):
    now = timezone.now().replace(microsecond=0)
    moment, tomorrow = now + timedelta(days=days), now + timedelta(days=1)
    words = {"title": "x", "line": "x", "icon": "lock", "text": "x"}
    Promise.objects.create(slug="returns", version=7, in_force_from=tomorrow, **words)
    assert says in edit(admin_client, returns, title="New", **at(moment)).content.decode()
    assert Promise.objects.filter(slug="returns").count() == 2


def test_what_is_over_cannot_be_changed(returns, admin_client):
    edit(admin_client, returns, days=14)
    assert edit(admin_client, returns, days=7).status_code == 403


def test_admin_says_which_version_holds(returns, admin_client):
    Promise.objects.exclude(pk=returns.pk).delete()
    edit(admin_client, returns, days=14)
    edit(
        admin_client, Promise.objects.in_force().get(slug="returns"), days=7, **at(timezone.now() + timedelta(days=1))
    )
    page = admin_client.get(reverse("admin:promises_promise_changelist")).content.decode()
    assert [page.count(f'field-standing">{words}') for words in ("now, until", "until", "from")] == [1, 1, 1]


def test_earlier_version_has_a_page_for_those_whom_it_binds(returns, admin_client, client):
    edit(admin_client, returns, days=14)
    page = client.get(returns.get_version_url()).content.decode()
    assert "This is what held for orders placed before" in page
    assert "Send it back within 60 days" in page
    assert 'name="robots" content="noindex"' in page


def test_page_of_the_version_that_holds_is_the_promise_itself(returns, client):
    assert client.get(returns.get_version_url()).url == returns.get_absolute_url()


@pytest.mark.parametrize("version", [2, 99999999999999999999])
def test_version_that_does_not_hold_yet_is_not_found(returns, admin_client, client, version):
    edit(admin_client, returns, days=14, **at(timezone.now() + timedelta(days=1)))
    assert client.get(f"/promises/returns/{version}/").status_code == 404


def test_sitemap_names_each_promise_once(returns, admin_client, client):
    edit(admin_client, returns, days=14)
    assert client.get("/sitemap-promises.xml").content.decode().count("/promises/returns/</loc>") == 1
