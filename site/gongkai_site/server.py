"""Datasette on a release folder: the same Datasette that anyone gets, with this package as its plugin."""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvicorn
import yaml
from datasette.app import Datasette

from gongkai_site.metadata import load_metadata
from gongkai_site.release import DATABASES, read_release

SETTINGS = Path(__file__).with_name("settings.yml")


def make_datasette(folder: Path) -> Datasette:
    """Return a Datasette that serves a release folder, its databases immutable.

    Raises:
        gongkai_site.release.NotARelease: the folder holds no release.
    """
    release = read_release(folder)
    options: dict[str, Any] = yaml.safe_load(SETTINGS.read_text(encoding="utf-8"))
    return Datasette(
        files=[],
        immutables=[str(folder / f"{name}.db") for name in DATABASES],
        metadata=load_metadata(release),
        settings=options["settings"],
        cors=options["cors"],
    )


def serve(folder: Path, host: str, port: int, on_ready: Callable[[str], None] | None = None) -> None:
    """Serve a release folder over HTTP until the process is told to stop.

    Args:
        folder: a release.
        host: address or name to listen on.
        port: port to listen on; 0 takes a free one.
        on_ready: called with the URL once requests are answered.

    Raises:
        gongkai_site.release.NotARelease: the folder holds no release.
        OSError: the address cannot be listened on.
    """
    application = make_datasette(folder).app()
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    # With the protocol named: only so asyncio sets TCP_NODELAY, without which an answer on a kept connection waits 40 ms for the client's acknowledgement.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        name = f"[{host}]" if family == socket.AF_INET6 else host
        url = f"http://{name}:{listener.getsockname()[1]}/"
        config = uvicorn.Config(application, log_level="warning", access_log=False, lifespan="on")
        _Server(config, lambda: on_ready(url) if on_ready else None).run(sockets=[listener])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self._on_started()
