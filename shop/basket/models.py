"""Oscar's basket, read with fewer queries."""

from django.db.models import QuerySet, Sum
from oscar.apps.basket.abstract_models import AbstractBasket


class Basket(AbstractBasket):
    def all_lines(self) -> QuerySet:
        """The lines with what pricing, stock and an order need of them; Oscar asks for those line by line."""
        if self.id is not None and self._lines is None:
            self._lines = (
                super()
                .all_lines()
                .select_related("product__product_class", "product__parent__product_class", "stockrecord__partner")
            )
        return super().all_lines()

    def count_items(self) -> int:
        """As `num_items`, without the lines, where they are not loaded yet."""
        if self.id is None or self._lines is not None:
            return self.num_items
        return self.lines.aggregate(sum=Sum("quantity"))["sum"] or 0

    @property
    def num_lines(self) -> int:
        return len(self.all_lines())  # they are asked for anyway wherever there is one


from oscar.apps.basket.models import *  # noqa: E402, F403  (Oscar registers the models that are not ours)
