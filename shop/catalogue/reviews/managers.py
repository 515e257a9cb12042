"""Which reviews a reader may see."""

from typing import Any, Self

from django.db.models import Q
from oscar.apps.catalogue.reviews import managers


class ProductReviewQuerySet(managers.ProductReviewQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Reviews that were approved, and the reader's own whatever became of them; `user` may be anonymous."""
        approved = Q(status=self.model.APPROVED)
        return self.filter(approved | Q(user=user)) if user.is_authenticated else self.filter(approved)
