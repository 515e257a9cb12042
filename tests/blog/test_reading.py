"""The ways through the guides: topics, authors, the archive, and from one guide to others."""

from datetime import datetime, timedelta
from importlib import import_module
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

from blog.companions import MOST_RELATED
from blog.models import TAKEN_SLUGS, Post, ProductPick, Topic
from tests.blog.factories import add, companions, make_post, make_staff
from tests.factories import make_product

pytestmark = pytest.mark.django_db


def days_ago(number: int) -> datetime:
    return timezone.now() - timedelta(days=number)


def page(client, url: str) -> str:
    """What is read at this address, white space made single."""
    response = client.get(url)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.fixture
def sun() -> Topic:
    return Topic.objects.create(title="Sun", slug="sun", sentence="Daylight and skin.")


# --- Addresses -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", TAKEN_SLUGS)
def test_addresses_of_other_pages_are_taken(slug):
    with pytest.raises(IntegrityError):
        make_post(slug=slug)


def test_taken_address_is_explained():
    post = make_post()
    post.slug = "archive"
    with pytest.raises(ValidationError, match="belongs to another page"):
        post.full_clean()


def test_guide_at_a_newly_taken_address_moves_aside(monkeypatch):
    migration = import_module("blog.migrations.0004_give_way_to_pages")
    monkeypatch.setattr(migration, "NEWLY_TAKEN", ["shaving"])  # the real ones can no longer be had
    post, _other = make_post(slug="shaving"), make_post(slug="shaving-guide")
    migration.move_aside(apps, None)
    post.refresh_from_db()
    assert post.slug == "shaving-guide-2"


# --- Topics --------------------------------------------------------------------------------------------------------


def test_topic_lists_its_guides(client, sun):
    post, other, draft = make_post(), make_post(), make_post(status=Post.Status.DRAFT)
    post.topics.add(sun)
    draft.topics.add(sun)
    html = page(client, sun.get_absolute_url())
    assert "Daylight and skin." in html
    assert post.title in html
    assert f">{other.title}<" not in html
    assert f">{draft.title}<" not in html


def test_topic_of_drafts_alone_is_known_to_staff_alone(client, sun):
    make_post(status=Post.Status.DRAFT).topics.add(sun)
    assert client.get(sun.get_absolute_url()).status_code == 404
    client.force_login(make_staff("blog.view_post"))
    assert client.get(sun.get_absolute_url()).status_code == 200


def test_guide_names_its_topics(client, sun):
    post = make_post()
    post.topics.add(sun)
    assert f'href="{sun.get_absolute_url()}">Sun</a>' in page(client, post.get_absolute_url())


def test_index_names_topics_of_which_something_is_out(client, sun):
    Topic.objects.create(title="Empty", slug="empty", sentence="Nothing yet.")
    make_post().topics.add(sun)
    html = page(client, "/blog/")
    assert sun.get_absolute_url() in html
    assert "/blog/topics/empty/" not in html


def test_unknown_topic_is_not_found(client):
    assert client.get("/blog/topics/nothing/").status_code == 404


# --- Archive -------------------------------------------------------------------------------------------------------


def test_archive_lists_every_guide_that_is_out(client):
    posts = [make_post(publish_at=days_ago(days)) for days in (1, 400, 800)]
    draft = make_post(status=Post.Status.DRAFT)
    html = page(client, "/blog/archive/")
    places = [html.index(f">{post.title}<") for post in posts]
    assert places == sorted(places)
    assert f">{draft.title}<" not in html


def test_archive_without_guides_says_so(client):
    assert "No guide is out yet" in page(client, "/blog/archive/")


def test_year_lists_its_guides_alone(client):
    post = make_post(publish_at=datetime(2024, 5, 6, tzinfo=ZoneInfo("UTC")))
    other = make_post(publish_at=datetime(2023, 5, 6, tzinfo=ZoneInfo("UTC")))
    html = page(client, "/blog/archive/2024/")
    assert f">{post.title}<" in html
    assert f">{other.title}<" not in html


def test_year_ends_when_it_ends_in_the_shop(client):
    # Three in the morning in London on New Year's Day, when New York still has the evening before.
    post = make_post(publish_at=datetime(2025, 1, 1, 3, tzinfo=ZoneInfo("UTC")))
    assert post.title in page(client, "/blog/archive/2024/")
    assert client.get("/blog/archive/2025/").status_code == 404


@pytest.mark.parametrize("year", ["0000", "1999", "9999", "20", "20245", "year"])
def test_year_without_guides_is_not_found(client, year):
    make_post()
    assert client.get(f"/blog/archive/{year}/").status_code == 404


@pytest.mark.parametrize(
    "path", ["/blog/archive/", "/blog/archive/2024/", "/blog/topics/sun/", "/blog/authors/editors/"]
)
def test_lists_have_pages_and_no_others(client, sun, path):
    for number in range(51):
        moment = datetime(2024, 1, 2, tzinfo=ZoneInfo("UTC")) + timedelta(days=number)
        make_post(publish_at=moment).topics.add(sun)
    assert client.get(path, {"page": "2"}).status_code == 200
    for nonsense in ("0", "99", "x", "1" * 40):
        assert client.get(path, {"page": nonsense}).status_code == 404


# --- From one guide to others --------------------------------------------------------------------------------------


def test_neighbors_are_the_guides_published_before_and_after():
    first, middle, last = (make_post(publish_at=days_ago(days)) for days in (3, 2, 1))
    make_post(publish_at=days_ago(9))
    found = companions(middle)
    assert (found.previous, found.next) == (first, last)


def test_neighbors_skip_what_is_not_out():
    first, middle = (make_post(publish_at=days_ago(days)) for days in (3, 2))
    make_post(publish_at=days_ago(-1), status=Post.Status.SCHEDULED)
    make_post(publish_at=days_ago(1), status=Post.Status.DRAFT)
    found = companions(middle)
    assert (found.previous, found.next) == (first, None)


def test_guides_of_the_same_minute_are_neighbors():
    minute = days_ago(1)
    first, second = make_post(publish_at=minute), make_post(publish_at=minute)
    assert (companions(first).previous, companions(first).next) == (None, second)
    assert (companions(second).previous, companions(second).next) == (first, None)


def test_a_draft_without_date_has_no_neighbors():
    make_post()
    found = companions(make_post(status=Post.Status.DRAFT, publish_at=None))
    assert (found.previous, found.next) == (None, None)


def test_guides_of_one_topic_are_related(sun):
    post, other, _stranger = make_post(), make_post(), make_post()
    post.topics.add(sun)
    other.topics.add(sun)
    assert companions(post).related == [other]


def test_guides_that_pick_the_same_product_are_related():
    post, other, stranger = make_post(), make_post(), make_post()
    soap = make_product()
    for guide in (post, other):
        add(guide, ProductPick, product=soap, why="It lathers.")
    add(stranger, ProductPick, product=make_product(), why="It shaves.")
    assert companions(post).related == [other]


def test_hidden_product_relates_nobody():
    post, other = make_post(), make_post()
    soap = make_product()
    for guide in (post, other):
        add(guide, ProductPick, product=soap, why="It lathers.")
    soap.is_public = False
    soap.save()
    assert companions(post).related == []


def test_draft_is_nobody_s_relation(sun):
    post, draft = make_post(), make_post(status=Post.Status.DRAFT)
    post.topics.add(sun)
    draft.topics.add(sun)
    assert companions(post).related == []


def test_nearest_relation_comes_first(sun):
    soap = make_product()
    post, by_product, by_topic, by_both = (make_post(publish_at=days_ago(days)) for days in (4, 1, 2, 3))
    for guide in (post, by_topic, by_both):
        guide.topics.add(sun)
    for guide in (post, by_product, by_both):
        add(guide, ProductPick, product=soap, why="It lathers.")
        add(guide, ProductPick, product=soap, why="It lathers still.")
    assert companions(post).related == [by_both, by_topic, by_product]


def test_only_the_nearest_relations_are_shown(sun):
    posts = [make_post() for _ in range(MOST_RELATED + 3)]
    for post in posts:
        post.topics.add(sun)
    assert len(companions(posts[0]).related) == MOST_RELATED


def test_guide_shows_its_relations(client, sun):
    post, other = make_post(), make_post(summary="Another matter.")
    post.topics.add(sun)
    other.topics.add(sun)
    html = page(client, post.get_absolute_url())
    assert "Read on" in html
    assert f'class="guide-card__link" href="{other.get_absolute_url()}"' in html


def test_guide_without_relations_has_no_empty_section(client):
    assert "Read on" not in page(client, make_post().get_absolute_url())
