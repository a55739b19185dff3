"""Whose turn it is at a host, and when: one request at a time, and the pauses between them."""

import asyncio
import email.utils
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from gongkai_scraper.errors import HttpError


@dataclass
class Host:
    """A host during a run: when the last request ended, until when it wants to be left alone. Times are monotonic."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    ended: float = float("-inf")
    not_before: float = float("-inf")

    @asynccontextmanager
    async def turn(self, url: str, delay: float, longest: float) -> AsyncIterator[None]:
        """Wait for our turn: nobody else is asking, and the delay since the last request has gone by.

        Args:
            url: what is asked for, for the error.
            delay: seconds to keep between requests.
            longest: the host is left alone when it wants a longer pause than this; seconds.

        Raises:
            HttpError: it does.
        """
        async with self.lock:
            wait = self.not_before - time.monotonic()
            if wait > longest:
                raise HttpError(url, f"the host wants to be left alone for {wait:.0f} seconds")
            wait = max(wait, self.ended + delay - time.monotonic())
            if wait > 0:
                await asyncio.sleep(wait)
            begun = time.monotonic()
            try:
                yield
            finally:
                self.ended = time.monotonic()
                # A host that answers slowly is asked slowly.
                self.pause(min(self.ended - begun, longest))

    def pause(self, seconds: float) -> None:
        """Leave the host alone for that long from now on."""
        self.not_before = max(self.not_before, time.monotonic() + seconds)


def jittered(seconds: float) -> float:
    """Return a time around the one given, so that hosts which failed together are not all asked again together."""
    return seconds * random.uniform(0.75, 1.5)


def retry_after(value: str | None, otherwise: float) -> float:
    """Return the seconds that a Retry-After header asks us to wait, given as a number or as a date.

    Args:
        value: of the header, whatever stands there.
        otherwise: seconds to wait where it is absent, or tells no moment.
    """
    text = (value or "").strip()
    if text.isdecimal():
        return float(text)
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # no date, or one of a year or a zone that no calendar has
        return otherwise
    return max((moment - datetime.now(UTC)).total_seconds(), 0.0) if moment.tzinfo else otherwise
