"""The body of an HTTP answer: its content coding and what its Content-Type says."""

import zlib
from email.message import Message
from functools import lru_cache

GZIP_OR_ZLIB, BARE = 47, -15
"""zlib's codes for "the header tells which" and for "no header"."""


class UnreadableError(Exception):
    """The body is not in the coding that its headers announce, or it is cut short."""


class LargeError(Exception):
    """The body is larger than allowed, as it is sent or once it is unpacked."""


class Body:
    """A body while it comes: as it is sent, and with its content coding undone; never more of either than is allowed."""

    def __init__(self, coding: str, maximum: int) -> None:
        """Take the value of the Content-Encoding header, empty for none, and the largest size in bytes."""
        self._maximum = maximum
        self._sent: list[bytes] = []
        self._plain: list[bytes] = []
        self._sizes = [0, 0]
        self._coding = coding.strip().lower()
        self._inflate = None if self._coding in ("", "identity") else zlib.decompressobj(GZIP_OR_ZLIB)
        self._damage: str | None = None
        if self._coding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            self._damage = f"content coding {coding!r}, which was not asked for"

    @property
    def sent(self) -> bytes:
        """What came, as it was sent."""
        return b"".join(self._sent)

    def add(self, piece: bytes) -> None:
        """Take what came next; raises LargeError."""
        self._grow(0, len(piece), "")
        self._sent.append(piece)
        if self._inflate and not self._damage:
            self._unpack(self._inflate, piece)

    def whole(self) -> bytes:
        """Return the body with its coding undone, when all of it has come; raises UnreadableError."""
        if not self._inflate or not self._sent:
            return self.sent
        if not self._damage and not self._inflate.eof:
            self._damage = "the content coding is cut short"
        if self._damage:
            raise UnreadableError(self._damage)
        return b"".join(self._plain)

    def _unpack(self, inflate: "zlib._Decompress", piece: bytes) -> None:
        try:
            plain = inflate.decompress(piece, self._maximum - self._sizes[1] + 1)
        except zlib.error as error:
            if self._coding == "deflate" and not self._sizes[1]:
                # It means zlib's format (RFC 9110), but some hosts send it without its header, and browsers read that.
                self._coding, self._inflate = "bare", zlib.decompressobj(BARE)
                self._unpack(self._inflate, self.sent)
            else:
                self._damage = f"damaged content coding ({error})"
            return
        self._grow(1, len(plain), " when unpacked")
        self._plain.append(plain)
        if inflate.unused_data:
            self._damage = "data behind the end of the content coding"

    def _grow(self, which: int, size: int, how: str) -> None:
        self._sizes[which] += size
        if self._sizes[which] > self._maximum:
            raise LargeError(f"larger than {self._maximum} bytes{how}")


@lru_cache(maxsize=256)
def media_type_and_charset(content_type: str) -> tuple[str | None, str | None]:
    """Split a Content-Type header into media type and charset, each None when it is not given."""
    if not content_type:
        return None, None
    message = Message()
    message["Content-Type"] = content_type
    media_type = content_type.partition(";")[0].strip().lower()
    try:
        charset = message.get_content_charset()
    except Exception:  # the standard library raises what it likes at parameters of odd kinds; then none is given
        charset = None
    return media_type or None, charset
