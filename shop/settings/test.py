"""For the tests: as in development, with mail kept in memory and cheap password hashes."""

from .dev import *  # noqa: F403
from .base import DATABASES, TASKS  # noqa: F401  (tasks wait in the database, as in production; a test runs the worker)

DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
