"""What an answer really is: refusals and missing pages are recognised, recorded and never got round."""

from collections.abc import Iterable

from gongkai_scraper.defaults import Mark, load_defaults
from gongkai_scraper.text import decode, page_title


def refusal(status: int, body: bytes, charset: str | None) -> str | None:
    """Return how the portal refuses us with this answer; None when it does not."""
    return _said_by(load_defaults().refusals, status, body, charset)


def missing(status: int, body: bytes, charset: str | None) -> str | None:
    """Return that an answer with status 200 is a page that reports an error ("soft 404"); None when it is not."""
    return _said_by(load_defaults().missing, status, body, charset)


def _said_by(marks: Iterable[Mark], status: int, body: bytes, charset: str | None) -> str | None:
    text = decode(body, charset) if body[:1024].lstrip().startswith((b"<", b"\xef\xbb\xbf")) else ""
    title = page_title(text)
    for mark in marks:
        if mark.status and status not in mark.status:
            continue
        if mark.text and mark.text not in text:
            continue
        if mark.title and not any(words in title for words in mark.title):
            continue
        return f"{mark.says} (status {status})"
    return None
