"""The fault mode of the sample server does what it says, seen from a plain client: otherwise a test of faults would test nothing."""

import http.client
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import faults as wrong
import pytest
from fault_server import Faults, Meeting, failing_once, serve_with_faults

from gongkai_build.resources import definition

HOST = "yunxiu.localhost"
PATH = "/xxgk/nb/index.html"
SITES = definition("samples") / "sites"


@pytest.fixture
def plan() -> dict[tuple[str, str], Meeting]:
    return {}


@pytest.fixture
def faults(plan: dict[tuple[str, str], Meeting]) -> Faults:
    return Faults(plan)


@pytest.fixture
def port(faults: Faults) -> Iterator[int]:
    with serve_with_faults(SITES, faults) as connect_to:
        yield connect_to[f"{HOST}:8471"][1]


def ask(port: int, path: str = PATH, upto: int | None = None) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path, headers={"Host": f"{HOST}:8471"})
        response = connection.getresponse()
        return response, response.read(upto) if upto else response.read()
    finally:
        connection.close()


def test_a_fault_is_met_as_often_as_planned_and_every_request_is_noted(
    port: int, plan: dict[tuple[str, str], Meeting], faults: Faults
) -> None:
    plan[HOST, PATH] = Meeting(wrong.too_many_requests, times=2)
    answers = [ask(port, f"{PATH}?{number}") for number in range(3)]
    assert [response.status for response, _ in answers] == [429, 429, 200]
    assert answers[0][0].headers["Retry-After"] == "1"
    assert answers[2][1] == (SITES / HOST / PATH[1:]).read_bytes()
    # The server notes a request when it has answered it, which can be after the client has read the answer.
    patience = time.monotonic() + 5
    while len(faults.asked) < 3 and time.monotonic() < patience:
        time.sleep(0.01)
    assert [(asked.host, asked.target, asked.fault, asked.together) for asked in faults.asked] == [
        (HOST, f"{PATH}?0", "too_many_requests", 1),
        (HOST, f"{PATH}?1", "too_many_requests", 1),
        (HOST, f"{PATH}?2", None, 1),
    ]
    assert all(asked.begun <= asked.ended for asked in faults.asked)


@pytest.mark.parametrize(
    ("fault", "status", "header", "value"),
    [
        (wrong.unavailable, 503, "Retry-After", None),
        (wrong.unavailable_for_an_hour, 503, "Retry-After", "3600"),
        (wrong.challenge, 521, "Set-Cookie", "__jsluid=0; path=/"),
        (wrong.forbidden, 403, "Location", None),
        (wrong.soft_404, 200, "Location", None),
        (wrong.captcha, 200, "Location", None),
        (wrong.to_the_front_page, 302, "Location", "/"),
        (wrong.to_a_private_address, 302, "Location", "http://10.0.0.8/report.html"),
        (wrong.to_the_machine_s_own_data, 302, "Location", "http://169.254.169.254/latest/meta-data/"),
        (wrong.in_circles, 302, "Location", PATH),
        (wrong.to_a_bad_host, 302, "Location", "http://xn--a.gov.cn/report.html"),
        (wrong.odd_charset, 200, "Content-Type", "text/html; charset=idna"),
        (wrong.odd_parameters, 200, "Content-Type", "text/html; charset*=x; charset*0=y"),
        (wrong.odd_retry_after, 429, "Retry-After", "Wed, 21 Oct 2026 07:28:00 +99999999999999"),
    ],
)
def test_answers_that_are_no_pages(
    port: int, plan: dict[tuple[str, str], Meeting], fault: wrong.Fault, status: int, header: str, value: str | None
) -> None:
    plan[HOST, PATH] = Meeting(fault)
    response, _ = ask(port)
    assert (response.status, response.headers[header]) == (status, value)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (wrong.reset, ConnectionResetError),
        (wrong.hang_up, http.client.RemoteDisconnected),
        (wrong.too_short, http.client.IncompleteRead),
    ],
)
def test_connections_that_break(
    port: int, plan: dict[tuple[str, str], Meeting], fault: wrong.Fault, error: type[Exception]
) -> None:
    plan[HOST, PATH] = Meeting(fault)
    with pytest.raises(error):
        ask(port)


@pytest.mark.parametrize("fault", [wrong.attached_at_a_bad_host, wrong.listed_at_a_bad_host])
def test_links_to_a_bad_host(port: int, plan: dict[tuple[str, str], Meeting], fault: wrong.Fault) -> None:
    plan[HOST, PATH] = Meeting(fault)
    assert ask(port)[1].count(b"'http://xn--a.gov.cn/") == 1


def test_a_list_without_end_never_repeats_itself(port: int, plan: dict[tuple[str, str], Meeting]) -> None:
    plan[HOST, PATH] = Meeting(wrong.endless_list)
    pages = [ask(port, f"{PATH}?page={number}")[1] for number in (1, 2, 700)]
    assert len(set(pages)) == 3
    assert all(f"{PATH}?page={number}".encode() in page for number, page in zip((2, 3, 701), pages, strict=True))


@pytest.mark.parametrize("fault", [wrong.huge, wrong.huge_without_length, wrong.drip])
def test_bodies_without_end_end_with_the_client(
    port: int, plan: dict[tuple[str, str], Meeting], faults: Faults, fault: wrong.Fault
) -> None:
    plan[HOST, PATH] = Meeting(fault)
    assert len(ask(port, upto=3)[1]) == 3


def test_a_small_body_becomes_large(port: int, plan: dict[tuple[str, str], Meeting]) -> None:
    plan[HOST, PATH] = Meeting(lambda handler: wrong.gzip_bomb(handler, mebibytes=32))
    response, body = ask(port)
    assert response.headers["Content-Encoding"] == "gzip"
    assert len(body) < 64 * 1024
    assert len(zlib.decompress(body, 31)) == 32 << 20


def test_text_that_is_not_in_the_charset_that_is_said(port: int, plan: dict[tuple[str, str], Meeting]) -> None:
    plan[HOST, PATH] = Meeting(wrong.wrong_charset)
    response, body = ask(port)
    assert response.headers.get_content_charset() == "utf-8"
    with pytest.raises(UnicodeDecodeError):
        body.decode()
    assert "虚构" in body.decode("gb18030")


def test_every_page_but_robots_fails_once_in_fault_mode(tmp_path: Path) -> None:
    plan = failing_once(SITES)
    assert {meeting.fault for meeting in plan.values()} == set(wrong.PASSING.values())
    assert (HOST, "/robots.txt") not in plan
    with serve_with_faults(SITES, Faults(plan)) as connect_to:
        port = connect_to[f"{HOST}:8471"][1]
        for _, path in [where for where in plan if where[0] == HOST]:
            try:
                first = ask(port, path)[0].status
            except (OSError, http.client.HTTPException):
                first = 0
            assert first in (0, 429, 503)
            assert ask(port, path)[1] == (SITES / HOST / path[1:]).read_bytes()
