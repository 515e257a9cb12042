"""Writers write, publishers publish: out of the box, and whatever way somebody tries."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from blog.groups import make_groups
from blog.models import Post, RichText
from shop.search import index
from tests.blog.factories import add, make_post, make_staff
from tests.blog.test_admin import LIST, change_url, form, save
from tests.factories import make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(client):
    user = make_staff()
    user.groups.add(Group.objects.get(name="Writers"))
    client.force_login(user)
    return client


@pytest.fixture
def publisher(client):
    user = make_staff()
    user.groups.add(Group.objects.get(name="Publishers"))
    client.force_login(user)
    return client


def draft(**fields) -> Post:
    return make_post(status=Post.Status.DRAFT, **fields)


def test_what_the_shop_makes_of_a_group_survives_a_migration():
    group = Group.objects.get(name="Writers")
    group.permissions.clear()
    make_groups(using="default")
    assert not group.permissions.exists()


def test_group_that_is_missing_is_made():
    Group.objects.get(name="Publishers").delete()
    make_groups(using="default")
    assert Group.objects.get(name="Publishers").permissions.filter(codename="publish_post").exists()


def test_publisher_sends_an_old_address_on(publisher):
    asked = {"site": 1, "old_path": "/blog/old/", "new_path": "/blog/new/"}
    answer = publisher.post(reverse("admin:redirects_redirect_add"), asked)
    assert answer.status_code == 302, answer.context["errors"]


def test_writer_sends_no_address_on(writer):
    assert writer.get(reverse("admin:redirects_redirect_add")).status_code == 403


def test_writer_writes_a_guide_from_nothing(writer):
    author = draft().author
    blocks = {"richtext": [{"parent": "", "text": "<p>Fresh words.</p>"}]}
    answer = writer.post(
        reverse("admin:blog_post_add"), form(draft(), blocks=blocks, title="New", slug="", author=author.pk)
    )
    post = Post.objects.get(title="New")
    assert answer.status_code == 302
    assert (post.status, post.slug) == ("draft", "new")
    assert post.richtext_set.get().text == "<p>Fresh words.</p>"


def test_writer_changes_a_draft_and_picks_a_product(writer):
    post, product = draft(), make_product(title="Plain Soap")
    save(writer, post, title="Better", blocks={"productpick": [{"product": product.pk, "why": "It lathers."}]})
    post.refresh_from_db()
    assert post.title == "Better"
    assert post.productpick_set.get().product == product


@pytest.mark.parametrize(
    "tried",
    [
        {"status": "published"},
        {"status": "scheduled", "publish_at_0": "2030-01-01", "publish_at_1": "09:00:00"},
        {"_publish": "Publish now"},
        {"is_featured": "on"},
    ],
    ids=str,
)
def test_writer_cannot_publish_by_status_date_or_button(writer, tried):
    post = draft()
    before = (post.status, post.publish_at, post.is_featured)
    answer = save(writer, post, title="Better", **tried)
    post.refresh_from_db()
    assert answer.status_code == 302
    assert (post.status, post.publish_at, post.is_featured) == before


@pytest.mark.parametrize("action", ["publish_now", "take_back", "delete_selected"])
def test_writer_is_offered_no_action_that_readers_would_notice(writer, action):
    post = draft() if action == "publish_now" else make_post()
    writer.post(LIST, {"action": action, "_selected_action": [post.pk], "post": "yes"})
    before = post.status
    post.refresh_from_db()
    assert post.status == before
    assert f'value="{action}"' not in writer.get(LIST).content.decode()


@pytest.mark.parametrize("status", ["scheduled", "published"])
def test_writer_reads_what_is_out_or_scheduled_and_changes_nothing(writer, status):
    day = timezone.now() + timedelta(days=1 if status == "scheduled" else -1)
    post = make_post(status=status, publish_at=day, title="As it is")
    page = writer.get(change_url(post)).content.decode()
    assert "As it is" in page
    assert 'name="title"' not in page
    save(writer, post, title="Overwritten")
    post.refresh_from_db()
    assert post.title == "As it is"


def test_writer_whose_draft_came_out_meanwhile_keeps_what_he_typed(writer):
    post = draft()
    filled = form(post, title="Typed with care", blocks={"richtext": [{"text": "<p>And more.</p>"}]})
    post.status = Post.Status.PUBLISHED
    post.save()
    page = writer.post(change_url(post), filled).content.decode()
    assert "This guide is no longer a draft" in page
    assert 'value="Typed with care"' in page
    assert "And more." in page
    assert not RichText.objects.exists()
    Post.objects.update(status="draft")
    assert writer.post(change_url(post), filled).status_code == 302


def test_writer_cannot_delete_what_is_out_even_with_the_permission_to_delete(client):
    client.force_login(make_staff("blog.view_post", "blog.change_post", "blog.delete_post"))
    post = make_post()
    client.post(reverse("admin:blog_post_delete", args=[post.pk]), {"post": "yes"})
    client.post(LIST, {"action": "delete_selected", "_selected_action": [post.pk], "post": "yes"})
    assert Post.objects.filter(pk=post.pk).exists()


def test_writer_cannot_bring_an_old_version_of_what_is_out_back(writer, publisher):
    post = make_post(title="Before")
    save(publisher, post, title="After")
    post.refresh_from_db()
    publisher.logout()
    user = make_staff()
    user.groups.add(Group.objects.get(name="Writers"))
    publisher.force_login(user)
    history = publisher.get(reverse("admin:blog_post_history", args=[post.pk])).context["versions"]
    version = reverse("admin:blog_post_version", args=[post.pk, history[-1].revision.pk])
    assert "Bring this version back" not in publisher.get(version).content.decode()
    assert publisher.post(version).status_code == 403
    post.refresh_from_db()
    assert post.title == "After"


@pytest.mark.parametrize("path", ["preview", "products", "deleted"])
def test_shopper_reaches_none_of_the_editors_pages(client, path):
    assert client.get(reverse(f"admin:blog_post_{path}")).status_code == 302


def test_publisher_publishes_with_one_button(publisher):
    post = draft(publish_at=timezone.now() + timedelta(days=9))
    answer = save(publisher, post, _publish="Publish now")
    post.refresh_from_db()
    assert answer.status_code == 302
    assert post.is_public


@pytest.mark.parametrize("status", ["scheduled", "published"])
def test_publisher_takes_back_and_unschedules_with_one_button(publisher, status):
    day = timezone.now().replace(microsecond=0) + timedelta(days=1 if status == "scheduled" else -1)
    post = make_post(status=status, publish_at=day)
    save(publisher, post, _take_back="Unschedule")
    post.refresh_from_db()
    assert post.status == "draft"


def test_what_is_published_stands_everywhere_at_once_and_is_gone_at_once(publisher):
    post = draft(title="Fresh from the desk", is_featured=True)
    product = make_product()
    add(post, post.productpick_set.model, product=product, why="It lathers.")
    index.rebuild()  # drafts stand in it too, as soon as the worker has read them
    pages = ["/", "/blog/", "/blog/feed/", "/sitemap-guides.xml", "/search/?q=desk", product.get_absolute_url()]

    def standing_in() -> list[str]:
        html = {path: publisher.get(path).content.decode() for path in pages}
        return [path for path, text in html.items() if post.slug in text or post.title in text.replace("<mark>", "")]

    assert standing_in() == []
    publisher.post(LIST, {"action": "publish_now", "_selected_action": [post.pk]})
    assert standing_in() == pages
    publisher.post(LIST, {"action": "take_back", "_selected_action": [post.pk]})
    assert standing_in() == []


def test_scheduled_guide_comes_out_by_itself(publisher):
    post = draft()
    day = timezone.localtime() + timedelta(days=1)
    save(publisher, post, status="scheduled", publish_at_0=f"{day:%Y-%m-%d}", publish_at_1=f"{day:%H:%M:%S}")
    publisher.logout()
    assert publisher.get(post.get_absolute_url()).status_code == 404
    Post.objects.update(publish_at=timezone.now() - timedelta(seconds=1))  # a day later
    assert publisher.get(post.get_absolute_url()).status_code == 200
