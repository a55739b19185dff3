"""Where a request may go: addresses of documents, addresses of machines."""

import asyncio
import ipaddress
import socket
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from typing import TypeAlias
from urllib.parse import urlsplit

import httpx

from gongkai_scraper.domains import is_machine
from gongkai_scraper.errors import UnreachableError, UnsafeError

ConnectTo: TypeAlias = Mapping[str, tuple[str, int]]
"""`host:port` of an address → the machine and port to connect to instead, like curl's --connect-to."""

RESOLVERS = ThreadPoolExecutor(64, thread_name_prefix="names")
"""The system's look-up of names cannot be broken off: what hangs keeps a thread, and must not keep the others waiting."""
DEFAULT_PORTS = {"http": 80, "https": 443}
TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
"""Addresses in which a network without IPv4 writes those of IPv4 (RFC 6052)."""
UNICAST = ipaddress.IPv6Network("2000::/3")
"""The only part of IPv6 of which addresses on the public network are given out."""
SPECIAL = tuple(
    map(
        ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2002::/16", "2001:db8::/32", "3fff::/20")
    )
)
"""What IANA's registries of special addresses set aside and some versions of `ipaddress` take for public."""


@lru_cache(maxsize=16384)
def parse_address(url: str) -> httpx.URL:
    """Check and normalise the address of a document; raises UnsafeError.

    The dot that may end the whole name of a host is dropped: with it and without, it is one host, with one queue.
    """
    try:
        parsed = httpx.URL(url.partition("#")[0])
        if parsed.host.endswith("."):
            parsed = parsed.copy_with(host=parsed.host[:-1])
    except (httpx.InvalidURL, UnicodeError) as error:  # UnicodeError: a name of a host that stands for no letters
        raise UnsafeError(url, f"is no web address ({error})") from error
    if parsed.scheme not in DEFAULT_PORTS:
        raise UnsafeError(url, "is neither http nor https")
    if not parsed.host or parsed.host.endswith(".") or "%" in parsed.host:
        raise UnsafeError(url, "names no host")
    if not 0 < port_of(parsed) < 65536:
        raise UnsafeError(url, "names a port that does not exist")
    if parsed.userinfo:
        raise UnsafeError(url, "holds a user name or password")
    return parsed


def check_address(url: str) -> str:
    """Return an address that somebody wrote down, as it stands.

    Raises:
        ValueError: it is no http or https address that may be fetched; says why, without repeating the address.
    """
    if not url.isprintable() or " " in url:
        raise ValueError("holds blanks or control characters")
    try:
        # Others read the address with urllib, which is stricter than httpx in places.
        parts = urlsplit(url)
        parse_address(url)
    except UnsafeError as error:
        raise ValueError(error.reason) from error
    except ValueError as error:
        raise ValueError(f"is no web address ({error})") from error
    if "@" in parts.netloc:
        raise ValueError("holds a user name or password")
    return url


@lru_cache(maxsize=16384)
def normalised(url: str) -> str:
    """Return an address as it is archived; one that is no web address as it stands."""
    try:
        return str(parse_address(url))
    except UnsafeError:
        return url


def port_of(url: httpx.URL) -> int:
    """The port of an address, the scheme's own where none is given."""
    return DEFAULT_PORTS[url.scheme] if url.port is None else url.port


async def machines(url: httpx.URL, connect_to: ConnectTo, *, loopback: bool, within: float) -> list[tuple[str, int]]:
    """Resolve the host of an address to (IP address, port) pairs, all of them checked.

    The connection is made to one of these and not to the name, so that what was checked is what is connected to.

    Args:
        url: address of a document.
        connect_to: where to connect instead, by `host:port`.
        loopback: True for samples, which live on this machine and may not leave it.
        within: seconds in which a name must be resolved.

    Raises:
        UnsafeError: one of the addresses may not be connected to.
        UnreachableError: the name cannot be resolved, or not in time.
    """
    host, port = connect_to.get(f"{url.host}:{port_of(url)}", (url.host, port_of(url)))
    addresses = [host] if is_machine(host) else await _resolve(url, host, port, within)
    for address in addresses:
        if not may_connect(address, loopback=loopback):
            allowed = "a sample may only be on this machine" if loopback else "it is not on the public network"
            raise UnsafeError(str(url), f"leads to {address}: {allowed}")
    return [(address, port) for address in addresses]


async def _resolve(url: httpx.URL, host: str, port: int, within: float) -> list[str]:
    look_up = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        async with asyncio.timeout(within):
            found = await asyncio.get_running_loop().run_in_executor(RESOLVERS, look_up)
    except TimeoutError as error:
        reason = f"the host {host} could not be resolved within {within:g} seconds"
        raise UnreachableError(str(url), reason, is_sent=False) from error
    except (OSError, UnicodeError) as error:
        reason = f"the host {host} cannot be resolved ({error})"
        raise UnreachableError(str(url), reason, is_sent=False) from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def may_connect(address: str, *, loopback: bool) -> bool:
    """Tell whether an IP address may be connected to: a public one, or for samples one of this machine.

    An address of IPv6 that holds one of IPv4 is public only where networks without IPv4 write it so, and only when
    that one is; the other ways to write one lead wherever the machine's own network takes them.
    """
    machine = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(machine, ipaddress.IPv6Address):
        if loopback and machine.ipv4_mapped:
            machine = machine.ipv4_mapped
        elif not loopback and machine in TRANSLATED:
            machine = ipaddress.IPv4Address(int(machine) & 0xFFFF_FFFF)
    return machine.is_loopback if loopback else _is_public(machine)


def _is_public(machine: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if machine.version == 6 and machine not in UNICAST:
        return False
    is_special = any(machine in network for network in SPECIAL)
    return machine.is_global and not machine.is_multicast and not is_special
