"""The archive tells what was published, what we failed to get and what a portal refuses; and still does when its ledger was lost."""

import json
from pathlib import Path
from typing import Any

from fake_portal import HOST, Answer, Site
from fastwarc.warc import ArchiveIterator
from test_archive import everything, warc_check
from test_collect import counts, fill, portal, report, run, validated

from gongkai_scraper.archive import Archive, Attached

CHALLENGE = Answer(b"<html><script>'__jsl_clearance'</script></html>", 521)


def told(folder: Path) -> dict[str, Any]:
    """All that the archive knows."""
    with Archive.open(folder) as archive:
        tables = {
            name: archive._ledger.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall()
            for name in ("files", "bodies", "runs", "fetches", "links")
        }
        return {"read": everything(archive), "failures": archive.failures(), "links": archive.links()} | tables


def rebuilt(folder: Path) -> dict[str, Any]:
    (folder / "ledger.sqlite").unlink()
    with Archive.open(folder, write=True):
        return told(folder)


def busy_site(site: Site) -> None:
    fill(site, 2017, 2018, 2019, 2020, 2021)
    site.routes |= {
        "/robots.txt": Answer(b"User-agent: *\nDisallow: /r2019\n"),
        "/r2017.html": Answer("<html><title>页面不存在</title></html>".encode()),
        "/r2018.html": Answer(status=302, headers={"Location": "http://elsewhere.example/r2018.html"}),
        "/r2020.html": validated("报告"),
        "/r2021.html": Answer(status=500),
    }


def test_each_outcome_is_kept_as_what_it_was(site: Site, tmp_path: Path) -> None:
    busy_site(site)
    for _ in range(2):
        summary = run(site, tmp_path)
        assert {name: count for name, count in counts(summary.portals[0]).items() if name in ("failed", "refused")} == {
            "failed": 3,
            "refused": 1,
        }
    with Archive.open(tmp_path) as archive:
        failures = {failure.url.rpartition("/")[2]: failure for failure in archive.failures("report")}
        assert len(archive.captures("report")) == 1
        links, (first, second) = archive.links("a"), archive.runs("a")
    assert {name: (one.outcome, one.status) for name, one in failures.items()} == {
        "r2017.html": ("absent", 200),
        "r2018.html": ("failed", None),
        "r2019.html": ("refused", None),
        "r2021.html": ("failed", 500),
    }
    assert "elsewhere.example" in failures["r2018.html"].reason
    assert "robots.txt" in failures["r2019.html"].reason
    assert {one.portal for one in failures.values()} == {"a"}
    assert failures["r2021.html"].link_title == "样例市2021年政府信息公开工作年度报告"
    assert [link.url.rpartition("/")[2] for link in links] == [f"r{year}.html" for year in range(2017, 2022)]
    assert links[0].agency_id == "990100.government"
    assert (first.state, second.state, first.run_id, second.run_id) == ("done", "done", 1, 2)
    assert json.loads(second.summary or "")["unchanged"] == 1


def test_nothing_of_it_is_lost_with_the_ledger(site: Site, tmp_path: Path) -> None:
    busy_site(site)
    run(site, tmp_path)
    site.routes["/r2018.html"] = CHALLENGE
    run(site, tmp_path)
    before = told(tmp_path)
    assert before["runs"][1][7] == "refused"
    assert rebuilt(tmp_path) == before
    assert rebuilt(tmp_path) == before


def test_the_answers_of_a_run_are_records_that_others_read(site: Site, tmp_path: Path) -> None:
    busy_site(site)
    run(site, tmp_path)
    run(site, tmp_path)
    result = warc_check(tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    kinds: list[tuple[str, str | None]] = []
    for path in sorted((tmp_path / "warc").iterdir()):
        for record in ArchiveIterator(str(path), parse_http=False):
            assert record.verify_block_digest(), (path, record.stream_pos)
        for record in ArchiveIterator(str(path)):
            status = record.http_headers.status_code if record.http_headers else None
            if record.headers["WARC-Type"] == "response":
                assert record.verify_payload_digest()
            kind = record.headers["WARC-Type"]
            if kind in ("response", "revisit"):
                kinds.append((kind, status))
            if kind == "revisit" and status == 304:
                assert record.headers["WARC-Profile"].endswith("/server-not-modified")
                assert record.headers["WARC-Refers-To-Target-URI"] == f"http://{HOST}/r2020.html"
    first = [("response", status) for status in (200, 200, 200, 302, 200, 500)]
    second = [("revisit", status) for status in (200, 200, 200, 302, 304, 500)]
    # The bytes of the redirect and of the error 500 are the same: none.
    assert kinds == [*first[:5], ("revisit", 500), *second]


def test_a_refusal_is_not_silence_and_the_run_goes_on_where_it_ended(site: Site, tmp_path: Path) -> None:
    fill(site, 2019, 2020, 2021)
    site.routes["/r2020.html"] = CHALLENGE
    summary = run(site, tmp_path)
    assert (summary.portals[0].state, counts(summary.portals[0])) == ("refused", {"new": 1, "refused": 2})
    with Archive.open(tmp_path) as archive:
        (failure,) = archive.failures("report")
        assert (failure.outcome, failure.status) == ("refused", 521)
        assert archive.runs("a")[-1].state == "refused"
        assert len(archive.links("a")) == 3
    site.routes["/r2020.html"] = report(2020)
    asked = len(site.asked)
    assert counts(run(site, tmp_path).portals[0]) == {"skipped": 1, "new": 2}
    assert "/r2019.html" not in site.paths[asked:]
    with Archive.open(tmp_path) as archive:
        assert archive.failures("report") == []


def test_what_a_page_leads_to_is_had_too(site: Site, tmp_path: Path) -> None:
    fill(site, 2020, 2021, 2022)
    page = "<html><body>{}<a href='/files/{}.pdf'>附件：年度报告.pdf</a></body></html>"
    site.routes |= {f"/r{year}.html": Answer(page.format("内容" * 300, year).encode()) for year in (2020, 2021)}
    site.routes |= {f"/files/{year}.pdf": Answer(f"%PDF {year}".encode(), headers={}) for year in (2020, 2021)}
    site.routes["/r2022.html"] = Answer(b"<html><meta http-equiv='refresh' content='0; url=/real.html'></html>")
    site.routes["/real.html"] = Answer(page.format("正文" * 300, 2021).encode())
    summary = run(site, tmp_path)
    assert counts(summary.portals[0]) == {"new": 6}, summary
    with Archive.open(tmp_path) as archive:
        titles = {capture.url: capture.link_title for capture in archive.captures("report")}
        captures = {capture.url: capture.capture_id for capture in archive.captures("report")}
        attached = archive.attached()
    assert titles[site.url("/files/2020.pdf")] == "样例市2020年政府信息公开工作年度报告"
    assert attached == [
        Attached(site.url(page), site.url(url), captures[site.url(url)], is_listed=False)
        for page, url in (
            ("/r2020.html", "/files/2020.pdf"),
            ("/r2021.html", "/files/2021.pdf"),
            ("/r2022.html", "/real.html"),
        )
    ]
    asked = len(site.asked)
    assert counts(run(site, tmp_path).portals[0]) == {"unchanged": 6}
    assert len(site.asked) - asked == 8


def test_documents_that_others_led_to_and_lists_name_or_that_were_not_had(site: Site, tmp_path: Path) -> None:
    fill(site, 2020, 2021)
    links = "<a href='/listed.pdf'>附件.pdf</a><a href='/gone.pdf'>附件.pdf</a>"
    site.routes["/r2020.html"] = Answer(f"<html><body>{'内容' * 300}{links}</body></html>".encode())
    site.routes["/listed.pdf"] = Answer(b"%PDF", headers={})
    run(site, tmp_path)
    page = site.routes["/list.html"]
    assert isinstance(page, Answer)
    item = "<li><a href='/listed.pdf'>2022年政府信息公开工作年度报告</a></li>".encode("gbk")
    site.routes["/list.html"] = Answer(page.body.replace(b"</ul>", item + b"</ul>"), headers={})
    site.routes["/listed.pdf"] = Answer(b"%PDF 2", headers={})
    run(site, tmp_path)
    with Archive.open(tmp_path) as archive:
        gone, listed = archive.attached()
        assert archive.read_body(listed.capture_id or "") == b"%PDF"
    assert (gone.page, gone.url, gone.capture_id) == (site.url("/r2020.html"), site.url("/gone.pdf"), None)
    assert (gone.is_listed, listed.is_listed) == (False, True)


def test_a_portal_whose_list_breaks_off_was_not_seen_whole(site: Site, tmp_path: Path) -> None:
    fill(site, 2021, next_page="more.html")
    site.routes["/more.html"] = Answer(status=500)
    summary = run(site, tmp_path)
    assert (summary.portals[0].state, counts(summary.portals[0])) == ("failed", {"new": 1})
    assert not summary.ok
    assert summary.as_object()["portals"][0]["state"] == "failed"


def test_where_no_report_is_expected_none_is_no_error(site: Site, tmp_path: Path) -> None:
    site.routes["/list.html"] = Answer("<ul><li><a href='/x'>财政预算</a></li></ul>".encode())
    assert not run(site, tmp_path).ok
    assert run(site, tmp_path, portal(zero_is_fine=True)).ok
