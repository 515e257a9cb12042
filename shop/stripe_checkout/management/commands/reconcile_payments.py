from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from shop.stripe_checkout import gateway
from shop.stripe_checkout.reconciliation import ON_ITS_WAY, PERIOD, differences


class Command(BaseCommand):
    help = "Compare our books with Stripe's lists of payments and refunds, and name every difference; exit 1 if any."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=PERIOD.days, help="how far back (default: %(default)s)")
        parser.add_argument(
            "--spare-minutes",
            type=int,
            default=ON_ITS_WAY.seconds // 60,
            help="leave out what is this young and may still be on its way (default: %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        since, until = now - timedelta(days=options["days"]), now - timedelta(minutes=options["spare_minutes"])
        try:
            found = list(differences(since=since, until=until))
        except (gateway.ProviderUnavailable, gateway.ProviderRefused) as error:
            raise CommandError(f"Stripe cannot be asked: {error}") from error
        for difference in found:
            self.stdout.write(difference)
        if found:
            raise CommandError(f"{len(found)} differences.")
        self.stdout.write("Our books and Stripe's say the same.")
