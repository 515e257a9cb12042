from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from blog.models import KeyFact, Post, ProductPick, RichText
from tests.blog.factories import add, make_post, make_staff
from tests.factories import make_product

pytestmark = pytest.mark.django_db

LIST = "/admin/blog/post/"
BLOCKS = ["richtext", "productpick", "figure", "keyfact", "question", "source"]
WRITER = ["blog.view_post", "blog.change_post", "blog.add_post"]
EDITOR = [*WRITER, "blog.publish_post"]


@pytest.fixture
def editor(client):
    client.force_login(make_staff(*EDITOR))
    return client


def change_url(post) -> str:
    return reverse("admin:blog_post_change", args=[post.pk])


def form(post, *, blocks=None, **changes) -> dict[str, str]:
    """The change form as the browser sends it: `blocks` are kinds with the rows that they hold."""
    local = timezone.localtime(post.publish_at)
    data = {
        "title": post.title,
        "slug": post.slug,
        "summary": post.summary,
        "hero_focus": post.hero_focus,
        "author": post.author_id,
        "status": post.status,
        "publish_at_0": f"{local:%Y-%m-%d}",
        "publish_at_1": f"{local:%H:%M:%S.%f}",
    }
    for kind in BLOCKS:
        rows = (blocks or {}).get(kind, [])
        initial = sum("id" in row for row in rows)
        data |= {f"{kind}_set-TOTAL_FORMS": len(rows), f"{kind}_set-INITIAL_FORMS": initial}
        for number, row in enumerate(rows):
            fields = {"parent": post.pk, "region": "main", "ordering": 10} | row
            data |= {f"{kind}_set-{number}-{field}": value for field, value in fields.items()}
    return data | changes


def save(client, post, **changes):
    return client.post(change_url(post), form(post, **changes))


def test_staff_of_other_rooms_cannot_reach_the_guides(client):
    client.force_login(make_staff("catalogue.view_product"))
    assert client.get(LIST).status_code == 403
    assert client.get(change_url(make_post())).status_code == 403


def test_shopper_is_asked_to_sign_in(client):
    assert client.get(LIST).status_code == 302


def test_editors_may_edit_blocks_without_a_permission_for_each_kind(editor):
    html = editor.get(change_url(make_post())).content.decode()
    for kind in BLOCKS:
        assert f'name="{kind}_set-TOTAL_FORMS"' in html


def test_staff_who_may_only_look_cannot_change_a_block(client):
    client.force_login(make_staff("blog.view_post"))
    post = make_post()
    block = add(post, RichText, text="<p>Before</p>")
    save(client, post, blocks={"richtext": [{"id": block.pk, "text": "<p>After</p>"}]})
    block.refresh_from_db()
    assert block.text == "<p>Before</p>"


def test_saved_block_stands_on_the_page(editor):
    post = make_post()
    save(editor, post, blocks={"richtext": [{"text": "<p>Fresh words.</p><script>x()</script>"}]})
    html = editor.get(post.get_absolute_url()).content.decode()
    assert "<p>Fresh words.</p>" in html
    assert "<script>x()" not in html


def test_saved_pick_stands_on_the_page(editor):
    post, product = make_post(), make_product(title="Plain Soap")
    save(editor, post, blocks={"productpick": [{"product": product.pk, "why": "It lathers."}]})
    assert "Our pick: Plain Soap" in editor.get(post.get_absolute_url()).content.decode()


def test_changed_text_is_dated_and_measured(editor):
    post = make_post()
    text = f"<p>{'word ' * 500}</p>"
    save(editor, post, blocks={"richtext": [{"text": text}]})
    before = post.updated_at
    post.refresh_from_db()
    assert post.updated_at > before
    assert post.reading_minutes == 3


def test_saving_without_a_change_keeps_the_date(editor):
    post = make_post(publish_at=timezone.now().replace(microsecond=0) - timedelta(days=1))
    local = timezone.localtime(post.publish_at)
    before = post.updated_at
    response = save(editor, post, publish_at_1=f"{local:%H:%M:%S}")
    post.refresh_from_db()
    assert response.status_code == 302
    assert post.updated_at == before


def test_scheduling_in_the_past_is_explained(editor):
    response = save(editor, make_post(), status="scheduled")
    assert "This time has passed" in response.content.decode()


def test_scheduled_guide_can_be_edited_once_it_is_out(editor):
    post = make_post(
        status=Post.Status.SCHEDULED, publish_at=timezone.now().replace(microsecond=0) - timedelta(days=1)
    )
    local = timezone.localtime(post.publish_at)
    response = save(editor, post, title="A better title", publish_at_1=f"{local:%H:%M:%S}")
    assert response.status_code == 302


def test_published_guide_without_date_is_explained(editor):
    response = save(editor, make_post(), publish_at_0="", publish_at_1="")
    assert "needs a date" in response.content.decode()


def test_pick_whose_product_is_gone_asks_for_another(editor):
    post = make_post()
    pick = add(post, ProductPick, product=None, why="It lathers.")
    response = save(editor, post, blocks={"productpick": [{"id": pick.pk, "product": "", "why": "It lathers."}]})
    assert "This field is required" in response.content.decode()


def test_deleted_block_leaves_the_page(editor):
    post = make_post()
    block = add(post, KeyFact, term="What", fact="A fact to go.")
    row = {"id": block.pk, "term": "What", "fact": "A fact to go.", "DELETE": "on"}
    save(editor, post, blocks={"keyfact": [row]})
    assert "A fact to go." not in editor.get(post.get_absolute_url()).content.decode()


def test_draft_can_be_viewed_on_site(editor):
    post = make_post(status=Post.Status.DRAFT)
    assert f'href="{post.get_absolute_url()}" class="viewsitelink"' in editor.get(change_url(post)).content.decode()


@pytest.mark.parametrize(("action", "status"), [("publish_now", "published"), ("take_back", "draft")])
def test_actions_change_the_status(editor, action, status):
    post = make_post(status=Post.Status.DRAFT if status == "published" else Post.Status.PUBLISHED)
    editor.post(LIST, {"action": action, "_selected_action": [post.pk]})
    post.refresh_from_db()
    assert post.status == status


def test_guides_are_searched_by_title(editor):
    post = make_post(title="Understanding pockmarks")
    make_post(title="Something else")
    assert list(editor.get(LIST, {"q": "pockmarks"}).context["cl"].queryset) == [post]
