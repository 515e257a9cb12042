"""Links by which people without an account read a guide before it is out. They are signed, and they end."""

from datetime import UTC, datetime, timedelta

from django.core.signing import TimestampSigner, b62_decode
from django.urls import reverse
from django.utils import timezone

from blog.models import Post

LIFETIME = timedelta(days=7)

_signer = TimestampSigner(salt="blog.sharing")


def path_to(post: Post) -> str:
    """The path at which everybody who has it reads the guide, whatever its status, until LIFETIME is over."""
    return reverse("blog:preview", args=[_signer.sign(str(post.pk))])


def ends_at() -> datetime:
    """When a link that is made now ends."""
    return timezone.now() + LIFETIME


def post_of(token: str) -> int:
    """The key of the guide that a link is for.

    Raises BadSignature for a link that is not ours, and SignatureExpired for one that has ended.
    """
    return int(_signer.unsign(token, max_age=LIFETIME))


def end_of(token: str) -> datetime:
    """When a link that `post_of` takes will end."""
    made = b62_decode(token.split(_signer.sep)[1])
    return datetime.fromtimestamp(made, UTC) + LIFETIME
