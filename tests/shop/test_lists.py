"""Lists of products: what narrows them down and sorts them."""

import re

import pytest
from django.core.paginator import Paginator
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from oscar.core.loading import get_class, get_model

from shop.search import index
from shop.search.templatetags.pages import numbers
from tests.factories import make_product
from tests.shop.test_pages import links_of, main_of, make_sizes, parse, text_of

AttributeOption = get_model("catalogue", "AttributeOption")
AttributeOptionGroup = get_model("catalogue", "AttributeOptionGroup")
Category = get_model("catalogue", "Category")
Product = get_model("catalogue", "Product")
ProductAttribute = get_model("catalogue", "ProductAttribute")
CatalogueView = get_class("search.views", "CatalogueView")


def good_for(product: Product, *names: str, attribute: str = "skin_concern") -> Product:
    """Say what the product is good for, as options of one of its attributes. Returns it."""
    group, _created = AttributeOptionGroup.objects.get_or_create(code=attribute, defaults={"name": attribute})
    options = [AttributeOption.objects.get_or_create(group=group, option=name)[0] for name in names]
    ProductAttribute.objects.get_or_create(
        product_class=product.product_class,
        code=attribute,
        defaults={"name": attribute, "type": ProductAttribute.MULTI_OPTION, "option_group": group},
    )
    product = Product.objects.get(pk=product.pk)  # one that has not read its attributes yet
    setattr(product.attr, attribute, options)
    product.save()
    return product


def titles(response) -> list[str]:
    return [product.title for product in response.context["products"]]


def choice(response, value: str):
    """The box or button of that value, as an element."""
    return main_of(response).find(f".//input[@value='{value}']")


def number_beside(response, value: str) -> str:
    """What stands behind the label of a choice."""
    label = next(
        label for label in main_of(response).iter("label") if label.find(f"input[@value='{value}']") is not None
    )
    return re.search(r"(\d+) products?$", " ".join("".join(label.itertext()).split()))[1]


@pytest.fixture
def shelf(db):
    """Soap for dry and oily skin with spots, cream for dry skin, a dear gel with spots that is sold out."""
    soap = make_product(title="Soap", price="10.00")
    cream = make_product(title="Cream", price="20.00")
    gel = make_product(title="Gel", price="30.00", stock=0)
    for product, concerns, skins in (
        (soap, ["Spots"], ["Dry", "Oily"]),
        (cream, ["Dull look"], ["Dry"]),
        (gel, ["Spots", "Dull look"], ["Oily"]),
    ):
        good_for(good_for(product, *concerns), *skins, attribute="skin_type")


# Filters


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("concern=spots", {"Soap", "Gel"}),
        ("concern=spots&concern=dull-look", {"Soap", "Cream", "Gel"}),
        ("concern=spots&skin=dry", {"Soap"}),
        ("in_stock=1", {"Soap", "Cream"}),
        ("in_stock=1&concern=dull-look", {"Cream"}),
        ("price_to=20", {"Soap", "Cream"}),
        ("price_from=20", {"Cream", "Gel"}),
        ("price_from=15&price_to=25,50", {"Cream"}),
        ("price_from=25&price_to=15", {"Cream"}),
        ("price_from=%2410.00&price_to=10", {"Soap"}),
    ],
)
def test_values_of_one_filter_widen_and_filters_narrow(client, shelf, query, left):
    assert set(titles(client.get(f"/catalogue/?{query}"))) == left


@pytest.mark.parametrize("address", ["/catalogue/", "category", "/search/?q=care"])
def test_every_list_has_the_same_filters(client, shelf, address):
    category = Category.add_root(name="Everything")
    category.product_set.set(Product.objects.all())
    Product.objects.update(description="<p>Care</p>")
    index.rebuild()
    address = category.get_absolute_url() if address == "category" else address
    page = client.get(f"{address}{'&' if '?' in address else '?'}skin=oily&sort=price-desc")
    assert titles(page) == ["Gel", "Soap"]


def test_each_choice_says_how_many_products_it_would_leave(client, shelf):
    page = client.get("/catalogue/?skin=dry")
    numbers = {value: number_beside(page, value) for value in ("spots", "dull-look", "dry", "oily", "1")}
    assert numbers == {"spots": "1", "dull-look": "1", "dry": "2", "oily": "2", "1": "2"}


def test_choice_that_leads_nowhere_cannot_be_made(client, shelf):
    page = client.get("/catalogue/?price_to=10")
    assert choice(page, "dull-look").get("disabled") is not None


def test_choice_that_was_made_can_be_taken_back_wherever_it_leads(client, shelf):
    page = client.get("/catalogue/?price_to=10&concern=dull-look")
    assert choice(page, "dull-look").get("disabled") is None


def test_choice_of_no_product_in_the_list_is_not_offered(client, shelf):
    category = Category.add_root(name="Wash")
    category.product_set.set(Product.objects.filter(title__in=["Soap", "Cream"]))
    Product.objects.filter(title="Gel").delete()
    make_product(title="Brush")
    good_for(make_product(title="Hat"), "Sun")
    assert choice(client.get(category.get_absolute_url()), "sun") is None


def test_filter_that_makes_no_difference_is_not_offered(client, shelf):
    category = Category.add_root(name="Wash")
    category.product_set.set(Product.objects.filter(title__in=["Soap", "Cream"]))
    page = client.get(category.get_absolute_url())
    assert (choice(page, "dry") is None, choice(page, "1")) == (False, None)  # some are for oily skin, all in stock


def test_list_of_one_product_has_no_filters(client, db):
    make_product()
    assert main_of(client.get("/catalogue/")).find(".//form") is None


def test_what_is_chosen_is_ticked(client, shelf):
    page = client.get("/catalogue/?concern=spots&price_to=20.50&sort=name")
    assert choice(page, "spots").get("checked") is not None
    assert choice(page, "name").get("checked") is not None
    assert choice(page, "20.50").get("name") == "price_to"


def test_each_filter_can_be_taken_off_by_itself(client, shelf):
    page = client.get("/catalogue/?concern=spots&concern=dull-look&price_to=30&sort=name&utm=x")
    chips = {chip.label: chip.url for chip in page.context["filters"].chips}
    assert chips == {
        "Spots": "/catalogue/?concern=dull-look&price_to=30&sort=name",
        "Dull look": "/catalogue/?concern=spots&price_to=30&sort=name",
        "Up to $30.00": "/catalogue/?concern=spots&concern=dull-look&sort=name",
    }
    assert set(chips.values()) <= set(links_of(page))


def test_all_filters_can_be_taken_off_at_once(client, shelf):
    Product.objects.update(description="skin")
    index.rebuild()
    assert "/search/?q=skin" in links_of(client.get("/search/?q=skin&concern=spots&in_stock=1"))


def test_filters_that_leave_nothing_lead_back_to_the_whole_list(client, shelf):
    page = client.get("/catalogue/?price_from=500")
    assert "Nothing on this shelf fits." in text_of(page)
    assert "/catalogue/" in [link.get("href") for link in main_of(page).iter("a")]


def test_list_says_how_many_products_are_left(client, shelf):
    statuses = [
        element for element in main_of(client.get("/catalogue/?skin=oily")).iter() if element.get("role") == "status"
    ]
    assert ["".join(status.itertext()).strip() for status in statuses] == ["2 products"]


def test_product_is_in_stock_when_any_size_is(client, db):
    make_sizes(make_product(title="Gel"), ("20 g", "18.00", 0), ("60 g", "42.00", 5))
    make_sizes(make_product(title="Balm"), ("20 g", "18.00", 0), ("60 g", "42.00", 0))
    assert titles(client.get("/catalogue/?in_stock=1")) == ["Gel"]


def test_hidden_size_is_neither_a_price_nor_in_stock(client, db):
    gel = make_sizes(make_product(title="Gel"), ("20 g", "8.00", 5), ("60 g", "42.00", 0))
    gel.children.filter(title="20 g").update(is_public=False)
    make_product(title="Soap")
    assert titles(client.get("/catalogue/?in_stock=1")) == ["Soap"]
    assert titles(client.get("/catalogue/?price_from=42")) == ["Gel"]


def test_what_others_have_set_aside_is_not_in_stock(client, db):
    soap = make_product(title="Soap", stock=3)
    soap.stockrecords.update(num_allocated=3)
    make_product(title="Brush")
    assert titles(client.get("/catalogue/?in_stock=1")) == ["Brush"]


def test_what_is_not_counted_is_always_in_stock(client, db):
    soap = make_product(title="Soap", stock=0)
    make_sizes(make_product(title="Gel", stock=0), ("20 g", "18.00", 0))
    soap.product_class.track_stock = False
    soap.product_class.save()
    assert set(titles(client.get("/catalogue/?in_stock=1"))) == {"Soap", "Gel"}


NONSENSE = {
    "unknown values": "concern=x&skin=y&in_stock=2&sort=z",
    "lists": "concern[]=spots&concern[0]=spots&sort[]=price&price_to[a]=1",
    "NUL": "concern=%00&skin=a%00b&in_stock=%00&sort=%00&price_from=%00",
    "no UTF-8": "concern=%ff%fe&skin=%ED%A0%80&sort=%ff&price_to=%ff",
    "huge": f"price_from={'9' * 5000}&concern={'x' * 5000}&sort={'y' * 5000}",
    "no numbers": "price_from=NaN&price_to=Infinity",
    "other numbers": "price_from=1e3&price_to=-1",
    "digits of elsewhere": "price_from=%D9%A1%D9%A2&price_to=1_0",
    "SQL": "concern=spots'--&skin=%25&sort=price;drop&price_from=1%20OR%201=1",
    "many": "&".join(f"concern=x{number}" for number in range(900)),
    "empty": "concern=&skin=&in_stock=&sort=&price_from=&price_to=&=",
}


@pytest.mark.parametrize("query", NONSENSE.values(), ids=NONSENSE)
@pytest.mark.parametrize("address", ["/catalogue/?", "/search/?q=care&"])
def test_nonsense_in_a_filter_is_passed_over(client, shelf, address, query):
    Product.objects.update(description="<p>Care</p>")
    index.rebuild()
    assert titles(client.get(address + query)) == titles(client.get(address))


@pytest.mark.parametrize("number", ["0", "-1", "abc", "9999", "%00", "9" * 5000, "1.5"])
def test_page_that_a_filtered_list_does_not_have_is_not_found(client, shelf, number):
    assert client.get(f"/catalogue/?skin=dry&page={number}").status_code == 404


# Sorting


def test_prices_sort_by_what_the_cheapest_size_costs(client, db):
    make_product(title="Soap", price="20.00")
    make_sizes(make_product(title="Gel"), ("60 g", "42.00", 5), ("20 g", "18.00", 0))
    make_product(title="Without price").stockrecords.update(price=None)
    make_product(title="Pin", price="1.00")
    assert titles(client.get("/catalogue/?sort=price")) == ["Pin", "Gel", "Soap", "Without price"]
    assert titles(client.get("/catalogue/?sort=price-desc")) == ["Soap", "Gel", "Pin", "Without price"]


def test_prices_sort_as_numbers(client, db):
    for price in ("100.00", "9.00", "20.00"):
        make_product(title=price, price=price)
    assert titles(client.get("/catalogue/?sort=price")) == ["9.00", "20.00", "100.00"]


def test_names_sort_whatever_their_case(client, db):
    for title in ("balm", "Soap", "Alum"):
        make_product(title=title)
    assert titles(client.get("/catalogue/?sort=name")) == ["Alum", "balm", "Soap"]


def test_list_begins_with_what_staff_put_first(client, db):
    first = make_product(title="First")
    make_product(title="Second")
    Product.objects.filter(pk=first.pk).update(priority=5)
    assert titles(client.get("/catalogue/")) == ["First", "Second"]
    assert titles(client.get("/catalogue/?sort=newest")) == ["Second", "First"]


def test_reviews_sort_only_where_there_are_any(client, db):
    good, _plain = make_product(title="Good"), make_product(title="Plain")
    assert choice(client.get("/catalogue/"), "rating") is None
    Product.objects.filter(pk=good.pk).update(rating=4.5)
    page = client.get("/catalogue/?sort=rating")
    assert (choice(page, "rating").get("type"), titles(page)) == ("radio", ["Good", "Plain"])


# Pages of a list


@pytest.fixture
def long_list(shelf, monkeypatch):
    monkeypatch.setattr(CatalogueView, "paginate_by", 1)


def test_pages_keep_filters_and_sorting(client, long_list):
    page = client.get("/catalogue/?skin=dry&sort=price")
    assert "?skin=dry&sort=price&page=2" in links_of(page)
    assert titles(client.get("/catalogue/?skin=dry&sort=price&page=2")) == ["Cream"]


def test_choosing_anew_begins_on_the_first_page(client, long_list):
    page = client.get("/catalogue/?skin=dry&page=2")
    assert main_of(page).find(".//*[@name='page']") is None
    assert not [chip for chip in page.context["filters"].chips if "page=" in chip.url]


@pytest.mark.parametrize(
    ("query", "canonical", "indexed"),
    [
        ("", "/catalogue/", True),
        ("?page=2", "/catalogue/?page=2", True),
        ("?utm_source=x&concern=unknown", "/catalogue/", True),
        ("?sort=recommended&price_to=", "/catalogue/", True),
        ("?skin=dry", "/catalogue/", False),
        ("?skin=dry&page=2", "/catalogue/", False),
        ("?sort=price&page=2", "/catalogue/", False),
    ],
)
def test_search_engines_are_told_of_the_plain_list_only(client, long_list, settings, query, canonical, indexed):
    page = parse(client.get(f"/catalogue/{query}"))
    assert page.find(".//link[@rel='canonical']").get("href").endswith(f"{settings.SITE_URL}{canonical}")
    assert (page.find(".//meta[@name='robots']") is None) is indexed


def test_title_of_a_page_says_its_number(client, long_list):
    assert parse(client.get("/catalogue/?page=2")).find(".//title").text.startswith("All products, page 2")


@pytest.mark.parametrize("query", ["", "?concern=spots&skin=dry&in_stock=1&price_to=90&sort=price"])
def test_questions_do_not_grow_with_products_and_choices(client, db, query):
    category = Category.add_root(name="Everything")

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(category.get_absolute_url() + query)
        return len(asked)

    def fill(first: int, last: int) -> None:
        for number in range(first, last):
            product = good_for(make_product(title=f"Soap {number}"), "Spots", f"Concern {number}")
            good_for(product, "Dry", f"Skin {number}", attribute="skin_type")
            make_sizes(product, ("20 g", "18.00", 5), ("60 g", "42.00", 5))
            category.product_set.add(product)

    fill(0, 2)
    few = questions()
    fill(2, 24)
    assert questions() == few
    # Category 1, choices 1 (and their counts 1), figures 1, tiles 2, guides 1, menu and badges 1.
    assert few <= 8


# The shelf of what was looked at


def shelf_of(client, ids: str) -> list[str]:
    answer = client.get(reverse("catalogue:shelf"), {"ids": ids})
    assert answer.status_code == 200
    return titles(answer)


def test_shelf_has_products_in_the_order_they_are_named_in(client, db):
    soap, brush = make_product(title="Soap"), make_product(title="Brush")
    assert shelf_of(client, f"{soap.pk},{brush.pk},{soap.pk}") == ["Soap", "Brush"]


def test_shelf_leaves_out_what_is_not_on_show(client, db):
    soap, gel = make_product(title="Soap"), make_sizes(make_product(title="Gel"), ("20 g", "18.00", 5))
    Product.objects.filter(pk=soap.pk).update(is_public=False)
    assert shelf_of(client, f"{soap.pk},{gel.children.get().pk},{gel.pk},999999999") == ["Gel"]


def test_shelf_has_one_row(client, db):
    assert len(shelf_of(client, ",".join(str(make_product().pk) for _number in range(6)))) == 4


@pytest.mark.parametrize("ids", ["", ",", "x", "-1", "1.5", "\0", "9" * 5000, "١", "1;2", "1," * 5000, "🧼"])
def test_shelf_passes_over_what_is_no_number(client, db, ids):
    assert shelf_of(client, ids) == []


def test_shelf_of_nothing_is_empty(client, db):
    assert client.get(reverse("catalogue:shelf")).content.strip() == b""


def test_shelf_is_kept_by_the_browser_alone(client, db):
    assert client.get(reverse("catalogue:shelf")).headers["Cache-Control"] == "private, max-age=60"


def test_of_many_pages_few_are_led_to():
    page = Paginator(range(33_000), 24).page(700)
    assert list(numbers(page)) == [1, page.paginator.ELLIPSIS, 699, 700, 701, page.paginator.ELLIPSIS, 1375]
