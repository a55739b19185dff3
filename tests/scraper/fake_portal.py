"""A portal on this machine, served over real sockets, that notes how it is asked."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

HOST = "portal.localhost"


@dataclass(frozen=True)
class Answer:
    """What the portal answers."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/html; charset=utf-8"})


@dataclass(frozen=True)
class Asked:
    """A request as the portal saw it; times in seconds."""

    path: str
    begun: float
    ended: float
    headers: dict[str, str]
    together: int
    """How many requests were being answered while it began, itself included."""


Route = Answer | list[Answer] | Callable[[BaseHTTPRequestHandler], None]


class Site:
    """Routes by path (a list of answers is given out one by one, the last one again and again), and what was asked."""

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {}
        self.sent: list[tuple[str, int]] = []
        """Path and status of each answer in the order of their beginning."""
        self._asked: list[Asked] = []
        self._busy = 0
        self._lock = threading.Lock()
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                begun = time.monotonic()
                with site._lock:
                    site._busy += 1
                    together = site._busy
                try:
                    site._answer(self)
                except (BrokenPipeError, ConnectionResetError):
                    pass  # the client hung up, as some tests want it to
                finally:
                    with site._lock:
                        site._asked.append(Asked(self.path, begun, time.monotonic(), dict(self.headers), together))
                        site._busy -= 1

            def do_POST(self) -> None:
                self.do_GET()

            def send_response(self, code: int, message: str | None = None) -> None:
                site.sent.append((self.path, code))
                super().send_response(code, message)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def connect_to(self) -> dict[str, tuple[str, int]]:
        return {f"{HOST}:80": ("127.0.0.1", self.port)}

    @property
    def asked(self) -> list[Asked]:
        """The requests in the order of their beginnings; waits for those under way."""
        while self._busy:
            time.sleep(0.005)
        return sorted(self._asked, key=lambda asked: asked.begun)

    @property
    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def url(self, path: str) -> str:
        return f"http://{HOST}{path}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        route = self.routes.get(handler.path, Answer(b"nothing here", 404))
        if callable(route):
            return route(handler)
        if isinstance(route, list):
            route = route.pop(0) if len(route) > 1 else route[0]
        handler.send_response(route.status)
        for name, value in route.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(route.body)))
        handler.end_headers()
        handler.wfile.write(route.body)
        return None


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()
