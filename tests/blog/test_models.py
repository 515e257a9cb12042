from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

from blog.models import WORDS_A_MINUTE, Author, Figure, Post, ProductPick, RichText
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


# --- Review --------------------------------------------------------------------------------------------------------


def make_reviewer(**fields) -> Author:
    return Author.objects.create(**{"name": "Reader", "slug": "reader", "credentials": "MD"} | fields)


def test_database_refuses_a_review_without_a_day():
    with pytest.raises(IntegrityError):
        make_post(reviewed_by=make_reviewer())


def test_database_refuses_a_review_by_nobody():
    with pytest.raises(IntegrityError):
        make_post(reviewed_on=timezone.localdate())


def test_database_refuses_a_review_of_ones_own_text():
    reviewer = make_reviewer()
    with pytest.raises(IntegrityError):
        make_post(author=reviewer, reviewed_by=reviewer, reviewed_on=timezone.localdate())


def test_review_still_to_come_is_explained():
    post = make_post(reviewed_by=make_reviewer(), reviewed_on=timezone.localdate() + timedelta(days=1))
    with pytest.raises(ValidationError, match="still to come"):
        post.full_clean()


def test_reviewer_without_credentials_is_explained():
    post = make_post(reviewed_by=make_reviewer(credentials=""), reviewed_on=timezone.localdate())
    with pytest.raises(ValidationError, match="credentials first"):
        post.clean()


def test_credentials_of_a_reviewer_cannot_be_emptied():
    reviewer = make_reviewer()
    make_post(reviewed_by=reviewer, reviewed_on=timezone.localdate())
    reviewer.credentials = ""
    with pytest.raises(ValidationError, match="reviewed guides"):
        reviewer.full_clean()


def test_next_review_is_shown_until_its_day():
    today = timezone.localdate()
    ahead, passed = (make_post(next_review_on=today + timedelta(days=days)) for days in (1, -1))
    assert (ahead.next_review_ahead, passed.next_review_ahead) == (today + timedelta(days=1), None)
    assert (ahead.is_review_due, passed.is_review_due) == (False, True)


def test_next_review_in_another_century_is_explained():
    post = make_post(next_review_on=timezone.localdate() + timedelta(days=36_500))
    with pytest.raises(ValidationError, match="Check the year"):
        post.full_clean()
