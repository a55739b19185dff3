"""JSON as portals answer it, read with suspicion."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from gongkai_scraper.drivers.html import html_of, iso_date, squeeze
from gongkai_scraper.drivers.page import Answer, DriverError
from gongkai_scraper.text import decode

CHINA = timezone(timedelta(hours=8))
MILLISECONDS = 100_000_000_000
"""Moments above this are in milliseconds: in seconds it would be the year 5138."""


def read_json(answer: Answer) -> Any:
    """Read an answer as JSON; raises DriverError when it is none."""
    try:
        return json.loads(decode(answer.body, answer.charset))
    except (ValueError, RecursionError) as error:
        raise DriverError(f"is no JSON: {error}") from error


def item(data: Any, *path: str) -> Any:
    """Return what stands at a path of names in an object; None where the path ends early."""
    for name in path:
        data = data.get(name) if isinstance(data, dict) else None
    return data


def objects(data: Any) -> Iterator[dict[str, Any]]:
    """Every object in a value, however deep."""
    waiting = [data]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting.extend(reversed(list(value.values())))
        elif isinstance(value, list):
            waiting.extend(reversed(value))


def text_of(value: Any) -> str:
    """Return a text without the markup that titles sometimes hold; empty for anything but a text."""
    if not isinstance(value, str):
        return ""
    clean = value.encode("utf-8", "replace").decode("utf-8")  # JSON can hold halves of characters
    if "<" in clean or "&" in clean:
        body = html_of(clean, "").tree.body
        clean = body.text() if body else ""
    return squeeze(clean, " ")


def address_of(value: Any) -> str:
    """Return an address as it stands; empty for anything but a text."""
    return value.strip().encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else ""


def number_of(value: Any) -> int | None:
    """Return a count given as a number or as its digits; None for anything else."""
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdecimal() and len(value) < 12:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**12 else None


def day_of(*values: Any) -> str | None:
    """Return the first of several moments that can be read, as the ISO date that it is in China."""
    for value in values:
        moment = number_of(value)
        if moment:
            seconds = moment / 1000 if moment > MILLISECONDS else moment
            return datetime.fromtimestamp(seconds, UTC).astimezone(CHINA).date().isoformat()
        if isinstance(value, str) and (day := iso_date(value)):
            return day
    return None
