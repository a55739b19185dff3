"""One HTTP request and its answer, within limits of time and size."""

import asyncio
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import httpcore
import httpx

from gongkai_scraper.body import ContentCoding, InflatedError, UnreadableError, media_type_and_charset
from gongkai_scraper.connection import connect
from gongkai_scraper.errors import TimedOutError, TooLargeError, UnreachableError
from gongkai_scraper.records import Known, header, now
from gongkai_scraper.tls import Tls
from gongkai_scraper.warc import Exchange

FORM_TYPE = "application/x-www-form-urlencoded"
Headers = Iterable[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Limits:
    """What a portal file allows: seconds between requests, seconds for each wait, bytes; this machine or not; old TLS."""

    delay: float
    timeout: float
    maximum_bytes: int
    loopback: bool = False
    tls: Tls = "current"


@dataclass(frozen=True)
class Response:
    """A document as fetched."""

    url: str
    """The address that answered, after redirects."""
    fetched_at: str
    """ISO 8601, UTC."""
    body: bytes
    """After content decoding."""
    media_type: str | None
    charset: str | None
    exchange: Exchange
    unchanged: Known | None = None
    """What the archive has, when the answer says that it is as it was; `body` is the one of the archive then."""

    @property
    def status(self) -> int:
        """HTTP status."""
        return self.exchange.status

    def header(self, name: str) -> str | None:
        """The first header of that name, None when there is none."""
        return header(self.exchange, name)


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
        UnreachableError, TimedOutError, TooLargeError.
    """
    content = b"" if form is None else urlencode(form).encode()
    request = _request(headers, address, None if form is None else content, limits.timeout)
    fetched_at, url = now(), str(address)
    try:
        async with asyncio.timeout(total_timeout):
            name, patience = address.raw_host.decode("ascii"), min(limits.timeout, connect_timeout)
            stream = await connect(machine, secured, name, patience)
            try:
                answer = await httpcore.AsyncHTTP11Connection(request.url.origin, stream).handle_async_request(request)
                body = await _read(answer, url, limits.maximum_bytes)
            finally:
                await stream.aclose()
    except TimeoutError as error:
        raise TimedOutError(url, f"the answer took longer than {total_timeout:g} seconds") from error
    except (httpcore.ReadTimeout, httpcore.WriteTimeout) as error:
        raise TimedOutError(url, f"no data for {limits.timeout:g} seconds") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.ConnectTimeout, UnreadableError) as error:
        is_sent = not isinstance(error, httpcore.ConnectError | httpcore.ConnectTimeout)
        reason = f"{type(error).__name__}: {error}".rstrip(": ")
        raise UnreachableError(url, reason, is_sent=is_sent) from error
    exchange = Exchange(
        method=request.method.decode("ascii"),
        target=request.url.target.decode("ascii"),
        request_headers=_texts(request.headers),
        protocol=answer.extensions["http_version"].decode("ascii"),
        status=answer.status,
        reason=answer.extensions["reason_phrase"].decode("ascii", "ignore"),
        response_headers=_texts(answer.headers),
        request_body=content,
    )
    media_type, charset = media_type_and_charset(header(exchange, "Content-Type") or "")
    return Response(url, fetched_at, body, media_type, charset, exchange)


def _request(headers: Mapping[str, str], address: httpx.URL, content: bytes | None, timeout: float) -> httpcore.Request:
    sent = [(b"Host", address.netloc), *((name.encode(), value.encode()) for name, value in headers.items())]
    if content is not None:
        sent += [(b"Content-Type", FORM_TYPE.encode()), (b"Content-Length", str(len(content)).encode())]
    url = httpcore.URL(scheme=address.raw_scheme, host=address.raw_host, port=address.port, target=address.raw_path)
    waits = {"read": timeout, "write": timeout}
    return httpcore.Request(
        b"GET" if content is None else b"POST", url, headers=sent, content=content, extensions={"timeout": waits}
    )


async def _read(answer: httpcore.Response, url: str, maximum: int) -> bytes:
    """Read an answer's body and undo its content coding, neither beyond `maximum` bytes."""
    length = _field(answer.headers, b"content-length")
    if length.isdecimal() and int(length) > maximum:
        raise TooLargeError(url, f"larger than {maximum} bytes")
    coding = ContentCoding(_field(answer.headers, b"content-encoding"), maximum)
    sent, parts = 0, []
    try:
        async for chunk in answer.aiter_stream():
            sent += len(chunk)
            if sent > maximum:
                raise TooLargeError(url, f"larger than {maximum} bytes")
            parts.append(coding.decode(chunk))
        coding.finish()
    except InflatedError as error:
        raise TooLargeError(url, f"larger than {maximum} bytes when unpacked") from error
    return b"".join(parts)


def _field(headers: Headers, name: bytes) -> str:
    """The values of a header, which may be given in several lines; empty when there is none."""
    return ", ".join(value.decode("latin-1") for key, value in headers if key.lower() == name)


def _texts(headers: Headers) -> tuple[tuple[str, str], ...]:
    return tuple((_text(name), _text(value)) for name, value in headers)


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
