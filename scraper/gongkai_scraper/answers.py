"""What an answer really is: refusals and missing pages are recognised, recorded and never got round."""

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import NamedTuple

from gongkai_scraper.defaults import Mark, load_defaults
from gongkai_scraper.records import Outcome
from gongkai_scraper.response import Response
from gongkai_scraper.text import decode, page_title

ABSENT = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
INDEX = re.compile(r"/(?:index|default)\.[a-z]{3,5}$")
MARKUP = (b"<", b"\xef\xbb\xbf")


class Judged(NamedTuple):
    """What an answer is, and how we know where it is no document."""

    outcome: Outcome
    reason: str | None = None
    is_challenge: bool = False
    """Of a refusal: whether the portal wants no programs at all, and does not merely deny what was asked for."""


def judged(response: Response) -> Judged:
    """Tell what an answer is that is no redirect. Whatever its bytes, it is told: it must be in the archive."""
    if response.unchanged:
        return Judged("unchanged")
    try:
        return judge(response.status, response.body, response.charset, response.exchange.reason)
    except Exception as error:
        return Judged("failed", f"cannot be looked at ({type(error).__name__}: {error})")


def judge(status: int, body: bytes, charset: str | None, phrase: str = "") -> Judged:
    """Tell what an answer is that is neither a redirect nor word of an unchanged document.

    Args:
        status, phrase: of the HTTP answer.
        body: after content decoding.
        charset: as the transport declared it.
    """
    text = decode(body, charset) if body[:1024].lstrip().startswith(MARKUP) else ""
    title = page_title(text)
    if reason := _said_by(load_defaults().challenges, status, text, title):
        return Judged("refused", reason, is_challenge=True)
    if reason := _said_by(load_defaults().denials, status, text, title):
        return Judged("refused", reason)
    if status in ABSENT:
        return Judged("absent", f"status {status} {phrase}".rstrip())
    if status != HTTPStatus.OK:
        return Judged("failed", f"status {status} {phrase}".rstrip())
    if reason := _said_by(load_defaults().missing, status, text, title):
        return Judged("absent", reason)
    if not body.strip():
        return Judged("failed", "an empty page")
    return Judged("kept")


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


def leads_away(asked: str, answered: str, unwanted: frozenset[str]) -> bool:
    """Tell whether a redirect ended at a page to which hosts send those who ask for what is not there."""
    if answered == asked:
        return False
    place = _place(answered)
    return place != _place(asked) and place in map(_place, unwanted)


def _place(url: str) -> str:
    """An address without what makes no other page of it: the scheme, `www.` and the file's name of an index."""
    return INDEX.sub("/", url.partition("://")[2].removeprefix("www."))
