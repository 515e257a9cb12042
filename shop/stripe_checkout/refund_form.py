"""The form with which staff give money back, in the dashboard and in the admin."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.forms.boundfield import BoundField
from django.http import HttpRequest
from django.utils import timezone
from oscar.templatetags.currency_filters import currency

from shop.order.units import in_open_returns
from shop.stripe_checkout import refunds
from shop.stripe_checkout.models import PaymentAttempt, Refund
from shop.stripe_checkout.troubles import refunds_refused

OUT_OF_DATE = "This form is out of date. Please open the page again."
LINE_FIELD = re.compile(r"(quantity|restock)_")


@dataclass(frozen=True)
class Balance:
    """A payment's money in words: what was paid, what of it went back or was lost, what can still go back."""

    paid: str
    back: str
    left: str


def balance(attempt: PaymentAttempt) -> Balance:
    paid, left = attempt.paid_amount or 0, attempt.refundable
    return Balance(*(str(currency(money, attempt.paid_currency or None)) for money in (paid, paid - left, left)))


@dataclass(frozen=True)
class LineRow:
    """An order line in the form. `line.gone` units of it were given back; of `returns` the units go back there."""

    line: Any
    quantity: BoundField
    restock: BoundField
    returns: list[Any]


class RefundForm(forms.Form):
    refund_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4, error_messages={"invalid": OUT_OF_DATE})
    currency = forms.CharField(widget=forms.HiddenInput, max_length=3)
    again = forms.UUIDField(widget=forms.HiddenInput, required=False, error_messages={"invalid": OUT_OF_DATE})
    delivery = forms.BooleanField(required=False)
    amount = forms.DecimalField(
        required=False,
        max_digits=12,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        help_text="Leave it empty to give back what was chosen above. An amount counts instead of what that costs.",
    )
    reason = forms.CharField(
        max_length=500,
        help_text="Why it goes back. The customer does not see it.",
        error_messages={"required": "Say in a few words why it goes back."},
    )

    def __init__(self, data: Any = None, *, attempt: PaymentAttempt, again: str | None = None) -> None:
        """`again` is the id of a refund that did not go through and is to be tried once more."""
        super().__init__(data, initial=_initial(attempt, again))
        self.attempt = attempt
        self.refused = refunds_refused(attempt)
        self.fields["amount"].label = f"Amount in {attempt.paid_currency}"
        if attempt.order.shipping_incl_tax and not attempt.refunds.standing().filter(delivery=True).exists():
            delivery = currency(attempt.order.shipping_incl_tax, attempt.order.currency)
            self.fields["delivery"].label = f"The delivery charge, {delivery}"
        else:
            del self.fields["delivery"]
        self.order_lines = list(_order_lines(attempt))
        self.returns = list(in_open_returns(line__in=self.order_lines).select_related("case"))
        for line in self.order_lines:
            left = max(0, line.quantity - line.gone - sum(each.quantity for each in self._returns_of(line)))
            self.fields[f"quantity_{line.pk}"] = forms.IntegerField(
                required=False,
                min_value=0,
                max_value=left,
                label=f"Units of {line.title} to give back",
                error_messages={
                    "invalid": "Enter a whole number of units.",
                    "min_value": "Enter a whole number of units.",
                    "max_value": f"Of {line.title}, {left} can still be given back.",
                },
            )
            self.fields[f"restock_{line.pk}"] = forms.BooleanField(
                required=False, label=f"Put {line.title} back on sale"
            )

    def rows(self) -> Iterator[LineRow]:
        for line in self.order_lines:
            yield LineRow(line, self[f"quantity_{line.pk}"], self[f"restock_{line.pk}"], self._returns_of(line))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if any(LINE_FIELD.match(name) and name not in self.fields for name in self.data):
            raise forms.ValidationError("A line of another order was chosen. Please open the page again.")
        if self.refused:
            raise forms.ValidationError("The payment is disputed. Stripe gives nothing back until that is decided.")
        if not self.errors and data["amount"] is None and not data.get("delivery") and not self._returned():
            raise forms.ValidationError("Choose units, the delivery charge, or an amount.")
        return data

    def give_back(self, *, by: str) -> Refund | None:
        """The refund; or None when it was refused, and the form says why."""
        data = self.cleaned_data
        try:
            refund = refunds.ask(
                attempt=self.attempt,
                refund_id=data["refund_id"],
                by=by,
                amount=data["amount"],
                currency=data["currency"],
                returned=self._returned(),
                delivery=data.get("delivery", False),
                reason=data["reason"],
            )
        except refunds.RefundRefused as error:
            self.add_error(None, str(error))
            return None
        if data["again"]:
            deal_with(self.attempt.refunds.filter(pk=data["again"]))
        return refund

    def _returns_of(self, line: Any) -> list[Any]:
        return [each for each in self.returns if each.line_id == line.pk]

    def _returned(self) -> list[refunds.Returned]:
        chosen = ((line, self.cleaned_data.get(f"quantity_{line.pk}")) for line in self.order_lines)
        return [
            refunds.Returned(line, quantity, restock=self.cleaned_data[f"restock_{line.pk}"])
            for line, quantity in chosen
            if quantity
        ]


def give_back(request: HttpRequest, form: RefundForm) -> bool:
    """Give back what a valid form says, and tell on the next page what became of it. False: the form says why not."""
    refund = form.give_back(by=name_of(request.user)) if form.is_valid() else None
    if refund is not None:
        _tell_outcome(request, refund)
    return refund is not None


def name_of(user: Any) -> str:
    """Who did it, for the books."""
    return user.email or user.get_username()


def deal_with(failed: QuerySet[Refund]) -> int:
    """Note that a person saw to those of these refunds that failed; gives how many that were."""
    return failed.filter(state__in=Refund.LOST, looked_at=None).update(looked_at=timezone.now())


def _tell_outcome(request: HttpRequest, refund: Refund) -> None:
    money = currency(refund.amount, refund.currency)
    if refund.state == Refund.State.CREATED:
        text = f"Stripe has not answered yet. The worker asks again by itself, and {money} goes back once."
        messages.warning(request, text)
    elif refund.stands:
        messages.success(request, f"{money} is on its way back to the customer.")
    else:
        messages.error(request, f"{money} did not go back: {refund.failure}")


def _initial(attempt: PaymentAttempt, again: str | None) -> dict[str, Any]:
    initial: dict[str, Any] = {"currency": attempt.paid_currency}
    failed = {str(refund.pk): refund for refund in attempt.refunds.filter(state__in=Refund.LOST)}.get(again or "")
    if failed is not None:  # its goods were put back on sale then, if they were to be
        initial |= {"again": failed.pk, "amount": failed.amount, "reason": failed.reason}
        initial |= {f"quantity_{each.line_id}": each.quantity for each in failed.lines.all()}
    return initial


def _order_lines(attempt: PaymentAttempt) -> QuerySet[Any]:
    standing = Q(refund_lines__refund__state__in=Refund.STANDING)
    gone = Coalesce(Sum("refund_lines__quantity", filter=standing), 0)
    return attempt.order.lines.annotate(gone=gone).order_by("pk")
