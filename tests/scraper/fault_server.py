"""The sample portals in fault mode: chosen requests meet a fault (faults.py), and every request is noted with its times.

Run as a program it serves `samples/sites` until it is ended, each page failing at its first request: `python fault_server.py [PORT]`.
"""

import contextlib
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

from faults import PASSING, Fault, Handler

from gongkai_build.resources import definition
from gongkai_build.sample_server import load_sites, serve_samples

Where = tuple[str, str]
"""Host without port, and path without query."""


@dataclass(frozen=True)
class Meeting:
    """The fault that requests meet, and how many of them; None stands for all."""

    fault: Fault
    times: int | None = None


@dataclass(frozen=True)
class Asked:
    """A request as the server saw it; times in seconds of the monotonic clock."""

    host: str
    target: str
    """Path and query."""
    begun: float
    ended: float
    together: int
    """How many requests to this host were being answered while it began, itself included."""
    sent: int
    """Bytes of the answer, its head included, that were handed to the system."""
    fault: str | None


class _Counting:
    """A stream that counts what is written to it."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.written = 0

    def write(self, data: bytes) -> int:
        self._stream.write(data)
        self.written += len(data)
        return len(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@dataclass
class Faults:
    """An interference of the sample server: `plan` says what fails, `asked` what was asked."""

    plan: Mapping[Where, Meeting] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    _met: Counter[Where] = field(default_factory=Counter)
    _busy: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, handler: Handler, answer: Callable[[], None]) -> None:
        """Answer a request with the fault that is planned for it, or as the sample server does."""
        host, begun = host_of(handler), time.monotonic()
        with self._lock:
            self._busy[host] += 1
            together = self._busy[host]
            fault = self._fault((host, handler.path.partition("?")[0]))
        stream = handler.wfile
        counting = _Counting(stream)
        handler.wfile = counting  # type: ignore[assignment]
        try:
            # The client hangs up on some faults, as it should.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                fault(handler) if fault else answer()
        finally:
            handler.wfile = stream
            with self._lock:
                self._busy[host] -= 1
                name = fault.__name__ if fault else None
                ended, sent = time.monotonic(), counting.written
                self.asked.append(Asked(host, handler.path, begun, ended, together, sent, name))

    def forget(self) -> None:
        """Begin anew: every fault is met again as often as planned."""
        with self._lock:
            self._met.clear()

    def _fault(self, where: Where) -> Fault | None:
        meeting = self.plan.get(where)
        if not meeting or (meeting.times is not None and self._met[where] >= meeting.times):
            return None
        self._met[where] += 1
        return meeting.fault


def host_of(handler: Handler) -> str:
    """The host that a request names, without its port."""
    return str(handler.headers.get("Host", "")).rpartition(":")[0].lower() or str(handler.headers.get("Host", ""))


def failing_once(sites: Path, faults: Sequence[Fault] = tuple(PASSING.values())) -> dict[Where, Meeting]:
    """A plan in which every page of the sites below a folder meets one fault at its first request, in turn, and is served from then on.

    robots.txt is left alone: a portal whose robots.txt fails is asked for nothing.
    """
    pages = [(host, path) for host, site in load_sites(sites).items() for path in site.files if path != "/robots.txt"]
    return {page: Meeting(fault, times=1) for page, fault in zip(pages, cycle(faults), strict=False)}


@contextmanager
def serve_with_faults(sites: Path, faults: Faults, port: int = 0) -> Iterator[dict[str, tuple[str, int]]]:
    """Serve the sites below a folder with faults; yields where to connect to for each `host:port` of the sample portals."""
    with serve_samples(sites, port, faults) as listening:
        yield {f"{host}:{port}": ("127.0.0.1", listening) for host in load_sites(sites) for port in (80, 8471)}


if __name__ == "__main__":
    samples = definition("samples") / "sites"
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    with serve_samples(samples, wanted, Faults(failing_once(samples))) as listening:
        print(listening, flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
