"""Asking buyers what they think: one letter an order, some days after all of it arrived.

Only account holders are asked, since a review belongs to an account (OSCAR_ALLOW_ANON_REVIEWS).
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

from shop.order.units import ARRIVED, lines_with_units
from shop.outbox.letters import post
from shop.outbox.models import Letter
from shop.outbox.tasks import AFTER_MONEY
from shop.parcels.models import NoReviewLetters

Order = get_model("order", "Order")
ProductReview = get_model("reviews", "ProductReview")
Source = get_model("payment", "Source")
User = get_user_model()

CODE = "REVIEW_REQUEST"
TOO_LATE = timedelta(days=30)
"""After the day on which a letter was due nobody is asked any more: a shop that begins to ask, or whose worker stood
still, does not write to everybody who ever bought something.
"""

_signer = Signer(salt="shop.catalogue.reviews.asking")


@task(priority=AFTER_MONEY)
def ask_for_reviews() -> None:
    """Write to everybody whose order arrived REVIEWS_ASKED_AFTER ago."""
    for order in _due():
        products = _to_review(order)
        if products:
            context = {
                "products": [
                    {"pk": product.pk, "title": product.get_title(), "path": _path(product)} for product in products
                ],
                "stop_path": reverse("no-review-letters", args=[token(order.user)]),
            }
            post(code=CODE, key=f"{CODE}:{order.pk}", order=order, context=context)


def token(user: Any) -> str:
    """What stands in the link by which this user ends such letters."""
    return _signer.sign(user.pk)


def whose(token: str) -> Any:
    """Who was given the link with this token, or None."""
    try:
        return User.objects.filter(pk=_signer.unsign(token)).first()
    except BadSignature:
        return None


def _due() -> QuerySet[Any]:
    until = timezone.now() - settings.REVIEWS_ASKED_AFTER
    last = Max("shipping_events__date_created", filter=Q(shipping_events__event_type__code=ARRIVED))
    asked = Letter.objects.filter(order=OuterRef("pk"), code=CODE)
    refused = NoReviewLetters.objects.filter(user=OuterRef("user"))
    return (
        Order.objects.filter(status=Order.Status.COMPLETE, user__is_active=True)
        .exclude(Exists(asked))
        .exclude(Exists(refused))
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
    known = set(ProductReview.objects.filter(user=order.user, product__in=products).values_list("product", flat=True))
    for letter in Letter.objects.filter(code=CODE, order__user=order.user):
        known |= {product["pk"] for product in letter.context["products"]}
    return [product for pk, product in products.items() if product.is_public and pk not in known]


def _path(product: Any) -> str:
    return reverse("catalogue:reviews-add", kwargs={"product_slug": product.slug, "product_pk": product.pk})
