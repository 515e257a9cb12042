"""Which release of the shop makes pages: two of them that run side by side, as during a deploy, keep theirs apart."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings

SOURCES = ("*.html", "*.txt", "*.py", "*.mo", "*.json")
# What pages and their headers show of the settings that differ from one machine to the next.
SHOWN = ("SITE_URL", "SHOP_LEGAL_NAME", "SHOP_ADDRESS", "MEDIA_URL", "MEDIA_STORAGE", "STATIC_URL", "STRIPE_API_BASE")


@cache
def release() -> str:
    """A fingerprint of templates, code, static files and those settings."""
    digest = sha256()
    packages = [file.parent for file in settings.BASE_DIR.glob("*/__init__.py")]
    for folder in sorted([*packages, settings.BASE_DIR / "templates", settings.BASE_DIR / "locale"]):
        for pattern in SOURCES:
            for path in sorted(folder.rglob(pattern)):
                digest.update(path.read_bytes())
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    digest.update(manifest.read_bytes() if manifest.exists() else b"")
    digest.update(repr([getattr(settings, name) for name in SHOWN]).encode())
    return digest.hexdigest()
