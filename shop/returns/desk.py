"""Returns in the dashboard: the queue, and one page with everything needed to decide."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.views.generic import View
from oscar.templatetags.currency_filters import currency
from oscar.views.decorators import permissions_required

from shop.order.utils import as_we_write_it
from shop.returns import handling, paying_back
from shop.returns.desk_forms import (
    ALL,
    LABEL,
    MONEY,
    TABS,
    UNDERWAY,
    WAITS,
    LabelForm,
    NoteForm,
    QueueForm,
    ReasonForm,
    ReceiveForm,
)
from shop.returns.models import Return, mark_of
from shop.returns.states import NotNow
from shop.stripe_checkout.models import Refund
from shop.stripe_checkout.refund_form import balance, name_of
from shop.stripe_checkout.refunds import RefundRefused
from shop.stripe_checkout.troubles import troubles

State = Return.State

A_PAGE = 25
EARLIER = 10  # of the customer's other returns that are shown

DECIDE, RECEIVE, REFUND = "returns.decide_return", "returns.receive_return", "stripe_checkout.refund_payment"
may_see = permissions_required((["is_staff", DECIDE], ["is_staff", RECEIVE], ["is_staff", REFUND]))
# Whoever decides may write down what came, too. Money goes back by whom the shop trusts with it.
NEEDED = {"receive": (DECIDE, RECEIVE), "refund": (REFUND,), "note": (DECIDE, RECEIVE, REFUND)}


@method_decorator(may_see, name="dispatch")
class QueueView(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        form = QueueForm(request.GET)
        asked = form.cleaned_data if form.is_valid() else {}
        show = asked.get("show") or (ALL if asked.get("q") else WAITS)
        page = Paginator(_queue(show, asked.get("kind", ""), asked.get("q", "")), A_PAGE).get_page(
            request.GET.get("page")
        )
        context = {"form": form, "show": show, "page_obj": page, "tabs": _tabs(show), "asked": asked}
        context["overdue"] = Return.objects.overdue().count()
        return render(request, "oscar/dashboard/returns/queue.html", context)


@method_decorator(may_see, name="dispatch")
class CaseView(View):
    """The page of a return, and what its buttons do, by the name of the button."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        found = Return.objects.select_related("order__user", "order__shipping_address__country", "promise")
        self.case = get_object_or_404(
            found.prefetch_related("lines__line__stockrecord", "steps"), number=kwargs["number"]
        )
        self.forms: dict[str, Any] = {
            "refusal": ReasonForm(prefix="refuse"),
            "label": LabelForm(prefix="label", initial={"url": self.case.label_url}),
            "receipt": ReceiveForm(case=self.case),
            "note": NoteForm(prefix="note"),
        }
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        return self._page()

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        acts = {
            "approve": self._approve,
            "refuse": self._refuse,
            "label": self._send_label,
            "receive": self._receive,
            "refund": self._refund,
            "note": self._note,
        }
        name = request.POST.get("act", "")
        act = acts.get(name)
        if act and not self._may(name):
            raise PermissionDenied
        try:
            said = act() if act else None
        except (NotNow, RefundRefused) as refusal:
            messages.error(request, str(refusal))
            return redirect("returns-desk:case", number)
        if said is None:
            return self._page()
        messages.success(request, said)
        return redirect("returns-desk:case", number)

    def _may(self, act: str) -> bool:
        if act == "approve" and self.case.is_claim:  # which pays it back at once
            return self.request.user.has_perms([DECIDE, REFUND])
        return any(map(self.request.user.has_perm, NEEDED.get(act, (DECIDE,))))

    @property
    def _by(self) -> str:
        return name_of(self.request.user)

    def _approve(self) -> str:
        handling.approve(self.case, by=self._by)
        return "Approved. The customer gets a letter that says what to do."

    def _refuse(self) -> str | None:
        form = self.forms["refusal"] = ReasonForm(self.request.POST, prefix="refuse")
        if not form.is_valid():
            return None
        handling.refuse(self.case, reason=form.cleaned_data["reason"], by=self._by)
        return "Refused. The customer gets a letter with the reason."

    def _send_label(self) -> str | None:
        form = self.forms["label"] = LabelForm(self.request.POST, prefix="label")
        if not form.is_valid():
            return None
        handling.send_label(self.case, url=form.cleaned_data["url"], by=self._by)
        return "The customer gets the label by email."

    def _receive(self) -> str | None:
        form = self.forms["receipt"] = ReceiveForm(self.request.POST, case=self.case)
        if not form.is_valid():
            return None
        try:
            handling.receive(self.case, arrived=form.arrived(), by=self._by)
        except NotNow as refusal:
            form.add_error(None, str(refusal))
            return None
        return "Received. The customer gets a letter; the money goes back when you press Refund."

    def _refund(self) -> str:
        refund = paying_back.pay_back(self.case, by=self._by)
        refund.refresh_from_db()
        money = currency(refund.amount, refund.currency)
        if refund.state == Refund.State.CREATED:
            return f"Stripe has not answered yet. The worker asks again by itself, and {money} goes back once."
        if not refund.stands:
            raise NotNow(f"{money} did not go back: {refund.failure}")
        return f"{money} is on its way back to the customer."

    def _note(self) -> str | None:
        form = self.forms["note"] = NoteForm(self.request.POST, prefix="note")
        if not form.is_valid():
            return None
        handling.note(self.case, text=form.cleaned_data["text"], by=self._by)
        return "The note is kept."

    def _page(self) -> HttpResponse:
        case, refund = self.case, paying_back.refund_of(self.case)
        payments = list(case.order.payment_attempts.prefetch_related("refunds", "holds", "order__letters"))
        others = Return.objects.of_customer(case.order).exclude(pk=case.pk).select_related("order")
        context = self.forms | {
            "case": case,
            "order": case.order,
            "refund": refund,
            "can_be_paid": paying_back.can_be_paid(case, refund),
            "may": {act: self._may(act) for act in ("approve", "refuse", "label", "receive", "refund")},
            "worth": paying_back.worth(case),
            "payments": [(payment, balance(payment), troubles(payment)) for payment in payments],
            "bought": case.order.lines.order_by("pk"),
            "others": others.prefetch_related("lines__line")[:EARLIER],
            "other_count": others.count(),
        }
        return render(self.request, "oscar/dashboard/returns/case.html", context)


def _queue(show: str, kind: str, words: str) -> QuerySet[Return]:
    """What is due first comes first, and so what is overdue; of all of them the newest."""
    found = Return.objects.select_related("order__user").prefetch_related("lines__line")
    if kind:
        found = found.filter(kind=kind)
    if words:
        found = found.filter(_matching(words.strip()))
    states = {
        WAITS: found.filter(state=State.REQUESTED),
        LABEL: found.to_label(),
        UNDERWAY: found.filter(state=State.APPROVED, kind=Return.Kind.RETURN),
        MONEY: found.to_refund(),
    }
    if show not in states:
        return found.order_by("-created_at")
    return states[show].order_by(F("due_on").asc(nulls_last=True), "created_at")


def _matching(words: str) -> Q:
    if "@" in words:
        return Q(customer=mark_of(words))
    return Q(number=words.upper()) | Q(order__number=as_we_write_it(words))


def _tabs(show: str) -> list[tuple[str, str, bool]]:
    return [(value, label, value == show) for value, label in TABS]
