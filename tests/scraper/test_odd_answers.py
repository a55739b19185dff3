"""What nobody thought of is the failure of the document that it came with, told with its address; the rest of the portal goes on."""

import json
import os
import signal
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import faults as wrong
import pytest
from fake_portal import Answer, Site
from test_collect import HTML, counts, fill, list_page, portal, report, run, words

from gongkai_scraper import answers, fetch, visit
from gongkai_scraper.archive import Archive, Fetch
from gongkai_scraper.portals import Portal


def failing_at(name: str, real: Callable[..., object]) -> Callable[..., object]:
    """The same function, but for what has a name in one of its arguments: then it breaks in a way of its own."""

    def function(*given: object, **named: object) -> object:
        if any(name in repr(one) for one in given):
            raise RuntimeError("nobody thought of this")
        return real(*given, **named)

    return function


@pytest.mark.parametrize("fault", [wrong.odd_charset, wrong.odd_parameters, wrong.odd_retry_after, wrong.to_a_bad_host])
def test_odd_answers_are_in_the_archive(site: Site, tmp_path: Path, fault: wrong.Fault) -> None:
    fill(site, 2020, 2021, 2022)
    site.routes["/r2021.html"] = fault
    for _ in range(2):
        assert run(site, tmp_path).portals[0].found == 3
    with Archive.open(tmp_path) as archive:
        sql = "SELECT outcome, status, capture_id FROM fetches WHERE url = ? ORDER BY fetch_id LIMIT 1"
        ((outcome, status, capture_id),) = archive._ledger.execute(sql, (site.url("/r2021.html"),))
        body = archive.read_body(capture_id)
    assert (outcome, status, wrong.NOTICE.encode() in body) == {
        wrong.odd_retry_after: ("failed", 429, True),
        wrong.to_a_bad_host: ("redirect", 302, False),
    }.get(fault, ("kept", 200, True))


def test_links_to_hosts_that_are_none_fail_alone(site: Site, tmp_path: Path) -> None:
    fill(site, 2020, 2022)
    bad = f'<li><a href="{wrong.BAD_HOST}/r.html">2021年政府信息公开工作年度报告</a></li>'
    page = list_page(2020, 2022).replace(b"</ul>", bad.encode("gbk") + b"</ul>")
    site.routes |= {"/list.html": Answer(page, headers={}), "/r2020.html": wrong.attached_at_a_bad_host}
    for expected in ({"new": 2, "failed": 2}, {"unchanged": 2, "failed": 2}):
        [summary] = run(site, tmp_path).portals
        assert (summary.state, counts(summary)) == ("done", expected)
        assert [message.url for message in summary.messages] == [
            f"{wrong.BAD_HOST}/a.pdf",
            f"{wrong.BAD_HOST}/r.html",
        ]
    with Archive.open(tmp_path) as archive:
        assert {(one.url, one.outcome) for one in archive.failures()} >= {
            (f"{wrong.BAD_HOST}/a.pdf", "failed"),
            (f"{wrong.BAD_HOST}/r.html", "failed"),
        }


def test_a_validator_that_no_header_can_hold_is_not_given_back(site: Site, tmp_path: Path) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        assert handler.headers["If-None-Match"] is None
        body = report(2021).body
        head = 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: "甲"\r\nContent-Length: '
        handler.wfile.write(head.encode() + b"%d\r\n\r\n" % len(body) + body)

    fill(site, 2020, 2021)
    site.routes["/r2021.html"] = answer
    assert counts(run(site, tmp_path).portals[0]) == {"new": 2}
    assert counts(run(site, tmp_path).portals[0]) == {"unchanged": 2}


@pytest.mark.parametrize(
    ("module", "name", "at"),
    [(answers, "judge", "ODD"), (fetch, "judged", "ODD"), (fetch, "leads_away", "r2021"), (fetch, "ask", "r2021")],
)
def test_whatever_breaks_at_a_report_is_its_own_failure(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: object, name: str, at: str
) -> None:
    fill(site, 2020, 2021, 2022)
    site.routes["/r2021.html"] = Answer(b"<html>ODD</html>")
    monkeypatch.setattr(module, name, failing_at(at, getattr(module, name)))
    [summary] = run(site, tmp_path).portals
    assert (summary.state, counts(summary)) == ("done", {"new": 2, "failed": 1})
    [message] = summary.messages
    assert "RuntimeError: nobody thought of this" in message.text
    assert message.url == site.url("/r2021.html")
    with Archive.open(tmp_path) as archive:
        [failure] = archive.failures("report")
    assert (failure.url, failure.outcome) == (site.url("/r2021.html"), "failed")
    assert "nobody thought of this" in failure.reason
    assert failure.status == (200 if name == "judge" else None), "what can be told of an answer is told with it"


def test_whatever_breaks_when_a_report_is_looked_into_leaves_the_report(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(site, 2020, 2021, 2022)
    monkeypatch.setattr(visit, "follow", failing_at("r2021", visit.follow))
    summary = run(site, tmp_path)
    assert (summary.ok, summary.portals[0].state, counts(summary.portals[0])) == (False, "done", {"new": 3})
    assert words(summary.portals[0]) == (
        f"what it leads to cannot be told (RuntimeError: nobody thought of this) {site.url('/r2021.html')}"
    )


def test_whatever_breaks_at_a_list_is_the_portal_s_failure_and_what_was_listed_is_had(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(site, 2020, 2021, next_page="more.html")
    site.routes["/more.html"] = Answer(list_page(2022), headers=HTML)
    monkeypatch.setattr("gongkai_scraper.drivers.static_list.links_of", failing_at("more.html", lambda *_: ()))
    [summary] = run(site, tmp_path).portals
    assert (summary.state, summary.lists) == ("failed", "failed")
    monkeypatch.undo()
    monkeypatch.setattr(fetch, "ask", failing_at("more.html", fetch.ask))
    [summary] = run(site, tmp_path).portals
    assert (summary.state, summary.lists, counts(summary)) == ("failed", "failed", {"new": 2})
    assert words(summary) == f"list failed: RuntimeError: nobody thought of this {site.url('/more.html')}"


def test_a_run_that_stops_names_the_address_and_counts_what_it_found(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(site, 2020, 2021, 2022, next_page="more.html")
    site.routes["/more.html"] = Answer(list_page(2022, 2023), headers={})
    monkeypatch.setattr(Portal, "verdict", failing_at("r2023", Portal.verdict))
    [summary] = run(site, tmp_path).portals
    assert (summary.state, counts(summary)) == ("stopped", {"failed": 3})
    assert f"RuntimeError: nobody thought of this {site.url('/more.html')}" in words(summary)
    monkeypatch.undo()
    on_progress = failing_at("r2021", lambda _: None)
    [summary] = run(site, tmp_path, on_progress=on_progress).portals
    assert (summary.state, counts(summary)) == ("stopped", {"new": 2, "failed": 2})
    assert f"RuntimeError: nobody thought of this {site.url('/r2021.html')}" in words(summary)


def test_an_answer_that_is_being_written_when_ctrl_c_comes_is_counted(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(site, 2020, 2021, 2022)
    add_all = Archive.add_all

    def slowly(archive: Archive, additions: list[object]) -> object:
        if any(isinstance(one, Fetch) and (one.document.url or "").endswith("r2021.html") for one in additions):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.2)
        return add_all(archive, additions)  # type: ignore[arg-type]

    monkeypatch.setattr(Archive, "add_all", slowly)
    summary = run(site, tmp_path)
    assert (summary.interrupted, summary.portals[0].state, counts(summary.portals[0])) == (
        True,
        "interrupted",
        {"new": 2},
    )
    with Archive.open(tmp_path) as archive:
        assert len(archive.captures("report")) == 2
        assert json.loads(archive.runs("a")[-1].summary or "")["new"] == 2
    monkeypatch.undo()
    assert counts(run(site, tmp_path).portals[0]) == {"skipped": 2, "new": 1}


def annual(year: int) -> Answer:
    return Answer(f"<html><h1>样例市{year}年政府信息公开工作年度报告</h1>{'内容纯属虚构。' * 100}</html>".encode())


def test_reports_that_came_as_pages_of_lists_are_counted_however_the_run_ends(site: Site, tmp_path: Path) -> None:
    address = "/module/xxgk/xxgkAnnualReport.jsp"
    driver = {"family": "hanweb_annual_report", "address": site.url(address), "organisations": {"A": None}}
    one = portal(driver=driver, years=[2020, 2022])
    site.routes |= {f"{address}?area=A&fbtime={year}": annual(year) for year in (2020, 2021, 2022)}
    site.routes[f"{address}?area=A&fbtime=2022"] = wrong.challenge
    summary = run(site, tmp_path / "refused", one)
    assert (summary.portals[0].state, counts(summary.portals[0])) == ("refused", {"new": 2})

    def interrupt(handler: BaseHTTPRequestHandler) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.3)

    site.routes[f"{address}?area=A&fbtime=2022"] = interrupt
    summary = run(site, tmp_path / "interrupted", one)
    assert (summary.portals[0].state, counts(summary.portals[0])) == ("interrupted", {"new": 2})
