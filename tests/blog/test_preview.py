"""What stands in the form, as readers would see it: the real page, nothing stored, nothing that runs."""

from datetime import timedelta

import pytest
from django.core.signing import TimestampSigner, b62_encode
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from blog import sharing
from blog.models import Figure, KeyFact, Post, ProductPick, RichText
from tests.blog.factories import add, make_post, make_staff
from tests.blog.test_admin import EDITOR, change_url, form
from tests.blog.test_bad_input import picture
from tests.factories import make_product
from tests.staff import move_session, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(make_staff(*EDITOR))
    return client


@pytest.fixture
def show(editor):
    """The page that the form's content makes; of a new guide, where there is no post."""

    def send(post=None, **changes):
        path = reverse("admin:blog_post_preview", args=[post.pk] if post else [])
        return editor.post(path, form(post or make_post(), **changes))

    return send


def test_every_kind_of_block_shows_before_it_is_stored(show):
    product = make_product(title="Plain Soap")
    html = show(
        make_post(),
        title="Typed just now",
        blocks={
            "richtext": [{"text": "<h2>A heading</h2><p>A paragraph.</p>", "ordering": 30}],
            "productpick": [{"product": product.pk, "why": "It lathers.", "ordering": 40}],
            "figure": [{"drawing": "how-a-pockmark-forms", "caption": "Three panels.", "ordering": 50}],
            "keyfact": [{"term": "In short", "fact": "Wash.", "ordering": 10}],
            "question": [{"question": "Why?", "answer": "<p>Because.</p>", "ordering": 60}],
            "source": [{"publisher": "NHS", "title": "Acne", "url": "https://www.nhs.uk/acne/", "ordering": 70}],
        },
    ).content.decode()
    places = [html.index(words) for words in ("Typed just now</h1>", "Wash.", "A paragraph.", "It lathers.", "Three")]
    assert places == sorted(places)
    assert "Our pick: Plain Soap" in html
    assert "$18.00" in html
    assert "Because." in html
    assert "https://www.nhs.uk/acne/" in html


def test_nothing_is_stored(show, tmp_path):
    post = make_post(title="As it was")
    show(post, title="Typed", hero=picture("new.png", "PNG"), hero_alt="A stone.", blocks={"keyfact": [{"term": "x"}]})
    post.refresh_from_db()
    assert (post.title, post.hero.name, KeyFact.objects.count()) == ("As it was", "", 0)
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


def test_new_guide_shows_from_its_first_word(show):
    answer = show(title="A first word", slug="", summary="", author="", publish_at_0="", publish_at_1="")
    assert "A first word</h1>" in answer.content.decode()


@pytest.mark.parametrize(
    "broken",
    [
        {"title": ""},
        {"slug": "a b/ü"},
        {"status": "x"},
        {"publish_at_0": "soon"},
        {"blocks": {"productpick": [{"product": "", "why": ""}, {"product": "9" * 30, "why": "x"}]}},
        {"blocks": {"source": [{"publisher": "", "title": "", "url": "javascript:alert(1)"}]}},
        {"blocks": {"figure": [{"image": "", "drawing": ""}]}},
        {"blocks": {"richtext": [{"id": "x", "text": "<p>One</p>"}]}},
    ],
    ids=str,
)
def test_half_a_form_shows_what_there_is(show, broken):
    assert show(make_post(), **broken).status_code == 200


def test_chosen_picture_shows_before_it_is_stored(show):
    figure = {"image": picture("figure.png", "PNG"), "alt": "A stone."}
    html = show(make_post(), hero=picture("new.png", "PNG"), hero_alt="A jar.", blocks={"figure": [figure]})
    assert html.content.decode().count('src="data:image/jpeg;base64,') == 2


def test_picture_that_cannot_be_used_leaves_the_page_standing(show):
    figure = {"image": picture("scan.png", "TIFF"), "alt": "A stone."}
    assert show(make_post(), hero=picture("print.jpg", "EPS"), blocks={"figure": [figure]}).status_code == 200


def test_nothing_in_it_runs_or_can_be_sent(show):
    answer = show(
        make_post(), blocks={"richtext": [{"text": "<p>x</p><script>alert(1)</script><img src=x onerror=y>"}]}
    )
    html = answer.content.decode()
    assert "<script" not in html
    assert "onerror" not in html
    policy = answer["Content-Security-Policy"]
    assert "sandbox allow-same-origin;" in policy
    assert "script-src 'none'" in policy
    assert "form-action 'none'" in policy
    assert "no-store" in answer["Cache-Control"]


def test_deleted_and_hidden_blocks_do_not_show(show):
    post, hidden = make_post(), make_product(title="Hidden Soap")
    type(hidden).objects.filter(pk=hidden.pk).update(is_public=False)
    fact = add(post, KeyFact, term="Gone", fact="A fact to go.")
    row = {"id": fact.pk, "term": "Gone", "fact": "A fact to go.", "DELETE": "on"}
    html = show(post, blocks={"keyfact": [row], "productpick": [{"product": hidden.pk, "why": "It lathers."}]})
    assert "A fact to go." not in html.content.decode()
    assert "It lathers." not in html.content.decode()


def test_number_of_queries_does_not_grow_with_the_text(show, django_assert_max_num_queries):
    post = make_post()
    rows = [{"text": f"<p>{number}</p>", "ordering": number} for number in range(60)]
    show(post)
    with django_assert_max_num_queries(45):
        show(post, blocks={"richtext": rows})


def test_writer_previews_what_he_may_only_read(client):
    client.force_login(make_staff("blog.view_post"))
    post = make_post(title="As it is")
    add(post, RichText, text="<p>Stored words.</p>")
    add(post, Figure, drawing="how-a-pockmark-forms")
    html = client.post(reverse("admin:blog_post_preview", args=[post.pk]), form(post, title="Typed")).content.decode()
    assert "As it is</h1>" in html


def test_staff_of_other_rooms_get_no_preview(client):
    client.force_login(make_staff("catalogue.view_product"))
    assert client.post(reverse("admin:blog_post_preview"), {}).status_code == 403
    assert client.post(reverse("admin:blog_post_preview", args=[make_post().pk]), {}).status_code == 403


def test_preview_is_not_asked_for_with_an_address(editor):
    assert editor.get(reverse("admin:blog_post_preview")).status_code == 405


# The link that opens a guide which is not out


def draft(**fields) -> Post:
    return make_post(status=Post.Status.DRAFT, title="Not out yet", **fields)


def made(post: Post, *, ago: timedelta) -> str:
    """The path that a link of then has."""
    signer = TimestampSigner(salt="blog.sharing")
    signer.timestamp = lambda: b62_encode(int((timezone.now() - ago).timestamp()))
    return reverse("blog:preview", args=[signer.sign(str(post.pk))])


def test_shared_link_opens_a_draft_for_everybody(client):
    post = draft()
    add(post, ProductPick, product=make_product(title="Plain Soap"), why="It lathers.")
    answer = client.get(sharing.path_to(post))
    assert "Not out yet</h1>" in answer.content.decode()
    assert "Our pick: Plain Soap" in answer.content.decode()
    assert "This is a preview." in answer.content.decode()


def test_password_alone_shows_staff_no_draft(client, settings):
    settings.STAFF_SECOND_FACTOR = True
    post = draft()
    client.force_login(make_staff("blog.view_post"))
    path = post.get_absolute_url()
    assert client.get(path)["Location"] == f"{reverse('staff:second-factor')}?{urlencode({'next': path})}"
    shared = client.get(sharing.path_to(post))
    assert shared.status_code == 200
    assert not shared.context["is_editor"]


def test_second_step_shows_staff_the_draft(settings):
    settings.STAFF_SECOND_FACTOR = True
    client, post = signed_in(make_staff("blog.view_post")), draft()
    assert client.get(post.get_absolute_url()).status_code == 200
    assert client.get(sharing.path_to(post)).context["is_editor"]


def test_editor_who_was_away_is_signed_out_there_too():
    client, post = signed_in(make_staff("blog.view_post")), draft()
    move_session(client, staff_seen=31 * 60)
    answer = client.get(post.get_absolute_url())
    assert answer.status_code == 410
    assert "signed out after a while" in answer.content.decode()


def test_shared_link_is_kept_by_no_cache_and_no_search_engine(client):
    answer = client.get(sharing.path_to(draft()))
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex">' in answer.content.decode()
    assert {"no-store", "private"} <= {*answer["Cache-Control"].split(", ")}
    assert answer["Referrer-Policy"] == "same-origin"


def test_shared_link_ends(client):
    post = draft()
    assert client.get(made(post, ago=sharing.LIFETIME - timedelta(minutes=1))).status_code == 200
    answer = client.get(made(post, ago=sharing.LIFETIME + timedelta(minutes=1)))
    assert answer.status_code == 410
    assert "Not out yet" not in answer.content.decode()
    assert "This preview has ended." in answer.content.decode()


@pytest.mark.parametrize("token", ["x", "1", "1:abc", "1:abc:def", "::", "1%3A", "9" * 500])
def test_forged_link_opens_nothing(client, token):
    draft()
    assert client.get(f"/blog/preview/{token}/").status_code == 404


def test_link_of_one_guide_opens_no_other(client):
    post, other = draft(), draft()
    token = sharing.path_to(post).split("/")[-2]
    assert client.get(f"/blog/preview/{token.replace(str(post.pk), str(other.pk), 1)}/").status_code == 404


def test_link_leads_to_the_page_once_the_guide_is_out_and_nowhere_once_it_is_gone(client):
    post = make_post()
    path = sharing.path_to(post)
    assert client.get(path)["Location"] == post.get_absolute_url()
    post.delete()
    assert client.get(path).status_code == 404


def test_editor_is_given_the_link_beside_the_form(editor):
    post = draft()
    html = editor.get(change_url(post)).content.decode()
    assert "http://testserver/blog/preview/" in html
    assert "/blog/preview/" not in editor.get(change_url(make_post())).content.decode()
