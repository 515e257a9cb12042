from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db.models import Model, Q

from shop.pictures.fields import PictureField


class Command(BaseCommand):
    help = "Make what is missing of the smaller sizes of all pictures, and note sizes that no row knows yet."

    def handle(self, *args: Any, **options: Any) -> None:
        made = 0
        for model in apps.get_models():
            for field in model._meta.get_fields():
                if isinstance(field, PictureField):
                    for row in model._default_manager.exclude(Q(**{field.name: ""})).iterator(chunk_size=100):
                        made += self._complete(row, field)
        if options["verbosity"]:
            self.stdout.write(f"Pictures completed: {made}.")

    def _complete(self, row: Model, field: PictureField) -> bool:
        """Whether anything was missing. A picture whose file is gone or broken is named, and left as it is."""
        image = getattr(row, field.name)
        try:
            if getattr(row, field.width_field) and all(
                image.storage.exists(rendition.name) for rendition in image.get_picture_files_list()
            ):
                return False
            field.update_dimension_fields(row, force=True)
            image.save_all()
        except OSError as error:
            self.stderr.write(f"{image.name}: {error}")
            return False
        type(row)._default_manager.filter(pk=row.pk).update(
            **{name: getattr(row, name) for name in (field.width_field, field.height_field)}
        )
        return True
