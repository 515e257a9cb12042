"""The pages: where the shopper pays, where the bank asks back, and where a developer sees what happened."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from . import cards, events, payments
from .forms import CardForm
from .models import CheckoutSession, Event, PaymentIntent, Refund

LISTED = 50  # rows of each kind on the overview


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
    context = {
        "sessions": CheckoutSession.objects.select_related("intent")[:LISTED],
        "refunds": Refund.objects.select_related("charge__intent__session")[:LISTED],
        "events": Event.objects.all()[:LISTED],
    }
    return render(request, "stripe_sandbox/overview.html", context)


@require_POST
def send_again(request: HttpRequest, event_id: str) -> HttpResponse:
    events.send(get_object_or_404(Event, pk=event_id))
    return redirect("stripe_sandbox:overview")


@require_POST
def expire_now(request: HttpRequest, session_id: str) -> HttpResponse:
    try:
        payments.expire(session_id=_session(session_id).id)
    except payments.SessionNotOpen:
        pass  # the overview shows what became of it
    return redirect("stripe_sandbox:overview")


@require_POST
def fail_refund(request: HttpRequest, refund_id: str) -> HttpResponse:
    payments.fail_refund(refund_id=refund_id)
    return redirect("stripe_sandbox:overview")


def _session(session_id: str) -> CheckoutSession:
    payments.expire_overdue(now=timezone.now())
    session = CheckoutSession.objects.filter(pk=session_id).first()
    if session is None:
        raise Http404(f"No such checkout.session: '{session_id}'")
    return session


def _pay_page(request: HttpRequest, session: CheckoutSession, form: CardForm, *, refusal: str = "") -> HttpResponse:
    context = {"session": session, "form": form, "refusal": refusal, "test_cards": cards.listing()}
    return render(request, "stripe_sandbox/pay.html", context)


def _closed(request: HttpRequest, session: CheckoutSession) -> HttpResponse:
    # The second press of a double click is the one whose answer the browser shows: it leads on as the first would.
    if request.method == "POST" and session.status == CheckoutSession.Status.COMPLETE:
        return SeeOther(session.success_url)
    return render(request, "stripe_sandbox/closed.html", {"session": session})
