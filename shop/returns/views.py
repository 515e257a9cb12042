"""Where customers start a return, follow it, print its slip and take it back."""

from abc import ABC, abstractmethod
from typing import Any
from uuid import uuid4

from django.core.signing import BadSignature, SignatureExpired
from django.db.models import Prefetch, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as text_of
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView, View
from oscar.core.loading import get_model

from shop.background.queue import enqueue
from shop.checkout import ownership
from shop.customer.forms import AnonymousOrderForm
from shop.returns import eligibility, handling, links
from shop.returns.forms import RequestForm
from shop.returns.models import Return, ReturnLine
from shop.returns.progress import progress
from shop.returns.states import NotNow
from shop.returns.tasks import send_link
from shop.throttle import Throttle, ThrottledFormView

Order = get_model("order", "Order")

NEWEST = 30  # orders of an account whose returns are offered; those before lead to theirs from their own pages


@method_decorator(never_cache, name="dispatch")
class StartView(ThrottledFormView):
    """The account's orders of which something can go back, and its returns; and for guests the form that sends a link.

    The form never says whether there is such an order. The browser that placed it, or its account, goes straight on.
    """

    form_class = AnonymousOrderForm
    success_url = reverse_lazy("returns:sent")
    throttle = Throttle("return link", most=10)
    too_many = _("You have asked for links several times within an hour. Please wait a while, then try again.")

    def get_template_names(self) -> list[str]:
        return ["returns/account.html" if self.request.user.is_authenticated else "returns/start.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | self._account() if self.request.user.is_authenticated else context

    def form_valid(self, form: Form) -> HttpResponse:
        # Asked whether or not there is such an order, so that both take as long.
        order = Order.objects.filter(number=form.cleaned_data["order_number"]).first()
        if order is not None and ownership.owns(self.request, order):
            return redirect(links.order_path(order, key=""))
        return super().form_valid(form)

    def carry_out(self, **fields: Any) -> None:
        # The worker looks for the order once more, and writes: nothing of that shows in the answer.
        enqueue(send_link, number=fields["order_number"], email=fields["email"])

    def _account(self) -> dict[str, Any]:
        sold = eligibility.orders().filter(user=self.request.user.pk, status__in=Order.SOLD)
        surveyed = eligibility.survey(sold.order_by("-date_placed")[:NEWEST], Return.Kind.values)
        return {
            "page_title": text_of("Returns"),
            "active_tab": "returns",
            "rights": [rights for rights in surveyed if rights.any],
            "cases": _cases().filter(order__user=self.request.user.pk),
        }


class SentView(TemplateView):
    template_name = "oscar/customer/anon_order_sent.html"
    extra_context = {"again": reverse_lazy("returns:start")}


@method_decorator(never_cache, name="dispatch")
class OwnersView(View, ABC):
    """A page for whoever may return something of one order, and in the same words for everybody else a closed one."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.key: str = kwargs.pop("key", "")
        return self._closed_unless_its_owner() or super().dispatch(request, *args, **kwargs)

    @abstractmethod
    def find(self, number: str) -> Any:
        """The order that the page is about; None where there is none."""

    def _closed_unless_its_owner(self) -> HttpResponse | None:
        self.order = self.find(self.kwargs["number"])
        try:
            links.check(self.request, self.order, self.key)
        except SignatureExpired:
            return self._closed(410, is_old=True)
        except BadSignature:
            return self._closed(404, is_old=False)
        return None

    def _closed(self, status: int, *, is_old: bool) -> HttpResponse:
        context = {"is_old": is_old, "days": links.LIFETIME.days, "here": self.request.path}
        return render(self.request, "returns/closed.html", context, status=status)


class OrderView(OwnersView):
    """Choose what goes back, or what is claimed under the guarantee."""

    kind = Return.Kind.RETURN

    def find(self, number: str) -> Any:
        return Order.objects.filter(number=number).first()

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        return self._page(RequestForm(rights=self._rights()))

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        form = RequestForm(request.POST, rights=self._rights())
        # The form sent twice: what it asked for is not open to be asked for again, and that is no mistake.
        earlier = Return.objects.filter(order=self.order, token=form.token_given or uuid4()).first()
        if earlier is not None:
            return self._follow(earlier)
        if not form.is_valid():
            return self._page(form)
        try:
            case = handling.ask(
                order=self.order,
                kind=self.kind,
                chosen=form.chosen(),
                token=form.cleaned_data["token"],
                by=self._asked_by(),
            )
        except handling.CannotReturn as refusal:
            again = RequestForm(request.POST, rights=self._rights())
            again.is_valid()
            again.add_error(None, str(refusal.message))
            return self._page(again)
        return self._follow(case)

    def _rights(self) -> eligibility.Rights:
        self.both = list(eligibility.survey([eligibility.orders().get(pk=self.order.pk)], Return.Kind.values))
        return next(rights for rights in self.both if rights.kind == self.kind)

    def _page(self, form: RequestForm) -> HttpResponse:
        other = next(rights for rights in self.both if rights.kind != self.kind)
        context = {
            "order": self.order,
            "form": form,
            "rights": form.rights,
            "other": other,
            "other_url": links.order_path(self.order, other.kind, self.key) if other.any else "",
            "cases": _cases().filter(order=self.order),
            "key": self.key,
        }
        return render(self.request, "returns/order.html", context)

    def _follow(self, case: Return) -> HttpResponseRedirect:
        return redirect(links.case_path(case, self.order, self.key))

    def _asked_by(self) -> str:
        if self.order.user_id is not None:
            return "the customer, signed in"
        return "the customer, by a link" if self.key else "the customer, in the browser that ordered"


class ClaimView(OrderView):
    kind = Return.Kind.CLAIM


class CaseView(OwnersView):
    """Follow a return: its steps with their dates, what to do next, and the button that takes it back."""

    template_name = "returns/detail.html"

    def find(self, number: str) -> Any:
        found = _cases().select_related("order__user", "promise").filter(number=number.upper()).first()
        if found is None:
            return None
        self.case = found
        return found.order

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        return self._page()

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        try:
            handling.withdraw(self.case, by="the customer")
        except NotNow:
            self.case.refresh_from_db()
            return self._page(too_late=True, status=409)
        return redirect(links.case_path(self.case, self.order, self.key))

    def _page(self, *, too_late: bool = False, status: int = 200) -> HttpResponse:
        context = {
            "case": self.case,
            "order": self.order,
            "progress": progress(self.case),
            "case_url": links.case_path(self.case, self.order, self.key),
            "slip_url": links.case_path(self.case, self.order, self.key, name="returns:slip"),
            "order_url": links.order_path(self.order, key=self.key),
            "too_late": too_late,
        }
        return render(self.request, self.template_name, context, status=status)


class SlipView(CaseView):
    """What lies in the box: a page that prints well."""

    template_name = "returns/slip.html"
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        if self.case.is_claim or not self.case.is_open:  # nothing goes into a box
            return redirect(links.case_path(self.case, self.order, self.key))
        return self._page()


def _cases() -> QuerySet[Return]:
    return Return.objects.select_related("order").prefetch_related(
        Prefetch("lines", ReturnLine.objects.select_related("line__product"))
    )
