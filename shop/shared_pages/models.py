from django.db import models
from django.db.models.functions import Now


class Change(models.Model):
    """That something changed which pages show. Rows are written by triggers of the database, see watching.py."""

    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"Change {self.pk} at {self.at}"
