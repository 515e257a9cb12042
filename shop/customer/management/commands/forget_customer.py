from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from shop.customer.personal_data.erasure import NotYet, erase_account, erase_guest

User = get_user_model()


class Command(BaseCommand):
    help = (
        "Erase what no invoice needs about whoever has this email address: his account, and what he did as a guest. "
        "Make sure first that it is he who asks."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--now", action="store_true", help="Do it; without, nothing is changed.")

    def handle(self, *args: Any, **options: Any) -> None:
        email: str = options["email"].strip()
        if "@" not in email:  # nothing would be the address of all who gave none
            raise CommandError("This is not an email address.")
        accounts = list(User.objects.filter(email__iexact=email))
        if not options["now"]:
            self.stdout.write(f"{len(accounts)} accounts have this address. Nothing was changed: add --now.")
            return
        try:
            with transaction.atomic():
                for user in accounts:
                    erase_account(user_id=user.pk)
                stay = erase_guest(email=email)
        except NotYet as refusal:
            raise CommandError("\n".join(["Not yet:", *refusal.reasons])) from refusal
        self.stdout.write(f"{len(accounts)} accounts went. Of guest orders, {stay} stay in the books.")
