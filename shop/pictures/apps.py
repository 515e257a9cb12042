from functools import partial

from django.apps import AppConfig, apps
from django.db.models import FileField, ImageField


class PicturesConfig(AppConfig):
    name = "shop.pictures"
    label = "shop_pictures"  # "pictures" is the library's

    def ready(self) -> None:
        """Have every form, of others' models too, take uploads in by our rules."""
        from shop.pictures.uploads import NoFileField, UploadField  # fields of forms, which need models

        for model in apps.get_models():
            for field in model._meta.local_fields:
                if isinstance(field, FileField):
                    taken_by = UploadField if isinstance(field, ImageField) else NoFileField
                    field.formfield = partial(field.formfield, form_class=taken_by)  # type: ignore[method-assign]  # Oscar’s have no class of ours
