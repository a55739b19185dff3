"""The client: polite, bounded, and never led where it must not go."""

import email.utils
import gzip
import threading
import time
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest
from fake_portal import HOST, Answer, Site

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
from gongkai_scraper.request import Limits, Response

LIMITS = Limits(delay=0.0, timeout=2.0, maximum_bytes=10_000, loopback=True)
PAGE = Answer("<html>内容</html>".encode())


def client(site: Site, **changes: object) -> Client:
    given: dict[str, object] = {"connect_to": site.connect_to, "retries": 2, "backoff": 0.05, "maximum_wait": 5.0}
    return Client(ClientSettings(**given | changes))  # type: ignore[arg-type]


def get(site: Site, path: str, limits: Limits = LIMITS, **changes: object) -> Response:
    with client(site, **changes) as one:
        return one.fetch(site.url(path), limits, lambda _: None)


def test_a_document(site: Site) -> None:
    site.routes["/a?b=中"] = PAGE
    site.routes["/a?b=%E4%B8%AD"] = PAGE
    kept: list[Response] = []
    with client(site, contact="mail@a.example") as one:
        response = one.fetch(site.url("/a?b=中#here"), LIMITS, kept.append)
    assert response.body == PAGE.body
    assert (response.media_type, response.charset, response.status) == ("text/html", "utf-8", 200)
    assert response.url == f"http://{HOST}/a?b=%E4%B8%AD"
    assert response.exchange.target == "/a?b=%E4%B8%AD"
    assert ("Content-Type", "text/html; charset=utf-8") in response.exchange.response_headers
    robots, page = site.asked
    assert (robots.path, page.path) == ("/robots.txt", "/a?b=%E4%B8%AD")
    assert [one.status for one in kept] == [404]
    assert page.headers["Host"] == HOST
    assert page.headers["User-Agent"].startswith("gongkai/")
    assert page.headers["User-Agent"].endswith("(+mail@a.example)")


def test_robots_is_obeyed_and_read_once(site: Site) -> None:
    site.routes |= {"/robots.txt": Answer(b"User-agent: *\nDisallow: /private\n"), "/a": PAGE, "/private/a": PAGE}
    with client(site) as one:
        for _ in range(2):
            one.fetch(site.url("/a"), LIMITS, lambda _: None)
            with pytest.raises(DisallowedError, match=r"robots\.txt"):
                one.fetch(site.url("/private/a"), LIMITS, lambda _: None)
    assert site.paths == ["/robots.txt", "/a", "/a"]


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_host_whose_robots_fails_is_left_alone(site: Site, status: int) -> None:
    site.routes |= {"/robots.txt": Answer(status=status), "/a": PAGE}
    with client(site, retries=1) as one:
        for _ in range(2):
            with pytest.raises(UnreachableError, match=r"robots\.txt"):
                one.fetch(site.url("/a"), LIMITS, lambda _: None)
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
    with client(site) as one:
        workers = [threading.Thread(target=one.fetch, args=(site.url(f"/{x}"), limits, print)) for x in "abca"]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert sorted(path for path in site.paths if path != "/robots.txt") == ["/a", "/a", "/a", "/b", "/c", "/c"]
    assert all(asked.together == 1 for asked in site.asked)
    for one_asked, next_asked in zip(site.asked, site.asked[1:], strict=False):
        assert next_asked.begun - one_asked.ended >= delay - 0.02


def test_the_delay_of_robots_is_kept(site: Site) -> None:
    site.routes |= {"/robots.txt": Answer(b"User-agent: *\nCrawl-delay: 0.3\n"), "/a": PAGE}
    with client(site) as one:
        for _ in range(3):
            one.fetch(site.url("/a"), LIMITS, lambda _: None)
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
    with client(site) as one:
        for path in ("/a", "/b"):
            with pytest.raises(HttpError, match="left alone"):
                one.fetch(site.url(path), LIMITS, lambda _: None)
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


def test_nobody_there() -> None:
    settings = ClientSettings(retries=0, connect_to={"a.localhost:80": ("127.0.0.1", 1)})
    with Client(settings) as one, pytest.raises(UnreachableError):
        one.fetch("http://a.localhost/", LIMITS, lambda _: None)


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_content_codings(site: Site, coding: str) -> None:
    packed = (gzip if coding == "gzip" else zlib).compress(PAGE.body * 5)
    site.routes["/a"] = Answer(packed, headers={"Content-Encoding": coding})
    assert get(site, "/a").body == PAGE.body * 5


@pytest.mark.parametrize(
    ("body", "coding", "kind"),
    [
        (gzip.compress(bytes(1_000_000), mtime=0), "gzip", TooLargeError),
        (bytes(10_001), "", TooLargeError),
        (gzip.compress(PAGE.body, mtime=0)[:-4], "gzip", UnreachableError),
        (gzip.compress(PAGE.body, mtime=0) + b"more", "gzip", UnreachableError),
        (b"no gzip", "gzip", UnreachableError),
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
    assert time.monotonic() - begun < 1.5


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
    ],
)
def test_redirects_that_are_not_followed(site: Site, target: str) -> None:
    site.routes["/a"] = Answer(status=302, headers={"Location": target})
    with pytest.raises(UnsafeError):
        get(site, "/a")
    assert site.paths == ["/robots.txt", "/a"]


def test_a_portal_on_the_network_does_not_lead_to_this_machine(site: Site) -> None:
    for url in (site.url("/a"), f"http://127.0.0.1:{site.port}/a", f"http://[::1]:{site.port}/a"):
        with client(site) as one, pytest.raises(UnsafeError, match="not on the public network"):
            one.fetch(url, Limits(1.0, 1.0, 1000), lambda _: None)
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
    ],
)
def test_machines(address: str, public: bool, here: bool) -> None:
    assert (may_connect(address, loopback=False), may_connect(address, loopback=True)) == (public, here)


@pytest.mark.parametrize("url", ["", "a.html", "//a.example/", "http:///a", "mailto:a@b", "http://a.example:0/"])
def test_no_web_addresses(url: str) -> None:
    with pytest.raises(UnsafeError):
        parse_address(url)
