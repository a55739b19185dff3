"""One HTTP request and its answer, within limits of time and size."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx

from gongkai_scraper.body import ContentCoding, InflatedError, UnreadableError, media_type_and_charset
from gongkai_scraper.errors import TimedOutError, TooLargeError, UnreachableError
from gongkai_scraper.records import Known, header, now
from gongkai_scraper.tls import Tls
from gongkai_scraper.warc import Exchange

FORM_TYPE = "application/x-www-form-urlencoded"


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
    transport: httpx.AsyncBaseTransport,
    headers: Mapping[str, str],
    address: httpx.URL,
    form: tuple[tuple[str, str], ...] | None,
    machine: tuple[str, int],
    *,
    limits: Limits,
    connect_timeout: float,
    total_timeout: float,
) -> Response:
    """Ask for a document once.

    Args:
        transport: makes the connection. Not a client of httpx, which follows ideas of its own about redirects.
        headers: of the request, without Host.
        address: of the document.
        form: None for GET, the fields of a form for POST.
        machine: IP address and port to connect to; the host's name is sent and the certificate checked against it.
        limits: of the portal.
        connect_timeout, total_timeout: in seconds; the total counts from connecting to the last byte.

    Raises:
        UnreachableError, TimedOutError, TooLargeError.
    """
    content = None if form is None else urlencode(form).encode()
    request = httpx.Request(
        "GET" if content is None else "POST",
        address.copy_with(host=machine[0], port=machine[1]),
        headers={
            "Host": address.netloc.decode("ascii"),
            **headers,
            **({} if content is None else {"Content-Type": FORM_TYPE}),
        },
        content=content,
        extensions={
            "timeout": httpx.Timeout(limits.timeout, connect=min(limits.timeout, connect_timeout)).as_dict(),
            "sni_hostname": address.raw_host.decode("ascii"),
        },
    )
    fetched_at = now()
    try:
        async with asyncio.timeout(total_timeout):
            answer = await transport.handle_async_request(request)
            try:
                body = await _read(answer, str(address), limits.maximum_bytes)
            finally:
                await answer.aclose()
    except TimeoutError as error:
        raise TimedOutError(str(address), f"the answer took longer than {total_timeout:g} seconds") from error
    except (httpx.ReadTimeout, httpx.WriteTimeout) as error:
        raise TimedOutError(str(address), f"no data for {limits.timeout:g} seconds") from error
    except (httpx.HTTPError, UnreadableError) as error:
        is_sent = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
        reason = f"{type(error).__name__}: {error}".rstrip(": ")
        raise UnreachableError(str(address), reason, is_sent=is_sent) from error
    media_type, charset = media_type_and_charset(answer.headers.get("Content-Type", ""))
    exchange = Exchange(
        method=request.method,
        target=address.raw_path.decode("ascii"),
        request_headers=_headers(request.headers),
        protocol=_protocol(answer.extensions),
        status=answer.status_code,
        reason=answer.reason_phrase,
        response_headers=_headers(answer.headers),
        request_body=content or b"",
    )
    return Response(str(address), fetched_at, body, media_type, charset, exchange)


async def _read(answer: httpx.Response, url: str, maximum: int) -> bytes:
    """Read an answer's body and undo its content coding, neither beyond `maximum` bytes."""
    length = answer.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > maximum:
        raise TooLargeError(url, f"larger than {maximum} bytes")
    coding = ContentCoding(answer.headers.get("Content-Encoding", ""), maximum)
    sent, parts = 0, []
    try:
        async for chunk in answer.aiter_raw():
            sent += len(chunk)
            if sent > maximum:
                raise TooLargeError(url, f"larger than {maximum} bytes")
            parts.append(coding.decode(chunk))
        coding.finish()
    except InflatedError as error:
        raise TooLargeError(url, f"larger than {maximum} bytes when unpacked") from error
    return b"".join(parts)


def _protocol(extensions: Mapping[str, Any]) -> str:
    version: bytes = extensions.get("http_version", b"HTTP/1.1")
    return version.decode("ascii")


def _headers(headers: httpx.Headers) -> tuple[tuple[str, str], ...]:
    return tuple((_text(name), _text(value)) for name, value in headers.raw)


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
