"""What an answer really is: refusals and missing pages are recognised, recorded and never got round."""

from collections.abc import Iterable
from http import HTTPStatus

from gongkai_scraper.defaults import Mark, load_defaults
from gongkai_scraper.records import Outcome
from gongkai_scraper.text import decode, page_title

ABSENT = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
MARKUP = (b"<", b"\xef\xbb\xbf")


def judge(status: int, body: bytes, charset: str | None, phrase: str = "") -> tuple[Outcome, str | None]:
    """Tell what an answer is that is neither a redirect nor word of an unchanged document.

    Args:
        status, phrase: of the HTTP answer.
        body: after content decoding.
        charset: as the transport declared it.

    Returns:
        The outcome, and how we know where it is no document.
    """
    text = decode(body, charset) if body[:1024].lstrip().startswith(MARKUP) else ""
    title = page_title(text)
    if reason := _said_by(load_defaults().refusals, status, text, title):
        return "refused", reason
    if status in ABSENT:
        return "absent", f"status {status} {phrase}".rstrip()
    if status != HTTPStatus.OK:
        return "failed", f"status {status} {phrase}".rstrip()
    if reason := _said_by(load_defaults().missing, status, text, title):
        return "absent", reason
    if not body.strip():
        return "failed", "an empty page"
    return "kept", None


def _said_by(marks: Iterable[Mark], status: int, text: str, title: str) -> str | None:
    for mark in marks:
        if mark.status and status not in mark.status:
            continue
        if mark.text and mark.text not in text:
            continue
        if mark.title and not any(words in title for words in mark.title):
            continue
        return f"{mark.says} (status {status})"
    return None
