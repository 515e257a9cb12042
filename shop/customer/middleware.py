"""An answer for whoever does something with an account that is deleted in the same instant, as from another tab."""

from collections.abc import Callable

from django.contrib.auth import get_user_model
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shop.customer.personal_data.erasure import AccountGone

User = get_user_model()


class AccountGoneMiddleware:
    """What a view could not write or find because the account went meanwhile ends with a page that says so.

    Each view found the account when it began; then its write waited for the deletion, and has nothing to belong to.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not (isinstance(exception, AccountGone) or (_misses_a_row(exception) and _is_nobody(request.user))):
            return None
        request.session.flush()
        return render(request, "account_gone.html", status=409)


def _misses_a_row(exception: Exception) -> bool:
    # DatabaseError itself is what Django raises for a row that was to be changed and is not there.
    return isinstance(exception, IntegrityError | ObjectDoesNotExist) or type(exception) is DatabaseError


def _is_nobody(user) -> bool:
    return user.is_authenticated and not User.objects.filter(pk=user.pk).exists()
