"""The site as a visitor meets it: a real server, a real browser, wide and on a telephone."""

import os
import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import follow
from playwright.sync_api import Browser, Page, sync_playwright
from small_release import REPORT_2012, REPORT_2020, REPORT_2021

from gongkai_site.language import LANGUAGES

OF_AXE = "Failed to execute 'postMessage'"
"""What axe-core provokes when it speaks to the sandboxed frame of a copy, which answers nobody; no page of ours sends messages."""
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
OURS = ["", f"/report/{REPORT_2020}", f"/report/{REPORT_2021}", f"/report/{REPORT_2012}", f"/evidence/{REPORT_2020}?item=requests.received&party=total",
        "/search?q=诉讼", "/search", "/region/990000", "/region/990100", "/agency/990100.government", "/compare",
        "/compare?of=990100.government&of=990000:below&measure=review.total&q=云岫"]  # fmt: skip
"""Pages of ours, without their language."""
PATHS = ["/zh", "/en", f"/zh/report/{REPORT_2020}", f"/en/report/{REPORT_2020}", f"/en/report/{REPORT_2021}", f"/zh/evidence/{REPORT_2020}?item=requests.received&party=total", "/gongkai/corrections", "/zh/search?q=诉讼", "/en/region/990000", "/zh/region/990100", "/en/agency/990100.government",
         "/en/compare?of=990100.government&of=990000:below&measure=requests.received",
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
        "console",
        lambda message: (
            troubles.append(message.text)
            if message.type in ("error", "warning") and OF_AXE not in message.text
            else None
        ),
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


@pytest.mark.parametrize("words", ["诉讼", "訴訟"])
def test_from_home_over_search_to_a_report_a_figure_and_its_evidence(page: Page, site: str, words: str) -> None:
    page.goto(site)
    assert page.url == f"{site}/zh"
    page.get_by_role("searchbox").fill(words)
    follow(page.get_by_role("button", name="搜索"))
    assert page.locator("mark").all_inner_texts() == ["訴訟", "诉讼"]
    follow(page.locator(f'a[href^="/zh/report/{REPORT_2020}"]'))
    assert page.locator("h1").inner_text() == "云岫市人民政府 2020 年度报告"
    assert page.locator("td.cell-unclear").first.is_visible()
    follow(page.locator("td.cell-value a.figure", has_text="1,234"))
    assert f"/zh/evidence/{REPORT_2020}?item=requests.received&party=natural_person" in page.url
    frame, box = page.locator("iframe.document"), page.locator("iframe.document").bounding_box()
    cell = page.frame_locator("iframe.document").locator(".here")
    cell.wait_for()
    assert cell.inner_text() == "1,234"
    assert cell.evaluate("cell => getComputedStyle(cell).backgroundColor") == "rgb(255, 229, 138)"
    place = cell.bounding_box()
    assert box
    assert place
    assert box["y"] <= place["y"] < place["y"] + place["height"] <= box["y"] + box["height"], "it is scrolled to"
    assert frame.get_attribute("sandbox") == ""


def test_the_language_is_switched_in_place_and_remembered(page: Page, site: str) -> None:
    for path in (
        f"/report/{REPORT_2020}",
        f"/evidence/{REPORT_2020}?item=requests.received&party=total",
        "/agency/990100.government",
    ):
        page.goto(f"{site}/zh{path}")
        follow(page.get_by_role("link", name="English"))
        assert page.url == f"{site}/en{path}"
        assert page.locator("html").get_attribute("lang") == "en"
        page.goto(site)
        assert page.url == f"{site}/en"
        follow(page.get_by_role("link", name="中文"))
        assert page.url == f"{site}/zh"


def test_a_comparison_is_put_together_by_hand(page: Page, site: str) -> None:
    page.goto(f"{site}/zh/agency/990100.government")
    follow(page.get_by_role("link", name="与其他比较"))
    page.get_by_role("searchbox").fill("样例省")
    follow(page.get_by_role("button", name="查找"))
    follow(page.get_by_role("link", name="样例省 · 下级政府之和"))
    page.get_by_label("比较什么").select_option("review.total")
    follow(page.get_by_role("button", name="显示"))
    address = page.url
    assert page.locator("svg.lines circle.mark").count() == 4
    assert page.locator("tbody tr").count() == 2
    assert page.locator("svg.lines circle.mark").first.evaluate("mark => mark.getBBox().width") > 0
    follow(page.get_by_role("link", name="移除").first)
    assert page.locator("tbody tr").count() == 1
    page.goto(address)
    assert page.locator("tbody tr").count() == 2


def test_the_charts_of_an_agency_have_drawn_their_marks(page: Page, site: str) -> None:
    page.goto(f"{site}/en/agency/990100.government")
    for kind, mark in (("lines", "circle.mark"), ("columns", "rect.mark")):
        drawn = page.locator(f"svg.{kind} {mark}")
        assert drawn.count() > 5
        colours = {drawn.nth(number).evaluate("mark => getComputedStyle(mark).fill") for number in range(drawn.count())}
        assert "rgb(0, 0, 0)" not in colours
        assert len(colours) > 1


def test_a_report_is_printed_without_what_is_for_the_screen(page: Page, site: str) -> None:
    page.goto(f"{site}/zh/report/{REPORT_2020}")
    page.emulate_media(media="print")
    assert not page.locator("header nav").is_visible()
    assert not page.locator(".contents").is_visible()
    assert page.locator("#section-3-form + .scroll").evaluate("box => getComputedStyle(box).overflowX") == "visible"


def test_nothing_hostile_turns_widens_or_runs(page: Page, site: str) -> None:
    for path in (
        f"/zh/report/{REPORT_2021}",
        f"/en/report/{REPORT_2020}",
        f"/zh/evidence/{REPORT_2020}",
        "/gongkai/reports",
    ):
        page.goto(site + path)
        assert "\u202e" not in page.locator("body").inner_text()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


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
    follow(page.get_by_role("link", name="对照 2020 年度报告"))
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
        # What is hidden on a telephone is seen on a desk.
        page.set_viewport_size({"width": 1440 if scheme == "light" else 390, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.goto(f"{site}/{language}{path}")
        found = Axe().run(page).response["violations"]
        serious = [violation for violation in found if violation["impact"] in ("serious", "critical")]
        told = [(v["id"], [(n["html"][:200], n.get("failureSummary", "")) for n in v["nodes"][:3]]) for v in serious]
        assert told == [], scheme


def test_dark_mode_is_dark(browser: Browser, site: str) -> None:
    context = browser.new_context(color_scheme="dark")
    opened = context.new_page()
    for path in ("/zh", "/gongkai/reports"):
        opened.goto(site + path)
        colour = opened.evaluate("getComputedStyle(document.body).backgroundColor")
        assert all(int(part) < 60 for part in colour.removeprefix("rgb(").removesuffix(")").split(","))
    context.close()
