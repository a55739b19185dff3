"""A connection of its own for one request: asyncio's sockets and TLS, over which httpcore, the engine of httpx, speaks HTTP.

The streams that httpcore would open itself go through two further libraries, which cost more than everything else that
is done for a page. There is no pool: what a host sends beyond the end of an answer can never pass for the beginning of
the next one.
"""

import asyncio
import ssl

import httpcore


class Stream(httpcore.AsyncNetworkStream):
    """Both directions of a connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what has come, nothing at the end; raises httpcore.ReadTimeout or ReadError."""
        try:
            async with asyncio.timeout(timeout):
                return await self._reader.read(max_bytes)
        except TimeoutError as error:
            raise httpcore.ReadTimeout from error
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send, without waiting until it is sent: a host that takes nothing answers nothing either, which `read` notices."""
        self._writer.write(buffer)

    async def aclose(self) -> None:
        """Close at once. The answer is here, or nobody waits for it."""
        self._writer.transport.abort()


async def connect(machine: tuple[str, int], secured: ssl.SSLContext | None, name: str, timeout: float) -> Stream:
    """Connect to a machine.

    Args:
        machine: IP address and port.
        secured: how, for https; None for http.
        name: of the host: asked for, and checked against its certificate.
        timeout: seconds for all of it.

    Raises:
        httpcore.ConnectTimeout, httpcore.ConnectError.
    """
    try:
        async with asyncio.timeout(timeout):
            streams = await asyncio.open_connection(*machine, ssl=secured, server_hostname=name if secured else None)
    except TimeoutError as error:
        raise httpcore.ConnectTimeout from error
    except OSError as error:
        raise httpcore.ConnectError(str(error)) from error
    return Stream(*streams)
