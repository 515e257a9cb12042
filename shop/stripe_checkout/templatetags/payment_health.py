"""The state of payments, for the admin's front page."""

from django import template

from shop.stripe_checkout.health import PaymentHealth, look

register = template.Library()


@register.simple_tag
def payment_health() -> PaymentHealth:
    return look()
