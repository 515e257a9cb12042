"""Vouchers whose use is counted once."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from oscar.apps.voucher.abstract_models import AbstractVoucher, AbstractVoucherSet

from shop.order.models import Order


class Voucher(AbstractVoucher):
    """Oscar's voucher, with two differences.

    A use by a basket's own unpaid order does not count against that basket: whoever comes back from the payment page
    finds the discount still there. And counters are changed by the database, not read, changed and written.
    """

    def is_available_to_user(self, user=None, basket=None) -> tuple[bool, str]:
        available, message = super().is_available_to_user(user)
        if available or basket is None or (self.usage == self.ONCE_PER_CUSTOMER and not user.is_authenticated):
            return available, message
        uses = self.applications.exclude(order__basket=basket, order__status=Order.Status.PENDING_PAYMENT)
        if self.usage == self.ONCE_PER_CUSTOMER:
            uses = uses.filter(user=user)
        return (False, message) if uses.exists() else (True, "")

    def is_available_for_basket(self, basket) -> tuple[bool, str]:
        available, message = self.is_available_to_user(user=basket.owner or AnonymousUser(), basket=basket)
        if available and not any(offer.is_condition_satisfied(basket=basket) for offer in self.offers.all()):
            return False, _("This voucher does not fit anything in your basket.")
        return available, message

    def record_usage(self, order, user) -> None:
        self.applications.create(voucher=self, order=order, user=user if user and user.is_authenticated else None)
        type(self).objects.filter(pk=self.pk).update(num_orders=F("num_orders") + 1)

    def record_discount(self, discount) -> None:
        type(self).objects.filter(pk=self.pk).update(total_discount=F("total_discount") + discount["discount"])


class VoucherSet(AbstractVoucherSet):
    """Oscar's set of codes. Where a list asked for both sums at once, it takes them from there."""

    told_additions: int | None
    told_orders: int | None

    @property
    def num_basket_additions(self) -> int | None:
        return self.told_additions if hasattr(self, "told_additions") else super().num_basket_additions

    @property
    def num_orders(self) -> int | None:
        return self.told_orders if hasattr(self, "told_orders") else super().num_orders


from oscar.apps.voucher.models import *  # noqa: E402, F403  (Oscar registers the models that are not ours)
