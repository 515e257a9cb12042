"""Asking buyers what they think: one letter an order, some days after all of it arrived.

Whoever has an account signs in to write. A guest gets a link for each product, which needs no account (.links);
without either nobody can (OSCAR_ALLOW_ANON_REVIEWS).
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.signing import BadSignature, Signer
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django_tasks import task
from oscar.core.loading import get_model

from shop.catalogue.reviews import links
from shop.order.units import ARRIVED, lines_with_units
from shop.outbox.letters import post
from shop.outbox.models import Letter
from shop.outbox.tasks import AFTER_MONEY
from shop.parcels.models import NoReviewLetters
from shop.returns.models import mark_of

Order = get_model("order", "Order")
ProductReview = get_model("reviews", "ProductReview")
Source = get_model("payment", "Source")
User = get_user_model()

CODE = "REVIEW_REQUEST"
GUEST = "guest-"  # in a token, before the key of an order
TOO_LATE = timedelta(days=30)
"""After the day on which a letter was due nobody is asked any more: a shop that begins to ask, or whose worker stood
still, does not write to everybody who ever bought something.
"""

_signer = Signer(salt="shop.catalogue.reviews.asking")


@task(priority=AFTER_MONEY)
def ask_for_reviews() -> None:
    """Write to everybody whose order arrived REVIEWS_ASKED_AFTER ago."""
    for order in _due():
        if NoReviewLetters.objects.filter(**_reader(order)).exists():
            continue
        products = _to_review(order)
        if products:
            context = {
                "products": [
                    {"pk": product.pk, "title": product.get_title(), "path": _path(order, product)}
                    for product in products
                ],
                "stop_path": reverse("no-review-letters", args=[token(order)]),
                "is_guest": order.user_id is None,
                "days": links.LIFETIME.days,
            }
            post(code=CODE, key=f"{CODE}:{order.pk}", order=order, context=context)


def token(order: Any) -> str:
    """What stands in the link by which whoever placed this order ends such letters."""
    return _signer.sign(order.user_id or f"{GUEST}{order.pk}")


def whose(token: str) -> dict[str, Any] | None:
    """Who was given the link with this token, as NoReviewLetters names readers; None where nobody was, or he left."""
    try:
        known = _signer.unsign(token)
    except BadSignature:
        return None
    if known.startswith(GUEST):
        order = Order.objects.filter(pk=known.removeprefix(GUEST), user=None).exclude(guest_email="").first()
        return _reader(order) if order else None
    user = User.objects.filter(pk=known).first()
    return {"user": user} if user else None


def was_reviewed(order: Any, product: Any) -> bool:
    """Whether the guest who placed this order has reviewed the product, with this order or another."""
    by_guest = ProductReview.objects.filter(user=None, email__iexact=order.guest_email, product=product)
    return by_guest.exists() or order.guest_reviews.filter(product=product).exists()


def _reader(order: Any) -> dict[str, Any]:
    return {"user": order.user} if order.user_id else {"guest": mark_of(order.guest_email)}


def _due() -> QuerySet[Any]:
    until = timezone.now() - settings.REVIEWS_ASKED_AFTER
    last = Max("shipping_events__date_created", filter=Q(shipping_events__event_type__code=ARRIVED))
    asked = Letter.objects.filter(order=OuterRef("pk"), code=CODE)
    can_write = Q(user__is_active=True) | (Q(user=None) & ~Q(guest_email=""))
    return (
        Order.objects.filter(can_write, status=Order.Status.COMPLETE)
        .exclude(Exists(asked))
        .annotate(arrived_at=last)
        .filter(arrived_at__lte=until, arrived_at__gt=until - TOO_LATE)
        .select_related("user")
        .order_by("pk")
    )


def _to_review(order: Any) -> list[Any]:
    """The products of the order of which nothing was refunded, which are on show, and about which their buyer neither
    wrote nor was asked before. What comes in sizes is reviewed as one.
    """
    source = Source.objects.filter(order=order).first()
    if source is not None and source.amount_refunded >= source.amount_debited > 0:
        return []
    lines = lines_with_units(order=order).filter(refunded=0).select_related("product__parent")
    products = {
        (line.product.parent or line.product).pk: line.product.parent or line.product for line in lines if line.product
    }
    if order.user_id:
        by, of = {"user": order.user_id}, {"order__user": order.user_id}
    else:
        by = {"user": None, "email__iexact": order.guest_email}
        of = {"order__user": None, "order__guest_email__iexact": order.guest_email}
    known = set(ProductReview.objects.filter(product__in=products, **by).values_list("product", flat=True))
    for letter in Letter.objects.filter(code=CODE, **of):
        known |= {product["pk"] for product in letter.context["products"]}
    return [product for pk, product in products.items() if product.is_public and pk not in known]


def _path(order: Any, product: Any) -> str:
    if order.user_id is None:
        return links.path_to_review(order, product.pk)
    return reverse("catalogue:reviews-add", kwargs={"product_slug": product.slug, "product_pk": product.pk})
