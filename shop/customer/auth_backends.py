"""Signing in by email address, or by the name that staff have, in one backend."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.db.models import Q
from django.http import HttpRequest
from oscar.apps.customer.utils import normalise_email

from shop.throttle import Throttle

User = get_user_model()

GUESSES = Throttle("password guessed", most=10, by_network=True)
"""Of one account, by one sender: nobody keeps others out of their account by guessing at it."""
GUESSES_AT_ANY = Throttle("any password guessed", most=100, by_network=True)
"""By one sender, such as an office, or whoever tries one password on many accounts."""


class EmailBackend(ModelBackend):
    """Hashes a password as often for an account that exists as for one that does not: the time it takes tells nothing.

    Oscar's backend hashes nothing for an unknown address, and Django's, behind it, hashes once more for each.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **credentials: Any,
    ) -> Any:
        """The account, or None. Of two with the same address, the one whose password it is; of those, the older.

        Raises TooOften once many were wrong, whether or not there is such an account and this one is right.
        """
        name = username or credentials.get("email")
        if not name or password is None:
            return None
        if request:
            GUESSES.check(request, about=name.casefold())
            GUESSES_AT_ANY.check(request)
        known = User.objects.filter(Q(email__iexact=normalise_email(name)) | Q(username=name)).order_by("pk")
        accounts = [account for account in known if account.check_password(password)]
        if not known:
            User().set_password(password)
        found = next((account for account in accounts if self.user_can_authenticate(account)), None)
        if request and found:
            GUESSES.forgive(request, about=name.casefold())
            GUESSES_AT_ANY.forgive(request)
        return found
