import pytest

from blog.care.checks import check_stored
from blog.care.models import Claim
from blog.models import Figure, ProductPick, Question, RichText
from tests.blog.factories import add, make_post
from tests.factories import make_product

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def claims():
    """A list of this test's own: the one that stands there from the start may change."""
    Claim.objects.all().delete()
    return [
        Claim.objects.create(phrase=phrase, reason="says that it is a drug.", suggestion="Say how it looks.")
        for phrase in ("cure*", "heal* scar*", "treat* acne")
    ]


def claimed(post) -> list[tuple[bool, str]]:
    """Whether each claim stops the guide, and the sentence."""
    found = [finding for finding in check_stored(post) if "is a drug" in finding.message]
    return [(finding.stops, finding.message.removesuffix(" says that it is a drug.").strip("“”")) for finding in found]


@pytest.fixture
def post():
    return make_post(next_review_on=None)


@pytest.mark.parametrize(
    "sentence",
    [
        "It cures everything.",
        "Heals scars.",
        "Healing old, deep scars is what it does.",
        "It TREATS ACNE.",
        "It treats your acne, and scars.",
    ],
)
def test_a_claim_about_a_product_stops_the_guide(post, sentence):
    add(post, ProductPick, product=make_product(), why=f"We like it. {sentence}")
    assert claimed(post) == [(True, sentence)]


@pytest.mark.parametrize(
    "sentence",
    [
        "It does not cure anything.",
        "Nothing cures a scar.",
        "It won’t heal scars.",
        "A procure of curious words.",
        "It treats dry skin kindly and, in the end, does nothing much for acne.",
        "It helps scars look softer.",
    ],
)
def test_what_is_denied_or_only_looks_like_it_is_no_claim(post, sentence):
    add(post, ProductPick, product=make_product(), why=sentence)
    assert claimed(post) == []


def test_what_the_product_does_not_do_may_be_said_in_the_field_for_it(post):
    add(post, ProductPick, product=make_product(), why="A plain soap.", not_for="Treat acne with it? See a doctor.")
    assert claimed(post) == []


def test_a_claim_close_to_a_product_warns(post):
    add(post, RichText, text="<p>Lasers heal scars.</p><p>One.</p><p>It cures.</p>")
    add(post, ProductPick, product=make_product(), why="A plain soap.")
    add(post, RichText, text="<p>Soap treats acne.</p><h2>Far</h2><p>Doctors cure.</p>")
    assert claimed(post) == [(False, "It cures."), (False, "Soap treats acne.")]


def test_a_caption_and_an_answer_beside_a_product_count_too(post):
    add(post, Figure, drawing=Figure.Drawing.POCKMARK, caption="How soap heals a scar")
    add(post, ProductPick, product=make_product(), why="A plain soap.")
    add(post, Question, question="Does it work?", answer="<p>It cures.</p>")
    assert claimed(post) == [(False, "How soap heals a scar"), (False, "It cures.")]


def test_a_title_that_sells_is_looked_at(post):
    post.title, post.summary = "What heals scars", "Soap cures them all, and we say which one does it best."
    assert claimed(post) == []
    add(post, ProductPick, product=make_product(), why="A plain soap.")
    assert claimed(post) == [(False, "What heals scars"), (False, post.summary)]


def test_a_guide_without_products_may_speak_as_a_doctor_does(post):
    add(post, RichText, text="<p>Surgery heals scars and cures.</p>")
    assert claimed(post) == []


def test_editors_lengthen_the_list(post):
    add(post, ProductPick, product=make_product(), why="Works while you sleep.")
    assert claimed(post) == []
    Claim.objects.create(phrase="works while", reason="says that it is a drug.", suggestion="Say how it looks.")
    assert claimed(post) == [(True, "Works while you sleep.")]


def test_odd_phrases_of_editors_break_nothing(post):
    for phrase in ("a+b", "(((", "[x", "100%", "café*", "\\d"):
        Claim.objects.create(phrase=phrase, reason="says that it is a drug.", suggestion="Say how it looks.")
    add(post, ProductPick, product=make_product(), why="A plain (((soap for 100% of cafés, a+b.")
    assert {sentence for _stops, sentence in claimed(post)} == {"A plain (((soap for 100% of cafés, a+b."}
