"""Discount codes: one is put into a basket, or refused in words that stand beside the field."""

from django.http import HttpRequest
from django.utils.translation import gettext as _
from oscar.core.loading import get_class, get_model

Applicator = get_class("offer.applicator", "Applicator")
Voucher = get_model("voucher", "Voucher")


class CodeRefused(Exception):
    """Why a code does nothing here, in words for the shopper."""


def use_code(code: str, *, request: HttpRequest) -> Voucher:
    """Put the voucher with that code into the basket of the request, and its discounts with it.

    Raises CodeRefused, and leaves the basket as it was. The words are Oscar's message ids, so that its translations
    hold here too.
    """
    basket = request.basket
    voucher = Voucher.objects.filter(code=code).first()
    if voucher is None:
        raise CodeRefused(_("No voucher found with code '%(code)s'") % {"code": code})
    if basket.id and basket.contains_voucher(code):
        raise CodeRefused(_("You have already added the '%(code)s' voucher to your basket") % {"code": code})
    if voucher.is_expired():
        raise CodeRefused(_("The '%(code)s' voucher has expired") % {"code": code})
    if not voucher.is_active():
        raise CodeRefused(_("The '%(code)s' voucher is not active") % {"code": code})
    is_available, reason = voucher.is_available_to_user(request.user, basket=basket)
    if not is_available:
        raise CodeRefused(reason)
    if not _lowers_the_price(voucher, request):
        raise CodeRefused(_("Your basket does not qualify for a voucher discount"))
    return voucher


def _lowers_the_price(voucher: Voucher, request: HttpRequest) -> bool:
    """Whether the voucher, now in the basket, brings a discount; one that brings none is taken out again."""
    basket = request.basket
    if not basket.id:
        return False
    basket.vouchers.add(voucher)
    Applicator().apply(basket, request.user, request)
    if any(discount["voucher"] == voucher for discount in basket.offer_applications):
        return True
    basket.vouchers.remove(voucher)
    return False
