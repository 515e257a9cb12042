"""What becomes of the address of a guide: moved, taken down, deleted, taken by another."""

from datetime import timedelta

import pytest
from django.contrib.redirects.models import Redirect
from django.utils import timezone

from blog.models import Post, Topic
from tests.blog.factories import make_post

pytestmark = pytest.mark.django_db


def rename(record, slug: str) -> None:
    record.slug = slug
    record.save()


def lead(client, path: str) -> str | int:
    """Where the path leads, or with what status it answers."""
    response = client.get(path)
    return response.headers.get("Location", response.status_code)


def test_guide_is_found_at_every_address_it_had(client):
    post = make_post(slug="one")
    for slug in ("two", "three", "one", "four"):
        rename(post, slug)
    assert [lead(client, f"/blog/{slug}/") for slug in ("one", "two", "three")] == ["/blog/four/"] * 3
    assert lead(client, "/blog/four/") == 200


def test_topic_and_author_are_found_at_their_old_addresses(client):
    post = make_post()
    topic = Topic.objects.create(title="Texture", slug="texture", sentence="So.")
    post.topics.add(topic)
    rename(topic, "scars")
    rename(post.author, "desk")
    assert lead(client, "/blog/topics/texture/") == "/blog/topics/scars/"
    assert lead(client, "/blog/authors/editors/") == "/blog/authors/desk/"


def test_draft_that_never_was_out_leaves_no_redirect(client):
    post = make_post(slug="one", status=Post.Status.DRAFT, publish_at=None)
    rename(post, "two")
    post.delete()
    assert not Redirect.objects.exists()
    assert lead(client, "/blog/one/") == 404


def test_scheduled_guide_is_not_gone_before_it_came(client):
    post = make_post(status=Post.Status.SCHEDULED, publish_at=timezone.now() + timedelta(days=1))
    assert lead(client, post.get_absolute_url()) == 404


def test_guide_that_was_taken_down_is_gone_until_it_is_out_again(client):
    post = make_post()
    Post.objects.all().take_back()
    response = client.get(post.get_absolute_url())
    assert response.status_code == 410
    assert response["Cache-Control"] == "no-cache"  # it may come back, and browsers would keep it for ever
    assert "This page is gone." in response.content.decode()
    Post.objects.all().publish_now()
    assert lead(client, post.get_absolute_url()) == 200


def test_old_address_of_a_guide_that_was_taken_down_leads_to_where_it_is_gone(client):
    post = make_post(slug="one")
    rename(post, "two")
    Post.objects.all().take_back()
    assert client.get("/blog/one/", follow=True).status_code == 410


def test_deleted_guide_is_gone_at_every_address_it_had(client):
    rename(make_post(slug="one"), "two")
    Post.objects.all().delete()
    assert [lead(client, f"/blog/{slug}/") for slug in ("one", "two")] == [410, 410]


def test_address_that_another_guide_takes_is_that_guide(client):
    rename(make_post(slug="one"), "two")
    make_post(slug="one")
    assert not Redirect.objects.exists()
    assert lead(client, "/blog/one/") == 200


def test_address_that_a_draft_takes_leads_on_until_the_draft_is_out(client):
    rename(make_post(slug="one"), "two")
    draft = make_post(slug="one", status=Post.Status.DRAFT, publish_at=None)
    assert lead(client, "/blog/one/") == "/blog/two/"
    Post.objects.filter(pk=draft.pk).publish_now()
    assert lead(client, "/blog/one/") == 200
