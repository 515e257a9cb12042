from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from shop.customer.personal_data import retention


class Command(BaseCommand):
    help = "Delete what is kept no longer. The worker does it once a day. Says first how much that is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--now", action="store_true", help="Do it; without, nothing is changed.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["now"]:
            for what, count in retention.forget_what_is_due().items():
                self.stdout.write(f"{count:6} {what}: deleted.")
            return
        for rule in retention.RULES:
            self.stdout.write(f"{rule.due().distinct().count():6} {rule.what}, older than {rule.kept.days} days.")
        self.stdout.write("Nothing was changed: add --now.")
