"""The pictures of a guide that stand beside links to it, and those that search engines are shown."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django_tasks_db.models import DBTaskResult
from PIL import Image

from blog import cards
from blog.models import Post
from shop.pictures.focus import Focus
from tests.blog.factories import make_post
from tests.shop.test_pages import parse
from tests.structured_data import node_of

pytestmark = pytest.mark.django_db

SITE = "https://shop.example"


@pytest.fixture(autouse=True)
def at_home(settings, tmp_path):
    settings.SITE_URL = SITE
    settings.MEDIA_ROOT = tmp_path


def make_pictured_post(size: tuple[int, int] = (1600, 1200), **fields) -> Post:
    """Its picture is white on the left and black on the right."""
    picture = Image.new("RGB", size, "black")
    picture.paste("white", (0, 0, size[0] // 2, size[1]))
    data = BytesIO()
    picture.save(data, "JPEG")
    post = make_post(hero_alt="Half and half", **fields)
    post.hero.save("half.jpg", ContentFile(data.getvalue()))
    return post


def drawn(post: Post) -> Post:
    cards.draw.func(post.pk)
    return Post.objects.get(pk=post.pk)


def opened(url: str) -> Image.Image:
    with default_storage.open(url.removeprefix(SITE).removeprefix("/media/")) as file:
        return Image.open(BytesIO(file.read()))


def shared(client, post: Post) -> dict[str, str]:
    metas = parse(client.get(post.get_absolute_url())).findall(".//meta[@property]")
    return {meta.get("property"): meta.get("content") for meta in metas}


def test_guide_shows_its_card(client):
    post = drawn(make_pictured_post(title="Scars"))
    card = shared(client, post)
    assert opened(card["og:image"]).size == (1200, 630)
    assert (card["og:image:width"], card["og:image:height"], card["og:image:alt"]) == ("1200", "630", "Scars")


def test_guide_without_a_picture_has_a_card_of_words(client):
    assert opened(shared(client, drawn(make_post()))["og:image"]).size == (1200, 630)


@pytest.mark.parametrize("title", ["Scars", "x" * 150, "Rough skin, " * 12])
def test_words_stay_on_their_side_of_the_card(title):
    post = drawn(make_pictured_post(title=title[:150]))
    card = opened(cards.card_of(post)).convert("L")
    assert card.crop((0, 0, 56, 630)).getextrema()[0] > 200  # paper all around the words
    assert card.crop((668, 0, 716, 630)).getextrema()[0] > 200


def test_before_it_is_drawn_the_picture_itself_stands_in(client):
    post = make_pictured_post()
    assert shared(client, post)["og:image"] == f"{SITE}{post.hero.url}"


@pytest.mark.parametrize("title", ["🧴🧴", "قناع"])
def test_title_that_our_fonts_lack_leaves_the_card_of_the_house(client, title):
    post = drawn(make_post(title="Scars"))
    post.title = title
    post.save()
    drawn(post)
    assert shared(client, post)["og:image"] == f"{SITE}/static/pictures/social-card.jpg"


def test_search_engines_are_shown_three_shapes(client):
    post = make_pictured_post(hero_focus=Focus.LEFT)
    response = client.get(post.get_absolute_url())
    assert node_of(response, "BlogPosting")["image"] == [f"{SITE}{post.hero.url}"]
    drawn(post)
    images = [opened(url) for url in node_of(client.get(post.get_absolute_url()), "BlogPosting")["image"]]
    assert [image.size for image in images] == [(1200, 675), (1200, 900), (1200, 1200)]
    assert images[2].convert("L").getpixel((600, 600)) > 200  # what the editor wants in view is the left half


def test_small_picture_is_not_blown_up():
    post = drawn(make_pictured_post((400, 300)))
    assert [opened(url).size for url in cards.shapes_of(post)] == [(400, 225), (400, 300), (300, 300)]


def test_worker_draws_when_what_is_to_be_seen_changed():
    post = drawn(make_pictured_post())
    cards.ask_for(post)
    assert not DBTaskResult.objects.filter(task_path="blog.cards.draw").exists()
    post.title = "Another title"
    post.save()
    cards.ask_for(post)
    assert DBTaskResult.objects.filter(task_path="blog.cards.draw").count() == 1
    assert drawn(post).cards != post.cards


def test_lost_picture_stops_nobody(client):
    post = make_pictured_post()
    post.hero.storage.delete(post.hero.name)
    assert cards.shapes_of(drawn(post)) == []
    assert opened(shared(client, post)["og:image"]).size == (1200, 630)


def test_guides_from_before_there_were_cards_get_theirs_overnight():
    out, draft = make_post(), make_post(status=Post.Status.DRAFT)
    cards.draw_missing.func()
    assert Post.objects.get(pk=out.pk).cards
    assert not Post.objects.get(pk=draft.pk).cards
