"""The letter that the contact form writes, to the shop's own address."""

from email.utils import parseaddr
from hashlib import sha256

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from oscar.core.loading import get_class, get_model

from shop.outbox.letters import write
from shop.outbox.models import Letter
from shop.outbox.packing import pack

Dispatcher = get_class("communication.utils", "Dispatcher")
Order = get_model("order", "Order")

CODE = "STAFF_CONTACT"


def write_to_shop(*, name: str, email: str, order_number: str, message: str) -> None:
    """Put the letter into the outbox; an answer to it goes to the shopper.

    It comes ready-made, so that the outbox forgets its text as soon as it is sent. The same letter of the same day is
    one letter, however often Send was pressed.
    """
    texts = Dispatcher().get_messages(
        CODE,
        {
            "name": name,
            "email": email,
            "order_number": order_number,
            "order_exists": bool(order_number) and Order.objects.filter(number=order_number).exists(),
            "message": message,
        },
    )
    mail = EmailMultiAlternatives(texts["subject"], texts["body"], settings.OSCAR_FROM_EMAIL, reply_to=[email])
    mail.attach_alternative(texts["html"], "text/html")
    said = "\n".join([name, email, order_number, message])
    key = f"{CODE}:{timezone.localdate()}:{sha256(said.encode()).hexdigest()}"
    write([Letter(key=key, code=CODE, to=parseaddr(settings.OSCAR_FROM_EMAIL)[1], message=pack(mail))])
