"""Pictures in a bucket that speaks S3, where more than one machine answers: MEDIA_STORAGE names it.

    s3://key:secret@s3.example.com/bucket?region=eu-central-1&public=https://pictures.example.com

`region` is what some providers ask for. `public` is where readers fetch the pictures, such as a CDN in front; without
it that is the bucket itself, which must let everybody read. s3+http:// is for a server on the same machine.
"""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

FOR_A_MONTH = "public, max-age=2592000"
"""As nginx says of pictures on disk. A picture that changes gets another name."""

SCHEMES = {"s3": "https", "s3+http": "http"}


class NoBucket(ValueError):
    """The address names no bucket. The message says what is wrong with it, without the secret."""


def storage(address: str) -> dict[str, Any]:
    """Django's setting for such a storage. Raises NoBucket."""
    parts = urlsplit(address)
    scheme, bucket, options = SCHEMES.get(parts.scheme), parts.path.strip("/"), dict(parse_qsl(parts.query))
    if scheme is None:
        raise NoBucket("MEDIA_STORAGE begins with neither s3:// nor s3+http://.")
    if not (parts.hostname and parts.username and parts.password and bucket) or "/" in bucket:
        raise NoBucket("MEDIA_STORAGE is not of the form s3://key:secret@host/bucket.")
    if unknown := options.keys() - {"region", "public"}:
        raise NoBucket(f"MEDIA_STORAGE knows region and public, not {', '.join(sorted(unknown))}.")
    host = parts.netloc.rpartition("@")[2]
    public = urlsplit(options.get("public", f"{scheme}://{host}/{bucket}").rstrip("/"))
    if public.scheme not in ("https", "http") or not public.netloc:
        raise NoBucket("MEDIA_STORAGE's public is not an address: begin it with https://.")
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "access_key": unquote(parts.username),
            "secret_key": unquote(parts.password),
            "bucket_name": bucket,
            "endpoint_url": f"{scheme}://{host}",
            "region_name": options.get("region"),
            "addressing_style": "path",
            "signature_version": "s3v4",
            # A name that is taken gets another one, as on disk.
            "file_overwrite": False,
            "object_parameters": {"CacheControl": FOR_A_MONTH},
            # Addresses are put together, without asking anybody.
            "querystring_auth": False,
            "url_protocol": f"{public.scheme}:",
            "custom_domain": f"{public.netloc}{public.path}",
        },
    }
