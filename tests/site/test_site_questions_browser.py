"""Questions, charts, downloads, dashboards and the API as a visitor and a program meet them: a real server, a real browser, the examples as printed."""

import csv
import hashlib
import html
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlparse
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import follow
from playwright.sync_api import Browser, Page
from pytest_httpserver import HTTPServer
from small_release import AGENCY
from test_site_browser import browser, page

from gongkai_site.dashboards import names
from gongkai_site.language import LANGUAGES

__all__ = ["browser", "page"]

OURS = [
    "/questions", "/question/who_asks", "/question/refusals_by_reason", f"/question/requests_received?agency={AGENCY}",
    "/question/broken_arithmetic", "/question/search_sections?q=诉讼", "/dashboards", "/dashboard/national", "/dashboard/quality", "/downloads", "/api", "/method",
]  # fmt: skip


def example(page: str, name: str) -> str:
    [code] = re.findall(rf'<code data-example="{name}">(.*?)</code>', page, re.DOTALL)
    return html.unescape(code)


def text_of(url: str) -> str:
    with urlopen(url) as answer:
        return str(answer.read().decode("utf-8"))


@pytest.mark.parametrize("path", OURS)
def test_pages_fit_and_hinder_nobody(page: Page, site: str, path: str) -> None:
    for language in LANGUAGES:
        for width, scheme in ((390, "light"), (1440, "dark")):
            page.set_viewport_size({"width": width, "height": 844})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.goto(f"{site}/{language}{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            violations = Axe().run(page).response["violations"]
            serious = [
                (v["id"], v["nodes"][0]["html"][:200]) for v in violations if v["impact"] in ("serious", "critical")
            ]
            assert serious == [], (language, width)


def test_a_question_is_narrowed_in_its_form_and_taken_as_csv(page: Page, site: str) -> None:
    page.goto(f"{site}/zh/questions")
    follow(page.get_by_role("link", name="各机关历年收到多少申请"))
    assert page.locator("table.answer tbody tr").count() == 3
    page.get_by_label("年度").select_option("2021")
    page.get_by_label("机关代码").fill(AGENCY)
    follow(page.get_by_role("button", name="查询"))
    assert parse_qs(urlparse(page.url).query) == {"agency": [AGENCY], "year": ["2021"]}
    [row] = page.locator("table.answer tbody tr").all()
    assert "2021" in row.inner_text()
    with page.expect_download() as started:
        page.get_by_role("link", name="CSV").click()
    with Path(started.value.path()).open(encoding="utf-8", newline="") as file:
        [answer] = list(csv.DictReader(file))
    assert (answer["agency_id"], answer["year"], answer["received"]) == (AGENCY, "2021", "5")


def test_a_chart_has_drawn_its_marks(page: Page, site: str) -> None:
    page.goto(f"{site}/en/question/who_asks")
    marks = page.locator("figure.chart svg rect.mark")
    assert marks.count() > 0
    for mark in marks.all():
        box = mark.bounding_box()
        assert box
        assert box["width"] > 1
        assert box["height"] > 0
        assert mark.evaluate("mark => getComputedStyle(mark).fill") not in ("none", "rgb(0, 0, 0)")
    told = marks.first.locator("title").text_content() or ""
    assert re.fullmatch(r".+ 20\d\d: [\d,]+", told)


@pytest.mark.parametrize("name", names())
def test_a_dashboard_draws_every_chart_under_its_policy(page: Page, site: str, name: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{site}/en/dashboards")
    follow(page.locator(f'a[href="/en/dashboard/{name}"]'))
    page.wait_for_load_state("networkidle")
    charts = page.locator(".dashboard .drawn")
    assert charts.count() >= 5
    for chart in charts.all():
        chart.locator("svg.marks").wait_for()
        drawn = chart.locator("svg.marks .mark-rect path, svg.marks .mark-symbol path").all()
        assert drawn, chart.inner_text()
        assert any((box := mark.bounding_box()) and box["width"] > 0 for mark in drawn)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_a_dashboard_is_narrowed_by_its_filters(page: Page, site: str) -> None:
    page.goto(f"{site}/en/dashboard/sectors")
    page.wait_for_load_state("networkidle")
    label = page.locator("#chart-received .mark-rect path").first
    before = label.get_attribute("aria-label")
    page.locator("#year").select_option("2021")
    page.locator("#region").fill("9901")
    follow(page.get_by_role("button", name="Ask"))
    page.wait_for_load_state("networkidle")
    assert parse_qs(urlparse(page.url).query)["year"] == ["2021"]
    label.wait_for(state="attached")
    assert label.get_attribute("aria-label") != before


def test_a_download_has_the_checksum_that_is_printed(page: Page, site: str) -> None:
    page.goto(f"{site}/en/downloads")
    row = page.locator("tr", has=page.get_by_role("link", name="gongkai.zip"))
    with page.expect_download() as started:
        row.get_by_role("link").click()
    digest = hashlib.sha256(Path(started.value.path()).read_bytes()).hexdigest()
    assert row.locator(".digest").inner_text() == digest


def test_the_example_for_curl_runs_as_printed(site: str) -> None:
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")
    command = example(text_of(f"{site}/en/api"), "curl")
    answer = subprocess.run(["bash", "-c", f"{command} --silent"], capture_output=True, text=True, check=True)
    assert '"rows": [{' in answer.stdout
    assert answer.stdout.count('"party": "total"') == 3


def test_the_example_for_python_runs_as_printed(site: str) -> None:
    code = example(text_of(f"{site}/zh/api"), "python")
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout == "3 reports, 3 state a figure, the largest is 5\n"


def test_the_example_for_javascript_runs_as_printed_on_another_site(
    browser: Browser, site: str, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/").respond_with_data("<p>Elsewhere</p>", content_type="text/html")
    code = example(text_of(f"{site}/en/api"), "javascript")
    context = browser.new_context()
    elsewhere = context.new_page()
    said: list[str] = []
    elsewhere.on("console", lambda message: said.append(message.text) if message.type == "log" else None)
    elsewhere.goto(httpserver.url_for("/"))
    elsewhere.evaluate(f"(async () => {{ {code} }})()")
    context.close()
    assert len(said) == len(json.loads(text_of(f"{site}/gongkai/share_granted_by_year.json?_shape=array")))
    assert said[0] == "2012 sample prefecture government unknown 0 reports"


def test_the_examples_for_r_run_as_printed(site: str, tmp_path: Path) -> None:
    rscript = shutil.which("Rscript")
    if not rscript:
        pytest.skip("R is not installed")
    code = example(text_of(f"{site}/en/downloads"), "r")
    answer = subprocess.run([rscript, "-e", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert re.search(r"2021\s+5", answer.stdout)


def test_pages_without_charts_are_small(site: str) -> None:
    for path in OURS:
        for language in LANGUAGES:
            assert len(text_of(f"{site}/{language}{path.replace('诉讼', '%E8%AF%89%E8%AE%BC')}")) < 300_000


def test_years_open_on_the_latest_on_a_phone(page: Page, site: str) -> None:
    """A chart is seen whole, a table that is too wide from its end."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site}/en/agency/{AGENCY}")
    for chart in page.locator(".chart svg.lines, .chart svg.columns").all():
        box = chart.bounding_box()
        assert box
        assert box["width"] <= 390
        assert chart.locator("text").last.is_visible()
    table = page.locator(".series .latest").first
    assert table.evaluate("table => table.scrollWidth > table.clientWidth")
    last, first = table.locator("thead th").last.bounding_box(), table.locator("thead th").first.bounding_box()
    assert last
    assert last["x"] + last["width"] <= 390
    assert first
    assert first["x"] >= 0, "what a row is about stays in sight"
