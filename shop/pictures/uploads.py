"""What staff may upload as a picture, and what becomes of it."""

from io import BytesIO
from pathlib import Path
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.validators import FileExtensionValidator
from django.utils.text import slugify
from PIL import Image

from shop.pictures.renditions import in_srgb, is_opaque

FORMATS = {
    "AVIF",
    "GIF",
    "JPEG",
    "PNG",
    "WEBP",
}  # of Pillow's many, those that every browser shows; SVG can hold scripts
EXTENSIONS = ["avif", "gif", "jpeg", "jpg", "png", "webp"]
MOST_BYTES = 20_000_000
MOST_PIXELS = 50_000_000  # what a good camera makes; decoded it takes 200 MB of memory
LONGEST_SIDE = 2400  # pixels: a wide screen at its full resolution; nobody is shown more


class UploadField(forms.ImageField):
    """A picture that browsers show. It comes out as pixels of ours: nothing hidden in it, and no larger than it shows.

    A phone's photograph says where it was taken; a file may be a picture and a script at once. Neither gets past here.
    """

    default_validators = [FileExtensionValidator(EXTENSIONS)]
    default_error_messages = {
        "invalid_image": "We cannot use this picture. Choose a JPEG, PNG, WebP, AVIF or GIF of up to 50 megapixels.",
        "too_heavy": "This file is larger than 20 MB. Save it smaller, then try again.",
    }

    def to_python(self, data: Any) -> Any:
        """The picture encoded anew, as an uploaded file, or None. Raises ValidationError for what we cannot take."""
        if data and data.size > MOST_BYTES:
            raise ValidationError(self.error_messages["too_heavy"], code="too_heavy")
        if data:
            data.seek(0)  # one request may be read as a form twice: to be checked, and to be saved
        upload: Any = super().to_python(data)
        if upload is None:
            return None
        if upload.image.format not in FORMATS or upload.image.width * upload.image.height > MOST_PIXELS:
            raise ValidationError(self.error_messages["invalid_image"], code="invalid_image")
        # Errors of the name are the validators' to report; they run after this and must still see it.
        if Path(upload.name).suffix.lower().lstrip(".") not in EXTENSIONS:
            return upload
        try:
            return _encoded_anew(upload)
        except (OSError, ValueError) as error:  # cut off in the middle, or a profile that nobody can read
            raise ValidationError(self.error_messages["invalid_image"], code="invalid_image") from error


class NoFileField(forms.FileField):
    """Where a file of any kind could be uploaded, none is: what a file holds cannot be made harmless."""

    default_error_messages = {"no_files": "Only pictures can be uploaded here. Put a link to the file into a text."}

    def to_python(self, data: Any) -> None:
        """None for no file. Raises ValidationError for any."""
        if data:
            raise ValidationError(self.error_messages["no_files"], code="no_files")


def _encoded_anew(upload: Any) -> SimpleUploadedFile:
    upload.seek(0)
    with Image.open(upload) as image:
        picture = in_srgb(image)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    stem = slugify(Path(upload.name).stem)[:80] or "picture"
    data = BytesIO()
    if is_opaque(picture):
        picture.convert("RGB").save(data, "JPEG", quality=90, progressive=True, optimize=True)
        return SimpleUploadedFile(f"{stem}.jpg", data.getvalue(), "image/jpeg")
    picture.save(data, "WEBP", quality=90)
    return SimpleUploadedFile(f"{stem}.webp", data.getvalue(), "image/webp")
