"""Cutting a picture to a shape for those who lay no frame over it themselves: search engines, social networks."""

from PIL import Image, ImageOps

from shop.pictures.focus import Focus
from shop.pictures.renditions import flattened, is_opaque

# Where the cut lies, from the left and from the top: as object-position does it in components/picture.css.
CENTERING = {
    Focus.CENTER: (0.5, 0.5),
    Focus.TOP: (0.5, 0.0),
    Focus.BOTTOM: (0.5, 1.0),
    Focus.LEFT: (0.0, 0.5),
    Focus.RIGHT: (1.0, 0.5),
    Focus.TOP_LEFT: (0.0, 0.0),
    Focus.TOP_RIGHT: (1.0, 0.0),
    Focus.BOTTOM_LEFT: (0.0, 1.0),
    Focus.BOTTOM_RIGHT: (1.0, 1.0),
}


def cropped(picture: Image.Image, size: tuple[int, int], focus: str) -> Image.Image:
    """The largest part of `picture` (RGBA) in that shape, with the focus in it, at that size (pixels), opaque."""
    part = ImageOps.fit(picture, size, Image.Resampling.LANCZOS, centering=CENTERING[Focus(focus)])
    return part.convert("RGB") if is_opaque(part) else flattened(part)


def shape_within(picture: Image.Image, size: tuple[int, int]) -> tuple[int, int]:
    """The size of that shape that `picture` fills without being blown up; never more than `size`."""
    scale = min(1.0, picture.width / size[0], picture.height / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
