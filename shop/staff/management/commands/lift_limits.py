from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from shop import throttle
from shop.staff import audit


class Command(BaseCommand):
    help = "Lets somebody go on who was asked for a pause, such as after ten wrong passwords."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", nargs="?", help="of the account, as its owner types it to sign in")
        parser.add_argument("--address", help="where somebody asks from; of IPv6, all of its 64 bits are one sender")
        parser.add_argument("--dry-run", action="store_true", help="only says whose limits these are")

    def handle(self, *args: Any, email: str | None, address: str | None, dry_run: bool, **options: Any) -> None:
        if not email and not address:
            raise CommandError("Name an account by its email address, or an --address.")
        parties = (_of_account(email) if email else []) + (_of_address(address) if address else [])
        for party in parties:
            if not dry_run:
                throttle.lift(party)
                audit.record(audit.What.LIMITS_LIFTED, name=party)
            self.stdout.write(f"{'Would lift' if dry_run else 'Lifted'} what limits {party}.")


def _of_account(email: str) -> list[str]:
    """What is tried at an account is counted by the name that was typed; what it does itself, by its number."""
    users = get_user_model().objects
    found = users.filter(email__iexact=email) | users.filter(username=email)
    names = {email.casefold()} | {name.casefold() for user in found for name in (user.email, user.get_username())}
    return sorted(names) + [throttle.account(user) for user in found]


def _of_address(address: str) -> list[str]:
    try:
        return [throttle.network(address)]
    except ValueError:
        raise CommandError(f"{address} is no address.") from None
