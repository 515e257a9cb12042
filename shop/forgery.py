"""Refuses forms that other sites send in the name of a shopper."""

from django.http import HttpRequest
from django.middleware import csrf


class CsrfViewMiddleware(csrf.CsrfViewMiddleware):
    """Asks for Django's token only where the browser does not say which site a form was sent from.

    Every browser names it in Origin, which no page can forge, and over HTTPS Django insists on Referer where that is
    missing; by the time the token is looked at, it was found to name us. So the forms on pages that everybody shares
    (shop/shared_pages) work without one.

    Source: OWASP, Cross-Site Request Forgery Prevention, "Using Standard Headers to Verify Origin"; as in Rails' and
    Go's protection against forgery.
    """

    def _check_token(self, request: HttpRequest) -> None:
        if "HTTP_ORIGIN" not in request.META and not request.is_secure():
            super()._check_token(request)
