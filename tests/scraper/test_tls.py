"""Old TLS where a portal file asks for it, and certificates checked all the same."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme

from gongkai_scraper.drivers import Request
from gongkai_scraper.errors import FetchError
from gongkai_scraper.fetch import Client, ClientSettings
from gongkai_scraper.fetching import NoJournal
from gongkai_scraper.request import Limits
from gongkai_scraper.tls import Tls

HOST = "old.localhost"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[trustme.CA, Path]:
    ca, path = trustme.CA(), tmp_path_factory.mktemp("tls") / "authority.pem"
    ca.cert_pem.write_to_path(str(path))
    return ca, path


@pytest.fixture
def old_server(authority: tuple[trustme.CA, Path], request: pytest.FixtureRequest) -> Iterator[int]:
    """A server that knows nothing newer than TLS 1.1, with a certificate for the host that the test names."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    authority[0].issue_cert(request.param).configure_cert(context)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


def ask(port: int, tls: Tls, authorities: Path | None) -> bytes:
    async def run() -> bytes:
        settings = ClientSettings(connect_to={f"{HOST}:443": ("127.0.0.1", port)}, retries=0, authorities=authorities)
        limits = Limits(0.0, 2.0, 1000, loopback=True, tls=tls)
        async with Client(settings) as client:
            return (await client.fetch(Request(f"https://{HOST}/"), limits, NoJournal())).body

    return asyncio.run(run())


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize("old_server", [HOST], indirect=True)
def test_old_tls_is_spoken_only_where_the_portal_file_says_so(
    old_server: int, authority: tuple[trustme.CA, Path]
) -> None:
    assert ask(old_server, "old", authority[1]) == b"ok"
    with pytest.raises(FetchError, match=r"(?i)protocol|version"):
        ask(old_server, "current", authority[1])
    with pytest.raises(FetchError, match=r"(?i)certificate"):
        ask(old_server, "old", None)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize("old_server", ["other.localhost"], indirect=True)
def test_a_certificate_for_another_host_is_none(old_server: int, authority: tuple[trustme.CA, Path]) -> None:
    with pytest.raises(FetchError, match=r"(?i)certificate"):
        ask(old_server, "old", authority[1])
