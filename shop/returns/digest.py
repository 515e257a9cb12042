"""What returns have to tell staff in the morning."""

from django.urls import reverse
from django.utils.formats import date_format

from shop.digest.sections import Section, section
from shop.returns.models import Return

QUEUE = "returns-desk:queue"


def overdue() -> Section | None:
    """Those on which we should have acted by yesterday, as their promise says, the latest first."""
    late = Return.objects.overdue().order_by("due_on", "created_at")
    return section("Returns that are overdue", late, name=_late, path=reverse(QUEUE))


def to_decide() -> Section | None:
    """Returns and claims that wait for a person, the one that is due first at the top."""
    waiting = Return.objects.filter(state=Return.State.REQUESTED).order_by("due_on", "created_at")
    return section("Returns to decide", waiting, name=_named, path=reverse(QUEUE))


def to_label() -> Section | None:
    waiting = Return.objects.to_label().order_by("due_on", "created_at")
    return section("Returns that wait for a label", waiting, name=_named, path=f"{reverse(QUEUE)}?show=label")


def to_refund() -> Section | None:
    waiting = Return.objects.to_refund().order_by("due_on", "created_at")
    return section("Returns to refund", waiting, name=_named, path=f"{reverse(QUEUE)}?show=money")


def _named(case: Return) -> str:
    name = f"{case.get_kind_display()} {case.number}"
    return f"{name}, due by {date_format(case.due_on)}" if case.due_on else name


def _late(case: Return) -> str:
    return f"{case.get_state_display()}: {_named(case)}"
