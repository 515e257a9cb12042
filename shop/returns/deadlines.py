"""By when the shop has to act on a return: as the version of the promise says that binds it."""

from datetime import date, datetime

from shop.promises.business_days import business_days_after
from shop.returns.models import Return

State = Return.State


def due_on(case: Return, state: str, since: datetime) -> date | None:
    """The last day on which we are in time, for a return that is in this state since then; None where we wait for the
    customer, or nothing is left to do.
    """
    to_decide = state == State.REQUESTED
    to_label = state == State.APPROVED and not case.is_claim and case.promise.pays_postage and not case.label_url
    to_refund = state == State.RECEIVED or (state == State.APPROVED and case.is_claim)
    if to_decide or to_label:
        return business_days_after(since, case.promise.answer_days)
    return business_days_after(since, case.promise.refund_days) if to_refund else None
