"""What returns have to say by mail, each thing once: the key says which. That money is on its way is said by the
payments (shop.stripe_checkout.letters.refund_made), whoever gave it back.
"""

from typing import Any

from django.urls import reverse
from oscar.templatetags.currency_filters import currency

from shop.outbox.letters import post, post_to_staff
from shop.returns import paying_back
from shop.returns.models import Return

MAY_DECIDE = "returns.decide_return"


def requested(case: Return) -> None:
    _tell("RETURN_REQUESTED", case)


def approved(case: Return) -> None:
    """With what to do next. Where it was approved by itself, this is the first letter about it."""
    _tell("RETURN_APPROVED", case, amount=_worth(case), pays_postage=case.promise.pays_postage)


def label(case: Return) -> None:
    _tell("RETURN_LABEL", case, about=case.label_url)


def received(case: Return) -> None:
    _tell("RETURN_RECEIVED", case)


def refused(case: Return) -> None:
    _tell("RETURN_REFUSED", case, refusal=case.refusal)


def withdrawn(case: Return) -> None:
    _tell("RETURN_WITHDRAWN", case)


def waits(case: Return) -> None:
    """To staff: a person decides."""
    _tell_staff("STAFF_RETURN_WAITS", case, case.waits_because)


def unpaid(case: Return, reason: str) -> None:
    """To staff: it was approved, and its money could not be asked for."""
    _tell_staff("STAFF_RETURN_UNPAID", case, reason)


def _tell(code: str, case: Return, *, about: str = "", **context: Any) -> None:
    key = f"{code}:{case.pk}{':' if about else ''}{about}"[:255]
    post(code=code, key=key, order=case.order, context=_said(case) | context)


def _tell_staff(code: str, case: Return, reason: str) -> None:
    context = _said(case) | {
        "amount": _worth(case),
        "reason": reason,
        "url": reverse("returns-desk:case", args=[case.number]),
    }
    post_to_staff(code=code, key=f"{code}:{case.pk}", order=case.order, context=context, perm=MAY_DECIDE)


def _said(case: Return) -> dict[str, Any]:
    units = [str(each) for each in case.lines.select_related("line")]
    times = {"answer_time": case.promise.answer_time, "refund_time": case.promise.refund_time}
    return {"number": case.number, "is_claim": case.is_claim, "units": units} | times


def _worth(case: Return) -> str:
    return str(currency(paying_back.worth(case), case.order.currency))
