"""What a check finds keeps a guide from coming out, and nothing that was typed is lost by it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from blog import history
from blog.models import Post, RichText, Topic
from tests.blog.factories import add, make_post, make_staff
from tests.blog.test_admin import EDITOR, LIST, change_url, form, save
from tests.blog.test_merging import CLASH, again, opened, sent
from tests.factories import make_product

pytestmark = pytest.mark.django_db

CURES = {"ordering": 20, "why": "It cures everything."}
FOAM = {"ordering": 10, "text": "<h3>Foam</h3>"}


@pytest.fixture
def editor(client):
    client.force_login(make_staff(*EDITOR))
    return client


@pytest.fixture
def draft():
    return make_post(status=Post.Status.DRAFT)


def cures() -> dict[str, list]:
    return {"productpick": [CURES | {"product": make_product().pk}]}


def comes_back(page) -> str:
    assert page.status_code == 200
    html = page.content.decode()
    assert "Not out yet" in html
    return html


@pytest.mark.parametrize("wish", [{"status": "published"}, {"_publish": "Publish now"}])
def test_a_draft_with_a_claim_does_not_come_out(editor, draft, wish):
    html = comes_back(save(editor, draft, title="Mine", blocks=cures(), **wish))
    assert "“It cures everything.”" in html
    assert 'value="Mine"' in html
    draft.refresh_from_db()
    assert (draft.status, draft.title) != (Post.Status.PUBLISHED, "Mine")
    assert not draft.productpick_set.exists()


def test_it_is_not_scheduled_either(editor, draft):
    tomorrow = timezone.localtime() + timedelta(days=1)
    when = {"publish_at_0": f"{tomorrow:%Y-%m-%d}", "publish_at_1": "10:00:00"}
    comes_back(save(editor, draft, status="scheduled", blocks={"richtext": [FOAM]}, **when))
    draft.refresh_from_db()
    assert draft.status == Post.Status.DRAFT


def test_it_may_be_saved_as_a_draft(editor, draft):
    assert save(editor, draft, blocks=cures()).status_code == 302
    assert draft.productpick_set.count() == 1


def test_once_mended_it_comes_out(editor, draft):
    mended = {"richtext": [{"ordering": 10, "text": "<h2>Foam</h2>"}]}
    assert save(editor, draft, status="published", blocks=mended).status_code == 302
    draft.refresh_from_db()
    assert draft.is_public


def test_a_new_guide_is_checked_before_it_is_written(editor):
    model = make_post()
    data = form(model, title="New", slug="", status="published", blocks={"richtext": [FOAM | {"parent": ""}]})
    comes_back(editor.post(f"{LIST}add/", data))
    assert not Post.objects.filter(title="New").exists()


def test_what_was_wrong_before_does_not_keep_a_public_guide_from_being_mended(editor):
    post = make_post()
    block = add(post, RichText, text="<h3>Foam</h3>")
    old = {"id": block.pk, "ordering": block.ordering, "text": block.text}
    assert save(editor, post, title="A typo less", blocks={"richtext": [old]}).status_code == 302
    comes_back(save(editor, post, title="No", blocks={"richtext": [old], **cures()}))
    post.refresh_from_db()
    assert post.title == "A typo less"


def test_publishing_many_leaves_out_what_is_stopped(editor, draft):
    well = make_post(status=Post.Status.DRAFT, publish_at=None)
    add(draft, RichText, text="<h3>Foam</h3>")
    data = {"action": "publish_now", "_selected_action": [draft.pk, well.pk]}
    page = editor.post(LIST, data, follow=True).content.decode()
    assert f"“{draft}” stays as it is" in page
    assert {*Post.objects.published()} == {well}


def test_the_form_lists_what_is_wrong(editor, draft):
    add(draft, RichText, text="<h3>Foam</h3>")
    assert "“Foam” is a small heading" in editor.get(change_url(draft)).content.decode()


def test_what_stands_in_the_form_is_checked_and_stored_nowhere(editor, draft):
    data = form(draft, title="x" * 61, blocks={"richtext": [FOAM]})
    html = editor.post(reverse("admin:blog_post_check", args=[draft.pk]), data).content.decode()
    assert "The title has 61 characters." in html
    assert 'href="#richtext_set-0"' in html
    draft.refresh_from_db()
    assert draft.title != "x" * 61
    assert not draft.richtext_set.exists()


def test_a_form_full_of_nonsense_is_checked_all_the_same(editor, draft):
    check = reverse("admin:blog_post_check", args=[draft.pk])
    for data in ({}, {"title": "\0"}, form(draft, author="x", publish_at_0="no", blocks={"productpick": [{}]})):
        assert editor.post(check, data).status_code == 200
    assert editor.post(reverse("admin:blog_post_check"), {"title": "New"}).status_code == 200
    assert editor.post(reverse("admin:blog_post_check", args=[0]), {}).status_code == 404


def test_others_may_not_ask(client, draft):
    client.force_login(make_staff("order.view_order"))
    assert client.post(reverse("admin:blog_post_check", args=[draft.pk]), {}).status_code == 403


def test_topics_come_back_with_an_older_version(editor):
    post, user = make_post(), make_staff(*EDITOR)
    sun, skin = (Topic.objects.create(title=name, slug=name.lower(), sentence="About it.") for name in ("Sun", "Skin"))
    save(editor, post, topics=[sun.pk])
    first = history.revisions(post).first()
    save(editor, post, topics=[skin.pk])
    change = history.told([*history.revisions(post)], post)[0].changes[0]
    assert [field.label for field in change.fields] == ["Topics"]
    history.restore(post, first, user=user)
    assert [*post.topics.all()] == [sun]


def test_topics_of_two_editors_are_told(editor):
    sun, skin = (Topic.objects.create(title=name, slug=name.lower(), sentence="About it.") for name in ("Sun", "Skin"))
    post = make_post()
    post.topics.add(sun)
    mine = opened(editor, post, title="Mine", topics=[sun.pk])
    sent(editor, post, opened(editor, post, topics=[sun.pk, skin.pk]))
    page = sent(editor, post, mine)
    assert CLASH in page.content.decode()
    data = again(page) | {"topics": page.context["adminform"].form.data.getlist("topics")}
    assert sent(editor, post, data).status_code == 302
    assert {*post.topics.all()} == {sun, skin}
    post.refresh_from_db()
    assert post.title == "Mine"
