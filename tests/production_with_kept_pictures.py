"""As in production, but for pictures: each is encoded once, however many shops load the demo (tests/pictures.py)."""

from shop.settings import base
from shop.settings.production import *  # noqa: F403  (settings inherit from each other by a star)

PICTURES = {**base.PICTURES, "PROCESSOR": "tests.pictures.process_once"}
