"""The audit trail: what somebody who works here did, when, and what stood there before and after.

Django's own signals tell of it, since what is watched belongs to Django, Oscar and other apps, which know nothing of
it. Only what happens in a request of somebody with staff status is written down: what shoppers and the worker do
stands in orders and ledgers.
"""

from collections.abc import Callable
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, Q
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from shop.staff.models import Entry

What = Entry.What

KEPT = timedelta(days=2 * 365)
"""How long an entry is kept: two full years of books can be looked through, and nobody is followed for ever."""

WATCHED = (
    "auth.User",
    "auth.Group",
    "communication.CommunicationEventType",
    "flatpages.FlatPage",
    "offer.Benefit",
    "offer.Condition",
    "offer.ConditionalOffer",
    "offer.Range",
    "order.Order",
    "order.ShippingAddress",
    "parcels.CallOff",
    "partner.Partner",
    "partner.StockRecord",
    "promises.Promise",
    "returns.Return",
    "returns.Limits",
    "reviews.ProductReview",
    "shipping.WeightBased",
    "stripe_checkout.Refund",
    "voucher.Voucher",
    "voucher.VoucherSet",
)
SECRET = {"password"}
NOT_SAID = {"last_login", "date_updated", "updated_at"}

_request: ContextVar[HttpRequest | None] = ContextVar("request of the audit trail", default=None)


def record(what: str, *, about: Model | None = None, name: str = "", who: str = "", **values: dict[str, Any]) -> None:
    """Write one entry. `values` are `before` and `after`, by field; `who` is whose request this is, if not said."""
    Entry.objects.create(
        what=what,
        who=who or _name(actor()) or "command line",
        model=about._meta.label if about else "",
        key=str(about.pk) if about else "",
        name=(name or _called(about))[:254],
        **values,
    )


def forget_old() -> None:
    Entry.objects.filter(at__lt=timezone.now() - KEPT).delete()


class AuditMiddleware:
    """Knows whose request this is, for as long as it takes; and writes down what is taken out of the shop."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _request.set(request)
        try:
            response = self.get_response(request)
            if _is_export(request, response):
                record(What.EXPORTED, name=f"{request.path}: {response.headers['Content-Disposition']}")
            return response
        finally:
            _request.reset(token)


def watch() -> None:
    """Called once, when the shop starts."""
    for model in map(apps.get_model, WATCHED):
        pre_save.connect(_remember, sender=model)
        post_save.connect(_saved, sender=model)
        post_delete.connect(_deleted, sender=model)
    user, group = get_user_model(), apps.get_model("auth.Group")
    for through in (user.groups.through, user.user_permissions.through, group.permissions.through):
        m2m_changed.connect(_granted, sender=through)
    user_logged_in.connect(_signed_in)
    user_login_failed.connect(_failed)


def actor() -> Any:
    """Who works here and makes this request; None outside of one, and in one of anybody else."""
    request = _request.get()
    user = getattr(request, "user", None)
    return user if user is not None and user.is_staff else None


def _called(about: Model | None) -> str:
    """Nothing where it is called after what has just been deleted before it, as a condition is after its range."""
    try:
        return str(about or "")
    except ObjectDoesNotExist:
        return ""


def _name(user: Any) -> str:
    return user.get_username() if user else ""


def _is_export(request: HttpRequest, response: HttpResponse) -> bool:
    if not request.path_info.startswith(tuple(settings.STAFF_PATHS)):
        return False
    return response.headers.get("Content-Disposition", "").startswith("attachment") and actor() is not None


def _values(instance: Model, fields: Any = None) -> dict[str, Any]:
    """The columns as they can be written into JSON; of a secret only whether it is another one."""
    columns = [field for field in instance._meta.concrete_fields if field.name not in NOT_SAID]
    if fields is not None:
        columns = [field for field in columns if {field.name, field.attname} & set(fields)]
    return {field.name: _plain(getattr(instance, field.attname)) for field in columns}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int) else str(value)


def _without_secrets(values: dict[str, Any]) -> dict[str, Any]:
    return {name: "(not shown)" if name in SECRET else value for name, value in values.items()}


# Oscar sends these two itself where goods are set aside or leave, and says neither `raw` nor the fields: the order
# tells of that, and nobody changed the stock by hand.


def _remember(
    *, sender: type[Model], instance: Model, raw: bool = True, update_fields: Any = None, **kwargs: Any
) -> None:
    instance._before = None  # type: ignore[attr-defined]  # from here to `_saved`
    if not raw and actor() and instance.pk and (old := sender._base_manager.filter(pk=instance.pk).first()):
        instance._before = _values(old, update_fields)  # type: ignore[attr-defined]


def _saved(
    *, instance: Any, raw: bool = True, created: bool = False, update_fields: Any = None, **kwargs: Any
) -> None:
    if raw or not actor():
        return
    after, before = _values(instance, update_fields), getattr(instance, "_before", None) or {}
    changed = {name for name, value in after.items() if value != before.get(name)}
    if created:
        record(What.ADDED, about=instance, after=_without_secrets(after))
    elif changed:
        record(
            What.CHANGED,
            about=instance,
            before=_without_secrets({name: before.get(name) for name in changed}),
            after=_without_secrets({name: after[name] for name in changed}),
        )


def _deleted(*, instance: Any, **kwargs: Any) -> None:
    if actor():
        record(What.DELETED, about=instance, before=_without_secrets(_values(instance)))


def _granted(*, instance: Any, action: str, model: type[Model], pk_set: Any, **kwargs: Any) -> None:
    """Groups and permissions, given or taken."""
    if action not in ("post_add", "post_remove", "pre_clear") or not actor():
        return
    rows = model._base_manager.filter(pk__in=pk_set) if pk_set is not None else model._base_manager.none()
    names = [str(row) for row in rows]
    if action == "pre_clear":
        names = ["all of them"]
    if names:
        values = {str(model._meta.verbose_name_plural): names}
        record(What.CHANGED, about=instance, **{"after" if action == "post_add" else "before": values})


def _signed_in(*, user: Any, **kwargs: Any) -> None:
    if user.is_staff:
        record(What.SIGNED_IN, about=user, who=_name(user))


def _failed(*, credentials: dict[str, Any], **kwargs: Any) -> None:
    """With the login of somebody who works here; what strangers mistype is theirs."""
    typed = credentials.get("username") or credentials.get("email") or ""
    named = get_user_model().objects.filter(Q(username=typed) | Q(email__iexact=typed), is_staff=True)
    if typed and "\0" not in typed and (user := named.first()):
        record(What.SIGN_IN_FAILED, about=user, who=_name(user))
