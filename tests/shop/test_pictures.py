"""Pictures: what may come in, what becomes of it, and what a page shows of it."""

import re
import shutil
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.conf import settings as project
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from oscar.core.loading import get_class, get_model
from PIL import Image, ImageCms

from shop.pictures.focus import Focus
from shop.pictures.templatetags.renditions import picture
from shop.pictures.uploads import UploadField
from tests.factories import make_product

ProductImage = get_model("catalogue", "ProductImage")
ORIENTATION, GPS = 0x0112, 0x8825


def upload(name: str = "photo.jpg", kind: str = "JPEG", size=(400, 300), mode="RGB", color="red", **options):
    """An upload called `name`: a plain picture of Pillow's format `kind`."""
    data = BytesIO()
    Image.new(mode, size, color).save(data, kind, **options)
    return SimpleUploadedFile(name, data.getvalue())


def taken_in(file: SimpleUploadedFile) -> tuple[str, Image.Image]:
    """The name and the picture that the form field makes of an upload."""
    clean = UploadField().clean(file)
    return clean.name, Image.open(BytesIO(clean.read()))


@pytest.fixture
def media(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def hang(file: SimpleUploadedFile | None = None, **fields) -> ProductImage:
    """A product's picture in the database, 1200 × 1500 if nothing else is asked for."""
    file = file or upload("jar.jpg", size=(1200, 1500))
    return ProductImage.objects.create(product=make_product(), original=file, **fields)


def opened(path: Path) -> Image.Image:
    return Image.open(BytesIO(path.read_bytes()))


def shown(image, **inputs) -> str:
    return picture(image, alt="A jar.", **inputs)


# --- What comes in -------------------------------------------------------------------------------------------------


def test_where_a_photograph_was_taken_stays_with_the_photographer():
    exif = Image.Exif()
    exif[GPS] = {1: "N", 2: (40.0, 26.0, 46.0)}
    exif[0x010F] = "A telephone"
    _, picture = taken_in(upload(exif=exif))
    assert not picture.getexif()
    assert "exif" not in picture.info


def test_a_photograph_held_upright_comes_out_upright():
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    _, picture = taken_in(upload(size=(400, 300), exif=exif))
    assert picture.size == (300, 400)


def test_what_is_hidden_behind_the_picture_does_not_come_in():
    file = upload()
    file.seek(0)
    polyglot = SimpleUploadedFile("photo.jpg", file.read() + b"<script>alert(1)</script>")
    assert b"<script>" not in UploadField().clean(polyglot).read()


def test_no_picture_is_kept_larger_than_any_screen_shows_it():
    _, picture = taken_in(upload(size=(3600, 1200)))
    assert picture.size == (2400, 800)


def test_a_transparent_picture_stays_transparent():
    name, picture = taken_in(upload("logo.png", "PNG", mode="RGBA", color=(0, 0, 0, 0)))
    assert (name, picture.format, picture.getpixel((5, 5))[3]) == ("logo.webp", "WEBP", 0)


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(lambda: upload("print.jpg", mode="CMYK", color=0), id="CMYK"),
        pytest.param(lambda: upload("gray.png", "PNG", mode="LA", color=0), id="gray with alpha"),
        pytest.param(lambda: upload("deep.png", "PNG", mode="I;16", color=0), id="16 bits"),
        pytest.param(lambda: upload("few.gif", "GIF", mode="P", color=0), id="palette"),
        pytest.param(lambda: upload("dot.png", "PNG", size=(1, 1)), id="one pixel"),
        pytest.param(lambda: upload("thread.png", "PNG", size=(5000, 1)), id="a thread"),
        pytest.param(
            lambda: upload(
                "odd.jpg",
                mode="L",
                color=0,
                icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
            ),
            id="gray with a color profile",
        ),
        pytest.param(lambda: upload("Größe & Co (1).JPG"), id="a name with signs"),
        pytest.param(lambda: upload("图片.webp", "WEBP"), id="a name without a Latin letter"),
        pytest.param(lambda: upload(f"{'x' * 95}.jpg"), id="a long name"),
    ],
)
def test_odd_pictures_come_in_as_plain_ones(file):
    name, picture = taken_in(file())
    assert re.fullmatch(r"[a-z0-9-]{1,80}\.(jpg|webp)", name)
    assert picture.mode in ("RGB", "RGBA")


def cut_off() -> SimpleUploadedFile:
    file = upload("half.jpg", size=(800, 800))
    file.seek(0)
    return SimpleUploadedFile("half.jpg", file.read()[:3000])


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(lambda: SimpleUploadedFile("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), id="SVG"),
        pytest.param(
            lambda: SimpleUploadedFile("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), id="SVG by another name"
        ),
        pytest.param(lambda: upload("a.svg", "PNG"), id="a picture called SVG"),
        pytest.param(lambda: upload("a.jpg", "TIFF"), id="for scanners"),
        pytest.param(cut_off, id="cut off"),
        pytest.param(lambda: upload("a.png", "PNG", size=(10_000, 6_000), mode="1", color=0), id="60 megapixels"),
        pytest.param(lambda: SimpleUploadedFile("a.jpg", b"\xff" * 20_000_001), id="20 MB"),
        pytest.param(lambda: SimpleUploadedFile("a.jpg", b""), id="empty"),
    ],
)
def test_what_is_no_picture_for_us_is_refused_in_words(file):
    with pytest.raises(ValidationError) as refusal:
        UploadField().clean(file())
    assert re.search(r"We cannot use|larger than 20 MB|Allowed extensions are|is empty", refusal.value.messages[0])


# --- What becomes of it --------------------------------------------------------------------------------------------


def test_an_upload_is_there_in_every_size_at_once(db, media):
    hang()
    sizes = {(opened(path).format, opened(path).width) for path in media.glob("renditions/**/*w.*")}
    assert sizes == {(kind, width) for kind in ("AVIF", "WEBP", "JPEG") for width in (200, 400, 600, 800, 1000, 1200)}


def test_no_size_is_larger_than_the_picture(db, media):
    hang(upload("small.jpg", size=(500, 625)))
    assert {path.stem for path in media.glob("renditions/**/*w.*")} == {"200w", "400w"}


def test_an_opaque_picture_carries_no_transparent_layer(db, media):
    hang(upload("jar.webp", "WEBP", size=(600, 750), mode="RGBA", color=(200, 10, 10, 255)))
    assert {opened(path).mode for path in media.glob("renditions/**/*w.*")} == {"RGB"}


def test_where_a_format_knows_no_transparency_the_paper_shows(db, media):
    hang(upload("jar.webp", "WEBP", size=(600, 750), mode="RGBA", color=(0, 0, 0, 0)))
    jpeg = opened(next(media.glob("renditions/**/400w.jpeg")))
    assert all(abs(a - b) <= 3 for a, b in zip(jpeg.getpixel((9, 9)), (0xF1, 0xE9, 0xDD), strict=True))
    assert opened(next(media.glob("renditions/**/400w.avif"))).mode == "RGBA"
    tokens = (project.BASE_DIR / "static/css/tokens.css").read_text()
    assert "--paper: #f1e9dd" in tokens


def test_what_is_missing_is_made_again_and_nothing_else(db, media, capsys):
    image = hang()
    shutil.rmtree(media / "renditions")
    call_command("make_pictures")
    assert "completed: 1" in capsys.readouterr().out
    assert len([*media.glob("renditions/**/*w.*")]) == 18
    made = {path: path.stat().st_mtime_ns for path in media.glob("renditions/**/*w.*")}
    call_command("make_pictures")
    assert "completed: 0" in capsys.readouterr().out
    assert made == {path: path.stat().st_mtime_ns for path in media.glob("renditions/**/*w.*")}
    assert image.original.name


def test_a_picture_from_before_gets_its_size_and_its_sizes(db, media):
    image = hang()
    shutil.rmtree(media / "renditions")
    ProductImage.objects.update(width=None, height=None)
    assert "srcset" not in shown(ProductImage.objects.get().original)
    call_command("make_pictures", verbosity=0)
    image.refresh_from_db()
    assert (image.width, image.height) == (1200, 1500)
    assert "srcset" in shown(image.original)


def test_a_picture_whose_file_is_lost_is_named_and_stops_nothing(db, media, capsys):
    lost, kept = hang(upload("lost.jpg")), hang(upload("kept.jpg"))
    (media / lost.original.name).unlink()
    shutil.rmtree(media / "renditions")
    call_command("make_pictures", verbosity=0)
    assert lost.original.name in capsys.readouterr().err
    assert [*media.glob(f"renditions/{kept.original.name}/*")]


# --- What a page shows ---------------------------------------------------------------------------------------------


def test_the_smallest_format_is_offered_first_and_each_in_all_widths(db, media):
    page = shown(hang().original)
    assert re.findall(r'type="image/(\w+)"', page) == ["avif", "webp"]
    assert re.findall(r"\d+w\.avif (\d+)w", page) == ["200", "400", "600", "800", "1000", "1200"]
    assert re.search(r'<img [^>]*src="/media/renditions/[^"]*/800w\.jpeg"', page)


def test_every_address_that_a_page_names_leads_to_a_file(db, media):
    page = shown(hang(upload("Größe 1.jpg", size=(1200, 1500))).original)
    names = re.findall(r"/media/([^\s\"]+)", page)
    assert len(names) == 13
    assert all((media / unquote(name)).is_file() for name in names)


def test_a_picture_says_how_large_it_is_and_waits_unless_it_is_the_first(db, media):
    image = hang()
    assert 'width="1200" height="1500" fetchpriority="low" loading="lazy"' in shown(image.original)
    first = shown(image.original, eager=True)
    assert 'fetchpriority="high"' in first
    assert "lazy" not in first


def test_a_picture_smaller_than_the_smallest_size_shows_itself(db, media):
    page = shown(hang(upload("tiny.jpg", size=(100, 125))).original)
    assert "srcset" not in page
    assert re.search(r'src="/media/images/[^"]*tiny[^"]*\.jpg" alt="A jar\." width="100" height="125"', page)


def test_what_matters_stays_in_view(db, media):
    styles = (project.BASE_DIR / "static/css/components/picture.css").read_text()
    for focus in {*Focus} - {Focus.CENTER}:
        image = hang(upload("jar.jpg"), original_focus=focus)
        assert f'"picture__image picture__image--{focus}"' in shown(image.original)
        assert f".picture__image--{focus} {{" in styles


def test_showing_a_picture_asks_nobody_and_opens_nothing(db, media, django_assert_num_queries):
    hang()
    image = ProductImage.objects.get()
    shutil.rmtree(media)
    with django_assert_num_queries(0):
        assert "srcset" in shown(image.original)
    ProductImage.objects.update(width=None)
    assert "<img" in shown(ProductImage.objects.get().original)


def test_no_picture_is_bare_paper():
    assert "picture--none" in shown(None)
    assert "<img" not in shown("")


# --- The dashboard -------------------------------------------------------------------------------------------------


def test_staff_say_in_the_dashboard_what_stays_in_view(db, media):
    product = make_product()
    form = get_class("dashboard.catalogue.forms", "ProductImageForm")(
        data={"product": product.pk, "original_focus": "top", "caption": "A jar.", "display_order": 0},
        files={"original": upload("jar.png", "PNG", size=(700, 400))},
        prefix=None,
        instance=ProductImage(product=product),
    )
    assert form.is_valid(), form.errors
    image = form.save()
    assert (image.original_focus, image.original.name[-4:], image.width) == ("top", ".jpg", 700)


def test_the_dashboard_takes_no_svg(db, media):
    product = make_product()
    form = get_class("dashboard.catalogue.forms", "ProductImageForm")(
        data={"product": product.pk, "original_focus": "center", "display_order": 0},
        files={"original": SimpleUploadedFile("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")},
        instance=ProductImage(product=product),
    )
    assert "original" in form.errors


def test_a_file_that_is_put_in_by_hand_is_measured_too(db, media):
    file = upload("jar.jpg", size=(300, 200))
    image = ProductImage.objects.create(product=make_product(), original=ContentFile(file.read(), "jar.jpg"))
    assert (image.width, image.height) == (300, 200)
