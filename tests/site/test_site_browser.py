"""The site as a visitor meets it: a real server, a real browser, wide and on a telephone."""

import os
import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from small_release import REPORT_2012, REPORT_2020, REPORT_2021

from gongkai_site.language import LANGUAGES

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
OURS = ["", f"/report/{REPORT_2020}", f"/report/{REPORT_2021}", f"/report/{REPORT_2012}", f"/evidence/{REPORT_2020}?item=requests.received&party=total",
        "/search?q=诉讼", "/search", "/region/990000", "/agency/990100.government"]  # fmt: skip
"""Pages of ours, without their language."""
PATHS = ["/zh", "/en", f"/zh/report/{REPORT_2020}", f"/en/report/{REPORT_2020}", f"/en/report/{REPORT_2021}", f"/zh/evidence/{REPORT_2020}?item=requests.received&party=total", "/gongkai/corrections", "/zh/search?q=诉讼", "/en/region/990000",
         "/gongkai", "/gongkai/reports", "/gongkai/requests?party=total", "/gongkai/broken_arithmetic", "/texts/sections"]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. Without it these tests are skipped, or fail where GONGKAI_REQUIRE_BROWSER=1 asks for it."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not found:
        message = "no chromium, chromium-browser or google-chrome is installed"
        pytest.fail(message) if os.environ.get("GONGKAI_REQUIRE_BROWSER") == "1" else pytest.skip(message)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A page that must stay free of errors and of requests to other hosts."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    opened = context.new_page()
    troubles: list[str] = []
    opened.on(
        "console", lambda message: troubles.append(message.text) if message.type in ("error", "warning") else None
    )
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on(
        "requestfailed",
        # What is still loading when a link is followed is broken off, and that is no fault of the page.
        lambda request: (
            None if request.failure == "net::ERR_ABORTED" else troubles.append(f"{request.failure}: {request.url}")
        ),
    )
    opened.on(
        "response",
        lambda response: troubles.append(f"{response.status}: {response.url}") if response.status >= 400 else None,
    )
    opened.on(
        "request",
        lambda request: (
            None if request.url.startswith((f"{site}/", "data:")) else troubles.append(f"outside: {request.url}")
        ),
    )
    yield opened
    context.close()
    assert troubles == []


def test_from_home_over_search_to_a_report_in_both_languages(page: Page, site: str) -> None:
    page.goto(site)
    assert page.url == f"{site}/zh"
    page.get_by_role("searchbox").fill("诉讼")
    page.get_by_role("button", name="搜索").click()
    assert page.locator("mark").all_inner_texts() == ["訴訟", "诉讼"]
    page.locator(f'a[href^="/zh/report/{REPORT_2020}"]').click()
    assert page.locator("h1").inner_text() == "云岫市人民政府 2020 年度报告"
    assert page.locator("td.cell-unclear").first.is_visible()
    page.get_by_role("link", name="English").click()
    assert page.url == f"{site}/en/report/{REPORT_2020}"
    assert "report for 2020" in page.locator("h1").inner_text()
    page.goto(site)
    assert page.url == f"{site}/en"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("width", [390, 1440])
def test_no_page_scrolls_sideways(page: Page, site: str, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(site + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_corrected_cell_leads_to_its_reason_and_a_check_to_the_other_year(page: Page, site: str) -> None:
    page.goto(f"{site}/zh/report/{REPORT_2021}")
    cell = page.locator("td", has=page.locator(".raw", has_text="“50”")).first
    assert cell.locator(".raw").is_visible()
    cell.get_by_role("link", name="†").click()
    assert page.url.endswith("#corrections")
    assert page.get_by_text("原文多印一个零").is_visible()
    page.get_by_role("link", name="对照 2020 年度报告").click()
    assert page.url == f"{site}/zh/report/{REPORT_2020}"


def test_wide_tables_scroll_in_their_own_box(page: Page, site: str) -> None:
    page.goto(f"{site}/zh/report/{REPORT_2020}")
    assert page.locator("#section-3-form + .scroll").evaluate("box => box.scrollWidth > box.clientWidth")


def test_the_four_kinds_of_cell_look_different(page: Page, site: str) -> None:
    page.goto(f"{site}/zh/report/{REPORT_2020}")
    look = "cell => { const s = getComputedStyle(cell); return [s.color, s.backgroundColor, s.backgroundImage].join() }"
    kinds = ("value", "zero", "blank", "unclear", "not_printed")
    looks = [page.locator(f"td.cell-{kind}:not(.failed)").first.evaluate(look) for kind in kinds]
    assert len(set(looks)) == len(kinds)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", OURS)
def test_no_serious_hindrance_to_anyone(page: Page, site: str, path: str, language: str) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.goto(f"{site}/{language}{path}")
        found = Axe().run(page).response["violations"]
        serious = [violation for violation in found if violation["impact"] in ("serious", "critical")]
        told = [(v["id"], [(n["html"][:200], n.get("failureSummary", "")) for n in v["nodes"][:3]]) for v in serious]
        assert told == [], scheme


def test_from_a_figure_to_its_cell_in_the_document(page: Page, site: str) -> None:
    page.goto(f"{site}/zh/report/{REPORT_2020}")
    page.locator("td.cell-value a.figure", has_text="1,234").click()
    assert f"/zh/evidence/{REPORT_2020}?item=requests.received&party=natural_person" in page.url
    frame = page.frame_locator("iframe.document")
    cell = frame.locator(".here")
    cell.wait_for()
    assert cell.inner_text() == "1,234"
    box, around = cell.bounding_box(), page.locator("iframe.document").bounding_box()
    assert box
    assert around
    assert around["y"] <= box["y"]
    assert box["y"] + box["height"] <= around["y"] + around["height"]
    assert cell.evaluate("cell => getComputedStyle(cell).backgroundColor") == "rgb(255, 229, 138)"
    assert page.locator("iframe.document").get_attribute("sandbox") == ""


def test_dark_mode_is_dark(browser: Browser, site: str) -> None:
    context = browser.new_context(color_scheme="dark")
    opened = context.new_page()
    for path in ("/zh", "/gongkai/reports"):
        opened.goto(site + path)
        colour = opened.evaluate("getComputedStyle(document.body).backgroundColor")
        assert all(int(part) < 60 for part in colour.removeprefix("rgb(").removesuffix(")").split(","))
    context.close()
