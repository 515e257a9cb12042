"""What the page Secure Checkout says about how the shop protects a payment, each statement beside its check.

`manage.py check --deploy` fails as long as one of them is not true of this installation. A statement that cannot be
checked does not belong here, and one that is no longer true leaves this list or is made true again.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.contrib import admin
from django.core.checks import CheckMessage, Error, Tags, register
from django.forms import BaseForm
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from shop import security_headers

A_YEAR = 365 * 24 * 3600  # seconds

FOR_MACHINES = (r"^healthz/$", r"^readyz/$", r"^stripe/webhook/$")
"""What may be asked for unencrypted: two health checks that say nothing, and events that are signed."""

WITHOUT_CSRF = {"shop.stripe_checkout.webhooks.webhook", "shop.policy_reports.receive"}
"""What takes a POST from elsewhere: Stripe's events, which are signed, and what browsers report, which is logged."""

COOKIES = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "OSCAR_BASKET_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY")
"""What keeps cookies safe. Those of news and of a guest's order follow that of the session."""

OF_A_CARD = {"bankcard", "card", "cardno", "cardnumber", "ccnumber", "csc", "cvc", "cvn", "cvv", "expiry", "iban"}
"""Words in the names of fields that hold a card."""

OSCARS_CARDS = "payment.Bankcard"
"""A table that Oscar brings along for shops that keep cards. Nothing of ours writes into it."""

CARD_IN_HTML = re.compile(r"""autocomplete=["']cc-|name=["'][\w-]*\b(?:card|cvc|cvv)[\w-]*["']""", re.IGNORECASE)


@dataclass(frozen=True)
class Statement:
    """One sentence or two of the page. `fault` says why it is not true here, and nothing where it is."""

    name: str
    says: str | Lazy
    fault: Callable[[], str]


def statements() -> tuple[Statement, ...]:
    """In the order in which the page has them."""
    return (
        Statement(
            "https",
            _("Every page of this shop comes over an encrypted connection: that is the padlock beside the address."),
            _comes_unencrypted,
        ),
        Statement(
            "hsts",
            _(
                "Your browser is told to keep to that for a year, so that nobody on the way can talk it into an "
                "unencrypted page."
            ),
            _browsers_forget,
        ),
        Statement(
            "cookies",
            _("Our cookies travel over encrypted connections only, and no script can read the one that signs you in."),
            _cookies_travel_openly,
        ),
        Statement(
            "no-card",
            _("No form in this shop has a field for a card number, so that none can get into our records."),
            _asks_for_a_card,
        ),
        Statement(
            "at-stripe",
            _("Payments are made at Stripe and nowhere else: Stripe’s own page asks for your card, not ours."),
            _pays_elsewhere,
        ),
        Statement(
            "own-forms",
            _("Your order can only be sent from our own pages. A form that another site made up is refused."),
            _takes_forms_of_others,
        ),
        Statement(
            "frames",
            _("No other site can show our pages inside of its own, so that what you press is what you see."),
            _can_be_framed,
        ),
        Statement(
            "policy",
            _(
                "Our pages carry a security policy: your browser runs no script in them but our own, and sends what "
                "you type to nobody but us and, when you pay, Stripe."
            ),
            _runs_scripts_of_others,
        ),
        Statement(
            "referrer",
            _("When you follow a link to another site, it is not told which page of ours you come from."),
            _tells_where_from,
        ),
    )


@register(Tags.security, deploy=True)
def check_statements(app_configs: list[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """An error for each statement that is not true of these settings and this code."""
    return [
        Error(
            f"The page Secure Checkout says “{statement.says}” This is not true here: {fault}",
            hint="Make it true again, or take the statement out of shop/promises/secure_checkout.py.",
            id=f"promises.secure-checkout.{statement.name}",
        )
        for statement in statements()
        if (fault := statement.fault())
    ]


# --- The checks, in the order of the statements ------------------------------------------------------------------


def _comes_unencrypted() -> str:
    if not settings.SECURE_SSL_REDIRECT:
        return "SECURE_SSL_REDIRECT is off."
    if _without("django.middleware.security.SecurityMiddleware"):
        return "SecurityMiddleware, which leads to the encrypted address, is not in MIDDLEWARE."
    more = [pattern for pattern in settings.SECURE_REDIRECT_EXEMPT if pattern not in FOR_MACHINES]
    if more:
        return f"SECURE_REDIRECT_EXEMPT lets through {', '.join(more)}."
    return "" if settings.SITE_URL.startswith("https://") else "SITE_URL, to which letters link, is not encrypted."


def _browsers_forget() -> str:
    if settings.SECURE_HSTS_SECONDS < A_YEAR:
        return f"SECURE_HSTS_SECONDS is {settings.SECURE_HSTS_SECONDS}, which is less than a year."
    if not settings.SECURE_HSTS_INCLUDE_SUBDOMAINS:
        return "SECURE_HSTS_INCLUDE_SUBDOMAINS is off."
    if _without("django.middleware.security.SecurityMiddleware"):
        return "SecurityMiddleware, which sends the header, is not in MIDDLEWARE."
    return ""


def _cookies_travel_openly() -> str:
    # That of news and that of a guest's order follow the one of the session.
    for name in (
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "OSCAR_BASKET_COOKIE_SECURE",
        "SESSION_COOKIE_HTTPONLY",
    ):
        if not getattr(settings, name):
            return f"{name} is off."
    return ""


def _asks_for_a_card() -> str:
    for place in _places_for_a_card():
        return f"{place}."
    return ""


def _pays_elsewhere() -> str:
    if settings.STRIPE_API_BASE:
        return f"STRIPE_API_BASE is {settings.STRIPE_API_BASE}, which is not Stripe."
    if apps.is_installed("shop.stripe_sandbox"):
        return "shop.stripe_sandbox, the stand-in for Stripe, is installed."
    return ""


def _takes_forms_of_others() -> str:
    if _without("shop.forgery.CsrfViewMiddleware"):
        return "CsrfViewMiddleware is not in MIDDLEWARE."
    open_to_all = {_name_of(each.callback) for each in _views(get_resolver()) if _is_exempt(each.callback)}
    if more := sorted(open_to_all - WITHOUT_CSRF):
        return f"{', '.join(more)} is exempt from the check."
    return ""


def _can_be_framed() -> str:
    if settings.X_FRAME_OPTIONS not in ("DENY", "SAMEORIGIN"):
        return f"X_FRAME_OPTIONS is {settings.X_FRAME_OPTIONS}."
    if _without("django.middleware.clickjacking.XFrameOptionsMiddleware"):
        return "XFrameOptionsMiddleware is not in MIDDLEWARE."
    return ""


def _runs_scripts_of_others() -> str:
    if _without("shop.security_headers.SecurityHeadersMiddleware"):
        return "SecurityHeadersMiddleware, which sends the policy, is not in MIDDLEWARE."
    allowed = security_headers.for_shoppers()
    if (scripts := allowed["script-src"]) != ["'self'"]:
        return f"scripts may come from {', '.join(scripts)}."
    if (forms := allowed["form-action"]) != ["'self'", security_headers.payment_pages()]:
        return f"forms may be sent to {', '.join(forms)}."
    return ""


def _tells_where_from() -> str:
    # With "no-referrer", browsers do not say either from which site a form comes, and none would be taken.
    if settings.SECURE_REFERRER_POLICY != "same-origin":
        return f"SECURE_REFERRER_POLICY is {settings.SECURE_REFERRER_POLICY}."
    if _without("django.middleware.security.SecurityMiddleware"):
        return "SecurityMiddleware, which sends the header, is not in MIDDLEWARE."
    return ""


# --- Where the checks look ---------------------------------------------------------------------------------------


def _without(middleware: str) -> bool:
    return middleware not in settings.MIDDLEWARE


def _places_for_a_card() -> Iterator[str]:
    """Forms, models, pages of staff and templates that could take a card's number."""
    get_resolver().url_patterns  # noqa: B018 – loads all views, and with them their forms
    for form in _forms(BaseForm):
        for name in getattr(form, "base_fields", {}):
            if _is_of_a_card(name):
                yield f"The form {_name_of(form)} has a field {name}"
    for model in apps.get_models():
        names = [field.name for field in model._meta.get_fields() if _is_of_a_card(field.name)]
        if names and model._meta.label != OSCARS_CARDS:
            yield f"The model {model._meta.label} has a field {names[0]}"
    if admin.site.is_registered(apps.get_model(OSCARS_CARDS)):
        yield f"In /admin/, somebody can write down a card ({OSCARS_CARDS})"
    for path in _templates_for_a_card():
        yield f"The template {path} has a field for a card"


def _forms(base: type) -> Iterator[type]:
    """All forms of the shop and of what it stands on, but for those of tests and of the stand-in for Stripe."""
    for form in base.__subclasses__():
        if not form.__module__.startswith(("tests.", "shop.stripe_sandbox.")):
            yield form
        yield from _forms(form)


def _is_of_a_card(name: str) -> bool:
    return not OF_A_CARD.isdisjoint(re.split(r"[\W_]+", name.lower()))


@cache
def _templates_for_a_card() -> tuple[str, ...]:
    """Read once: they do not change while the shop runs."""
    folders = [Path(folder) for engine in settings.TEMPLATES for folder in engine["DIRS"]]
    files = sorted(path for folder in folders for path in folder.rglob("*.html"))
    return tuple(str(path) for path in files if CARD_IN_HTML.search(path.read_text()))


def _views(resolver: URLResolver) -> Iterator[URLPattern]:
    for each in resolver.url_patterns:
        if isinstance(each, URLPattern):
            yield each
        else:
            yield from _views(each)


def _is_exempt(view: Callable[..., Any]) -> bool:
    return bool(getattr(view, "csrf_exempt", False)) and not view.__module__.startswith("shop.stripe_sandbox.")


def _name_of(it: Any) -> str:
    return f"{it.__module__}.{it.__qualname__}"
