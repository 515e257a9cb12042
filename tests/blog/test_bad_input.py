"""What editors mistype, paste and upload: clear words, nothing typed is lost, and nothing harmful reaches a page."""

import re
from datetime import UTC, datetime
from io import BytesIO

import html5lib
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from blog.models import Figure, Post, ProductPick, Question, RichText
from tests.blog.factories import add, make_post, make_staff
from tests.blog.test_admin import EDITOR, form, save
from tests.factories import make_product

pytestmark = pytest.mark.django_db

HUGE = "9" * 30


@pytest.fixture
def editor(client, settings, tmp_path) -> Client:
    settings.MEDIA_ROOT = tmp_path
    client.force_login(make_staff(*EDITOR))
    return client


def picture(name: str, kind: str, size: tuple[int, int] = (40, 30), mode: str = "RGB") -> SimpleUploadedFile:
    """An upload called `name` that is a picture of Pillow's format `kind`."""
    content = BytesIO()
    Image.new(mode, size).save(content, kind)
    return SimpleUploadedFile(name, content.getvalue())


# URLs


@pytest.mark.parametrize("slug", ["nowhere", "x" * 500, HUGE, "%ff%fe", "..%2ffeed", "%F0%9F%98%80"])
def test_guide_that_does_not_exist_is_not_found(client, slug):
    assert client.get(f"/blog/{slug}/").status_code == 404


def test_path_with_a_nul_is_refused(client):
    assert client.get("/blog/a%00b/").status_code == 400


@pytest.mark.parametrize("page", ["0", "-1", "x", HUGE, "%00"])
def test_page_of_the_index_that_does_not_exist_is_not_found(client, page):
    assert client.get(f"/blog/?page={page}").status_code == 404


# Fields


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", "t" * 300, "at most 150 characters"),
        ("title", "a\0b", "Null characters are not allowed."),
        ("title", " ", "This field is required."),
        ("slug", "taken", "already exists"),
        ("slug", "feed", "choose another slug"),
        ("slug", "a b/ü", "Enter a valid “slug”"),
        ("summary", "s" * 5000, "at most 300 characters"),
        ("author", HUGE, "Select a valid choice."),
        ("status", "x", "Select a valid choice."),
        ("publish_at_0", "x", "Enter a valid date."),
        ("publish_at_0", "9999-12-31", "Check the year."),
    ],
)
def test_bad_field_is_named_and_nothing_typed_is_lost(editor, field, value, words):
    make_post(slug="taken")
    post = make_post()
    page = save(editor, post, **{field: value}, blocks={"richtext": [{"text": "<p>Typed with care.</p>"}]})
    assert words in page.content.decode()
    assert "Typed with care." in page.content.decode()


def test_year_that_nothing_can_read_is_refused(editor):
    # Late on its last day in New York, the year 9999 is over in London.
    page = save(editor, make_post(), status="scheduled", publish_at_0="9999-12-31", publish_at_1="23:59:59")
    assert "Check the year." in page.content.decode()
    assert editor.get("/admin/blog/post/").status_code == 200


def test_title_of_symbols_alone_is_taken(editor):
    post = make_post()
    save(editor, post, title="🧴🧴")
    assert "🧴🧴" in editor.get(post.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("title", "slug"), [("🧴🧴", "guide"), ("日本語", "guide"), ("  Razor – burn! ", "razor-burn")]
)
def test_address_that_is_left_empty_is_made_from_the_title(editor, title, slug):
    for number in ("", "-2"):
        editor.post(reverse("admin:blog_post_add"), form(make_post(), title=title, slug=""))
        assert Post.objects.get(slug=f"{slug}{number}").title == title.strip()


def test_address_that_another_guide_has_is_named_with_a_free_one(editor):
    make_post(slug="taken", title="The other")
    html = save(editor, make_post(), slug="taken").content.decode()
    assert "the guide “The other” has it. “taken-2” is free." in html


@pytest.mark.parametrize(
    ("day", "time", "words"),
    [
        ("2027-03-14", "02:30:00", "02:30 does not come: the clocks go forward that night. Choose 03:30"),
        ("2027-11-07", "01:30:00", "01:30 comes twice: the clocks go back that night. Choose 02:30"),
    ],
)
def test_time_of_the_night_in_which_the_clocks_change_is_explained(editor, day, time, words):
    post = make_post(status=Post.Status.DRAFT)
    page = save(editor, post, status="scheduled", publish_at_0=day, publish_at_1=time, title="Typed with care")
    assert words in page.content.decode()
    assert 'value="Typed with care"' in page.content.decode()
    assert f'value="{day}"' in page.content.decode()
    later = f"0{int(time[:2]) + 1}{time[2:]}"
    assert save(editor, post, status="scheduled", publish_at_0=day, publish_at_1=later).status_code == 302


def test_guide_that_came_out_in_an_hour_that_came_twice_can_still_be_saved(editor):
    second = datetime(2025, 11, 2, 6, 30, tzinfo=UTC)  # 01:30 in New York, for the second time that night
    post = make_post(publish_at=second)
    assert save(editor, post, title="Better").status_code == 302
    post.refresh_from_db()
    assert (post.title, post.publish_at) == ("Better", second)


def test_picture_without_words_is_told_where_they_go(editor):
    post = make_post()
    figure = {"image": picture("stone.png", "PNG"), "alt": ""}
    page = save(editor, post, hero=picture("stone.png", "PNG"), blocks={"figure": [figure]})
    assert "Say what the picture shows" in page.context["adminform"].form.errors["hero_alt"][0]
    assert page.content.decode().count("Say what the picture shows") == 2
    assert "choose your new pictures again" in page.content.decode()


# Pasted text

PASTED = {
    "script": "<script>alert(1)</script>",
    "frame": '<iframe src="https://evil.example"></iframe>',
    "handler": '<p onclick="alert(1)">x</p>',
    "link to a script": '<a href="javascript:alert(1)">x</a>',
    "hidden link to a script": '<a href="JaVa&#09;script:alert(1)">x</a>',
    "link to data": '<a href="data:text/html,alert(1)">x</a>',
    "picture with a handler": "<img src=x onerror=alert(1)>",
    "drawing with a script": "<svg><script>alert(1)</script></svg>",
    "style": '<style>*{display:none}</style><p style="position:fixed">alert(1)</p>',
    "form": '<form action="https://evil.example"><input name=x></form>',
    "quotation from a script": '<blockquote cite="javascript:alert(1)">x</blockquote>',
    "half a comment": "<!--><script>alert(1)</script>-->",
}
HARMFUL = ("<script>", "<iframe", "onclick", "onerror", "javascript:", "data:text", "<style", "style=", "evil.example")


@pytest.mark.parametrize("pasted", PASTED.values(), ids=PASTED)
@pytest.mark.parametrize(("kind", "field"), [(RichText, "text"), (Question, "answer")])
def test_pasted_text_is_cleaned_when_it_is_saved(editor, kind, field, pasted):
    post = make_post()
    row = {"question": "Why?", field: f"<p>Kept.</p>{pasted}"}
    save(editor, post, blocks={kind._meta.model_name: [row]})
    stored = getattr(kind.objects.get(parent=post), field)
    assert "<p>Kept.</p>" in stored
    assert [harm for harm in HARMFUL if harm in stored] == []


WORD = """<!--StartFragment--><p class=MsoNormal style='mso-margin-top-alt:auto'><b><span lang=EN-US style='font-size:
14.0pt;font-family:"Calibri",sans-serif'>Wash gently<o:p></o:p></span></b></p><![if !supportLists]>
<p class=MsoListParagraph style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'>
<span style='mso-list:Ignore'>·</span>Twice a day</p><![endif]><!--[if gte mso 9]>
<xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]--><!--EndFragment-->"""
GOOGLE_DOCS = """<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1"><p dir="ltr"
style="line-height:1.38"><span style="font-size:11pt;font-family:Arial;white-space:pre-wrap;">Wash gently</span></p>
<ul style="margin-top:0"><li dir="ltr" aria-level="1"><p dir="ltr" role="presentation"><span>Twice a day</span></p>
</li></ul></b><br class="x">"""


@pytest.mark.parametrize("pasted", [WORD, GOOGLE_DOCS], ids=["Word", "Google Docs"])
def test_what_word_processors_put_on_the_clipboard_comes_out_as_text(editor, pasted):
    post = make_post()
    save(editor, post, blocks={"richtext": [{"text": pasted}]})
    stored = post.richtext_set.get().text
    words = re.sub(r"<[^>]+>", " ", stored).replace("·", "").split()
    assert words == ["Wash", "gently", "Twice", "a", "day"]
    assert not re.search(r"style|class|Mso|mso|o:p|xml|<span|guid|<!|Normal", stored)


def test_two_million_characters_are_saved_and_shown(editor):
    post = make_post()
    text = "<p>" + "</p><p>".join(["A sentence that says something. " * 30] * 2100) + "</p>"
    assert len(text) > 2_000_000
    assert save(editor, post, blocks={"richtext": [{"text": text}]}).status_code == 302
    assert len(post.richtext_set.get().text) > 2_000_000
    assert editor.get(post.get_absolute_url()).status_code == 200
    assert editor.get(reverse("admin:blog_post_history", args=[post.pk])).status_code == 200


@pytest.mark.parametrize(
    "heading",
    ['" onmouseover="alert(1)', "&lt;script&gt;alert(1)&lt;/script&gt;", 'a > b " autofocus onfocus=alert(1) x="'],
)
def test_heading_stays_text_wherever_the_page_repeats_it(editor, heading):
    post = make_post()
    add(post, RichText, text=f"<h2>{heading}</h2><table><tr><td>1</td></tr></table>")
    page = html5lib.parse(editor.get(post.get_absolute_url()).content.decode(), namespaceHTMLElements=False)
    assert [name for element in page.iter() for name in element.attrib if name.startswith("on")] == []
    assert not any("alert(1)" in (script.text or "") for script in page.iter("script"))


@pytest.mark.parametrize(
    "text",
    ["<h2></h2>", "<h2>🧴</h2>" * 2, "<strong>" * 5000, "<h2>Same</h2>" * 300, "x" * 200_000],
    ids=["empty heading", "headings without a letter", "endless nesting", "one heading again and again", "one word"],
)
def test_odd_text_leaves_the_page_standing(client, text):
    post = make_post()
    add(post, RichText, text=text)
    assert client.get(post.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "http://[", "https://a.example/" + "x" * 900]
)
def test_address_of_a_source_is_checked(editor, url):
    post = make_post()
    save(editor, post, blocks={"source": [{"publisher": "Somebody", "title": "Something", "url": url}]})
    assert not post.source_set.exists()


# Pictures

UNUSABLE = {
    "no picture": lambda: SimpleUploadedFile("notes.jpg", b"Just words."),
    "a drawing": lambda: SimpleUploadedFile("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
    "a drawing by another name": lambda: SimpleUploadedFile(
        "drawing.png", b'<svg xmlns="http://www.w3.org/2000/svg"/>'
    ),
    "cut off": lambda: SimpleUploadedFile("half.png", picture("whole.png", "PNG").read()[:40]),
    "for printers": lambda: picture("print.jpg", "EPS"),
    "for scanners": lambda: picture("scan.png", "TIFF"),
    "60 megapixels": lambda: picture("huge.png", "PNG", size=(10_000, 6_000), mode="1"),
    "200 megapixels": lambda: picture("bomb.png", "PNG", size=(20_000, 10_000), mode="1"),
}


@pytest.mark.parametrize("upload", UNUSABLE.values(), ids=UNUSABLE)
def test_unusable_picture_is_refused_in_words(editor, upload):
    post = make_post()
    page = save(editor, post, title="A title to keep", hero=upload(), hero_alt="A stone.")
    assert re.search("We cannot use this picture|Allowed extensions are: avif, gif", page.content.decode())
    assert 'value="A title to keep"' in page.content.decode()


def test_figure_takes_no_other_pictures_than_the_hero(editor):
    post = make_post()
    save(editor, post, blocks={"figure": [{"image": picture("print.jpg", "EPS"), "alt": "A stone."}]})
    assert not Figure.objects.exists()


def test_picture_by_another_name_is_shown(editor):
    post = make_post()
    save(editor, post, hero=picture("moving.jpg", "GIF"), hero_alt="A stone.")
    assert 'alt="A stone."' in editor.get(post.get_absolute_url()).content.decode()


def test_name_of_a_picture_cannot_leave_its_folder(editor, tmp_path):
    post = make_post()
    save(editor, post, hero=picture("../../x.png", "PNG"), hero_alt="A stone.")
    assert Post.objects.get(pk=post.pk).hero.name == "guides/x.jpg"


# Blocks


def test_guide_of_two_hundred_blocks_is_saved(editor):
    post, product = make_post(), make_product()
    row = {"product": product.pk, "why": "It lathers.", "not_for": ""}
    save(editor, post, blocks={"productpick": [row | {"ordering": number} for number in range(200)]})
    assert ProductPick.objects.filter(parent=post).count() == 200


def test_pick_of_a_product_deleted_meanwhile_keeps_the_words(editor):
    post, product = make_post(), make_product()
    filled = form(post, blocks={"productpick": [{"product": product.pk, "why": "It lathers like no other."}]})
    product.delete()
    page = editor.post(reverse("admin:blog_post_change", args=[post.pk]), filled).content.decode()
    assert "Select a valid choice." in page
    assert "It lathers like no other." in page


@pytest.mark.parametrize("count", ["x", ""])
def test_malformed_count_of_blocks_changes_nothing(editor, count):
    post = make_post()
    block = add(post, RichText, text="<p>Here before.</p>")
    answer = editor.post(
        reverse("admin:blog_post_change", args=[post.pk]), form(post) | {"richtext_set-TOTAL_FORMS": count}
    )
    assert answer.status_code == 200
    assert RichText.objects.get(pk=block.pk).text == "<p>Here before.</p>"


@pytest.mark.parametrize(
    "row",
    [{"id": HUGE}, {"id": "x"}, {"parent": "0"}, {"ordering": HUGE}, {"ordering": "x"}, {"text": "a\0b"}],
    ids=str,
)
def test_forged_row_of_a_block_changes_nothing(editor, row):
    post = make_post()
    answer = save(editor, post, blocks={"richtext": [{"text": "<p>Forged.</p>"} | row]})
    assert answer.status_code == 200
    assert not RichText.objects.exists()
