"""The polite HTTP client: robots.txt, pace, retries, redirects; an honest name, one request at a time to a host."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import httpx

from gongkai_scraper.answers import judged, leads_away
from gongkai_scraper.domains import is_machine, site_of
from gongkai_scraper.drivers.page import DriverError, Request
from gongkai_scraper.errors import (
    AbsentError,
    DeniedError,
    FetchError,
    HttpError,
    OddError,
    RedirectError,
    RefusedError,
    UnreachableError,
    UnsafeError,
)
from gongkai_scraper.network import ConnectTo, machines, parse_address, port_of
from gongkai_scraper.pace import Host, jittered, retry_after
from gongkai_scraper.records import Known, Outcome
from gongkai_scraper.request import Limits, ask
from gongkai_scraper.response import Response
from gongkai_scraper.robots import AGENT, NO_RULES, ROBOTS_BYTES, Robots, read_robots
from gongkai_scraper.tls import Tls, tls_context
from gongkai_scraper.warc import ArchiveError

REDIRECTS = frozenset({301, 302, 303, 307, 308})
BUSY = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


@dataclass(frozen=True)
class ClientSettings:
    """How the client works, whatever the portal. Times in seconds."""

    contact: str = "the Gongkai open data project"
    """Where those who run the portals reach us; stands in the User-Agent."""
    connect_timeout: float = 15.0
    total_timeout: float = 180.0
    """For one whole answer, from connecting to its last byte."""
    retries: int = 3
    """Further tries after a failed connection, one that broke off, or an answer 429 or 503."""
    backoff: float = 5.0
    """Before the first further try, about; doubles with each."""
    maximum_wait: float = 120.0
    """A host that asks for a longer wait than this is left alone."""
    redirects: int = 5
    connect_to: ConnectTo = field(default_factory=dict)
    authorities: Path | None = None
    """PEM file of certificate authorities to trust besides the usual ones."""

    @property
    def user_agent(self) -> str:
        """The name under which we ask."""
        return f"{AGENT}/{version('gongkai')} (+{self.contact})"


class Journal(Protocol):
    """Where the client writes down each answer as it comes, and looks up earlier ones."""

    def earlier(self, url: str) -> Known | None:
        """Return what the archive last had from an address, when the request may be made conditional on it."""

    async def body(self, known: Known) -> bytes:
        """Return the bytes of what the archive has."""

    async def received(self, response: Response, outcome: Outcome, reason: str | None) -> None:
        """Keep an answer; when this returns it is on disk. Raises ArchiveError, and DriverError where it is to be read."""

    async def failed(self, error: FetchError) -> None:
        """Keep word of a request that got no whole answer, with what came of it, or was not made."""

    def of_robots(self) -> "Journal":
        """Return the journal for requests of robots.txt."""


Permitted = Callable[[httpx.URL], Awaitable[float]]
"""Raises when an address may not be fetched, returns the seconds to keep between requests."""


class Client:
    """Fetches documents. Use as a context manager, one for a whole run: pace and robots.txt are kept by host."""

    def __init__(self, settings: ClientSettings) -> None:
        self._settings = settings
        self._headers = {
            "User-Agent": settings.user_agent,
            "Accept": "*/*",
            "Accept-Encoding": "gzip, deflate",
            "Connection": "close",
        }
        self._hosts: dict[str, Host] = {}
        self._transports: dict[tuple[str, Tls], httpx.AsyncHTTPTransport] = {}
        self._machines: dict[tuple[str, int, bool], list[tuple[str, int]]] = {}
        self._robots: dict[tuple[str, str, int], asyncio.Task[Robots]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Give up whatever is still under way."""
        for task in self._robots.values():
            task.cancel()
        await asyncio.gather(*self._robots.values(), return_exceptions=True)
        for transport in self._transports.values():
            await transport.aclose()

    async def fetch(
        self, request: Request, limits: Limits, journal: Journal, *, unwanted: frozenset[str] = frozenset()
    ) -> Response:
        """Fetch a document; waits for its turn.

        Args:
            request: what is asked for.
            limits: what the portal file says.
            journal: is told of every answer on the way, and of failure.
            unwanted: where a redirect leads when there is no such document: the front page, the list.

        Returns:
            An answer that is the document: neither a refusal nor a page that reports an error. When the document is
            as it was, the one that the archive has.

        Raises:
            FetchError: one of the kinds in errors.py, whatever went wrong. The journal knows of it.
            ArchiveError, DriverError: of the journal.
        """
        try:
            return await self._fetch(request, limits, journal, unwanted)
        except FetchError as error:
            if not error.is_recorded:
                await journal.failed(error)
            raise
        except (ArchiveError, DriverError):
            raise
        except Exception as error:  # one document's failure, of whatever kind, must not harm the others
            odd = OddError(request.url, f"{type(error).__name__}: {error}")
            await journal.failed(odd)
            raise odd from error

    async def _fetch(self, request: Request, limits: Limits, journal: Journal, unwanted: frozenset[str]) -> Response:
        async def permitted(address: httpx.URL) -> float:
            robots = await self._robots_of(address, limits, journal)
            return robots.delay(str(address), self._settings.maximum_wait)

        response = await self._follow(request, limits, journal, permitted)
        outcome, reason, is_challenge = judged(response)
        # Word that the list is as it was says nothing of a report, either.
        if outcome in ("kept", "unchanged") and leads_away(request.url, response.url, unwanted):
            outcome, reason = "absent", "redirects to the front page or the list"
        await journal.received(response, outcome, reason)
        if outcome in ("kept", "unchanged"):
            return response
        kinds = {"refused": RefusedError if is_challenge else DeniedError, "absent": AbsentError}
        kind = kinds.get(outcome, HttpError)
        error = kind(response.url, reason or "")
        error.is_recorded = True
        raise error

    async def _follow(
        self, request: Request, limits: Limits, journal: Journal, permitted: Permitted, *, anywhere: bool = False
    ) -> Response:
        """Ask, and follow redirects within the site, or anywhere, each hop checked like the first."""
        address, form = parse_address(request.url), request.form
        site = site_of(address.host)
        for _ in range(self._settings.redirects + 1):
            delay = max(limits.delay, await permitted(address))
            response = await self._try(address, form, limits, journal, delay)
            target = response.header("Location")
            if response.status not in REDIRECTS or not target:
                return response
            await journal.received(response, "redirect", f"leads to {target}")
            try:
                address = parse_address(str(address.join(target)))
            except (httpx.InvalidURL, ValueError) as error:
                raise UnsafeError(target, f"is no web address, though {address} redirects to it") from error
            if response.status in (301, 302, 303):
                form = None
            if not anywhere and site_of(address.host) != site:
                if is_machine(address.host):
                    await self._machines_of(address, limits)
                raise RedirectError(request.url, f"redirects to another site, where it is not followed: {address}")
        raise RedirectError(request.url, f"more than {self._settings.redirects} redirects")

    async def _robots_of(self, address: httpx.URL, limits: Limits, journal: Journal) -> Robots:
        """The robots.txt of a host, asked for once in a run, by whoever comes first."""
        origin = (address.scheme, address.host, port_of(address))
        if origin not in self._robots:
            self._robots[origin] = asyncio.create_task(self._read_robots(address, limits, journal.of_robots()))
        try:
            return await asyncio.shield(self._robots[origin])
        except FetchError as error:
            is_unsafe_itself = isinstance(error, UnsafeError) and error.url == _robots_url(address)
            if is_unsafe_itself or isinstance(error, RefusedError):
                raise type(error)(str(address), error.reason) from error
            reason = f"left alone, for its robots.txt could not be read ({error})"
            raise UnreachableError(str(address), reason) from error

    async def _read_robots(self, address: httpx.URL, limits: Limits, journal: Journal) -> Robots:
        async def always(_: httpx.URL) -> float:
            return 0.0

        request = Request(_robots_url(address))
        limits = replace(limits, maximum_bytes=ROBOTS_BYTES)
        try:
            response = await self._follow(request, limits, journal, always, anywhere=True)
        except FetchError as error:
            await journal.failed(error)
            if isinstance(error, RedirectError):  # RFC 9309: after more than five, there may be said to be none
                return NO_RULES
            raise
        outcome, reason, _ = judged(response)
        await journal.received(response, outcome, reason)
        return read_robots(response)

    async def _try(
        self,
        address: httpx.URL,
        form: tuple[tuple[str, str], ...] | None,
        limits: Limits,
        journal: Journal,
        delay: float,
    ) -> Response:
        """Ask until there is an answer, or the tries are used up."""
        host = self._hosts.setdefault(address.host, Host())
        for attempt in range(self._settings.retries + 1):
            is_last = attempt == self._settings.retries
            backoff = jittered(self._settings.backoff * 2**attempt)
            try:
                async with host.turn(str(address), delay, self._settings.maximum_wait):
                    response = await self._ask(address, form, limits, journal, attempt)
            except UnreachableError as error:
                # A form that may have reached the host is not sent twice.
                if is_last or (error.is_sent and form is not None):
                    raise
                host.pause(backoff)
                error.reason += ", to be asked again"
                await journal.failed(error)
                continue
            # A challenge is no rest that the host wants; asking again would be trying to get round it.
            if response.status in BUSY and judged(response).outcome != "refused":
                host.pause(retry_after(response.header("Retry-After"), backoff))
                if not is_last:
                    await journal.received(response, "failed", f"status {response.status}, to be asked again")
                    continue
            return response
        raise AssertionError("the last try returns or raises")

    async def _ask(
        self,
        address: httpx.URL,
        form: tuple[tuple[str, str], ...] | None,
        limits: Limits,
        journal: Journal,
        attempt: int,
    ) -> Response:
        choices = await self._machines_of(address, limits)
        known = journal.earlier(str(address)) if form is None else None
        conditions = _conditions(known) if known else {}
        response = await ask(
            self._transport(address.host, limits.tls),
            {**self._headers, **conditions},
            address,
            form,
            choices[attempt % len(choices)],
            limits=limits,
            connect_timeout=self._settings.connect_timeout,
            total_timeout=self._settings.total_timeout,
        )
        if response.status != HTTPStatus.NOT_MODIFIED or not known or not conditions:
            return response
        return replace(
            response,
            body=await journal.body(known),
            media_type=known.media_type,
            charset=known.charset,
            unchanged=known,
        )

    async def _machines_of(self, address: httpx.URL, limits: Limits) -> list[tuple[str, int]]:
        """The machines of a host, resolved and checked once in a run: what was checked is what is connected to."""
        key = (address.host, port_of(address), limits.loopback)
        if key not in self._machines:
            within = min(limits.timeout, self._settings.connect_timeout)
            self._machines[key] = await machines(
                address, self._settings.connect_to, loopback=limits.loopback, within=within
            )
        return self._machines[key]

    def _transport(self, host: str, tls: Tls) -> httpx.AsyncHTTPTransport:
        if (host, tls) not in self._transports:
            # A connection for each request: they are seconds apart, and what a host sends beyond the end of an answer
            # can never pass for the beginning of the next one.
            self._transports[host, tls] = httpx.AsyncHTTPTransport(
                verify=tls_context(tls, self._settings.authorities),
                trust_env=False,
                limits=httpx.Limits(max_keepalive_connections=0),
            )
        return self._transports[host, tls]


def _robots_url(address: httpx.URL) -> str:
    return str(address.copy_with(raw_path=b"/robots.txt"))


def _conditions(known: Known) -> Mapping[str, str]:
    """The headers that ask for a document only when it is not the one that the archive has.

    What the portal gave for that, and cannot be given back in a header, is left out: then the document comes in full.
    """
    headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in headers.items() if value and _may_stand_in_a_header(value)}


def _may_stand_in_a_header(value: str) -> bool:
    return value.isascii() and value.isprintable() and value == value.strip()
