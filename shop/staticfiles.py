"""Static files in production: stylesheets joined, names hashed, gzip and Brotli copies beside each."""

from pipeline.storage import PipelineMixin
from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(PipelineMixin, CompressedManifestStaticFilesStorage):
    """Joins the stylesheets that PIPELINE names, then hashes and compresses as WhiteNoise does."""
