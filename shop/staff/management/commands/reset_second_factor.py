from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from shop.staff import second_factor


class Command(BaseCommand):
    help = "Forgets the authenticator app and backup codes of an account: for the owner whom no other owner can help."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("account", help="its username or email address")

    def handle(self, *args: Any, account: str, **options: Any) -> None:
        users = get_user_model().objects
        found = users.filter(username=account) or users.filter(email__iexact=account, is_staff=True)
        if len(found) != 1:
            raise CommandError(f"{len(found)} accounts are called {account}: name one by its username.")
        second_factor.reset(found[0])
        self.stdout.write(f"{account} sets up a new phone at the next sign-in.")
