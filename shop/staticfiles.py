"""Static files in production: stylesheets joined and minified, names hashed, gzip and Brotli copies beside each."""

from pipeline.compressors import CompressorBase
from pipeline.storage import PipelineMixin
from rcssmin import cssmin
from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(PipelineMixin, CompressedManifestStaticFilesStorage):
    """Joins the stylesheets that PIPELINE names, then hashes and compresses as WhiteNoise does."""


class Minifier(CompressorBase):
    """Takes out of a stylesheet what only people read.

    The blank before a pseudo-class of a descendant is no such thing, but goes too: we write `.prose *:hover`.
    """

    def compress_css(self, css: str) -> str:
        minified: str = cssmin(css)
        return minified
