"""Writers and publishers at work, as people: from an empty form to a guide that is out, and what may go wrong."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils import timezone
from oscar.core.loading import get_model
from PIL import Image
from playwright.sync_api import expect

from blog.care.models import Claim
from blog.groups import make_groups
from blog.models import Post, RichText
from tests.browser.conftest import tab_to
from tests.browser.test_staff import assert_accessible  # noqa: F401  (a fixture)

Product = get_model("catalogue", "Product")

WORD = """<p class=MsoNormal><b><span style='font-size:14.0pt'>Wash gently<o:p></o:p></span></b></p>
<script>alert(1)</script><iframe src="https://evil.example"></iframe>
<p><a href="javascript:alert(1)">Not a link</a></p>"""


@pytest.fixture
def sign_in(shop, new_context):
    """A browser of somebody of a group, signed in to the admin."""
    make_groups(using="default")  # tests with real transactions end by emptying all tables

    def enter(name: str, group: str):
        user, is_new = User.objects.get_or_create(username=name, defaults={"is_staff": True})
        if is_new:
            user.set_password("plain-care")
            user.save()
            user.groups.add(Group.objects.get(name=group))
        page = new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.goto(shop + reverse("admin:index"))
        log_in(page, name)
        return page

    return enter


def log_in(page, name: str) -> None:
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill("plain-care")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(lambda url: "login" not in url)


def open_guide(page, shop, post) -> None:
    page.goto(shop + reverse("admin:blog_post_change", args=[post.pk]))
    expect(page.locator(".add-block")).to_be_visible()


def preview(page):
    return page.frame_locator("[data-preview-page]").locator("main")


def width_of_preview(page) -> int:
    """The width for which the page in the preview is laid out."""
    return page.locator("[data-preview-page]").evaluate("frame => frame.contentWindow.innerWidth")


def block(page, kind: str, number: int = -1):
    """The forms of the blocks of that kind that stand on the page, one of them."""
    blocks = page.locator(f".inline-related:not(.empty-form)[id^='{kind}_set-']")
    return blocks.last if number == -1 else blocks.nth(number)


def add(page, kind: str, name: str):
    page.get_by_role("button", name=f"Add {name}").click()
    return block(page, kind)


def save(page, button: str = "Save") -> None:
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def a_picture() -> bytes:
    data = BytesIO()
    Image.new("RGB", (1200, 800), "#8a6d3b").save(data, "JPEG")
    return data.getvalue()


def in_prose(page, form, text: str) -> None:
    form.locator("[contenteditable=true]").first.click()
    page.keyboard.type(text)


def paste(form, html: str) -> None:
    form.locator("[contenteditable=true]").first.evaluate(
        """(target, html) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/html", html);
            clipboardData.setData("text/plain", "x");
            target.focus();
            target.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
        }""",
        html,
    )


def test_a_guide_from_nothing_to_readers(shop, sign_in, page):
    writer = sign_in("writer", "Writers")
    writer.goto(shop + reverse("admin:blog_post_add"))
    writer.get_by_label("Title").first.fill("Shaving without a rash")
    expect(preview(writer).get_by_role("heading", level=1)).to_have_text("Shaving without a rash")
    writer.get_by_label("Summary").fill("Warm water, a sharp blade, and patience.")
    writer.get_by_label("Author").select_option(label="The Modern Gentlemen editors")
    picture = {"name": "IMG 1.jpg", "mimeType": "image/jpeg", "buffer": a_picture()}
    writer.locator("input[name=hero]").set_input_files(picture)
    writer.get_by_label("Picture in words").first.fill("A brush on a shelf.")
    writer.get_by_label("Top left").check(force=True)
    expect(preview(writer).get_by_role("img", name="A brush on a shelf.")).to_have_attribute(
        "src", re.compile("^data:image/")
    )

    fact = add(writer, "keyfact", "key fact")
    fact.get_by_label("Term:").fill("In short")
    fact.get_by_label("Fact:").fill("Go with the grain.")
    text = add(writer, "richtext", "text")
    in_prose(writer, text, "Shave after the shower.")
    pick = add(writer, "productpick", "product pick")
    pick.get_by_role("combobox").first.fill("barrier")
    writer.get_by_role("option", name="Barrier Moisturizer").click()
    expect(pick.locator(".picker__facts").first).to_contain_text("$26.00")
    pick.get_by_label("Why:").fill("It calms dry cheeks.")
    figure = add(writer, "figure", "figure")
    figure.get_by_label("Drawing:").select_option("how-a-pockmark-forms")
    figure.get_by_label("Caption:").fill("Three panels.")
    question = add(writer, "question", "question")
    question.get_by_label("Question:").fill("How often?")
    in_prose(writer, question, "As often as you like.")
    source = add(writer, "source", "source")
    source.get_by_label("Publisher:").fill("American Academy of Dermatology")
    source.get_by_label("Title:").fill("How to shave")
    source.get_by_label("Address:").fill("https://www.aad.org/public/everyday-care/skin-care-basics/hair/how-to-shave")

    for words in ("Go with the grain.", "after the shower.", "It calms dry cheeks.", "Three panels.", "How often?"):
        expect(preview(writer).get_by_text(words)).to_be_attached()
    assert width_of_preview(writer) == 390
    writer.get_by_label("Desktop").check()
    assert width_of_preview(writer) == 1280
    expect(writer.get_by_role("button", name="Publish now")).to_have_count(0)
    assert not Post.objects.filter(title="Shaving without a rash").exists()
    save(writer)
    post = Post.objects.get(title="Shaving without a rash")
    assert (post.slug, post.status, post.hero_focus) == ("shaving-without-a-rash", "draft", "top-left")
    link = writer.get_by_label("A link that works without an account").input_value()
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("Shaving without a rash")
    assert page.goto(shop + post.get_absolute_url()).status == 404

    publisher = sign_in("publisher", "Publishers")
    open_guide(publisher, shop, post)
    tomorrow = timezone.localtime() + timedelta(days=1)
    publisher.get_by_label("Status").select_option("scheduled")
    publisher.locator("[name=publish_at_0]").fill(f"{tomorrow:%Y-%m-%d}")
    publisher.locator("[name=publish_at_1]").fill("09:00")
    save(publisher)
    assert page.goto(shop + post.get_absolute_url()).status == 404
    save(publisher, "Unschedule")
    save(publisher, "Publish now")
    page.goto(shop + "/blog/")
    page.get_by_role("link", name="Shaving without a rash").first.click()
    expect(page.get_by_role("article", name="Our pick: Barrier Moisturizer")).to_contain_text("It calms dry cheeks.")
    writer.reload()
    expect(writer.get_by_text("only publishers change it")).to_be_visible()
    expect(writer.get_by_role("button", name="Save", exact=True)).to_have_count(0)


@pytest.fixture
def guide(shop):
    return Post.objects.get(slug="understanding-pockmarks")


def test_an_older_version_comes_back(shop, sign_in, guide, visit):
    publisher = sign_in("publisher", "Publishers")
    open_guide(publisher, shop, guide)
    publisher.get_by_label("Title").first.fill("Something quite different")
    save(publisher)
    publisher.get_by_role("link", name="History").click()
    publisher.get_by_text("1 change").click()
    expect(publisher.locator(".changes ins").first).to_contain_text("Something quite different")
    publisher.locator(".versions__version").last.get_by_role("link").first.click()
    publisher.get_by_role("button", name="Bring this version back").click()
    expect(publisher.get_by_label("Title").first).to_have_value(guide.title)
    expect(visit(guide.get_absolute_url()).get_by_role("heading", level=1)).to_have_text(guide.title)


def test_a_check_stops_a_guide_until_it_is_mended(shop, sign_in, guide, page):
    claim = {"reason": "says that the product cures.", "suggestion": "Say how it looks."}
    Claim.objects.update_or_create(phrase="cure*", defaults=claim)
    Post.objects.filter(pk=guide.pk).update(status=Post.Status.DRAFT)
    editor = sign_in("publisher", "Publishers")
    open_guide(editor, shop, guide)
    why = block(editor, "productpick", 0).get_by_label("Why:")
    why.fill("It cures everything.")
    listed = editor.locator("[data-check-list]").get_by_text("says that the product cures.")
    expect(listed).to_be_visible()
    editor.get_by_role("button", name="Publish now").click()
    expect(editor.get_by_role("alert")).to_contain_text("Not out yet")
    expect(why).to_have_value("It cures everything.")
    assert page.goto(shop + guide.get_absolute_url()).status == 410
    why.fill("It helps skin look smoother.")
    expect(listed).to_have_count(0)
    save(editor, "Publish now")
    assert page.goto(shop + guide.get_absolute_url()).ok


def test_two_editors_lose_nothing(shop, sign_in, guide):
    first, second = sign_in("publisher", "Publishers"), sign_in("other", "Publishers")
    open_guide(first, shop, guide)
    open_guide(second, shop, guide)
    first.get_by_label("Title").first.fill("The title of the first")
    first.get_by_label("Summary").fill("The summary of the first.")
    save(first)
    second.get_by_label("Title").first.fill("The title of the second")
    in_prose(second, block(second, "richtext", 0), "Words of the second. ")
    second.get_by_role("button", name="Save", exact=True).click()
    note = second.get_by_role("alert")
    expect(note).to_contain_text("Somebody else saved this guide while you were writing")
    expect(note).to_contain_text("publisher")
    expect(note.locator("ins").first).to_contain_text("first")
    expect(second.get_by_label("Title").first).to_have_value("The title of the second")
    expect(second.get_by_label("Summary")).to_have_value("The summary of the first.")
    expect(block(second, "richtext", 0)).to_contain_text("Words of the second.")
    save(second)
    guide.refresh_from_db()
    assert (guide.title, guide.summary) == ("The title of the second", "The summary of the first.")
    assert RichText.objects.filter(parent=guide, text__contains="Words of the second.").exists()


def test_what_was_typed_outlives_the_session(shop, sign_in, guide):
    editor = sign_in("publisher", "Publishers")
    open_guide(editor, shop, guide)
    editor.get_by_label("Title").first.fill("Typed with care")
    fact = add(editor, "keyfact", "key fact")
    fact.get_by_label("Term:").fill("One more")
    fact.get_by_label("Fact:").fill("A fact more.")
    editor.context.clear_cookies()
    editor.get_by_label("Summary").fill("And this.")
    expect(editor.get_by_text("You are signed out.")).to_be_visible()
    editor.get_by_role("button", name="Save", exact=True).click()  # refused: neither session nor token
    editor.goto(shop + reverse("admin:blog_post_change", args=[guide.pk]))
    log_in(editor, "publisher")
    editor.get_by_role("button", name="Bring it back").click()
    expect(editor.get_by_text("Here is what you had typed")).to_be_visible()
    expect(editor.get_by_label("Title").first).to_have_value("Typed with care")
    expect(editor.get_by_label("Summary")).to_have_value("And this.")
    guide.refresh_from_db()
    assert guide.title != "Typed with care"
    save(editor)
    guide.refresh_from_db()
    assert guide.title == "Typed with care"
    assert guide.keyfact_set.filter(term="One more").exists()
    editor.reload()
    expect(editor.locator(".add-block")).to_be_visible()
    expect(editor.get_by_role("button", name="Bring it back")).to_have_count(0)


def test_blocks_are_inserted_moved_and_folded_by_keyboard(shop, sign_in, guide):
    editor = sign_in("publisher", "Publishers")
    open_guide(editor, shop, guide)
    first = block(editor, "keyfact", 0)
    first.get_by_role("button", name="Insert a block before this").focus()
    editor.keyboard.press("Enter")
    tab_to(editor, editor.locator(".plugin-button[title='Key fact']"))
    editor.keyboard.press("Enter")
    new = editor.locator(f"#keyfact_set-{guide.keyfact_set.count()}")  # it stands first, and was numbered last
    expect(new.get_by_label("Term:")).to_be_focused()
    editor.keyboard.type("Put in front")
    new.get_by_label("Fact:").fill("A fact.")
    new.get_by_role("button", name="Move down").press("Enter")
    new.get_by_role("button", name="Fold").press("Enter")
    expect(new.get_by_label("Fact:")).to_be_hidden()
    save(editor)
    terms = list(guide.keyfact_set.order_by("ordering").values_list("term", flat=True))
    assert terms.index("Put in front") == 1


def test_a_block_is_dragged_to_another_place(shop, sign_in, guide):
    editor = sign_in("publisher", "Publishers")
    open_guide(editor, shop, guide)
    before = list(guide.keyfact_set.order_by("ordering").values_list("term", flat=True))
    heads = editor.locator(".order-machine .inline-related:not(.empty-form) > h3")
    editor.locator(".collapse-items").click()
    heads.nth(0).drag_to(heads.nth(2), source_position={"x": 60, "y": 12}, target_position={"x": 60, "y": 34})
    save(editor)
    after = list(guide.keyfact_set.order_by("ordering").values_list("term", flat=True))
    assert after == [before[1], before[2], before[0], *before[3:]]


def test_a_product_is_picked_by_keyboard_alone(shop, sign_in, guide):
    Product.objects.filter(title="Spot Patches").update(upc="4006381333931")
    editor = sign_in("publisher", "Publishers")
    open_guide(editor, shop, guide)
    search = block(editor, "productpick", 0).get_by_role("combobox").first
    search.focus()
    editor.keyboard.press("Control+A")
    editor.keyboard.type("40063813")
    options = editor.locator(".picker__option")
    expect(options).to_have_count(1)
    assert search.get_attribute("aria-activedescendant") == options.get_attribute("id")
    editor.keyboard.press("Escape")
    expect(search).to_have_value("Renewal Retinol Serum")
    editor.keyboard.press("Control+A")
    editor.keyboard.type("s")
    expect(options.nth(2)).to_be_visible()
    editor.keyboard.press("ArrowDown")
    second = options.nth(1)
    expect(second).to_have_attribute("aria-selected", "true")
    title = second.locator("strong").inner_text()
    editor.keyboard.press("Enter")
    expect(search).to_have_value(title)
    expect(preview(editor).get_by_role("article", name=f"Our pick: {title}").first).to_be_attached()
    save(editor)
    assert guide.productpick_set.filter(product__title=title).exists()


def test_what_is_pasted_from_word_comes_out_clean(shop, sign_in, guide):
    editor = sign_in("publisher", "Publishers")
    open_guide(editor, shop, guide)
    text = add(editor, "richtext", "text")
    paste(text, WORD)
    expect(preview(editor).get_by_text("Wash gently")).to_be_attached()
    save(editor)
    stored = RichText.objects.filter(parent=guide).order_by("ordering").last().text
    assert "<strong>Wash gently</strong>" in stored
    assert not any(harm in stored for harm in ("Mso", "style", "script", "iframe", "alert", "o:p"))


def test_links_and_buttons_of_the_preview_lead_nowhere(shop, sign_in, guide):
    editor = sign_in("publisher", "Publishers")
    open_guide(editor, shop, guide)
    shown = preview(editor)
    expect(shown.get_by_role("heading", level=1)).to_have_text(guide.title)
    shown.get_by_role("link", name="Guides").first.click()
    shown.get_by_role("button", name="Add to basket").first.click()
    expect(shown.get_by_role("heading", level=1)).to_have_text(guide.title)
    expect(shown.locator("script")).to_have_count(0)


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_axe_finds_nothing_in_what_is_ours(shop, sign_in, guide, assert_accessible, color_scheme):  # noqa: F811
    editor = sign_in("publisher", "Publishers")
    editor.emulate_media(color_scheme=color_scheme)
    open_guide(editor, shop, guide)
    editor.get_by_label("Title").first.fill("Changed")
    for region in (".editor__beside", ".add-block", ".picker", ".block-tools", "#id_hero_focus"):
        assert_accessible(editor, region)
    save(editor)
    editor.get_by_role("link", name="History").click()
    editor.get_by_text("1 change").click()
    assert_accessible(editor, ".versions")
    editor.locator(".versions__version").last.get_by_role("link").first.click()
    assert_accessible(editor, ".versions")
