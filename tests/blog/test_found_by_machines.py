"""Feed, sitemap and robots.txt."""

from io import BytesIO
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from blog.models import KeyFact, Post, ProductPick, Question, RichText, Source, Topic
from tests.blog.factories import add, make_post
from tests.factories import make_product

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
IMAGE = "{http://www.google.com/schemas/sitemap-image/1.1}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(autouse=True)
def at_home(settings):
    settings.SITE_URL = "https://shop.example"


def tree_of(client, path: str) -> ElementTree.Element:
    return ElementTree.fromstring(client.get(path).content)  # noqa: S314  (our own XML)


def files(client) -> list[str]:
    """Paths of the files that the index names."""
    return [
        urlsplit(each.text)._replace(scheme="", netloc="").geturl()
        for each in tree_of(client, "/sitemap.xml").iter(f"{SITEMAP}loc")
    ]


def locations(client) -> list[str]:
    return [location.text for file in files(client) for location in tree_of(client, file).iter(f"{SITEMAP}loc")]


def a_picture() -> ContentFile:
    data = BytesIO()
    Image.new("RGB", (320, 180), "#3d3935").save(data, "JPEG")
    return ContentFile(data.getvalue())


def entry_of(client) -> ElementTree.Element:
    (entry,) = tree_of(client, "/blog/feed/").iter(f"{ATOM}entry")
    return entry


def test_feed_is_atom_with_the_published_guides(client):
    post = make_post(title="Plain & simple")
    make_post(status=Post.Status.DRAFT)
    response = client.get("/blog/feed/")
    feed = ElementTree.fromstring(response.content)  # noqa: S314  (our own XML)
    assert response.headers["Content-Type"].startswith("application/atom+xml")
    assert [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")] == [post.title]


def test_sitemap_lists_guides_products_and_pages(client):
    post, product = make_post(), make_product()
    listed = locations(client)
    for url in ("/", "/blog/", "/catalogue/", post.get_absolute_url(), product.get_absolute_url()):
        assert any(location.endswith(url) for location in listed)


def test_feed_has_the_whole_guide_with_addresses_that_work_elsewhere(client):
    post, product = make_post(), make_product(title="Plain Soap")
    add(post, RichText, text='<h2>So</h2><p>See <a href="/catalogue/">ours</a>.<a href="#source-1">1</a></p>')
    add(post, ProductPick, product=product, why="It helps.")
    add(post, KeyFact, term="What", fact="This & that.")
    add(post, Question, question="Why?", answer="<p>Because.</p>")
    add(post, Source, publisher="NHS", title="Acne", url="https://www.nhs.uk/conditions/acne/")
    content = entry_of(client).find(f"{ATOM}content")
    page = f"https://shop.example{post.get_absolute_url()}"
    assert content.get("type") == "html"
    assert '<a href="https://shop.example/catalogue/">' in content.text
    assert f'<a href="{page}#source-1">' in content.text
    assert f'<a href="https://shop.example{product.get_absolute_url()}">Plain Soap</a>' in content.text
    for words in (
        "It helps.",
        "This &amp; that.",
        "Why?",
        "Because.",
        "1. NHS.",
        "https://www.nhs.uk/conditions/acne/",
    ):
        assert words in content.text


def test_feed_shows_pictures(client):
    post = make_post(hero_alt="A stone")
    post.hero.save("stone.jpg", a_picture())
    assert '<img src="https://shop.example/media/' in entry_of(client).findtext(f"{ATOM}content")


def test_feed_says_of_a_guide_that_sells_that_it_does(client):
    post = make_post()
    assert "so we earn when you buy one" not in client.get("/blog/feed/").content.decode()
    add(post, ProductPick, product=make_product(), why="It lathers.")
    assert "so we earn when you buy one" in client.get("/blog/feed/").content.decode()


def test_feed_leaves_out_picks_that_are_not_on_show(client):
    product = make_product(title="Hidden Soap")
    add(make_post(), ProductPick, product=product, why="It helps.")
    product.is_public = False
    product.save()
    assert "Hidden Soap" not in entry_of(client).findtext(f"{ATOM}content")


def test_feed_names_the_guide_as_before_when_its_address_changes(client):
    post = make_post()
    before = entry_of(client).findtext(f"{ATOM}id")
    post.slug = "elsewhere"
    post.save()
    assert entry_of(client).findtext(f"{ATOM}id") == before


def test_feed_survives_what_xml_cannot_say(client):
    post = make_post(title="Odd\x0bone")
    add(post, RichText, text="<p>Form\x0cfeed</p>")
    assert "Formfeed" in entry_of(client).findtext(f"{ATOM}content")


def test_feed_takes_as_many_queries_for_ten_times_as_many_guides(client):
    def ask() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/blog/feed/")
        return len(captured)

    def write() -> None:
        post = make_post()
        post.topics.add(Topic.objects.create(title=post.title, slug=post.slug, sentence="So."))
        add(post, ProductPick, product=make_product(), why="It helps.")
        add(post, RichText, text="<p>So.</p>")

    write()
    ask()  # which site this is, is asked once
    few = ask()
    for _ in range(9):
        write()
    assert ask() == few


def test_sitemap_is_an_index_of_sections_that_say_when_they_changed(client):
    post = make_post()
    index = tree_of(client, "/sitemap.xml")
    assert index.tag == f"{SITEMAP}sitemapindex"
    named = {each.findtext(f"{SITEMAP}loc"): each.findtext(f"{SITEMAP}lastmod") for each in index}
    assert "https://shop.example/sitemap-products.xml" in named
    changed = timezone.localtime(post.changed_at).isoformat()
    assert named["https://shop.example/sitemap-guides.xml"] == changed
    (url,) = tree_of(client, "/sitemap-guides.xml")
    assert url.findtext(f"{SITEMAP}lastmod") == changed


def test_a_large_section_has_several_files(client, monkeypatch):
    monkeypatch.setattr("shop.sitemaps.Sitemap.limit", 2)
    for _ in range(3):
        make_post()
    assert {"/sitemap-guides.xml", "/sitemap-guides.xml?p=2"} <= {*files(client)}
    assert len([each for each in locations(client) if "/blog/guide-" in each]) == 3


def test_sitemap_names_pictures(client):
    post = make_post(hero_alt="A stone")
    post.hero.save("stone.jpg", a_picture())
    product = make_product()
    product.images.create(original=ContentFile(a_picture().read(), "soap.jpg"), caption="Soap")
    for section in ("guides", "products"):
        (image,) = tree_of(client, f"/sitemap-{section}.xml").iter(f"{IMAGE}loc")
        assert image.text.startswith("https://shop.example/media/")


def test_sitemap_lists_topics_and_authors_who_have_something_out(client):
    topic = Topic.objects.create(title="Texture", slug="texture", sentence="So.")
    assert not [each for each in locations(client) if "/topics/" in each or "/authors/" in each]
    make_post().topics.add(topic)
    listed = locations(client)
    assert "https://shop.example/blog/topics/texture/" in listed
    assert "https://shop.example/blog/authors/editors/" in listed


def test_sitemap_without_such_a_section_is_not_found(client):
    assert client.get("/sitemap-nothing.xml").status_code == 404


def test_sitemap_lists_promises(client):
    assert any(location.endswith("/promises/returns/") for location in locations(client))


def test_sitemap_leaves_out_what_is_not_public(client):
    draft = make_post(status=Post.Status.DRAFT)
    hidden = make_product()
    hidden.is_public = False
    hidden.save()
    listed = " ".join(locations(client))
    assert draft.get_absolute_url() not in listed
    assert hidden.get_absolute_url() not in listed


@pytest.mark.parametrize("path", ["basket", "checkout", "accounts", "dashboard", "admin"])
def test_robots_stay_out_of_private_pages(client, path):
    assert f"Disallow: /{path}/\n" in client.get("/robots.txt").content.decode()


def test_robots_are_shown_the_sitemap_of_the_site_whatever_host_they_came_by(client, settings):
    settings.SITE_URL = "https://shop.example"
    assert "Sitemap: https://shop.example/sitemap.xml" in client.get("/robots.txt").content.decode()
