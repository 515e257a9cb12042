"""Pictures of a guide for those who link to it: a card with its title, and its picture in the shapes Google wants.

The worker draws them when a guide is saved; `Post.cards` names what was drawn last. Files of an earlier title stay:
they stand beside links that somebody shared.
"""

import json
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django_tasks import task
from PIL import Image, ImageDraw, ImageFont

from blog.models import Post
from shop.background.queue import enqueue
from shop.pictures.cropping import cropped, shape_within
from shop.pictures.renditions import in_srgb

CARD = (1200, 630)  # what Facebook, LinkedIn and all that read Open Graph show whole
SHAPES = {"16x9": (1200, 675), "4x3": (1200, 900), "1x1": (1200, 1200)}  # developers.google.com: Article, image
PICTURE_WIDTH = 480  # of the card, on its right
MARGIN = 64
SIZES = range(76, 38, -4)  # of the title, in pixels: the largest in which it fits
MOST_LINES = 6
GROUND, TEXT, MARK = "#f4efe7", "#23262b", "#b08d57"  # as by day in tokens.css
FONTS = settings.BASE_DIR / "static" / "fonts"
LOOK = 1  # one more whenever a card is drawn in another way, so that all are drawn again
PICTURED = "-pictured"  # ends the name of what was drawn of a guide with a picture

Font = ImageFont.FreeTypeFont


def card_of(post: Post) -> str:
    """The address of its card; empty where none was drawn."""
    return default_storage.url(_path(post, post.cards, "card")) if post.cards else ""


def shapes_of(post: Post) -> list[str]:
    """The addresses of its picture in every shape; none before they were drawn."""
    if not post.cards.endswith(PICTURED):
        return []
    return [default_storage.url(_path(post, post.cards, shape)) for shape in SHAPES]


def ask_for(post: Post) -> None:
    """Have the worker draw what is not drawn yet."""
    if post.cards != _name_for(post):
        enqueue(draw, pk=post.pk)


@task()
def draw(pk: int) -> None:
    """Draw the pictures of one guide; one that is gone meanwhile needs none."""
    post = Post.objects.filter(pk=pk).first()
    if post is not None:
        _draw(post)


@task()
def draw_missing() -> None:
    """Draw what is not drawn yet of any guide that readers see, as after an update that draws otherwise."""
    for post in Post.objects.published().iterator():
        if post.cards != _name_for(post):
            _draw(post)


def _draw(post: Post) -> None:
    picture = _picture_of(post)
    card = _card(post.title, picture, post.hero_focus)
    name = _name_for(post) if picture is not None else _name_for(post).removesuffix(PICTURED)
    if card is not None:
        _store(_path(post, name, "card"), card)
    if picture is not None:
        for shape, size in SHAPES.items():
            _store(_path(post, name, shape), cropped(picture, shape_within(picture, size), post.hero_focus))
    Post.objects.filter(pk=post.pk).update(cards=name if card is not None else "")


def _name_for(post: Post) -> str:
    """Names what is to be seen: another title, picture or focus has another name."""
    seen = json.dumps([LOOK, settings.OSCAR_SHOP_NAME, post.title, post.hero.name or "", post.hero_focus])
    return sha256(seen.encode()).hexdigest()[:16] + (PICTURED if post.hero else "")


def _path(post: Post, name: str, shape: str) -> str:
    return f"cards/{post.pk}/{name}/{shape}.jpg"


def _picture_of(post: Post) -> Image.Image | None:
    """Its picture; None where there is none, or where the file is lost."""
    if not post.hero:
        return None
    try:
        with post.hero.storage.open(post.hero.name) as file, Image.open(file) as picture:
            return in_srgb(picture)
    except OSError:
        return None


def _card(title: str, picture: Image.Image | None, focus: str) -> Image.Image | None:
    """The card; without words where our fonts lack a letter of the title; None where nothing is left to show."""
    if not _can_write(title):
        return cropped(picture, CARD, focus) if picture is not None else None
    card = Image.new("RGB", CARD, GROUND)
    width, height = CARD
    room = width - 2 * MARGIN
    if picture is not None:
        card.paste(cropped(picture, (PICTURE_WIDTH, height), focus), (width - PICTURE_WIDTH, 0))
        room -= PICTURE_WIDTH
    pen = ImageDraw.Draw(card)
    pen.text((MARGIN, MARGIN), settings.OSCAR_SHOP_NAME, font=_serif(34), fill=TEXT)
    pen.rectangle((MARGIN, MARGIN + 64, MARGIN + 64, MARGIN + 66), fill=MARK)
    font, lines = _set(title, room)
    ascent, descent = font.getmetrics()
    leading = round((ascent + descent) * 1.02)
    top = height - MARGIN - leading * len(lines)
    for number, line in enumerate(lines):
        pen.text((MARGIN, top + number * leading), line, font=font, fill=TEXT)
    return card


def _set(title: str, room: int) -> tuple[Font, list[str]]:
    """The title in lines that fit into `room` pixels, as large as they go; cut off where no size is small enough."""
    for size in SIZES:
        font = _serif(size)
        lines = list(_lines(title, font, room))
        if len(lines) * size * 1.3 <= CARD[1] - 2 * MARGIN - 110 and max(map(font.getlength, lines)) <= room:
            return font, lines
    kept = [_shortened(line, font, room) for line in lines[:MOST_LINES]]
    if len(lines) > MOST_LINES:
        kept[-1] = _shortened(f"{kept[-1]}…", font, room)
    return font, kept


def _lines(title: str, font: Font, room: int) -> Iterator[str]:
    line = ""
    for word in title.split():
        longer = f"{line} {word}".strip()
        if line and font.getlength(longer) > room:
            yield line
            longer = word
        line = longer
    yield line


def _shortened(line: str, font: Font, room: int) -> str:
    if font.getlength(line) <= room:
        return line
    while line and font.getlength(f"{line}…") > room:
        line = line[:-1]
    return f"{line}…"


def _can_write(title: str) -> bool:
    """Whether our fonts have every letter of it: they know Latin ones, and would draw boxes for others."""
    font = _serif(40)
    missing = bytes(font.getmask("\uffff"))
    letters = {letter for letter in title if not letter.isspace()}
    return bool(letters) and not any(bytes(font.getmask(letter)) == missing for letter in letters)


def _serif(size: int) -> Font:
    return ImageFont.truetype(str(FONTS / "newsreader-latin.woff2"), size)


def _store(path: str, picture: Image.Image) -> None:
    data = BytesIO()
    picture.save(data, "JPEG", quality=84, progressive=True, optimize=True)
    default_storage.delete(path)  # or the storage would give it another name
    default_storage.save(path, ContentFile(data.getvalue()))
