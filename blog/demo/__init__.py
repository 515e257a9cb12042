"""Guides to try the shop with: three that recommend each other, and what we sell."""

from blog.demo.loader import load

__all__ = ["load"]
