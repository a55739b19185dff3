"""Our own pages: home, search, places, reports, downloads, languages, and what is said when there is nothing."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from small_release import HOSTILE, REPORT_2012, REPORT_2020, REPORT_2021, Get

from gongkai_site.language import LANGUAGES, load_strings

PAGES = [
    "",
    "/search",
    "/search?q=诉讼",
    f"/report/{REPORT_2020}",
    f"/report/{REPORT_2021}",
    f"/report/{REPORT_2012}",
    "/agency/990100.government",
    "/region/990000",
]
DATASETTE_PAGES = [
    "/gongkai",
    "/texts",
    "/gongkai/reports",
    "/gongkai/requests",
    "/gongkai/share_granted",
    "/texts/sections",
]


class Sources(HTMLParser):
    """Collects what a browser would fetch by itself, and the marks of scripts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.scripts = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = dict(attrs)
        # A block of data is no script and is not run.
        self.scripts += tag == "script" and own.get("type") != "application/ld+json"
        self.fetched += [value for key in ("src", "srcset", "poster", "data") if (value := own.get(key))]
        if tag == "link" and not {"alternate", "canonical"} & set((own.get("rel") or "").split()):
            self.fetched.append(own.get("href") or "")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_each_page_is_there_in_both_languages_without_script_or_outside_source(
    get: Get, language: str, path: str
) -> None:
    answer = get(f"/{language}{path}")
    assert answer.status_code == 200
    assert f'<html lang="{"zh-Hans" if language == "zh" else "en"}">' in answer.text
    sources = Sources(answer.text)
    assert sources.scripts == 0
    assert sources.fetched
    assert all(re.match(r"/(?!/)", source) for source in sources.fetched)
    assert "<style" not in answer.text
    assert " style=" not in answer.text
    assert 'class="sample-banner"' in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'self'; script-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", DATASETTE_PAGES)
def test_datasettes_own_pages_carry_banner_and_style_and_fetch_nothing_from_elsewhere(get: Get, path: str) -> None:
    answer = get(path)
    assert answer.status_code == 200
    assert 'class="sample-banner"' in answer.text
    assert "/-/static-plugins/gongkai/gongkai.css" in answer.text
    assert all(re.match(r"/(?!/)", source) for source in Sources(answer.text).fetched)
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_the_style_sheet_is_served_and_names_no_other_host(get: Get) -> None:
    sheet = get("/-/static-plugins/gongkai/gongkai.css")
    assert sheet.status_code == 200
    assert "url(" not in sheet.text
    assert "@import" not in sheet.text
    assert "prefers-color-scheme: dark" in sheet.text


def test_home_states_what_is_here(get: Get) -> None:
    home = get("/en").text
    for said in ("<b>3</b>reports", "<b>1</b>agency", "<b>2012–2021</b>report years", "<b>4</b>", "Release 0.1.0"):
        assert said in home
    for way in (
        "/en/region/990100",
        "/gongkai/agencies?sector=government",
        "/gongkai/reports?year=2021",
        "/en/question/who_asks",
        "/en/compare",
        "/en/downloads",
    ):
        assert f'href="{way}"' in home
    assert "newest document fetched on 2026-01-03" in home
    assert "样例省, agencies by year: 2012: report held 1; 2013: failed or refused 1; 2015: missing 1;" in home
    assert "curl 'http://localhost/gongkai/requests.json?" in home
    assert "各机关历年收到多少申请" in get("/zh").text


def test_language_by_cookie_then_browser_then_chinese(get: Get) -> None:
    def led_to(**headers: str) -> str:
        answer = get("/", headers={name.replace("_", "-"): value for name, value in headers.items()})
        assert answer.status_code == 302
        assert "accept-language" in answer.headers["vary"].lower()
        return str(answer.headers["location"])

    assert led_to() == "/zh"
    assert led_to(accept_language="fr, en-GB;q=0.7, zh;q=0.5") == "/en"
    assert led_to(accept_language="zh-TW,en;q=0.1") == "/zh"
    assert led_to(accept_language="en", cookie="gongkai_language=zh") == "/zh"
    assert led_to(accept_language="en;q=x,,;q=") == "/zh"


def test_switching_keeps_the_place_and_is_remembered(get: Get) -> None:
    page = get("/zh/search?q=诉讼 信访&q=x").text
    [switch] = re.findall(r'href="(/en/search[^"]*)"', page)
    answer = get(switch.replace("&amp;", "&"))
    assert answer.status_code == 303
    assert answer.headers["location"] == "/en/search?q=%E8%AF%89%E8%AE%BC+%E4%BF%A1%E8%AE%BF&q=x"
    assert "gongkai_language=en" in answer.headers["set-cookie"]


@pytest.mark.parametrize("words", ["诉讼", "訴訟"])
def test_search_finds_both_scripts_and_marks_the_match(get: Get, words: str) -> None:
    found = get("/en/search", params={"q": words}).text
    assert "Texts (2)" in found
    assert "<mark>诉讼</mark>" in found
    assert "<mark>訴訟</mark>" in found
    assert f'href="/en/report/{REPORT_2021}#section-1" lang="zh-Hant"' in found


def test_search_finds_agencies_and_reports(get: Get) -> None:
    found = get("/zh/search", params={"q": "雲岫市 人民政府"}).text
    assert "机关（1）" in found
    assert "报告（3）" in found
    assert f'href="/zh/report/{REPORT_2012}"' in found


@pytest.mark.parametrize("words", ["不存在的词", '"', "' OR 1=1 --", "*", "NEAR(", "（）", "\x00"])
def test_a_search_without_a_hit_says_so(get: Get, words: str) -> None:
    answer = get("/zh/search", params={"q": words})
    assert answer.status_code == 200
    assert "没有找到" in answer.text


def test_search_escapes_what_was_typed(get: Get) -> None:
    answer = get("/zh/search", params={"q": f'"{HOSTILE}'})
    assert answer.status_code == 200
    assert HOSTILE not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_report_head(get: Get) -> None:
    page = get(f"/en/report/{REPORT_2020}").text
    for said in (
        "an invented sample",
        "http://yunxiu.localhost:8471/xxgk/nb/2020.html",
        "2026-01-01T00:00:00Z",
        f"{1:064x}",
        "2020-01-13",
        "not printed",
        "checks passed: 1, failed: 2, not possible: 1",
        f'rel="prev" href="/en/report/{REPORT_2012}"',
        f'rel="next" href="/en/report/{REPORT_2021}"',
        f"/gongkai/figures.json?report_id={REPORT_2020}&amp;_size=max&amp;_shape=objects",
        "release 0.1.0",
    ):
        assert said in page


def test_report_shows_zero_blank_unclear_and_not_printed_apart(get: Get) -> None:
    page = re.sub(r'<a class="figure" [^>]*>(.*?)</a>', r"\1", get(f"/zh/report/{REPORT_2020}").text)
    assert re.search(r'<td class="cell-zero" title="报告所写的零[^>]*>0</td>', page)
    assert re.search(r'<td class="cell-blank" title="空白[^"]*· 原文: /[^>]*>—', page)
    assert re.search(r'<td class="cell-unclear"[^>]*>不明<span class="raw" lang="zh">“3 \| 3 &lt;b&gt;”</span>', page)
    assert page.count('<td class="cell-not_printed"') == 4
    assert ">1,234<sup>" in page
    assert '>9,768,100 元<span class="raw" lang="zh">“976.81万元”</span></td>' in page
    assert ">+4</td>" in page
    assert '>5</a><a href="#corrections"' in get(f"/zh/report/{REPORT_2021}").text


def test_report_numbers_its_rows_as_the_form_does(get: Get) -> None:
    def rows(report_id: str) -> list[str]:
        page = get(f"/zh/report/{report_id}").text
        return re.findall(r'<tr class="level-\d[^"]*"><th scope="row">([^<]*)<span lang="zh-Hans">([^<]*)', page)

    form_2019 = ["".join(row) for row in rows(REPORT_2020)]
    assert form_2019[:6] == [
        "一、本年新收政府信息公开申请数量",
        "二、上年结转政府信息公开申请数量",
        "三、本年度办理结果",
        "（一）予以公开",
        "（二）部分公开",
        "（三）不予公开",
    ]
    assert form_2019[-3:] == ["（六）其他处理", "（七）总计", "四、结转下年度继续办理"]
    assert len(form_2019) == 23 + 4
    form_2021 = ["".join(row) for row in rows(REPORT_2021)]
    assert form_2021[-6:-4] == ["（六）其他处理", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"]
    assert len(form_2021) == 25 + 5


def test_a_report_leads_to_how_an_error_is_reported(get: Get) -> None:
    for language in LANGUAGES:
        assert f'href="/{language}/method#report"' in get(f"/{language}/report/{REPORT_2020}").text
        assert '<h2 id="report">' in get(f"/{language}/method").text


def test_failed_checks_are_listed_and_mark_their_cells(get: Get) -> None:
    page = get(f"/en/report/{REPORT_2020}").text
    assert page.count(' failed" title=') == 4
    assert re.search(
        r'id="check-1">.*?Received \+ carried in = processed in total \+ carried over.*?>13<.*?>12<.*?>\+1<',
        page,
        re.DOTALL,
    )
    assert re.search(r'id="check-2">.*?-353 days', page, re.DOTALL)
    assert re.search(r'2020-01-13<sup><a href="#check-2" title="[^"]*sign[^"]*">2</a></sup>', page)
    assert page.count('title="Received + carried in = processed in total + carried over') == 4


def test_a_check_across_years_leads_to_the_other_report(get: Get) -> None:
    for language, words in (("zh", "对照 2020 年度报告"), ("en", "compared with the report for 2020")):
        page = get(f"/{language}/report/{REPORT_2021}").text
        assert re.search(
            rf'id="check-2">.*?carry_over.*?href="/{language}/report/{REPORT_2020}">{words}</a>.*?>3<.*?>1<.*?>\+2<',
            page,
            re.DOTALL,
        )


def test_a_corrected_figure_shows_what_is_printed_and_why_it_was_changed(get: Get) -> None:
    for language, words in (("zh", ("原文多印一个零", "依更正后：通过")), ("en", ("A zero too many", "passes"))):
        page = get(f"/{language}/report/{REPORT_2021}").text
        assert re.search(
            r'5</a><a href="#corrections"[^>]*>†</a><sup>.*?</sup><span class="raw" lang="zh">“50”</span>', page
        )
        correction = page[page.index('<h2 id="corrections">') :]
        assert re.search(r">50</td>.*?>50<.*?>5<.*?2024-05-06", correction, re.DOTALL)
        assert all(word in page for word in words)
    assert 'id="corrections"' not in get(f"/en/report/{REPORT_2020}").text


def test_a_narrative_report_lists_its_figures(get: Get) -> None:
    page = get(f"/en/report/{REPORT_2012}").text
    assert "Disclosed: total" in page
    assert "80余条" in page
    assert "2. Information disclosed" not in page


def test_hostile_text_is_escaped_everywhere(get: Get) -> None:
    for path in (
        f"/zh/report/{REPORT_2020}",
        f"/en/report/{REPORT_2021}",
        "/zh/search?q=云岫市",
        "/zh/search?q=alert",
        "/gongkai/reports",
    ):
        page = get(path).text
        assert HOSTILE not in page
        assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize(
    "path",
    [
        f"/zh/report/{REPORT_2020}",
        f"/en/report/{REPORT_2021}",
        "/zh/search?q=云岫市",
        "/zh/agency/990100.government",
        "/gongkai/reports",
        "/gongkai/issues",
        f"/gongkai/reports/{REPORT_2021.replace('.', '~2E')}",
    ],
)
def test_what_turns_the_direction_of_writing_is_written_out(get: Get, path: str) -> None:
    page = get(path).text
    assert "⟨U+202E⟩001⟨U+202C⟩" in page
    assert "\u202e" not in page


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/en/report/990100.government.1999", "There is no report 990100.government.1999"),
        ("/zh/report/%3Cscript%3E", "没有代码为 &lt;script&gt; 的报告"),
        ("/en/agency/x", "There is no agency x"),
        ("/en/region/123456", "There is no region 123456"),
        ("/en/nowhere", "There is no page /en/nowhere"),
        ("/en/a/b/c", "There is no page /en/a/b/c"),
        ("/nowhere", "没有地址为 /nowhere 的页面"),
        ("/gongkai/nowhere", "没有地址为 /gongkai/nowhere 的页面"),
    ],
)
def test_what_is_not_there(get: Get, capsys: pytest.CaptureFixture[str], path: str, said: str) -> None:
    answer = get(path)
    assert answer.status_code == 404
    assert said in answer.text
    printed = capsys.readouterr()
    assert printed.out + printed.err == ""


def test_a_missing_table_is_said_in_json_too(get: Get) -> None:
    answer = get("/gongkai/nowhere.json")
    assert answer.status_code == 404
    assert answer.json()["ok"] is False
    assert answer.headers["access-control-allow-origin"] == "*"


def test_downloads_are_the_files_that_the_data_package_names(get: Get, release) -> None:  # type: ignore[no-untyped-def]
    for name in ("figures.csv", "datapackage.json"):
        answer = get(f"/download/{name}")
        assert answer.content == (release / name).read_bytes()
        assert answer.headers["access-control-allow-origin"] == "*"
    for name in ("gongkai.sqlite", "../figures.csv", "%2e%2e/figures.csv", "/etc/passwd", "nothing.csv"):
        assert get(f"/download/{name}").status_code == 404


def test_addresses_without_a_language_lead_on(get: Get) -> None:
    answer = get(f"/report/{REPORT_2020}", headers={"accept-language": "en"})
    assert answer.status_code == 302
    assert answer.headers["location"] == f"/en/report/{REPORT_2020}"


def test_every_text_is_in_both_languages() -> None:
    strings = load_strings()
    for key, texts in strings.items():
        names = {language: set(re.findall(r"\{(\w+)\}", text)) for language, text in texts.items()}
        assert names["zh"] == names["en"], key
    assert len(strings) > 100


def test_every_kind_of_issue_has_a_name() -> None:
    told = (Path(__file__).parents[2] / "docs" / "reading.md").read_text(encoding="utf-8").partition("## Issues")[2]
    kinds = set(re.findall(r"^\| `(\w+)` \|", told, re.MULTILINE))
    assert len(kinds) > 30
    assert {key.partition(".")[2] for key in load_strings() if key.startswith("issue.")} == kinds
