"""Which state of a return may follow which, and the one door through which it moves.

    return    requested → approved → received → refunded
              requested, approved, received → refused;  requested, approved → withdrawn
    claim     requested → approved → refunded
              requested, approved → refused;  requested → withdrawn

What was received may still be refused: an empty box, or goods that the promise does not take back in that condition.
"""

import logging

from django.utils import timezone

from shop.returns.deadlines import due_on
from shop.returns.models import Return, Step
from shop.telemetry.context import about

logger = logging.getLogger(__name__)
State = Return.State

MOVES: dict[str, dict[str, tuple[str, ...]]] = {
    Return.Kind.RETURN: {
        State.REQUESTED: (State.APPROVED, State.REFUSED, State.WITHDRAWN),
        State.APPROVED: (State.RECEIVED, State.REFUSED, State.WITHDRAWN),
        State.RECEIVED: (State.REFUNDED, State.REFUSED),
        State.REFUNDED: (),
        State.REFUSED: (),
        State.WITHDRAWN: (),
    },
    Return.Kind.CLAIM: {
        State.REQUESTED: (State.APPROVED, State.REFUSED, State.WITHDRAWN),
        State.APPROVED: (State.REFUNDED, State.REFUSED),
        State.REFUNDED: (),
        State.REFUSED: (),
        State.WITHDRAWN: (),
    },
}

FACTS = ("refusal", "waits_because")


class NotNow(Exception):
    """The return is in another state, or money or goods have moved meanwhile. The message says it in plain words."""


def move(case: Return, to: str, *, by: str, note: str = "") -> None:
    """Move a locked return, saving with it its reasons and by when we have to act next, and write the step down.

    The condition is the guard: a row that is elsewhere by now is not moved, whoever thinks he holds the lock.

    Raises NotNow.
    """
    before = case.state
    if to not in MOVES[case.kind][before]:
        raise NotNow(f"{case} is {before} and cannot become {to}.")
    now = timezone.now()
    values = {name: getattr(case, name) for name in FACTS}
    values |= {"state": to, "due_on": due_on(case, to, now), "updated_at": now}
    if not Return.objects.filter(pk=case.pk, state=before).update(**values):
        raise NotNow(f"{case} is no longer {before}.")
    case.state, case.due_on = to, values["due_on"]
    write(case, to, by=by, note=note)
    logger.info(
        "Return %s of order %s: %s → %s (%s)", case, case.order.number, before, to, by, extra=about(case.order)
    )


def write(case: Return, what: str, *, by: str, note: str = "") -> Step:
    """Write down what happened to a return."""
    return Step.objects.create(case=case, what=what, by=by, note=note)
