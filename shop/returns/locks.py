"""A return under the lock of its order. It comes after basket, order and attempt, before the limits and the stock."""

from shop.returns.models import Return
from shop.returns.states import NotNow
from shop.stripe_checkout import locks
from shop.stripe_checkout.models import PaymentAttempt


def lock(case: Return) -> Return:
    """The return as it is now, with its order, nobody else's until the caller's transaction ends.

    Raises NotNow when the order was never paid at Stripe.
    """
    return lock_with_payment(case)[0]


def lock_with_payment(case: Return) -> tuple[Return, PaymentAttempt]:
    """The same, with the payment that the order took."""
    payment = payment_of(case)
    if payment is None:
        raise NotNow("The order was not paid at Stripe.")
    order, payment = locks.lock(payment)
    case = Return.objects.select_for_update(of=("self",)).select_related("promise").get(pk=case.pk)
    case.order = order
    return case, payment


def payment_of(case: Return) -> PaymentAttempt | None:
    """The payment that its order took."""
    taken = PaymentAttempt.objects.filter(order=case.order_id, state=PaymentAttempt.State.SUCCEEDED)
    return taken.select_related("order").first()
