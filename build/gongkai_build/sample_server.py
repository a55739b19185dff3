"""Serves the sample portals on this machine, chosen by the Host header: their files, and what they answer from data (sample_answers.py)."""

import errno
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import formatdate, parsedate_to_datetime
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket
from threading import Thread
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, unquote, urlsplit

import yaml

from gongkai_build.sample_answers import Answer, Service, load_services

ADDRESS = "127.0.0.1"
SITE_FILE = "_site.yml"
NOT_FOUND = "404.html"
LARGEST_FORM = 100_000

Interference: TypeAlias = Callable[[BaseHTTPRequestHandler, Callable[[], None]], None]
"""Comes between a request and its answer: it is given the request and what answers it, and calls the latter or does otherwise."""


@dataclass(frozen=True)
class Site:
    """A sample site: its files, the media type of each by suffix, and its services."""

    files: dict[str, Path]
    """Every file that is served, by its URL path."""
    content_types: dict[str, str]
    services: dict[str, Service]
    """What answers from data, by its URL path."""


@contextmanager
def serve_samples(folder: Path, port: int = 8471, interfere: Interference | None = None) -> Iterator[int]:
    """Serve `folder/<host>/…` at `http://<host>:<port>/…` on 127.0.0.1 until the context ends.

    Args:
        folder: holds one folder for each host, each with a `_site.yml` that gives the media type of each file suffix. What begins with
            `_` is not served.
        port: where to listen; when it is taken, a free port is chosen.
        interfere: comes between requests and their answers, so that tests can have a portal fail.

    Yields:
        The port that is really served.

    Raises:
        ValueError: the folder holds no site, or a site's files and its `_site.yml` do not fit together.
    """
    server = _listen(partial(_Handler, load_sites(folder), interfere), port)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def load_sites(folder: Path) -> dict[str, Site]:
    """Return the sites below a folder by host name; raises ValueError as `serve_samples` does."""
    sites = {path.parent.name.lower(): _site(path) for path in sorted(folder.glob(f"*/{SITE_FILE}"))}
    if not sites:
        raise ValueError(f"{folder} holds no sample site: expected folders named by host, each with a {SITE_FILE}")
    return sites


def _site(path: Path) -> Site:
    description = yaml.safe_load(path.read_text(encoding="utf-8"))
    types = description.get("content_type") if isinstance(description, dict) else None
    if not isinstance(types, dict) or not all(isinstance(part, str) for item in types.items() for part in item):
        raise ValueError(f"{path}: expected content_type, a mapping of file suffixes to media types")
    files = {
        f"/{file.relative_to(path.parent).as_posix()}": file
        for file in sorted(path.parent.rglob("*"))
        if file.is_file() and not any(part.startswith("_") for part in file.relative_to(path.parent).parts)
    }
    for file in files.values():
        if file.suffix not in types:
            raise ValueError(f"{file}: its suffix has no media type in {path}; add it to content_type")
    return Site(files, types, {service.path: service for service in load_services(path.parent)})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # A run asks all sites at the same moment, and each of them is this server.
    request_queue_size = 256

    def handle_error(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:
        """A client that goes away in the middle of an answer is no event here."""


def _listen(handler: Any, port: int) -> _Server:
    try:
        return _Server((ADDRESS, port), handler)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        return _Server((ADDRESS, 0), handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "GongkaiSamples"
    sys_version = ""

    def __init__(self, sites: dict[str, Site], interfere: Interference | None, *arguments: Any) -> None:
        # The base class answers the request while it is being made.
        self.sites = sites
        self.interfere = interfere
        super().__init__(*arguments)

    def do_GET(self) -> None:
        self._meet(partial(self._answer, with_body=True))

    def do_HEAD(self) -> None:
        self._meet(partial(self._answer, with_body=False))

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        body = self.rfile.read(int(length)) if length.isdecimal() and int(length) <= LARGEST_FORM else b""
        self._meet(partial(self._answer, with_body=True, form=body.decode("utf-8", "replace")))

    def log_message(self, format: str, *args: Any) -> None:
        """Stay quiet: the client logs what it fetches."""

    def _meet(self, answer: Callable[[], None]) -> None:
        if self.interfere:
            self.interfere(self, answer)
        else:
            answer()

    def _answer(self, with_body: bool, form: str | None = None) -> None:
        host = self.headers.get("Host", "").rsplit(":", 1)[0].lower()
        site = self.sites.get(host)
        if site is None:
            self._send(
                HTTPStatus.NOT_FOUND, "text/plain; charset=utf-8", f"no sample site {host!r}\n".encode(), with_body
            )
            return
        parts = urlsplit(self.path)
        path = unquote(parts.path)
        service = site.services.get(path)
        if (service.method if service else "GET") != ("GET" if form is None else "POST"):
            self._send(HTTPStatus.METHOD_NOT_ALLOWED, "text/plain; charset=utf-8", b"ask in another way\n", with_body)
            return
        # Only files that were listed at the start are served, so a path cannot lead out of the site.
        file = site.files.get(f"{path}index.html" if path.endswith("/") else path)
        if service:
            # A list can say what it wants to know in the address, the form, or both.
            found = service.answer(dict(parse_qsl(parts.query) + parse_qsl(form or "")))
        else:
            found = Answer(site.content_types[file.suffix], file.read_bytes()) if file else None
        if found is None:
            missing = site.files.get(f"/{NOT_FOUND}")
            content_type = site.content_types[missing.suffix] if missing else "text/plain; charset=utf-8"
            body = missing.read_bytes() if missing else b"not found\n"
            self._send(HTTPStatus.NOT_FOUND, content_type, body, with_body)
            return
        changed = int(file.stat().st_mtime) if file else None
        validators = {"ETag": f'"{hashlib.sha256(found.body).hexdigest()[:16]}"'}
        if changed is not None:
            validators["Last-Modified"] = formatdate(changed, usegmt=True)
        if form is None and self._has(validators["ETag"], changed):
            self._send(HTTPStatus.NOT_MODIFIED, None, b"", False, validators)
        else:
            self._send(HTTPStatus.OK, found.media_type, found.body, with_body, validators)

    def _has(self, etag: str, changed: int | None) -> bool:
        """Whether the client says that it holds this version; a tag counts before a date (RFC 9110, 13.2.2)."""
        known = self.headers.get("If-None-Match")
        if known is not None:
            return etag in known or known.strip() == "*"
        if changed is None:
            return False
        try:
            since = parsedate_to_datetime(self.headers.get("If-Modified-Since", ""))
        except ValueError:
            return False
        if since.tzinfo is None:
            since = since.replace(tzinfo=UTC)
        return datetime.fromtimestamp(changed, UTC) <= since

    def _send(
        self,
        status: HTTPStatus,
        content_type: str | None,
        body: bytes,
        with_body: bool,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.send_response(status)
        if content_type is not None:
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(body)
