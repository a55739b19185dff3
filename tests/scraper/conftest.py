"""The fixtures of this folder."""

from fake_portal import site

__all__ = ["site"]
