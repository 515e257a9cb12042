"""Which pictures editors may upload."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from PIL.Image import Image

FORMATS = {"AVIF", "GIF", "JPEG", "PNG", "WEBP"}  # of Pillow's many, those that every browser shows
MOST_PIXELS = 50_000_000  # what a good camera makes; decoded it takes 200 MB of memory


class PictureField(forms.ImageField):
    """A picture that browsers show and the server can make smaller."""

    default_validators = [FileExtensionValidator(["avif", "gif", "jpeg", "jpg", "png", "webp"])]
    default_error_messages = {
        "invalid_image": "We cannot use this picture. Choose a JPEG, PNG, WebP, AVIF or GIF of up to 50 megapixels.",
    }

    def to_python(self, data: Any) -> Any:
        """The uploaded file, or None. Raises ValidationError for what is no picture of these formats and size."""
        upload: Any = super().to_python(data)
        if upload is not None and not _is_usable(upload.image):
            raise ValidationError(self.error_messages["invalid_image"], code="invalid_image")
        return upload


def _is_usable(picture: Image) -> bool:
    return picture.format in FORMATS and picture.width * picture.height <= MOST_PIXELS
