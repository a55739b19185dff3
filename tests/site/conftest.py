"""The fixtures of this folder."""

from small_release import datasette, get, release

__all__ = ["datasette", "get", "release"]
