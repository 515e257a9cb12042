"""What a reader has written about a product: `{% own_review product user as own %}`."""

from typing import Any

from django import template

register = template.Library()


@register.simple_tag
def own_review(product: Any, user: Any) -> Any:
    """Give the user's review of the product, or None; `user` may be anonymous."""
    return product.reviews.filter(user=user).first() if user.is_authenticated else None
