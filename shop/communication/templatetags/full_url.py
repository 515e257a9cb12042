"""Links that work outside the site, in letters above all: `{{ path|full_url }}`."""

from django import template
from django.conf import settings

register = template.Library()


@register.filter
def full_url(path: str) -> str:
    """Give the address of a path of this site ("/basket/") with scheme and host, as SITE_URL has them.

    A whole address, such as that of a picture that lies elsewhere, stays itself.
    """
    return path if path.startswith(("https://", "http://")) else f"{settings.SITE_URL}{path}"
