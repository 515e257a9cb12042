"""What the heads of pages say to search engines and to whoever shares a link."""

import pytest
from django.utils import timezone

from blog.models import Topic
from tests.blog.factories import make_post
from tests.factories import make_countries, make_product
from tests.shop.test_pages import parse

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_home(settings):
    settings.SITE_URL = "https://shop.example"
    make_countries()


def canonical(response) -> str:
    return parse(response).find(".//link[@rel='canonical']").get("href")


def shared(response) -> dict[str, str]:
    """Open Graph of the page."""
    metas = parse(response).findall(".//meta[@property]")
    return {meta.get("property"): meta.get("content") for meta in metas}


@pytest.mark.parametrize(
    "path", ["/", "/blog/", "/blog/archive/", "/catalogue/", "/contact/", "/terms/", "/promises/returns/"]
)
def test_every_page_has_one_address_at_the_site_url(client, path):
    response = client.get(path, {"utm_source": "letter"}, headers={"host": "127.0.0.1"})
    assert canonical(response) == f"https://shop.example{path}"
    assert shared(response)["og:url"] == f"https://shop.example{path}"


@pytest.mark.parametrize(
    ("path", "posts"), [("/blog/", 14), ("/blog/topics/texture/", 13), ("/blog/authors/editors/", 13)]
)
def test_a_later_page_of_guides_has_an_address_of_its_own(client, path, posts):
    topic = Topic.objects.create(title="Texture", slug="texture", sentence="So.")
    for _ in range(posts):
        make_post().topics.add(topic)
    assert canonical(client.get(path, {"page": 2, "sort": "x"})) == f"https://shop.example{path}?page=2"
    assert canonical(client.get(path, {"page": 1})) == f"https://shop.example{path}"


@pytest.mark.parametrize(
    "path",
    [
        "/search/?q=scar",
        "/catalogue/?price_to=20",
        "/catalogue/?sort=price",
        "/basket/",
        "/accounts/login/",
        "/accounts/register/",
        "/accounts/order-status/",
        "/password-reset/",
        "/password-reset/done/",
        "/password-reset/complete/",
    ],
)
def test_search_engines_keep_out_of_what_is_only_for_one_shopper(client, path):
    make_product()
    page = parse(client.get(path))
    assert page.find(".//meta[@name='robots']").get("content") == "noindex"


@pytest.mark.parametrize("path", ["/accounts/orders/", "/accounts/profile/", "/checkout/"])
def test_search_engines_keep_out_of_accounts_and_checkout(shopper, django_user_model, path):
    shopper.client.force_login(django_user_model.objects.create_user("alex", "alex@example.com", "plain-care"))
    shopper.add(make_product())
    page = parse(shopper.client.get(path))
    assert page.find(".//meta[@name='robots']").get("content") == "noindex"


def test_guide_says_all_that_a_shared_link_shows(client):
    post = make_post(title="Scars & marks")
    post.topics.add(Topic.objects.create(title="Texture", slug="texture", sentence="So."))
    card = shared(client.get(post.get_absolute_url()))
    assert (card["og:type"], card["og:title"], card["og:description"]) == ("article", post.title, post.summary)
    assert (card["og:site_name"], card["og:locale"]) == ("The Modern Gentlemen", "en_US")
    assert card["og:image"].startswith("https://shop.example/")
    assert {"og:image:width", "og:image:height", "og:image:alt"} <= set(card)
    assert card["article:published_time"] == timezone.localtime(post.publish_at).isoformat()
    assert card["article:author"] == "https://shop.example/blog/authors/editors/"
    assert card["article:tag"] == "Texture"
