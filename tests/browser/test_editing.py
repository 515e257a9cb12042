"""An editor at work in the admin, and what readers see of it."""

import pytest
from django.conf import settings
from django.urls import reverse
from oscar.core.loading import get_model
from playwright.sync_api import expect

from blog.models import Post, ProductPick, RichText

Product = get_model("catalogue", "Product")


@pytest.fixture
def guide(shop):
    return Post.objects.get(slug="understanding-pockmarks")


@pytest.fixture
def editor(shop, new_context, guide):
    """The admin with the pockmark guide open, signed in as staff."""
    page = new_context().new_page()
    page.goto(shop + reverse("admin:blog_post_change", args=[guide.pk]))
    page.get_by_label("Username").fill(settings.DEMO_STAFF["email"])
    page.get_by_label("Password").fill(settings.DEMO_STAFF["password"])
    page.get_by_role("button", name="Log in").click()
    expect(page.locator(".content-editor-ready, #post_form").first).to_be_visible()
    return page


def block(editor, kind: str, pk: int):
    """The form of one block: the inline that carries its id."""
    return editor.locator(f".inline-related:has(input[name^='{kind}_set-'][name$='-id'][value='{pk}'])")


def save(editor):
    editor.get_by_role("button", name="Save", exact=True).click()
    expect(editor.get_by_text("was changed successfully")).to_be_visible()


def test_an_edited_block_is_live_at_once(editor, visit, guide):
    text = RichText.objects.filter(parent=guide).order_by("ordering").first()
    prose = block(editor, "richtext", text.pk).locator("[contenteditable=true]")
    prose.click()
    editor.keyboard.press("Control+End")
    editor.keyboard.press("Enter")
    editor.keyboard.type("We looked at this guide again today.")
    save(editor)
    expect(visit("/blog/understanding-pockmarks/").get_by_text("We looked at this guide again today.")).to_be_visible()


def test_an_edited_product_pick_is_live_at_once(editor, visit, guide):
    pick = ProductPick.objects.get(parent=guide, product__title="Renewal Retinol Serum")
    form = block(editor, "productpick", pick.pk)
    form.locator("textarea[name$='-why']").fill("The one we would start with.")
    form.get_by_role("combobox").first.fill("Barrier")
    editor.get_by_role("option", name="Barrier Moisturizer").click()
    save(editor)
    page = visit("/blog/understanding-pockmarks/")
    recommended = page.get_by_role("article", name="Our pick: Barrier Moisturizer")
    expect(recommended).to_contain_text("The one we would start with.")
    expect(recommended).to_contain_text("$26.00")
    expect(recommended.get_by_role("button", name="Add to basket: Barrier Moisturizer")).to_be_visible()
    expect(page.get_by_role("article", name="Our pick: Renewal Retinol Serum")).to_have_count(0)


def test_a_guide_taken_back_is_gone_for_readers_and_marked_for_staff(editor, shop, page, guide):
    editor.get_by_label("Status").select_option("draft")
    save(editor)
    assert page.goto(shop + guide.get_absolute_url()).status == 410
    editor.goto(shop + guide.get_absolute_url())
    expect(editor.get_by_text("draft", exact=False).first).to_be_visible()


def test_changed_days_of_a_promise_are_everywhere(editor, shop, page):
    editor.goto(shop + reverse("admin:promises_promise_changelist"))
    editor.get_by_role("link", name="Hassle-Free Returns").click()
    editor.get_by_label("Days:", exact=True).fill("45")
    save(editor)
    product = Product.objects.get(title="Spot Patches").get_absolute_url()
    for path in ("/", "/blog/understanding-pockmarks/", "/promises/returns/", product):
        page.goto(shop + path)
        expect(page.get_by_text("Send it back within 45 days").first).to_be_visible()


def test_price_and_stock_in_a_guide_are_those_of_the_shop(visit, guide):
    product = Product.objects.get(title="Renewal Retinol Serum")
    product.stockrecords.update(price="41.50")
    recommended = visit(guide.get_absolute_url()).get_by_role("article", name="Our pick: Renewal Retinol Serum")
    expect(recommended).to_contain_text("$41.50")
    product.stockrecords.update(num_in_stock=0)
    recommended = visit(guide.get_absolute_url()).get_by_role("article", name="Our pick: Renewal Retinol Serum")
    expect(recommended).to_contain_text("Sold out")
    expect(recommended.get_by_role("button", name="Add to basket: Renewal Retinol Serum")).to_have_count(0)
