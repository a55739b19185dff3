"""The body of an HTTP answer: its content coding and what its Content-Type says."""

import zlib
from email.message import Message
from functools import lru_cache

GZIP_OR_ZLIB = 47
"""zlib's code for "the header tells which"."""


class UnreadableError(Exception):
    """The body is not in the coding that its headers announce, or it is cut short."""


class InflatedError(Exception):
    """The body is larger than allowed once it is unpacked."""


class ContentCoding:
    """Undoes a content coding piece by piece, never holding more than `maximum` bytes."""

    def __init__(self, coding: str, maximum: int) -> None:
        """Take the value of the Content-Encoding header, empty for none."""
        name = coding.strip().lower()
        if name not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise UnreadableError(f"content coding {coding!r}, which was not asked for")
        self._inflate = zlib.decompressobj(GZIP_OR_ZLIB) if name not in ("", "identity") else None
        self._left = maximum
        self._is_begun = False

    def decode(self, chunk: bytes) -> bytes:
        """Return what a piece of the body unpacks to; raises UnreadableError or InflatedError."""
        if self._inflate is None:
            return chunk
        self._is_begun = True
        try:
            plain = self._inflate.decompress(chunk, self._left + 1)
        except zlib.error as error:
            raise UnreadableError(f"damaged content coding ({error})") from error
        self._left -= len(plain)
        if self._left < 0:
            raise InflatedError
        if self._inflate.unused_data:
            raise UnreadableError("data behind the end of the content coding")
        return plain

    def finish(self) -> None:
        """Make sure that nothing is missing at the end."""
        if self._inflate and self._is_begun and not self._inflate.eof:
            raise UnreadableError("the content coding is cut short")


@lru_cache(maxsize=256)
def media_type_and_charset(content_type: str) -> tuple[str | None, str | None]:
    """Split a Content-Type header into media type and charset, each None when it is not given."""
    if not content_type:
        return None, None
    message = Message()
    message["Content-Type"] = content_type
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type or None, message.get_content_charset()
