"""The dashboards: every chart has an answer, says what it rests on, and needs nothing that the pages' policy forbids."""

import html
import json
import re
from urllib.parse import quote

import pytest
from datasette.app import Datasette
from small_release import Get

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
            assert len({row["source_kind"] for row in rows}) == 1, name
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
