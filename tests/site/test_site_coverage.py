"""What is held, missing, late, changed: on the pages and in the questions, from the tables coverage, changes and revisions."""

import asyncio
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from many_agencies import copied, site_on
from small_release import REPORT_2012, REPORT_2020, REPORT_2021, Get, release_rows

from gongkai_build.database import write_databases
from gongkai_build.package import write_package
from gongkai_build.revisions import read_before, revision_rows
from gongkai_build.schema import load_schema
from gongkai_site.server import make_datasette

Rows = list[dict[str, Any]]


def ask(get: Get, query: str, **parameters: str) -> Rows:
    rows: Rows = get(f"/gongkai/{query}.json", params={"_shape": "array", **parameters}).json()
    return rows


def test_missing_late_and_failed_reports_are_told_apart(get: Get) -> None:
    rows = ask(get, "missing_or_late")
    assert {row["year"] for row in rows if row["state"] == "missing"} == set(range(2015, 2020))
    assert [(row["year"], row["days_late"]) for row in ask(get, "missing_or_late", absence="late")] == [(2021, 10)]
    assert [(row["year"], row["report_id"]) for row in ask(get, "missing_or_late", absence="failed")] == [(2013, None)]
    assert {(row["year"], row["state"]) for row in ask(get, "missing_or_late", year="2015")} == {(2015, "missing")}
    assert ask(get, "missing_or_late", region="9902") == ask(get, "missing_or_late", agency="990100.gov") == []
    assert len(ask(get, "missing_or_late", region="9901", agency="990100.government")) == len(rows) == 7


def test_what_changed_of_late(get: Get) -> None:
    """Without a release before: of the last day of collecting, or of a day on."""
    assert [row["report_id"] for row in ask(get, "what_changed")] == [REPORT_2012]
    rows = ask(get, "what_changed", since="2026-01-02")
    assert [(row["report_id"], row["state"], row["from_status"], row["to"]) for row in rows] == [
        (REPORT_2021, "edited", "unclear", 2),
        (REPORT_2012, "new", None, None),
    ]


def test_what_changed_since_the_release_before(release: Path, tmp_path: Path) -> None:
    """What the table revisions tells is the answer, unless a day is asked for."""
    rows, before = release_rows(), read_before(release)
    for table in ("reports", "figures", "sections", "captures", "requests", "remedies", "disclosures"):
        rows[table] = [row for row in rows[table] if row["report_id"] != REPORT_2012]
    for row in rows["coverage"]:
        row |= {"state": "missing", "report_id": None} if row["year"] == 2012 else {}
    [changed] = [
        row for row in rows["figures"] if (row["report_id"], row["item_id"]) == (REPORT_2020, "fees.items_change")
    ]
    changed["value"] = 5
    rows["revisions"] = revision_rows(before, rows)
    write_package(rows, tmp_path, load_schema(), {"sample": True, "before": {"version": before.version}})
    write_databases(tmp_path)
    datasette = make_datasette(tmp_path)

    def answer(**parameters: str) -> list[tuple[object, ...]]:
        query = urlencode({"_shape": "array", **parameters})
        found = asyncio.run(datasette.client.get(f"/gongkai/what_changed.json?{query}")).json()
        return [(row["report_id"], row["state"], row["cause"], row["from"], row["to"]) for row in found]

    assert answer() == [(REPORT_2020, "changed", "reading", 4, 5), (REPORT_2012, "removed", None, None, None)]
    assert answer(since="2026-01-02") == [(REPORT_2021, "edited", "document", None, 2)]
    page = asyncio.run(datasette.client.get("/en/question/what_changed")).text
    assert REPORT_2012 in page
    assert f'href="/en/report/{REPORT_2012}"' not in page, "a report that is gone has no page"
    assert "another reading" in page


def test_region_years_count_what_coverage_says(release: Path) -> None:
    with closing(sqlite3.connect(release / "gongkai.db")) as database:
        columns = "year, reports, checks_failed, changed, published, late, missing, failed, refused"
        counted = database.execute(f"select {columns} from region_years where region_code = '990000'")
        rows = {year: rest for year, *rest in counted}
    assert rows[2012] == [1, 0, 0, 1, 0, 0, 0, 0]
    assert rows[2013] == [0, 0, 0, 0, 0, 0, 1, 0]
    assert rows[2015] == [0, 0, 0, 0, 0, 1, 0, 0]
    assert rows[2021] == [1, 2, 1, 0, 1, 0, 0, 0]
    assert 2014 not in rows, "where nobody looked there is no row"


def test_the_home_page_counts_and_draws_what_coverage_says(get: Get) -> None:
    page = get("/en").text
    assert '<b>5</b><a href="/en/question/missing_or_late?absence=missing">missing reports</a>' in page
    assert '<b>1</b><a href="/en/question/missing_or_late?absence=late">late report</a>' in page
    assert "2013: failed or refused 1; 2015: missing 1" in page
    for part, bars in (("held", 3), ("missing", 5), ("unknown", 1)):
        paths = re.findall(f'<path class="bar-{part}" d="([^"]*)"', page)
        assert [path.count("M") for path in paths] == [bars, bars], "the province, and the city within it"
    assert "/gongkai/reports?year=2015" not in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_of_an_agency_says_what_is_known_of_each_year(get: Get, language: str) -> None:
    page = get(f"/{language}/agency/990100.government").text
    rows = dict(
        re.findall(r'<tr class="gap"><th scope="row" class="short">([\d–]+)</th><td[^>]*>(.*?)</td>', page, re.DOTALL)
    )
    assert list(rows) == ["2019", "2018", "2017", "2016", "2015", "2014", "2013"]
    assert ("缺失" if language == "zh" else "missing") in rows["2015"]
    assert "HTTP 503 (http://yunxiu.localhost:8471/&lt;script&gt;" in rows["2013"]
    assert ("没有查找过" if language == "zh" else "nobody looked for one") in rows["2014"]
    assert re.search(rf'report/{REPORT_2021}">2021</a><span class="gloss state-late">', page)


def test_the_page_of_a_region_says_what_is_known_of_each_year(get: Get) -> None:
    page = get("/en/region/990100").text
    row = re.search(r'<th scope="row">missing</th>(.*?)</tr>', page)
    assert row
    assert re.findall(r">(\d+)<", row[1]) == ["0", "0", "1", "1", "1", "1", "1", "0", "0"]
    assert "/en/question/missing_or_late?region=9901&amp;year=2015&amp;absence=missing" in row[1]
    assert '<td class="state-failed" title="we could not get it or could not read it' in page


def test_a_report_tells_what_its_portal_changed(get: Get) -> None:
    page = get(f"/en/report/{REPORT_2021}").text
    section = page[page.index('id="changes"') : page.index('id="text"')]
    assert f'href="/en/evidence/{REPORT_2021}?capture={4:064x}">unclear</a>' in section
    assert "“1 | 2 &lt;i&gt;" in section
    assert f'href="/en/evidence/{REPORT_2021}?capture={2:064x}">2</a>' in section
    assert 'id="changes"' not in get(f"/en/report/{REPORT_2020}").text


def test_the_feed_tells_an_edit_from_a_new_report(get: Get) -> None:
    feed = get("/en/feed.atom").text
    assert "report for 2021: the portal changed one figure." in feed
    assert "report for 2012: new here." in feed


def test_the_feed_does_not_go_back_in_time_for_a_page_that_was_put_back(release: Path, tmp_path: Path) -> None:
    """The earlier page stands again: it is the document of before, and was changed when that was seen."""
    with copied(release, tmp_path) as database:
        [first, second] = [capture for (capture,) in database.execute("select capture_id from captures where report_id = ? order by fetched_at", [REPORT_2021])]  # fmt: skip
        database.execute("update reports set capture_id = ? where report_id = ?", [first, REPORT_2021])
        for item in ("requests.granted", "requests.partly_granted"):
            change = (
                REPORT_2021,
                "http://yunxiu.localhost/2.html",
                "2026-02-03T00:00:00Z",
                item,
                "total",
                "reported",
                "reported",
                second,
                first,
            )
            database.execute("insert into changes (report_id, url, changed_at, item_id, party, from_status, to_status, from_capture_id, to_capture_id) values (?, ?, ?, ?, ?, ?, ?, ?, ?)", change)  # fmt: skip
    feed = site_on(tmp_path)("/en/feed.atom").text
    assert re.findall("<updated>(.*?)</updated>", feed)[:2] == ["2026-02-03T00:00:00Z"] * 2
    entry = feed[feed.index("<entry>") : feed.index("</entry>")]
    assert f"/report/{REPORT_2021}<" in entry
    assert "the portal changed 2 figures." in entry
