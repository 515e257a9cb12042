"""Pages that come with the software and tell what it does: privacy and terms."""

from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.flatpages.views import flatpage
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from oscar.core.loading import get_model

from shop.customer.personal_data import retention
from shop.databases.middleware import WROTE

Country = get_model("address", "Country")

DAY = 24 * 3600


class Page(TemplateView):
    """A template; or the flat page that somebody wrote for the same address, which then stands in its place.

    The template is on every shop from the first day, and its numbers are those of settings and records. Staff who may
    write pages find a link on it to write their own.
    """

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return flatpage(request, request.path)
        except Http404:
            return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        fields = urlencode({"url": self.request.path, "sites": settings.SITE_ID})
        return super().get_context_data(write_own_url=f"{reverse('admin:flatpages_flatpage_add')}?{fields}", **kwargs)


class Cookie(NamedTuple):
    title: str
    name: str
    purpose: str
    days: int | None
    """How long a browser keeps it; 0: some seconds; None: until the next page."""


COOKIES = [
    Cookie(
        _("Basket"),
        settings.OSCAR_BASKET_COOKIE_OPEN,
        _("Which basket is yours while you are not signed in."),
        settings.OSCAR_BASKET_COOKIE_LIFETIME // DAY,
    ),
    Cookie(
        _("Forms"),
        settings.CSRF_COOKIE_NAME,
        _("Proves that a form was sent from our own page and not from somebody else’s."),
        settings.CSRF_COOKIE_AGE // DAY,
    ),
    Cookie(
        _("Sign-in"),
        settings.SESSION_COOKIE_NAME,
        _("Keeps you signed in."),
        settings.SESSION_COOKIE_AGE // DAY,
    ),
    Cookie(
        _("Guest order"),
        f"{settings.COOKIE_PREFIX}order-…",
        _("Shows you the order that you placed in this browser without an account. One for each order."),
        settings.SESSION_COOKIE_AGE // DAY,
    ),
    Cookie(_("News"), "messages", _("One line that the next page shows you, such as “Saved”."), None),
]
if settings.DATABASE_ROUTERS:
    COOKIES.append(Cookie(_("Changes"), WROTE, _("Shows you at once what you have just changed."), 0))


class Privacy(Page):
    template_name = "pages/privacy.html"
    extra_context = {"cookies": COOKIES}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            rules=retention.RULES,
            days_of_letters=retention.LETTERS_KEPT.days,
            years_of_books=settings.ORDER_RETENTION_YEARS,
            **kwargs,
        )


class Terms(Page):
    template_name = "pages/terms.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        countries = Country.objects.filter(is_shipping_country=True)
        names = get_text_list([country.printable_name for country in countries], gettext("and"))
        return super().get_context_data(countries=names, **kwargs)
