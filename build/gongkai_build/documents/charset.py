"""Which characters the bytes stand for."""

import codecs
import re

from gongkai_build.documents.blocks import UnreadableDocument

_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
_GB_FAMILY = frozenset({"gb2312", "gbk", "gb18030", "cp936", "hz", "gb_2312-80", "x-gbk", "euc-cn"})
_NO_CHARSETS = frozenset(
    {"undefined", "unicode_escape", "unicode-escape", "raw_unicode_escape", "utf-7", "utf7", "idna", "punycode"}
)
"""Codecs of Python that no page is written in."""
_FALLBACKS = ("utf-8", "gb18030", "big5")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROL_BYTES = bytes(byte for byte in (*range(0x20), 0x7F) if byte not in b"\t\n\r")
INVISIBLE = "\xad\u200b-\u200f\u2060\ufeff"
"""Characters, as of a pattern, that nothing is printed for: soft hyphens, blanks without width, marks of direction that turn nothing round."""
_INVISIBLE_BYTES = re.compile(rb"\xc2[\x80-\x9f\xad]|\xe2\x80[\x8b-\x8f]|\xe2\x81\xa0|\xef\xbb\xbf")
_CONTROL = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff{INVISIBLE}]")


def decode(body: bytes, declared: str | None = None, *, html: bool = False) -> tuple[str, str]:
    """Decode a document: by byte-order mark, declared charset, meta tag, then by what the bytes can be.

    gb2312 and gbk are read as GB18030, of which they are parts and for which they are commonly written.
    A declared GB charset over bytes that are valid UTF-8 is a wrong declaration: text in GB18030 is not valid UTF-8 by chance.

    Args:
        body: the bytes.
        declared: charset of the transport (HTTP header), if any.
        html: whether a meta tag may be looked for.

    Returns: the text and the name of the charset by which it was decoded.
    Raises: UnreadableDocument when no charset fits.
    """
    for mark, marked in _MARKS:
        if body.startswith(mark):
            return clean(_strictly(body, marked) or _fail(marked)), marked.removesuffix("-sig")
    candidates = [declared] if declared else []
    if html and (match := _META.search(body[:4096])):
        candidates.append(match.group(1).decode("ascii"))
    for candidate in (*candidates, *_FALLBACKS):
        charset = _python_name(candidate)
        if charset == "gb18030" and not body.isascii() and (text := _text_of_utf8(body)) is not None:
            return text, "utf-8"
        if charset == "utf-8" and (text := _text_of_utf8(body)) is not None:
            return text, charset
        if charset and (text := _strictly(body, charset)) is not None:
            return clean(text), charset
    return _fail(", ".join((*candidates, *_FALLBACKS))), ""


def _text_of_utf8(body: bytes) -> str | None:
    text = _strictly(body, "utf-8")
    return text if text is None or _is_clean_utf8(body) else clean(text)


def _is_clean_utf8(body: bytes) -> bool:
    """Tell whether bytes hold none of the characters that `clean` drops, which is quicker seen in bytes than in text."""
    return len(body.translate(None, _CONTROL_BYTES)) == len(body) and not _INVISIBLE_BYTES.search(body)


def clean(text: str) -> str:
    """Drop control characters and invisible ones: nothing is printed for them, and neither CSV nor SQLite should carry them on."""
    return _CONTROL.sub("", text)


def _python_name(charset: str) -> str | None:
    name = charset.strip().lower()
    if name in _GB_FAMILY:
        return "gb18030"
    try:
        return codecs.lookup(name).name if name not in _NO_CHARSETS else None
    except (LookupError, ValueError):
        return None


def _strictly(body: bytes, charset: str) -> str | None:
    try:
        return body.decode(charset)
    except (UnicodeError, LookupError):
        return None


def _fail(tried: str) -> str:
    raise UnreadableDocument(f"the text is in none of the charsets tried ({tried}); save it as UTF-8")
