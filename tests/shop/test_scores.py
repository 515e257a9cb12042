"""Scores: no more marks than shoppers gave."""

import pytest

from shop.catalogue.reviews.templatetags.scores import marks


@pytest.mark.parametrize(
    ("score", "filled"),
    [(0, 0), (1, 1), (4, 4), (4.3, 4), (4.5, 4.5), (4.9, 4.5), (5, 5)],
)
def test_marks_never_show_more_than_was_given(score, filled):
    drawn = marks(score)
    assert len(drawn) == 5
    assert drawn.count("on") + drawn.count("half") / 2 == filled


def test_marks_are_filled_from_the_start():
    assert marks(2.5) == ["on", "on", "half", "off", "off"]
