"""Who is refused what: one document that is denied is one document; a challenge, a list or one report after the other is the portal."""

from pathlib import Path

import pytest
from fake_portal import Answer, Site
from test_collect import HTML, counts, fill, portal, report, run, words

from gongkai_scraper.archive import Archive
from gongkai_scraper.defaults import load_defaults

DENIED = Answer("<html><title>禁止访问</title></html>".encode(), 403)
CAPTCHA = "<html><title>安全验证</title></html>".encode()
YEARS = (2019, 2020, 2021, 2022, 2023)


def attaching(year: int, *names: str) -> Answer:
    links = "".join(f"<a href='/files/{year}-{name}.pdf'>附件：{name}.pdf</a>" for name in names)
    return Answer(f"<html><body>{year}年{'内容' * 300}{links}</body></html>".encode(), headers=HTML)


@pytest.mark.parametrize("status", [401, 403, 451])
def test_a_report_that_is_denied_is_the_only_one(site: Site, tmp_path: Path, status: int) -> None:
    fill(site, *YEARS)
    site.routes["/r2020.html"] = Answer(b"", status)
    for expected in ({"new": 4, "refused": 1}, {"unchanged": 4, "refused": 1}):
        summary = run(site, tmp_path)
        assert not summary.ok
        assert (summary.portals[0].state, counts(summary.portals[0])) == ("done", expected)
        assert words(summary.portals[0]) == f"the portal denies access (status {status}) {site.url('/r2020.html')}"
    assert site.paths.count("/r2020.html") == 2, "once in each run: it is not got round"
    with Archive.open(tmp_path) as archive:
        [failure] = archive.failures("report")
    assert (failure.url, failure.outcome, failure.status) == (site.url("/r2020.html"), "refused", status)


def test_attachments_that_are_denied_do_not_keep_the_reports_from_us(site: Site, tmp_path: Path) -> None:
    """However many one report has, and also when a run is continued that had the reports before."""
    fill(site, *YEARS)
    site.routes |= {f"/r{year}.html": attaching(year, *"甲乙丙丁") for year in YEARS}
    names = [
        f"/files/{year}-{name}.pdf" for year in YEARS for name in ("%E7%94%B2", "%E4%B9%99", "%E4%B8%99", "%E4%B8%81")
    ]
    site.routes |= dict.fromkeys(names, DENIED)
    site.routes["/r2023.html"] = Answer(CAPTCHA)
    [summary] = run(site, tmp_path).portals
    assert (summary.state, counts(summary)) == ("refused", {"new": 4, "refused": 17})
    site.routes["/r2023.html"] = attaching(2023, *"甲乙丙丁")
    [summary] = run(site, tmp_path).portals
    assert (summary.state, counts(summary)) == ("done", {"skipped": 4, "new": 1, "refused": 20})


def test_one_report_after_the_other_is_the_portal(site: Site, tmp_path: Path) -> None:
    most = load_defaults().denials_in_a_row
    fill(site, *YEARS)
    site.routes |= {f"/r{year}.html": DENIED for year in YEARS[1:]}
    summary = run(site, tmp_path)
    assert (summary.portals[0].state, counts(summary.portals[0])) == ("refused", {"new": 1, "refused": 4})
    assert f"{most} reports in a row were refused: the portal is taken to refuse us" in words(summary.portals[0])
    assert "left alone after this; 1 more reports were not asked for" in words(summary.portals[0])
    assert "/r2023.html" not in site.paths
    site.routes |= {f"/r{year}.html": report(year) for year in YEARS}
    assert counts(run(site, tmp_path).portals[0]) == {"skipped": 1, "new": 4}, "the next run goes on there"


def test_a_report_that_is_had_ends_the_row(site: Site, tmp_path: Path) -> None:
    fill(site, *YEARS)
    site.routes |= {f"/r{year}.html": DENIED for year in (2019, 2020, 2022, 2023)}
    [summary] = run(site, tmp_path).portals
    assert (summary.state, counts(summary)) == ("done", {"new": 1, "refused": 4})


def test_a_challenge_ends_the_run_whatever_its_status(site: Site, tmp_path: Path) -> None:
    fill(site, *YEARS)
    site.routes["/r2020.html"] = Answer(CAPTCHA, 403)
    [summary] = run(site, tmp_path).portals
    assert (summary.state, counts(summary)) == ("refused", {"new": 1, "refused": 4})
    assert "a CAPTCHA page (status 403)" in words(summary)
    assert "/r2021.html" not in site.paths


def test_a_list_that_is_denied_ends_the_run(site: Site, tmp_path: Path) -> None:
    fill(site, *YEARS)
    site.routes["/list.html"] = DENIED
    lists = {"family": "static_list", "lists": [site.url("/list.html"), site.url("/other.html")]}
    [summary] = run(site, tmp_path, portal(driver=lists)).portals
    assert (summary.state, summary.lists, counts(summary)) == ("refused", "refused", {})
    assert site.paths == ["/robots.txt", "/list.html"]


def test_a_denied_robots_txt_is_none_and_a_challenge_in_its_place_is_a_refusal(site: Site, tmp_path: Path) -> None:
    fill(site, 2020)
    site.routes["/robots.txt"] = DENIED
    assert counts(run(site, tmp_path / "denied").portals[0]) == {"new": 1}, "RFC 9309, 2.3.1.3"
    for status in (200, 403):
        site.routes["/robots.txt"] = Answer(CAPTCHA, status)
        [summary] = run(site, tmp_path / f"challenge-{status}").portals
        assert (summary.state, summary.lists, counts(summary)) == ("refused", "refused", {})
