"""Bytes of a page to text, and what its `<title>` says."""

import codecs
import re
from functools import lru_cache

META = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
HEAD_BYTES = 4096
CHINESE = frozenset({"gb2312", "gbk", "gb18030"})
NO_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape"})
"""What Python can decode besides texts: names of hosts, and its own way to write characters. No page is in it."""


def decode(body: bytes, declared: str | None) -> str:
    """Decode a page. The charset is what its byte order mark, the header, its meta element or its content say.

    The first of them that fits the bytes is taken; when none fits, the first is, with marks (U+FFFD) for what it
    cannot read. GB2312 and GBK are read as GB18030, which contains them.

    Args:
        body: the page.
        declared: charset of the Content-Type header.
    """
    if body.startswith(codecs.BOM_UTF8):
        return body.decode("utf-8-sig", "replace")
    meta = META.search(body[:HEAD_BYTES])
    named = [name for name in (declared, meta and meta[1].decode("ascii", "replace")) if name]
    codings = [coding for name in (*named, "utf-8", "gb18030") if (coding := _coding(name))]
    for coding in codings:
        try:
            return body.decode(coding)
        except UnicodeError:
            continue
    return body.decode(codings[0], "replace")


def page_title(text: str) -> str:
    """Return the content of the page's `<title>`, its white space collapsed; empty when it has none."""
    match = TITLE.search(text)
    return " ".join(match[1].split()) if match else ""


@lru_cache(maxsize=256)
def _coding(name: str) -> str | None:
    try:
        coding = codecs.lookup(name.strip("\"' ")).name
        "".encode(coding)
    except (LookupError, ValueError):
        return None  # an unknown charset, or a codec that is none (`hex`, `rot13`)
    if coding.replace("-", "_") in NO_CHARSETS:
        return None
    return "gb18030" if coding in CHINESE else coding
