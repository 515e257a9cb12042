import re

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.contrib.sites.models import Site
from django.core.management import call_command
from django.utils.html import strip_tags
from oscar.core.loading import get_model

import blog.demo
from blog.body import compose
from blog.demo.loader import GUIDES
from blog.models import Post, ProductPick, RichText, Source, Topic
from tests.blog.factories import companions

pytestmark = pytest.mark.django_db

Product = get_model("catalogue", "Product")

GUIDE_IDS = [guide.slug for guide in GUIDES]


@pytest.fixture
def pockmarks(demo_shop) -> Post:
    return Post.objects.get(slug="understanding-pockmarks")


def all_rows() -> dict[str, list]:
    tables = [model for model in apps.get_models() if model._meta.managed]
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in tables}


def sections(post: Post) -> dict[str, str]:
    """What a reader reads under each large heading, in lower case, the picks by name."""
    html = ""
    for block in post.blocks():
        if isinstance(block, RichText):
            html += block.text
        elif isinstance(block, ProductPick):
            html += f" [{block.product.title}] "
    parts = re.split(r"<h2>(.*?)</h2>", html)
    texts = [" ".join(strip_tags(part.replace("<", " <")).split()).lower() for part in parts[2::2]]
    return dict(zip(parts[1::2], texts, strict=True))


def test_second_load_changes_nothing(demo_shop):
    before = all_rows()
    call_command("load_demo", verbosity=0)
    assert all_rows() == before


def test_load_leaves_edited_guides_alone(demo_shop):
    Post.objects.filter(slug="hands-off").update(title="Our own title")
    blog.demo.load()
    assert Post.objects.get(slug="hands-off").title == "Our own title"


def test_guides_load_into_a_shop_without_the_products(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    blog.demo.load()
    assert not ProductPick.objects.exists()


def test_every_product_named_in_a_guide_is_sold(demo_shop):
    named = sum(kind is ProductPick for guide in GUIDES for kind, _fields in guide.blocks)
    assert ProductPick.objects.on_show().count() == named


def test_demo_staff_can_sign_in(demo_shop, settings):
    login = settings.DEMO_STAFF
    user = authenticate(username=login["email"], password=login["password"])
    assert user.is_staff


def test_site_is_named_after_the_address_it_is_served_at(demo_shop):
    site = Site.objects.get_current()
    assert (site.name, site.domain) == ("The Modern Gentlemen", "127.0.0.1:8000")


def test_site_named_by_somebody_keeps_its_name(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    Site.objects.update(domain="shop.example", name="Ours")
    call_command("load_demo", verbosity=0)
    assert Site.objects.get().domain == "shop.example"


def test_pockmark_guide_stands_between_the_other_two(pockmarks):
    found = companions(pockmarks)
    assert [found.previous.slug, found.next.slug] == ["sunscreen-and-scars", "hands-off"]


def test_demo_guides_are_related(pockmarks):
    assert {post.slug for post in companions(pockmarks).related} == {"sunscreen-and-scars", "hands-off"}


def test_every_demo_guide_has_a_topic(demo_shop):
    assert not Post.objects.filter(topics=None).exists()
    assert Topic.objects.count() == 3


def test_pockmark_guide_comes_first(pockmarks):
    assert Post.objects.published().featured_first().first() == pockmarks


# What the brief for the guide asks it to tell, section by section.
FACTS = {
    "What pockmarks are": [
        "craters",
        "lower than the skin around it",
        "inflammation or infection",
        "too little",
        "collagen",
        "rough, uneven texture",
        "narrow and deep",
        "confidence",
    ],
    "What causes them": [
        "severe inflammation or infection",
        "cystic acne",
        "destroy the healthy tissue",
        "chickenpox",
        "scratched",
        "poorly looked after",
        "like those of severe acne",
        "skin infection with strong inflammation",
        "how bad the infection was",
        "how your own body answers",
        "a wound that goes deep takes tissue with it",
        "does not close well",
        "what to prevent",
    ],
    "What you can do at home": [
        "shallow",
        "how quickly the surface renews itself",
        "retinoids come from vitamin a",
        "collagen",
        "turning surface cells over faster",
        "used regularly",
        "hydrated",
        "flatter",
        "newer scars",
        "alpha hydroxy acids",
        "beta hydroxy acids",
        "fresh cells",
        "still breaks out",
        "texture",
    ],
    "What a dermatologist can do": [
        "deeper pockmarks",
        "micro-injuries",
        "new collagen",
        "shallow and moderately deep",
        "the deeper the peel",
        "stay at home",
        "fractional laser resurfacing",
        "severe scarring",
        "more than one visit",
        "dermal filler is injected",
        "when you leave the room",
        "several months",
        "surgical procedure",
        "fibrous bands",
        "paired with filler or laser",
    ],
    "How to prevent new ones": [
        "never forms",
        "the sooner acne is treated",
        "settles inflammation",
        "new breakouts away",
        "picking and squeezing",
        "odds of a scar",
        "the urge is strong",
        "broad-spectrum sunscreen every day",
        "stand out more",
        "breaking out",
        "being treated",
    ],
    "What to remember": [
        "first step",
        "keeping at it counts",
        "a mix of both",
        "know what made your marks",
        "look smoother and more even",
    ],
}


@pytest.mark.parametrize("section", FACTS)
def test_pockmark_guide_tells_each_fact_in_its_section(pockmarks, section):
    text = sections(pockmarks)[section]
    assert [fact for fact in FACTS[section] if fact not in text] == []


def test_each_kind_of_product_is_followed_by_its_pick(pockmarks):
    text = " ".join(sections(pockmarks).values())
    in_order = [
        "retinoids come from vitamin a",
        "[renewal retinol serum]",
        "silicone gels",
        "[silicone scar gel]",
        "exfoliating acids",
        "[resurfacing aha + bha toner]",
        "calm acne early",
        "[salicylic face wash]",
        "keep your hands off",
        "[spot patches]",
        "sun can make scars look worse",
        "[daily shield spf 50]",
    ]
    places = [text.index(words) for words in in_order]
    assert places == sorted(places)


@pytest.mark.parametrize("slug", GUIDE_IDS)
def test_every_mark_in_the_text_has_its_source(demo_shop, client, slug):
    html = client.get(f"/blog/{slug}/").content.decode()
    marks = set(re.findall(r'href="#(source-\d+)"', html))
    assert marks
    assert marks <= set(re.findall(r'id="(source-\d+)"', html))


@pytest.mark.parametrize("slug", GUIDE_IDS)
def test_links_to_other_guides_lead_somewhere(demo_shop, client, slug):
    html = client.get(f"/blog/{slug}/").content.decode()
    for url in set(re.findall(r'href="(/blog/[^"]*)"', html)):
        assert client.get(url).status_code == 200


@pytest.mark.parametrize("slug", GUIDE_IDS)
def test_no_anchor_stands_twice_on_a_page(demo_shop, client, slug):
    ids = re.findall(r'\sid="([^"]+)"', client.get(f"/blog/{slug}/").content.decode())
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("slug", GUIDE_IDS)
def test_guide_says_what_a_product_does_not_do(demo_shop, slug):
    body = compose(Post.objects.get(slug=slug).blocks())
    picks = [block for group in body.groups for block in group.blocks if isinstance(block, ProductPick)]
    assert picks
    assert all(pick.not_for for pick in picks)


def test_no_pick_claims_what_a_cosmetic_cannot(demo_shop):
    # Cosmetics improve the look of skin; saying more makes them drugs: 21 U.S.C. 321(g)(1).
    claims = re.compile(r"\b(cures?|heals?|treats?|removes?|guarantees?|miracle)\b|!", re.IGNORECASE)
    assert [pick.why for pick in ProductPick.objects.all() if claims.search(pick.why)] == []


def test_demo_guides_are_signed_by_the_house_and_claim_no_review(demo_shop):
    guides = Post.objects.values_list("author__name", "author__credentials", "reviewed_by", "reviewed_on")
    assert set(guides) == {("The Modern Gentlemen editors", "", None, None)}


def test_demo_guides_say_when_they_are_read_again(demo_shop):
    assert all(post.next_review_on > post.updated_at.date() for post in Post.objects.all())


def test_no_source_claims_to_have_been_read(demo_shop):
    # Nobody who wrote the demo could open them; whoever runs the shop reads them and enters the day.
    assert set(Source.objects.values_list("read_on", flat=True)) == {None}
