from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand

from shop.stripe_checkout.sweeper import sweep_all


class Command(BaseCommand):
    help = "Ask Stripe about every payment not yet settled; settle it, release what expired. Safe at any time."

    def handle(self, *args: Any, **options: Any) -> None:
        outcomes: Counter[str] = Counter()
        for what, outcome in sweep_all():
            outcomes[outcome] += 1
            (self.stderr if outcome == "unanswered" else self.stdout).write(f"{what}: {outcome}")
        summary = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
        self.stdout.write(summary or "Nothing to settle.")
