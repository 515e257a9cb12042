"""Everything that the pages of the promises say is kept by a test, and their numbers stand in the record alone."""

import re
from importlib import import_module

import html5lib
import pytest
from django.apps import apps
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from shop.outbox.letters import post
from shop.outbox.tasks import deliver_waiting
from shop.promises.models import Promise
from shop.returns import eligibility, links
from tests.factories import make_countries, make_product
from tests.shop.feeds.test_google import items, pictured
from tests.shop.structured_data.test_pages import node_of
from tests.shop.test_pages import text_of
from tests.shop.test_promises import edit

HOW_IT_GOES = import_module("shop.promises.migrations.0005_returns_by_themselves")
SCHEMA = "https://schema.org/"

# What each sentence says is held by this test; a dash where a sentence promises nothing that software could keep.
KEPT_BY = {
    "returns": {
        "It is not for you? Then it is not. Nobody asks you to explain.":
            "test_pages.test_return_gets_a_number_and_says_what_to_do",
        "Open your returns. With an account you see what can go back, and until when. Without one, the number of your "
        "order and your email address bring you a link.":
            "test_pages.test_guest_gets_a_link_by_email_and_it_opens_what_can_go_back",
        "Choose what goes back. You get a return number, and a slip for the box. Most returns are approved at once; "
        "for some, a person looks first.":
            "test_eligibility.test_request_within_the_limits_is_approved_by_itself",
        "Pack it in any box that holds, put the slip inside, and send it.":
            "test_pages.test_slip_has_what_the_box_needs",
        "When it has arrived, we look at it, refund it, and write to you.":
            "test_handling.test_return_goes_from_request_to_money",
        "You can follow every step, with its date, and take a return back until it has arrived.":
            "test_pages.test_customer_takes_a_return_back",
        "What you paid for it, after any discount, to where the money came from. The delivery charge stays with the "
        "carrier, unless something arrived broken or was not what you ordered: then you get that back too.":
            "test_handling.test_delivery_goes_back_where_the_fault_is_ours",
        "We cannot take back things bought in other shops, and when the days are over we cannot refund a change of "
        "mind. Something arrived broken, or it was the wrong thing? Write to us, whenever that is.":
            "test_eligibility.test_day_too_late_says_that_the_window_is_over_and_which_day_it_was",
    },
    "money-back-guarantee": {
        "Skin takes its time to answer, so take yours. If something turns out not to be for you, you get your money "
        "back, and you keep what is left of it.":
            "test_handling.test_claim_is_paid_back_by_itself_and_nothing_comes_back",
        "Open your returns, with your account, or with the number of your order and your email address, and claim the "
        "guarantee.":
            "test_pages.test_account_lists_what_can_go_back_and_what_was_sent",
        "Most claims are approved at once, and the money goes back by itself. For some, a person looks first.":
            "test_handling.test_claim_beyond_the_limits_waits_and_is_paid_when_approved",
        "We write to you when the money is on its way.":
            "test_handling.test_claim_is_paid_back_by_itself_and_nothing_comes_back",
        "You do not have to say why. If you want to, we read it: it is how we learn what to change.":
            "test_desk.test_page_has_everything_needed_to_decide",
        "The guarantee is there so that you can find out whether something is for you. You can claim it once for each "
        "product; after that you can still send it back.":
            "test_eligibility.test_guest_who_registers_later_has_used_the_guarantee",
        "What you paid for it, after any discount, to where the money came from. The delivery charge stays with the "
        "carrier, unless something arrived broken or was not what you ordered: then you get that back too.":
            "test_handling.test_delivery_goes_back_once",
        "When the days are over we cannot refund a change of mind, and we cannot refund what was bought in another "
        "shop.":
            "test_eligibility.test_last_day_counts_to_its_end_anywhere_on_earth",
        "Your skin was unhappy with something? Stop using it and write to us, whenever that is.": "",
    },
}  # fmt: skip
FACTS = {
    "60 days from the day it arrives.": "test_eligibility.test_days_are_counted_from_the_arrival",
    "The last day counts to its end, wherever you are.":
        "test_eligibility.test_last_day_counts_to_its_end_anywhere_on_earth",
    "Opened or not.": "test_handling.test_return_goes_from_request_to_money",
    "Wherever we deliver.": "test_eligibility.test_promise_holds_in_its_countries_only",
    "We pay it, with a prepaid label that comes by email.": "test_desk.test_label_goes_to_the_customer",
    "Where a person decides, within 2 business days.":
        "test_deadlines.test_person_decides_within_the_business_days_of_the_promise",
    "The refund within 5 business days of the arrival at our door.":
        "test_deadlines.test_refund_is_made_within_the_business_days_of_the_promise",
    "Nothing. You keep it.": "test_handling.test_claim_is_paid_back_by_itself_and_nothing_comes_back",
}  # fmt: skip


def said(html: str, *tags: str) -> list[str]:
    tree = html5lib.parseFragment(html, namespaceHTMLElements=False)
    return [" ".join("".join(element.itertext()).split()) for element in tree.iter() if element.tag in tags]


@pytest.mark.parametrize("slug", KEPT_BY)
def test_everything_on_the_page_is_kept_by_a_test(promises, slug):
    text = Promise.objects.get(slug=slug).text
    assert said(text, "p", "li") == list(KEPT_BY[slug])


@pytest.mark.parametrize(
    "name", sorted({*FACTS.values(), *(n for kept in KEPT_BY.values() for n in kept.values() if n)})
)
def test_the_test_that_keeps_it_is_there(name):
    module, test = name.split(".")
    assert callable(getattr(import_module(f"tests.shop.returns.{module}"), test))


def test_facts_on_the_pages_are_kept_by_tests(promises, client):
    facts = set()
    for slug in KEPT_BY:
        page = html5lib.parse(client.get(f"/promises/{slug}/").content.decode(), namespaceHTMLElements=False)
        (table,) = page.findall(".//main//dl[@class='facts']")
        facts |= {sentence for dd in table.iter("dd") for sentence in re.split(r"(?<=\.) (?=[TA-Z])", clean(dd))}
    assert facts - {"Nothing.", "You keep it."} == set(FACTS) - {"Nothing. You keep it."}


def clean(element) -> str:
    return " ".join("".join(element.itertext()).split())


def test_texts_repeat_no_number(promises):
    for slug in KEPT_BY:
        assert not re.search(r"\d|\{days\}", re.sub(r"<[^>]*>", "", Promise.objects.get(slug=slug).text))


# --- The record is followed everywhere -------------------------------------------------------------------------------


def page_of(client, promise: Promise) -> str:
    return text_of(client.get(promise.get_absolute_url()))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"days": 47}, "47 days from the day it arrives."),
        ({"counted_from": "purchase"}, "60 days from the day of your order."),
        ({"condition": "unopened"}, "What you have not opened."),
        ({"pays_postage": ""}, "You pay it, with a carrier of your choice."),
    ],
)
def test_facts_follow_the_record(promises, admin_client, client, changes, says):
    edit(admin_client, Promise.objects.get(slug="returns"), **changes)
    assert says in page_of(client, Promise.objects.in_force().get(slug="returns"))


def test_facts_name_what_is_not_covered_and_where_it_holds(promises, admin_client, client):
    make_countries()
    product = make_product(title="Gift Card")
    edit(admin_client, Promise.objects.get(slug="returns"), excluded=[product.pk], countries=["CA"])
    page = page_of(client, Promise.objects.in_force().get(slug="returns"))
    assert "Gift Card" in page
    assert "Canada" in page
    assert "United States" not in page


def test_product_that_is_not_covered_does_not_claim_to_be(promises, admin_client, client):
    product = make_product(title="Gift Card")
    assert "How returns work" in text_of(client.get(product.get_absolute_url()))
    edit(admin_client, Promise.objects.get(slug="returns"), excluded=[product.pk])
    assert "How returns work" not in text_of(client.get(product.get_absolute_url()))


def test_search_engines_are_told_what_the_record_says(promises, admin_client, client):
    make_countries()
    policy = node_of(client.get("/"), "MerchantReturnPolicy")
    assert policy["itemCondition"] == [f"{SCHEMA}NewCondition", f"{SCHEMA}UsedCondition"]
    edit(admin_client, Promise.objects.get(slug="returns"), days=47, condition="unopened", countries=["CA"])
    policy = node_of(client.get("/"), "MerchantReturnPolicy")
    assert policy["merchantReturnDays"] == 47
    assert policy["itemCondition"] == [f"{SCHEMA}NewCondition"]
    assert policy["applicableCountry"] == ["CA"]


def test_search_engines_are_told_no_days_that_do_not_begin_with_the_arrival(promises, client):
    make_countries()
    Promise.objects.filter(slug="returns").update(counted_from="purchase")
    assert "merchantReturnDays" not in node_of(client.get("/"), "MerchantReturnPolicy")


def test_search_engines_are_told_which_product_cannot_go_back(promises, client, settings):
    settings.SITE_URL = "https://shop.example"
    make_countries()
    product = make_product()
    Promise.objects.get(slug="returns").excluded.add(product)
    offer = node_of(client.get(product.get_absolute_url()), "Product")["offers"]
    assert offer["hasMerchantReturnPolicy"] == [{"@id": "https://shop.example/#no-returns"}]


def returns_in_feed(client) -> list[dict[str, str]]:
    tag = "{http://base.google.com/ns/1.0}"
    (item,) = items(client)
    return [{each.tag.removeprefix(tag): each.text for each in returns} for returns in item.findall(f"{tag}returns")]


def test_feed_says_what_the_record_says(promises, admin_client, client, settings):
    settings.SITE_URL = "https://shop.example"
    make_countries()
    product = pictured()
    edit(admin_client, Promise.objects.get(slug="returns"), days=47, countries=["CA"])
    assert returns_in_feed(client) == [
        {"country": "CA", "item_condition": "USED", "method": "BY_MAIL", "outcome": "REFUND",
         "shipping_fee": "0.00 USD", "policy_url": "https://shop.example/promises/returns/",
         "window_type": "FINITE_RETURN_WINDOW", "window_days": "47"}
    ]  # fmt: skip
    held = Promise.objects.in_force().get(slug="returns")
    held.excluded.add(product)
    assert [each["window_type"] for each in returns_in_feed(client)] == ["NO_RETURNS"]


def test_feed_says_that_the_customer_pays_the_postage_where_we_do_not(promises, client, settings):
    settings.SITE_URL = "https://shop.example"
    make_countries()
    pictured()
    Promise.objects.filter(slug="returns").update(pays_postage=False)
    for each in returns_in_feed(client):
        assert each["shipping_fee_type"] == "CUSTOMER_RESPONSIBILITY"
        assert "shipping_fee" not in each


@pytest.mark.parametrize(("days", "told"), [(None, ["LIFETIME"]), (60, [])])
def test_feed_claims_no_window_that_it_cannot_tell(promises, client, settings, days, told):
    settings.SITE_URL = "https://shop.example"
    make_countries()
    pictured()
    Promise.objects.filter(slug="returns").update(days=days, counted_from="purchase")
    assert {each["window_type"] for each in returns_in_feed(client)} == set(told)


def test_letter_of_an_order_follows_the_record(make_sent, admin_client):
    edit(admin_client, Promise.objects.get(slug="returns"), days=47)
    order = make_sent()
    post(code="ORDER_PLACED", key="a", order=order)
    deliver_waiting.call()
    (sent,) = mail.outbox
    assert "Send it back within 47 days" in " ".join(sent.body.split())


def test_page_on_which_one_returns_follows_the_record(make_sent, admin_client, client):
    edit(admin_client, Promise.objects.get(slug="returns"), days=47)
    order = make_sent()
    sent_on = timezone.localdate(order.shipping_events.get().date_created)
    until = eligibility.rights(order.pk, "return").until
    assert (until - sent_on - eligibility.ARRIVES_WITHIN).days == 47
    assert f"until {until:%b}" in text_of(client.get(links.order_path(order)))


# --- The migration ---------------------------------------------------------------------------------------------------


@pytest.fixture
def first_words(db):
    """As a shop was before: with the first texts."""
    for slug, text in HOW_IT_GOES.FIRST.items():
        Promise.objects.filter(slug=slug).update(text=text)


def test_orders_keep_the_words_that_they_were_placed_under(first_words, make_sent):
    Promise.objects.filter(slug="returns").update(text=HOW_IT_GOES.FIRST["returns"])
    make_sent()
    HOW_IT_GOES.tell_how_it_goes(apps, None)
    old, new = Promise.objects.filter(slug="returns").order_by("version")
    assert (old.text, new.text) == (HOW_IT_GOES.FIRST["returns"], HOW_IT_GOES.NOW["returns"])
    assert (new.version, new.days, new.pays_postage) == (2, old.days, old.pays_postage)
    HOW_IT_GOES.tell_how_it_goes(apps, None)
    assert Promise.objects.filter(slug="returns").count() == 2


def test_words_of_the_staff_stay(first_words):
    Promise.objects.filter(slug="returns").update(text="<p>Ours.</p>")
    HOW_IT_GOES.tell_how_it_goes(apps, None)
    assert Promise.objects.get(slug="returns").text == "<p>Ours.</p>"


def test_shop_without_orders_begins_with_the_new_words(first_words):
    HOW_IT_GOES.tell_how_it_goes(apps, None)
    assert Promise.objects.get(slug="returns").text == HOW_IT_GOES.NOW["returns"]


def test_pages_of_the_promises_lead_to_returns(promises, client):
    for slug in KEPT_BY:
        page = client.get(reverse("promises:detail", args=[slug])).content.decode()
        assert 'href="/returns/"' in page
