"""What machines and other people's pages show of the shop: icons, the manifest, the card beside a link."""

import io
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import html5lib
import pytest
from django.conf import settings
from django.contrib.staticfiles.finders import find
from django.template import Context, Template, TemplateSyntaxError
from django.urls import reverse
from oscar.core.loading import get_model
from PIL import Image

from tests.blog.factories import make_post
from tests.factories import make_product

Product = get_model("catalogue", "Product")

ROOT = Path(__file__).resolve().parents[2]
SITE = "https://shop.example"
CARD = f"{SITE}/static/pictures/social-card.jpg"


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = SITE


def head_of(response) -> ElementTree.Element:
    return html5lib.parse(response.content.decode(), namespaceHTMLElements=False).find("head")


def said_of(response) -> dict[str, str]:
    """What the page says of itself in Open Graph's words."""
    said = [(meta.get("property"), meta.get("content")) for meta in head_of(response).iter("meta")]
    graph = {name: content for name, content in said if name}
    assert len(graph) == len([name for name, _content in said if name]), "a name stands twice"
    return graph


def picture(url: str) -> Image.Image:
    """The picture behind a static URL."""
    path = Path(find(url.removeprefix(SITE).removeprefix(settings.STATIC_URL)))
    return Image.open(io.BytesIO(path.read_bytes()))


# Icons and the manifest


def test_every_icon_that_a_page_names_exists(client, db):
    links = [link for link in head_of(client.get("/")).iter("link") if "icon" in link.get("rel")]
    assert len(links) == 3
    assert all(find(link.get("href").removeprefix(settings.STATIC_URL)) for link in links)


def test_page_names_the_manifest(client, db):
    (link,) = [link for link in head_of(client.get("/")).iter("link") if link.get("rel") == "manifest"]
    assert client.get(link.get("href")).headers["Content-Type"] == "application/manifest+json"


def test_icons_of_the_manifest_are_as_large_as_it_says(client):
    icons = json.loads(client.get(reverse("manifest")).content)["icons"]
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in icons}
    assert [icon["sizes"] for icon in icons] == ["{}x{}".format(*picture(icon["src"]).size) for icon in icons]


def test_one_icon_may_be_cut_to_any_shape(client):
    icons = json.loads(client.get(reverse("manifest")).content)["icons"]
    (icon,) = [icon for icon in icons if icon.get("purpose") == "maskable"]
    assert picture(icon["src"]).convert("RGBA").getchannel("A").getextrema() == (255, 255)


def test_name_of_the_shop_cannot_break_the_manifest(client, settings):
    settings.OSCAR_SHOP_NAME = 'Tom & "Jerry"'
    assert json.loads(client.get(reverse("manifest")).content)["name"] == 'Tom & "Jerry"'


def test_manifest_wears_the_color_of_the_page(client):
    tokens = (ROOT / "static/css/tokens.css").read_text()
    ground = re.search(r"--ground: light-dark\((#\w+),", tokens)[1]
    assert json.loads(client.get(reverse("manifest")).content)["background_color"] == ground


@pytest.mark.parametrize("path", ["/site.webmanifest", "/favicon.ico"])
def test_machines_get_no_cookie(client, db, path):
    assert not client.get(path).cookies


def test_programs_that_read_no_page_find_the_icon(client):
    response = client.get("/favicon.ico")
    assert picture(response.headers["Location"]).size == (32, 32)


def test_icon_of_a_tab_turns_with_the_scheme():
    assert "prefers-color-scheme: dark" in (ROOT / "static/icons/favicon.svg").read_text()


def test_word_mark_is_drawn_and_needs_no_font():
    mark = ElementTree.parse(ROOT / "static/pictures/word-mark.svg").getroot()  # noqa: S314 – our own file
    assert [child.tag.rpartition("}")[2] for child in mark] == ["path"]
    assert mark.get("aria-label") == settings.OSCAR_SHOP_NAME


# The card beside a link


def test_home_shows_the_card_of_the_house(client, db):
    said = said_of(client.get("/"))
    assert said["og:image"] == CARD
    assert (int(said["og:image:width"]), int(said["og:image:height"])) == picture(CARD).size == (1200, 630)
    assert said["og:image:alt"]


def test_home_says_what_it_is(client, db):
    said = said_of(client.get("/"))
    assert said["og:type"] == "website"
    assert said["og:url"] == f"{SITE}/"
    assert said["og:locale"] == "en_US"
    assert said["og:site_name"] == "The Modern Gentlemen"


def test_title_and_description_are_those_of_the_page(client, db):
    page = client.get(make_product(title="Soap").get_absolute_url())
    said, head = said_of(page), head_of(page)
    assert head.find("title").text == f"{said['og:title']} – The Modern Gentlemen"
    assert head.find("meta[@name='description']").get("content") == said["og:description"]


def test_card_is_large_where_there_is_a_choice(client, db):
    assert head_of(client.get("/")).find("meta[@name='twitter:card']").get("content") == "summary_large_image"


def test_product_shows_its_first_picture(demo_shop, client):
    product = Product.objects.get(title="Barrier Moisturizer")
    said = said_of(client.get(product.get_absolute_url()))
    assert said["og:image"].startswith(f"{SITE}/media/images/products/")
    assert said["og:image:alt"] == product.primary_image().caption
    shown = client.get(said["og:image"].removeprefix(SITE))
    size = Image.open(io.BytesIO(b"".join(shown.streaming_content))).size
    assert (said["og:image:width"], said["og:image:height"]) == tuple(map(str, size))


def test_guide_shows_its_picture_and_is_an_article(demo_shop, client):
    said = said_of(client.get("/blog/understanding-pockmarks/"))
    assert said["og:image"].startswith(f"{SITE}/media/guides/guide-pockmarks")
    assert said["og:type"] == "article"


@pytest.mark.parametrize("make", [make_product, make_post], ids=["product", "guide"])
def test_page_without_a_picture_shows_the_card_of_the_house(client, db, make):
    assert said_of(client.get(make().get_absolute_url()))["og:image"] == CARD


def test_quotation_mark_in_a_title_stays_in_its_attribute(client, db):
    page = client.get(make_product(title='The "Good" <Soap> & more').get_absolute_url())
    assert said_of(page)["og:title"] == 'The "Good" <Soap> & more'


def test_what_is_remembered_can_stand_in_an_attribute():
    page = Template('{% load identity %}{% remember it %} a "b" {% endremember %}<i title="{{ it }}">').render(
        Context()
    )
    assert page == '<i title="a &quot;b&quot;">'


def test_remember_wants_a_name():
    with pytest.raises(TemplateSyntaxError):
        Template("{% load identity %}{% remember %}{% endremember %}")
