"""The basket: what it says and sums up, and that nothing a browser sends breaks it or empties it."""

import re
from datetime import timedelta
from decimal import Decimal
from xml.etree.ElementTree import Element

import html5lib
import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from oscar.core.loading import get_model

from tests.factories import make_product, make_voucher

Basket = get_model("basket", "Basket")
Product = get_model("catalogue", "Product")
Voucher = get_model("voucher", "Voucher")
User = get_user_model()

SUMMARY = "/basket/"
CHANGED = "Your basket has changed since you opened the page."


def add(client: Client, product: Product, **form: str):
    return client.post(reverse("basket:add", args=[product.pk]), {"quantity": "1"} | form, follow=True)


def parse(response) -> Element:
    return html5lib.parse(response.content.decode(), namespaceHTMLElements=False)


def text_of(response) -> str:
    """What is read on the page, its white space made single."""
    return re.sub(r"\s+", " ", "".join(parse(response).find(".//main").itertext()))


def quantities(client: Client) -> dict[str, int]:
    """What the basket holds: titles and quantities."""
    return {line.product.get_title(): line.quantity for line in client.get(SUMMARY).context["basket"].all_lines()}


def form_of(client: Client, action: str = SUMMARY) -> dict[str, str]:
    """The fields of the form on the basket page that goes to `action`, as they stand."""
    forms = parse(client.get(SUMMARY)).findall(".//main//form")
    form = next(form for form in forms if form.get("action") == action)
    return {field.get("name"): field.get("value") for field in form.iter("input")}


def names(response, tag: str) -> list[str]:
    """The accessible names of all elements with that tag."""
    elements = parse(response).iter(tag)
    return [
        re.sub(r"\s+", " ", element.get("aria-label") or "".join(element.itertext())).strip() for element in elements
    ]


def make_gel(*sizes: tuple[str, int]) -> Product:
    """A product in sizes, each a title and a stock; each costs 18 dollars."""
    gel = make_product(title="Gel")
    partner = gel.stockrecords.get().partner
    gel.stockrecords.all().delete()
    Product.objects.filter(pk=gel.pk).update(structure=Product.PARENT)
    gel.refresh_from_db()
    for title, stock in sizes:
        size = Product.objects.create(structure=Product.CHILD, parent=gel, title=title)
        size.stockrecords.create(partner=partner, partner_sku=f"gel-{title}", price=Decimal(18), num_in_stock=stock)
    return gel


@pytest.fixture
def soap(db) -> Product:
    return make_product(title="Soap", price="18.00", stock=10)


@pytest.fixture
def brush(db) -> Product:
    return make_product(title="Brush", price="24.00", stock=10)


@pytest.fixture
def filled(client, soap, brush) -> Client:
    """A guest's browser with one soap and one brush in the basket."""
    add(client, soap)
    add(client, brush)
    return client


@pytest.fixture
def signed_in(client, db) -> Client:
    client.force_login(User.objects.create_user("alex", "alex@example.com", "a long pass phrase"))
    return client


# Adding


def test_added_product_is_named_and_summed_up(client, soap):
    page = add(client, soap)
    assert "Soap is in your basket." in text_of(page)
    assert "Your basket comes to $18.00" in text_of(page)


def test_adding_again_adds_up(client, soap):
    add(client, soap)
    add(client, soap)
    assert quantities(client) == {"Soap": 2}


def test_chosen_size_is_added(client, db):
    gel = make_gel(("20 g", 5), ("60 g", 5))
    add(client, gel, child_id=str(gel.children.get(title="60 g").pk))
    assert quantities(client) == {"Gel, 60 g": 1}


@pytest.mark.parametrize("child_id", ["", "x", "0", "9" * 30])
def test_product_in_sizes_asks_for_one(client, db, child_id):
    assert "Gel: Choose a size." in text_of(add(client, make_gel(("20 g", 5)), child_id=child_id))


@pytest.mark.parametrize("quantity", ["0", "-1", "x", "", "1.5", "1\x00"])
def test_quantity_that_is_none_adds_nothing_and_says_so(filled, soap, quantity):
    assert "Soap: Enter how many you want" in text_of(add(filled, soap, quantity=quantity))
    assert quantities(filled) == {"Soap": 1, "Brush": 1}


@pytest.mark.parametrize("quantity", ["1000000000", "9" * 40])
def test_quantity_beyond_reason_adds_nothing_and_says_so(filled, soap, quantity):
    assert "Soap: One order holds" in text_of(add(filled, soap, quantity=quantity))
    assert quantities(filled) == {"Soap": 1, "Brush": 1}


def test_more_than_there_is_adds_nothing_and_says_so(filled, soap):
    assert "a maximum of 10 can be bought" in text_of(add(filled, soap, quantity="10"))
    assert quantities(filled) == {"Soap": 1, "Brush": 1}


def test_hidden_product_cannot_be_added(client, soap):
    Product.objects.update(is_public=False)
    assert "Soap: unavailable" in text_of(add(client, soap))


@pytest.mark.parametrize("pk", ["0", "9" * 30])
def test_unknown_product_is_not_found(client, db, pk):
    assert client.post(f"/basket/add/{pk}/", {"quantity": 1}).status_code == 404


# Adding with the page's script, which asks for a piece of a page


def add_in_place(client: Client, product: Product, **form: str) -> Element:
    """What the panel of the header shows; its data- attributes say what the count and the screen reader get."""
    answer = client.post(
        reverse("basket:add", args=[product.pk]),
        {"quantity": "1"} | form,
        headers={"X-Requested-With": "XMLHttpRequest"},
    )
    assert answer.status_code == 200
    return parse(answer).find(".//body/div")


def words_of(element: Element) -> str:
    return re.sub(r"\s+", " ", "".join(element.itertext()))


def test_panel_shows_all_lines_and_the_sum(filled, soap):
    panel = words_of(add_in_place(filled, soap))
    assert "Soap Quantity 2 $36.00" in panel
    assert "Brush Quantity 1 $24.00" in panel
    assert "Sum, before delivery $60.00" in panel


def test_panel_says_what_was_added_and_how_much_there_is(filled, soap):
    panel = add_in_place(filled, soap)
    assert panel.get("data-said") == "Added to basket: Soap, 3 items in all."
    assert (panel.get("data-count"), panel.get("data-items")) == ("3", "3 items")


def test_title_cannot_break_out_of_the_panel(client, db):
    panel = add_in_place(client, make_product(title='"><img src=x> Soap'))
    assert panel.get("data-said") == 'Added to basket: "><img src=x> Soap, 1 item in all.'
    assert panel.find(".//img[@src='x']") is None


def test_panel_says_what_is_wrong_and_keeps_the_basket(filled, soap):
    panel = add_in_place(filled, soap, quantity="10")
    assert "a maximum of 10 can be bought" in panel.get("data-said")
    assert "a maximum of 10 can be bought" in words_of(panel)
    assert quantities(filled) == {"Soap": 1, "Brush": 1}


@pytest.mark.parametrize("quantity", ["1", "99"], ids=["added", "refused"])
def test_what_the_panel_said_does_not_come_up_again_on_the_next_page(filled, soap, quantity):
    filled.get(SUMMARY)  # where what `filled` did is said
    add_in_place(filled, soap, quantity=quantity)
    assert parse(filled.get(SUMMARY)).find(".//*[@data-messages]") is None


def test_sum_of_the_panel_is_discounted(filled, soap):
    make_voucher(code="TENOFF", percent="10")
    use_code(filled, "TENOFF")
    assert "Sum, before delivery $54.00" in words_of(add_in_place(filled, soap))


def test_state_for_a_page_that_comes_back_is_never_stored(filled):
    answer = filled.get(reverse("basket:mini"))
    assert parse(answer).find(".//body/div").get("data-count") == "2"
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("path", ["/", "/basket/", "/catalogue/", "/search/?q=soap", "/accounts/login/"])
def test_ordinary_pages_may_be_kept_for_the_way_back(filled, path):
    assert "no-store" not in filled.get(path).headers.get("Cache-Control", "")


# The page


def test_empty_basket_shows_where_to_begin(client, db):
    page = client.get(SUMMARY)
    assert "Your basket is empty." in text_of(page)
    assert "Read the guides" in names(page, "a")


def test_empty_basket_shows_one_from_each_shelf(client, demo_shop):
    page = client.get(SUMMARY)
    assert names(page, "h2")[:2] == ["Your basket is empty.", "One from each shelf"]
    assert "The Texture Routine" in text_of(page)


def test_filled_basket_shows_nothing_else_to_buy(filled):
    assert "One from each shelf" not in text_of(filled.get(SUMMARY))


@pytest.mark.parametrize("link", ["Basket", "Checkout"])
def test_page_has_one_link_of_that_name(filled, link):
    page = filled.get(SUMMARY)
    # The count beside the word is hidden from screen readers, and so is no part of the name.
    assert [re.sub(r" ?\d+$", "", name) for name in names(page, "a")].count(link) == 1


def test_every_button_of_a_line_names_its_product(filled):
    buttons = names(filled.get(SUMMARY), "button")
    assert {"Update: Soap", "Remove: Soap", "Update: Brush", "Remove: Brush"} <= set(buttons)


def test_total_holds_items_and_delivery(filled):
    amounts = [amount.text for amount in parse(filled.get(SUMMARY)).findall(".//dl//dd")]
    assert amounts == ["$42.00", "$5.00", "$0.00", "$47.00"]


def test_page_says_what_is_missing_for_free_delivery(filled):
    assert "Spend $8.00 more and standard delivery is free." in text_of(filled.get(SUMMARY))


def test_free_delivery_needs_no_advice(filled, brush):
    add(filled, brush)
    assert "delivery is free" not in text_of(filled.get(SUMMARY))


# Changing


def test_quantity_is_changed(filled):
    filled.post(SUMMARY, form_of(filled) | {"form-0-quantity": "3"})
    assert quantities(filled) == {"Soap": 3, "Brush": 1}


def test_quantity_of_zero_takes_the_line_out(filled):
    filled.post(SUMMARY, form_of(filled) | {"form-0-quantity": "0"})
    assert quantities(filled) == {"Brush": 1}


def test_button_takes_the_line_out_whatever_its_field_holds(filled):
    filled.post(SUMMARY, form_of(filled) | {"form-0-quantity": "x", "form-0-DELETE": "on"})
    assert quantities(filled) == {"Brush": 1}


@pytest.mark.parametrize("quantity", ["-1", "x", "", "1.5", "1\x00"])
def test_quantity_that_is_none_changes_nothing_and_says_so(filled, quantity):
    page = filled.post(SUMMARY, form_of(filled) | {"form-0-quantity": quantity, "form-1-quantity": "5"})
    assert "Enter how many you want as a number; 0 takes it out." in text_of(page)
    assert quantities(filled) == {"Soap": 1, "Brush": 1}


@pytest.mark.parametrize("quantity", ["11", "1000000000", "9" * 40])
def test_quantity_beyond_stock_changes_nothing_and_says_so(filled, quantity):
    page = filled.post(SUMMARY, form_of(filled) | {"form-0-quantity": quantity})
    assert "A maximum of 10 can be bought" in text_of(page)
    assert quantities(filled) == {"Soap": 1, "Brush": 1}


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"form-TOTAL_FORMS": "x", "form-INITIAL_FORMS": "2"},
        {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "-2"},
        {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2"},
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-id": "x", "form-0-quantity": "5"},
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-id": "9" * 30, "form-0-quantity": "5"},
        {"form-TOTAL_FORMS": "9" * 30, "form-INITIAL_FORMS": "9" * 30},
    ],
    ids=["empty", "no number", "negative", "no lines", "no id", "huge id", "huge count"],
)
def test_malformed_form_changes_nothing_and_says_so(filled, form):
    page = filled.post(SUMMARY, form, follow=True)
    assert CHANGED in text_of(page)
    assert quantities(filled) == {"Soap": 1, "Brush": 1}


def test_line_of_somebody_else_stays_as_it_is(filled, soap):
    other = Client()
    add(other, soap)
    line = other.get(SUMMARY).context["basket"].all_lines()[0]
    filled.post(SUMMARY, form_of(filled) | {"form-0-id": str(line.pk), "form-0-DELETE": "on"})
    assert quantities(other) == {"Soap": 1}


# What happens to products meanwhile


def test_deleted_product_leaves_the_others_in_the_basket(filled, soap):
    soap.delete()
    assert quantities(filled) == {"Brush": 1}


def test_form_with_a_deleted_product_says_that_the_basket_changed(filled, soap):
    form = form_of(filled)
    soap.delete()
    assert CHANGED in text_of(filled.post(SUMMARY, form, follow=True))
    assert quantities(filled) == {"Brush": 1}


def test_product_no_longer_sold_is_marked(filled, soap):
    Product.objects.filter(pk=soap.pk).update(is_public=False)
    assert "We no longer sell this." in text_of(filled.get(SUMMARY))


def test_sold_out_product_is_marked(filled, soap):
    soap.stockrecords.update(num_in_stock=0)
    assert "Sold out since you added it." in text_of(filled.get(SUMMARY))


def test_line_with_more_than_there_is_says_how_many_there_are(filled, soap):
    add(filled, soap, quantity="4")
    soap.stockrecords.update(num_in_stock=3)
    assert "We have 3 of these." in text_of(filled.get(SUMMARY))


def test_changed_price_is_pointed_out(filled, soap):
    soap.stockrecords.update(price=Decimal("20.00"))
    assert "from $18.00 to $20.00" in text_of(filled.get(SUMMARY))


def test_sold_out_line_does_not_keep_others_from_being_changed(filled, soap):
    soap.stockrecords.update(num_in_stock=0)
    filled.post(SUMMARY, form_of(filled) | {"form-1-quantity": "2"})
    assert quantities(filled) == {"Soap": 1, "Brush": 2}


# Discount codes


def use_code(client: Client, code: str):
    return client.post(reverse("basket:vouchers-add"), {"code": code}, follow=True)


def test_code_takes_its_part_off(filled):
    make_voucher(code="TENOFF", percent="10")
    use_code(filled, "tenoff")
    assert "−$4.20" in text_of(filled.get(SUMMARY))


def test_discounted_line_shows_both_prices(filled):
    make_voucher(code="TENOFF", percent="10")
    use_code(filled, "TENOFF")
    assert "Before the discount $18.00 $16.20" in text_of(filled.get(SUMMARY))


def test_code_can_be_taken_back(filled):
    voucher = make_voucher(code="TENOFF")
    use_code(filled, "TENOFF")
    filled.post(reverse("basket:vouchers-remove", args=[voucher.pk]))
    assert "−$" not in text_of(filled.get(SUMMARY))


@pytest.mark.parametrize("code", ["", "NOPE", "x" * 500, "A\x00B", "'; --"])
def test_code_that_is_none_changes_nothing(filled, code):
    assert use_code(filled, code).status_code == 200
    assert filled.get(SUMMARY).context["basket"].total_incl_tax == Decimal("42.00")


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("", "Enter a discount code."),
        ("NOPE", "We do not know the code NOPE. Check it for a typing mistake."),
        ("x" * 500, "No code of ours looks like this. Check it for a typing mistake."),
        ("OLD", "The code OLD has expired."),
        ("TENOFF", "The code TENOFF is in your basket already."),
    ],
)
def test_code_that_is_refused_says_what_to_do_beside_the_field(filled, code, advice):
    make_voucher(code="TENOFF")
    use_code(filled, "TENOFF")
    make_voucher(code="OLD")
    Voucher.objects.filter(code="OLD").update(end_datetime=timezone.now() - timedelta(hours=1))
    page = parse(use_code(filled, code))
    field = page.find(".//input[@name='code']")
    assert words_of(page.find(f".//*[@id='{field.get('aria-describedby')}']")).strip() == advice
    assert field.get("value", "") == code
    assert page.find(".//details[@id='voucher']").get("open") is not None


def test_code_for_customers_asks_a_guest_to_sign_in(filled):
    make_voucher(code="WELCOME10", usage=Voucher.ONCE_PER_CUSTOMER)
    assert "signed in" in text_of(use_code(filled, "WELCOME10"))


def test_code_needs_something_in_the_basket(client, db):
    make_voucher(code="TENOFF")
    assert use_code(client, "TENOFF").status_code == 200


def test_code_that_is_not_in_the_basket_cannot_be_taken_back(filled):
    voucher = make_voucher(code="TENOFF")
    assert filled.post(reverse("basket:vouchers-remove", args=[voucher.pk]), follow=True).status_code == 200


# For later


@pytest.fixture
def saved(signed_in, soap, brush) -> Client:
    """The browser of somebody signed in, with a brush in the basket and a soap saved for later."""
    add(signed_in, soap)
    add(signed_in, brush)
    signed_in.post(SUMMARY, form_of(signed_in) | {"form-0-save_for_later": "on"})
    return signed_in


def test_line_is_saved_for_later(saved):
    page = saved.get(SUMMARY)
    assert quantities(saved) == {"Brush": 1}
    assert "Put back: Soap" in names(page, "button")


def test_saving_a_line_says_so(signed_in, soap):
    add(signed_in, soap)
    page = signed_in.post(SUMMARY, form_of(signed_in) | {"form-0-save_for_later": "on"}, follow=True)
    assert "Soap is saved for later." in text_of(page)


def test_saved_line_is_put_back(saved):
    action = reverse("basket:saved")
    saved.post(action, form_of(saved, action) | {"saved-0-move_to_basket": "on"})
    assert quantities(saved) == {"Soap": 1, "Brush": 1}


def test_saved_line_is_removed(saved):
    action = reverse("basket:saved")
    saved.post(action, form_of(saved, action) | {"saved-0-DELETE": "on"})
    assert not Basket.saved.get().lines.exists()


def test_saved_line_that_sold_out_is_not_put_back(saved, soap):
    soap.stockrecords.update(num_in_stock=0)
    action = reverse("basket:saved")
    saved.post(action, form_of(saved, action) | {"saved-0-move_to_basket": "on"})
    assert quantities(saved) == {"Brush": 1}


@pytest.mark.parametrize("pk", ["", "x", "999999", "9" * 30])
def test_forged_saved_line_is_refused(saved, pk):
    action = reverse("basket:saved")
    form = form_of(saved, action) | {"saved-0-id": pk, "saved-0-move_to_basket": "on"}
    assert saved.post(action, form, follow=True).status_code == 200
    assert quantities(saved) == {"Brush": 1}


@pytest.mark.parametrize("form", [{}, {"saved-TOTAL_FORMS": "1", "saved-INITIAL_FORMS": "1", "saved-0-id": "1"}])
def test_form_for_a_list_that_does_not_exist_is_refused(signed_in, form):
    assert signed_in.post(reverse("basket:saved"), form, follow=True).status_code == 200
