"""The table of form 2014 in every layout: every number read, no other column taken for it, no official named."""

import random
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations import sample_register
from gongkai_build.checks import check_report
from gongkai_build.documents import read_document
from gongkai_build.forms.indicators import Indicator, load_indicator_form
from gongkai_build.reading.report import Report, read_report

LINES = load_indicator_form().lines
TITLE = "云岫市科学技术局2016年政府信息公开工作年度报告"
ANNEX = "政府信息公开情况统计表"
Numbers = dict[tuple[str, str], int]


def _numbers(seed: int) -> Numbers:
    drawn = random.Random(seed).sample(range(1000), len(LINES))
    return {line.figure: drawn[at] for at, line in enumerate(LINES) if line.item}


SAMPLE = _numbers(7)
OFFICIALS = ("王小明", "李大山", "赵青")
FOOT = "单位负责人：王小明 审核人：李大山 填报人：赵青 联系电话：0999-5551234\n"
TOP = f"{TITLE}\n\n一、概述\n本年度工作平稳。\n二、其他\n无。\n\n{ANNEX}\n填报单位：云岫市科学技术局\n"


def _label(line: Indicator) -> str:
    return line.number + line.opening + line.label + (f"（{line.note}）" if line.note else "")


def _rows(numbers: Numbers, cumulative: bool) -> list[list[str]]:
    rows = []
    for line in LINES:
        value = numbers[line.figure] if line.item else None
        cells = [_label(line), line.unit or "", "" if value is None else str(value)]
        rows.append([*cells, "" if value is None else str(value * 3 + 1)] if cumulative else cells)
    return rows


def _html(numbers: Numbers, cumulative: bool = False) -> str:
    header = ["统计指标", "单位", "本年", *(["历年累计"] if cumulative else [])]
    rows = "".join(
        f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in [header, *_rows(numbers, cumulative)]
    )
    foot = f"<tr><td colspan={len(header)}>{FOOT}</td></tr>"
    return f"<h1>{TITLE}</h1><p>一、概述</p><p>平稳。</p><p>二、其他</p><p>无。</p><table>{rows}{foot}</table>"


def _text(
    numbers: Numbers, between: str, end: str, header: str = "统计指标 单位 统计数", cumulative: bool = False
) -> str:
    rows = [*([header.split(" ")] if header else []), *_rows(numbers, cumulative)]
    # Where only blanks or lines part the cells, empty cells leave no trace.
    kept = [[cell for cell in row if cell or "|" in between or "\t" in between] for row in rows]
    return TOP + "".join(between.join(row) + end for row in kept) + "\n" + FOOT


def _layouts(numbers: Numbers) -> dict[str, str]:
    """The table in every layout."""
    return {
        "html": _html(numbers),
        "html-cumulative": _html(numbers, cumulative=True),
        "pipe-rows": _text(numbers, " | ", " |\n"),
        "pipe-cells": _text(numbers, " |\n", " |\n"),
        "tab-rows": _text(numbers, "\t", "\n"),
        "cell-per-line": _text(numbers, "\n", "\n"),
        "text-lines": _text(numbers, " ", "\n", header=""),
        "text-lines-cumulative": _text(numbers, " ", "\n", header="统计指标 单位 本年 历年累计", cumulative=True),
        "one-line": _text(numbers, " ", " ", header=""),
    }


LAYOUTS = _layouts(SAMPLE)
MONEY = {line.figure for line in LINES if line.unit == "万元"}


def _values(numbers: Numbers) -> dict[tuple[str, str], Decimal]:
    return {key: Decimal(value * (10000 if key in MONEY else 1)) for key, value in numbers.items()}


def _read(text: str) -> Report:
    return read_report(read_document(text.encode()), sample_register())


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_number_is_read_and_no_official_is_named(layout: str) -> None:
    report = _read(LAYOUTS[layout])
    assert (report.form, report.report_id) == ("2014", "990100.science.2016")
    assert {(figure.item_id, figure.party): figure.value for figure in report.figures} == _values(SAMPLE)
    published = "".join(section.heading + section.text for section in report.sections)
    published += "".join(issue.detail for issue in report.issues) + "".join(figure.raw for figure in report.figures)
    assert [name for name in OFFICIALS if name in published] == []


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(max_examples=15, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32), zeros=st.sampled_from([0.0, 0.5, 1.0]))
def test_any_numbers_are_read_as_they_are_printed(layout: str, seed: int, zeros: float) -> None:
    chance = random.Random(seed)
    numbers = {key: 0 if chance.random() < zeros else value for key, value in _numbers(seed).items()}
    report = _read(_layouts(numbers)[layout])
    assert {(figure.item_id, figure.party): figure.value for figure in report.figures} == _values(numbers)


@pytest.mark.parametrize("layout", sorted(LAYOUTS.keys() - {"one-line"}))
@pytest.mark.parametrize("number", range(0, len(LINES), 3))
def test_a_row_that_is_missing_shifts_nothing(layout: str, number: int) -> None:
    label = _label(LINES[number])
    text = LAYOUTS[layout]
    kept = [line for line in text.splitlines(keepends=True) if not line.startswith(label)]
    if layout in ("html", "html-cumulative", "pipe-cells", "cell-per-line"):
        kept = [text.replace(label, "", 1)]
    read = {(figure.item_id, figure.party): figure for figure in _read("".join(kept)).figures}
    values = _values(SAMPLE)
    wrong = [
        (key, figure.value) for key, figure in read.items() if figure.value is not None and figure.value != values[key]
    ]
    assert wrong == []


def test_two_columns_without_a_header_prove_nothing() -> None:
    report = _read(_text(SAMPLE, " ", "\n", header="", cumulative=True))
    assert {figure.status for figure in report.figures} == {"unclear"}


@pytest.mark.parametrize("header", ["同比增长（%）", "增长率", "与上年相比", "较2015年增减"])
def test_a_column_that_the_form_does_not_have_is_left_out(header: str) -> None:
    text = _html(SAMPLE, cumulative=True).replace("<td>历年累计</td>", f"<td>{header}</td>")
    assert header in text
    assert {(f.item_id, f.party): f.value for f in _read(text).figures} == _values(SAMPLE)


def test_the_table_alone_is_a_report() -> None:
    report = _read(f"{ANNEX}（2016年度）\n填报单位：云岫市科学技术局\n" + LAYOUTS["pipe-rows"].removeprefix(TOP))
    assert (report.form, report.report_id, len(report.figures)) == ("2014", "990100.science.2016", len(SAMPLE))


def test_units_that_contradict_each_other_leave_no_value() -> None:
    text = LAYOUTS["text-lines"].replace("收取的费用 万元 ", "收取的费用（元） 万元 ")
    fees = {figure.item_id: figure for figure in _read(text).figures}["fees.collected"]
    assert (fees.status, fees.value) == ("unclear", None)


def test_a_row_that_lost_a_cell_leaves_no_other_column_in_its_place() -> None:
    text = LAYOUTS["html-cumulative"]
    number = SAMPLE["complaints.total", "all"]
    assert f"<td>{number}</td><td>{number * 3 + 1}</td>" in text
    report = _read(text.replace(f"<td>{number}</td><td>{number * 3 + 1}</td>", f"<td>{number * 3 + 1}</td>"))
    [complaints] = [figure for figure in report.figures if figure.item_id == "complaints.total"]
    assert (complaints.status, complaints.value) == ("unclear", None)


def test_a_label_between_the_unit_and_the_number_of_another_takes_nothing() -> None:
    number = SAMPLE["complaints.total", "all"]
    text = LAYOUTS["cell-per-line"].replace("1.专职人员数（不包括政府公报及政府网站工作人员数）\n", "")
    label = "六、举报投诉数量\n件\n"
    assert f"{label}{number}\n" in text
    report = _read(text.replace(label, f"{label}1.专职人员数\n"))
    read = {figure.item_id: figure.status for figure in report.figures}
    assert (read["complaints.total"], read["resources.staff.full_time"]) == ("unclear", "unclear")


def test_sentences_are_held_against_the_table() -> None:
    said = "2016年，本局主动公开政府信息{}条，收到举报投诉{}件。"
    disclosed, complaints = SAMPLE["disclosed.total", "all"], SAMPLE["complaints.total", "all"]
    text = _text(SAMPLE, "\t", "\n").replace("本年度工作平稳。", said.format(disclosed, complaints + 1))
    report = _read(text)
    assert {figure.item_id: figure.value for figure in report.stated} == {
        "disclosed.total": disclosed,
        "complaints.total": complaints + 1,
    }
    outcomes = {
        check.rule_id: check.outcome for check in check_report(report) if check.rule_id.startswith("narrative:")
    }
    assert outcomes == {"narrative:disclosed.total": "pass", "narrative:complaints.total": "fail"}
    assert [issue.kind for issue in report.issues if issue.kind == "narrative_differs"] == ["narrative_differs"]
    assert ("complaints.total", complaints) in {(figure.item_id, figure.value) for figure in report.figures}


@pytest.mark.parametrize("layout", ["html", "html-cumulative"])
def test_a_cell_too_many_moves_no_number(layout: str) -> None:
    for line in LINES[4:40:5]:
        label = f"<td>{_label(line)}</td><td>{line.unit or ''}</td>"
        report = _read(LAYOUTS[layout].replace(label, f"{label}<td></td>"))
        read = {(figure.item_id, figure.party): (figure.status, figure.value) for figure in report.figures}
        if line.item:
            assert read[line.figure] in [("unclear", None), ("reported", _values(SAMPLE)[line.figure])]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("zeros", [0.2, 0.6])
def test_repeated_lines_removed_by_a_copyist_leave_no_wrong_number(seed: int, zeros: float) -> None:
    chance = random.Random(seed)
    numbers = {key: 0 if chance.random() < zeros else value for key, value in _numbers(seed).items()}
    lines = _layouts(numbers)["cell-per-line"].split("\n")
    report = _read("\n".join(dict.fromkeys(lines)))
    values = _values(numbers)
    read = {(f.item_id, f.party): f.value for f in report.figures if f.status != "unclear"}
    assert read.items() <= values.items()


def test_labels_units_and_numbers_with_nothing_between_them() -> None:
    text = _text(SAMPLE, "", "\n", header="")
    read = {(f.item_id, f.party): f.value for f in _read(text).figures if f.status != "unclear"}
    values = _values(SAMPLE)
    # Whether 万元 belongs to the label or to the number is not always told.
    assert read.items() <= values.items()
    assert len(read) >= len(values) - len(MONEY)


def test_a_number_that_goes_on_in_the_next_line_is_one() -> None:
    key = next(line.figure for line in LINES if line.item and line.figure in MONEY)
    text = LAYOUTS["cell-per-line"].replace(f"万元\n{SAMPLE[key]}\n", "万元\n24\n.6\n", 1)
    read = {(figure.item_id, figure.party): figure.value for figure in _read(text).figures}
    assert read[key] == 246000


def test_a_label_that_was_moved_takes_no_number_of_others() -> None:
    at = next(at for at in range(5, len(LINES)) if all(line.item for line in LINES[at : at + 3]))
    first, second, third = LINES[at : at + 3]
    lines = LAYOUTS["cell-per-line"].split("\n")
    moved = lines.pop(lines.index(_label(third)))
    lines.insert(lines.index(_label(first)) + 1, moved)
    read = {(f.item_id, f.party): f.value for f in _read("\n".join(lines)).figures}
    assert {read.get(line.figure) for line in (first, second, third)} <= {None, SAMPLE[second.figure]}
