"""The API over HTTP, under /v1/: https://docs.stripe.com/api"""

import base64
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

from django.core.exceptions import RequestDataTooBig
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from . import encoding, events, idempotency, mishaps, objects, parameters, payments, temper
from .errors import ApiError, InvalidParameter, missing
from .events import Cause
from .idempotency import Answer
from .models import Charge, CheckoutSession, Dispute, Event, Fault, PaymentIntent, Refund, Review, new_id
from .parameter_kinds import Hash

PAGE_SIZE = 10
UNKNOWN_ERROR = Answer(500, ApiError("An unknown error occurred", type="api_error", status=500).body())
FORM_TYPES = ("application/x-www-form-urlencoded", "")

Row = TypeVar("Row", bound=Model)


class Call(NamedTuple):
    """One authenticated call: its parameters as read, and what it is the cause of."""

    request: HttpRequest
    parameters: dict[str, Any]
    cause: Cause


class Endpoint(NamedTuple):
    """`takes` reads the parameters, `does` answers the JSON; it is called with the call and the ids in the path."""

    takes: Hash
    does: Callable[..., dict[str, Any]]


def resource(**endpoints: Endpoint) -> Callable[..., HttpResponse]:
    """The view of one path of the API, given the endpoint for each HTTP method."""

    @csrf_exempt
    def view(request: HttpRequest, **ids: str) -> HttpResponse:
        cause = Cause(new_id("req_"), request.headers.get("Idempotency-Key") if request.method == "POST" else None)
        try:
            _check_key(request)
            _check_version(request)
            if request.method not in endpoints:
                raise _unrecognised(request)
            answer = _answer(request, endpoints[request.method], cause=cause, ids=ids)
        except ApiError as error:
            answer = Answer(error.status, error.body())
        except mishaps.ConnectionBroken:
            return mishaps.unreadable()
        return _response(request, answer, cause=cause)

    return view


def create_session(call: Call) -> dict[str, Any]:
    now = timezone.now()
    parameters.check_session(call.parameters, now=now)
    asked = {name: value for name, value in call.parameters.items() if name != "expand"}

    def page_url(session_id: str) -> str:
        return call.request.build_absolute_uri(reverse("stripe_sandbox:pay", args=[session_id]))

    session = payments.open_session(asked=asked, page_url=page_url, now=now)
    return _expanded(objects.checkout_session(session), call)


def retrieve_session(call: Call, *, session_id: str) -> dict[str, Any]:
    session = _find(CheckoutSession.objects.all(), "checkout.session", session_id, param="session")
    return _expanded(objects.checkout_session(session), call)


def list_sessions(call: Call) -> dict[str, Any]:
    chosen = Q()
    if "payment_intent" in call.parameters:
        chosen &= Q(intent=call.parameters["payment_intent"])
    if "status" in call.parameters:
        chosen &= Q(status=call.parameters["status"])
    return _page(
        CheckoutSession.objects.filter(chosen), call, render=objects.checkout_session, kind="checkout.session"
    )


def expire_session(call: Call, *, session_id: str) -> dict[str, Any]:
    session = _find(CheckoutSession.objects.all(), "checkout.session", session_id, param="session")
    try:
        session = payments.expire(session_id=session.id, cause=call.cause)
    except payments.SessionNotOpen as error:
        session.refresh_from_db()
        raise ApiError(
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of `{session.status}`.",
            param="session",
        ) from error
    return _expanded(objects.checkout_session(session), call)


def list_line_items(call: Call, *, session_id: str) -> dict[str, Any]:
    items = _find(CheckoutSession.objects.all(), "checkout.session", session_id, param="session").line_items
    asked = call.parameters
    _check_one_cursor(asked)
    limit = asked.get("limit", PAGE_SIZE)
    start, end = 0, limit
    if "starting_after" in asked:
        start = _position(items, asked["starting_after"], param="starting_after") + 1
        end = start + limit
    elif "ending_before" in asked:
        end = _position(items, asked["ending_before"], param="ending_before")
        start = max(0, end - limit)
    has_more = start > 0 if "ending_before" in asked else end < len(items)
    return objects.page(items[start:end], url=_path(call.request), has_more=has_more)


def retrieve_payment_intent(call: Call, *, payment_intent_id: str) -> dict[str, Any]:
    intent = _find(PaymentIntent.objects.all(), "payment_intent", payment_intent_id, param="intent")
    return _expanded(objects.payment_intent(intent), call)


def list_payment_intents(call: Call) -> dict[str, Any]:
    return _page(PaymentIntent.objects.all(), call, render=objects.payment_intent, kind="payment_intent")


def retrieve_charge(call: Call, *, charge_id: str) -> dict[str, Any]:
    return _expanded(objects.charge(_find(Charge.objects.all(), "charge", charge_id, param="id")), call)


def retrieve_dispute(call: Call, *, dispute_id: str) -> dict[str, Any]:
    return _expanded(objects.dispute(_find(Dispute.objects.all(), "dispute", dispute_id, param="dispute")), call)


def list_disputes(call: Call) -> dict[str, Any]:
    chosen = _of_payment(call, charge="charge", payment_intent="charge__intent")
    return _page(Dispute.objects.filter(chosen), call, render=objects.dispute, kind="dispute")


def retrieve_review(call: Call, *, review_id: str) -> dict[str, Any]:
    return _expanded(objects.review(_find(Review.objects.all(), "review", review_id, param="review")), call)


def list_reviews(call: Call) -> dict[str, Any]:
    """The open ones only, as at Stripe."""
    return _page(Review.objects.filter(closed_reason=""), call, render=objects.review, kind="review")


def create_refund(call: Call) -> dict[str, Any]:
    parameters.check_refund(call.parameters)
    return _expanded(objects.refund(payments.refund(asked=call.parameters, cause=call.cause)), call)


def retrieve_refund(call: Call, *, refund_id: str) -> dict[str, Any]:
    return _expanded(objects.refund(_find(Refund.objects.all(), "refund", refund_id, param="refund")), call)


def list_refunds(call: Call) -> dict[str, Any]:
    chosen = _of_payment(call, charge="charge", payment_intent="charge__intent")
    return _page(Refund.objects.filter(chosen), call, render=objects.refund, kind="refund")


def retrieve_event(call: Call, *, event_id: str) -> dict[str, Any]:
    return objects.event(_find(Event.objects.all(), "event", event_id, param="id"))


def list_events(call: Call) -> dict[str, Any]:
    """https://docs.stripe.com/api/events/list; the name of an event may hold * for whatever stands there."""
    asked = call.parameters
    if "type" in asked and "types" in asked:
        raise parameters.exclusive("type", "types")
    chosen = Q()
    if "type" in asked:
        pattern = re.escape(asked["type"]).replace(r"\*", ".*")
        chosen &= Q(type__regex=f"^{pattern}$")
    if "types" in asked:
        chosen &= Q(type__in=asked["types"])
    if "delivery_success" in asked:
        chosen &= Q(delivered_at__isnull=not asked["delivery_success"])
    return _page(Event.objects.filter(chosen), call, render=objects.event, kind="event")


def _answer(request: HttpRequest, endpoint: Endpoint, *, cause: Cause, ids: dict[str, str]) -> Answer:
    sent = encoding.decode(_encoded(request))
    payments.expire_overdue(now=timezone.now())
    events.deliver_due()
    names = {*ids.values(), *(value for value in sent.values() if isinstance(value, str))}
    fault = temper.fault_of_call(endpoint.does.__name__, names=names)

    def work() -> Answer:
        call = Call(request, endpoint.takes.read(sent), cause)
        if fault and fault.kind == Fault.Api.ERROR:
            return UNKNOWN_ERROR
        try:
            answer = Answer(200, endpoint.does(call, **ids))
        except InvalidParameter:
            raise
        except ApiError as error:
            answer = Answer(error.status, error.body())
        return UNKNOWN_ERROR if fault and fault.kind == Fault.Api.ERROR_AFTER_WORK else answer

    def work_once() -> Answer:
        if not cause.idempotency_key:
            return work()
        _check_idempotency_key(cause.idempotency_key)
        fingerprint = idempotency.fingerprint(method=request.method, path=_path(request), parameters=sent)
        return idempotency.once(key=cause.idempotency_key, fingerprint=fingerprint, work=work)

    return mishaps.suffer(fault, work_once) if fault else work_once()


def _response(request: HttpRequest, answer: Answer, *, cause: Cause) -> JsonResponse:
    response = JsonResponse(answer.body, status=answer.status, json_dumps_params={"indent": 2})
    response["Request-Id"] = cause.request_id
    response["Stripe-Version"] = objects.API_VERSION
    if answer.replayed:
        response["Idempotent-Replayed"] = "true"
    if answer.status == 401:
        response["WWW-Authenticate"] = 'Basic realm="Stripe"'
    return response


def _check_key(request: HttpRequest) -> None:
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    key = credentials.strip()
    if scheme.lower() == "basic":
        try:
            key = base64.b64decode(key, validate=True).decode().partition(":")[0]
        except ValueError:
            key = "(malformed)"
    if scheme.lower() not in ("bearer", "basic") or not key:
        raise ApiError(
            "You did not provide an API key. You need to provide your API key in the Authorization header, using "
            "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://docs.stripe.com/api#authentication"
            " for details.",
            status=401,
        )
    if not re.fullmatch(r"[sr]k_test_\w+", key):
        raise ApiError(f"Invalid API Key provided: {key[:8]}{'*' * 12}{key[-4:]}", status=401)


def _check_version(request: HttpRequest) -> None:
    version = request.headers.get("Stripe-Version", objects.API_VERSION)
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}(\.[a-z_]+)?", version):
        raise ApiError(f"Invalid Stripe API version: {version[:40]}")


def _check_idempotency_key(key: str) -> None:
    if len(key) > 255 or not key.isprintable():
        raise InvalidParameter(
            "Idempotency keys can be up to 255 printable characters long, but this one is not.",
            param="Idempotency-Key",
        )


def _encoded(request: HttpRequest) -> bytes:
    if request.method == "GET":
        # WSGI hands over the bytes of the query string as Latin-1.
        return request.META.get("QUERY_STRING", "").encode("latin-1", "replace")
    try:
        body = request.body
    except (RequestDataTooBig, UnreadablePostError) as error:
        raise InvalidParameter("Invalid request: the body is too large or was cut off.") from error
    if body and request.content_type not in FORM_TYPES:
        raise InvalidParameter(
            "Invalid request (check that your POST content type is application/x-www-form-urlencoded). If you have "
            "any questions, we can help at https://support.stripe.com/."
        )
    return body


def _unrecognised(request: HttpRequest) -> ApiError:
    return ApiError(
        f"Unrecognized request URL ({request.method}: {_path(request)}). Please see https://docs.stripe.com/api or we "
        "can help at https://support.stripe.com/.",
        status=404,
    )


def _path(request: HttpRequest) -> str:
    """The path as Stripe knows it, from /v1/ on."""
    return request.path[request.path.index("/v1/") :]


def _find(rows: QuerySet[Row], kind: str, identifier: str, *, param: str) -> Row:
    found = rows.filter(pk=identifier).first()
    if found is None:
        raise missing(kind, identifier, param=param)
    return found


def _of_payment(call: Call, **lookups: str) -> Q:
    """The rows about the charge or payment that the call names, each parameter meaning its lookup."""
    return Q(**{lookup: call.parameters[name] for name, lookup in lookups.items() if name in call.parameters})


def _expanded(body: dict[str, Any], call: Call) -> dict[str, Any]:
    return objects.expand(body, call.parameters.get("expand", []))


def _page(rows: QuerySet[Row], call: Call, *, render: Callable[[Row], dict[str, Any]], kind: str) -> dict[str, Any]:
    """A page of `rows`, newest first: https://docs.stripe.com/api/pagination"""
    asked = call.parameters
    _check_one_cursor(asked)
    for bound, second in asked.get("created", {}).items():
        # `created` is shown in whole seconds, and stored with their fractions.
        whole = second + 1 if bound in ("gt", "lte") else second
        lookup = "created_at__gte" if bound in ("gt", "gte") else "created_at__lt"
        rows = rows.filter(**{lookup: datetime.fromtimestamp(whole, tz=UTC)})
    backwards = "ending_before" in asked
    if "starting_after" in asked:
        edge = _find(rows.model._default_manager.all(), kind, asked["starting_after"], param="starting_after")
        rows = rows.filter(Q(created_at__lt=edge.created_at) | Q(created_at=edge.created_at, pk__lt=edge.pk))
    elif backwards:
        edge = _find(rows.model._default_manager.all(), kind, asked["ending_before"], param="ending_before")
        rows = rows.filter(Q(created_at__gt=edge.created_at) | Q(created_at=edge.created_at, pk__gt=edge.pk))
        rows = rows.reverse()
    limit = asked.get("limit", PAGE_SIZE)
    found = list(rows[: limit + 1])
    shown = found[:limit][::-1] if backwards else found[:limit]
    return _expanded(objects.page(map(render, shown), url=_path(call.request), has_more=len(found) > limit), call)


def _check_one_cursor(asked: dict[str, Any]) -> None:
    if "starting_after" in asked and "ending_before" in asked:
        raise parameters.exclusive("starting_after", "ending_before")


def _position(items: list[dict[str, Any]], identifier: str, *, param: str) -> int:
    for position, item in enumerate(items):
        if item["id"] == identifier:
            return position
    raise missing("item", identifier, param=param)
