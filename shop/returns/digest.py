"""What returns have to tell staff in the morning."""

from django.urls import reverse

from shop.digest.sections import Section, section
from shop.returns.models import Return


def to_decide() -> Section | None:
    """Returns and claims that wait for a person, the oldest first."""
    waiting = Return.objects.filter(state=Return.State.REQUESTED).order_by("created_at")
    return section("Returns to decide", waiting, name=_named, path=reverse("returns-desk:queue"))


def to_label() -> Section | None:
    waiting = Return.objects.to_label().order_by("created_at")
    return section("Returns that wait for a label", waiting, name=_named, path=reverse("returns-desk:queue"))


def _named(case: Return) -> str:
    return f"{case.get_kind_display()} {case.number}"
