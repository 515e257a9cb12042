"""Background work on payments."""

from django_tasks import task

from shop.stripe_checkout.models import PaymentAttempt
from shop.stripe_checkout.sweeper import sweep


def settle_when_due(attempt: PaymentAttempt) -> None:
    """Have the worker look at the attempt once its session should have ended, should nobody have done so before.

    Where tasks run at once, as in development, nothing can be put off: `settle_payments` by hand does the same.
    """
    if settle_if_live.get_backend().supports_defer:
        settle_if_live.using(run_after=attempt.due_at).enqueue(attempt_id=str(attempt.pk))


@task()
def settle_if_live(attempt_id: str) -> None:
    attempt = PaymentAttempt.objects.live().filter(pk=attempt_id).first()
    if attempt is not None:
        sweep(attempt)
