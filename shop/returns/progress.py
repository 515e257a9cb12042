"""A return as its customer follows it: where it stands, what happens next, and each step with its date."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from shop.returns import paying_back
from shop.returns.models import Return

State = Return.State

TITLES: dict[str, str | LazyText] = {
    State.REQUESTED: _("We are looking at it."),
    State.APPROVED: _("Approved: pack it and send it."),
    State.RECEIVED: _("It has arrived."),
    State.REFUNDED: _("Your money is on its way back."),
    State.REFUSED: _("We cannot do this one."),
    State.WITHDRAWN: _("Taken back: you keep it."),
}
CLAIM_TITLES = TITLES | {State.APPROVED: _("Approved: your money goes back.")}
CAME_BACK = _("Your bank did not take the money. One of us looks at it, and writes to you.")

DONE: dict[str, str | LazyText] = {
    State.REQUESTED: _("You asked for it"),
    State.APPROVED: _("We approved it"),
    State.RECEIVED: _("It arrived at our door"),
    State.REFUNDED: _("We refunded it"),
    State.REFUSED: _("We refused it"),
    State.WITHDRAWN: _("You took it back"),
}
WAYS: dict[str, tuple[str, ...]] = {
    Return.Kind.RETURN: (State.REQUESTED, State.APPROVED, State.RECEIVED, State.REFUNDED),
    Return.Kind.CLAIM: (State.REQUESTED, State.APPROVED, State.REFUNDED),
}
TO_COME: dict[str, str | LazyText] = {
    State.APPROVED: _("We approve it, and write to you"),
    State.RECEIVED: _("It arrives at our door"),
    State.REFUNDED: _("We refund it"),
}


@dataclass(frozen=True)
class Stage:
    """One step on the way; without a date it is to come."""

    text: str | LazyText
    at: datetime | None = None


@dataclass(frozen=True)
class Progress:
    """Where a return stands. `amount` is in the order's currency: what goes back, or what will if all of it comes."""

    title: str | LazyText
    stages: Sequence[Stage]
    amount: Decimal
    is_final: bool
    """Whether the amount has been asked for, so that it will not change."""


def progress(case: Return) -> Progress:
    refund = paying_back.refund_of(case)
    stands = refund is not None and refund.stands
    titles = CLAIM_TITLES if case.is_claim else TITLES
    came_back = refund is not None and not stands and not refund.dealt_with
    return Progress(
        title=CAME_BACK if came_back else titles[case.state],
        stages=list(_stages(case)),
        amount=refund.amount if refund is not None and stands else paying_back.worth(case),
        is_final=stands,
    )


def _stages(case: Return) -> Iterator[Stage]:
    reached = [step for step in case.steps.all() if step.what in DONE]
    for step in reached:
        yield Stage(DONE[step.what], step.at)
    if case.is_open:
        way = WAYS[case.kind]
        for state in way[way.index(case.state) + 1 :]:
            yield Stage(TO_COME[state])
