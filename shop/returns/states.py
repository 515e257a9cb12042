"""Which state of a return may follow which, and the one door through which it moves.

    return    requested → approved → received → refunded
              requested, approved, received → refused;  requested, approved → withdrawn
    claim     requested → approved → refunded
              requested, approved → refused;  requested → withdrawn

What was received may still be refused: an empty box, or goods that the promise does not take back in that condition.
"""

import logging

from django.utils import timezone

from shop.returns.models import Return, Step

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
    """Move a locked return, saving its reasons with it, and write the step down.

    The condition is the guard: a row that is elsewhere by now is not moved, whoever thinks he holds the lock.

    Raises NotNow.
    """
    before = case.state
    if to not in MOVES[case.kind][before]:
        raise NotNow(f"{case} is {before} and cannot become {to}.")
    values = {name: getattr(case, name) for name in FACTS} | {"state": to, "updated_at": timezone.now()}
    if not Return.objects.filter(pk=case.pk, state=before).update(**values):
        raise NotNow(f"{case} is no longer {before}.")
    case.state = to
    write(case, to, by=by, note=note)
    logger.info("Return %s of order %s: %s → %s (%s)", case, case.order.number, before, to, by)


def write(case: Return, what: str, *, by: str, note: str = "") -> Step:
    """Write down what happened to a return."""
    return Step.objects.create(case=case, what=what, by=by, note=note)
