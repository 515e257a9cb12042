"""Every save is kept; what changed can be read, and every version comes back."""

import re
from datetime import timedelta

import pytest
import reversion
from django.urls import reverse
from django.utils import timezone

from blog import history
from blog.differences import compare, differences
from blog.models import Author, KeyFact, Post, ProductPick, RichText
from blog.snapshots import Snapshot
from tests.blog.factories import add, make_post, make_staff
from tests.blog.test_admin import EDITOR, LIST, save
from tests.factories import make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return make_staff(*EDITOR, "blog.delete_post")


@pytest.fixture
def editor(client, user):
    client.force_login(user)
    return client


def versions(post) -> list:
    return list(history.revisions(post))


def page(client, post, version) -> str:
    html = client.get(reverse("admin:blog_post_version", args=[post.pk, version.pk])).content.decode()
    return " ".join(html.split())


def restore(client, post, version):
    return client.post(reverse("admin:blog_post_version", args=[post.pk, version.pk]))


def told(post, before) -> list[tuple[str, str]]:
    return [(change.what, change.where) for change in differences(before, Snapshot.of(post))]


def test_what_stood_before_the_first_save_is_kept_too(editor, user):
    post = make_post(title="Before")
    save(editor, post, title="After")
    newest, oldest = versions(post)
    assert (oldest.user, oldest.comment) == (None, "As it was found")
    assert (newest.user, newest.comment) == (user, "Saved")
    assert Snapshot.at(oldest).post.values["title"] == "Before"


def test_change_past_the_admin_is_kept_by_the_next_save(editor):
    post = make_post(title="One")
    save(editor, post, title="Two")
    Post.objects.update(title="Three")
    save(editor, post, title="Four")
    assert [Snapshot.at(version).post.values["title"] for version in versions(post)] == ["Four", "Three", "Two", "One"]


def test_actions_of_the_list_stand_in_the_history(editor):
    post = make_post(status=Post.Status.DRAFT)
    editor.post(LIST, {"action": "publish_now", "_selected_action": [post.pk]})
    editor.post(LIST, {"action": "take_back", "_selected_action": [post.pk]})
    comments = [version.comment for version in versions(post)]
    assert comments == ["Taken back to draft", "Published", "As it was found"]


def test_stored_state_and_kept_state_have_one_fingerprint():
    post = make_post(publish_at=timezone.now())  # with microseconds, which a revision does not keep
    add(post, RichText, text="<p>One</p>")
    add(post, ProductPick, product=make_product(), why="It lathers.")
    post.refresh_from_db()
    history.record(post, user=None, comment="")
    assert Snapshot.at(versions(post)[0]).fingerprint == Snapshot.of(post).fingerprint


def test_history_reads_block_by_block(editor):
    post = make_post()
    text = add(post, RichText, text="<p>The serum stings a little.</p>")
    save(editor, post, blocks={"richtext": [{"id": text.pk, "text": "<p>The serum stings at first.</p>"}]})
    html = editor.get(reverse("admin:blog_post_history", args=[post.pk])).content.decode()
    assert "<strong>Text: The serum stings at first.</strong>" in html
    assert re.search(r"The serum stings<del> a little\.</del><ins> at first\.</ins>", html)


def test_added_removed_moved_and_changed_blocks_are_told_apart():
    post = make_post()
    one, two, three, four = (add(post, KeyFact, term=term, fact="A fact.") for term in ("One", "Two", "Three", "Four"))
    before = Snapshot.of(post)
    KeyFact.objects.filter(pk=one.pk).update(ordering=four.ordering + 5)
    KeyFact.objects.filter(pk=three.pk).update(fact="Another.")
    two.delete()
    add(post, KeyFact, term="Five", fact="A fact.")
    post.title = "New title"
    post.save()
    assert sorted(told(post, before)) == [
        ("added", "Key fact: Five"),
        ("changed", "Key fact: Three"),
        ("changed", "The guide itself"),
        ("moved", "Key fact: One"),
        ("removed", "Key fact: Two"),
    ]


def test_equal_states_have_no_differences():
    post = make_post()
    add(post, RichText, text="<p>One</p>")
    assert differences(Snapshot.of(post), Snapshot.of(post)) == []


def test_change_of_format_alone_is_told():
    post = make_post()
    add(post, RichText, text="<p>One</p>")
    before = Snapshot.of(post)
    RichText.objects.update(text="<p><strong>One</strong></p>")
    change = differences(before, Snapshot.of(post))[0]
    assert change.fields[0].passages[0].text == "Only how it is set has changed."


def test_text_that_stayed_is_shortened_around_the_change():
    words = [f"word{number}" for number in range(200)]
    after = [*words]
    after[100] = "other"
    passages = compare(" ".join(words), " ".join(after))
    assert [passage.kind for passage in passages] == ["same", "removed", "added", "same"]
    assert max(len(passage.text.split()) for passage in passages) < 30


def test_differences_of_very_long_texts_are_found_in_time():
    before = " ".join(f"word{number}" for number in range(200_000))
    assert [passage.kind for passage in compare(before, before + " more")][-1] == "added"


def test_restoring_brings_text_and_blocks_back_and_leaves_what_readers_reach_alone(editor, user):
    post = make_post(title="Before", slug="first")
    text = add(post, RichText, text="<p>First words.</p>")
    gone = add(post, KeyFact, term="Gone", fact="A fact.")
    history.catch_up(post)
    gone.delete()
    rows = [{"id": text.pk, "text": "<p>Other words.</p>"}, {"text": "<p>A block more.</p>"}]
    save(editor, post, title="After", slug="second", status="draft", blocks={"richtext": rows})
    answer = restore(editor, post, versions(post)[-1])
    post.refresh_from_db()
    assert answer.status_code == 302
    assert (post.title, post.slug, post.status) == ("Before", "second", "draft")
    assert [block.text for block in post.richtext_set.all()] == ["<p>First words.</p>"]
    assert post.keyfact_set.get().term == "Gone"
    assert versions(post)[0].user == user


def test_what_was_replaced_by_restoring_can_be_restored(editor):
    post = make_post(title="Before")
    save(editor, post, title="After")
    restore(editor, post, versions(post)[-1])
    restore(editor, post, versions(post)[1])
    post.refresh_from_db()
    assert post.title == "After"


def test_version_shows_what_restoring_would_change(editor):
    post = make_post(title="Quiet care")
    save(editor, post, title="Loud care", status="draft")
    html = page(editor, post, versions(post)[-1])
    assert "<del>Loud</del><ins>Quiet</ins> care" in html
    assert "Status" not in html
    assert "nothing to bring back" in page(editor, post, versions(post)[0])


def test_product_and_author_that_are_gone_do_not_stop_restoring(editor):
    post, product = make_post(), make_product()
    pick = add(post, ProductPick, product=product, why="It lathers.")
    history.catch_up(post)
    first_author = post.author
    post.author = Author.objects.create(name="Another", slug="another")
    post.save()
    first_author.delete()
    product.delete()
    restore(editor, post, versions(post)[-1])
    post.refresh_from_db()
    assert post.author.name == "Another"
    assert ProductPick.objects.get(pk=pick.pk).product is None


def test_version_of_another_guide_is_not_found(editor):
    post, other = make_post(), make_post()
    history.catch_up(other)
    assert restore(editor, post, versions(other)[0]).status_code == 404


def test_deleted_guide_comes_back_as_a_draft_under_a_free_address(editor):
    post = make_post(title="Dear to us", slug="dear")
    add(post, RichText, text="<p>First words.</p>")
    save(
        editor, post, title="Dear to us", blocks={"richtext": [{"id": post.richtext_set.get().pk, "text": "<p>x</p>"}]}
    )
    editor.post(reverse("admin:blog_post_delete", args=[post.pk]), {"post": "yes"})
    make_post(slug="dear")
    deleted = reverse("admin:blog_post_deleted")
    assert "Dear to us" in editor.get(deleted).content.decode()
    editor.post(deleted, {"version": editor.get(deleted).context["versions"][0].pk})
    back = Post.objects.get(title="Dear to us")
    assert (back.status, back.slug) == ("draft", "dear-2")
    assert back.richtext_set.get().text == "<p>x</p>"
    assert not editor.get(deleted).context["versions"]


@pytest.mark.parametrize("version", ["", "x", "0", "9" * 30])
def test_version_that_does_not_exist_brings_nothing_back(editor, version):
    assert editor.post(reverse("admin:blog_post_deleted"), {"version": version}).status_code == 404


def test_every_kind_of_block_has_a_history():
    assert all(reversion.is_registered(kind) for kind in (Post, *history.BLOCKS))


def test_pages_of_a_long_history_follow_each_other(editor):
    post = make_post(publish_at=timezone.now() - timedelta(days=2))
    for number in range(23):
        Post.objects.update(title=f"Title {number}")
        history.record(post, user=None, comment=f"Number {number}")
    path = reverse("admin:blog_post_history", args=[post.pk])
    assert [told.revision.comment for told in editor.get(path, {"p": 2}).context["versions"]][-1] == "Number 0"
    assert editor.get(path).context["versions"][-1].changes  # compared with the first of the next page
