"""The model field for every picture that staff upload."""

from typing import Any

from pictures import models

from shop.pictures.uploads import UploadField


class PictureField(models.PictureField):
    """A picture with its renditions. Whatever form it stands in, what comes in has been checked and encoded anew."""

    def deconstruct(self) -> Any:
        """As an image field: in which sizes and formats a picture is kept is nothing that a migration could change."""
        return super(models.PictureField, self).deconstruct()

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": UploadField} | kwargs)

    def update_dimension_fields(self, instance: Any, force: bool = False, *args: Any, **kwargs: Any) -> None:
        """Note the size of a picture that comes in. Reading a row opens no file, even where the size is missing."""
        file = getattr(instance, self.attname)
        if force or not file or not file._committed:
            super().update_dimension_fields(instance, force, *args, **kwargs)
