"""The way in: bytes of any known format → a document."""

import email
import email.policy
from dataclasses import replace

from gongkai_build.documents.blocks import Content, Document, Line, UnreadableDocument
from gongkai_build.documents.charset import decode
from gongkai_build.documents.confined import MOST_LINES, read_confined
from gongkai_build.documents.html import read_html
from gongkai_build.documents.kinds import (
    DOC,
    DOCX,
    HTML,
    MHTML,
    PDF,
    RTF,
    UTF16_MARKS,
    WORD_XML,
    XLS,
    XLSX,
    is_html,
    kind_of,
)
from gongkai_build.documents.text import read_text
from gongkai_build.documents.word import read_word

LARGEST_DOCUMENT = 20_000_000
_CONFINED = {PDF: "pdf", DOCX: "docx", XLSX: "xlsx", XLS: "xls"}
_WORD = {DOC: ".doc", RTF: ".rtf", WORD_XML: ".xml"}


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
    kind = kind_of(body, media_type)
    if kind in _CONFINED:
        return _document(kind, read_confined(_CONFINED[kind], body))
    if kind in _WORD:
        return _document(kind, read_word(body, _WORD[kind]))
    if kind == MHTML:
        return _saved_page(body)
    return _read_text_or_page(body, kind, charset)


def _document(kind: str, content: Content) -> Document:
    if not any(block.text.strip() if isinstance(block, Line) else any(block.rows) for block in content.blocks):
        raise UnreadableDocument(
            "the document holds no text: it is empty, or its pages are pictures; have them typed or recognised, "
            "check that against the pictures, and save it as DOCX or HTML"
        )
    return Document(content.blocks, kind, None, notes=content.notes, pages=content.pages)


def _saved_page(body: bytes) -> Document:
    """Read a web page that was saved as one file, with its pictures beside it."""
    message = email.message_from_bytes(body.lstrip(), policy=email.policy.compat32)
    for part in message.walk():
        if part.get_content_type() == HTML:
            page = part.get_payload(decode=True)
            if isinstance(page, bytes) and page.strip():
                return replace(_read_text_or_page(page, HTML, part.get_content_charset()), media_type=MHTML)
    raise UnreadableDocument("this is a saved web page (MHTML) without a page in it; save it as HTML")


def _read_text_or_page(body: bytes, kind: str, charset: str | None) -> Document:
    text, name = decode(body, charset, html=kind == HTML)
    if body.startswith(UTF16_MARKS) and is_html(text[:4096].encode()):
        kind = HTML
    if len(text) > MOST_LINES and (
        text.count("\n") > MOST_LINES or (text.count("<") > MOST_LINES and text.lower().count("<br") > MOST_LINES)
    ):
        raise UnreadableDocument(f"the document has more than {MOST_LINES} lines; no report has as many")
    if kind == HTML:
        blocks, title, meta = read_html(text)
        if not blocks:
            raise UnreadableDocument("the page holds no text: it is empty, or its text is in pictures or scripts")
        title = meta.get("ArticleTitle") or title
        return Document(blocks, kind, name, title, meta, breaks_off=text.rstrip()[-1:] != ">")
    return Document(read_text(text), kind, name, breaks_off=text[-1:].isnumeric())
