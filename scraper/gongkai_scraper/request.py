"""One HTTP request and its answer, within limits of time and size."""

import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from gongkai_scraper.body import ContentCoding, InflatedError, UnreadableError, media_type_and_charset
from gongkai_scraper.errors import TimedOutError, TooLargeError, UnreachableError
from gongkai_scraper.warc import Exchange


@dataclass(frozen=True)
class Limits:
    """What a portal file allows: seconds between requests, seconds for each wait, bytes; and this machine or not."""

    delay: float
    timeout: float
    maximum_bytes: int
    loopback: bool = False


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

    @property
    def status(self) -> int:
        """HTTP status."""
        return self.exchange.status

    def header(self, name: str) -> str | None:
        """The first header of that name, None when there is none."""
        return next((value for key, value in self.exchange.response_headers if key.lower() == name.lower()), None)


def ask(
    transport: httpx.BaseTransport,
    headers: Mapping[str, str],
    address: httpx.URL,
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
        machine: IP address and port to connect to; the host's name is sent and the certificate checked against it.
        limits: of the portal.
        connect_timeout, total_timeout: in seconds; the total counts from connecting to the last byte.

    Raises:
        UnreachableError, TimedOutError, TooLargeError.
    """
    watch = _Watch(total_timeout)
    request = httpx.Request(
        "GET",
        address.copy_with(host=machine[0], port=machine[1]),
        headers={"Host": address.netloc.decode("ascii"), **headers},
        extensions={
            "timeout": httpx.Timeout(limits.timeout, connect=min(limits.timeout, connect_timeout)).as_dict(),
            "trace": watch.trace,
            "sni_hostname": address.raw_host.decode("ascii"),
        },
    )
    fetched_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    failure: Exception | None = None
    body = b""
    with watch:
        try:
            answer = transport.handle_request(request)
            try:
                body = _read(answer, str(address), limits.maximum_bytes)
            finally:
                answer.close()
        except (httpx.HTTPError, UnreadableError) as error:
            failure = error
    if watch.expired:  # an answer without a stated length looks whole even then
        raise TimedOutError(str(address), f"the answer took longer than {total_timeout:g} seconds") from failure
    if isinstance(failure, httpx.ReadTimeout | httpx.WriteTimeout):
        raise TimedOutError(str(address), f"no data for {limits.timeout:g} seconds") from failure
    if failure:
        raise UnreachableError(str(address), f"{type(failure).__name__}: {failure}") from failure
    media_type, charset = media_type_and_charset(answer.headers.get("Content-Type", ""))
    exchange = Exchange(
        method="GET",
        target=address.raw_path.decode("ascii"),
        request_headers=_headers(request.headers),
        protocol=answer.http_version,
        status=answer.status_code,
        reason=answer.reason_phrase,
        response_headers=_headers(answer.headers),
    )
    return Response(str(address), fetched_at, body, media_type, charset, exchange)


class _Watch:
    """Ends a request that as a whole takes too long: a slow sender can stay within every single time-out."""

    def __init__(self, seconds: float) -> None:
        self.expired = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """Learn of the connection; called by httpx at each step of a request."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._socket = info["return_value"].get_extra_info("socket")
            if self.expired:
                self._hang_up()

    def _expire(self) -> None:
        self.expired = True
        self._hang_up()

    def _hang_up(self) -> None:
        if self._socket:
            try:
                # Not SSLSocket.shutdown, which would pull the TLS state from under the thread that reads.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
            except OSError:
                return  # closed in the meantime


def _read(answer: httpx.Response, url: str, maximum: int) -> bytes:
    """Read an answer's body and undo its content coding, neither beyond `maximum` bytes."""
    if int(answer.headers.get("Content-Length", "0")) > maximum:
        raise TooLargeError(url, f"larger than {maximum} bytes")
    coding = ContentCoding(answer.headers.get("Content-Encoding", ""), maximum)
    sent, parts = 0, []
    try:
        for chunk in answer.iter_raw():
            sent += len(chunk)
            if sent > maximum:
                raise TooLargeError(url, f"larger than {maximum} bytes")
            parts.append(coding.decode(chunk))
        coding.finish()
    except InflatedError as error:
        raise TooLargeError(url, f"larger than {maximum} bytes when unpacked") from error
    return b"".join(parts)


def _headers(headers: httpx.Headers) -> tuple[tuple[str, str], ...]:
    return tuple((_text(name), _text(value)) for name, value in headers.raw)


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
