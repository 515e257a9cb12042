"""A shop to try: nine products with their pictures, where they can be sent, and a voucher."""

from .loader import load

__all__ = ["load"]
