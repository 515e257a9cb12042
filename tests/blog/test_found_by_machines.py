"""Feed, sitemap and robots.txt."""

from xml.etree import ElementTree

import pytest

from blog.models import Post
from tests.blog.factories import make_post
from tests.factories import make_product

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def locations(client) -> str:
    tree = ElementTree.fromstring(client.get("/sitemap.xml").content)  # noqa: S314  (our own XML)
    return [location.text for location in tree.iter(f"{SITEMAP}loc")]


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


@pytest.mark.parametrize("path", ["basket", "checkout", "accounts", "search", "dashboard", "admin"])
def test_robots_stay_out_of_private_pages(client, path):
    assert f"Disallow: /{path}/\n" in client.get("/robots.txt").content.decode()


def test_robots_are_shown_the_sitemap_of_the_site_whatever_host_they_came_by(client, settings):
    settings.SITE_URL = "https://shop.example"
    assert "Sitemap: https://shop.example/sitemap.xml" in client.get("/robots.txt").content.decode()
