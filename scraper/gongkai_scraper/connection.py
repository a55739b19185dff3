"""A connection for one request and its answer: sockets and TLS by asyncio, HTTP/1.1 by h11, on which httpx stands, too.

There is no pool and nothing is kept open: polite requests are seconds apart, and what a host sends beyond the end of an
answer can never pass for the beginning of the next one. Without the layers that httpx needs for its pools, a request
takes a third of the time.
"""

import asyncio
import ssl

import h11

READ_BYTES = 65_536
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


class Connection:
    """An open connection; see `connect`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, patience: float) -> None:
        self._reader, self._writer, self._patience = reader, writer, patience
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_HEAD)

    async def ask(self, request: h11.Request, content: bytes) -> h11.Response:
        """Send a request and return the head of the answer; raises BrokenError, SilentError."""
        pieces = (self._http.send(event) for event in (request, h11.Data(content), h11.EndOfMessage()))
        # Nothing waits until it is sent: a host that takes nothing answers nothing either.
        self._writer.write(b"".join(piece for piece in pieces if piece))
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
        self._writer.transport.abort()

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
                return await self._reader.read(READ_BYTES)
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
            streams = await asyncio.open_connection(*machine, ssl=secured, server_hostname=name if secured else None)
    except TimeoutError as error:
        raise BrokenError(f"no connection within {within:g} seconds", is_sent=False) from error
    except (OSError, ValueError) as error:  # ValueError: a name that no certificate can have
        raise BrokenError(f"no connection: {error}", is_sent=False) from error
    return Connection(*streams, patience)
