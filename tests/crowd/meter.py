"""What everybody was answered, when, and how long it took."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic

import requests


@dataclass(frozen=True)
class Answer:
    """`at` is when it was asked for, `wrong` what was wrong with it: nothing, as a rule. Both times are in seconds."""

    kind: str
    at: float
    seconds: float
    wrong: str = ""


class Failed(Exception):
    """Nothing came, or a failure; whoever wanted it goes away."""


@dataclass
class Meter:
    """Threads only append."""

    answers: list[Answer] = field(default_factory=list)

    @contextmanager
    def asking(self, kind: str) -> Iterator[None]:
        """Note how the request within ends. Raises Failed when it does not end well."""
        began = monotonic()
        try:
            yield
        except requests.RequestException as error:
            status = getattr(error.response, "status_code", None)
            self._note(kind, began, f"{status or type(error).__name__}")
            raise Failed from error
        except AssertionError as error:
            self._note(kind, began, str(error))
            raise Failed from error
        self._note(kind, began)

    def between(self, start: float, end: float) -> list[Answer]:
        return [answer for answer in self.answers if start <= answer.at < end]

    def _note(self, kind: str, began: float, wrong: str = "") -> None:
        self.answers.append(Answer(kind, began, monotonic() - began, wrong))


def percentile(answers: Iterable[Answer], share: float) -> float | None:
    """In milliseconds; of those that came."""
    took = sorted(answer.seconds for answer in answers if not answer.wrong)
    return 1000 * took[min(int(len(took) * share), len(took) - 1)] if took else None


def failures(answers: Iterable[Answer]) -> Counter[str]:
    """What went wrong with what, and how often."""
    return Counter(f"{answer.kind}: {answer.wrong}" for answer in answers if answer.wrong)
