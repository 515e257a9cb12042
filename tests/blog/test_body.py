import pytest

from blog.body import compose
from blog.models import Figure, KeyFact, ProductPick, Question, RichText, Source
from tests.blog.factories import add, make_post
from tests.factories import make_product

pytestmark = pytest.mark.django_db


def kinds(body):
    return [(type(group.blocks[0]), len(group.blocks)) for group in body.groups]


def test_blocks_that_belong_together_become_one_group():
    post = make_post()
    add(post, RichText, text="<p>First</p>")
    for number in range(3):
        add(post, Question, question=f"Why {number}?", answer="<p>So.</p>")
    add(post, RichText, text="<p>Then</p>")
    add(post, RichText, text="<p>Last</p>")
    assert kinds(compose(post.blocks())) == [(RichText, 1), (Question, 3), (RichText, 1), (RichText, 1)]


def test_key_facts_at_the_start_are_the_opening():
    post = make_post()
    add(post, KeyFact, term="What", fact="This.")
    add(post, KeyFact, term="Why", fact="That.")
    add(post, Figure, drawing=Figure.Drawing.POCKMARK)
    body = compose(post.blocks())
    assert (len(body.opening.blocks), kinds(body)) == (2, [(Figure, 1)])


def test_key_facts_further_down_are_no_opening():
    post = make_post()
    add(post, RichText, text="<p>First</p>")
    add(post, KeyFact, term="What", fact="This.")
    assert compose(post.blocks()).opening is None


def test_sources_are_numbered_through_the_guide():
    post = make_post()
    for number in range(2):
        add(post, RichText, text=f"<p>{number}</p>")
        add(post, Source, publisher="NHS", title="Acne", url="https://www.nhs.uk/conditions/acne/")
    numbers = [
        group.blocks[0].number for group in compose(post.blocks()).groups if isinstance(group.blocks[0], Source)
    ]
    assert numbers == [1, 2]


def test_product_recommended_twice_stands_on_the_shelf_once():
    post, product = make_post(), make_product()
    for _ in range(2):
        add(post, ProductPick, product=product, why="It lathers.")
    assert [pick.product for pick in compose(post.blocks()).shelf] == [product]


def test_pick_of_a_hidden_product_leaves_no_hole():
    post, product = make_post(), make_product()
    add(post, Question, question="Before?", answer="<p>Yes.</p>")
    add(post, ProductPick, product=product, why="It lathers.")
    add(post, Question, question="After?", answer="<p>Yes.</p>")
    product.is_public = False
    product.save()
    assert kinds(compose(post.blocks())) == [(Question, 2)]


def test_empty_guide_has_an_empty_body():
    body = compose(make_post().blocks())
    assert (body.opening, body.groups, body.sells) == (None, [], False)
