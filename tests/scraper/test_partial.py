"""An answer that is not whole, or cannot be decoded, is a failure; what came of it is in the archive all the same, as it was sent."""

import gzip
import socket
import struct
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from fake_portal import HOST, Site
from fastwarc.warc import ArchiveIterator as OtherIterator
from test_archive import warc_check
from test_collect import counts, fill, portal
from test_outcomes import rebuilt, told
from warcio.archiveiterator import ArchiveIterator

from gongkai_scraper.archive import Archive
from gongkai_scraper.collect import collect
from gongkai_scraper.fetch import ClientSettings
from gongkai_scraper.verify import verify

PAGE = "<html>样例市2021年政府信息公开工作年度报告</html>".encode()
PACKED = gzip.compress(PAGE, mtime=0)
LARGE = b"<html>" + bytes(range(32, 127)) * 100
Sent = tuple[bytes, bytes]
"""Head and body of an answer, after which the connection ends."""


def answers(site: Site, sent: Sent, pause: float = 0.0) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Own: 1\r\n" + sent[0] + b"\r\n" + sent[1])
        time.sleep(pause)

    fill(site, 2021)
    site.routes["/r2021.html"] = answer


def run(site: Site, folder: Path, **options: int) -> str:
    """Collect; returns why the report failed."""
    settings = ClientSettings(connect_to=site.connect_to, backoff=0.01, **({"retries": 0} | options))
    one = portal(politeness={"delay": 0, "timeout": 0.3, "maximum_bytes": 5000})
    with Archive.open(folder, write=True) as archive:
        summary = collect([one], archive, settings)
        assert counts(summary.portals[0]) == {"failed": 1}
        assert archive.captures("report") == [], "it is no report"
        (failure,) = archive.failures("report")
        assert (failure.outcome, failure.status) == ("failed", 200)
    return failure.reason


def records(folder: Path) -> Iterator[tuple[dict[str, str], dict[str, str], bytes]]:
    """Headers of the record, headers of the answer and body of each record of the report, as warcio reads them."""
    with next((folder / "warc").iterdir()).open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            if record.rec_type in ("response", "revisit") and record.rec_headers["WARC-Target-URI"].endswith("1.html"):
                yield dict(record.rec_headers.headers), dict(record.http_headers.headers), record.raw_stream.read()


@pytest.mark.parametrize(
    ("sent", "kept", "truncated", "reason"),
    [
        ((b"Content-Length: 500\r\n", PAGE), PAGE, "disconnect", "without sending complete message body"),
        ((b"Transfer-Encoding: chunked\r\n", b"6\r\n<html>\r\n9\r\nx"), b"<html>x", "disconnect", "incomplete chunked"),
        ((b"Content-Length: 900000\r\n", b"<html>"), b"", "length", "larger than 5000 bytes"),
        ((b"", LARGE), LARGE, "length", "larger than 5000 bytes"),
        ((b"Content-Encoding: gzip\r\n", PACKED[:-9]), PACKED[:-9], None, "cut short"),
        ((b"Content-Encoding: gzip\r\n", PAGE), PAGE, None, "damaged content coding"),
        ((b"Content-Encoding: gzip\r\n", PACKED + b"more"), PACKED + b"more", None, "data behind the end"),
        ((b"Content-Encoding: br\r\n", b"???"), b"???", None, "content coding 'br'"),
        (
            (b"Content-Encoding: gzip\r\n", gzip.compress(bytes(9000), mtime=0)),
            gzip.compress(bytes(9000), mtime=0),
            "length",
            "larger than 5000 bytes when unpacked",
        ),
    ],
)
def test_what_came_is_kept_as_it_was_sent(
    site: Site, tmp_path: Path, sent: Sent, kept: bytes, truncated: str | None, reason: str
) -> None:
    answers(site, sent)
    assert reason in run(site, tmp_path)
    ((about, headers, body),) = records(tmp_path)
    assert (body, about.get("WARC-Truncated"), headers["X-Own"]) == (kept[: len(body)], truncated, "1")
    assert len(body) == len(kept) or (truncated == "length" and len(body) <= 5000)
    assert ("X-Archive-Orig-Content-Encoding" in headers) is (b"Content-Encoding" in sent[0])
    assert not headers.keys() & {"Content-Length", "Content-Encoding", "Transfer-Encoding"}
    check_archive(tmp_path)


def check_archive(folder: Path) -> None:
    result = warc_check(folder)
    assert result.returncode == 0, result.stdout + result.stderr
    path = next((folder / "warc").iterdir())
    with path.open("rb") as file:
        assert all(one.verify_block_digest() for one in OtherIterator(file, parse_http=False))
    assert verify(folder).problems == ()
    before = told(folder)
    assert rebuilt(folder) == before


def test_a_host_that_falls_silent(site: Site, tmp_path: Path) -> None:
    answers(site, (b"Content-Length: 500\r\n", PAGE), pause=0.6)
    assert run(site, tmp_path) == "no data for 0.3 seconds"
    ((about, _, body),) = records(tmp_path)
    assert (body, about["WARC-Truncated"]) == (PAGE, "time")
    check_archive(tmp_path)


def test_a_connection_that_is_reset_behind_the_whole_answer(site: Site, tmp_path: Path) -> None:
    """What has come before is not lost, though nobody had looked at it yet."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        page = PAGE * 300
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(page) + page)
        handler.close_connection = True
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.rfile.close()
        handler.connection.close()

    fill(site, 2021)
    site.routes["/r2021.html"] = answer
    with Archive.open(tmp_path, write=True) as archive:
        summary = collect(
            [portal(politeness={"delay": 0, "maximum_bytes": 100_000})],
            archive,
            ClientSettings(connect_to=site.connect_to, retries=0),
        )
    assert counts(summary.portals[0]) == {"new": 1}


def test_every_try_is_told_and_the_same_bytes_stand_there_once(site: Site, tmp_path: Path) -> None:
    answers(site, (b"Content-Length: 500\r\n", PAGE))
    assert "to be asked again" not in run(site, tmp_path, retries=2)
    tries = list(records(tmp_path))
    assert [about["WARC-Type"] for about, _, _ in tries] == ["response", "revisit", "revisit"]
    assert {about["WARC-Truncated"] for about, _, _ in tries} == {"disconnect"}
    rows = [row for row in told(tmp_path)["fetches"] if f"http://{HOST}/r2021.html" in row]
    assert [any("to be asked again" in str(field) for field in row) for row in rows] == [True, True, False]
    check_archive(tmp_path)


def test_the_whole_document_later_is_a_capture_of_its_own(site: Site, tmp_path: Path) -> None:
    answers(site, (b"Content-Length: 500\r\n", PAGE[:30]))
    run(site, tmp_path)
    answers(site, (b"Content-Length: %d\r\n" % len(PAGE), PAGE))
    with Archive.open(tmp_path, write=True) as archive:
        summary = collect([portal()], archive, ClientSettings(connect_to=site.connect_to))
        assert counts(summary.portals[0]) == {"new": 1}
        (capture,) = archive.captures("report")
        assert archive.read(capture) == PAGE
        assert archive.failures("report") == []
    check_archive(tmp_path)
