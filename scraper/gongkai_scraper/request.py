"""One HTTP request and its answer, within limits of time and size."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import httpx

from gongkai_scraper.body import Body, LargeError, UnreadableError, media_type_and_charset
from gongkai_scraper.errors import FetchError, TimedOutError, TooLargeError, UnreachableError
from gongkai_scraper.records import now
from gongkai_scraper.response import Response
from gongkai_scraper.tls import Tls
from gongkai_scraper.warc import Exchange, Truncated

FORM_TYPE = "application/x-www-form-urlencoded"
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.LocalProtocolError)
"""After these the host has not seen the request."""


@dataclass(frozen=True)
class Limits:
    """What a portal file allows: seconds between requests, seconds for each wait, bytes; this machine or not; old TLS."""

    delay: float
    timeout: float
    maximum_bytes: int
    loopback: bool = False
    tls: Tls = "current"


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
        UnreachableError, TimedOutError, TooLargeError: with what came of the answer.
    """
    content = None if form is None else urlencode(form).encode()
    within = min(limits.timeout, connect_timeout)
    request = httpx.Request(
        "GET" if content is None else "POST",
        _root(address.scheme, *machine),
        headers={
            "Host": address.netloc.decode("ascii"),
            **headers,
            **({} if content is None else {"Content-Type": FORM_TYPE}),
        },
        content=content,
        extensions={
            "target": address.raw_path,
            "timeout": httpx.Timeout(limits.timeout, connect=within).as_dict(),
            "sni_hostname": address.raw_host.decode("ascii"),
        },
    )
    asked = _Asked(str(address), address.raw_path.decode("ascii"), request, content or b"", now())
    try:
        async with asyncio.timeout(total_timeout):
            answer = await transport.handle_async_request(request)
            try:
                return await asked.receive(answer, limits.maximum_bytes)
            finally:
                await answer.aclose()
    except TimeoutError as error:
        late = TimedOutError(asked.url, f"the answer took longer than {total_timeout:g} seconds")
        raise asked.failed(late, "time") from error
    except (httpx.ReadTimeout, httpx.WriteTimeout) as error:
        raise asked.failed(TimedOutError(asked.url, f"no data for {limits.timeout:g} seconds"), "time") from error
    except httpx.HTTPError as error:
        broken = UnreachableError(asked.url, _reason(error, within), is_sent=not isinstance(error, NOT_SENT))
        raise asked.failed(broken, "disconnect") from error
    except LargeError as error:
        raise asked.failed(TooLargeError(asked.url, str(error)), "length") from error
    except UnreadableError as error:
        raise asked.failed(UnreachableError(asked.url, str(error)), None) from error


@dataclass
class _Asked:
    """A request, and what has come of its answer."""

    url: str
    target: str
    request: httpx.Request
    content: bytes
    fetched_at: str
    answer: httpx.Response | None = None
    body: Body | None = None

    async def receive(self, answer: httpx.Response, maximum: int) -> Response:
        """Receive an answer, its body not beyond `maximum` bytes; raises LargeError, UnreadableError, httpx.HTTPError."""
        self.answer, self.body = answer, Body(answer.headers.get("Content-Encoding", ""), maximum)
        length = answer.headers.get("Content-Length", "")
        if length.isdecimal() and int(length) > maximum:
            raise LargeError(f"larger than {maximum} bytes")
        async for piece in answer.aiter_raw():
            self.body.add(piece)
        return self._response(answer, self.body.whole(), None)

    def failed(self, error: FetchError, truncated: Truncated | None) -> FetchError:
        """Return an error with what came of the answer, as it was sent; `truncated` says why that is not all."""
        if self.answer and self.body:
            error.received = self._response(self.answer, self.body.sent, truncated)
        return error

    def _response(self, answer: httpx.Response, body: bytes, truncated: Truncated | None) -> Response:
        media_type, charset = media_type_and_charset(answer.headers.get("Content-Type", ""))
        exchange = Exchange(
            method=self.request.method,
            target=self.target,
            request_headers=_headers(self.request.headers),
            protocol=_protocol(answer.extensions),
            status=answer.status_code,
            reason=answer.reason_phrase,
            response_headers=_headers(answer.headers),
            request_body=self.content,
            truncated=truncated,
        )
        return Response(self.url, self.fetched_at, body, media_type, charset, exchange)


@lru_cache(maxsize=1024)
def _root(scheme: str, host: str, port: int) -> httpx.URL:
    """The address of a machine. What is asked for there is told beside it, so that no address has to be taken apart again."""
    return httpx.URL(scheme=scheme, host=host, port=port, path="/")


def _reason(error: httpx.HTTPError, within: float) -> str:
    if isinstance(error, httpx.ConnectTimeout):
        return f"no connection within {within:g} seconds"
    if isinstance(error, httpx.ConnectError):
        return f"no connection: {error}"
    if isinstance(error, httpx.LocalProtocolError):
        return f"cannot be asked for in HTTP: {error}"
    if isinstance(error, httpx.RemoteProtocolError):
        return f"no whole answer in HTTP: {error}"
    return f"the connection broke off: {error}".rstrip(": ")


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
