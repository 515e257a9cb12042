"""What browsers are told to refuse: one set of headers for shoppers' pages, one for those of staff, one for files.

They are put together once, when the shop starts, and a view that needs another one sets it itself. Sources: the W3C's
Content Security Policy Level 3, Permissions Policy, and the Fetch standard for Cross-Origin-Resource-Policy.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

PAYMENT_PAGES = "https://checkout.stripe.com"
"""Where the button that places an order leads on to. A browser holds that to `form-action`, as it does the form."""

REPORTS = "/policy-reports/"

NOT_USED = ("camera", "display-capture", "geolocation", "microphone", "midi", "payment", "usb")
"""What a browser can do that no page of ours asks for: nothing that gets into a page may ask for it either."""

Policy = dict[str, list[str]]
Headers = dict[str, str]


def for_shoppers() -> Policy:
    """Nothing but our own files, and no script or style within a page: what is typed in can never become one."""
    return {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", *_pictures()],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'", payment_pages()],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }


def for_staff() -> Policy:
    """For Oscar's dashboard and Django's admin, which write scripts and styles into their pages."""
    return {
        "default-src": ["'self'"],
        "script-src": ["'self'", "'unsafe-inline'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:", *_pictures()],
        "font-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'self'"],
    }


def for_files() -> Policy:
    """For a picture opened by itself: whatever it may hold, it stays a picture."""
    return {"default-src": ["'none'"], "style-src": ["'unsafe-inline'"], "sandbox": []}


class SecurityHeadersMiddleware:
    """Sets the headers on all that passes, unless what made the answer has set them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        staff, files = _of_a_page(for_staff()), _headers(for_files(), may_be_shown_by="cross-origin")
        self.others: dict[str, Headers] = {
            **dict.fromkeys(settings.STAFF_PATHS, staff),
            settings.STATIC_URL: files,  # letters and readers of feeds show our pictures
            "/media/": files,
        }
        self.shoppers = _of_a_page(for_shoppers())

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if settings.DEBUG and response.status_code >= 400:  # Django's own page, which brings its style along
            return response
        for name, value in self._headers(request.path_info).items():
            response.headers.setdefault(name, value)
        return response

    def _headers(self, path: str) -> Headers:
        for beginning, headers in self.others.items():
            if path.startswith(beginning):
                return headers
        return self.shoppers


def _of_a_page(policy: Policy) -> Headers:
    return {
        **_headers(policy | {"report-uri": [REPORTS], "report-to": ["policy"]}, may_be_shown_by="same-origin"),
        "Permissions-Policy": ", ".join(f"{feature}=()" for feature in NOT_USED),
        "Reporting-Endpoints": f'policy="{REPORTS}"',
    }


def _headers(policy: Policy, *, may_be_shown_by: str) -> Headers:
    written = "; ".join(" ".join([directive, *sources]) for directive, sources in policy.items())
    return {"Content-Security-Policy": written, "Cross-Origin-Resource-Policy": may_be_shown_by}


def _pictures() -> list[str]:
    """Where pictures come from when they lie in a bucket."""
    options = settings.STORAGES["default"].get("OPTIONS", {})
    host = options.get("custom_domain", "").partition("/")[0]
    return [f"{options['url_protocol']}//{host}"] if host else []


def payment_pages() -> str:
    """Stripe's, or those of the stand-in where there is one."""
    stand_in = urlsplit(settings.STRIPE_API_BASE)
    return f"{stand_in.scheme}://{stand_in.netloc}" if stand_in.netloc else PAYMENT_PAGES
