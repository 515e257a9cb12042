"""Which reviews a reader may see."""

from typing import Any, Self

from django.db.models import Exists, OuterRef, Q
from oscar.apps.catalogue.reviews import managers
from oscar.core.loading import get_model


class ProductReviewQuerySet(managers.ProductReviewQuerySet):
    def approved(self) -> Self:
        """With who wrote them, by whom they are signed."""
        return super().approved().with_buyers().select_related("user")

    def with_buyers(self) -> Self:
        """Say of each review, as `by_buyer`, whether who wrote it bought the product, in any size, from this account,
        or wrote it by the link that was sent for an order: that order was paid, and not called off.
        """
        paid = {"order__status__in": get_model("order", "Order").SOLD, "order__call_off": None}
        bought = get_model("order", "Line").objects.filter(
            Q(product=OuterRef("product")) | Q(product__parent=OuterRef("product")),
            order__user=OuterRef("user"),
            **paid,
        )
        by_link = get_model("parcels", "GuestReview").objects.filter(review=OuterRef("pk"), **paid)
        return self.annotate(by_buyer=Exists(bought) | Exists(by_link))

    def visible_to(self, user: Any) -> Self:
        """Reviews that were approved, and the reader's own whatever became of them; `user` may be anonymous."""
        approved = Q(status=self.model.APPROVED)
        visible = self.with_buyers()
        return visible.filter(approved | Q(user=user)) if user.is_authenticated else visible.filter(approved)
