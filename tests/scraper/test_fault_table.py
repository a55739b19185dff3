"""Every fault that a portal can have ends in the state that it should, with the rest of the run unharmed. With -s the table is printed.

One run visits a portal for each fault, at the same time: each has a list with three reports, of which the second (or what stands in the table)
meets the fault. Beside them one portal has no fault.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import faults as wrong
import pytest
from fault_server import Faults, Meeting, serve_with_faults
from faults import Fault

from gongkai_scraper.archive import Archive
from gongkai_scraper.collect import PortalSummary, RunSummary, collect
from gongkai_scraper.fetch import ClientSettings
from gongkai_scraper.portals import Portal

LIST, REPORT, MORE, ATTACHED = "/list.html", "/r2.html", "/more.html", "/file.docx"
REPORTS = "/every.html"
"""Stands for all three reports."""
LARGEST = 200_000
"""Bytes of the largest answer that the portals' files allow."""
ALWAYS = None


@dataclass(frozen=True)
class Case:
    """A fault, and what is to come of it."""

    fault: Fault | None
    on: str = REPORT
    times: int | None = ALWAYS
    state: str = "done"
    """Of the portal's run."""
    lists: str = "read"
    """How far its lists were read: only where they were read to their ends can a report be missing."""
    had: int = 3
    """Reports that are in the archive afterwards."""
    failed: int = 0
    refused: int = 0
    says: str = ""
    """A part of what the summary says; nothing where nothing is wrong."""

    @property
    def host(self) -> str:
        if not self.fault:
            return "calm.localhost"
        name = self.fault.__name__.replace("_", "-")
        return f"{name}-{self.on[1:-5]}-{self.times or 'always'}.localhost"

    @property
    def paths(self) -> tuple[str, ...]:
        return ("/r1.html", "/r2.html", "/r3.html") if self.on == REPORTS else (self.on,)


CASES = [
    Case(None),
    # What passes: the same request is made again.
    Case(wrong.too_many_requests, times=1),
    Case(wrong.unavailable, times=1),
    Case(wrong.reset, times=1),
    Case(wrong.hang_up, times=1),
    Case(wrong.too_short, times=1),
    Case(wrong.odd_retry_after, times=1),
    Case(wrong.drip_and_end),
    # What stays: one report fails, the others do not.
    Case(wrong.too_many_requests, had=2, failed=1, says="status 429"),
    Case(wrong.unavailable, had=2, failed=1, says="status 503"),
    Case(wrong.reset, had=2, failed=1, says="the connection broke off"),
    Case(wrong.hang_up, had=2, failed=1, says="without sending a response"),
    Case(wrong.too_short, had=2, failed=1, says="without sending complete"),
    Case(wrong.drip, had=2, failed=1, says="seconds"),
    Case(wrong.soft_404, had=2, failed=1, says="no such page"),
    Case(wrong.to_the_front_page, had=2, failed=1, says="front page"),
    Case(wrong.to_a_private_address, had=2, failed=1, says="10.0.0.8"),
    Case(wrong.to_the_machine_s_own_data, had=2, failed=1, says="169.254.169.254"),
    Case(wrong.to_another_site, had=2, failed=1, says="another site"),
    Case(wrong.in_circles, had=2, failed=1, says="redirects"),
    Case(wrong.gzip_bomb, had=2, failed=1, says="larger"),
    Case(wrong.huge, had=2, failed=1, says="larger"),
    Case(wrong.huge_without_length, had=2, failed=1, says="larger"),
    Case(wrong.odd_retry_after, had=2, failed=1, says="status 429"),
    Case(wrong.to_a_bad_host, had=2, failed=1, says="no web address"),
    # The documents that pages lead to fail by themselves, too.
    Case(wrong.attached_at_a_bad_host, had=3, failed=1, says="no web address"),
    Case(wrong.unavailable, on=ATTACHED, had=3, failed=1, says="status 503"),
    # One document that is refused is one that is refused.
    Case(wrong.forbidden, had=2, refused=1, says="denies access"),
    Case(wrong.forbidden, on=ATTACHED, had=3, refused=1, says="denies access"),
    # A host that asks for a long rest is left alone with everything that was still to be asked.
    Case(wrong.unavailable_for_an_hour, had=1, failed=2, says="3600"),
    # Bytes are kept as they came, whatever is said of them. What stands behind the length that was said belongs to no answer.
    Case(wrong.wrong_charset),
    Case(wrong.odd_charset),
    Case(wrong.odd_parameters),
    Case(wrong.too_long),
    # Challenges end the portal's run, and so does the refusal of one report after the other.
    Case(wrong.challenge, state="refused", had=1, refused=2, says="a script challenge"),
    Case(wrong.captcha, state="refused", had=1, refused=2, says="a CAPTCHA page"),
    Case(wrong.challenge, on=ATTACHED, state="refused", had=2, refused=2, says="a script challenge"),
    Case(wrong.forbidden, on=REPORTS, state="refused", had=0, refused=3, says="3 reports in a row"),
    # Lists: nothing is called missing, for nobody could look.
    Case(wrong.unavailable, on=LIST, state="failed", lists="failed", had=0, says="list failed"),
    Case(wrong.soft_404, on=LIST, state="failed", lists="failed", had=0, says="list failed"),
    Case(wrong.challenge, on=LIST, state="refused", lists="refused", had=0, says="list refused"),
    Case(wrong.forbidden, on=LIST, state="refused", lists="refused", had=0, says="list refused"),
    Case(wrong.listed_at_a_bad_host, on=LIST, had=2, failed=1, says="no web address"),
    Case(wrong.wrong_charset, on=LIST, state="failed", lists="failed", had=0, says="no link fits"),
    Case(wrong.endless_list, on=MORE, state="failed", lists="failed", says="goes on after 500 pages"),
]


def report(host: str, number: int) -> str:
    return f"<html><title>样例</title><body>{host}：{2019 + number}年，内容纯属虚构。</body></html>"


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sites")
    for case in CASES:
        site = folder / case.host
        site.mkdir()
        (site / "_site.yml").write_text('content_type: {".html": "text/html; charset=utf-8"}', encoding="utf-8")
        titles = {number: f"{2019 + number}年政府信息公开工作年度报告" for number in (1, 2, 3)}
        items = "".join(f"<li><a href='/r{number}.html'>{title}</a></li>" for number, title in titles.items())
        following = f"<a href='{MORE}'>下一页</a>" if case.on == MORE else ""
        (site / LIST[1:]).write_text(f"<html><body><ul>{items}</ul>{following}</body></html>", encoding="utf-8")
        for number in titles:
            attached = f"<a href='{ATTACHED}'>附件.docx</a>" if case.on == ATTACHED and number == 2 else ""
            page = report(case.host, number).replace("</body>", f"{attached}</body>")
            (site / f"r{number}.html").write_text(page, encoding="utf-8")
        (site / "index.html").write_text(report(case.host, 0), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def faults() -> Faults:
    return Faults(
        {(case.host, path): Meeting(case.fault, case.times) for case in CASES if case.fault for path in case.paths}
    )


@pytest.fixture(scope="module")
def settings(sites: Path, faults: Faults) -> Iterator[ClientSettings]:
    with serve_with_faults(sites, faults) as connect_to:
        yield ClientSettings(connect_to=connect_to, retries=2, backoff=0.05, total_timeout=8.0, maximum_wait=60.0)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("archive")


@pytest.fixture(scope="module")
def summary(archive: Path, settings: ClientSettings) -> RunSummary:
    with Archive.open(archive, write=True) as opened:
        return collect([portal(case) for case in CASES], opened, settings)


def portal(case: Case) -> Portal:
    return Portal.model_validate(
        {
            "id": case.host.removesuffix(".localhost"),
            "name": "样例门户",
            "region": "990100",
            "agency": "990100.government",
            "source": "sample",
            "home": f"http://{case.host}/",
            "driver": {"family": "static_list", "lists": [f"http://{case.host}{LIST}"], "links": "li a"},
            "years": [2020, 2022],
            "politeness": {"delay": 0, "timeout": 1, "maximum_bytes": LARGEST},
            "loopback": True,
            "status": "active",
        }
    )


def had(archive: Path) -> dict[str, int]:
    with Archive.open(archive) as opened:
        captures = opened.captures("report")
    return {case.host: sum(f"//{case.host}/" in (capture.url or "") for capture in captures) for case in CASES}


def said(portal: PortalSummary) -> str:
    return "; ".join(message.text for message in portal.messages)


def test_every_fault_ends_in_its_state(summary: RunSummary, archive: Path) -> None:
    kept = had(archive)
    print(
        f"\n{'fault':27} {'on':6} {'times':6} {'run':8} {'lists':8} {'had':>3} {'failed':>6} {'refused':>7}  what is said"
    )
    wrongly = []
    for case, portal in zip(CASES, summary.portals, strict=True):
        found = (portal.state, portal.lists, kept[case.host], portal.failed, portal.refused)
        name = case.fault.__name__ if case.fault else "(none)"
        print(
            f"{name:27} {case.on[1:-5]:6} {case.times or 'always'!s:6} {portal.state or '':8} {portal.lists or '':8} "
            f"{kept[case.host]:3} {portal.failed:6} {portal.refused:7}  {said(portal)[:90]}"
        )
        is_said = case.says in said(portal) if case.says else not portal.messages
        expected = (case.state, case.lists, case.had, case.failed, case.refused)
        if found != expected or not is_said or portal.ok is bool(case.says):
            wrongly.append((case.host, found, said(portal)))
    assert not wrongly
    assert not summary.ok


def test_no_host_was_asked_twice_at_once(summary: RunSummary, faults: Faults) -> None:
    assert {asked.together for asked in faults.asked} == {1}


def test_what_is_too_large_is_not_received_to_its_end(summary: RunSummary, faults: Faults) -> None:
    """Of a gigabyte no more is sent than the limit and what fits on the way; measured by the server."""
    sent = {
        asked.fault: asked.sent for asked in faults.asked if asked.fault in ("huge", "huge_without_length", "gzip_bomb")
    }
    assert len(sent) == 3
    assert all(size < 50 * wrong.MEBIBYTE for size in sent.values())


def test_a_second_run_asks_for_changed_pages_only_and_keeps_both_versions(
    summary: RunSummary, archive: Path, sites: Path, faults: Faults, settings: ClientSettings
) -> None:
    calm = CASES[0]
    first = {asked.target for asked in faults.asked if asked.host == calm.host}
    (sites / calm.host / "r2.html").write_text(report(calm.host, 2) + "<!-- changed -->", encoding="utf-8")
    before = len(faults.asked)
    with Archive.open(archive, write=True) as opened:
        again = collect([portal(calm)], opened, settings)
    [told] = again.portals
    assert again.ok
    assert (told.new, told.changed, told.unchanged) == (0, 1, 2)
    sent = {asked.target: asked.sent for asked in faults.asked[before:]}
    assert sent.keys() <= first
    assert had(archive)[calm.host] == 4, "both versions are kept"
    # Of what is as it was only the head of an answer comes: no body.
    assert all(sent[f"/r{number}.html"] < 400 < sent[LIST] for number in (1, 3))
