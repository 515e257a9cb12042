"""The shop as in production, but without the headers that tell browsers what to refuse, and without limits.

It is there to be measured beside the shop, which shows what those cost; nothing else may run with it.
"""

from shop.settings.production import *  # noqa: F403  (settings are put together like this)
from shop.settings.production import MIDDLEWARE as GUARDED

GUARDS = {
    "django.middleware.security.SecurityMiddleware",
    "shop.security_headers.SecurityHeadersMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "shop.throttle.ThrottleMiddleware",
}
MIDDLEWARE = [middleware for middleware in GUARDED if middleware not in GUARDS]
