"""The way in: bytes of any known format → a document."""

import re

from gongkai_build.documents.blocks import Document, UnreadableDocument
from gongkai_build.documents.charset import decode
from gongkai_build.documents.html import read_html
from gongkai_build.documents.text import read_text

_SIGNATURES = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP container (DOCX, XLSX, OFD or a plain archive)"),
    (b"\xd0\xcf\x11\xe0", "an old Office file (DOC, XLS or WPS)"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x1f\x8b", "a gzip file"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"),
)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|div|p|meta)\b", re.IGNORECASE)
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
LARGEST_DOCUMENT = 20_000_000
MOST_LINES = 100_000
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def media_type_of(body: bytes, declared: str | None = None) -> str:
    """Tell the media type of a document from its content; `declared` only decides what the content leaves open.

    Raises: UnreadableDocument for an empty document and for formats that cannot be read.
    """
    if not body.strip():
        raise UnreadableDocument("the document is empty")
    for signature, name in _SIGNATURES:
        if body.startswith(signature):
            raise UnreadableDocument(f"this is {name}; text and HTML can be read: save it as one of them")
    if _HTML.search(body[:4096]) or (declared or "").split(";")[0].strip() in ("text/html", "application/xhtml+xml"):
        return "text/html"
    if not body.startswith(_UTF16_MARKS) and _CONTROL.search(body[:65536]):
        raise UnreadableDocument("this is a binary file, or UTF-16 without a mark, not text or HTML; save it as UTF-8")
    return "text/plain"


def read_document(body: bytes, *, media_type: str | None = None, charset: str | None = None) -> Document:
    """Read a document into lines and tables.

    Args:
        body: the bytes as archived.
        media_type: as declared by the transport, if at all; the content decides where it speaks for itself.
        charset: as declared by the transport, if at all.

    Raises: UnreadableDocument, with what is wrong and what to do.
    """
    if len(body) > LARGEST_DOCUMENT:
        raise UnreadableDocument(f"the document has {len(body)} bytes; no report has more than {LARGEST_DOCUMENT}")
    kind = media_type_of(body, media_type)
    text, name = decode(body, charset, html=kind == "text/html")
    if body.startswith(_UTF16_MARKS) and _HTML.search(text[:4096].encode()):
        kind = "text/html"
    if text.count("\n") > MOST_LINES or text.lower().count("<br") > MOST_LINES:
        raise UnreadableDocument(f"the document has more than {MOST_LINES} lines; no report has as many")
    if kind == "text/html":
        blocks, title, meta = read_html(text)
        title = meta.get("ArticleTitle") or title
        return Document(blocks, kind, name, title, meta)
    return Document(read_text(text), kind, name)
