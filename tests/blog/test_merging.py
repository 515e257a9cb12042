"""Two editors on one guide: the second to save is shown what the first did, and nobody loses a word."""

import re

import pytest
from django.urls import reverse

from blog import history
from blog.merging import SEEN
from blog.models import Figure, KeyFact, Post, RichText
from blog.snapshots import Snapshot
from tests.blog.factories import add, make_post, make_staff
from tests.blog.test_admin import EDITOR, change_url, form
from tests.blog.test_bad_input import picture

pytestmark = pytest.mark.django_db

CLASH = "Somebody else saved this guide while you were writing"


@pytest.fixture
def editor(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(make_staff(*EDITOR))
    return client


def opened(client, post, *, blocks=None, **changes) -> dict[str, str]:
    """The form as it is on the screen of whoever opens it now, with what he types."""
    seen = re.search(rf'name="{SEEN}" value="(\w+)"', client.get(change_url(post)).content.decode())[1]
    return form(post, blocks=blocks, **changes) | {SEEN: seen}


def row(block, **changes) -> dict[str, object]:
    fields = {
        field: getattr(block, field) for field in ("text", "term", "fact", "alt", "caption") if hasattr(block, field)
    }
    return {"id": block.pk, "ordering": block.ordering, **fields, **changes}


def sent(client, post, filled):
    return client.post(change_url(post), filled)


def again(page) -> dict[str, str]:
    """What the browser sends when Save is pressed on the page that came back."""
    form, formsets = page.context["adminform"].form, page.context["inline_admin_formsets"]
    data = {key: value for key, value in form.data.items() if not key.endswith("-clear")}
    assert formsets
    return data


def test_save_after_nobody_elses_goes_through(editor):
    post = make_post()
    assert sent(editor, post, opened(editor, post, title="Mine")).status_code == 302


def test_second_to_save_overwrites_nothing_and_is_shown_what_changed(editor):
    post = make_post(title="As it was")
    mine = opened(editor, post, title="Mine")
    sent(editor, post, opened(editor, post, title="Theirs"))
    page = sent(editor, post, mine)
    html = page.content.decode()
    post.refresh_from_db()
    assert post.title == "Theirs"
    assert CLASH in html
    assert 'value="Mine"' in html
    assert "<ins>Theirs</ins>" in html


def test_second_to_save_may_save_once_he_has_seen_it(editor):
    post = make_post(title="As it was")
    mine = opened(editor, post, title="Mine")
    sent(editor, post, opened(editor, post, title="Theirs"))
    page = sent(editor, post, mine)
    assert sent(editor, post, again(page)).status_code == 302
    post.refresh_from_db()
    assert post.title == "Mine"
    titles = [Snapshot.at(version).post.values["title"] for version in history.revisions(post)]
    assert titles == ["Mine", "Theirs", "As it was"]


def test_where_only_one_wrote_his_words_stand(editor):
    post = make_post(title="As it was", summary="Short.", is_featured=False)
    one, two = (add(post, RichText, text=f"<p>{word}</p>") for word in ("One", "Two"))
    mine = opened(editor, post, title="Mine", blocks={"richtext": [row(one, text="<p>My one</p>"), row(two)]})
    theirs = {"richtext": [row(one), row(two, text="<p>Their two</p>")]}
    sent(editor, post, opened(editor, post, summary="Longer.", is_featured="on", blocks=theirs))
    page = sent(editor, post, mine)
    assert page.context["standing"].merger.both == []
    sent(editor, post, again(page))
    post.refresh_from_db()
    assert (post.title, post.summary, post.is_featured) == ("Mine", "Longer.", True)
    assert [block.text for block in post.richtext_set.all()] == ["<p>My one</p>", "<p>Their two</p>"]


def test_where_both_wrote_it_is_named(editor):
    post = make_post()
    text = add(post, RichText, text="<p>One</p>")
    mine = opened(editor, post, blocks={"richtext": [row(text, text="<p>Mine</p>")]})
    sent(editor, post, opened(editor, post, blocks={"richtext": [row(text, text="<p>Theirs</p>")]}))
    page = sent(editor, post, mine)
    assert page.context["standing"].merger.both == ["Text “Theirs”: text"]
    assert "&lt;p&gt;Mine&lt;/p&gt;" in page.content.decode()


def test_block_that_they_added_is_in_the_form(editor):
    post = make_post()
    fact = add(post, KeyFact, term="One", fact="A fact.")
    mine = opened(editor, post, title="Mine", blocks={"keyfact": [row(fact), {"term": "Mine", "fact": "My fact."}]})
    theirs = {"keyfact": [row(fact), {"term": "Theirs", "fact": "Their fact."}]}
    sent(editor, post, opened(editor, post, blocks=theirs))
    sent(editor, post, again(sent(editor, post, mine)))
    assert sorted(post.keyfact_set.values_list("term", flat=True)) == ["Mine", "One", "Theirs"]


def test_block_that_they_deleted_is_gone_unless_i_wrote_in_it(editor):
    post = make_post()
    one, two = (add(post, KeyFact, term=term, fact="A fact.") for term in ("One", "Two"))
    mine = opened(editor, post, blocks={"keyfact": [row(one, fact="My words."), row(two)]})
    both = [row(one, DELETE="on"), row(two, DELETE="on")]
    sent(editor, post, opened(editor, post, blocks={"keyfact": both}))
    page = sent(editor, post, mine)
    assert "Key fact, deleted meanwhile: One" in page.content.decode()
    sent(editor, post, again(page))
    assert [(block.term, block.fact) for block in post.keyfact_set.all()] == [("One", "My words.")]


def test_picture_that_they_chose_stays(editor):
    post = make_post()
    figure = add(post, Figure, drawing="how-a-pockmark-forms")
    unchanged = {"id": figure.pk, "ordering": figure.ordering, "drawing": figure.drawing}
    mine = opened(editor, post, title="Mine", blocks={"figure": [unchanged]})
    theirs = {**unchanged, "drawing": "", "image": picture("new.png", "PNG"), "alt": "A stone."}
    sent(editor, post, opened(editor, post, blocks={"figure": [theirs]}))
    sent(editor, post, again(sent(editor, post, mine)))
    figure.refresh_from_db()
    assert (figure.image.name, figure.alt, figure.drawing) == ("guides/new.jpg", "A stone.", "")


def test_change_by_the_list_is_a_change_too(editor):
    post = make_post(status=Post.Status.DRAFT)
    mine = opened(editor, post, title="Mine")
    editor.post("/admin/blog/post/", {"action": "publish_now", "_selected_action": [post.pk]})
    page = sent(editor, post, mine)
    assert CLASH in page.content.decode()
    assert page.context["adminform"].form["status"].value() == "published"


def test_change_past_every_history_is_shown_as_one(editor):
    post = make_post()
    gone, kept = (add(post, KeyFact, term=term, fact="A fact.") for term in ("Gone", "Kept"))
    mine = form(post, title="Mine", blocks={"keyfact": [row(gone, fact="My words.")]}) | {SEEN: "0" * 32}
    gone.delete()
    page = sent(editor, post, mine)
    assert CLASH in page.content.decode()
    assert 'value="Mine"' in page.content.decode()
    post.refresh_from_db()
    assert post.title != "Mine"
    assert sent(editor, post, again(page)).status_code == 302
    assert sorted(post.keyfact_set.values_list("term", "fact")) == [("Gone", "My words."), (kept.term, kept.fact)]


def test_errors_of_the_form_are_told_beside_the_change(editor):
    post = make_post()
    mine = opened(editor, post, title="")
    sent(editor, post, opened(editor, post, summary="Theirs."))
    html = sent(editor, post, mine).content.decode()
    assert CLASH in html
    assert "This field is required." in html


def test_what_the_browser_had_kept_is_shown_and_not_stored(editor):
    post = make_post(title="As it was")
    page = sent(editor, post, opened(editor, post, title="Kept") | {"_again": "1"})
    assert "Here is what you had typed" in page.content.decode()
    assert 'value="Kept"' in page.content.decode()
    post.refresh_from_db()
    assert post.title == "As it was"


def test_what_the_browser_had_kept_of_a_new_guide_is_shown_and_not_stored(editor):
    filled = form(make_post(), title="Kept", slug="kept") | {"_again": "1"}
    page = editor.post(reverse("admin:blog_post_add"), filled)
    assert 'value="Kept"' in page.content.decode()
    assert not Post.objects.filter(slug="kept").exists()


def test_browser_is_told_what_it_may_forget(editor):
    post = make_post()
    answer = sent(editor, post, opened(editor, post) | {"_kept_as": "abc123"})
    assert answer.cookies["saved_draft"].value == "abc123"
    refused = sent(editor, post, opened(editor, post, title="") | {"_kept_as": "abc123"})
    assert "saved_draft" not in refused.cookies
    strange = sent(editor, post, opened(editor, post) | {"_kept_as": "a; Path=/"})
    assert "saved_draft" not in strange.cookies
