"""Renditions for tests: real ones, each encoded once, however many tests load the demo and however often."""

import os
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from pictures.tasks import process_picture
from pictures.utils import reconstruct

from shop.pictures.renditions import ENCODING, Rendition

KEPT = settings.BASE_DIR / "var" / "test-renditions"


def process_once(*, storage, file_name, sender, new=None, old=None):
    """django-pictures' processor, with a memory: what a picture became in this encoding lies in var/ from then on."""
    place = reconstruct(*storage)
    with place.open(file_name) as file:
        picture = sha256(file.read() + repr(ENCODING).encode()).hexdigest()
    kept = {_path(picture, reconstruct(*each)): each for each in new or ()}
    missing = [each for path, each in kept.items() if not path.exists()]
    process_picture(storage=storage, file_name=file_name, sender=sender, new=missing, old=old)
    for path, each in kept.items():
        name = reconstruct(*each).name
        if each in missing:
            with place.open(name) as made:
                _write(path, made.read())
        else:
            place.delete(name)
            place.save(name, ContentFile(path.read_bytes()))


def _path(picture: str, rendition: Rendition) -> Path:
    return KEPT / picture / f"{rendition.width}w.{rendition.file_type.lower()}"


def _write(path: Path, data: bytes) -> None:
    """In one step, so that another process finds all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}")
    part.write_bytes(data)
    part.rename(path)
