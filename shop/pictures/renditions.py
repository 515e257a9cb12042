"""How a picture is encoded in each of its sizes, and where these lie."""

from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from pictures.models import PictureFieldFile, PillowPicture
from PIL import Image, ImageCms, ImageOps

from shop.pictures.focus import Focus

# Chosen by eye on our product pictures, at twice the size on the screen: no edge rings, no gradient bands.
ENCODING: dict[str, dict[str, Any]] = {
    "AVIF": {"quality": 55, "speed": 8},
    "WEBP": {"quality": 76, "method": 4},
    "JPEG": {"quality": 80, "progressive": True, "optimize": True},
}
FALLBACK_WIDTH = 960  # pixels: for browsers from before 2020, which know neither AVIF nor WebP
PAPER = "#f1e9dd"  # --paper in tokens.css: what shows through a picture where its format cannot be transparent


class Rendition(PillowPicture):
    """One size of a picture in one format. All lie in one folder, which `make_pictures` can build again."""

    @property
    def name(self) -> str:
        return f"renditions/{self.parent_name}/{self.width}w.{self.file_type.lower()}"

    def resize(self, image: Image.Image) -> Image.Image:
        """`image` (RGBA) at this width, without a transparent layer where it has none or the format knows none."""
        height = max(1, round(image.height * self.width / image.width))
        resized = image.resize((self.width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
        if is_opaque(resized):
            return resized.convert("RGB")
        return flattened(resized) if self.file_type == "JPEG" else resized

    def save(self, image: Image.Image) -> None:
        data = BytesIO()
        self.resize(image).save(data, self.file_type, **ENCODING[self.file_type])
        self.storage.delete(self.name)  # or the storage would give it another name
        self.storage.save(self.name, ContentFile(data.getvalue()))


@dataclass(frozen=True)
class Sources:
    """What a picture element is made of. Sizes in pixels; without renditions the picture itself is all there is."""

    src: str
    width: int | None
    height: int | None
    srcsets: tuple[tuple[str, str], ...] = ()  # MIME type and candidates, the smallest format first
    focus: str = Focus.CENTER


def sources(image: PictureFieldFile) -> Sources:
    """The sources of a stored picture. Its row knows its size; nothing is opened, asked or looked for.

    A row without a size is from before there were renditions: until `make_pictures` has run, the picture itself shows.
    """
    field, row = image.field, image.instance
    if not image._committed:
        return _unstored(image, getattr(row, f"{field.name}_focus", Focus.CENTER))
    width, height = getattr(row, field.width_field), getattr(row, field.height_field)
    if not width or not height:
        return Sources(image.url, None, None)
    focus = getattr(row, f"{field.name}_focus", Focus.CENTER)
    return _sources(field, image.storage, image.name, width, height, focus)


def _unstored(image: PictureFieldFile, focus: str) -> Sources:
    """An upload that nobody has stored yet: a preview carries it in the page itself."""
    image.file.seek(0)
    data = image.file.read()
    with Image.open(BytesIO(data)) as picture:
        kind, width, height = Image.MIME[str(picture.format)], picture.width, picture.height
    return Sources(f"data:{kind};base64,{b64encode(data).decode()}", width, height, focus=focus)


@lru_cache(maxsize=2048)
def _sources(field: Any, storage: Any, name: str, width: int, height: int, focus: str) -> Sources:
    made = PictureFieldFile.get_picture_files(
        file_name=name, img_width=width, img_height=height, storage=storage, field=field
    )[None]
    srcsets = tuple(
        (f"image/{kind.lower()}", ", ".join(f"{size[each].url} {each}w" for each in sorted(size)))
        for kind, size in made.items()
        if size and kind != "JPEG"
    )
    fallback = made["JPEG"]
    fits = [each for each in fallback if each <= FALLBACK_WIDTH]
    src = fallback[max(fits)].url if fits else storage.url(name)
    return Sources(src, width, height, srcsets, focus)


def in_srgb(image: Image.Image) -> Image.Image:
    """The right way up, in sRGB, as RGBA. Raises OSError for a file that ends in the middle."""
    try:
        return PillowPicture.pre_process(image)
    except ImageCms.PyCMSError:  # its profile is for another kind of picture: slightly off colors beat no picture
        picture = ImageOps.exif_transpose(image)
        return picture.convert("RGBA")


def is_opaque(picture: Image.Image) -> bool:
    return picture.mode != "RGBA" or picture.getchannel("A").getextrema() == (255, 255)


def flattened(picture: Image.Image) -> Image.Image:
    """On paper, where it was transparent."""
    ground = Image.new("RGBA", picture.size, PAPER)
    return Image.alpha_composite(ground, picture).convert("RGB")
