from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from shop.customer.personal_data import retention


class Command(BaseCommand):
    help = (
        "Take names and addresses out of orders that accounting no longer needs them in. Says first what it would do."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--now", action="store_true", help="Do it; without, nothing is changed.")

    def handle(self, *args: Any, **options: Any) -> None:
        before = retention.books_closed_before().date()
        if options["now"]:
            self.stdout.write(f"{retention.forget_old_orders()} orders from before {before} name nobody any more.")
            return
        found = retention.old_orders().order_by("date_placed")
        for number, placed in found.values_list("number", "date_placed"):
            self.stdout.write(f"{number}, placed {placed.date()}")
        self.stdout.write(
            f"{found.count()} orders from before {before} name somebody. Nothing was changed: add --now."
        )
