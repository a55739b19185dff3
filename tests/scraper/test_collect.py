"""A run: what a portal lists is in the archive afterwards, and whatever went wrong is said."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from fake_portal import HOST, Answer, Site
from test_archive import warc_check

from gongkai_scraper.archive import Archive
from gongkai_scraper.collect import PortalSummary, Progress, RunSummary, collect
from gongkai_scraper.drivers import static_list
from gongkai_scraper.fetch import ClientSettings
from gongkai_scraper.portals import Portal
from gongkai_scraper.summary import RESULTS

HTML = {"Content-Type": "text/html; charset=utf-8"}


def portal(**changes: Any) -> Portal:
    given = {
        "id": "a",
        "name": "样例门户",
        "region": "990100",
        "agency": "990100.government",
        "source": "sample",
        "home": f"http://{HOST}/",
        "driver": {"family": "static_list", "lists": [f"http://{HOST}/list.html"], "links": "li a"},
        "politeness": {"delay": 0, "timeout": 2, "maximum_bytes": 5000},
        "loopback": True,
        "status": "active",
    }
    return Portal.model_validate(given | changes)


def list_page(*years: int, next_page: str = "") -> bytes:
    items = "".join(f'<li><a href="/r{year}.html">样例市{year}年政府信息公开工作年度报告</a></li>' for year in years)
    following = f'<a href="{next_page}">下一页</a>' if next_page else ""
    return f"<html><head><meta charset='gb2312'></head><body><ul>{items}</ul>{following}</body></html>".encode("gbk")


def report(year: int) -> Answer:
    return Answer(f"<html><title>报告</title>{year}年</html>".encode(), headers=HTML)


def validated(text: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """A page with an ETag, and word that it is as it was for those who have it."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        body = text.encode()
        tag = f'"{hashlib.sha256(body).hexdigest()[:8]}"'
        is_known = handler.headers["If-None-Match"] == tag
        handler.send_response(304 if is_known else 200)
        handler.send_header("ETag", tag)
        if not is_known:
            handler.send_header("Content-Type", "text/plain; charset=utf-8")
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(b"" if is_known else body)

    return answer


def fill(site: Site, *years: int, **options: str) -> None:
    site.routes["/list.html"] = Answer(list_page(*years, **options), headers={"Content-Type": "text/html"})
    site.routes |= {f"/r{year}.html": report(year) for year in years}


def run(site: Site, folder: Path, *portals: Portal, **options: Any) -> RunSummary:
    settings = ClientSettings(connect_to=site.connect_to, retries=0, backoff=0.05)
    with Archive.open(folder, write=True) as archive:
        return collect(portals or [portal()], archive, settings, **options)


def counts(summary: PortalSummary) -> dict[str, int]:
    """What a summary counts, noughts left out."""
    found = {name: getattr(summary, name) for name in RESULTS if getattr(summary, name)}
    assert summary.found == sum(found.values())
    return found


def words(summary: PortalSummary, level: str = "error") -> str:
    return "\n".join(f"{message.text} {message.url}" for message in summary.messages if message.level == level)


def test_a_run_and_what_it_leaves(site: Site, tmp_path: Path) -> None:
    fill(site, 2021, 2022)
    seen: list[Progress] = []
    with Archive.open(tmp_path, write=True) as archive:
        settings = ClientSettings(connect_to=site.connect_to)
        summary = collect([portal()], archive, settings, on_progress=seen.append)
        captures = archive.captures("report")
        assert [len(archive.captures(role)) for role in ("report", "list", "robots")] == [2, 1, 0], "no robots.txt"
        assert {archive.read(capture) for capture in captures} == {report(2021).body, report(2022).body}
    assert summary.ok
    assert counts(summary.portals[0]) == {"new": 2}
    assert [(step.done, step.total, step.outcome) for step in seen] == [(1, 2, "new"), (2, 2, "new")]
    capture = next(one for one in captures if one.url == f"http://{HOST}/r2021.html")
    assert capture.link_title == "样例市2021年政府信息公开工作年度报告"
    assert (capture.portal, capture.region_code, capture.agency_id) == ("a", "990100", "990100.government")
    assert (capture.source_kind, capture.charset, capture.status) == ("sample", "utf-8", 200)


def test_which_known_reports_are_asked_for_again(site: Site, tmp_path: Path) -> None:
    fill(site, 2021, 2022)
    run(site, tmp_path)
    before = len(site.asked)
    assert counts(run(site, tmp_path, revisit="none").portals[0]) == {"skipped": 2}
    assert site.paths[before:] == ["/robots.txt", "/list.html"]
    fill(site, 2021, 2022, 2023)
    site.routes["/r2022.html"] = Answer(b"<html>edited</html>", headers=HTML)
    for revisit, expected in (("changed", {"new": 1, "changed": 1, "unchanged": 1}), ("all", {"unchanged": 3})):
        summary = run(site, tmp_path, revisit=revisit)
        assert counts(summary.portals[0]) == expected
        assert summary.ok
    with Archive.open(tmp_path) as archive:
        assert len(archive.captures("report")) == 4


def test_a_run_over_unchanged_portals_transfers_lists_and_word_that_nothing_changed(site: Site, tmp_path: Path) -> None:
    fill(site, 2021, 2022)
    site.routes |= {f"/r{year}.html": validated(f"报告{year}") for year in (2021, 2022)}
    site.routes["/robots.txt"] = validated("User-agent: *\nCrawl-delay: 0")
    site.routes["/r2022.html"] = Answer(status=302, headers={"Location": "/moved.html"})
    site.routes["/moved.html"] = validated("报告2022")
    run(site, tmp_path)
    with Archive.open(tmp_path) as archive:
        captures, addresses = archive.captures(), archive.addresses("report")
    size = sum(path.stat().st_size for path in (tmp_path / "warc").iterdir())
    for _ in range(3):
        sent = len(site.sent)
        assert counts(run(site, tmp_path).portals[0]) == {"unchanged": 2}
        assert site.sent[sent:] == [
            ("/robots.txt", 304), ("/list.html", 200), ("/r2021.html", 304), ("/r2022.html", 302), ("/moved.html", 304),
        ]  # fmt: skip
    with Archive.open(tmp_path) as archive:
        later = archive.captures()
        assert [replace(one, seen_at="") for one in later] == [replace(one, seen_at="") for one in captures]
        assert archive.addresses("report") == addresses
        assert [len(archive.sources(one.capture_id)) for one in later] == [4] * 4
    assert warc_check(tmp_path).returncode == 0
    assert sum(path.stat().st_size for path in (tmp_path / "warc").iterdir()) > size
    assert counts(run(site, tmp_path, revisit="all").portals[0]) == {"unchanged": 2}
    assert [status for path, status in site.sent[-5:]] == [304, 200, 200, 302, 200]


def test_an_edited_page_is_a_second_capture_and_one_put_back_is_the_first_again(site: Site, tmp_path: Path) -> None:
    fill(site, 2021)
    for text, expected in (("甲", "new"), ("乙", "changed"), ("乙", "unchanged"), ("甲", "changed")):
        site.routes["/r2021.html"] = validated(text)
        time.sleep(1.01)  # archives tell time in seconds
        assert counts(run(site, tmp_path).portals[0]) == {expected: 1}
    with Archive.open(tmp_path) as archive:
        captures = {archive.read(capture).decode(): capture for capture in archive.captures("report")}
    assert set(captures) == {"甲", "乙"}
    assert captures["甲"].fetched_at < captures["乙"].fetched_at < captures["乙"].seen_at < captures["甲"].seen_at


def test_pages_are_followed_until_one_comes_again(site: Site, tmp_path: Path) -> None:
    fill(site, 2020, 2021, next_page="list_1.html")
    site.routes["/list_1.html"] = Answer(list_page(2021, 2022, next_page="list_2.html"))
    site.routes["/list_2.html"] = Answer(list_page(2021, 2022, next_page="list_3.html"))
    site.routes["/r2022.html"] = report(2022)
    summary = run(site, tmp_path)
    assert summary.ok, summary
    assert counts(summary.portals[0]) == {"new": 3}
    assert "/list_3.html" not in site.paths
    site.routes["/list_1.html"] = Answer(list_page(2022, next_page="list.html"))
    assert run(site, tmp_path / "circle").ok


def test_a_list_without_end_is_an_error(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gongkai_scraper.walk.MOST_PAGES", 3)
    fill(site, 2020, next_page="p1.html")
    for number in range(1, 9):
        site.routes[f"/p{number}.html"] = Answer(list_page(2020 + number, next_page=f"p{number + 1}.html"))
        site.routes[f"/r{2020 + number}.html"] = report(2020 + number)
    summary = run(site, tmp_path)
    assert "goes on after 3 pages" in words(summary.portals[0])
    assert counts(summary.portals[0]) == {"new": 3}


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (Answer("<ul><li><a href='/x'>财政预算</a></li></ul>".encode(), headers=HTML), "no report found among 1 links"),
        (Answer("<div><a href='/x'>2021年年度报告</a></div>".encode(), headers=HTML), "no link fits the selector"),
        (Answer(b"", 404), "list failed: status 404"),
        (Answer(b"", 403), "list refused"),
    ],
)
def test_nothing_found_is_an_error(site: Site, tmp_path: Path, page: Answer, said: str) -> None:
    site.routes["/list.html"] = page
    summary = run(site, tmp_path)
    assert not summary.ok
    assert said in words(summary.portals[0])


def test_titles_and_years_decide(site: Site, tmp_path: Path) -> None:
    fill(site, 2018, 2021)
    page = list_page(2018, 2021) + '<li><a href="/t">图解：2021年年度报告</a></li>'.encode("gbk")
    site.routes["/list.html"] = Answer(page, headers={"Content-Type": "text/html"})
    summary = run(site, tmp_path, portal(years=[2019, 2022]))
    assert counts(summary.portals[0]) == {"new": 1}
    assert "/t" not in site.paths
    assert "/r2018.html" not in site.paths


def test_numbers_of_reports_are_compared(site: Site, tmp_path: Path) -> None:
    fill(site, 2019, 2021)
    bounds = {"minimum": 1, "maximum": 1}
    summary = run(site, tmp_path, portal(years=[2019, 2021], reports_per_year=bounds))
    assert words(summary.portals[0]) == "2020: 0 reports found, at least 1 expected None"
    assert not summary.ok
    assert counts(summary.portals[0]) == {"new": 2}
    page = list_page(2019, 2020, 2021) + '<li><a href="/more">某局2021年年度报告</a></li>'.encode("gbk")
    site.routes |= {"/list.html": Answer(page, headers={}), "/r2020.html": report(2020), "/more": report(1)}
    summary = run(site, tmp_path, portal(years=[2019, 2021], reports_per_year=bounds))
    assert summary.ok
    assert "2021: 2 reports found, at most 1" in words(summary.portals[0], "warning")


def test_one_portal_fails_and_the_others_do_not(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError("cannot read this")

    fill(site, 2021)
    monkeypatch.setattr(static_list, "read", broken)
    assert "ValueError: cannot read this" in words(run(site, tmp_path).portals[0])
    monkeypatch.undo()
    away = portal(id="b", driver={"family": "static_list", "lists": ["http://nobody.invalid/"]})
    summary = run(site, tmp_path, away, portal(), portal(id="c", status="blocked", note="2026-11-21: asks for a code"))
    assert [one.portal for one in summary.portals] == ["b", "a", "c"]
    assert [one.ok for one in summary.portals] == [False, True, True]
    assert counts(summary.portals[1]) == {"new": 1}
    assert (summary.portals[2].status, counts(summary.portals[2])) == ("blocked", {})


def test_reports_that_cannot_be_had(site: Site, tmp_path: Path) -> None:
    fill(site, 2019, 2020, 2021, 2022, 2023)
    site.routes |= {
        "/robots.txt": Answer(b"User-agent: *\nDisallow: /r2019\n"),
        "/r2020.html": Answer(b"", 404),
        "/r2021.html": Answer(b"x" * 5001, headers=HTML),
        "/r2022.html": Answer(status=302, headers={"Location": "/"}),
        "/": Answer(b"<html>home</html>", headers=HTML),
    }
    summary = run(site, tmp_path)
    assert not summary.ok
    assert counts(summary.portals[0]) == {"new": 1, "failed": 3, "refused": 1}
    for said in ("robots.txt", "status 404", "larger than 5000", "front page"):
        assert said in words(summary.portals[0])
    with Archive.open(tmp_path) as archive:
        assert [capture.url for capture in archive.captures("report")] == [f"http://{HOST}/r2023.html"]


def test_a_portal_that_refuses_is_left_alone(site: Site, tmp_path: Path) -> None:
    fill(site, 2019, 2020, 2021, 2022)
    site.routes["/r2020.html"] = Answer(b"<html><script>'__jsl_clearance'</script></html>", 521)
    summary = run(site, tmp_path)
    assert counts(summary.portals[0]) == {"new": 1, "refused": 3}
    assert "Jiasule" in words(summary.portals[0])
    assert "/r2021.html" not in site.paths


def test_a_portal_that_fails_all_the_time_is_left_alone(site: Site, tmp_path: Path) -> None:
    years = range(2008, 2024)
    fill(site, *years)
    site.routes |= {f"/r{year}.html": Answer(b"", 500) for year in years}
    summary = run(site, tmp_path)
    assert counts(summary.portals[0]) == {"failed": 16}
    assert sum(path.startswith("/r2") for path in site.paths) == 10


def test_redirects_and_equal_bytes(site: Site, tmp_path: Path) -> None:
    fill(site, 2020, 2021)
    site.routes["/r2020.html"] = Answer(status=302, headers={"Location": "/moved.html"})
    site.routes["/moved.html"] = report(2021)
    summary = run(site, tmp_path)
    assert counts(summary.portals[0]) == {"new": 1, "unchanged": 1}
    assert "same bytes" in words(summary.portals[0], "warning")
    assert counts(run(site, tmp_path).portals[0]) == {"unchanged": 2}


def test_an_interrupted_run_goes_on(site: Site, tmp_path: Path) -> None:
    """Ctrl-C in the middle: a process of its own is interrupted while it waits for a report."""
    fill(site, 2019, 2020, 2021)
    site.routes["/r2020.html"] = lambda _: time.sleep(1.5)
    script = (
        "import sys\nfrom pathlib import Path\nfrom gongkai_scraper.archive import Archive\n"
        "from gongkai_scraper.collect import collect\nfrom gongkai_scraper.fetch import ClientSettings\n"
        "from gongkai_scraper.portals import Portal\n"
        "settings = ClientSettings(connect_to={sys.argv[2]: ('127.0.0.1', int(sys.argv[3]))})\n"
        "with Archive.open(Path(sys.argv[1]), write=True) as archive:\n"
        "    summary = collect([Portal.model_validate_json(sys.argv[4])], archive, settings,\n"
        "                      on_progress=lambda step: print(step.outcome, flush=True))\n"
        "print(summary.interrupted, summary.ok, summary.portals[0].state, summary.portals[0].new)\n"
    )
    arguments = [str(tmp_path), f"{HOST}:80", str(site.port), portal().model_dump_json()]
    with subprocess.Popen([sys.executable, "-c", script, *arguments], stdout=-1, stderr=-1) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"new\n"
        time.sleep(0.2)
        os.kill(process.pid, signal.SIGINT)
        assert process.stdout.read() == b"True False interrupted 1\n"
        assert process.stderr.read() == b""
    site.routes["/r2020.html"] = report(2020)
    summary = run(site, tmp_path)
    assert counts(summary.portals[0]) == {"new": 2, "skipped": 1}
    assert counts(run(site, tmp_path).portals[0]) == {"unchanged": 3}, "that run came to its end"
    with Archive.open(tmp_path) as archive:
        assert {archive.read(capture) for capture in archive.captures("report")} == {
            report(year).body for year in (2019, 2020, 2021)
        }


def test_a_report_behind_a_script_does_not_vanish(site: Site, tmp_path: Path) -> None:
    fill(site, 2020)
    page = list_page(2020) + '<li><a href="javascript:show(1)">2021年年度报告</a></li>'.encode("gbk")
    site.routes["/list.html"] = Answer(page, headers={"Content-Type": "text/html"})
    summary = run(site, tmp_path)
    assert counts(summary.portals[0]) == {"new": 1, "failed": 1}
    assert "neither http nor https javascript:show(1)" in words(summary.portals[0])


def test_a_host_is_asked_for_one_thing_at_a_time_whatever_the_number_of_its_portals(site: Site, tmp_path: Path) -> None:
    """Measured by the server: never two requests together, never closer than the delay, whatever kind they are."""
    delay = 0.12
    fill(site, 2019, 2020, 2021)
    site.routes["/r2020.html"] = [Answer(status=503), report(2020)]
    site.routes["/r2021.html"] = Answer(status=302, headers={"Location": "/moved.html"})
    site.routes["/moved.html"] = report(2021)
    politeness = {"delay": delay, "timeout": 2}
    settings = ClientSettings(connect_to=site.connect_to, retries=1, backoff=0.05)
    with Archive.open(tmp_path, write=True) as archive:
        summary = collect([portal(id=name, politeness=politeness) for name in "abc"], archive, settings)
    assert summary.ok, summary
    assert summary.totals["found"] == 9
    asked = sorted(site.asked, key=lambda one: one.begun)
    assert len(asked) == 1 + 3 * 5 + 1, "robots.txt once, the list and what it names for each portal, one request again"
    assert {one.together for one in asked} == {1}
    gaps = [after.begun - before.ended for before, after in pairwise(asked)]
    assert min(gaps) >= delay - 0.01


def test_a_report_that_leads_to_the_unchanged_list_is_absent(site: Site, tmp_path: Path) -> None:
    page = list_page(2021, 2022).decode("gbk").replace("gb2312", "utf-8")
    fill(site, 2021, 2022)
    site.routes["/list.html"] = validated(page)
    assert run(site, tmp_path).ok
    site.routes["/r2022.html"] = Answer(status=302, headers={"Location": "/list.html"})
    again = run(site, tmp_path).portals[0]
    assert counts(again) == {"unchanged": 1, "failed": 1}
    assert "redirects to the front page or the list" in words(again)
    with Archive.open(tmp_path) as archive:
        assert {capture.url for capture in archive.captures("report")} == {
            f"http://{HOST}/r{year}.html" for year in (2021, 2022)
        }
