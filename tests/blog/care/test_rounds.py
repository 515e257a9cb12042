from datetime import timedelta

import pytest
from django.conf import settings as project
from django.utils import timezone

from blog.care.models import CareNote, OutgoingLink
from blog.care.rounds import every_night, look_over, look_over_all
from blog.models import Post, ProductPick, Source
from tests.blog.factories import add, make_post
from tests.factories import make_product

pytestmark = pytest.mark.django_db

SOLD_OUT = "“Plain Soap” is sold out."


@pytest.fixture
def pick():
    return add(make_post(), ProductPick, product=make_product(stock=0), why="A plain soap.")


def notes(post) -> list[str]:
    return [note.message for note in CareNote.objects.filter(post=post)]


def test_what_was_found_is_kept_until_it_is_mended(pick):
    look_over_all()
    assert SOLD_OUT in notes(pick.parent)
    pick.product.stockrecords.update(num_in_stock=5)
    look_over_all()
    assert SOLD_OUT not in notes(pick.parent)


def test_what_was_found_before_keeps_its_date(pick):
    long_ago = timezone.now() - timedelta(days=30)
    look_over(pick.parent)
    CareNote.objects.update(found_at=long_ago)
    look_over(pick.parent)
    assert set(CareNote.objects.values_list("found_at", flat=True)) == {long_ago}


def test_drafts_need_no_care(pick):
    look_over_all()
    Post.objects.update(status=Post.Status.DRAFT)
    look_over_all()
    assert not CareNote.objects.exists()


def test_the_night_asks_the_links_and_checks_the_guides(pick):
    add(pick.parent, Source, publisher="Nobody", title="Nothing", url="http://127.0.0.1:9/")
    every_night.func()
    assert SOLD_OUT in notes(pick.parent)
    assert OutgoingLink.objects.get().answer == "does not answer"


def test_the_round_is_made_every_night():
    assert project.RECURRING_TASKS[every_night.module_path] == timedelta(days=1)
