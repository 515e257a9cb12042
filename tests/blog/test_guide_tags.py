from datetime import timedelta

import pytest
from django.utils import timezone
from oscar.core.loading import get_model

from blog.models import Post, ProductPick
from blog.templatetags.guide import guides_for, latest_guides
from tests.blog.factories import add, make_post
from tests.factories import make_product

pytestmark = pytest.mark.django_db

Product = get_model("catalogue", "Product")


def make_variant(parent) -> Product:
    parent.stockrecords.all().delete()
    parent.structure = Product.PARENT
    parent.save()
    return Product.objects.create(structure=Product.CHILD, parent=parent, title="20 g")


def test_product_knows_the_guides_that_recommend_it():
    post, product = make_post(), make_product()
    add(post, ProductPick, product=product, why="It lathers.")
    add(post, ProductPick, product=make_product(), why="Another.")
    assert [(pick.post, pick.why) for pick in guides_for(product)] == [(post, "It lathers.")]


def test_guide_that_recommends_twice_is_listed_once_with_its_first_sentence():
    post, product = make_post(), make_product()
    for why in ("First.", "Second."):
        add(post, ProductPick, product=product, why=why)
    assert [pick.why for pick in guides_for(product)] == ["First."]


def test_newest_guide_comes_first():
    product = make_product()
    posts = [make_post(publish_at=timezone.now() - timedelta(days=days)) for days in (1, 3, 2)]
    for post in posts:
        add(post, ProductPick, product=product, why="It lathers.")
    assert [pick.post for pick in guides_for(product)] == [posts[0], posts[2], posts[1]]


def test_guide_that_is_not_out_recommends_nothing():
    product = make_product()
    add(make_post(status=Post.Status.DRAFT), ProductPick, product=product, why="It lathers.")
    assert guides_for(product) == []


def test_variant_is_recommended_with_its_parent():
    parent = make_product()
    variant = make_variant(parent)
    add(make_post(), ProductPick, product=parent, why="It lathers.")
    assert [pick.product for pick in guides_for(variant)] == [parent]


def test_parent_is_recommended_with_its_variant():
    parent = make_product()
    variant = make_variant(parent)
    add(make_post(), ProductPick, product=variant, why="It lathers.")
    assert [pick.product for pick in guides_for(parent)] == [variant]


def test_latest_guides_are_as_many_as_asked_for():
    for _ in range(3):
        make_post()
    assert len(latest_guides(2)) == 2
