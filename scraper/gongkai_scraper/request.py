"""One HTTP request and its answer, within limits of time and size."""

import asyncio
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

import h11
import httpx

from gongkai_scraper.body import Body, LargeError, UnreadableError, media_type_and_charset
from gongkai_scraper.connection import BrokenError, Connection, SilentError, connect
from gongkai_scraper.errors import FetchError, TimedOutError, TooLargeError, UnreachableError
from gongkai_scraper.records import header, now
from gongkai_scraper.response import Response
from gongkai_scraper.tls import Tls
from gongkai_scraper.warc import Exchange, Truncated

FORM_TYPE = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Limits:
    """What a portal file allows: seconds between requests, seconds for each wait, bytes; this machine or not; old TLS."""

    delay: float
    timeout: float
    maximum_bytes: int
    loopback: bool = False
    tls: Tls = "current"


async def ask(
    secured: ssl.SSLContext | None,
    headers: Mapping[str, str],
    address: httpx.URL,
    form: tuple[tuple[str, str], ...] | None,
    machine: tuple[str, int],
    *,
    limits: Limits,
    connect_timeout: float,
    total_timeout: float,
) -> Response:
    """Ask for a document once, over a connection of its own.

    Args:
        secured: how the connection is secured; None for http.
        headers: of the request, without Host.
        address: of the document.
        form: None for GET, the fields of a form for POST.
        machine: IP address and port to connect to; the host's name is sent and the certificate checked against it.
        limits: of the portal.
        connect_timeout, total_timeout: in seconds; the total counts from connecting to the last byte.

    Raises:
        UnreachableError, TimedOutError, TooLargeError: with what came of the answer.
    """
    asked = _Asked.of(headers, address, form)
    try:
        async with asyncio.timeout(total_timeout):
            within = min(limits.timeout, connect_timeout)
            name = address.raw_host.decode("ascii")
            connection = await connect(machine, secured, name, within=within, patience=limits.timeout)
            try:
                return await asked.receive(connection, limits.maximum_bytes)
            finally:
                connection.close()
    except TimeoutError as error:
        late = TimedOutError(asked.url, f"the answer took longer than {total_timeout:g} seconds")
        raise asked.failed(late, "time") from error
    except SilentError as error:
        raise asked.failed(TimedOutError(asked.url, f"no data for {limits.timeout:g} seconds"), "time") from error
    except BrokenError as error:
        broken = UnreachableError(asked.url, str(error), is_sent=error.is_sent)
        raise asked.failed(broken, "disconnect") from error
    except LargeError as error:
        raise asked.failed(TooLargeError(asked.url, str(error)), "length") from error
    except UnreadableError as error:
        raise asked.failed(UnreachableError(asked.url, str(error)), None) from error


@dataclass
class _Asked:
    """A request, and what has come of its answer."""

    url: str
    request: h11.Request
    content: bytes
    fetched_at: str
    head: h11.Response | None = None
    body: Body | None = None

    @classmethod
    def of(cls, headers: Mapping[str, str], address: httpx.URL, form: tuple[tuple[str, str], ...] | None) -> "_Asked":
        content = b"" if form is None else urlencode(form).encode()
        named = {"Host": address.netloc.decode("ascii"), **headers}
        if form is not None:
            named |= {"Content-Type": FORM_TYPE, "Content-Length": str(len(content))}
        sent = [(name.encode(), value.encode()) for name, value in named.items()]
        try:
            request = h11.Request(method="GET" if form is None else "POST", target=address.raw_path, headers=sent)
        except h11.LocalProtocolError as error:
            raise UnreachableError(str(address), f"cannot be asked for in HTTP: {error}", is_sent=False) from error
        return cls(str(address), request, content, now())

    async def receive(self, connection: Connection, maximum: int) -> Response:
        """Send the request and receive the answer, its body not beyond `maximum` bytes.

        Raises:
            BrokenError, SilentError, LargeError, UnreadableError.
        """
        self.head = await connection.ask(self.request, self.content)
        self.body = Body(self._field("Content-Encoding"), maximum)
        length = self._field("Content-Length")
        if length.isdecimal() and int(length) > maximum:
            raise LargeError(f"larger than {maximum} bytes")
        while piece := await connection.more():
            self.body.add(piece)
        return self._response(self.body.whole(), self._exchange())

    def failed(self, error: FetchError, truncated: Truncated | None) -> FetchError:
        """Return an error with what came of the answer, as it was sent; `truncated` says why that is not all."""
        if self.head and self.body:
            exchange = replace(self._exchange(), truncated=truncated)
            error.received = self._response(self.body.sent, exchange)
        return error

    def _response(self, body: bytes, exchange: Exchange) -> Response:
        media_type, charset = media_type_and_charset(header(exchange, "Content-Type") or "")
        return Response(self.url, self.fetched_at, body, media_type, charset, exchange)

    def _exchange(self) -> Exchange:
        assert self.head is not None
        return Exchange(
            method=self.request.method.decode("ascii"),
            target=self.request.target.decode("ascii"),
            request_headers=_texts(self.request.headers.raw_items()),
            protocol=f"HTTP/{self.head.http_version.decode('ascii')}",
            status=self.head.status_code,
            reason=self.head.reason.decode("ascii", "ignore"),
            response_headers=_texts(self.head.headers.raw_items()),
            request_body=self.content,
        )

    def _field(self, name: str) -> str:
        """The values of a header of the answer, which may stand in several lines; empty when there is none."""
        assert self.head is not None
        wanted = name.lower().encode("ascii")
        return ", ".join(value.decode("latin-1") for key, value in self.head.headers if key == wanted)


def _texts(headers: Iterable[tuple[bytes, bytes]]) -> tuple[tuple[str, str], ...]:
    return tuple((_text(name), _text(value)) for name, value in headers)


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
