"""Cutting a picture to a shape."""

import pytest
from PIL import Image

from shop.pictures.cropping import cropped, shape_within
from shop.pictures.focus import Focus


@pytest.mark.parametrize(
    ("focus", "color"), [(Focus.LEFT, 255), (Focus.BOTTOM_LEFT, 255), (Focus.RIGHT, 0), (Focus.TOP_RIGHT, 0)]
)
def test_cut_keeps_the_focus(focus, color):
    picture = Image.new("RGBA", (400, 100), "black")
    picture.paste("white", (0, 0, 200, 100))
    assert cropped(picture, (50, 50), focus).convert("L").getpixel((25, 25)) == color


@pytest.mark.parametrize("focus", Focus)
def test_every_focus_can_be_cut_to(focus):
    assert cropped(Image.new("RGBA", (30, 40), "black"), (16, 9), focus).size == (16, 9)


def test_what_was_transparent_lies_on_paper():
    assert cropped(Image.new("RGBA", (40, 40)), (10, 10), Focus.CENTER).getpixel((5, 5)) == (0xF1, 0xE9, 0xDD)


@pytest.mark.parametrize(
    ("size", "shape"),
    [((4000, 3000), (1200, 675)), ((400, 300), (400, 225)), ((300, 1000), (300, 169)), ((1, 1), (1, 1))],
)
def test_shape_is_never_larger_than_the_picture(size, shape):
    assert shape_within(Image.new("RGBA", size), (1200, 675)) == shape
