"""For the tests: as in development, with mail kept in memory, cheap password hashes, and files that only tests see."""

import os
import tempfile
from pathlib import Path

from . import base
from .dev import *  # noqa: F403

DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
OUTBOX_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TASKS = base.TASKS  # they wait in the database, as in production; a test runs the worker

if "sqlite3" in base.DATABASE["ENGINE"]:
    # A file, not memory: each thread of the live server has its own connection then, as in production. Its name is
    # this run's own, so that two runs do not meet.
    base.DATABASE["TEST"] = {"NAME": Path(tempfile.gettempdir()) / f"shop-test-{os.getpid()}.sqlite3"}
else:
    # Nobody misses what a power cut would take from a test database, and nobody waits for the disk then.
    base.DATABASE["OPTIONS"]["options"] += " -c synchronous_commit=off"
# A second connection to the same database, for the tests of what is read from a replica.
if "postgresql" in base.DATABASE["ENGINE"]:
    DATABASES = {"default": base.DATABASE, "replica1": {**base.DATABASE, "TEST": {"MIRROR": "default"}}}
# A kept connection of a thread of the live server would keep the test database from being dropped.
base.DATABASE["CONN_MAX_AGE"] = 0
PROBE_PRIVATE_ADDRESSES = True
PICTURES = {**base.PICTURES, "PROCESSOR": "tests.pictures.process_once"}
MEDIA_ROOT = str(base.BASE_DIR / "var" / "test-media")

# Nothing has been collected: the stylesheets are served one by one, from where they lie.
PIPELINE = {**base.PIPELINE, "PIPELINE_ENABLED": False}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
