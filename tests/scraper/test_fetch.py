"""The client: polite, bounded, and never led where it must not go."""

import asyncio
import email.utils
import gzip
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

import pytest
from fake_portal import HOST, Answer, Site

from gongkai_scraper.answers import leads_away
from gongkai_scraper.drivers import Request
from gongkai_scraper.errors import (
    DisallowedError,
    FetchError,
    HttpError,
    RefusedError,
    TimedOutError,
    TooLargeError,
    UnreachableError,
    UnsafeError,
)
from gongkai_scraper.fetch import Client, ClientSettings
from gongkai_scraper.network import may_connect, parse_address
from gongkai_scraper.records import Known, Outcome
from gongkai_scraper.request import Limits
from gongkai_scraper.response import Response

LIMITS = Limits(delay=0.0, timeout=2.0, maximum_bytes=10_000, loopback=True)
PAGE = Answer("<html>内容</html>".encode())


@dataclass
class Notes:
    """A journal (fetch.Journal) that keeps what it is told in memory."""

    known: dict[str, Known] = field(default_factory=dict)
    told: list[tuple[str, int | None, str, str | None]] = field(default_factory=list)
    """Address, status (None without an answer), outcome, reason."""

    def earlier(self, url: str) -> Known | None:
        return self.known.get(url)

    async def body(self, known: Known) -> bytes:
        return f"archived {known.capture_id}".encode()

    async def received(self, response: Response, outcome: Outcome, reason: str | None) -> None:
        self.told.append((response.url, response.status, outcome, reason))

    async def failed(self, error: FetchError) -> None:
        self.told.append((error.url, None, type(error).__name__, error.reason))

    def of_robots(self) -> "Notes":
        return Notes(told=self.told)

    @property
    def outcomes(self) -> list[tuple[str, str]]:
        return [(urlsplit(url).path, outcome) for url, _, outcome, _ in self.told]


def settings(site: Site, **changes: object) -> ClientSettings:
    given: dict[str, object] = {"connect_to": site.connect_to, "retries": 2, "backoff": 0.05, "maximum_wait": 5.0}
    return ClientSettings(**given | changes)  # type: ignore[arg-type]


def ask(
    site: Site, *requests: str | Request, limits: Limits = LIMITS, notes: Notes | None = None, **changes: object
) -> list[Response | FetchError]:
    """Ask for documents one after the other with one client; a failure stands in the place of the document."""

    async def run() -> list[Response | FetchError]:
        found: list[Response | FetchError] = []
        async with Client(settings(site, **changes)) as one:
            for request in requests:
                asked = (
                    request
                    if isinstance(request, Request)
                    else Request(site.url(request) if request.startswith("/") else request)
                )
                try:
                    found.append(await one.fetch(asked, limits, notes or Notes()))
                except FetchError as error:
                    found.append(error)
        return found

    return asyncio.run(run())


def get(site: Site, path: str, limits: Limits = LIMITS, notes: Notes | None = None, **changes: object) -> Response:
    (found,) = ask(site, path, limits=limits, notes=notes, **changes)
    if isinstance(found, FetchError):
        raise found
    return found


def test_a_document(site: Site) -> None:
    site.routes["/a?b=%E4%B8%AD"] = PAGE
    notes = Notes()
    response = get(site, "/a?b=中#here", notes=notes, contact="mail@a.example")
    assert response.body == PAGE.body
    assert (response.media_type, response.charset, response.status) == ("text/html", "utf-8", 200)
    assert response.url == f"http://{HOST}/a?b=%E4%B8%AD"
    assert response.exchange.target == "/a?b=%E4%B8%AD"
    assert ("Content-Type", "text/html; charset=utf-8") in response.exchange.response_headers
    robots, page = site.asked
    assert (robots.path, page.path) == ("/robots.txt", "/a?b=%E4%B8%AD")
    assert notes.outcomes == [("/robots.txt", "absent"), ("/a", "kept")]
    assert page.headers["Host"] == HOST
    assert page.headers["User-Agent"].startswith("gongkai/")
    assert page.headers["User-Agent"].endswith("(+mail@a.example)")


def test_a_form_is_sent_by_post_and_never_twice_once_it_may_have_arrived(site: Site) -> None:
    seen: list[bytes] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        seen.append(handler.rfile.read(int(handler.headers["Content-Length"])))
        assert handler.headers["Content-Type"] == "application/x-www-form-urlencoded"
        if len(seen) == 1:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        handler.close_connection = True

    site.routes |= {"/list": answer, "/busy": [Answer(status=503), PAGE]}
    form = (("page", "1"), ("名", "年报"))
    notes = Notes()
    first, second, third = ask(
        site,
        Request(site.url("/list"), form),
        Request(site.url("/list"), form),
        Request(site.url("/busy"), form),
        notes=notes,
    )
    assert isinstance(first, Response)
    assert first.exchange.method == "POST"
    assert first.exchange.request_body == seen[0] == b"page=1&%E5%90%8D=%E5%B9%B4%E6%8A%A5"
    assert isinstance(second, UnreachableError)
    assert len(seen) == 2
    assert isinstance(third, Response)
    assert notes.outcomes[-2:] == [("/busy", "failed"), ("/busy", "kept")]


def test_conditional_requests(site: Site) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        is_known = handler.headers["If-None-Match"] == '"x"' and handler.headers["If-Modified-Since"] == "yesterday"
        handler.wfile.write(
            b"HTTP/1.1 304 Not Modified\r\n\r\n" if is_known else b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        )
        handler.close_connection = True

    site.routes |= {
        "/a": answer,
        "/b": answer,
        "/always": lambda handler: handler.wfile.write(b"HTTP/1.1 304 Not Modified\r\n\r\n"),
    }
    known = Known("id", site.url("/a"), "2024-01-01T00:00:00Z", '"x"', "yesterday", "text/html", "gbk")
    notes = Notes({known.url: known})
    unchanged, other, unasked = ask(site, "/a", "/b", "/always", notes=notes)
    assert isinstance(unchanged, Response)
    assert (unchanged.body, unchanged.charset, unchanged.unchanged) == (b"archived id", "gbk", known)
    assert isinstance(other, Response)
    assert (other.body, other.unchanged) == (b"ok", None)
    assert isinstance(unasked, HttpError), "word that something is as it was, which nobody asked for"
    assert [outcome for _, outcome in notes.outcomes] == ["absent", "unchanged", "kept", "failed"]


def test_robots_is_obeyed_and_read_once(site: Site) -> None:
    site.routes |= {"/robots.txt": Answer(b"User-agent: *\nDisallow: /private\n"), "/a": PAGE, "/private/a": PAGE}
    found = ask(site, "/a", "/private/a", "/a", "/private/a")
    assert [type(one) for one in found] == [Response, DisallowedError, Response, DisallowedError]
    assert site.paths == ["/robots.txt", "/a", "/a"]


def test_a_host_is_one_host_with_and_without_a_dot_behind_its_name(site: Site) -> None:
    """Measured by the server: robots.txt once, never two requests together, never closer than the delay."""
    delay = 0.1
    site.routes |= {"/robots.txt": Answer(b"User-agent: *\nDisallow: /private\n"), "/a": PAGE, "/b": PAGE, "/c": PAGE}
    addresses = [site.url("/a"), f"http://{HOST}./b", f"http://{HOST.upper()}./c", f"http://{HOST}./private/a"]
    limits = Limits(delay, 2.0, 1000, loopback=True)

    async def run() -> list[Response | BaseException]:
        async with Client(settings(site)) as one:
            asked = (one.fetch(Request(address), limits, Notes()) for address in addresses)
            return await asyncio.gather(*asked, return_exceptions=True)

    *had, private = asyncio.run(run())
    assert isinstance(private, DisallowedError)
    assert [one.url for one in had if isinstance(one, Response)] == [site.url(path) for path in ("/a", "/b", "/c")]
    assert site.paths[0] == "/robots.txt"
    assert sorted(site.paths[1:]) == ["/a", "/b", "/c"]
    assert {(asked.together, asked.headers["Host"]) for asked in site.asked} == {(1, HOST)}
    for one_asked, next_asked in zip(site.asked, site.asked[1:], strict=False):
        assert next_asked.begun - one_asked.ended >= delay - 0.02


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_host_whose_robots_fails_is_left_alone(site: Site, status: int) -> None:
    site.routes |= {"/robots.txt": Answer(status=status), "/a": PAGE}
    found = ask(site, "/a", "/a", retries=1)
    assert all(isinstance(one, UnreachableError) and "robots.txt" in one.reason for one in found)
    assert set(site.paths) == {"/robots.txt"}
    assert len(site.paths) == (1 if status == 500 else 2)


def test_a_host_whose_robots_does_not_come_is_left_alone(site: Site) -> None:
    site.routes |= {"/robots.txt": lambda _: time.sleep(0.6), "/a": PAGE}
    with pytest.raises(UnreachableError, match=r"robots\.txt"):
        get(site, "/a", Limits(0.0, 0.2, 1000, loopback=True))
    assert site.paths.count("/a") == 0


def test_robots_holds_for_where_a_redirect_leads(site: Site) -> None:
    site.routes |= {
        "/robots.txt": Answer(b"User-agent: gongkai\nDisallow: /private\n"),
        "/a": Answer(status=302, headers={"Location": "/private/a"}),
        "/private/a": PAGE,
    }
    with pytest.raises(DisallowedError):
        get(site, "/a")
    assert "/private/a" not in site.paths


def test_the_delay_is_kept_by_every_kind_of_request(site: Site) -> None:
    delay = 0.15
    site.routes |= {
        "/a": PAGE,
        "/b": Answer(status=302, headers={"Location": "/a"}),
        "/c": [Answer(status=503), PAGE],
    }
    limits = Limits(delay, 2.0, 1000, loopback=True)

    async def run() -> None:
        async with Client(settings(site)) as one:
            await asyncio.gather(*(one.fetch(Request(site.url(f"/{name}")), limits, Notes()) for name in "abca"))

    asyncio.run(run())
    assert sorted(path for path in site.paths if path != "/robots.txt") == ["/a", "/a", "/a", "/b", "/c", "/c"]
    assert all(asked.together == 1 for asked in site.asked)
    for one_asked, next_asked in zip(site.asked, site.asked[1:], strict=False):
        assert next_asked.begun - one_asked.ended >= delay - 0.02


def test_the_delay_of_robots_is_kept(site: Site) -> None:
    site.routes |= {"/robots.txt": Answer(b"User-agent: *\nCrawl-delay: 0.3\n"), "/a": PAGE}
    ask(site, "/a", "/a", "/a")
    gaps = [b.begun - a.ended for a, b in zip(site.asked, site.asked[1:], strict=False)]
    assert len(gaps) == 3
    assert min(gaps) >= 0.28


def test_a_delay_that_no_run_can_keep(site: Site) -> None:
    site.routes |= {"/robots.txt": Answer(b"User-agent: *\nCrawl-delay: 86400\n"), "/a": PAGE}
    with pytest.raises(DisallowedError, match="86400 seconds"):
        get(site, "/a")


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after(site: Site, status: int, form: str) -> None:
    value = "1" if form == "seconds" else email.utils.formatdate(time.time() + 2, usegmt=True)
    site.routes["/a"] = [Answer(status=status, headers={"Retry-After": value}), PAGE]
    assert get(site, "/a").body == PAGE.body
    assert site.asked[2].begun - site.asked[1].ended >= 0.9


def test_a_host_that_asks_for_a_long_pause_is_left_alone(site: Site) -> None:
    site.routes |= {"/a": Answer(status=503, headers={"Retry-After": "3600"}), "/b": PAGE}
    notes = Notes()
    found = ask(site, "/a", "/b", notes=notes)
    assert all(isinstance(one, HttpError) and "left alone" in one.reason for one in found)
    assert notes.outcomes[1:] == [("/a", "failed"), ("/a", "HttpError"), ("/b", "HttpError")]
    assert site.paths == ["/robots.txt", "/a"]


def test_retries_come_to_an_end(site: Site) -> None:
    site.routes["/a"] = Answer(status=503)
    with pytest.raises(HttpError, match="status 503"):
        get(site, "/a")
    assert site.paths.count("/a") == 3


def test_a_broken_connection_is_tried_again(site: Site) -> None:
    broken = iter([True, True, False])

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n123")
        handler.close_connection = True
        if not next(broken):
            handler.wfile.write(b"456789")

    site.routes["/a"] = answer
    assert get(site, "/a").body == b"123456789"
    site.routes["/b"] = lambda handler: setattr(handler, "close_connection", True)
    with pytest.raises(UnreachableError):
        get(site, "/b")
    assert site.paths.count("/b") == 3


def test_nobody_there(site: Site) -> None:
    (found,) = ask(site, "http://a.localhost/", retries=0, connect_to={"a.localhost:80": ("127.0.0.1", 1)})
    assert isinstance(found, UnreachableError)


def test_a_name_that_is_not_resolved_in_time(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are resolved do not wait for those that hang."""
    found, hanging = socket.getaddrinfo, [f"n{number}.localhost" for number in range(10)]
    over = threading.Event()

    def look_up(host: str, *args: int, **options: int) -> object:
        if host in hanging:
            over.wait(10)
        return found("127.0.0.1", *args, **options)

    async def run(names: list[str]) -> list[Response | BaseException]:
        limits = Limits(0.0, 0.5, 1000, loopback=True)
        async with Client(settings(site, connect_to={}, retries=0)) as one:
            asked = (one.fetch(Request(f"http://{name}:{site.port}/a"), limits, Notes()) for name in names)
            return await asyncio.gather(*asked, return_exceptions=True)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    site.routes["/a"] = PAGE
    begun = time.monotonic()
    *late, here = asyncio.run(run([*hanging, "here.localhost"]))
    assert time.monotonic() - begun < 5, "nobody waits until the look-up gives up"
    over.set()
    for one in late:
        assert isinstance(one, UnreachableError)
        assert "could not be resolved within 0.5 seconds" in one.reason
    assert isinstance(here, Response)


def bare(data: bytes) -> bytes:
    """What some hosts send for `deflate`: the same without the header and the checksum."""
    return zlib.compress(data)[2:-4]


@pytest.mark.parametrize(
    ("coding", "pack"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("deflate", bare), ("GZIP", gzip.compress)],
)
@pytest.mark.parametrize("step", [1, 10_000])
def test_content_codings(site: Site, coding: str, pack: Callable[[bytes], bytes], step: int) -> None:
    packed, body = pack(PAGE.body * 5), PAGE.body * 5
    pieces = [packed[start : start + step] for start in range(0, len(packed), step)]

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\n".encode())
        handler.wfile.write(b"Transfer-Encoding: chunked\r\n\r\n")
        for piece in pieces:
            handler.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        handler.wfile.write(b"0\r\n\r\n")

    site.routes["/a"] = answer
    assert get(site, "/a").body == body


@pytest.mark.parametrize(
    ("body", "coding", "kind"),
    [
        (gzip.compress(bytes(1_000_000), mtime=0), "gzip", TooLargeError),
        (bytes(10_001), "", TooLargeError),
        (gzip.compress(PAGE.body, mtime=0)[:-4], "gzip", UnreachableError),
        (gzip.compress(PAGE.body, mtime=0) + b"more", "gzip", UnreachableError),
        (b"no gzip", "gzip", UnreachableError),
        (b"no deflate", "deflate", UnreachableError),
        (bare(PAGE.body)[:-1], "deflate", UnreachableError),
        (bare(bytes(1_000_000)), "deflate", TooLargeError),
        (b"???", "br", UnreachableError),
    ],
)
def test_bodies_that_are_not_taken(site: Site, body: bytes, coding: str, kind: type[FetchError]) -> None:
    site.routes["/a"] = Answer(body, headers={"Content-Encoding": coding} if coding else {})
    with pytest.raises(kind):
        get(site, "/a", retries=0)


def drip(handler: BaseHTTPRequestHandler, head: bytes, pieces: Iterator[bytes]) -> None:
    handler.close_connection = True
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + head)
    for piece in pieces:
        handler.wfile.write(piece)
        time.sleep(0.05)


def test_a_body_without_end_is_too_large(site: Site) -> None:
    site.routes["/a"] = lambda handler: drip(handler, b"\r\n", (b"x" * 4000 for _ in range(100)))
    with pytest.raises(TooLargeError):
        get(site, "/a")


@pytest.mark.parametrize(
    ("head", "piece"),
    [(b"\r\n", b"x"), (b"Content-Length: 100\r\n\r\n", b"x"), (b"", b"X: y\r\n")],
    ids=["body without length", "body with length", "headers"],
)
def test_a_slow_sender_is_cut_off(site: Site, head: bytes, piece: bytes) -> None:
    site.routes["/a"] = lambda handler: drip(handler, head, (piece for _ in range(60)))
    begun = time.monotonic()
    with pytest.raises(TimedOutError, match=r"longer than 0\.5 seconds"):
        get(site, "/a", total_timeout=0.5)
    # All pieces would take far longer.
    assert time.monotonic() - begun < 4


def test_a_silent_server_is_given_up(site: Site) -> None:
    site.routes["/a"] = lambda _: time.sleep(0.8)
    with pytest.raises(TimedOutError, match=r"no data for 0\.3 seconds"):
        get(site, "/a", Limits(0.0, 0.3, 1000, loopback=True))


@pytest.mark.parametrize(
    "target",
    [
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:10.0.0.1]/",
        "http://0.0.0.0/",
        "ftp://portal.localhost/a",
        "file:///etc/passwd",
        "http://me:secret@portal.localhost/a",
        "http://[broken/",
        "javascript:alert(1)",
        "http://portal.localhost:99999/",
        "http://xn--a.gov.cn/x",
    ],
)
def test_redirects_that_are_not_followed(site: Site, target: str) -> None:
    site.routes["/a"] = Answer(status=302, headers={"Location": target})
    with pytest.raises(UnsafeError):
        get(site, "/a")
    assert site.paths == ["/robots.txt", "/a"]


def test_a_portal_on_the_network_does_not_lead_to_this_machine(site: Site) -> None:
    for url in (site.url("/a"), f"http://127.0.0.1:{site.port}/a", f"http://[::1]:{site.port}/a"):
        with pytest.raises(UnsafeError, match="not on the public network"):
            get(site, url, Limits(1.0, 1.0, 1000))
    assert site.asked == []


def test_redirects_are_followed_to_an_end(site: Site) -> None:
    site.routes |= {
        "/a": Answer(status=301, headers={"Location": "b/c"}),
        "/b/c": Answer(status=302, headers={"Location": f"//{HOST}/d"}),
        "/d": PAGE,
        "/loop": Answer(status=302, headers={"Location": "/loop"}),
    }
    assert get(site, "/a").url == site.url("/d")
    with pytest.raises(HttpError, match="more than 5 redirects"):
        get(site, "/loop")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (403, b"forbidden"),
        (521, b"<script>document.cookie='__jsl_clearance=1'</script>"),
        (412, b"<html><script>$_ts.cd='x'</script></html>"),
        (202, b"<html><script>$_ts.cd='x'</script></html>"),
        (200, b"<html><script src='/_bot_sbu/sbu.js'></script></html>"),
        (200, "<html><title>安全验证</title></html>".encode()),
    ],
)
def test_refusals_are_recognised(site: Site, status: int, body: bytes) -> None:
    site.routes["/a"] = Answer(body, status)
    with pytest.raises(RefusedError, match=f"status {status}"):
        get(site, "/a")
    assert site.paths.count("/a") == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, b"<html>x</html>"),
        (500, b""),
        (204, b""),
        (521, b"<html>down</html>"),
        (200, "<html><title>页面不存在</title></html>".encode()),
        (200, "<html><title>页面不存在</title></html>".encode("gbk")),
    ],
)
def test_answers_that_are_not_the_document(site: Site, status: int, body: bytes) -> None:
    headers = {"Content-Type": "text/html; charset=gbk"} if b"\xd2\xb3" in body else {"Content-Type": "text/html"}
    site.routes["/a"] = Answer(body, status, headers)
    with pytest.raises(HttpError):
        get(site, "/a")


def test_a_report_that_speaks_of_such_pages_is_a_report(site: Site) -> None:
    site.routes["/a"] = Answer("<html><title>年度报告</title>安全验证 页面不存在 __jsl_clearance</html>".encode())
    assert get(site, "/a").status == 200


@pytest.mark.parametrize(
    ("address", "public", "here"),
    [
        ("8.8.8.8", True, False),
        ("2400:3200::1", True, False),
        ("127.0.0.1", False, True),
        ("127.8.9.1", False, True),
        ("::1", False, True),
        ("::ffff:127.0.0.1", False, True),
        ("10.1.2.3", False, False),
        ("172.16.0.1", False, False),
        ("192.168.1.1", False, False),
        ("100.64.0.1", False, False),
        ("169.254.169.254", False, False),
        ("fe80::1%eth0", False, False),
        ("fd00::1", False, False),
        ("2002:a00:1::", False, False),
        ("0.0.0.0", False, False),
        ("224.0.0.1", False, False),
        ("255.255.255.255", False, False),
        ("64:ff9b::a00:1", False, False),
        ("64:ff9b::7f00:1", False, False),
        ("64:ff9b::808:808", True, False),
        ("64:ff9b:1::a00:1", False, False),
        ("64:ff9b:1::808:808", False, False),
        ("fec0::1", False, False),
        ("::", False, False),
        ("::127.0.0.1", False, False),
        ("::8.8.8.8", False, False),
        ("::ffff:8.8.8.8", False, False),
        ("::ffff:10.0.0.1", False, False),
        ("::ffff:0:8.8.8.8", False, False),
        ("::ffff:0:127.0.0.1", False, False),
        ("192.0.0.8", False, False),
        ("192.0.0.9", False, False),
        ("192.88.99.1", False, False),
        ("198.18.0.1", False, False),
        ("240.0.0.1", False, False),
        ("2001:0:7f00:1::1", False, False),
        ("2001:20::1", False, False),
        ("2001:db8::1", False, False),
        ("2002:808:808::1", False, False),
        ("2002:7f00:1::", False, False),
        ("3fff::1", False, False),
        ("5f00::1", False, False),
        ("100::1", False, False),
        ("4000::1", False, False),
        ("ff0e::1", False, False),
        ("240e::1", True, False),
    ],
)
def test_machines(address: str, public: bool, here: bool) -> None:
    assert (may_connect(address, loopback=False), may_connect(address, loopback=True)) == (public, here)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.html",
        "//a.example/",
        "http:///a",
        "http://./a",
        "mailto:a@b",
        "http://a.example:0/",
        "http://xn--a.gov.cn/x",
    ],
)
def test_no_web_addresses(url: str) -> None:
    with pytest.raises(UnsafeError):
        parse_address(url)


@pytest.mark.parametrize("status", [429, 503])
def test_a_challenge_is_not_asked_again_whatever_its_status(site: Site, status: int) -> None:
    site.routes["/a"] = Answer("<html><title>安全验证</title></html>".encode(), status)
    notes = Notes()
    with pytest.raises(RefusedError, match=f"status {status}"):
        get(site, "/a", notes=notes)
    assert site.paths.count("/a") == 1
    assert notes.outcomes[-1] == ("/a", "refused")


@pytest.mark.parametrize(
    ("asked", "answered", "expected"),
    [
        ("http://a.gov.cn/art/1.html", "http://a.gov.cn/", True),
        ("http://a.gov.cn/art/1.html", "https://www.a.gov.cn/index.html", True),
        ("http://a.gov.cn/art/1.html", "https://a.gov.cn/zwgk/nb/index.shtml", True),
        ("http://a.gov.cn/art/1.html", "https://www.a.gov.cn/art/1.html", False),
        ("http://a.gov.cn/art/1.html", "http://a.gov.cn/art/index.html", False),
        # Who asks for the front page is not led away by getting it.
        ("http://a.gov.cn/", "https://www.a.gov.cn/index.html", False),
    ],
)
def test_where_hosts_send_those_who_ask_for_what_is_not_there(asked: str, answered: str, expected: bool) -> None:
    unwanted = frozenset({"http://a.gov.cn/", "http://www.a.gov.cn/zwgk/nb/"})
    assert leads_away(asked, answered, unwanted) is expected
