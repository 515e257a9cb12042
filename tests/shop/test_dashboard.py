"""The shop's back office, as staff use it."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.urls import reverse
from oscar.core.loading import get_model

from tests.factories import make_product

Order = get_model("order", "Order")
Product = get_model("catalogue", "Product")
ProductReview = get_model("reviews", "ProductReview")

pytestmark = pytest.mark.django_db

PAGES = [
    "dashboard:index",
    "dashboard:catalogue-product-list",
    "dashboard:catalogue-category-list",
    "dashboard:order-list",
    "dashboard:order-stats",
    "dashboard:offer-list",
    "dashboard:voucher-list",
    "dashboard:reviews-list",
    "dashboard:users-index",
    "dashboard:range-list",
    "dashboard:reports-index",
    "dashboard:stock-alert-list",
]


@pytest.mark.parametrize("name", PAGES)
def test_pages_open_for_staff(admin_client, name):
    assert admin_client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_closed_to_the_public(client, name):
    answer = client.get(reverse(name))
    assert answer.status_code == 302
    assert "/dashboard/login/" in answer.url


@pytest.mark.parametrize("key", ["", "x", "9" * 30, "²"])
@pytest.mark.parametrize(
    ("name", "action", "ticked"),
    [
        ("dashboard:catalogue-category-list", "make_non_public", "selected_category"),
        ("dashboard:order-list", "download_selected_orders", "selected_order"),
        ("dashboard:reviews-list", "update_selected_review_status", "selected_review"),
        ("dashboard:users-index", "make_inactive", "selected_user"),
    ],
)
def test_what_is_no_key_is_ticked_in_no_list(admin_client, name, action, ticked, key):
    answer = admin_client.post(reverse(name), {"action": action, ticked: key})
    assert answer.status_code == 302
    assert "Select at least one" in str([*get_messages(answer.wsgi_request)])


@pytest.mark.parametrize(("status", "becomes"), [("1", 1), ("", 0), ("9", 0), ("x", 0)])
def test_reviews_that_are_ticked_get_a_status_that_there_is(admin_client, status, becomes):
    review = ProductReview.objects.create(product=make_product(), score=4, title="Good", body="It lathers.", status=0)
    form = {"action": "update_selected_review_status", "selected_review": review.pk, "status": status}
    assert admin_client.post(reverse("dashboard:reviews-list"), form).status_code == 302
    review.refresh_from_db()
    assert review.status == becomes


def test_it_leads_to_the_posts_in_the_admin(admin_client):
    page = admin_client.get(reverse("dashboard:index")).content.decode()
    assert f'href="{reverse("admin:blog_post_changelist")}"' in page


def test_texts_of_several_lines_have_room_for_them(admin_client, demo_shop):
    """In Oscar's field of one line a browser would run the lines together."""
    product = Product.objects.get(slug="spot-patches")
    page = admin_client.get(reverse("dashboard:catalogue-product", args=[product.pk]))
    assert "\n" in product.attr.how_to_use
    assert "<textarea" in str(page.context["form"]["attr_how_to_use"])


# --- What counts as sold -------------------------------------------------------------------------------------------


@pytest.fixture
def orders(shopper, stripe):
    """One order of 15.00 and 5.00 for delivery in each state: five of 20.00, of which three were paid."""
    for status in Order.Status.values:
        shopper.client.cookies.clear()
        shopper.add(make_product(price="15.00"))
        shopper.press_pay()
        Order.objects.filter(pk=Order.objects.latest("pk").pk).update(status=status)
    return Order.objects.all()


@pytest.mark.django_db(transaction=True)
def test_the_front_page_counts_an_order_once_it_is_paid(admin_client, orders):
    figures = admin_client.get(reverse("dashboard:index")).context
    assert figures["total_revenue"] == figures["total_revenue_last_day"] == Decimal("60.00")
    assert figures["total_orders"] == figures["total_orders_last_day"] == 3
    assert figures["total_lines"] == figures["total_lines_last_day"] == 3
    assert figures["average_order_costs"] == Decimal("20.00")
    hours = figures["hourly_report_dict"]["order_total_hourly"]
    assert sum(hour["total_incl_tax"] for hour in hours) == Decimal("60.00")


@pytest.mark.django_db(transaction=True)
def test_a_partners_front_page_counts_his_paid_orders(client, django_user_model, orders):
    partner = Order.objects.first().lines.get().partner
    user = django_user_model.objects.create_user("partner", "partner@example.com", "a long pass phrase")
    user.user_permissions.add(Permission.objects.get(codename="dashboard_access"))
    partner.users.add(user)
    client.force_login(user)
    figures = client.get(reverse("dashboard:index")).context
    assert (figures["total_orders"], figures["total_revenue"]) == (3, Decimal("60.00"))


@pytest.mark.django_db(transaction=True)
def test_statistics_count_what_was_paid_and_name_the_rest(admin_client, orders):
    figures = admin_client.get(reverse("dashboard:order-stats")).context
    assert figures["total_revenue"] == Decimal("60.00")
    assert {row["status"] for row in figures["order_status_breakdown"]} == {*Order.Status.values}


@pytest.mark.django_db(transaction=True)
def test_the_report_of_orders_is_of_those_that_were_paid(admin_client, orders):
    url = reverse("dashboard:reports-index")
    page = admin_client.get(url, {"report_type": "order_report"})
    assert {order.status for order in page.context["objects"]} == {"Paid", "Shipped", "Complete"}
    table = admin_client.get(url, {"report_type": "order_report", "download": "on"}).content.decode()
    assert len(table.strip().splitlines()) == 4  # the heads of the columns, and three orders


def test_the_report_of_offers_is_of_orders_that_were_paid(admin_client, orders):
    for order in Order.objects.all():
        order.discounts.create(offer_id=7, offer_name="Three for two", amount=Decimal("2.00"))
    page = admin_client.get(reverse("dashboard:reports-index"), {"report_type": "conditional-offers"})
    assert [row["total_discount"] for row in page.context["objects"]] == [Decimal("6.00")]  # three orders


# --- Bad input -----------------------------------------------------------------------------------------------------

REPORTS = [
    "order_report",
    "product_analytics",
    "user_analytics",
    "open_baskets",
    "submitted_baskets",
    "vouchers",
    "conditional-offers",
    "nothing",
]
DATES = ["2026-01-31", "0001-01-01", "9999-12-31", "31/01/2026", "x"]


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize("download", ["", "on"])
def test_reports_open(admin_client, report, download):
    answer = admin_client.get(reverse("dashboard:reports-index"), {"report_type": report, "download": download})
    assert answer.status_code == 200


@pytest.mark.parametrize("date", DATES)
@pytest.mark.parametrize("name", ["order-list", "order-stats", "reports-index"])
def test_no_date_is_too_odd(admin_client, name, date):
    for field in ("date_from", "date_to"):
        query = {field: date, "report_type": "order_report"}
        assert admin_client.get(reverse(f"dashboard:{name}"), query).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        {"order_number": "a\0b"},
        {"name": "a\0b"},
        {"name": "Alex Example of Austin"},
        {"payment_method": "barter"},
        {"status": "Lost"},
        {"sort": "password", "dir": "up"},
        {"response_format": "xml"},
        {"page": "9" * 5000},
        {"page": "-1"},
    ],
)
def test_no_search_for_orders_is_a_fault(admin_client, query):
    assert admin_client.get(reverse("dashboard:order-list"), query).status_code in (200, 404)
