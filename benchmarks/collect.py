"""Collecting: pages a second and peak memory, against the same fetches with plain httpx and no archive, in the same run.

A server of its own process answers for many hosts (addresses of the loopback network) with pages of about 20 KB, no two
alike, without any delay. Each way of asking runs in a process of its own, so that the memory of one is not that of another.

Plain httpx is asked in three ways, one request at a time to a host in each: with a client for each host and a connection
for each request, which is what we do, so that the claim, at most twice the time, is made against it; with a client for each
host and connections that are kept open, the fastest of all; and with one client for all hosts, as its documentation
recommends. The time on the clock is printed, and the computing time of each process, which other work on the machine
changes less.
"""

import asyncio
import multiprocessing
import resource
import shutil
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import httpx
from pages import page

from gongkai_scraper.archive import Archive
from gongkai_scraper.collect import collect
from gongkai_scraper.portals import Portal

HOSTS, PAGES, FEW = 200, 50, 10
ADDRESSES = [f"127.0.{1 + number // 200}.{1 + number % 200}" for number in range(HOSTS)]
ROUNDS = 3
BYTES = 20_000
BODY = page(1).body[:BYTES]


class Measured(NamedTuple):
    """Seconds on the clock and of computing, and mebibytes of memory at the peak."""

    clock: float
    computing: float
    memory: float


def serve(port: "multiprocessing.Queue[int]") -> None:
    """Answer every request at once: `/N` is the list of N pages, `/N/n` one of them, and there is no robots.txt."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                path = head.split(b" ", 2)[1].decode()
                is_last = b"connection: close" in head.lower()
                host = writer.get_extra_info("sockname")[0]
                body = b"" if path == "/robots.txt" else content(host, path)
                writer.write(
                    b"HTTP/1.1 %b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n%b\r\n%b"
                    % (
                        b"200 OK" if body else b"404 Not Found",
                        len(body),
                        b"Connection: close\r\n" if is_last else b"",
                        body,
                    )
                )
                await writer.drain()
                if is_last:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def run() -> None:
        with socket.create_server((ADDRESSES[0], 0)) as free:
            number = free.getsockname()[1]
        server = await asyncio.start_server(answer, ADDRESSES, number, backlog=100)
        port.put(number)
        await server.serve_forever()

    asyncio.run(run())


def content(host: str, path: str) -> bytes:
    """The list, or a page that no other address has."""
    if path.count("/") == 1:
        return "".join(
            f'<li><a href="{path}/{n}">{n}号2021年政府信息公开工作年度报告</a></li>' for n in range(int(path[1:]))
        ).encode()
    return b"<html><!-- " + f"{host}{path}".encode() + b" -->" + BODY


def hosts(port: int) -> list[str]:
    """The addresses of the hosts."""
    return [f"http://{address}:{port}" for address in ADDRESSES]


def gongkai(port: int, pages: int) -> None:
    """Collect into an archive."""
    folder = Path(tempfile.mkdtemp())
    portals = [
        Portal.model_validate(
            {
                "id": f"p{number}",
                "name": "样例",
                "region": "990100",
                "source": "sample",
                "home": f"{host}/",
                "driver": {"family": "static_list", "lists": [f"{host}/{pages}"]},
                "politeness": {"delay": 0},
                "loopback": True,
                "status": "active",
            }
        )
        for number, host in enumerate(hosts(port))
    ]
    try:
        with Archive.open(folder, write=True) as archive:
            summary = collect(portals, archive)
        assert summary.totals["new"] == HOSTS * pages, summary.totals
    finally:
        shutil.rmtree(folder)


def one_client(port: int, pages: int) -> None:
    """The same requests with plain httpx, and nothing kept: one client for all hosts, each of which may be asked at once."""

    async def run() -> None:
        limits = httpx.Limits(max_connections=HOSTS, max_keepalive_connections=HOSTS)
        async with httpx.AsyncClient(limits=limits, timeout=60) as client:
            await asyncio.gather(*(_visit(client, host, pages) for host in hosts(port)))

    asyncio.run(run())


def connection_each(port: int, pages: int) -> None:
    """The same with a client for each host, and a connection for each request."""
    asyncio.run(_visit_all(port, pages, {"Connection": "close"}))


def kept_open(port: int, pages: int) -> None:
    """The same with connections that are kept open, as no portal keeps them over the seconds between two polite requests."""
    asyncio.run(_visit_all(port, pages, {}))


async def _visit_all(port: int, pages: int, headers: dict[str, str]) -> None:
    context = httpx.create_ssl_context()

    async def visit(host: str) -> None:
        async with httpx.AsyncClient(verify=context, timeout=60, headers=headers) as client:
            await _visit(client, host, pages)

    await asyncio.gather(*(visit(host) for host in hosts(port)))


async def _visit(client: httpx.AsyncClient, host: str, pages: int) -> None:
    for path in ("robots.txt", str(pages), *(f"{pages}/{number}" for number in range(pages))):
        answer = await client.get(f"{host}/{path}")
        assert path == "robots.txt" or answer.content


def measured(way: Callable[[int, int], None], port: int, pages: int) -> Measured:
    """Run one way in a process of its own."""
    results: multiprocessing.Queue[Measured] = multiprocessing.Queue()

    def run() -> None:
        begun = time.perf_counter()
        way(port, pages)
        used = resource.getrusage(resource.RUSAGE_SELF)
        clock, computing = time.perf_counter() - begun, used.ru_utime + used.ru_stime
        results.put(Measured(clock, computing, used.ru_maxrss / 1024))

    process = multiprocessing.Process(target=run)
    process.start()
    process.join()
    if process.exitcode:
        sys.exit(f"{way.__name__} failed")
    return results.get()


def ratio(ours: list[float], theirs: list[float]) -> float:
    """The median over the rounds, in each of which both were measured one after the other."""
    return statistics.median(one / other for one, other in zip(ours, theirs, strict=True))


def main() -> None:
    """Measure and print."""
    multiprocessing.set_start_method("fork")
    ports: multiprocessing.Queue[int] = multiprocessing.Queue()
    server = multiprocessing.Process(target=serve, args=(ports,), daemon=True)
    server.start()
    port = ports.get()
    ways = (gongkai, kept_open, connection_each, one_client)
    rounds = [{way: measured(way, port, PAGES) for way in ways[:-1]} for _ in range(ROUNDS)]
    # Once: it takes longer than all the others together, for its pool looks through all connections at each request.
    slowest = measured(one_client, port, PAGES)
    rounds = [one | {one_client: slowest} for one in rounds]
    few = {way: measured(way, port, FEW).memory for way in ways}
    print(f"{HOSTS} hosts, {PAGES} pages of {BYTES // 1000} KB each, {ROUNDS} rounds by turns")
    for way in ways:
        clock, computing, memory = (statistics.median(kind) for kind in zip(*(one[way] for one in rounds), strict=True))
        print(
            f"{way.__name__:16} {clock:6.1f} s  {HOSTS * PAGES / clock:6.0f} pages/s  computing {computing:6.1f} s  "
            f"peak {memory:.0f} MiB ({FEW} pages each: {few[way]:.0f} MiB)"
        )
    for way in ways[1:]:
        clock, computing = (
            ratio([one[gongkai][kind] for one in rounds], [one[way][kind] for one in rounds]) for kind in (0, 1)
        )
        print(f"time of gongkai / {way.__name__:16} {clock:.2f}  computing time {computing:.2f}")
    server.terminate()
    server.join()


if __name__ == "__main__":
    main()
