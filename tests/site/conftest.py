"""The fixtures of this folder."""

from small_release import datasette, get, release, site

__all__ = ["datasette", "get", "release", "site"]
