"""HTML that staff write: cleaned whoever saves it."""

from django.db import models
from django_prose_editor.fields import ProseEditorField


class ProseField(ProseEditorField):
    """HTML from the prose editor, cleaned on every save: by a form, a script or a shell alike.

    The editor's own field cleans in forms only; pages show the text unescaped and rely on it.
    """

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        cleaned: str = self.sanitize(getattr(model_instance, self.attname))
        setattr(model_instance, self.attname, cleaned)
        return cleaned
