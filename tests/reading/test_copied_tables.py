"""Tables as text copies print them whose rows end in empty cells for what labels span, and headers that a line break parts."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from gongkai_build.forms import load_form
from gongkai_build.reading.report import read_body
from gongkai_build.register.agencies import Register, load_register
from gongkai_build.resources import definition

Values = Sequence[int | None]
TOP = """青坪市水利局2023年政府信息公开工作年度报告
一、总体情况
全年工作有序。
三、收到和处理政府信息公开申请情况
"""
PARTIES = ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")
WIDTH = 10
BLANK: Values = (None,) * 7


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register(definition("samples") / "register")


def rows(values: dict[str, Values]) -> list[tuple[list[str], Values]]:
    """The rows of section 3 that have values: the labels that begin in each, and the values."""
    found, before = [], ("",)
    for line in load_form("2021").block("requests").rows:
        groups = tuple(line.groups)
        same = next(
            (n for n, pair in enumerate(zip(before, groups, strict=False)) if pair[0] != pair[1]),
            min(len(before), len(groups)),
        )
        found.append(([*groups[same:], line.label], values.get(line.label, BLANK)))
        before = groups
    return found


def cells_on_lines(labels: Sequence[str], values: Values) -> str:
    """A row whose cells are lines, with marks for what is missing up to the width of the table."""
    cells = [*(f"{label} |" for label in labels), *("|" if value is None else f"{value} |" for value in values)]
    padding = "|" * (WIDTH - len(labels) - len(values))
    return "\n".join([*cells, *([padding] if padding else [])]) + "\n"


def copied(values: dict[str, Values]) -> str:
    header = cells_on_lines(["（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", "申请人情况"], ())
    header += cells_on_lines(["自然人", "法人或其他组织", "总计"], ()) + cells_on_lines(PARTIES, ())
    return TOP + header + "".join(cells_on_lines(*row) for row in rows(values))


VALUES: dict[str, Values] = {
    "本年新收政府信息公开申请数量": (4, None, None, None, None, 2, 6),
    "上年结转政府信息公开申请数量": (None, None, None, None, None, None, 0),
    "予以公开": (None, 2, None, None, None, None, 2),
    "其他法律行政法规禁止公开": (None, None, None, 1, None, None, 1),
}
KEYS = dict(
    zip(
        VALUES,
        ("requests.received", "requests.carried_in", "requests.granted", "requests.refused.other_law"),
        strict=True,
    )
)
COLUMNS = ("natural_person", "business", "research", "nonprofit", "legal_service", "other", "total")
EXPECTED = {
    (KEYS[label], party): Decimal(value)
    for label, values in VALUES.items()
    for party, value in zip(COLUMNS, values, strict=True)
    if value is not None
}


def read(text: str, register: Register) -> dict[tuple[str, str], Decimal | None]:
    report = read_body(text.encode(), register)
    return {(figure.item_id, figure.party): figure.value for figure in report.figures if figure.status == "reported"}


def test_rows_that_are_filled_up_to_the_width_of_the_table(register: Register) -> None:
    assert read(copied(VALUES), register) == EXPECTED


def filled_line(labels: Sequence[str], values: Values) -> str:
    """A row on a line, with marks for what is missing up to the width of the table."""
    padding = "|" * (WIDTH - len(labels) - len(values))
    return f"{one_line(labels, values).rstrip()} {padding}".rstrip() + "\n"


@pytest.mark.parametrize("between", ["", " |  |  |  | "])
def test_rows_on_lines_that_are_filled_up(between: str, register: Register) -> None:
    header = filled_line(["（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", "申请人情况"], ())
    header += f"自然人 | 法人或其他组织{between or ' | '}总计 | |||||||\n" + filled_line(PARTIES, ())
    text = TOP + header + "".join(filled_line(*row) for row in rows(VALUES))
    # Where what is spanned is followed by empty cells, these stand behind the labels of rows as well.
    assert read(text, register) == ({} if between else EXPECTED)


def test_where_what_is_spanned_is_empty_cells_behind_its_label_nothing_tells_which_cells_are_blank(
    register: Register,
) -> None:
    text = copied(VALUES).replace("法人或其他组织 |\n总计 |\n|||||||", "法人或其他组织 |\n||||\n总计 |\n|||")
    assert read(text, register) == {}


def test_a_row_that_lost_a_cell_breaks_the_width(register: Register) -> None:
    text = copied(VALUES)
    row = cells_on_lines(["2.其他法律行政法规禁止公开"], VALUES["其他法律行政法规禁止公开"])
    broken = row.replace("2.其他法律行政法规禁止公开 |\n|\n", "2.其他法律行政法规禁止公开 |\n")
    whole = cells_on_lines(["其他法律行政法规禁止公开"], VALUES["其他法律行政法规禁止公开"])
    assert whole in text
    assert read(text.replace(whole, broken), register) == {}


@pytest.mark.parametrize("merged", ["0 | ||||||||", "5 | 5 | |||||||"])
def test_numbers_that_may_stand_in_cells_across_several_columns(merged: str, register: Register) -> None:
    text = copied(VALUES)
    row = cells_on_lines(["上年结转政府信息公开申请数量"], VALUES["上年结转政府信息公开申请数量"])
    assert row in text
    found = read(text.replace(row, f"上年结转政府信息公开申请数量 |\n{merged}\n".replace(" | ", " |\n")), register)
    assert found == {key: value for key, value in EXPECTED.items() if key[0] != "requests.carried_in"}


def test_tables_on_one_line_of_a_text(register: Register) -> None:
    table = (
        "三、收到和处理政府信息公开申请情况 (本列数据的勾稽关系为:第一项加第二项之和,等于第三项加第四项之和) 申请人情况 自然人 法人或其他组织 总计 "
        "商业 企业 科研 机构 社会公益组织 法律服务机构 其他"
    )
    filled = {label: tuple(value or 0 for value in values) for label, values in VALUES.items()}
    numbered = {
        "本年新收政府信息公开申请数量": "一、",
        "上年结转政府信息公开申请数量": "二、",
        "结转下年度继续办理": "四、",
    }
    for labels, values in rows(filled):
        printed = [
            f"{numbered.get(label, '')}{label}".replace("本年度办理结果", "三、本年度办理结果") for label in labels
        ]
        table = " ".join([table, *printed, *(str(value or 0) for value in values)])
    text = f"青坪市水利局2023年政府信息公开工作年度报告\n一、总体情况\n全年工作有序。\n{table} 五、存在的主要问题及改进情况\n还有不足。\n"
    found = read(text, register)
    assert {key: value for key, value in found.items() if value} == {
        key: value for key, value in EXPECTED.items() if value
    }
    assert len(found) == len(COLUMNS) * len(rows(filled))


def one_line(labels: Sequence[str], values: Values) -> str:
    return " | ".join([*labels, *("" if value is None else str(value) for value in values)]) + " |\n"


@pytest.mark.parametrize(
    ("header", "is_read"),
    [
        ("商业 | 科研 | 社会公益组织 | 法律服务机构 | 其他 |\n企业 | 机构 |\n", True),
        ("商业 | 科研 | 社会公益 | 法律服务 | 其他 |\n企业 | 机构 | 组织 | 机构 |\n", True),
        ("科研 | 商业 | 社会公益组织 | 法律服务机构 | 其他 |\n机构 | 企业 |\n", False),
        ("商业 | 科研 | 社会公益组织 | 法律服务机构 | 其他 |\n机构 | 企业 |\n", False),
        ("商业 | 科研 | 社会公益组织 | 法律服务机构 | 其他 |\n企业 |\n", False),
        ("商业 | 科研 | 社会公益组织 | 法律服务机构 | 其他 |\n企业 | 机构 | 组织 |\n", False),
        ("商业 | 科研 | 社会公益组织 | 其他 |\n企业 | 机构 |\n", False),
    ],
)
def test_a_header_whose_labels_go_on_in_the_next_line(header: str, is_read: bool, register: Register) -> None:
    table = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和） | 申请人情况 |\n自然人 | 法人或其他组织 | 总计 |\n"
    text = TOP + table + header + "".join(one_line(*row) for row in rows(VALUES))
    assert read(text, register) == (EXPECTED if is_read else {})


def test_a_number_behind_the_columns_shows_that_rows_are_not_filled_up_at_their_ends(register: Register) -> None:
    text = copied(VALUES)
    row = cells_on_lines(["上年结转政府信息公开申请数量"], VALUES["上年结转政府信息公开申请数量"])
    assert row in text
    moved = row.replace("上年结转政府信息公开申请数量 |\n", "上年结转政府信息公开申请数量 |\n|\n|\n").replace(
        "0 |\n||\n", "0 |\n"
    )
    assert read(text.replace(row, moved), register) == {}


def test_sentences_with_blanks_on_one_line_are_not_torn(register: Register) -> None:
    words = " ".join(f"工作{number}项" for number in range(120))
    text = (
        f"青坪市水利局2015年政府信息公开工作年度报告\n一、概述 {words} 二、主动公开情况 截至2014年底 主动公开政府信息3000条。 "
        "三、依申请公开情况 2014年 收到政府信息公开申请12件。 四、复议情况 市国土局 发生政府信息公开行政复议2件。 五、不足 无。\n"
        "二、说明\n无。\n三、其他\n无。\n"
    )
    assert read(text, register) == {}
