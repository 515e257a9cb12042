from oscar.apps.offer import applicator


class Applicator(applicator.Applicator):
    def get_basket_offers(self, basket, user):
        """The offers of the basket's vouchers; a use by the basket's own unpaid order does not count against it."""
        if not basket.pk or not user:
            return []
        offers = []
        for voucher in basket.vouchers.all():
            available, _message = voucher.is_available_to_user(user=user, basket=basket)
            if not (available and voucher.is_active()):
                continue
            for offer in voucher.offers.all():
                offer.set_voucher(voucher)
                offers.append(offer)
        return offers
