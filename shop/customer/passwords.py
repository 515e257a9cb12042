"""A new password for who forgot his."""

from django_tasks import task
from oscar.apps.customer.utils import get_password_reset_url
from oscar.core.loading import get_class


@task()
def send_reset(email: str) -> None:
    """Send a link to each account of that address. The worker looks: the page takes as long where there is none."""
    form = get_class("customer.forms", "PasswordResetForm")()
    dispatcher = get_class("customer.utils", "CustomerDispatcher")()
    for user in form.get_users(email):
        dispatcher.send_password_reset_email_for_user(user, {"user": user, "reset_url": get_password_reset_url(user)})
