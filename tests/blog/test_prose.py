import pytest

from blog.models import RichText
from blog.prose import set_in_page
from tests.blog.factories import add, make_post


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<p>Hello<script>alert(1)</script></p>", "<p>Hello</p>"),
        ('<p onclick="x()">Hello</p>', "<p>Hello</p>"),
        ('<p><a href="javascript:x()">here</a></p>', "<p><a>here</a></p>"),
        ('<p><a href="/blog/">here</a></p>', '<p><a href="/blog/">here</a></p>'),
        ("<h1>Too large</h1>", "Too large"),
        ('<p><img src="x" onerror="x()">Hello</p>', "<p>Hello</p>"),
        ("<table><tbody><tr><td>1</td></tr></tbody></table>", "<table><tbody><tr><td>1</td></tr></tbody></table>"),
    ],
)
def test_text_is_cleaned_when_it_is_saved(written, kept):
    block = add(make_post(), RichText, text=written)
    block.refresh_from_db()
    assert block.text == kept


def test_headings_get_anchors():
    headings = []
    html = set_in_page("<h2>What causes them</h2><h3>Acne</h3>", headings, {})
    assert html == '<h2 id="section-what-causes-them">What causes them</h2><h3>Acne</h3>'


def test_headings_are_listed_without_markup():
    headings = []
    set_in_page("<h2>Peels <em>&amp;</em> needles</h2>", headings, {})
    assert [heading.text for heading in headings] == ["Peels &amp; needles"]


def test_headings_of_the_same_name_get_different_anchors():
    headings = []
    set_in_page("<h2>Sources</h2><h2>Sources</h2>", headings, {})
    set_in_page("<h2>Sources</h2>", headings, {})
    assert [heading.id for heading in headings] == ["section-sources", "section-sources--2", "section-sources--3"]


def test_link_to_a_source_becomes_a_mark_with_a_name():
    html = set_in_page('<p>So.<a href="#source-2" rel="noopener">2</a></p>', [], {})
    mark = '<a class="sources__mark" id="mark-2-1" href="#source-2" aria-label="Source 2">2</a>'
    assert html == f"<p>So.{mark}</p>"


def test_marks_of_one_source_have_anchors_of_their_own():
    marks = {}
    for _ in range(2):
        set_in_page('<p><a href="#source-1">1</a> <a href="#source-2">2</a></p>', [], marks)
    assert marks == {1: ["mark-1-1", "mark-1-2"], 2: ["mark-2-1", "mark-2-2"]}


def test_table_scrolls_in_a_region_named_after_its_section():
    html = set_in_page('<h2>A "plain" list</h2><table><tbody></tbody></table>', [], {})
    region = '<div class="data-table" role="region" aria-label="A &quot;plain&quot; list" tabindex="0">'
    assert html.endswith(f'{region}<table class="data-table__table"><tbody></tbody></table></div>')
