"""One of each thing that an address can name, all of it customer B's where it can be somebody's; and things.txt, which
says what stands where.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.urls import resolve, reverse
from oscar.apps.customer.utils import get_password_reset_url
from oscar.core.loading import get_model

from blog import history, sharing
from blog.models import Post, Topic
from shop.catalogue.reviews import asking
from shop.catalogue.reviews.links import path_to_review
from shop.customer import email_change, registration
from shop.order.links import path_to, path_to_invoice
from shop.outbox.models import Letter
from shop.returns.links import case_path, order_path
from shop.returns.models import Return
from shop.search.models import Synonym
from tests.any_rows import make_rows
from tests.authorisation.matrix import Door, lines

ConditionalOffer = get_model("offer", "ConditionalOffer")
Order = get_model("order", "Order")
Partner = get_model("partner", "Partner")
Product = get_model("catalogue", "Product")
ProductAlert = get_model("customer", "ProductAlert")
ProductImage = get_model("catalogue", "ProductImage")
ProductReview = get_model("reviews", "ProductReview")
Range = get_model("offer", "Range")
WishList = get_model("wishlists", "WishList")
User = get_user_model()

LONG_AGO = datetime(2020, 6, 1, tzinfo=UTC)
SENSIBLE: dict[type[Model], dict[str, Any]] = {
    ConditionalOffer: {"end_datetime": None},
    Order: {"status": Order.Status.PAID},
    Post: {"status": Post.Status.PUBLISHED, "publish_at": LONG_AGO, "reviewed_by": None, "reviewed_on": None},
    ProductAlert: {"status": ProductAlert.ACTIVE},
    ProductImage: {"original": "soap.png"},
    ProductReview: {"status": ProductReview.APPROVED},
    Range: {"is_public": True},
    Synonym: {"words": "gel, jelly"},
}
"""What a row has to hold for its page to open, besides what any row holds."""

NOTHING = "nothing: "


@dataclass(frozen=True)
class Tried:
    """What stands in an address. Whoever has the link knows the secrets too."""

    known: dict[str, str]
    secret: dict[str, str]


def words_of(door: Door) -> str | None:
    """What the first row of things.txt that names it says."""
    return next((words for names, words in ROWS if door.goes_by(names)), None)


def thing_words(door: Door) -> dict[str, str]:
    """By parameter of this URL, what things.txt says of it; none if there is nothing to try."""
    words = words_of(door) or ""
    said = {} if words.startswith(NOTHING) else dict(word.split("=") for word in words.split())
    return {name: said[name] for name in door.parameters if name in said}


class Things:
    """The rows are made when they are first asked for, and what they point to with them."""

    def __init__(self, owner: Any) -> None:
        self.rows: dict[type[Model], Any] = {User: owner}
        self.named = self._named()
        links = [resolve(path) for path in self._links()]
        self.secrets = {(link.view_name, frozenset(link.kwargs)): link.kwargs for link in links}

    def tried(self, door: Door) -> Tried:
        known, secret = {}, {}
        for parameter, word in thing_words(door).items():
            if word == "secret":
                secret[parameter] = str(self.secrets[door.name, frozenset(door.parameters)][parameter])
            else:
                known[parameter] = self._value(word, door)
        return Tried(known, secret)

    def one(self, model: Any) -> Any:
        """The one row of this model: that which migrations wrote, or one that belongs to all the other rows."""
        if model not in self.rows:
            self.rows[model] = model._base_manager.first() or self._make(model)
        return self.rows[model]

    def _make(self, model: Any, **fields: Any) -> Any:
        fields = SENSIBLE.get(model, {}) | fields
        for field in model._meta.concrete_fields:
            if field.remote_field and field.related_model is not model and field.name not in fields:
                fields[field.name] = self.one(field.related_model._meta.concrete_model)
        return make_rows(model, 1, **fields)[0]

    def _value(self, word: str, door: Door) -> str:
        name, _dot, field = word.rpartition(".")
        if not name:
            return word
        if name == "itself":
            _admin, app, model = door.route.split("/")[1:4]
            name = f"{app}.{model}"
        row = self.named[name] if name in self.named else self.one(apps.get_model(name))
        return str(getattr(row, field))

    def _named(self) -> dict[str, Any]:
        for model in (Order, Product, ProductAlert, Return, WishList):
            self.one(model)  # before those besides, so that it is theirs which is found
        post = self.one(Post)
        post.topics.add(self.one(Topic))
        history.record(post, user=None, comment="")
        partner_user = self._make(User)
        self.one(Partner).users.add(partner_user)
        order = self._make(Order, user=None, guest_email="guest@example.com")
        return {
            "revision": history.revisions(post).first(),
            "type-of-product": ContentType.objects.get_for_model(Product),
            "user-of-a-partner": partner_user,
            "parent": self._make(Product, structure=Product.PARENT),
            "another-list": self._make(WishList),
            "order-of-a-guest": order,
            "return-of-a-guest": self._make(Return, order=order),
            "alert-of-a-guest": self._make(ProductAlert, user=None, status=ProductAlert.UNCONFIRMED),
            "draft": self._make(Post, status=Post.Status.DRAFT),
        }

    def _links(self) -> Iterator[str]:
        """Those that only a letter tells."""
        owner, order, case = self.rows[User], self.named["order-of-a-guest"], self.named["return-of-a-guest"]
        alert = self.named["alert-of-a-guest"]
        yield path_to(order)
        yield path_to_invoice(order, resolve(path_to(order)).kwargs["hash"])
        yield from (order_path(order), order_path(order, Return.Kind.CLAIM))
        yield from (case_path(case, order), case_path(case, order, name="returns:slip"))
        yield path_to_review(order, self.one(Product).pk)
        yield reverse("no-review-letters", args=[asking.token(order)])
        yield sharing.path_to(self.named["draft"])
        yield from (alert.get_confirm_url(), alert.get_cancel_url())
        yield get_password_reset_url(owner)
        registration.answer.call(email="somebody@new.example", way_on="/")
        email_change.ask(owner, "b@elsewhere.example")
        yield from (letter.context["path"] for letter in Letter.objects.filter(context__has_key="path"))


ROWS = [tuple(re.split(r"\s+", line, maxsplit=1)) for line in lines("things.txt")]
