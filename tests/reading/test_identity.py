"""Whose report, for which year, signed and published when."""

from datetime import date

import pytest

from gongkai_build.documents import read_document
from gongkai_build.reading.identity import read_identity
from gongkai_build.reading.report import NotAReport, Report, read_body
from gongkai_build.reading.titles import FrontLine, find_titles, parse_title
from gongkai_build.register.agencies import Register, load_register
from gongkai_build.register.credit_codes import check_character
from gongkai_build.resources import definition

BODY = "一、总体情况\n样例。\n二、主动公开政府信息情况\n第二十条第（五）项\n信息内容\n本年处理决定数量\n行政许可\n7\n"


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register(definition("samples") / "register")


def read(text: str, register: Register, **hints: str) -> Report:
    return read_body(text.encode(), register, **hints)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("title", "agency", "year"),
    [
        ("2020年云岫市科学技术局政府信息公开工作年度报告", "云岫市科学技术局", 2020),
        ("云岫市科学技术局2020年政府信息公开工作年度报告", "云岫市科学技术局", 2020),
        ("云岫市教育局2021年度政府信息公开年度报告", "云岫市教育局", 2021),
        ("青坪区2022年政府信息公开工作年度报告", "青坪区", 2022),
        ("2022年青坪区人民政府信息公开工作年度报告", "青坪区人民政府", 2022),
        ("青坪区人民政府政府信息公开工作年度报告（2022年）", "青坪区人民政府", 2022),
        ("青坪区政府信息公开工作年度报告（2022年度）", "青坪区", 2022),
        ("雲岫市教育局二〇一九年政府信息公開年度報告", "云岫市教育局", 2019),
        ("关于云岫市教育局2019年政府信息公开工作情况报告", "云岫市教育局", 2019),
        ("2019年政府信息公开工作年度报告", "", 2019),
        ("云岫市教育局2019年政务公开年报", "云岫市教育局", 2019),
        ("云岫市政府信息公开办公室2019年政府信息公开工作年度报告", "云岫市政府信息公开办公室", 2019),
        ("青坪区政务公开服务中心2019年政府信息公开工作年度报告", "青坪区政务公开服务中心", 2019),
        ("云岫市教育局2019年政务公开暨政府信息公开工作年度报告", "云岫市教育局", 2019),
        ("云岫市教育考试和评估中心2019年政府信息公开工作年度报告", "云岫市教育考试和评估中心", 2019),
        ("云岫市2019年政府信息公开工作年度报告（教育局）", "教育局", 2019),
        ("政府信息公开工作年度报告(2021年)", "", 2021),
        ("云岫市教育局二O二O年政府信息公开工作年度报告", "云岫市教育局", 2020),
        ("云岫市教育局二○二一年度政府信息公开工作年度报告", "云岫市教育局", 2021),
        ("《云岫市教育局2020年政府信息公开工作年度报告》", "云岫市教育局", 2020),
        ("云岫市教育局关于2020年度政府信息公开工作情况的报告", "云岫市教育局", 2020),
        ("云岫市教育局关于报送2020年政府信息公开工作年度报告的报告", "云岫市教育局", 2020),
        ("云岫市教育局2020年度落实政府信息公开工作年度报告", "云岫市教育局", 2020),
        ("云岫市教育局2020年1-12月政府信息公开工作报告", "云岫市教育局", 2020),
        ("云岫市教育局2020年政府信息公开年度报告.docx", "云岫市教育局", 2020),
        ("附件1 云岫市教育局2020年政府信息公开年度报告", "云岫市教育局", 2020),
        ("（2020年）云岫市教育局政府信息公开工作年度报告", "云岫市教育局", 2020),
        ("[云岫市]2020年政府信息公开工作年度报告", "云岫市", 2020),
        ("云岫市人民政府信息公开工作年度报告（2020年）", "云岫市人民政府", 2020),
        ("云岫市教育局2020-2021年政府信息公开工作年度报告", "云岫市教育局", None),
        ("云教〔2021〕5号 云岫市教育局2020年政府信息公开工作年度报告", "云岫市教育局", 2020),
        ("云岫市教育局政府信息公开年报2020", "云岫市教育局", 2020),
        ("云岫市教育局政府信息公开工作年度报告2020年度", "云岫市教育局", 2020),
    ],
)
def test_titles(title: str, agency: str, year: int) -> None:
    parsed = parse_title(title)
    assert parsed is not None
    assert (parsed.agency, parsed.year) == (agency, year)


@pytest.mark.parametrize(
    "text",
    [
        "本报告根据《条例》编制，报告政府信息公开工作情况。",
        "政府信息公开",
        "云岫市政务公开办公室2023年工作报告",
        "云岫市教育局2020年政府信息公开整改情况报告",
        "云岫市教育局2020年政府信息公开工作年度报告（征求意见稿）",
        "云岫市教育局2020年工作报告",
        "关于做好2020年政府信息公开年度报告编制工作的通知",
        "名称：云岫市教育局2019年政府信息公开年报，共3页",
        "关于印发《云岫市教育局2020年政府信息公开工作年度报告》的通知",
        "一图读懂云岫市教育局2020年政府信息公开工作年度报告",
        "【图解】云岫市教育局2020年政府信息公开年度报告",
        "云岫市教育局2020年政府信息公开年度报告（图片版）",
        "云岫市教育局2020年上半年政府信息公开工作报告",
        "云岫市教育局2020年第一季度政府信息公开工作报告",
        "云岫市教育局2020年1-6月政府信息公开工作报告",
        "首页 > 政府信息公开年报 > 云岫市教育局2021年政府信息公开工作年度报告",
        "下一篇：云岫市教育局2021年政府信息公开工作年度报告",
        "云岫市教育局2020年政府信息公开工作年度报告（模板）",
    ],
)
def test_what_is_no_title(text: str) -> None:
    assert parse_title(text) is None


@pytest.mark.parametrize(
    "lines",
    [
        ["云岫市教育局", "2020年政府信息公开工作年度报告"],
        ["云岫市教育局2020年政府信息", "公开工作年度报告"],
        ["云岫市教育局", "2020年", "政府信息公开工作年度报告"],
        ["政府信息公开年报", "政府信息公开", "云岫市教育局2020年政府信息公开工作年度报告", "来源：本站"],
    ],
)
def test_a_title_over_several_lines(lines: list[str]) -> None:
    titles = find_titles([FrontLine(line) for line in lines]).titles
    assert [(title.agency, title.year) for title in titles] == [("云岫市教育局", 2020)]


def test_dates_and_period(register: Register) -> None:
    report = read(
        "云岫市教育局2020年政府信息公开工作年度报告\n发布时间： 2021-01-18 来源： 云岫市教育局 浏览次数：7\n"
        "本报告所列数据的统计期限自2020年1月1日起至2020年12月31日止。\n" + BODY + "云岫市教育局\n2021年1月15日\n",
        register,
    )
    assert report.published_on == date(2021, 1, 18)
    assert report.signed_on == date(2021, 1, 15)
    assert report.period == (date(2020, 1, 1), date(2020, 12, 31))


def test_what_is_not_stated_is_not_known(register: Register) -> None:
    report = read("云岫市教育局2020年政府信息公开工作年度报告\n" + BODY, register)
    assert (report.published_on, report.signed_on, report.period) == (None, None, None)


def test_dates_that_do_not_exist_or_are_mangled_are_not_read(register: Register) -> None:
    report = read(
        "云岫市教育局2020年政府信息公开工作年度报告\n发布日期：2021-02-30\n统计期限为202011日至20201231日。\n"
        + BODY
        + "2021年13月1日\n",
        register,
    )
    assert (report.published_on, report.signed_on, report.period) == (None, None, None)


def test_an_information_box_in_a_table(register: Register) -> None:
    html = (
        "<table><tr><td>索引号：</td><td>99010000</td><td>发布机构：</td><td>云岫市教育局</td></tr>"
        "<tr><td>发布日期：</td><td>2021-01-20</td></tr></table><h1>2020年政府信息公开工作年度报告</h1>"
    )
    body = "".join(f"<p>{line}</p>" for line in BODY.splitlines())
    document = read_document((html + body).encode())
    front = [FrontLine("发布机构： 云岫市教育局"), FrontLine("发布日期： 2021-01-20")]
    assert read_identity(document, front, [], []).publishers == ("云岫市教育局",)
    report = read_body((html + body).encode(), register)
    assert report.report_id == "990100.education.2020"
    assert report.published_on == date(2021, 1, 20)


def test_a_signature_completes_a_title_without_agency(register: Register) -> None:
    report = read("2020年政府信息公开工作年度报告\n" + BODY + "云岫市教育局\n2021年1月15日\n", register)
    assert report.report_id == "990100.education.2020"


def test_the_portal_completes_a_name_without_region(register: Register) -> None:
    text = "教育局2020年政府信息公开工作年度报告\n" + BODY
    assert read(text, register).agency is None
    assert read(text, register, region_hint="990121").report_id == "990121.education.2020"


def test_another_agency_never_stands_in_for_the_one_in_the_title(register: Register) -> None:
    report = read(
        "青坪区奇事局2020年政府信息公开工作年度报告\n来源：青坪区人民政府\n" + BODY + "青坪区人民政府\n2021年1月5日\n",
        register,
    )
    assert report.agency is None
    assert [issue.kind for issue in report.issues if issue.kind.startswith("agency")] == ["agency_unknown"]


def test_two_agencies_and_no_title_to_decide_are_an_issue(register: Register) -> None:
    report = read(
        "2020年政府信息公开工作年度报告\n发布机构：青坪区人民政府\n" + BODY + "云岫市教育局\n2021年1月5日\n", register
    )
    assert report.agency is None


def test_a_signature_that_contradicts_the_title_is_told(register: Register) -> None:
    report = read("云岫市教育局2020年政府信息公开工作年度报告\n" + BODY + "澜石市财政局\n2021年1月5日\n", register)
    assert report.report_id == "990100.education.2020"
    assert "agency_conflict" in [issue.kind for issue in report.issues]


PERIOD_2019 = "统计期限为2019年1月1日至2019年12月31日。\n"
TITLE_2020 = "云岫市教育局2020年政府信息公开工作年度报告\n"


def test_a_period_of_another_year_is_told_and_the_signature_decides(register: Register) -> None:
    signed = "云岫市教育局\n{}年1月5日\n"
    for year, day in ((2020, 2021), (2019, 2020)):
        report = read(TITLE_2020 + PERIOD_2019 + BODY + signed.format(day), register)
        assert report.year == year
        assert "year_conflict" in [issue.kind for issue in report.issues]
        # Below a title with a slip in its year stand the report's own tables.
        assert [(figure.item_id, figure.value) for figure in report.figures] == [("permits.decisions", 7)]
    captioned = BODY.replace("第二十条", "附：2020年情况\n第二十条")
    assert not read(TITLE_2020 + PERIOD_2019 + captioned + signed.format(2020), register).figures


def test_a_period_of_another_year_and_nothing_to_decide_is_no_report(register: Register) -> None:
    assert "no year" in (read(TITLE_2020 + PERIOD_2019 + BODY, register).lacks or "")
    linked = read(TITLE_2020 + PERIOD_2019 + BODY, register, title_hint="2020年政府信息公开年报")
    assert linked.year == 2020


def test_the_month_of_publication_is_no_report_year() -> None:
    title = parse_title("云岫市教育局政府信息公开工作年度报告（2021年1月）")
    assert title is not None
    assert title.year is None
    two = parse_title("2021年公布云岫市教育局2020年政府信息公开工作年度报告")
    assert two is not None
    assert two.year is None


def page(*parts: str) -> str:
    return "".join(parts) + "".join(f"<p>{line}</p>" for line in BODY.splitlines())


def test_a_heading_is_the_title_and_not_a_link_beside_it(register: Register) -> None:
    links = "<a>云岫市教育局2022年政府信息公开工作年度报告</a><p>青坪区2021年政府信息公开工作年度报告</p>"
    html = page(links, "<h1>云岫市教育局2020年政府信息公开工作年度报告</h1>")
    assert read(html, register).report_id == "990100.education.2020"


def test_titles_of_different_reports_and_no_heading_are_no_report(register: Register) -> None:
    links = "<p>云岫市教育局2022年政府信息公开工作年度报告</p><p>云岫市教育局2020年政府信息公开工作年度报告</p>"
    assert "different reports" in (read(page(links), register).lacks or "")


LINKS = "<p>云岫市教育局2019年政府信息公开工作年度报告</p><p>云岫市教育局2020年政府信息公开工作年度报告</p>"


def test_the_longer_of_two_names_is_that_of_the_report(register: Register) -> None:
    lines = [
        "首页 > 年报 > 青坪区教育局2020年政府信息公开工作年度报告",
        "青坪区教育局2020年政府信息公开工作年度报告",
        "云岫市青坪区教育局2020年政府信息公开工作年度报告",
    ]
    report = read(page(*(f"<p>{line}</p>" for line in lines)), register)
    assert report.title == lines[2]
    assert report.report_id == "990102.education.2020"


def test_the_metadata_decide_between_titles(register: Register) -> None:
    meta = '<meta name="ArticleTitle" content="云岫市教育局2020年政府信息公开工作年度报告">'
    assert read(page(meta, LINKS), register).report_id == "990100.education.2020"
    site = "<title>云岫市教育局2020年政府信息公开工作年度报告-云岫市人民政府</title>"
    assert read(page(site, LINKS), register).report_id == "990100.education.2020"
    other = "<title>云岫市教育局2021年政府信息公开工作年度报告</title>"
    assert "different reports" in (read(page(other, LINKS), register).lacks or "")


def test_the_period_decides_between_titles(register: Register) -> None:
    period = "<p>统计期限为2020年1月1日至2020年12月31日。</p>"
    assert read(page(LINKS, period), register).year == 2020
    assert "different reports" in (
        read(page(LINKS, period, "<p>上年数据的统计期限为2019年1月1日至2019年12月31日。</p>"), register).lacks or ""
    )


def test_period_and_signature_decide_between_titles(register: Register) -> None:
    links = LINKS + "<p>云岫市财政局2020年政府信息公开工作年度报告</p>"
    period = "<p>统计期限为2020年1月1日至2020年12月31日。</p>"
    assert "different reports" in (read(page(links, period), register).lacks or "")
    signed = page(links, period) + "<p>云岫市教育局</p><p>2021年1月5日</p>"
    assert read(signed, register).report_id == "990100.education.2020"


@pytest.mark.parametrize(
    "front",
    [
        "<h1>关于做好2020年政府信息公开工作年度报告编制工作的通知</h1><p>2020年政府信息公开工作年度报告</p>",
        "<p>云岫市人民政府办公室关于编制2020年政府信息公开年度报告的通知</p><p>2020年政府信息公开工作年度报告</p>",
        "<title>《云岫市2020年政府信息公开工作年度报告》解读</title><p>云岫市2020年政府信息公开工作年度报告</p>",
        "<p>云岫市2020年政府信息公开工作年度报告</p><h1>图解：云岫市2020年政府信息公开工作年度报告</h1>",
    ],
)
def test_what_speaks_of_reports_is_none(front: str, register: Register) -> None:
    assert "speaks of reports" in (read(page(front) + "<p>云岫市人民政府</p><p>2021年1月5日</p>", register).lacks or "")


def test_a_notice_among_the_links_takes_nothing_from_a_heading(register: Register) -> None:
    links = "<p>关于做好2020年政府信息公开工作年度报告编制工作的通知</p>"
    html = page(links, "<h1>云岫市教育局2020年政府信息公开工作年度报告</h1>")
    assert read(html, register).report_id == "990100.education.2020"


def test_a_period_of_two_years_tells_no_year(register: Register) -> None:
    period = "统计期限为2019年1月1日至2020年12月31日。\n"
    report = read(TITLE_2020 + period + BODY, register)
    assert report.year == 2020
    assert "year_conflict" in [issue.kind for issue in report.issues]
    assert "year" in (read("云岫市教育局2019-2020年政府信息公开工作年度报告\n" + period + BODY, register).lacks or "")


def test_a_link_that_the_metadata_contradict_is_no_title(register: Register) -> None:
    meta = "<title>2021年政府信息公开工作年度报告</title>"
    link = "<h2>政府信息公开年报</h2><p>云岫市教育局2020年政府信息公开工作年度报告</p>"
    signed = "<p>云岫市教育局</p><p>2022年1月5日</p>"
    assert "different reports" in (read(page(meta, link) + signed, register).lacks or "")
    period = "<p>统计期限为2021年1月1日至2021年12月31日。</p>"
    assert read(page(meta, link, period) + signed, register).report_id == "990100.education.2021"


def test_a_link_of_another_year_is_told(register: Register) -> None:
    report = read(page(f"<h1>{TITLE_2020}</h1>"), register, title_hint="云岫市教育局2021年政府信息公开年报")
    assert report.year == 2020
    assert "year_conflict" in [issue.kind for issue in report.issues]


def test_the_year_of_a_mangled_period_counts(register: Register) -> None:
    period = "本报告的统计期限为202111日至20211231日。\n"
    report = read(TITLE_2020 + period + BODY + "云岫市教育局\n2021年1月5日\n", register)
    assert (report.year, report.period) == (2020, None)
    assert "year_conflict" in [issue.kind for issue in report.issues]
    without = read("云岫市教育局政府信息公开工作年度报告\n" + period + BODY, register)
    assert without.year == 2021


def test_the_name_in_the_information_box_is_no_title_but_a_witness(register: Register) -> None:
    box = f"<table><tr><td>名 称</td><td colspan=3>{TITLE_2020}</td></tr><tr><td>发文日期</td><td>2021-01-14</td></tr></table>"
    title = "<p>云岫市教育局</p><p>2020年政府信息公开工作年度报告</p>"
    assert (
        read(page("<p>2018年政府信息公开工作年度报告</p>", box, title), register).report_id == "990100.education.2020"
    )
    assert read(page(LINKS, box), register).report_id == "990100.education.2020"


def test_a_heading_of_the_column_is_no_part_of_the_title(register: Register) -> None:
    html = page("<h1>云岫市人民政府</h1><h2>政府信息公开年报</h2><p>云岫市教育局2020年政府信息公开工作年度报告</p>")
    assert read(html, register).title == "云岫市教育局2020年政府信息公开工作年度报告"


BOXES = {
    "lines": "<p>发布机构：云岫市教育局</p><p>发布日期：2021-01-20</p>",
    "one line without blanks": "<p>发布机构：云岫市教育局发布日期：2021-01-20</p>",
    "value below": "<p>发布机构：</p><p>云岫市教育局</p><p>发布日期：</p><p>2021-01-20</p>",
    "dl": "<dl><dt>发布机构</dt><dd>云岫市教育局</dd><dt>发布日期</dt><dd>2021-01-20</dd></dl>",
    "table": "<table><tr><td>发布机构</td><td>云岫市教育局</td><td>发布日期</td><td>2021-01-20</td></tr></table>",
    "labels above": "<table><tr><th>索引号</th><th>发布机构</th><th>发布日期</th></tr>"
    "<tr><td>9901-7</td><td>云岫市教育局</td><td>2021-01-20</td></tr></table>",
    "another label": "<p>发文单位：云岫市教育局</p><p>发布时间：2021年1月20日</p>",
}


@pytest.mark.parametrize("layout", BOXES)
def test_an_information_box_in_every_layout(layout: str, register: Register) -> None:
    report = read(page("<h1>2020年政府信息公开工作年度报告</h1>", BOXES[layout]), register)
    assert report.report_id == "990100.education.2020"
    assert report.published_on == date(2021, 1, 20)


def test_an_empty_entry_takes_nothing_from_the_next(register: Register) -> None:
    report = read(
        page("<h1>2020年政府信息公开工作年度报告</h1>", "<p>发布机构：</p><p>来源：云岫市教育局</p>"), register
    )
    assert report.agency is None


def test_the_caption_of_a_table_names_the_agency(register: Register) -> None:
    text = "2020年政府信息公开工作年度报告\n" + BODY + "填报单位（盖章）：云岫市教育局\n"
    assert read(text, register).report_id == "990100.education.2020"


def code_of(region: str) -> str:
    body = f"11{region}00000001X"
    return body + check_character(body)


def test_the_credit_code_is_kept(register: Register) -> None:
    for box in (f"统一社会信用代码：{code_of('990100')}", f"索引号：{code_of('990100')}/2021-00017"):
        report = read(TITLE_2020 + box + "\n" + BODY, register)
        assert report.credit_code == code_of("990100")
        assert not [issue for issue in report.issues if issue.kind.startswith(("agency", "credit"))]


def test_a_wrong_code_is_told_and_not_used(register: Register) -> None:
    wrong = code_of("990121")[:-1] + ("7" if code_of("990121")[-1] != "7" else "8")
    text = f"教育局2020年政府信息公开工作年度报告\n统一社会信用代码：{wrong}\n" + BODY
    report = read(text, register)
    assert (report.agency, report.credit_code) == (None, None)
    assert "credit_code_wrong" in [issue.kind for issue in report.issues]


def test_the_code_of_another_region_contradicts(register: Register) -> None:
    report = read(TITLE_2020 + f"统一社会信用代码：{code_of('990202')}\n" + BODY, register)
    assert report.report_id == "990100.education.2020"
    assert report.credit_code is None
    assert "agency_conflict" in [issue.kind for issue in report.issues]
    within = read(TITLE_2020 + f"统一社会信用代码：{code_of('990102')}\n" + BODY, register)
    assert "agency_conflict" not in [issue.kind for issue in within.issues]


def test_the_code_completes_a_name_without_region(register: Register) -> None:
    box = f"统一社会信用代码：{code_of('990121')}\n"
    report = read("教育局2020年政府信息公开工作年度报告\n" + box + BODY, register)
    assert report.report_id == "990121.education.2020"
    assert "agency_by_context" in [issue.kind for issue in report.issues]
    town = read("城关镇人民政府2020年政府信息公开工作年度报告\n" + box + BODY, register)
    assert town.report_id == "990121.township.chengguan.2020"


@pytest.fixture(scope="module")
def namesakes(tmp_path_factory: pytest.TempPathFactory) -> Register:
    """A register in which two cities have a district of one name, and a city of another province as well."""
    folder = tmp_path_factory.mktemp("register")
    table = (definition("samples") / "register" / "regions.csv").read_text(encoding="utf-8")
    table += "990103,石桥新区,county,990100,2000,,2000\n990203,石桥新区,county,990200,2000,,2000\n"
    table += "991000,示例省,province,100000,2000,,2000\n991100,望川市,prefecture,991000,2000,,2000\n"
    table += "991103,石桥新区,county,991100,2000,,2000\n"
    (folder / "regions.csv").write_text(table, encoding="utf-8")
    return load_register(folder)


NAMESAKE = "石桥新区教育局2020年政府信息公开工作年度报告\n"


@pytest.mark.parametrize(
    ("context", "agency_id"),
    [
        ("", None),
        ("来源：样例省人民政府\n", None),
        ("来源：澜石市人民政府\n", "990203.education"),
        ("地址：云岫市石桥新区一号\n", "990103.education"),
        ("来源：示例省人民政府\n", "991103.education"),
        ("来源：澜石市人民政府\n学习云岫市经验。\n", None),
        (f"索引号：{code_of('990203')}/2021-1\n", "990203.education"),
        (f"索引号：{code_of('990203')}/2021-1\n来源：云岫市人民政府\n", "990203.education"),
        (f"索引号：{code_of('990221')}/2021-1\n来源：云岫市人民政府\n", None),
    ],
)
def test_a_region_that_shares_its_name(context: str, agency_id: str | None, namesakes: Register) -> None:
    report = read(NAMESAKE + context + BODY, namesakes)
    assert (report.agency.agency_id if report.agency else None) == agency_id
    kinds = [issue.kind for issue in report.issues if issue.kind.startswith("agency")]
    assert kinds == (["agency_by_context"] if agency_id else ["agency_unknown"])
    if not agency_id:
        detail = next(issue.detail for issue in report.issues if issue.kind == "agency_unknown")
        assert "示例省望川市石桥新区" in detail


def test_a_passing_mention_decides_nothing(namesakes: Register) -> None:
    passing = BODY.replace("样例。", "赴澜石市学习。{}")
    assert read(NAMESAKE + passing.format("云" * 400), namesakes).agency is None
    often = BODY.replace("样例。", "按照澜石市的要求。\n澜石市部署。\n落实澜石市规定。")
    assert read(NAMESAKE + often, namesakes).report_id == "990203.education.2020"


@pytest.mark.parametrize(
    ("front", "published"),
    [
        ("成文日期：2021-01-10 发布日期：2021-01-28", date(2021, 1, 28)),
        ("成文日期：2021-01-10", None),
        ("当前时间：2024-05-05", None),
        ("日期：2021-01-27 15:14", date(2021, 1, 27)),
        ("时间:2021年1月27日", date(2021, 1, 27)),
        ("日期：[2021/01/27]", date(2021, 1, 27)),
        ("公布日期：2021-01-27", date(2021, 1, 27)),
        ("上传时间：2021.01.27", date(2021, 1, 27)),
        ("2021-01-27 09:30:00 来源：云岫市教育局", date(2021, 1, 27)),
        ("2021-01-27 云岫市教育局召开会议", None),
    ],
)
def test_which_date_is_that_of_publication(front: str, published: date | None, register: Register) -> None:
    assert read(TITLE_2020 + front + "\n" + BODY, register).published_on == published


def test_a_date_behind_another_entry_without_a_blank(register: Register) -> None:
    html = page(
        "<h1>云岫市教育局2020年政府信息公开工作年度报告</h1><span>来源：本站</span><span>发布日期：2021-01-19</span>"
    )
    assert read(html, register).published_on == date(2021, 1, 19)


def test_a_date_in_the_footer_is_no_signature(register: Register) -> None:
    report = read(TITLE_2020 + BODY + "云岫市教育局\n2021年1月5日\n最后更新 2023-04-05\n", register)
    assert report.signed_on == date(2021, 1, 5)


def test_the_portal_s_name_is_not_the_agency_s(register: Register) -> None:
    text = "2020年政府信息公开工作年度报告\n来源：青坪区人民政府\n" + BODY
    assert read(text, register).agency is None


def test_the_portal_s_name_completes_the_title(register: Register) -> None:
    text = "教育局2020年政府信息公开工作年度报告\n来源：云岫市教育局\n" + BODY
    assert read(text, register).report_id == "990100.education.2020"


def test_a_table_of_contents_holds_no_sections(register: Register) -> None:
    contents = "一、总体情况\n二、主动公开政府信息情况\n三、收到和处理政府信息公开申请情况\n"
    report = read(TITLE_2020 + contents + BODY, register)
    assert [section.heading for section in report.sections][1:] == ["一、总体情况", "二、主动公开政府信息情况"]
    assert report.sections[1].text == "样例。"


def test_no_title_or_no_year_is_no_report(register: Register) -> None:
    text = "一、总体情况\n样例。\n二、主要做法\n样例。\n"
    with pytest.raises(NotAReport, match="title"):
        read(text, register)
    with pytest.raises(NotAReport, match="year"):
        read("云岫市教育局政府信息公开工作年度报告\n" + text, register)


def test_tables_without_title_or_year_are_read_but_stand_for_no_report(register: Register) -> None:
    table = "信息内容\n本年制发件数\n本年废止件数\n现行有效件数\n规章\n0\n0\n0\n行政规范性文件\n3\n1\n12\n"
    report = read(table, register)
    assert (report.title, report.year, report.agency, report.report_id) == (None, None, None, None)
    assert {figure.item_id: figure.value for figure in report.figures}["normative_documents.in_force"] == 12
    assert "no title" in (report.lacks or "")
    undated = read("云岫市教育局政府信息公开工作年度报告\n" + table, register)
    assert undated.title
    assert "no year" in (undated.lacks or "")


def test_a_letter_that_circulates_the_report_titles_it_where_nothing_else_does(register: Register) -> None:
    for letter in (
        "关于印发《云岫市教育局2020年政府信息公开工作年度报告》的通知",
        "云岫市教育局关于印发2020年政府信息公开工作年度报告的通知",
    ):
        report = read(letter + "\n" + BODY, register)
        assert (report.report_id, report.title) == ("990100.education.2020", letter)
    office = "云岫市人民政府办公室关于印发2020年政府信息公开工作年度报告的通知\n云岫市2020年政府信息公开工作年度报告\n"
    assert read(office + BODY, register).report_id == "990100.government.2020"


def test_a_title_that_names_no_one_leaves_it_to_the_signature(register: Register) -> None:
    report = read("我局2020年政府信息公开工作年度报告\n" + BODY + "云岫市教育局\n2021年1月5日\n", register)
    assert report.report_id == "990100.education.2020"


@pytest.mark.parametrize(
    ("site", "report_id"),
    [
        ("青坪区人民政府", "990102.education.2020"),
        ("云岫市青坪区人民政府门户网站", "990102.education.2020"),
        ("云岫市人民政府网站", None),
        ("云岫市教育局", None),
        ("云岫新闻网", None),
    ],
)
def test_the_portal_named_in_the_page_completes_a_bare_name(
    site: str, report_id: str | None, register: Register
) -> None:
    """区教育局 on the portal of a city can be that of any of its districts."""
    lines = "".join(f"<p>{line}</p>" for line in BODY.splitlines())
    page = f'<html><head><meta name="SiteName" content="{site}"></head><body><h1>区教育局2020年政府信息公开工作年度报告</h1>{lines}</body></html>'
    report = read(page, register)
    assert report.report_id == report_id
    assert ("agency_by_context" in {issue.kind for issue in report.issues}) == bool(report_id)


def test_the_date_in_the_head_of_the_page_counts_where_the_page_prints_none(register: Register) -> None:
    lines = "".join(f"<p>{line}</p>" for line in BODY.splitlines())
    page = f'<html><head><meta name="PubDate" content="2021-01-18 09:00"></head><body><h1>{TITLE_2020.strip()}</h1>{{}}{lines}</body></html>'
    assert read(page.format(""), register).published_on == date(2021, 1, 18)
    assert read(page.format("<p>发布时间：2021-01-20</p>"), register).published_on == date(2021, 1, 20)


@pytest.mark.parametrize("period", ["2020.1.1-2020.12.31", "2020-01-01至2020-12-31", "2020年1月1日—12月31日"])
def test_a_period_however_its_days_are_written(period: str, register: Register) -> None:
    report = read(TITLE_2020 + f"数据统计期限：{period}。\n" + BODY, register)
    assert report.period == (date(2020, 1, 1), date(2020, 12, 31))


SUMMARY = "一、概述\n我局共主动公开政府信息350条。\n二、{}\n没有收到申请。\n云岫市教育局\n2016年1月12日\n"


@pytest.mark.parametrize(
    ("front", "agency"),
    [
        ("云岫市教育局2015年政府信息公开工作总结", "990100.education"),
        ("云岫市教育局\n2015年度政府信息公开工作情况", "990100.education"),
        ("云岫市教育局政府信息公开工作总结（2015年）", "990100.education"),
        ("云岫市教育局关于2015年政府信息公开工作的总结", "990100.education"),
        ("2015年政府信息公开工作总结", "990100.education"),
        ("首页\n2015年政府信息公开工作总结", None),
        ("一、2015年政府信息公开工作情况", None),
        ("云岫市教育局2015年上半年政府信息公开工作总结", None),
        ("关于报送2015年政府信息公开工作总结的通知", None),
        ("云岫市教育局2015年政府信息公开工作总结\n青坪区教育局2015年政府信息公开工作总结", None),
    ],
)
def test_a_report_that_calls_itself_a_summary(front: str, agency: str | None, register: Register) -> None:
    # A heading that says the same of another year is no title.
    text = f"{front}\n{SUMMARY.format('2014年政府信息公开工作情况')}"
    if agency is None:
        with pytest.raises(NotAReport):
            read(text, register)
        return
    report = read(text, register)
    assert report.agency is not None
    assert (report.agency.agency_id, report.year) == (agency, 2015)


def test_a_summary_beside_a_report_is_not_its_title(register: Register) -> None:
    front = "云岫市教育局2014年政府信息公开工作总结\n云岫市教育局2015年政府信息公开工作年度报告"
    assert read(f"{front}\n{SUMMARY.format('依申请公开情况')}", register).year == 2015
