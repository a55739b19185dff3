"""The polite HTTP client: robots.txt, pace, retries, redirects; an honest name, one request at a time to a host."""

import email.utils
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from types import TracebackType
from typing import Self

import httpx
from protego import Protego

from gongkai_scraper.answers import missing, refusal
from gongkai_scraper.errors import DisallowedError, FetchError, HttpError, RefusedError, UnreachableError, UnsafeError
from gongkai_scraper.network import ConnectTo, machines, parse_address, port_of
from gongkai_scraper.request import Limits, Response, ask

AGENT = "gongkai"
REDIRECTS = frozenset({301, 302, 303, 307, 308})
BUSY = frozenset({429, 503})
ROBOTS_BYTES = 512_000
"""RFC 9309 asks to read at least 500 KiB."""


@dataclass(frozen=True)
class ClientSettings:
    """How the client works, whatever the portal. Times in seconds."""

    contact: str = "the Gongkai open data project"
    """Where those who run the portals reach us; stands in the User-Agent."""
    connect_timeout: float = 15.0
    total_timeout: float = 180.0
    """For one whole answer, from connecting to its last byte."""
    retries: int = 3
    """Further tries after a failed connection or an answer 429 or 503."""
    backoff: float = 5.0
    """Before the first further try; doubles with each."""
    maximum_wait: float = 120.0
    """A host that asks for a longer wait than this is left alone."""
    redirects: int = 5
    connect_to: ConnectTo = field(default_factory=dict)

    @property
    def user_agent(self) -> str:
        """The name under which we ask."""
        return f"{AGENT}/{version('gongkai')} (+{self.contact})"


KeepRobots = Callable[[Response], None]


@dataclass
class _Host:
    """A host during a run: whose turn it is, when the last request ended, until when it wants to be left alone."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    ended: float = float("-inf")
    not_before: float = float("-inf")


class Client:
    """Fetches documents. Use as a context manager, one for a whole run: pace and robots.txt are kept by host."""

    def __init__(self, settings: ClientSettings) -> None:
        self._settings = settings
        # A connection for each request: requests are seconds apart, and the watch over the whole time is simple.
        self._transport = httpx.HTTPTransport(trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))
        self._headers = {
            "User-Agent": settings.user_agent,
            "Accept": "*/*",
            "Accept-Encoding": "gzip, deflate",
            "Connection": "close",
        }
        self._hosts: dict[str, _Host] = {}
        self._robots: dict[tuple[str, str, int], Protego | FetchError] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._transport.close()

    def fetch(self, url: str, limits: Limits, keep_robots: KeepRobots) -> Response:
        """Fetch a document; waits for its turn.

        Args:
            url: its address.
            limits: what the portal file says.
            keep_robots: is handed each robots.txt that had to be fetched first.

        Returns:
            An answer with status 200 that is neither a refusal nor a page that reports an error.

        Raises:
            FetchError: one of the kinds in errors.py.
        """
        response = self._follow(url, limits, lambda address: self._crawl_delay(address, limits, keep_robots))
        if reason := refusal(response.status, response.body, response.charset):
            raise RefusedError(response.url, reason)
        if response.status != httpx.codes.OK:
            raise HttpError(response.url, f"status {response.status} {response.exchange.reason}".strip())
        if reason := missing(response.status, response.body, response.charset):
            raise HttpError(response.url, reason)
        return response

    def _follow(self, url: str, limits: Limits, permitted: Callable[[httpx.URL], float]) -> Response:
        """Fetch an address and follow its redirects, each hop checked like the first.

        Args:
            permitted: raises when an address may not be fetched, returns the seconds to keep between requests.
        """
        address = parse_address(url)
        for _ in range(self._settings.redirects + 1):
            response = self._try(address, limits, max(limits.delay, permitted(address)))
            target = response.header("Location")
            if response.status not in REDIRECTS or not target:
                return response
            try:
                address = parse_address(str(address.join(target)))
            except httpx.InvalidURL as error:
                raise UnsafeError(target, f"is no web address, though {address} redirects to it") from error
        raise HttpError(url, f"more than {self._settings.redirects} redirects")

    def _crawl_delay(self, address: httpx.URL, limits: Limits, keep_robots: KeepRobots) -> float:
        """Raise DisallowedError unless robots.txt lets us fetch the address; return the seconds it asks us to keep."""
        rules = self._robots_of(address, limits, keep_robots)
        if not rules.can_fetch(str(address), AGENT):
            raise DisallowedError(str(address), "robots.txt asks that it not be fetched")
        delay = rules.crawl_delay(AGENT) or 0.0
        if delay > self._settings.maximum_wait:
            raise DisallowedError(str(address), f"robots.txt asks for {delay:g} seconds between requests: too slow")
        return delay

    def _robots_of(self, address: httpx.URL, limits: Limits, keep_robots: KeepRobots) -> Protego:
        origin = (address.scheme, address.host, port_of(address))
        if origin not in self._robots:
            try:
                self._robots[origin] = self._read_robots(address, limits, keep_robots)
            except FetchError as error:
                self._robots[origin] = error
        rules = self._robots[origin]
        if isinstance(rules, UnsafeError):
            raise UnsafeError(str(address), rules.reason)
        if isinstance(rules, FetchError):
            raise UnreachableError(str(address), f"left alone, for its robots.txt could not be read ({rules})")
        return rules

    def _read_robots(self, address: httpx.URL, limits: Limits, keep_robots: KeepRobots) -> Protego:
        url = str(address.copy_with(raw_path=b"/robots.txt"))
        response = self._follow(url, replace(limits, maximum_bytes=ROBOTS_BYTES), lambda _: 0.0)
        keep_robots(response)
        if response.status == httpx.codes.OK:
            return Protego.parse(response.body.decode("utf-8", "replace"))
        if httpx.codes.is_client_error(response.status) and response.status not in BUSY:
            return Protego.parse("")  # RFC 9309: where there is no robots.txt, nothing is disallowed
        raise HttpError(response.url, f"status {response.status}")

    def _try(self, address: httpx.URL, limits: Limits, delay: float) -> Response:
        """Ask until there is an answer, or the tries are used up."""
        attempt = 0
        while True:
            is_last = attempt == self._settings.retries
            backoff = self._settings.backoff * 2**attempt
            try:
                with self._turn(address, delay) as host:
                    response = self._ask(address, limits, attempt)
                    if response.status in BUSY:
                        host.not_before = time.monotonic() + _retry_after(response, backoff)
            except UnreachableError:
                if is_last:
                    raise
                time.sleep(backoff)
            else:
                if is_last or response.status not in BUSY:
                    return response
            attempt += 1

    @contextmanager
    def _turn(self, address: httpx.URL, delay: float) -> Iterator[_Host]:
        """Wait for our turn at a host: nobody else is asking, and the delay since the last request has gone by."""
        host = self._hosts.setdefault(address.host, _Host())
        with host.lock:
            now = time.monotonic()
            if host.not_before - now > self._settings.maximum_wait:
                raise HttpError(
                    str(address), f"the host wants to be left alone for {host.not_before - now:.0f} seconds"
                )
            time.sleep(max(host.not_before - now, host.ended + delay - now, 0.0))
            begun = time.monotonic()
            try:
                yield host
            finally:
                host.ended = time.monotonic()
                # A host that answers slowly is asked slowly.
                host.not_before = max(
                    host.not_before, host.ended + min(host.ended - begun, self._settings.maximum_wait)
                )

    def _ask(self, address: httpx.URL, limits: Limits, attempt: int) -> Response:
        choices = machines(address, self._settings.connect_to, loopback=limits.loopback)
        return ask(
            self._transport,
            self._headers,
            address,
            choices[attempt % len(choices)],
            limits=limits,
            connect_timeout=self._settings.connect_timeout,
            total_timeout=self._settings.total_timeout,
        )


def _retry_after(response: Response, otherwise: float) -> float:
    """Seconds that an answer asks us to wait, given as a number or as a date."""
    value = (response.header("Retry-After") or "").strip()
    if value.isdecimal():
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return otherwise
    return max((moment - datetime.now(UTC)).total_seconds(), 0.0) if moment.tzinfo else otherwise
