"""Pages that hold more than one agency's tables: no figure of another one, or of a part, is taken for the report's."""

import pytest

from gongkai_build.reading.report import Report, read_body
from gongkai_build.register.agencies import Register, load_register
from gongkai_build.resources import definition

TITLE = "云岫市教育局2021年政府信息公开工作年度报告"
OTHER_TITLE = "云岫市财政局2021年政府信息公开工作年度报告"
INTRODUCTION = "一、总体情况\n样例。"
PERMITS = "二、主动公开政府信息情况\n第二十条第（五）项\n信息内容\n本年处理决定数量\n行政许可\n{}"
PENALTIES = "第二十条第（六）项\n信息内容\n本年处理决定数量\n行政处罚\n{}\n行政强制\n{}"


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register(definition("samples") / "register")


def read(register: Register, *parts: str) -> Report:
    return read_body(("\n".join(parts) + "\n").encode(), register)


def figures(report: Report) -> dict[str, int]:
    return {figure.item_id: int(figure.value) for figure in report.figures if figure.value is not None}


def kinds(report: Report) -> set[str]:
    return {issue.kind for issue in report.issues}


SECOND = [
    (OTHER_TITLE, "the title of another agency of the same year"),
    ("填报单位：云岫市财政局", "a caption"),
    ("下属单位", "a part"),
    ("附表2：局属单位", "a part, numbered"),
    ("云岫市财政局", "a name"),
]


@pytest.mark.parametrize("caption", [caption for caption, _ in SECOND], ids=[name for _, name in SECOND])
def test_what_only_the_second_table_holds_is_not_the_report_s(caption: str, register: Register) -> None:
    report = read(register, TITLE, INTRODUCTION, PERMITS.format(7), caption, PENALTIES.format(8, 9))
    assert report.report_id == "990100.education.2021"
    assert figures(report) == {"permits.decisions": 7}
    assert "other_agency" in kinds(report)


@pytest.mark.parametrize("caption", [caption for caption, _ in SECOND], ids=[name for _, name in SECOND])
def test_the_second_table_does_not_unsettle_the_first(caption: str, register: Register) -> None:
    report = read(register, TITLE, INTRODUCTION, PERMITS.format(7), caption, PERMITS.format(8))
    assert figures(report) == {"permits.decisions": 7}
    assert "two_figures" not in kinds(report)


def test_two_tables_without_captions_settle_nothing(register: Register) -> None:
    """What stands in one of them alone may be the other agency's."""
    shorter = PENALTIES.replace("\n行政强制\n{}", "")
    report = read(
        register, TITLE, INTRODUCTION, PERMITS.format(7), shorter.format(8), PERMITS.format(5), PENALTIES.format(6, 9)
    )
    assert figures(report) == {}
    assert {"two_figures", "two_tables"} <= kinds(report)


def test_one_row_printed_twice_is_a_slip_of_that_row_alone(register: Register) -> None:
    twice = PENALTIES.format(8, 9) + "\n行政强制\n3"
    report = read(register, TITLE, INTRODUCTION, PERMITS.format(7), twice)
    assert figures(report) == {"permits.decisions": 7, "penalties.decisions": 8}


def test_two_parts_are_neither_the_whole(register: Register) -> None:
    report = read(register, TITLE, INTRODUCTION, "局机关", PERMITS.format(7), "汇总", PERMITS.format(7))
    assert figures(report) == {}
    assert "other_agency" in kinds(report)
    whole = read(register, TITLE, INTRODUCTION, "汇总表", PERMITS.format(7))
    assert figures(whole) == {"permits.decisions": 7}


def test_the_office_that_fills_in_all_tables_is_no_other_agency(register: Register) -> None:
    report = read(
        register,
        TITLE.replace("教育局", "人民政府"),
        INTRODUCTION,
        "填报单位：云岫市大数据局",
        PERMITS.format(7),
        PENALTIES.format(8, 9),
    )
    assert report.report_id == "990100.government.2021"
    assert len(figures(report)) == 3
    assert "agency_conflict" in kinds(report)


def test_the_agency_s_own_name_between_tables_changes_nothing(register: Register) -> None:
    report = read(register, TITLE, INTRODUCTION, PERMITS.format(7), "云岫市教育局", PENALTIES.format(8, 9))
    assert len(figures(report)) == 3
    broken = read(register, TITLE, INTRODUCTION, PERMITS.format(7), "财务管理处", PENALTIES.format(8, 9))
    assert len(figures(broken)) == 3


def test_another_report_behind_the_first_is_left_out(register: Register) -> None:
    told = "一、总体情况\n全年共收到政府信息公开申请{}件。\n二、存在的问题\n无。"
    parts = (TITLE, told.format(3), "云岫市教育局\n2022年1月5日", OTHER_TITLE, told.format(5))
    report = read(register, *parts)
    assert report.report_id == "990100.education.2021"
    assert figures(report) == {"requests.received": 3}
    assert "other_report" in kinds(report)
    assert "财政" not in "".join(section.text for section in report.sections)


def test_a_title_behind_a_table_of_contents_is_no_other_report(register: Register) -> None:
    contents = "一、总体情况\n二、主动公开政府信息情况"
    short = "2021年政府信息公开工作年度报告"
    report = read(register, TITLE, contents, short, INTRODUCTION, PERMITS.format(7))
    assert figures(report) == {"permits.decisions": 7}
    assert "other_report" not in kinds(report)
