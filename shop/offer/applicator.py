from copy import copy

from django.db.models import Prefetch
from oscar.apps.offer import applicator
from oscar.core.loading import get_model

from shop.catalogue.tiles import remember
from shop.offer.foresight import foresee
from shop.shared_pages.versions import versions

ConditionalOffer = get_model("offer", "ConditionalOffer")


class Applicator(applicator.Applicator):
    """Oscar's, in a number of queries that grows neither with the lines nor with the offers."""

    def apply(self, basket, user=None, request=None):
        """As Oscar does; the basket remembers which offers there were, for what else the page says of them."""
        basket.offers_at_hand = self.get_offers(basket, user, request)
        self.apply_offers(basket, basket.offers_at_hand)

    def get_offers(self, basket, user=None, request=None):
        offers = super().get_offers(basket, user, request)
        foresee(offers, basket)
        return offers

    def get_site_offers(self):
        """Those for everybody, kept until one changes; how often the limited ones were used is read each time."""
        offers = [_copied(offer) for offer in self._kept_site_offers()]
        _tell_uses({offer.pk: offer for offer in offers if offer.max_discount or offer.max_global_applications})
        return offers

    def counts_uses(self):
        """Whether one of those for everybody ends once it was used so often, of which no version tells."""
        limits = ("max_discount", "max_global_applications", "max_user_applications")
        return any(getattr(offer, limit) for offer in self._kept_site_offers() for limit in limits)

    def _kept_site_offers(self):
        return versions.keep("site offers", lambda: list(_whole(super(Applicator, self).get_site_offers())))

    def get_basket_offers(self, basket, user):
        """The offers of the basket's vouchers; a use by the basket's own unpaid order does not count against it."""
        if not basket.pk or not user:
            return []
        offers = []
        vouchers = basket.vouchers.prefetch_related(Prefetch("offers", _whole(ConditionalOffer.objects.all())))
        remember(basket, "vouchers", list(vouchers))  # for the page, until one is added or taken out
        for voucher in basket.vouchers.all():
            available, _message = voucher.is_available_to_user(user=user, basket=basket)
            if not (available and voucher.is_active()):
                continue
            for offer in voucher.offers.all():
                offer.set_voucher(voucher)
                offers.append(offer)
        return offers


def _copied(offer):
    """An offer that may be told about one basket, of one that all baskets share."""
    own = copy(offer)
    for name in ("condition", "benefit"):
        part = copy(getattr(offer, name))
        part.range = copy(part.range)
        setattr(own, name, part)
    return own


def _tell_uses(limited):
    """Orders count on offers, and no version tells of that."""
    if limited:
        counted = ConditionalOffer.objects.filter(pk__in=limited)
        for key, applications, discount in counted.values_list("pk", "num_applications", "total_discount"):
            limited[key].num_applications, limited[key].total_discount = applications, discount


def _whole(offers):
    """With all that is asked of an offer when it is applied."""
    return offers.select_related("condition__range", "benefit__range").prefetch_related(
        "combinations", "in_combination"
    )
