"""Documents that mislead: a reader that looks at labels or counts alone takes figures from them that they do not state."""

import itertools
import re
from decimal import Decimal
from typing import Any

import pytest
from layouts.typesetting import typeset
from renderers import Quirks, compose
from test_mutations import _read

from gongkai_build.forms import load_form
from gongkai_build.reading.values import read_value

Key = tuple[str, str]
PARTED = "上\n一年项目数量 | 本年增/减 | |\n行政事业性收费 | 119 | 120 | |\n"


def page(form: str, layout: str = "html_grid", **quirks: Any) -> tuple[dict[Key, Decimal], str]:
    """A report whose figures are 101, 102, … in the order of the form."""
    number, figures = itertools.count(101), {}
    for block in load_form(form).blocks:
        for row in block.rows:
            for column in block.columns:
                if not row.local:
                    figures[block.figure(row, column)] = Decimal(next(number))
    worn = Quirks(amount="yuan", **quirks)
    return figures, typeset(compose(form, figures, worn), layout, worn).decode()


def said(text: str, prefix: str) -> dict[Key, Decimal | None]:
    return {
        (f.item_id, f.party): f.value
        for f in _read(text.encode())
        if f.status != "unclear" and f.item_id.startswith(prefix)
    }


def edit(text: str, old: str, new: str) -> str:
    assert old in text, old
    return text.replace(old, new)


@pytest.mark.parametrize("form", ["2019", "2021"])
@pytest.mark.parametrize(
    ("top", "swapped"),
    [
        (
            "<td colspan=5>未经复议直接起诉</td><td colspan=5>复议后起诉</td>",
            "<td colspan=5>复议后起诉</td><td colspan=5>未经复议直接起诉</td>",
        ),
        (
            "<td colspan=5>行政复议</td><td colspan=10>行政诉讼</td>",
            "<td colspan=10>行政诉讼</td><td colspan=5>行政复议</td>",
        ),
    ],
)
def test_routes_of_section_4_in_another_order(form: str, top: str, swapped: str) -> None:
    figures, text = page(form)
    read = said(edit(text, top, swapped), "litigation.direct")
    assert [key for key, value in read.items() if value == figures[key]] == []


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_natural_persons_behind_the_organisations(form: str) -> None:
    figures, text = page(form)
    old = "<td rowspan=2>自然人</td><td colspan=5>法人或其他组织</td>"
    text = edit(text, old, "<td colspan=5>法人或其他组织</td><td rowspan=2>自然人</td>")
    # The first cell of each row now stands under 商业企业.
    key = ("requests.received", "natural_person")
    assert said(text, "requests.received").get(key) != figures[key]


@pytest.mark.parametrize(
    ("form", "old", "new", "key"),
    [
        (
            "2021",
            "<td>本年制发件数</td><td>本年废止件数</td>",
            "<td>上年制发件数</td><td>本年制发件数</td>",
            "rules.issued",
        ),
        ("2021", "<td>本年制发件数</td>", "<td>上年制发件数</td>", "rules.issued"),
        ("2021", "<td colspan=3>本年处理决定数量</td>", "<td colspan=3>上年处理决定数量</td>", "permits.decisions"),
        ("2019", "处理决定数量", "上一年处理决定数量", "permits.decisions"),
        ("2019", "上一年项目数量", "本年项目数量", "permits.items_last_year"),
    ],
)
def test_a_column_of_another_year(form: str, old: str, new: str, key: str) -> None:
    figures, text = page(form)
    assert said(edit(text, old, new), key).get((key, "all")) != figures[key, "all"]


def test_a_cell_too_many_is_never_left_out() -> None:
    _, text = page("2021")
    row = "<tr><td>行政许可</td><td colspan=3>107</td></tr>"
    assert said(edit(text, row, "<tr><td>行政许可</td><td>0</td><td>107</td><td></td></tr>"), "permits") == {}
    row = "<tr><td>规章</td><td>101</td>"
    assert said(edit(text, row, "<tr><td>规章</td><td>其中：地方性</td><td>101</td>"), "rules") == {}


def test_a_number_behind_a_table_is_no_value_of_its_last_row() -> None:
    _, text = page("2021")
    row = "<tr><td>行政许可</td><td colspan=3>107</td></tr>"
    assert said(edit(text, row, "<tr><td>行政许可</td></tr></table><p>3</p><table>"), "permits") == {}
    row = "<tr><td>行政许可</td><td colspan=3>107</td></tr>\n<tr><td colspan=4>第二十条第（六）项"
    assert (
        said(edit(text, row, "<tr><td>行政许可</td></tr><tr><td>3</td><td colspan=3>第二十条第（六）项"), "permits")
        == {}
    )


def test_subtotals_under_the_total() -> None:
    _figures, text = page("2021")
    for first in range(111, 111 + 7 * 25, 7):
        text = text.replace(f"<td>{first + 6}</td>", f"<td>555</td><td>{first + 6}</td>")
    text = edit(text, "<td>其他</td></tr>", "<td>其他</td><td>小计</td></tr>")
    assert [k for k, v in said(text, "requests").items() if v == 555] == []


@pytest.mark.parametrize("mark", ["<sup>1</sup>", "①", "¹"])
def test_a_footnote_mark_is_no_digit(mark: str) -> None:
    _, text = page("2021")
    assert said(edit(text, "<td>101</td>", f"<td>101{mark}</td>"), "rules.issued").get(("rules.issued", "all")) in (
        None,
        101,
    )


@pytest.mark.parametrize("raw", ["5(元)", "5（亿元）"])
def test_a_unit_in_brackets_is_the_unit_of_the_cell(raw: str) -> None:
    assert read_value(raw, unit="yuan", header_unit=10000).number != 50000


@pytest.mark.parametrize("raw", ["-0", "减0"])
def test_nought_has_no_sign(raw: str) -> None:
    assert str(read_value(raw, signed=True).number) == "0"


def test_a_blank_does_not_make_room_for_the_rest_of_a_label() -> None:
    figures, _ = page("2021")
    blank = ("requests.other.unpaid_fee", "total")
    text = typeset(
        compose("2021", {**figures, blank: None}, Quirks(amount="yuan", blank_mark="/")), "cell_pipe", Quirks()
    ).decode()
    text = edit(text, "申请人逾期未按收费通知要求缴纳费用、行政机关", "申请人逾期未按收费通知要求缴纳费用\n、行政机关")
    assert [k for k, v in said(text, blank[0]).items() if v != {**figures, blank: None}[k]] == []


def test_a_row_that_ends_in_a_tab_without_a_cell() -> None:
    _, text = page("2021", "tab_indented")
    assert said(edit(text, "\t\u3000107\n", ""), "permits") == {}


def report(*parts: str) -> str:
    title = (
        "<title>云岫市教育局2020年政府信息公开工作年度报告</title><h1>云岫市教育局2020年政府信息公开工作年度报告</h1>"
    )
    return f"<html><head><meta charset=utf-8></head><body>{title}{''.join(parts)}</body></html>"


def table(*rows: str) -> str:
    cells = ("".join(f"<td>{cell.strip()}</td>" for cell in row.split("|")) for row in rows)
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"


NORMATIVE = (
    "第二十条第（一）项",
    "信息内容|本年新制作数量|本年新公开数量|对外公开总数量",
    "规章|0|0|0",
    "规范性文件|4|5|6",
)
PARTIES = ("申请人情况|自然人|法人或其他组织|总计", "商业企业|科研机构|社会公益组织|法律服务机构|其他")
ROUTES = ("行政复议|行政诉讼", "结果维持|结果纠正|其他结果|尚未审结|总计|未经复议直接起诉|复议后起诉")
OUTCOMES = "|".join(["结果维持|结果纠正|其他结果|尚未审结|总计"] * 2)


def test_the_table_of_another_year_does_not_fill_what_is_missing() -> None:
    old = table(*ROUTES, OUTCOMES, "|".join(["1"] * 15))
    text = report("<p>一、总体情况</p>", table(*NORMATIVE), "<p>附：2019年行政复议、行政诉讼情况</p>", old)
    assert said(text, "normative_documents.made") == {("normative_documents.made", "all"): 4}
    assert said(text, "review") == {}


def test_another_table_that_counts_permits_is_not_the_form() -> None:
    text = report("<p>一、总体情况</p>", table("类别|公开条数", "行政许可|35", "行政处罚|12"))
    assert said(text, "") == {}


def test_a_subtotal_in_place_of_a_party() -> None:
    header = "申请人情况|自然人|法人或其他组织|总计", "商业企业|科研机构|社会公益组织|法律服务机构|小计"
    text = report("<p>一、总体情况</p>", table(*header, "一、本年新收政府信息公开申请数量|1|2|0|0|0|2|3"))
    assert said(text, "requests") == {}


def test_parties_cut_short_and_swapped() -> None:
    header = "申请人情况|自然人|法人或其他组织|总计", "科研机构|企业|社会公益组织|法律服务机构|其他"
    text = report("<p>一、总体情况</p>", table(*header, "一、本年新收政府信息公开申请数量|1|2|0|0|0|0|3"))
    assert said(text, "requests") == {}


def test_a_cumulative_column_before_the_year_s_own() -> None:
    block = ("第二十条第（一）项", "信息内容|历年累计制发件数|本年制发件数|本年废止件数|现行有效件数", "规章|90|1|2|3")
    text = report("<p>一、总体情况</p>", table(*block))
    issued = said(text, "rules.issued").get(("rules.issued", "all"))
    assert issued in (None, 1)
    assert 90 not in said(text, "rules").values()


def test_a_label_of_the_other_form_is_no_cell() -> None:
    row = "(六)其他处理|1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请|1|0|0|0|0|0|1"
    text = report(
        "<p>一、总体情况</p>", table(*NORMATIVE), table(*PARTIES, "一、本年新收政府信息公开申请数量|1|0|0|0|0|0|1", row)
    )
    assert said(text, "requests.other") == {}


def test_text_behind_the_last_table_takes_nothing_from_it() -> None:
    values = "|".join(map(str, range(15)))
    after = "<p>注：</p><p>1</p><p>2021年1月20日</p><p>0999-1234567</p>"
    text = report("<p>一、总体情况</p>", table(*ROUTES, OUTCOMES, values), after)
    read = said(text, "")
    assert read["review.upheld", "all"] == 0
    assert read["litigation.after_review.total", "all"] == 14
    assert len(read) == 15


@pytest.mark.parametrize(("raw", "number"), [("<s>3</s>5", 5), ("1<br>1", None), ("0<br>0", 0), ("12<br>12", 12)])
def test_small_print_in_cells(raw: str, number: int | None) -> None:
    text = report("<p>一、总体情况</p>", table(*NORMATIVE[:-1], f"规范性文件|{raw}|5|6"))
    assert said(text, "normative_documents.made").get(("normative_documents.made", "all")) == number


@pytest.mark.parametrize(
    ("header", "raw", "yuan"),
    [
        ("采购总金额（单位：元，不足1万元的据实填写）", "52000", 52000),
        ("采购总金额（元，每万元为一计）", "52000", None),
        ("采购总金额（元）", "3341.107（万元）", 33411070),
        ("采购总金额", "52000", None),
    ],
)
def test_units_of_money(header: str, raw: str, yuan: int | None) -> None:
    block = ("第二十条第（九）项", f"信息内容|采购项目数量|{header}", f"政府集中采购|13|{raw}")
    text = report("<p>一、总体情况</p>", table(*NORMATIVE, *block))
    assert said(text, "procurement.amount").get(("procurement.amount", "all")) == yuan


def test_a_number_without_a_mark_is_no_cell_of_a_marked_table() -> None:
    figures, text = page("2021", "cell_pipe")
    lines = text.split("\n")
    last = next(index for index, line in enumerate(lines) if line.strip().startswith("行政许可")) + 1
    assert lines[last].strip().startswith("107 |")
    lines[last] = "7"
    assert said("\n".join(lines), "permits") == {}
    assert figures["permits.decisions", "all"] == 107


ISSUED = ("第二十条第（一）项", "信息内容|本年制发件数|本年废止件数|现行有效件数")
DECISIONS = ("第二十条第（六）项", "信息内容|本年处理决定数量")
ALL_OF_2021 = [*ISSUED, "规章|5|6|7", *DECISIONS]


@pytest.mark.parametrize(
    ("rows", "key"),
    [
        (["行政处罚、行政强制|12"], "penalties"),
        (["行政处罚决定撤销数量|12"], "penalties"),
        (["行政处罚（简易程序）|12", "行政处罚（普通程序）|12"], "penalties"),
        (["行政强制措施|12", "行政强制执行|12"], "coercion"),
        (["行政处罚（其中网上）|4"], "penalties"),
        (["行政处罚|3（约）"], "penalties"),
        (["行政处罚|####"], "penalties"),
        (["行政处罚|○"], "penalties"),
        (["行政处罚|<img src=0.png>"], "penalties"),
        (["行政处罚|<p><img src=0.png></p>"], "penalties"),
        (["行政处罚|<p><span><input value=5></span></p>"], "penalties"),
        (["行政处罚|一百三"], "penalties"),
    ],
)
def test_what_is_not_the_figure_of_a_row(rows: list[str], key: str) -> None:
    text = report("<p>一、总体情况</p>", table(*ALL_OF_2021, *rows))
    assert said(text, key) == {}
    assert len(said(text, "rules")) == 3


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("本年制发件数（累计）|本年废止件数|现行有效件数", "rules.issued"),
        ("本年制发件数（计划）|本年废止件数|现行有效件数", "rules.issued"),
        ("本年制发件数|现行有效件数|", "rules.repealed"),
    ],
)
def test_what_is_not_the_column(header: str, key: str) -> None:
    text = report("<p>一、总体情况</p>", table(ISSUED[0], f"信息内容|{header}", "规章|5|6|7", *DECISIONS, "行政处罚|1"))
    assert said(text, key) == {}


@pytest.mark.parametrize(
    "raw",
    [
        "5<span style='display:none'>3</span>",
        "5<span hidden>3</span>",
        "5<span style='visibility: hidden'>3</span>",
        "5<span style='font-size:0'>3</span>",
        "<span style='text-decoration:line-through'>3</span>5",
    ],
)
def test_what_is_not_seen_is_not_read(raw: str) -> None:
    text = report("<p>一、总体情况</p>", table(*ISSUED, f"规章|{raw}|6|7", *DECISIONS, "行政处罚|1"))
    assert said(text, "rules.issued") == {("rules.issued", "all"): 5}


def test_hidden_rows_and_cells_are_not_there() -> None:
    rows = "<tr style='display:none'><td>规章</td><td>90</td><td>91</td><td>92</td></tr>"
    cells = "<tr><td>规章</td><td style='display:none'>90</td><td>5</td><td>6</td><td>7</td></tr>"
    text = report("<p>一、总体情况</p>", table(*ISSUED).replace("</table>", rows + cells + "</table>"))
    assert list(said(text, "rules").values()) == [7, 5, 6]


@pytest.mark.parametrize("mark", ["vertical-align:super", "mso-text-raise:2pt"])
def test_raised_text_is_no_digit(mark: str) -> None:
    text = report("<p>一、总体情况</p>", table(*ISSUED, f"规章|10<span style='{mark}'>1</span>|6|7"))
    assert said(text, "rules.issued").get(("rules.issued", "all")) in (None, 10)


@pytest.mark.parametrize(
    "caption",
    [
        "上年度情况",
        "附：二〇二一年情况",
        "附表：2021年，样例",
        "2019—2021年累计情况",
        "2020年上半年情况",
        "云岫市教育局2021年政府信息公开工作年度报告",
    ],
)
def test_captions_of_other_times(caption: str) -> None:
    text = report("<p>一、总体情况</p>", f"<p>{caption}</p>", table(*ALL_OF_2021))
    assert said(text, "") == {}
    as_caption = table(*ALL_OF_2021).replace("<table>", f"<table><caption>{caption}</caption>")
    assert said(report("<p>一、总体情况</p>", as_caption), "") == {}


def test_a_row_of_column_numbers_is_not_the_row_of_figures() -> None:
    numbers, zeros = "|".join(str(number) for number in range(1, 16)), "|".join("0" * 15)
    text = report("<p>一、总体情况</p>", table(*ROUTES, OUTCOMES, numbers, zeros))
    assert said(text, "") == {}


def test_the_label_of_a_group_in_the_cell_of_its_first_row() -> None:
    row = "（三）不予公开<br>1.属于国家秘密|1|0|0|0|0|0|1"
    text = report("<p>一、总体情况</p>", table(*PARTIES, "一、本年新收政府信息公开申请数量|1|0|0|0|0|0|1", row))
    assert said(text, "requests.refused.state_secret")["requests.refused.state_secret", "total"] == 1


def test_cells_that_are_shifted_as_a_whole_are_read() -> None:
    shifted = "<p><span style='position:relative;top:-1.0pt;mso-text-raise:1.0pt'>{}</span></p>"
    row = "规章|" + "|".join(shifted.format(number) for number in (5, 6, 7))
    text = report("<p>一、总体情况</p>", table(*ISSUED, row, *DECISIONS, "行政处罚|1"))
    assert list(said(text, "rules").values()) == [7, 5, 6]


def test_the_mark_of_the_end_of_a_row_is_no_blank_cell() -> None:
    figures, text = page("2021", "tab_indented")
    lines = text.split("\n")
    lines.remove(next(line for line in lines if line.strip() == str(figures["rules.repealed", "all"])))
    assert said("\n".join(lines), "rules.") == {}


def test_labels_of_columns_below_the_label_of_the_rows() -> None:
    figures, text = page("2021", "row_pipe")
    broken = edit(text, "信息内容 | 本年处理决定数量", "信息内容\n| 本年处理决定数量")
    assert all(value == figures[key] for key, value in said(broken, "").items())


def test_the_label_of_a_row_behind_another_that_lost_its_cells() -> None:
    figures, text = page("2021", "tab_indented")
    first, moved = "\t1.本机关不掌握相关政府信息\n", "\t4.无正当理由大量反复申请\n"
    text = edit(edit(text, moved, ""), first, first + moved)
    assert all(value == figures[key] for key, value in said(text, "requests.").items())


def test_a_number_that_is_broken_before_its_decimals() -> None:
    text = page("2019", "blank_lines")[1]
    amount = next(line for line in text.split("\n") if line.endswith("元"))
    read = said(edit(text, amount, "0\n.25万元"), "procurement.")
    assert read["procurement.amount", "all"] == 2500


def test_labels_of_one_block_above_the_rows_of_another() -> None:
    labels = "信息内容|本年制发件数|本年废止件数|现行有效件数"
    text = report(
        "<p>二、主动公开政府信息情况</p>", table("第二十条第（一）项", labels, "行政许可|1|2|3", "行政处罚|1")
    )
    assert said(text, "") == {}


@pytest.mark.parametrize(
    ("header", "row", "heading", "caption", "yuan"),
    [
        ("采购总金额（万元）", "政府集中采购", "第二十条第（九）项", "", 520000),
        ("采购总金额", "政府集中采购（万元）", "第二十条第（九）项", "", 520000),
        ("采购总金额", "政府集中采购", "第二十条第（九）项（单位：万元）", "", 520000),
        ("采购总金额", "政府集中采购", "第二十条第（九）项", "（单位：个、万元）", 520000),
        ("采购总金额", "政府集中采购（含1万元以下的）", "第二十条第（九）项", "", None),
        ("采购总金额（万元）", "政府集中采购（元）", "第二十条第（九）项", "", None),
        ("采购总金额（元）", "政府集中采购", "第二十条第（九）项（单位：万元）", "", None),
        ("采购总金额（万元）", "政府集中采购", "第二十条第（九）项", "单位：元", None),
        ("采购总金额", "政府集中采购（单位：元）", "第二十条第（九）项（单位：万元）", "", None),
    ],
)
def test_units_of_money_that_stand_outside_of_header_and_cell(
    header: str, row: str, heading: str, caption: str, yuan: int | None
) -> None:
    block = (heading, f"信息内容|采购项目数量|{header}", f"{row}|13|52")
    text = report("<p>一、总体情况</p>", table(*NORMATIVE), f"<p>{caption}</p>", table(*block))
    assert said(text, "procurement.amount").get(("procurement.amount", "all")) == yuan
    # The unit of the cell itself counts before all others.
    own = text.replace("<td>52</td>", "<td>52千元</td>")
    assert said(own, "procurement.amount") == {("procurement.amount", "all"): 52000}


def test_marks_of_spans_are_no_blank_cells_of_a_row_that_lost_its_noughts() -> None:
    figures, text = page("2021", "cell_pipe")
    text = re.sub(r"(\d) \| \|+", r"\1 |", text)
    # Behind the labels of the outer rows stand marks for the labels of groups. All of these rows lost two numbers, so that only inner ones are complete.
    for label in ("一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量", "四、结转下年度继续办理"):
        row = text[text.index(f"{label} |") :].split("\n")[:8]
        text = text.replace("\n".join(row), "\n".join([f"{label} | ||", *row[1:5], row[7]]))
    read = said(text, "requests.")
    assert [key for key, value in read.items() if value != figures[key]] == []
    assert read


@pytest.mark.parametrize("layout", ["cell_per_line", "html_grid"])
def test_a_number_below_zero_where_there_can_be_none_has_changed_places(layout: str) -> None:
    figures, text = page("2019", layout)
    parts = (
        ("<td>113</td><td>114</td>", "<td>-114</td><td>113</td>")
        if layout == "html_grid"
        else ("113\n114", "-114\n113")
    )
    read = said(edit(text, *parts), "penalties.")
    assert read == {}
    assert said(text, "penalties.")["penalties.items_change", "all"] == figures["penalties.items_change", "all"]


def test_labels_of_columns_that_were_moved_are_contradicted_by_a_number_below_zero() -> None:
    _, text = page("2019", "cell_per_line")
    header = "上一年项目数量\n本年增/减\n处理决定数量\n行政处罚\n113\n114"
    moved = "上一年项目数量\n处理决定数量\n本年增/减\n行政处罚\n113\n-114"
    assert said(edit(text, header, moved), "coercion.") == {}


def test_a_row_of_section_2_within_section_3_is_none() -> None:
    _, text = page("2019", "cell_per_line")
    text = edit(text, "行政处罚\n113\n114\n115\n", "")
    text = edit(text, "（四）无法提供\n", "行政处罚\n5\n6\n7\n（四）无法提供\n")
    assert said(text, "penalties.") == {}


def test_a_row_below_the_labels_of_another_table_is_none() -> None:
    _, text = page("2021", "cell_pipe")
    label = "行政强制 |\n"
    text = edit(text, label, "")
    # What stands behind the label now is the last number of the row before.
    text = edit(text, "第二十条第（五）项", f"{label}9 |\n第二十条第（五）项")
    assert said(text, "coercion.") == {}


def test_the_number_of_a_page_between_labels_of_columns_is_no_column() -> None:
    figures, text = page("2019", "cell_pipe")
    text = edit(
        text, "上一年项目数量 |\n本年增/减 |\n处理决定数量", "上一年项目数量 |\n第7页\n本年增/减 |\n处理决定数量"
    )
    read = said(text, "permits.")
    assert read
    assert [key for key, value in read.items() if value != figures[key]] == []


def test_a_row_of_section_3_that_is_printed_twice_with_other_numbers_is_unclear() -> None:
    _, text = page("2021", "cell_per_line")
    doubled = re.sub(r"2.申请人逾期未按收费通知[^\n]*", "3.其他", text)
    assert doubled != text
    assert said(doubled, "requests.other.rest") == {}


def test_a_label_that_stands_outside_of_its_table_leaves_the_order_of_the_columns_open() -> None:
    _, text = page("2019")
    text = re.sub(r"<td>([^<]*)</td></tr>\n<tr><td>规章", r"\1</td></tr>\n<tr><td>规章", text)
    assert said(text, "normative_documents.") == {}


def test_a_label_that_a_line_break_parts_leaves_the_order_of_the_columns_open() -> None:
    _, text = page("2019", "row_pipe")
    text = re.sub(r"上一年项目数量 \| 本年增/减[ |]*\n行政事业性收费 \| 119 \| 120[ |]*\n", PARTED, text)
    assert PARTED in text
    assert said(text, "fees.items") == {}


def test_an_amount_where_projects_are_counted_has_changed_places() -> None:
    figures, text = page("2019", "cell_per_line")
    projects, amount = ("procurement.projects", "all"), ("procurement.amount", "all")
    swapped = edit(
        text, f"\n{figures[projects]}\n{figures[amount]}元\n", f"\n{figures[amount]}元\n{figures[projects]}\n"
    )
    assert said(swapped, "procurement.") == {}


def test_a_row_that_a_line_break_parts_may_be_parted_within_a_number() -> None:
    figures, text = page("2019", "blank_rows")
    row = "规范性文件  " + "  ".join(
        str(figures[f"normative_documents.{key}", "all"]) for key in ("made", "published", "public_total")
    )
    whole = edit(text, row, "规范性文件  88  8571  1")
    assert len(said(whole, "normative_documents.")) == 3
    assert said(edit(whole, "88  8571  1", "88  85\n71  1"), "normative_documents.") == {}
