"""Every page of the shop in every state worth looking at: the one list that the tests of looks and the pictures share.

A new page goes here, and is then held to everything: tests/looks/test_every_page.py fails while a URL has no sight.
Import it after django.setup().
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from django.template.loader import render_to_string
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from shop.order.links import path_to
from shop.returns.links import case_path, order_path
from shop.styleguide.components import groups
from shop.styleguide.records import LONG_WORD
from tests.looks.records import Shop
from tests.page import Page

LINK = re.compile(r'<a [^>]*?href="(/[^"#]*)')
ERRORS = ("400", "403", "403_csrf", "404", "405", "410", "413", "429", "500", "503")
FOR_A_NEWCOMER = [
    "/accounts/orders/",
    "/accounts/addresses/",
    "/accounts/emails/",
    "/accounts/notifications/inbox/",
    "/accounts/alerts/",
    "/accounts/wishlists/",
]
FOR_AN_ODD_MEMBER = [
    "/accounts/profile/",
    "/accounts/addresses/",
    "/accounts/orders/",
    "/accounts/orders/{odd_order.number}/",
    "/accounts/orders/{odd_order.number}/invoice/",
    "/accounts/orders/{odd_order.number}/cancel/",
    "/accounts/wishlists/{odd_list.key}/",
]
FOR_A_MEMBER = [
    "/accounts/",
    "/accounts/profile/",
    "/accounts/profile/edit/",
    "/accounts/profile/data/",
    "/accounts/profile/sign-ins/",
    "/accounts/profile/delete/",
    "/accounts/change-password/",
    "/accounts/orders/",
    "/accounts/orders/?date_from=2020-01-01&date_to=&order_number=",
    "/accounts/orders/?date_from=soon&date_to=&order_number=",
    "/accounts/orders/?date_from=&date_to=&order_number=none",
    "/accounts/orders/{order.number}/",
    "/accounts/orders/{order.number}/{line.pk}/",
    "/accounts/orders/{order.number}/cancel/",
    "/accounts/orders/{order.number}/invoice/",
    "/accounts/addresses/",
    "/accounts/addresses/add/",
    "/accounts/addresses/{address.pk}/",
    "/accounts/addresses/{address.pk}/delete/",
    "/accounts/emails/",
    "/accounts/emails/{email.pk}/",
    "/accounts/notifications/inbox/",
    "/accounts/notifications/archive/",
    "/accounts/notifications/{notification.pk}/",
    "/accounts/alerts/",
    "/accounts/alerts/cancel/{alert.pk}/",
    "/accounts/wishlists/",
    "/accounts/wishlists/create/",
    "/accounts/wishlists/create/with-product/{product.pk}/",
    "/accounts/wishlists/{wishlist.key}/",
    "/accounts/wishlists/{wishlist.key}/update/",
    "/accounts/wishlists/{wishlist.key}/delete/",
    "/accounts/wishlists/{wishlist.key}/lines/{wished.pk}/delete/",
    "/wishlists/{wishlist.key}/",
    "/catalogue/{product.slug}_{product.pk}/reviews/",
    "/catalogue/{product.slug}_{product.pk}/reviews/{review.pk}/",
    "/catalogue/{unreviewed.slug}_{unreviewed.pk}/reviews/",
    "/catalogue/{unreviewed.slug}_{unreviewed.pk}/reviews/add/",
    "/offers/",
    "/offers/{offer.slug}/",
    "/catalogue/ranges/{range.slug}/",
]
FOR_A_GUEST = [
    "/accounts/login/?next=/basket/",
    "/accounts/register/",
    "/accounts/register/sent/",
    "/accounts/order-status/",
    "/accounts/order-status/sent/",
    "/password-reset/",
    "/password-reset/done/",
    "/password-reset/confirm/{reset}/",
    "/password-reset/confirm/MQ/nothing/",
    "/password-reset/complete/",
    "/accounts/orders/",
    "/accounts/alerts/confirm/{guest_alert.key}/",
    "/accounts/alerts/cancel/key/{guest_alert.key}/",
    "/wishlists/{wishlist.key}/",
    "/catalogue/{product.slug}_{product.pk}/reviews/",
    "/catalogue/{product.slug}_{product.pk}/reviews/{review.pk}/",
    "/offers/",
    "/offers/{offer.slug}/",
    "/contact/",
    "/contact/sent/",
    "/privacy/",
    "/terms/",
]


@dataclass(frozen=True, eq=False)
class Sight:
    """One page as one shopper has it: at this path, or where a button there leads when this is typed in before.

    `template` is shown in place of an answer; `meanwhile` happens before he presses. A part of a page is seen on that
    page, so that nobody has to picture it by itself.
    """

    name: str
    path: str
    who: str = "guest"
    press: str = ""
    typed: dict[str, str] = field(default_factory=dict)
    meanwhile: Callable[[Client], object] | None = None
    status: int = 200
    template: str = ""
    is_part: bool = False

    @property
    def file_name(self) -> str:
        return re.sub(r"\W+", "-", self.name.lower()).strip("-")


@dataclass(frozen=True)
class Answer:
    """What came: the path at which it came, the name of its URL, the page, and the files of its templates.

    Django tells the templates only to tests.
    """

    sight: Sight
    path: str
    view: str
    html: str
    templates: frozenset[str]


def sights(shop: Shop) -> Iterator[Sight]:
    records = vars(shop.records)
    shown = {name: record for name, record in records.items() if hasattr(record, "get_absolute_url")}
    address = {name: record.get_absolute_url() for name, record in shown.items()}
    yield Sight("Home", "/")
    yield Sight("Guides", "/blog/")
    yield Sight("Guide, pockmarks", "/blog/understanding-pockmarks/")
    for slug in records["guides"]:
        yield Sight(f"Guide, {slug}", f"/blog/{slug}/")
    yield Sight("Topic", "/blog/topics/texture-and-scars/")
    yield Sight("Topic of one long word", address["long_topic"])
    yield Sight("Archive", "/blog/archive/")
    yield Sight("Archive of a year", "/blog/archive/2019/")
    yield Sight("Author", "/blog/authors/editors/")
    yield Sight("Author of a long name, a reviewer", address["reviewer"])
    yield Sight("Guide without a picture", address["plain_guide"])
    yield Sight("Guide of one long word", address["long_guide"])
    yield Sight("Guide that is not out, by its link", records["shared_draft"])
    yield Sight("Guide that is not out, by an old link", records["old_shared_draft"], status=410)
    yield Sight("Category", address["treat"])
    yield Sight("All products", "/catalogue/")
    yield Sight("Products, filtered", "/catalogue/?concern=newer-scars&in_stock=on&sort=price-desc")
    yield Sight("Products, all filtered out", "/catalogue/?price_from=9000")
    yield Sight("Search", "/search/")
    yield Sight("Search with results", "/search/?q=gel")
    yield Sight("Search with a typing error", "/search/?q=retinl")
    yield Sight("Search without results", "/search/?q=wig")
    yield Sight("Search that says nothing", "/search/?q=the")
    yield Sight("Search for one long word", f"/search/?q={LONG_WORD}")
    yield Sight("Product", address["product"])
    yield Sight("Product, just added", address["product"], "adding", press="Add to basket")
    yield Sight("Product with sizes", address["sized"])
    yield Sight("Product sold out", address["sold_out"])
    yield Sight("Product without a price", address["unpriced"])
    yield Sight("Product without a picture", address["bare"])
    yield Sight("Product with a long title", address["long"])
    yield Sight("Product with a long title and sizes", address["long_sized"])
    yield Sight("Product of one long word", address["word"])
    yield from _buying(records)
    yield Sight("Sign in with errors", "/accounts/login/", press="Sign in")
    yield Sight("Register with errors", "/accounts/register/", press="Send me the link")
    yield Sight("Where is my order with errors", "/accounts/order-status/", press="Send me the link")
    yield Sight("Contact with errors", "/contact/", press="Send")
    yield Sight("Delete account, nothing open", "/accounts/profile/delete/", "newcomer")
    yield Sight("Signed in nowhere else", "/accounts/profile/sign-ins/", "newcomer")
    yield Sight("Sign-ins with errors", "/accounts/profile/sign-ins/", "alex", press="Sign out there")
    yield Sight("Your data with errors", "/accounts/profile/data/", "newcomer", press="Show me my data")
    for who in ("alex", "odd", "newcomer"):
        typed = {"password": "plain-care"}
        yield Sight(f"Data of {who}", "/accounts/profile/data/", who, press="Show me my data", typed=typed)
    yield Sight("Address with errors", "/accounts/addresses/add/", "alex", press="Save address")
    review = "/catalogue/{unreviewed.slug}_{unreviewed.pk}/reviews/add/".format(**records)
    yield Sight("Review with errors", review, "alex", press="Send review")
    for path in FOR_A_GUEST:
        yield Sight(f"Guest {path}", path.format(**records))
    for path in FOR_A_MEMBER:
        yield Sight(f"Account {path}", path.format(**records), "alex")
    yield Sight("Account /password-reset/", "/password-reset/", "alex", status=403)
    for path in FOR_A_NEWCOMER:
        yield Sight(f"Newcomer {path}", path, "newcomer")
    for path in FOR_AN_ODD_MEMBER:
        yield Sight(f"Odd {path}", path.format(**records), "odd")
    yield from _returning(records)
    for path in records["promises"]:
        yield Sight(f"Promise {path}", path)
    for path in records["flatpages"]:
        yield Sight(f"Flat page {path}", path)
    for name in ERRORS:
        yield Sight(f"Error {name}", f"/error/{name}/", template=f"{name}.html")
    yield Sight("Second factor, setting up", "/staff/second-factor/set-up/", "staff")
    yield Sight("Second factor, a code", "/staff/second-factor/", "staff with a phone")
    yield Sight("Second factor, with errors", "/staff/second-factor/", "staff with a phone", press="Go on")
    yield Sight("Second factor, a key", "/staff/second-factor/", "staff with a key")
    yield Sight("Second factor, what is yours", "/staff/second-factor/yours/", "staff with a new phone")
    yield Sight("Security key to add", "/staff/second-factor/keys/add/", "staff with a new phone")
    yield Sight(
        "Security key, nameless", "/staff/second-factor/keys/add/", "staff with a new phone", press="Add this key"
    )
    yield Sight("Backup codes", "/staff/second-factor/backup-codes/", "staff with a new phone")
    yield Sight(
        "Backup codes, new", "/staff/second-factor/backup-codes/", "staff with a new phone", press="Make new codes"
    )
    yield Sight("Password of staff again", "/staff/password/", "staff")
    yield Sight("Password of staff again, with errors", "/staff/password/", "staff", press="Go on")
    yield Sight("Style guide", "/styleguide/", "staff")
    yield from _frames(shop.clients["staff"])


def _buying(records: dict[str, Any]) -> Iterator[Sight]:
    yield Sight("Basket, empty", "/basket/")
    yield Sight("Basket", "/basket/", "full basket")
    yield Sight("Basket with a code", "/basket/", "voucher")
    yield Sight("Basket with a wrong code", "/basket/", "full basket", press="Apply", typed={"code": "TENOF"})
    yield Sight("Basket of 40 lines", "/basket/", "40 lines")
    yield Sight("Basket with what is sold no longer", "/basket/", "losing")
    yield Sight("Basket of odd things", "/basket/", "odd")
    yield Sight("Basket, saved for later", "/basket/", "alex")
    yield Sight("Checkout", "/checkout/", "full basket")
    yield Sight("Checkout with errors", "/checkout/", "full basket", press="Pay")
    yield Sight("Checkout of 40 lines", "/checkout/", "40 lines")
    yield Sight("Checkout with what is sold no longer", "/checkout/", "losing")
    yield Sight("Checkout of odd things", "/checkout/", "odd")
    yield Sight("Checkout, session ended", "/checkout/", "leaving", press="Pay", meanwhile=Client.logout)
    yield Sight("Stripe's stand-in", records["payment_page"])
    session = "/checkout/return/?session_id={0.session_id}"
    yield Sight("Checkout, unpaid", f"/checkout/unpaid/{records['unpaid'].pk}/", "unpaid")
    yield Sight("Checkout, waiting", session.format(records["unpaid"]), "unpaid")
    yield Sight("Checkout, waiting for a bank", session.format(records["by_bank"]), "by bank")
    yield Sight("Checkout, thank you", f"/checkout/thank-you/{records['guest_order'].number}/", "paid")
    orders = "/accounts/order-status/"
    yield Sight("Guest's order", path_to(records["guest_order"]))
    yield Sight("Guest's order, an old link", records["old_link"], status=410)
    yield Sight("Guest's order, unpaid", f"{orders}{records['unpaid'].order.number}/", "unpaid")
    yield Sight("Guest's order, a broken link", f"{orders}{records['guest_order'].number}/nothing/", status=404)
    yield Sight("Guest's order, unpaid, to cancel", f"{orders}{records['unpaid'].order.number}/cancel/", "unpaid")
    yield Sight("Guest's order, to cancel", f"{orders}{records['guest_order'].number}/cancel/", "paid")
    yield Sight("Guest's order, invoice", f"{path_to(records['guest_order'])}invoice/")
    yield Sight("Guest's order, on its way", path_to(records["sent_order"]))
    yield Sight("Order on its way, too late to cancel", f"{orders}{records['sent_order'].number}/cancel/", "sent")
    yield Sight("Guest's order, called off", path_to(records["called_off"]))
    yield Sight("Guest's review", records["guest_review"])
    yield Sight("Guest's review with errors", records["guest_review"], press="Send review")
    yield Sight("Guest's review, an old link", records["old_guest_review"], status=410)
    yield Sight("Guest's review, a broken link", f"{records['guest_review'][:-9]}nothing/", status=404)
    yield Sight("Open an account", records["registration"])
    yield Sight("Open an account with errors", records["registration"], press="Open my account")
    yield Sight("Open an account, a broken link", f"{records['registration'][:-9]}nothing/", status=410)
    yield Sight("Another email address", records["email_change"])
    yield Sight("Another email address, a broken link", f"{records['email_change'][:-9]}nothing/", status=410)
    yield Sight("Letters about reviews", records["no_letters"])
    yield Sight("Letters about reviews, ended", records["no_letters"], press="Do not ask me again")
    yield Sight("Checkout, thank you for odd things", f"/checkout/thank-you/{records['odd_order'].number}/", "odd")


def _returning(records: dict[str, Any]) -> Iterator[Sight]:
    order = order_path(records["order_to_return"])
    yield Sight("Returns", "/returns/")
    yield Sight("Returns with errors", "/returns/", press="Go on")
    yield Sight("Returns, a link by email", "/returns/sent/")
    yield Sight("Returns of an account", "/returns/", "alex")
    yield Sight("Returns of an account with errors", "/returns/", "alex", press="Go on")
    yield Sight("Returns of a newcomer", "/returns/", "newcomer")
    yield Sight("Returns of odd things", "/returns/", "odd")
    yield Sight("Return, choosing", order)
    yield Sight("Return, choosing with errors", order, press="Ask for the return")
    yield Sight("Return, choosing from odd things", order_path(records["odd_order"]), "odd")
    yield Sight("Return, nothing left", order_path(records["guest_order"]))
    yield Sight("Claim, choosing", order_path(records["done_order"], "claim"))
    yield Sight("Return, an old link", records["old_return_link"], status=410)
    yield Sight("Return, a broken link", "/returns/orders/nothing/", status=404)
    for state, case in records["cases"].items():
        yield Sight(f"Return, {state}", case_path(case, case.order))
    yield Sight("Return, taken back", case_path(records["account_return"], records["order"]), "alex")
    yield Sight("Return of odd things", case_path(records["odd_return"], records["odd_order"]), "odd")
    approved = records["cases"]["approved"]
    yield Sight("Return, its slip", case_path(approved, approved.order, name="returns:slip"))


def _frames(staff: Client) -> Iterator[Sight]:
    """The states that the style guide shows in frames."""
    for _title, components in groups(staff.get("/styleguide/").wsgi_request):
        for component in components:
            for number, state in enumerate(component.states if component.frame else ()):
                path = reverse("styleguide:frame", args=[component.name, number])
                yield Sight(f"{component.title}: {state.name}", path, "staff", is_part=True)


def look_at(sights: Iterable[Sight], clients: dict[str, Client]) -> list[Answer]:
    return [_look_at(sight, clients[sight.who]) for sight in sights]


def look_behind_links(answers: list[Answer], clients: dict[str, Client]) -> dict[str, int]:
    """The status behind every link within the shop, as one who is shown it gets it."""
    found = [(link, answer.sight.who) for answer in answers for link in LINK.findall(answer.html)]
    return {link: clients[who].get(unescape(link)).status_code for link, who in dict(found).items()}


def _look_at(sight: Sight, client: Client) -> Answer:
    if sight.template:
        html = render_to_string(sight.template, request=client.get("/").wsgi_request)
        return Answer(sight, sight.path, "", html, frozenset())
    page = Page(client, sight.path)
    if sight.meanwhile:
        sight.meanwhile(client)
    if sight.press:
        page.press(sight.press, **sight.typed)
    assert page.response.status_code == sight.status, f"{sight.name}: {page.response.status_code}"
    templates = frozenset(template.origin.name for template in page.response.templates if template.origin)
    return Answer(sight, page.path, _view(page.path), page.text, templates)


def _view(path: str) -> str:
    """The name of the URL; none, where a flat page stands."""
    try:
        return resolve(path.partition("?")[0]).view_name
    except Resolver404:
        return ""
