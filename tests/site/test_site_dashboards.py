"""The dashboards: every chart has an answer, says what it rests on, and needs nothing that the pages' policy forbids."""

import html
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

import pytest
from datasette.app import Datasette
from many_agencies import add_agency, add_region, add_report, copied, site_on
from small_release import AGENCY, REPORT_2021, Get

from gongkai_site.dashboards import definition, in_language, names
from gongkai_site.language import LANGUAGES

CONFIG = "datasette-dashboards"


def test_there_is_each_dashboard_in_each_language(get: Get, datasette: Datasette) -> None:
    config = datasette.plugin_config(CONFIG)
    assert set(config) == {f"{name}-{language}" for name in names() for language in LANGUAGES}
    for language in LANGUAGES:
        page = get(f"/{language}/dashboards").text
        for name in names():
            assert f'href="/{language}/dashboard/{name}"' in page
            assert definition()[name]["title"][language] in get(f"/{language}/dashboard/{name}").text
    assert get("/en/dashboard/nothing").status_code == 404


def test_a_dashboard_is_in_one_language_and_its_charts_lead_to_their_rows(get: Get, datasette: Datasette) -> None:
    for name in names():
        chinese = get(f"/zh/dashboard/{name}?region=9901").text
        words = re.sub(r"<[^>]*>", " ", chinese[chinese.index("<h1>") : chinese.index("<footer>")])
        assert not re.search(r"\b(Apply|Fullscreen|home|dashboards|View|Ask)\b", words)
        links = re.findall(r'<p class="note"><a href="([^"]*)">图中的数字</a>', chinese)
        assert len(links) == len(definition()[name]["charts"])
        for link in links:
            assert "region=9901" in link
            assert get(html.unescape(link)).status_code == 200, link


def test_nothing_is_said_in_both_languages_or_in_the_wrong_one(datasette: Datasette) -> None:
    for slug, dashboard in datasette.plugin_config(CONFIG).items():
        charts = dashboard["charts"].values()
        words = [dashboard["title"], dashboard["description"], *(chart["title"] for chart in charts)]
        chinese = [word for word in words if re.search("[\u4e00-\u9fff]", word)]
        assert len(chinese) == (len(words) if slug.endswith("-zh") else 0)
        assert in_language(dashboard, "zh") == dashboard


def test_every_chart_has_an_answer_from_one_kind_of_source(get: Get, datasette: Datasette) -> None:
    for dashboard in datasette.plugin_config(CONFIG).values():
        for name, chart in dashboard["charts"].items():
            answer = get(f"/{chart['db']}.json?sql={quote(chart['query'])}&region=99&_shape=objects")
            assert answer.status_code == 200, (name, answer.text)
            rows = answer.json()["rows"]
            for column in {"source_kind", "level", "reporter"} & set(rows[0]):
                assert len({row[column] for row in rows}) == 1, (name, column)
            encoding = chart["display"]["encoding"]
            fields = {
                channel["field"] for channel in encoding.values() if isinstance(channel, dict) and "field" in channel
            }
            fields |= {channel["field"] for channel in encoding["tooltip"]}
            folded = {"key", "value"} if "transform" in chart["display"] else set()
            assert fields - folded <= set(rows[0]), name


@pytest.mark.parametrize("path", ["/zh/dashboard/national", "/en/dashboard/quality"])
def test_the_pages_fetch_nothing_from_elsewhere_and_run_no_text(get: Get, path: str) -> None:
    answer = get(path)
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "default-src 'self'" in policy
    for source in re.findall(r'(?:src|href)="([^"]+)"', answer.text.partition("<body")[2]):
        assert re.match(r"/(?!/)|#|https://(datasette\.io|creativecommons\.org)/", source), source
    [data] = re.findall(r'<script type="application/json" id="dashboard-data">(.*?)</script>', answer.text)
    for chart in json.loads(data)["charts"].values():
        embed = chart["display"]["usermeta"]["embedOptions"]
        assert embed == {"ast": True, "renderer": "svg", "actions": False, "logLevel": 1}


def test_hostile_filters_stay_text(get: Get) -> None:
    page = get("/en/dashboard/national", params={"region": "</script><script>alert(1)</script>"}).text
    assert "<script>alert(1)" not in page


def test_lines_break_where_a_value_is_unknown(datasette: Datasette) -> None:
    lines = [
        chart["display"]["mark"]
        for dashboard in datasette.plugin_config(CONFIG).values()
        for chart in dashboard["charts"].values()
        if chart["display"]["mark"]["type"] == "line"
    ]
    assert lines
    assert all(mark["invalid"].startswith("break-paths") for mark in lines)


def chart_rows(get: Get, dashboard: str, chart: str, **given: str) -> list[dict[str, Any]]:
    """The rows that a chart draws, as the page of its dashboard asks for them."""
    page = get(f"/en/dashboard/{dashboard}", params=given).text
    [data] = re.findall(r'<script type="application/json" id="dashboard-data">(.*?)</script>', page)
    asked = json.loads(data)
    filters = dict(parse_qsl(asked["query"], keep_blank_values=True))
    answer = get("/gongkai.json", params={**filters, "sql": asked["charts"][chart]["query"], "_shape": "array"})
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()
    return rows


@pytest.fixture(scope="module")
def many(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Get:
    """Thirty kinds of agencies of a city by official reports, twenty-eight by copies with larger counts, and three counties."""
    folder = tmp_path_factory.mktemp("many")
    with copied(release, folder) as database:
        for number in range(30):
            add_agency(database, f"990100.kind{number}", f"第{number}局")
            add_report(
                database, REPORT_2021, f"990100.kind{number}", 2021, received=10 + number, source_kind="official"
            )
        for number in range(28):
            add_agency(database, f"990200.kind{number}", f"另{number}局")
            add_report(database, REPORT_2021, f"990200.kind{number}", 2021, received=1000, source_kind="mirror")
        for number in range(1, 4):
            add_region(database, f"99010{number}", f"第{number}区", f"样例省云岫市第{number}区", "county", "990100")
            add_agency(database, f"99010{number}.government", f"第{number}区人民政府", "county")
            add_report(database, REPORT_2021, f"99010{number}.government", 2021, received=100, source_kind="official")
        for agency_id, year in (("990200.kind1", 2019), ("990300.kind1", 2019), ("420000.kind1", 2019)):
            database.execute(
                "insert into coverage (agency_id, year, state) values (?, ?, 'missing')", [agency_id, year]
            )
    return site_on(folder)


def test_no_kind_of_agency_is_cut_for_reports_of_another_source(many: Get) -> None:
    rows = chart_rows(many, "sectors", "received", source="official")
    assert len(rows) == 30
    assert max(row["value"] for row in rows) == 39


def test_a_dashboard_draws_one_level_and_kind_of_reporter_and_says_which(many: Get) -> None:
    """Those of most reports, unless asked; the same in every chart."""
    for chart in ("received", "reports", "granted", "grounds"):
        [(level, reporter)] = {(row["level"], row["reporter"]) for row in chart_rows(many, "national", chart)}
        assert (level, reporter) == ("prefecture", "agency")
    assert (
        "Drawn here: the agency&#39;s official portal · prefectures · other agencies."
        in many("/en/dashboard/national").text
    )
    [county] = chart_rows(many, "national", "received", level="county")
    assert (county["received"], county["reporter"]) == (300, "government")
    assert "图中为：机关官方门户 · 县级 · 政府的报告。" in many("/zh/dashboard/national?level=county").text
    [sampled] = {row["level"] for row in chart_rows(many, "national", "reports", source="sample")}
    assert sampled == "prefecture"
    nothing = many("/en/dashboard/national?level=national").text
    assert "No report fits." in nothing
    assert "All years are added together." in many("/en/dashboard/sectors").text
    assert "All years are added together." not in many("/en/dashboard/sectors?year=2021").text


def test_what_is_missing_counts_under_the_source_of_the_agencys_other_reports(many: Get) -> None:
    """A missing report of an agency whose others are copies is one of copies; of one without any nothing is known, but that a fictional one is a sample."""

    def missing(source: str) -> int:
        rows = chart_rows(many, "quality", "coverage", source=source)
        return sum(row["reports"] for row in rows if row["state"] == "missing")

    assert {source: missing(source) for source in ("official", "mirror", "unknown")} == {
        "official": 0,
        "mirror": 1,
        "unknown": 1,
    }
    assert missing("sample") == 5 + 1, f"those of {AGENCY}, and that of the fictional one without a report"
    assert (
        '<option value="unknown">unknown: agencies of which no report is held</option>'
        in many("/en/dashboard/quality").text
    )
    shares = {row["year"]: row["percent"] for row in chart_rows(many, "quality", "agencies", source="mirror")}
    assert shares == {2019: 0, 2021: 100}
