"""For real shoppers. Refuses to start when something it needs is missing or unsafe, one sentence a fault."""

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403
from .base import (
    ALLOWED_HOSTS,
    DEBUG,
    LOGGING,
    SECRET_KEY,
    SITE_URL,
    STAFF_SECOND_FACTOR,
    STORAGES,
    STRIPE_API_BASE,
    STRIPE_SECRET_KEY,
    STRIPE_WEBHOOK_SECRETS,
)

if not SITE_URL and ALLOWED_HOSTS and ALLOWED_HOSTS[0] != "*":
    SITE_URL = f"https://{ALLOWED_HOSTS[0].lstrip('.')}"

faults = []
if not SECRET_KEY:
    faults.append("SECRET_KEY is missing.")
elif len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5 or SECRET_KEY.startswith("django-insecure-"):
    faults.append("SECRET_KEY is weak: use at least 50 random characters.")
if not ALLOWED_HOSTS:
    faults.append("ALLOWED_HOSTS is empty: name the hosts that the shop answers for.")
elif not SITE_URL:
    faults.append("SITE_URL is missing: ALLOWED_HOSTS begins with *, which is no address.")
elif not SITE_URL.startswith(("https://", "http://")):
    faults.append("SITE_URL is not an address: begin it with https://.")
if not STRIPE_SECRET_KEY:
    faults.append("STRIPE_SECRET_KEY is missing.")
if not STRIPE_WEBHOOK_SECRETS:
    faults.append("STRIPE_WEBHOOK_SECRET is missing.")
if DEBUG:
    faults.append("DEBUG is on: production never shows its insides.")
if STRIPE_API_BASE and STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_")):
    faults.append("STRIPE_API_BASE is set together with a live key: live payments go to Stripe and nowhere else.")
if faults:
    raise ImproperlyConfigured("The shop cannot start.\n" + "\n".join(f"- {fault}" for fault in faults))

DEBUG = False
STAFF_SECOND_FACTOR = STAFF_SECOND_FACTOR is not False
# Health checks come from inside, and name the machine instead of the shop.
ALLOWED_HOSTS = [*ALLOWED_HOSTS, "127.0.0.1"]

# TLS ends at the proxy in front, which sets this header and drops one that came from outside.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
# Health checks come from inside; and a redirected POST would be a lost event, while what it carries is signed.
SECURE_REDIRECT_EXEMPT = [r"^healthz/$", r"^readyz/$", r"^stripe/webhook/$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
OSCAR_BASKET_COOKIE_SECURE = True
# What is called so, a browser takes from this very host alone, over TLS (RFC 6265bis, 4.1.3).
COOKIE_PREFIX = "__Host-"
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
OSCAR_BASKET_COOKIE_OPEN = f"{COOKIE_PREFIX}basket"
CSRF_TRUSTED_ORIGINS = [SITE_URL]

SILENCED_SYSTEM_CHECKS = ["security.W003"]  # it knows Django's own middleware against forgery; ours extends that

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "shop.staticfiles.Storage"}}

# One JSON object a line, and one line for each request in place of gunicorn's, which would keep the secrets of links.
LOGGING["formatters"]["line"] = {"()": "shop.telemetry.logs.Formatter"}
LOGGING["loggers"]["shop.requests"] = {"level": "INFO"}
