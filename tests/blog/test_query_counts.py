"""How many queries the pages of the guide take: no more than promised, and as many for ten times as much."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from oscar.core.loading import get_model

from blog.models import Author, Figure, KeyFact, Post, ProductPick, Question, RichText, Source, Topic
from tests.blog.factories import add, make_post
from tests.factories import make_product, make_voucher

pytestmark = pytest.mark.django_db

Category = get_model("catalogue", "Category")
Product = get_model("catalogue", "Product")

# What the issue about the guide promises, whatever the number of picks, posts and products.
SIGNED_OUT = 12
WITH_BASKET = 18
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def make_parent() -> Product:
    parent = make_product()
    stock = parent.stockrecords.get()
    Product.objects.filter(pk=parent.pk).update(structure=Product.PARENT)
    for number in range(2):
        size = Product.objects.create(structure=Product.CHILD, parent_id=parent.pk, title=f"{number}0 g")
        sku = f"{parent.pk}-{number}"
        size.stockrecords.create(partner=stock.partner, partner_sku=sku, price=Decimal(18), num_in_stock=9)
    stock.delete()
    return parent


def write(times: int, *, topic: Topic, category: Category) -> Post:
    """A guide with every kind of block, each so many times: picks of every kind of product, and others related."""
    reviewer = Author.objects.create(name="Reader", slug=f"reader-{times}", credentials="MD")
    post = make_post(reviewed_by=reviewer, reviewed_on=LONG_AGO.date())
    post.topics.add(topic)
    for number in range(times):
        add(post, RichText, text=f'<h2>Part {number}</h2><p>So.<a href="#source-1">1</a></p>')
        add(post, Figure, drawing=Figure.Drawing.POCKMARK)
        add(post, KeyFact, term="What", fact="This.")
        add(post, Question, question="Why?", answer="<p>So.</p>")
        add(post, Source, publisher="NHS", title="Acne", url="https://www.nhs.uk/conditions/acne/")
        for product in (make_product(), make_product(stock=0), make_parent()):
            product.categories.add(category)
            add(post, ProductPick, product=product, why="It helps.")
        add(post, ProductPick, product=make_product(stock=0), substitute=make_product(), why="It helps.")
        name = f"{times}-{number}"
        other = make_post(publish_at=LONG_AGO + timedelta(days=number))
        other.topics.add(topic, Topic.objects.create(title=name, slug=name, sentence="One of many."))
    return post


@pytest.fixture
def topic() -> Topic:
    return Topic.objects.create(title="Texture", slug="texture", sentence="What it is.")


@pytest.fixture
def write_guide(topic) -> Callable[[int], Post]:
    category = Category.add_root(name="Treat")
    return lambda times: write(times, topic=topic, category=category)


@pytest.fixture
def shopper(client) -> Client:
    for _ in range(3):
        client.post(reverse("basket:add", args=[make_product().pk]), {"quantity": "1"})
    make_voucher()
    client.post("/basket/vouchers/add/", {"code": "TENOFF"})
    client.get("/basket/")
    return client


def test_guide_takes_few_queries_however_much_it_holds(client, write_guide):
    few = queries(client, write_guide(1).get_absolute_url())
    assert few == queries(client, write_guide(10).get_absolute_url())
    assert few <= SIGNED_OUT


def test_guide_takes_few_queries_with_a_basket(shopper, write_guide):
    few = queries(shopper, write_guide(1).get_absolute_url())
    assert few == queries(shopper, write_guide(10).get_absolute_url())
    assert few <= WITH_BASKET


def test_guide_takes_few_queries_for_a_member_with_a_basket(shopper, write_guide):
    shopper.force_login(User.objects.create_user("alex", "alex@example.com", "plain-care"))
    shopper.get("/basket/")  # the basket becomes the member's
    assert queries(shopper, write_guide(10).get_absolute_url()) <= WITH_BASKET


@pytest.mark.parametrize(
    "path", ["/blog/", "/blog/topics/texture/", "/blog/authors/editors/", "/blog/archive/", "/blog/archive/2026/"]
)
def test_lists_take_as_many_queries_for_ten_times_as_many_guides(client, write_guide, path):
    write_guide(1)
    few = queries(client, path)
    write_guide(10)
    assert few == queries(client, path)
    assert few <= SIGNED_OUT


def test_guides_of_a_category_take_as_many_queries_for_ten_times_as_many(client, write_guide):
    write_guide(1)
    url = Category.objects.get().get_absolute_url()
    few = queries(client, url)
    write_guide(10)
    assert few == queries(client, url)
