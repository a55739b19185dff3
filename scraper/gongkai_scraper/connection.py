"""A connection for one request and its answer: sockets and TLS by asyncio, HTTP/1.1 by h11, on which httpx stands, too.

There is no pool and nothing is kept open: polite requests are seconds apart, and what a host sends beyond the end of an
answer can never pass for the beginning of the next one. Without the layers that httpx needs for its pools, a request
takes a third of the time.
"""

import asyncio
import ssl

import h11

MOST_AHEAD = 262_144
"""Bytes that wait here to be looked at, beyond which the host must wait."""
MOST_HEAD = 100_000
"""Bytes of an answer's status line and headers."""


class BrokenError(Exception):
    """The connection failed or broke off, or what came over it is no HTTP."""

    def __init__(self, reason: str, *, is_sent: bool = True) -> None:
        super().__init__(reason)
        self.is_sent = is_sent
        """Whether the host may have seen the request."""


class SilentError(Exception):
    """The host sent nothing for too long."""


class _Receiver(asyncio.Protocol):
    """What comes over a connection. What came before it broke off comes out before that is said."""

    def __init__(self) -> None:
        self._came = bytearray()
        self._has_ended = False
        self._error: Exception | None = None
        self._waiting: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio.Protocol."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """See asyncio.Protocol."""
        self._came += data
        if len(self._came) > MOST_AHEAD:
            self.transport.pause_reading()
        self._wake()

    def eof_received(self) -> None:
        """See asyncio.Protocol."""
        self._has_ended = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """See asyncio.Protocol."""
        self._has_ended, self._error = True, self._error or exc
        self._wake()

    async def read(self) -> bytes:
        """Return what came, nothing at the end; raises OSError where the connection broke off."""
        if not self._came and not self._has_ended:
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting
        if not self._came and self._error:
            raise self._error
        came = bytes(self._came)
        self._came.clear()
        self.transport.resume_reading()
        return came

    def _wake(self) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(None)


class Connection:
    """An open connection; see `connect`."""

    def __init__(self, receiver: _Receiver, patience: float) -> None:
        self._receiver, self._patience = receiver, patience
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_HEAD)

    async def ask(self, request: h11.Request, content: bytes) -> h11.Response:
        """Send a request and return the head of the answer; raises BrokenError, SilentError."""
        pieces = (self._http.send(event) for event in (request, h11.Data(content), h11.EndOfMessage()))
        # Nothing waits until it is sent: a host that takes nothing answers nothing either.
        self._receiver.transport.write(b"".join(piece for piece in pieces if piece))
        event = await self._event()
        while not isinstance(event, h11.Response):  # but a word in between (status 100 to 199)
            event = await self._event()
        return event

    async def more(self) -> bytes:
        """Return what came next of the body, in the content coding in which it is sent, nothing at its end; raises as `ask`."""
        event = await self._event()
        return bytes(event.data) if isinstance(event, h11.Data) else b""

    def close(self) -> None:
        """Close at once: the answer is here, or nobody waits for it any longer."""
        self._receiver.transport.abort()

    async def _event(self) -> object:
        try:
            while (event := self._http.next_event()) is h11.NEED_DATA:
                data = await self._read()
                if not data and self._http.their_state is h11.SEND_RESPONSE:
                    raise BrokenError("the host closed the connection without an answer")
                self._http.receive_data(data)
        except h11.RemoteProtocolError as error:
            raise BrokenError(f"no whole answer in HTTP: {error}") from error
        return event

    async def _read(self) -> bytes:
        try:
            async with asyncio.timeout(self._patience):
                return await self._receiver.read()
        except TimeoutError as error:
            raise SilentError from error
        except OSError as error:
            raise BrokenError(f"the connection broke off: {error}") from error


async def connect(
    machine: tuple[str, int], secured: ssl.SSLContext | None, name: str, *, within: float, patience: float
) -> Connection:
    """Connect to a machine.

    Args:
        machine: IP address and port.
        secured: how, for https; None for http.
        name: of the host: asked for, and checked against its certificate.
        within: seconds for connecting.
        patience: seconds for each wait for an answer's next bytes.

    Raises:
        BrokenError: there is no connection.
    """
    try:
        async with asyncio.timeout(within):
            _, receiver = await asyncio.get_running_loop().create_connection(
                _Receiver, *machine, ssl=secured, server_hostname=name if secured else None
            )
    except TimeoutError as error:
        raise BrokenError(f"no connection within {within:g} seconds", is_sent=False) from error
    except (OSError, ValueError) as error:  # ValueError: a name that no certificate can have
        raise BrokenError(f"no connection: {error}", is_sent=False) from error
    return Connection(receiver, patience)
