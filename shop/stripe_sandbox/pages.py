"""The pages: where the shopper pays, where the bank asks back, and where a developer sees what happened."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from . import cards, disputes, events, payments, reviews, temper
from .errors import ApiError, NotPossible
from .forms import CardForm, MisbehaveForm, PayerForm
from .models import Charge, CheckoutSession, Dispute, Event, Fault, PaymentIntent, Refund, Review

LISTED = 50  # rows of each kind on the overview

# What the buttons on the overview do, by the rows that they stand in: each is given the id of its row.
ACTIONS: dict[tuple[str, str], Callable[[str], object]] = {
    ("sessions", "expire"): lambda id: payments.expire(session_id=id),
    ("sessions", "succeed"): lambda id: payments.succeed_bank_debit(session_id=id),
    ("sessions", "fail"): lambda id: payments.fail_bank_debit(session_id=id),
    ("payments", "refund"): lambda id: payments.refund(asked={"payment_intent": id}),
    ("payments", "refund-as-fraud"): lambda id: payments.refund(asked={"payment_intent": id, "reason": "fraudulent"}),
    ("payments", "dispute"): lambda id: disputes.open_dispute(payment_intent=id),
    ("payments", "inquire"): lambda id: disputes.open_dispute(payment_intent=id, inquiry=True),
    ("payments", "review"): lambda id: reviews.open_review(payment_intent=id),
    ("refunds", "complete"): lambda id: payments.complete_refund(refund_id=id),
    ("refunds", "fail"): lambda id: payments.fail_refund(refund_id=id),
    ("refunds", "cancel"): lambda id: payments.cancel_refund(refund_id=id),
    ("disputes", "answer"): lambda id: disputes.submit_evidence(dispute_id=id),
    ("disputes", "win"): lambda id: disputes.close(dispute_id=id, won=True),
    ("disputes", "lose"): lambda id: disputes.close(dispute_id=id, won=False),
    ("reviews", "approve"): lambda id: reviews.approve(review_id=id),
    ("events", "send"): lambda id: events.send(get_object_or_404(Event, pk=id)),
}


class SeeOther(HttpResponseRedirect):
    status_code = 303


@never_cache
@require_http_methods(["GET", "POST"])
def pay(request: HttpRequest, session_id: str) -> HttpResponse:
    session = _session(session_id)
    if session.status != CheckoutSession.Status.OPEN:
        return _closed(request, session)
    form = CardForm(request.POST or None, fixed_email=session.customer_email)
    if not form.is_valid():
        return _pay_page(request, session, form)
    try:
        intent = payments.pay(session_id=session.id, card=form.card(), payer=form.payer())
    except payments.SessionNotOpen:
        session.refresh_from_db()
        return _closed(request, session)
    if intent.status == PaymentIntent.Status.SUCCEEDED:
        return SeeOther(session.success_url)
    if intent.status == PaymentIntent.Status.REQUIRES_ACTION:
        return SeeOther(reverse("stripe_sandbox:authenticate", args=[session.id]))
    return _pay_page(request, session, form, refusal=intent.last_payment_error["message"])


@never_cache
@require_POST
def pay_by_bank_debit(request: HttpRequest, session_id: str) -> HttpResponse:
    session = _session(session_id)
    if session.status != CheckoutSession.Status.OPEN:
        return _closed(request, session)
    form = PayerForm(request.POST, fixed_email=session.customer_email, prefix="debit")
    if not form.is_valid():
        return _pay_page(request, session, CardForm(fixed_email=session.customer_email), debit_form=form)
    try:
        payments.pay_by_bank_debit(session_id=session.id, payer=form.payer())
    except NotPossible:
        return redirect("stripe_sandbox:pay", session_id=session.id)
    return SeeOther(session.success_url)


@never_cache
@require_http_methods(["GET", "POST"])
def authenticate(request: HttpRequest, session_id: str) -> HttpResponse:
    session = _session(session_id)
    if session.status != CheckoutSession.Status.OPEN:
        return _closed(request, session)
    if request.method == "GET":
        if not PaymentIntent.objects.filter(session=session, status=PaymentIntent.Status.REQUIRES_ACTION).exists():
            return redirect("stripe_sandbox:pay", session_id=session.id)
        return render(request, "stripe_sandbox/authenticate.html", {"session": session})
    try:
        intent = payments.authenticate(session_id=session.id, passed=request.POST.get("answer") == "complete")
    except payments.SessionNotOpen:
        session.refresh_from_db()
        return _closed(request, session)
    except payments.NothingToAuthenticate:
        return redirect("stripe_sandbox:pay", session_id=session.id)
    if intent.status == PaymentIntent.Status.SUCCEEDED:
        return SeeOther(session.success_url)
    form = CardForm(fixed_email=session.customer_email)
    return _pay_page(request, session, form, refusal=intent.last_payment_error["message"])


@never_cache
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    payments.expire_overdue(now=timezone.now())
    events.deliver_due()
    return _overview(request, MisbehaveForm())


@require_POST
def misbehave(request: HttpRequest) -> HttpResponse:
    form = MisbehaveForm(request.POST)
    if not form.is_valid():
        return _overview(request, form)
    form.misbehave()
    return redirect("stripe_sandbox:overview")


@require_POST
def behave(request: HttpRequest) -> HttpResponse:
    temper.behave()
    return redirect("stripe_sandbox:overview")


@require_POST
def end_fault(request: HttpRequest, fault_id: int) -> HttpResponse:
    Fault.objects.filter(pk=fault_id).delete()
    return redirect("stripe_sandbox:overview")


@require_POST
def deliver(request: HttpRequest) -> HttpResponse:
    events.deliver_pending()
    return redirect("stripe_sandbox:overview")


@require_POST
def act(request: HttpRequest, rows: str, row_id: str, action: str) -> HttpResponse:
    """Do what a button says; when that is not possible any more, the overview shows what became of the row."""
    if (rows, action) not in ACTIONS:
        raise Http404(f"Nothing can {action} {rows}.")
    try:
        ACTIONS[rows, action](row_id)
    except (NotPossible, ApiError):
        pass
    return redirect("stripe_sandbox:overview")


def _overview(request: HttpRequest, form: MisbehaveForm) -> HttpResponse:
    charges = Charge.objects.exclude(status=Charge.Status.FAILED)
    context = {
        "form": form,
        "faults": Fault.objects.all(),
        "sessions": CheckoutSession.objects.select_related("intent")[:LISTED],
        "charges": charges.select_related("intent__session", "dispute", "review")[:LISTED],
        "refunds": Refund.objects.select_related("charge__intent__session")[:LISTED],
        "disputes": Dispute.objects.select_related("charge__intent__session")[:LISTED],
        "reviews": Review.objects.select_related("charge__intent__session")[:LISTED],
        "events": Event.objects.all()[:LISTED],
    }
    return render(request, "stripe_sandbox/overview.html", context)


def _session(session_id: str) -> CheckoutSession:
    payments.expire_overdue(now=timezone.now())
    session = CheckoutSession.objects.filter(pk=session_id).first()
    if session is None:
        raise Http404(f"No such checkout.session: '{session_id}'")
    return session


def _pay_page(
    request: HttpRequest,
    session: CheckoutSession,
    form: CardForm,
    *,
    refusal: str = "",
    debit_form: PayerForm | None = None,
) -> HttpResponse:
    context = {
        "session": session,
        "form": form,
        "refusal": refusal,
        "debit_form": debit_form or PayerForm(fixed_email=session.customer_email, prefix="debit"),
        "test_cards": cards.listing(),
    }
    return render(request, "stripe_sandbox/pay.html", context)


def _closed(request: HttpRequest, session: CheckoutSession) -> HttpResponse:
    # The second press of a double click is the one whose answer the browser shows: it leads on as the first would.
    if request.method == "POST" and session.status == CheckoutSession.Status.COMPLETE:
        return SeeOther(session.success_url)
    return render(request, "stripe_sandbox/closed.html", {"session": session})
