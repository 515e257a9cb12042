"""The table of all models that hold something about a person: what the download shows of each, and what becomes of it.

A test (tests/shop/test_personal_data.py) walks the models of all installed apps. One that points at an account or an
order, or has a field that sounds like a person, must stand here: in TABLE, or in NOT_OF_CUSTOMERS with the reason.

To classify a model, add one Data. It reaches its owner by `account`, the ORM path to the account, or by `order`, the
path to the order ("pk" for the model itself). `fate` says what the deletion of an account does at once, and `why`.
What stays because accounting needs it may be blanked when its years are over: `blank_later`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Concat
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from shop.customer.personal_data import stripe_events, subjects


class Fate(Enum):
    """What the deletion of an account does with the rows."""

    GOES = "goes"
    """They are deleted."""
    LOSES_ITS_OWNER = "loses its owner"
    """They stay, and what in them is about the person is blanked."""
    STAYS = "stays"
    """They stay as they are: accounting needs them, or they are not the person's."""


@dataclass(frozen=True)
class Column:
    """One value of the download: its key in the JSON, its name on the page, and where it is found."""

    key: str
    label: str | Lazy
    source: Any
    is_html: bool = False


@dataclass(frozen=True)
class Data:
    """What the shop holds in the rows of one model. Either `account` or `order` is given."""

    model: str
    fate: Fate
    why: str
    account: str = ""
    order: str = ""
    by_email: bool = False
    """`account` leads to the account's email address, and not to the account."""
    only: Q = field(default_factory=Q)
    """Which of the rows count; all that belong to the account or the order, if not said."""

    # The download
    key: str = ""
    """Where it stands in the JSON; a model without a key is not in the download, and `why` says why."""
    title: str | Lazy = ""
    part_of: str = ""
    """The key of the section in whose records these stand, by their order or list."""
    columns: tuple[Column, ...] = ()
    reads: dict[str, str] = field(default_factory=dict)
    """What `finish` needs besides: name, and ORM path."""
    finish: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    """Fills in what no path leads to."""

    # The deletion
    blank: dict[str, Any] = field(default_factory=dict)
    """What deletion writes into the rows that stay; a function is given the value that was there."""
    not_yet: Q | None = None
    """Rows that are still at work. They are blanked later, by shop.customer.personal_data.retention."""
    blank_later: dict[str, Any] = field(default_factory=dict)
    """What is blanked besides when the years of accounting are over, or at once where nothing was sold."""


def _column(label: str | Lazy, source: str, key: str = "") -> Column:
    return Column(key or source.partition("__")[0], label, F(source))


def _product(path: str = "product") -> Column:
    """A product's whole name: a size carries that of what it is a size of."""
    title, parent = f"{path}__title", f"{path}__parent__title"
    whole = Case(
        When(**{f"{parent}__isnull": False}, then=Concat(parent, Value(", "), title)),
        default=F(title),
    )
    return Column("product", _("Product"), whole)


_ADDRESS = (
    _column(_("First name"), "first_name"),
    _column(_("Last name"), "last_name"),
    _column(_("Address line 1"), "line1"),
    _column(_("Address line 2"), "line2"),
    _column(_("Address line 3"), "line3"),
    _column(_("City"), "line4"),
    _column(_("State"), "state"),
    _column(_("Postcode"), "postcode"),
    _column(_("Country"), "country__printable_name"),
)
_WRITTEN = _column(_("Date"), "date_created", "date")
_NO_ADDRESS = dict.fromkeys(
    ["title", "first_name", "last_name", "line1", "line2", "line3", "line4", "state", "postcode", "search_text"], ""
)
_BOOKS = "Accounting needs it."
_LETTERS: dict[str, Any] = {
    "title": _("Letters"),
    "columns": (
        Column("subject", _("Subject"), Value("")),
        _column(_("Kind"), "code", "kind"),
        _column(_("Written on"), "created_at", "written_on"),
        _column(_("Sent on"), "sent_at", "sent_on"),
    ),
    "reads": {"code": "code", "message": "message", "context": "context", "number": "order__number"},
    "finish": subjects.with_subject,
}
ABOUT_THE_ACCOUNT = (
    *("REGISTRATION_KNOWN", "REGISTRATION", "PASSWORD_RESET", "PASSWORD_CHANGED"),
    *("EMAIL_CONFIRMATION", "EMAIL_TAKEN", "EMAIL_CHANGED"),
)
"""Letters that go to accounts only. Others to the same address may be for a guest, and nobody proved who that is."""
_LEDGER = "Accounting needs it, and it names nobody: amounts, dates, states."

TABLE: tuple[Data, ...] = (
    # --- The account ---------------------------------------------------------------------------------------------
    Data(
        "address.UserAddress",
        Fate.GOES,
        "Saved for the person's convenience.",
        account="user",
        key="addresses",
        title=_("Saved addresses"),
        columns=(
            *_ADDRESS,
            _column(_("Phone number"), "phone_number"),
            _column(_("Instructions"), "notes"),
            _column(_("Saved on"), "date_created", "saved_on"),
        ),
    ),
    Data(
        "wishlists.WishList",
        Fate.GOES,
        "Saved for the person's convenience; a link that was shared ends with it.",
        account="owner",
        key="wish_lists",
        title=_("Wish lists"),
        columns=(
            _column(_("Name"), "name"),
            _column(_("Who can see it"), "visibility"),
            _column(_("Made on"), "date_created", "made_on"),
        ),
    ),
    Data(
        "wishlists.Line",
        Fate.GOES,
        "Part of a wish list.",
        account="wishlist__owner",
        key="wish_list_products",
        title=_("Products on wish lists"),
        columns=(
            _column(_("Wish list"), "wishlist__name", "wish_list"),
            _column(_("Product"), "title", "product"),
            _column(_("Quantity"), "quantity"),
        ),
    ),
    Data(
        "wishlists.WishListSharedEmail",
        Fate.GOES,
        "Part of a wish list: with whom it was shared. Lists that others shared with the person are the others'.",
        account="wishlist__owner",
        key="wish_list_readers",
        title=_("People with whom wish lists are shared"),
        columns=(_column(_("Wish list"), "wishlist__name", "wish_list"), _column(_("Email"), "email")),
    ),
    Data(
        "customer.ProductAlert",
        Fate.GOES,
        "Nobody is left to write to.",
        account="user",
        key="stock_alerts",
        title=_("Stock alerts"),
        columns=(
            _product(),
            _column(_("Status"), "status"),
            _column(_("Asked for on"), "date_created", "asked_for_on"),
            _column(_("Sent on"), "date_closed", "sent_on"),
        ),
    ),
    Data(
        "reviews.Vote",
        Fate.GOES,
        "An opinion of the person's; the review that it was about is counted anew.",
        account="user",
        key="review_votes",
        title=_("Reviews found useful, or not"),
        columns=(
            _column(_("Review"), "review__title"),
            _column(_("Vote"), "delta", "vote"),
            _WRITTEN,
        ),
    ),
    Data(
        "reviews.ProductReview",
        Fate.GOES,
        "It tells of somebody's skin, in words by which friends may know the author, so that without a name it would "
        "still not be nobody's. The product's score is counted anew.",
        account="user",
        key="reviews",
        title=_("Reviews"),
        columns=(
            _product(),
            _column(_("Score"), "score"),
            _column(_("Title"), "title"),
            _column(_("Review"), "body", "text"),
            _column(_("Status"), "status"),
            _column(_("Votes"), "total_votes", "votes"),
            _WRITTEN,
        ),
    ),
    Data(
        "basket.Line",
        Fate.GOES,
        "Part of a basket. What was bought stands in the order.",
        account="basket__owner",
        only=Q(basket__status__in=["Open", "Saved", "Frozen"]),
        key="basket",
        title=_("Basket, and what was saved for later"),
        columns=(
            _column(_("Kept as"), "basket__status", "kept_as"),
            _product(),
            _column(_("Quantity"), "quantity"),
            _column(_("Put in on"), "date_created", "put_in_on"),
        ),
    ),
    Data(
        "basket.Basket",
        Fate.GOES,
        "What was bought stands in the order. Its lines are in the download.",
        account="owner",
    ),
    Data("basket.Basket_vouchers", Fate.GOES, "Part of a basket: codes typed in.", account="basket__owner"),
    Data(
        "basket.LineAttribute",
        Fate.GOES,
        "Part of a basket. No product of the shop asks for anything to be written on it.",
        account="line__basket__owner",
    ),
    Data(
        "communication.Email",
        Fate.GOES,
        "A copy, for the person to read in the account. The download leaves the text out: it may hold links that only "
        "its reader should have.",
        account="user",
        key="emails",
        title=_("Emails kept in the account"),
        columns=(
            _column(_("Subject"), "subject"),
            _column(_("To"), "email", "to"),
            _column(_("Sent on"), "date_sent", "sent_on"),
        ),
    ),
    Data(
        "communication.Notification",
        Fate.GOES,
        "For the person to read in the account.",
        account="recipient",
        key="messages",
        title=_("Messages"),
        columns=(
            _column(_("Subject"), "subject"),
            Column("text", _("Text"), F("body"), is_html=True),
            _column(_("Sent on"), "date_sent", "sent_on"),
            _column(_("Read on"), "date_read", "read_on"),
        ),
    ),
    Data(
        "outbox.Letter",
        Fate.GOES,
        "About an account that is no more. Their texts are not in the download: they hold links that sign in.",
        account="to",
        by_email=True,
        only=Q(order=None, code__in=ABOUT_THE_ACCOUNT),
        key="letters",
        **_LETTERS,
    ),
    Data(
        "analytics.UserRecord",
        Fate.GOES,
        "A count of what one person did. What all did together is counted without names.",
        account="user",
        key="counts",
        title=_("What the shop counted"),
        columns=(
            _column(_("Products looked at"), "num_product_views", "products_looked_at"),
            _column(_("Put into the basket"), "num_basket_additions", "put_into_the_basket"),
            _column(_("Orders"), "num_orders", "orders"),
            _column(_("Spent"), "total_spent", "spent"),
            _column(_("Last order"), "date_last_order", "last_order"),
        ),
    ),
    Data(
        "analytics.UserProductView",
        Fate.GOES,
        "What one person looked at.",
        account="user",
        key="products_looked_at",
        title=_("Products looked at"),
        columns=(_product(), _WRITTEN),
    ),
    Data(
        "analytics.UserSearch",
        Fate.GOES,
        "What one person searched for.",
        account="user",
        key="searches",
        title=_("Searches"),
        columns=(_column(_("Words"), "query", "words"), _WRITTEN),
    ),
    Data(
        "sign_ins.SignIn",
        Fate.GOES,
        "Where the account is signed in; a session goes with the account.",
        account="user",
        key="sign_ins",
        title=_("Where you are signed in"),
        columns=(
            _column(_("Browser"), "browser"),
            _column(_("Network address"), "network", "network_address"),
            _column(_("Since"), "since"),
            _column(_("Last seen"), "seen_at", "last_seen"),
        ),
    ),
    Data(
        "voucher.VoucherApplication",
        Fate.LOSES_ITS_OWNER,
        "It counts how often a code was used, so that one for a single use stays used.",
        account="user",
        key="vouchers",
        title=_("Discount codes used"),
        columns=(
            _column(_("Code"), "voucher__code", "code"),
            _column(_("Order"), "order__number"),
            _WRITTEN,
        ),
        blank={"user": None},
    ),
    Data(
        "order.OrderNote",
        Fate.LOSES_ITS_OWNER,
        "Notes on orders that somebody wrote who works here, or did. They are about the orders, and stay with them.",
        account="user",
        blank={"user": None},
    ),
    Data(
        "payment.Bankcard",
        Fate.GOES,
        "The shop keeps no cards, and nothing writes this table; should a row ever get in, it goes and is not shown.",
        account="user",
    ),
    # --- Orders --------------------------------------------------------------------------------------------------
    Data(
        "order.Order",
        Fate.LOSES_ITS_OWNER,
        "Accounting needs it. The email address is none of an invoice's business, and without it and the account no "
        "page and no link shows the order to anybody but staff.",
        order="pk",
        key="orders",
        title=_("Orders"),
        columns=(
            _column(_("Number"), "number"),
            _column(_("Placed on"), "date_placed", "placed_on"),
            _column(_("Status"), "status"),
            _column(_("Currency"), "currency"),
            _column(_("Delivery"), "shipping_method", "delivery"),
            _column(_("Delivery charge"), "shipping_incl_tax", "delivery_charge"),
            _column(_("Total"), "total_incl_tax", "total"),
            _column(_("Total without tax"), "total_excl_tax", "total_without_tax"),
        ),
        blank={"user": None, "guest_email": ""},
    ),
    Data(
        "order.ShippingAddress",
        Fate.LOSES_ITS_OWNER,
        "An invoice names its recipient: name and address stay as long as the books. Phone number and instructions "
        "were for the carrier, and go at once.",
        order="order",
        key="delivery_address",
        title=_("Delivered to"),
        part_of="orders",
        columns=(*_ADDRESS, _column(_("Phone number"), "phone_number"), _column(_("Instructions"), "notes")),
        blank={"phone_number": "", "notes": ""},
        blank_later=_NO_ADDRESS,
    ),
    Data(
        "order.BillingAddress",
        Fate.STAYS,
        "An invoice names its recipient: it stays as long as the books.",
        order="order",
        key="billing_address",
        title=_("Billed to"),
        part_of="orders",
        columns=_ADDRESS,
        blank_later=_NO_ADDRESS,
    ),
    Data(
        "order.Line",
        Fate.STAYS,
        _BOOKS,
        order="order",
        key="lines",
        title=_("What was ordered"),
        part_of="orders",
        columns=(
            _column(_("Product"), "title", "product"),
            _column(_("Quantity"), "quantity"),
            _column(_("Price each"), "unit_price_incl_tax", "price_each"),
            _column(_("Price"), "line_price_incl_tax", "price"),
            _column(_("Status"), "status"),
        ),
    ),
    Data(
        "order.OrderDiscount",
        Fate.STAYS,
        _BOOKS,
        order="order",
        key="discounts",
        title=_("Discounts"),
        part_of="orders",
        columns=(
            _column(_("Offer"), "offer_name", "offer"),
            _column(_("Code"), "voucher_code", "code"),
            _column(_("Amount"), "amount"),
            _column(_("What it was"), "message"),
        ),
    ),
    Data(
        "order.Surcharge",
        Fate.STAYS,
        _BOOKS,
        order="order",
        key="surcharges",
        title=_("Surcharges"),
        part_of="orders",
        columns=(_column(_("Name"), "name"), _column(_("Amount"), "incl_tax", "amount")),
    ),
    Data(
        "order.OrderStatusChange",
        Fate.STAYS,
        _LEDGER,
        order="order",
        key="status_changes",
        title=_("How it went"),
        part_of="orders",
        columns=(_column(_("From"), "old_status", "before"), _column(_("To"), "new_status", "after"), _WRITTEN),
    ),
    Data(
        "order.ShippingEvent",
        Fate.STAYS,
        "What left the house, and when, is part of the books; a note may name a parcel.",
        order="order",
        key="shipping_events",
        title=_("On its way"),
        part_of="orders",
        columns=(_column(_("What"), "event_type__name", "what"), _column(_("Note"), "notes", "note"), _WRITTEN),
        blank_later={"notes": ""},
    ),
    Data(
        "parcels.Parcel",
        Fate.STAYS,
        "How goods left the house is part of the books; its number leads to an address, and goes later.",
        order="event__order",
        key="parcels",
        title=_("Parcels"),
        part_of="orders",
        columns=(
            _column(_("Carrier"), "carrier"),
            _column(_("Another carrier"), "other_carrier"),
            _column(_("Tracking number"), "number"),
            _column(_("Date"), "event__date_created", "date"),
        ),
        blank_later={"number": "", "other_link": ""},
    ),
    Data(
        "returns.Return",
        Fate.LOSES_ITS_OWNER,
        "What went back, and why, is part of the books. Who asked is not, nor the link to a label.",
        order="order",
        key="returns",
        title=_("Returns and claims"),
        part_of="orders",
        columns=(
            _column(_("Number"), "number"),
            _column(_("Kind"), "kind"),
            _column(_("State"), "state"),
            _column(_("Why it was refused"), "refusal"),
            _column(_("Date"), "created_at", "date"),
        ),
        blank={"asked_by": "", "customer": "", "label_url": ""},
        blank_later={"refusal": "", "waits_because": ""},
    ),
    Data(
        "returns.ReturnLine",
        Fate.LOSES_ITS_OWNER,
        "How many units of what went back is part of the books. What the customer wrote about it is not.",
        order="case__order",
        key="return_lines",
        title=_("Returned"),
        part_of="orders",
        columns=(
            _column(_("Return"), "case__number", "return"),
            _column(_("Product"), "line__title", "product"),
            _column(_("Quantity"), "quantity"),
            _column(_("Reason"), "reason"),
            _column(_("In your words"), "words"),
        ),
        blank={"words": ""},
    ),
    Data(
        "returns.Step",
        Fate.LOSES_ITS_OWNER,
        "When what happened to a return is part of the books. Not in the download: the returns say it, and notes are "
        "what staff tell each other.",
        order="case__order",
        blank={"by": "", "note": ""},
    ),
    Data(
        "returns.ClaimRight",
        Fate.STAYS,
        "A fingerprint of the address stays, so that the guarantee is used once for a product. It names nobody.",
        order="case__order",
    ),
    Data(
        "parcels.CallOff",
        Fate.STAYS,
        f"{_BOOKS} It says why nothing was sent.",
        order="order",
        key="called_off",
        title=_("Cancelled by you"),
        part_of="orders",
        columns=(_column(_("Date"), "at", "date"),),
    ),
    Data(
        "parcels.NoReviewLetters",
        Fate.GOES,
        "Without an account nobody is asked for reviews.",
        account="user",
        key="no_review_letters",
        title=_("No letters about reviews"),
        columns=(_column(_("Since"), "at", "since"),),
    ),
    Data(
        "stripe_checkout.PaymentAttempt",
        Fate.LOSES_ITS_OWNER,
        "Accounting needs amounts and states. What was sent to Stripe names the email address, and the address of "
        "Stripe's page is of no use once the attempt has ended.",
        order="order",
        key="payments",
        title=_("Payments"),
        part_of="orders",
        columns=(
            _column(_("Amount"), "amount"),
            _column(_("Currency"), "currency"),
            _column(_("Status"), "state", "status"),
            _column(_("Paid"), "paid_amount", "paid"),
            _column(_("Started on"), "created_at", "started_on"),
        ),
        blank={"request": {}, "session_url": ""},
    ),
    Data(
        "stripe_checkout.Refund",
        Fate.STAYS,
        _LEDGER,
        order="attempt__order",
        key="refunds",
        title=_("Refunds"),
        part_of="orders",
        columns=(
            _column(_("Amount"), "amount"),
            _column(_("Currency"), "currency"),
            _column(_("Status"), "state", "status"),
            _column(_("Asked for on"), "created_at", "asked_for_on"),
        ),
    ),
    Data(
        "stripe_checkout.Hold",
        Fate.STAYS,
        _LEDGER,
        order="attempt__order",
        key="disputes",
        title=_("Disputes and reviews of the payment"),
        part_of="orders",
        columns=(
            _column(_("What"), "kind", "what"),
            _column(_("Status"), "status"),
            _column(_("Amount"), "amount"),
            _column(_("Opened on"), "opened_at", "opened_on"),
            _column(_("Closed on"), "closed_at", "closed_on"),
        ),
    ),
    Data(
        "outbox.Letter",
        Fate.LOSES_ITS_OWNER,
        "That a letter about an order was sent stays with the order. Address and contents go as soon as it is sent.",
        order="order",
        only=~Q(code__startswith="STAFF_"),
        key="letters",
        part_of="orders",
        **_LETTERS,
        not_yet=Q(next_try_at__isnull=False),
        blank={"to": "", "context": {}, "message": subjects.forget},
    ),
    Data(
        "order.CommunicationEvent", Fate.STAYS, "Which letter was sent, and when; the letters say it.", order="order"
    ),
    Data(
        "order.OrderNote",
        Fate.STAYS,
        "What staff wrote down about an order, for themselves. Not in the download: a note may be about others too, "
        "so that a person looks at it first.",
        order="order",
        blank_later={"message": ""},
    ),
    Data("order.LinePrice", Fate.STAYS, f"{_BOOKS} The lines say it.", order="order"),
    Data(
        "order.LineAttribute",
        Fate.STAYS,
        f"{_BOOKS} No product asks for anything to be written on it.",
        order="line__order",
    ),
    Data(
        "parcels.GuestReview",
        Fate.STAYS,
        "That a review comes from a buyer; it goes with the review, and names nobody itself.",
        order="order",
    ),
    Data("parcels.BackOnSale", Fate.STAYS, f"{_BOOKS} Of goods, and of nobody.", order="line__order"),
    Data("order.OrderLineDiscount", Fate.STAYS, f"{_BOOKS} The discounts say it.", order="line__order"),
    Data("order.ShippingEventQuantity", Fate.STAYS, f"{_BOOKS} The shipping events say it.", order="line__order"),
    Data("order.PaymentEvent", Fate.STAYS, f"{_LEDGER} The payments say it.", order="order"),
    Data("order.PaymentEventQuantity", Fate.STAYS, f"{_LEDGER} The payments say it.", order="line__order"),
    Data("payment.Source", Fate.STAYS, f"{_LEDGER} The payments say it.", order="order"),
    Data("payment.Transaction", Fate.STAYS, f"{_LEDGER} The payments and refunds say it.", order="source__order"),
    Data("stripe_checkout.RefundLine", Fate.STAYS, f"{_LEDGER} The refunds say it.", order="line__order"),
    Data("stripe_checkout.LedgerEntry", Fate.STAYS, f"{_LEDGER} Payments and refunds say it.", order="order"),
    Data(
        "stripe_checkout.StripeEvent",
        Fate.LOSES_ITS_OWNER,
        "That Stripe told us stays, so that nothing is booked twice. What it told of the person goes. Not in the "
        "download: it repeats the payments, with Stripe's own references.",
        order="attempt__order",
        blank={"payload": stripe_events.without_the_person},
    ),
    # --- Last, since all else hangs on it ------------------------------------------------------------------------
    Data("otp_totp.TOTPDevice", Fate.GOES, "What staff sign in with; no customer has one.", account="user"),
    Data("otp_static.StaticToken", Fate.GOES, "Backup codes of staff.", account="device__user"),
    Data("otp_static.StaticDevice", Fate.GOES, "What staff sign in with; no customer has one.", account="user"),
    Data("staff.SecurityKey", Fate.GOES, "What staff sign in with; no customer has one.", account="user"),
    Data("staff.PastPassword", Fate.GOES, "The last four passwords of staff, as hashes.", account="user"),
    Data(
        "auth.User",
        Fate.GOES,
        "The account itself. Whoever is signed in elsewhere is signed out by it: a session is its number.",
        account="pk",
        key="profile",
        title=_("Profile"),
        columns=(
            _column(_("First name"), "first_name"),
            _column(_("Last name"), "last_name"),
            _column(_("Email"), "email"),
            _column(_("Account since"), "date_joined", "account_since"),
            _column(_("Last signed in"), "last_login", "last_signed_in"),
        ),
    ),
)

_STAFF = "About those who work here, whose accounts staff take away in the admin."

# An app of which the shop knows nothing says the same in its AppConfig, as `not_of_customers`.
NOT_OF_CUSTOMERS: dict[str, str] = {
    "admin.LogEntry": _STAFF,
    "auth.User_groups": _STAFF,
    "auth.User_user_permissions": _STAFF,
    "partner.Partner_users": _STAFF,
    "partner.Partner": "A supplier, and the staff who look after it.",
    "partner.PartnerAddress": "A supplier's.",
    "offer.RangeProductFileUpload": _STAFF,
    "reversion.Revision": _STAFF,
    "sessions.Session": "Leads to nobody once the account is gone, and is deleted when it expires.",
    "communication.CommunicationEventType": "Templates of letters.",
    "django_tasks_database.DBTaskResult": "Work for the worker, forgotten after a day, or two weeks when it failed.",
}
