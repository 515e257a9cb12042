"""On a developer's machine: readable errors, mail on the console, a stand-in for Stripe in the same process."""

from .base import *  # noqa: F403
from .base import (
    ALLOWED_HOSTS,
    DEBUG,
    INSTALLED_APPS,
    LARGE_BODIES,
    SECRET_KEY,
    SHARED_PAGES,
    SITE_URL,
    STAFF_SECOND_FACTOR,
    STRIPE_API_BASE,
    STRIPE_SECRET_KEY,
    STRIPE_WEBHOOK_SECRETS,
)

STAFF_SECOND_FACTOR = bool(STAFF_SECOND_FACTOR)
DEBUG = True if DEBUG is None else DEBUG
SECRET_KEY = SECRET_KEY or "only-for-development-" + "x" * 30
ALLOWED_HOSTS = ALLOWED_HOSTS or ["127.0.0.1", "localhost", "[::1]"]
SITE_URL = SITE_URL or "http://127.0.0.1:8000"

INSTALLED_APPS = [*INSTALLED_APPS, "shop.stripe_sandbox"]
LARGE_BODIES = [*LARGE_BODIES, "/stripe-sandbox/"]  # it refuses them itself, as Stripe does

if not STRIPE_SECRET_KEY:  # with a key of one's own, it is Stripe that the shop talks to
    STRIPE_API_BASE = STRIPE_API_BASE or f"{SITE_URL}/stripe-sandbox"
STRIPE_SECRET_KEY = STRIPE_SECRET_KEY or "sk_test_stand_in"
STRIPE_WEBHOOK_SECRETS = STRIPE_WEBHOOK_SECRETS or ["whsec_stand_in"]

TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

# Whoever writes a template wants to see it.
SHARED_PAGES = {**SHARED_PAGES, "ARE_KEPT": False}

# load_demo adds this login and says so.
DEMO_STAFF = {"email": "staff@themoderngentlemen.example", "password": "plain-care"}
