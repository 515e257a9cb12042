from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand

from shop.stripe_checkout import gateway
from shop.stripe_checkout.models import PaymentAttempt
from shop.stripe_checkout.sweeper import sweep


class Command(BaseCommand):
    help = "Ask Stripe about every payment not yet settled; settle it, release what expired. Safe at any time."

    def handle(self, *args: Any, **options: Any) -> None:
        outcomes: Counter[str] = Counter()
        for attempt in PaymentAttempt.objects.live().select_related("order").order_by("created_at"):
            try:
                state = sweep(attempt).state
            except (gateway.ProviderUnavailable, gateway.ProviderRefused) as error:
                self.stderr.write(f"Order {attempt.order.number}: {error}")
                state = "unanswered"
            outcomes[state] += 1
            self.stdout.write(f"Order {attempt.order.number}: {state}")
        summary = ", ".join(f"{count} {state}" for state, count in sorted(outcomes.items()))
        self.stdout.write(f"{outcomes.total()} payments looked at{': ' + summary if summary else ''}.")
