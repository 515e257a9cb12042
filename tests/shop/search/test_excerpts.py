"""The piece of a text that is shown, and the marks in it."""

import pytest

from shop.search.excerpts import LONGEST, excerpt, marked


@pytest.mark.parametrize(
    ("text", "stems", "html"),
    [
        ("Scars and a scar", ["scar"], "<mark>Scars</mark> and a <mark>scar</mark>"),
        ("An oscar", ["scar"], "An oscar"),
        ("Crème", ["creme"], "<mark>Crème</mark>"),
        ("Cre\u0300me", ["creme"], "<mark>Cre\u0300me</mark>"),
        ("5 of 50", ["5"], "<mark>5</mark> of 50"),
        ("Straße", ["strasse"], "<mark>Straße</mark>"),
        ("a < b & scar", ["scar"], "a &lt; b &amp; <mark>scar</mark>"),
        ("مُحَمَّد", ["محمد"], "<mark>مُحَمَّد</mark>"),
        ("", ["scar"], ""),
    ],
)
def test_words_that_begin_so_are_marked(text, stems, html):
    assert marked(text, stems) == html


def test_excerpt_begins_a_little_before_the_word():
    text = " ".join(f"word{number}" for number in range(100))
    assert excerpt(text, ["word50"]).startswith("… word44 word45 word46 word47 word48 word49 word50 ")
    assert excerpt(text, ["word50"]).endswith(" …")
    assert LONGEST < len(excerpt(text, ["word50"])) < LONGEST + 60


def test_whole_of_a_short_text_is_no_piece():
    assert excerpt("A scar is a mark.", ["scar"]) == "A scar is a mark."


def test_paragraph_says_more_than_its_heading():
    assert excerpt("Scars\nWhat scars are and how they come about.", ["scar"]) == (
        "What scars are and how they come about."
    )


def test_heading_is_better_than_nothing():
    assert excerpt("Scars\nWhat they are and how they come about.", ["scar"]) == "Scars"


def test_endless_word_ends_somewhere():
    assert excerpt("x" * 500, ["xxx"]) == "x" * LONGEST + " …"


def test_text_without_the_word_has_no_piece():
    assert excerpt("What they are.", ["scar"]) == ""
