from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

from blog.models import WORDS_A_MINUTE, Figure, Post, ProductPick, RichText
from tests.blog.factories import add, make_post
from tests.factories import make_product

pytestmark = pytest.mark.django_db


def from_now(**delta):
    return timezone.now() + timedelta(**delta)


def test_published_guide_is_published():
    post = make_post()
    assert list(Post.objects.published()) == [post]


def test_draft_is_not_published():
    make_post(status=Post.Status.DRAFT)
    assert not Post.objects.published().exists()


def test_scheduled_guide_is_not_published_before_its_time():
    make_post(status=Post.Status.SCHEDULED, publish_at=from_now(minutes=1))
    assert not Post.objects.published().exists()


def test_scheduled_guide_comes_out_by_itself():
    make_post(status=Post.Status.SCHEDULED, publish_at=from_now(minutes=-1))
    assert Post.objects.published().exists()


@pytest.mark.parametrize("status", Post.Status.values)
@pytest.mark.parametrize("minutes", [-1, 1])
def test_a_guide_knows_of_itself_what_the_queryset_knows(status, minutes):
    post = make_post(status=status, publish_at=from_now(minutes=minutes))
    assert post.is_public == Post.objects.published().filter(pk=post.pk).exists()


def test_database_refuses_a_published_guide_without_date():
    with pytest.raises(IntegrityError):
        make_post(publish_at=None)


def test_database_refuses_a_picture_without_words():
    with pytest.raises(IntegrityError):
        make_post(hero="guides/stone.jpg", hero_width=1, hero_height=1)


def test_missing_date_is_explained():
    post = make_post()
    post.publish_at = None
    with pytest.raises(ValidationError, match="needs a date"):
        post.full_clean()


def test_published_in_the_future_is_explained():
    post = make_post()
    post.publish_at = from_now(days=1)
    with pytest.raises(ValidationError, match="Choose the status Scheduled"):
        post.full_clean()


def test_address_of_the_feed_is_taken():
    with pytest.raises(IntegrityError):
        make_post(slug="feed")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"image": "a.jpg", "image_width": 1, "image_height": 1, "alt": "A", "drawing": Figure.Drawing.POCKMARK},
        {"image": "a.jpg", "image_width": 1, "image_height": 1},
    ],
    ids=["neither", "both", "picture without words"],
)
def test_database_refuses_a_figure_that_is_not_one(fields):
    post = make_post()
    with pytest.raises(IntegrityError):
        add(post, Figure, **fields)


def test_neighbors_are_the_guides_published_before_and_after():
    first, middle, last = (make_post(publish_at=from_now(days=days)) for days in (-3, -2, -1))
    assert middle.neighbors() == (first, last)


def test_neighbors_skip_what_is_not_out():
    first, middle = (make_post(publish_at=from_now(days=days)) for days in (-3, -2))
    make_post(publish_at=from_now(days=1), status=Post.Status.SCHEDULED)
    make_post(publish_at=from_now(days=-1), status=Post.Status.DRAFT)
    assert middle.neighbors() == (first, None)


def test_guides_of_the_same_minute_are_neighbors():
    minute = from_now(days=-1)
    first, second = make_post(publish_at=minute), make_post(publish_at=minute)
    assert (first.neighbors(), second.neighbors()) == ((None, second), (first, None))


def test_a_draft_without_date_has_no_neighbors():
    make_post()
    assert make_post(status=Post.Status.DRAFT, publish_at=None).neighbors() == (None, None)


def test_reading_time_is_counted_from_the_text():
    post = make_post()
    add(post, RichText, text=f"<p>{'word ' * WORDS_A_MINUTE * 2}</p><p>and more</p>")
    post.measure()
    post.refresh_from_db()
    assert post.reading_minutes == 3


def test_featured_guide_stands_before_newer_ones():
    newest = make_post()
    featured = make_post(is_featured=True, publish_at=from_now(days=-9))
    assert list(Post.objects.featured_first()) == [featured, newest]


def test_publish_now_publishes_a_draft_without_date():
    make_post(status=Post.Status.DRAFT, publish_at=None)
    Post.objects.publish_now()
    assert Post.objects.published().exists()


def test_publish_now_brings_a_scheduled_guide_forward():
    make_post(status=Post.Status.SCHEDULED, publish_at=from_now(days=7))
    Post.objects.publish_now()
    assert Post.objects.published().exists()


def test_publish_now_keeps_the_date_of_a_guide_that_was_out_before():
    post = make_post(status=Post.Status.DRAFT)
    Post.objects.publish_now()
    assert Post.objects.get().publish_at == post.publish_at


def test_taken_back_guide_is_not_public():
    make_post()
    Post.objects.take_back()
    assert not Post.objects.published().exists()


def test_deleted_product_leaves_the_editors_words_in_place():
    product = make_product()
    pick = add(make_post(), ProductPick, product=product, why="It lathers.")
    product.delete()
    pick.refresh_from_db()
    assert (pick.product, pick.why) == (None, "It lathers.")
