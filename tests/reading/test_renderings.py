"""Renderings that are readable with certainty by a careful person, and what the same documents say when something is lost in them."""

import random
import re
from decimal import Decimal

import pytest
from layouts.typesetting import typeset
from renderers import Quirks, balanced, compose, figures_of
from test_misleading_documents import Key, edit, page
from test_mutations import _read

from gongkai_build.reading.labels import load_labels
from gongkai_build.reading.words import parts_of

FORMS = pytest.mark.parametrize("form", ["2019", "2021"])
ROW = re.compile(r"(<tr>(?:<td[^>]*>[^<]*[^\d<][^<]*</td>){1,3}(?:<td>\d+</td>){7})</tr>")

REQUESTS_HEADER = (
    "三、收到和处理政府信息公开申请情况\n||申请人情况|||||||\n||自然人|法人或其他组织|||||总计|\n"
    "|||商业企业|科研机构|社会公益组织|法律服务机构|其他||\n"
)


def read(text: str) -> dict[Key, Decimal | None]:
    return {(f.item_id, f.party): f.value for f in _read(text.encode()) if f.status != "unclear"}


@pytest.mark.parametrize("text", ["1 234", "0 0", "见附件 3 4", "0 0 0 0 0 0", "办公室 12 人", "— 3 —", "- 12 -"])
def test_lines_that_are_no_row(text: str) -> None:
    assert parts_of(text) == []


def test_a_line_of_labels_and_values_is_parted() -> None:
    assert parts_of("（三）不予公开　1.属于国家秘密  0 1 0 0 0 0 1") == ["（三）不予公开", "1.属于国家秘密", *"0100001"]
    assert parts_of("规章 / 0 2 行政规范性文件 1 0 3") == ["规章", "/", "0", "2", "行政规范性文件", "1", "0", "3"]
    # A number in front of a numbered label is the value before it.
    assert parts_of("1.属于国家秘密 5 2.其他法律行政法规禁止公开 0")[1:] == ["5", "2.其他法律行政法规禁止公开", "0"]


@FORMS
def test_a_row_parted_by_blanks_that_lost_a_cell_is_unclear(form: str) -> None:
    figures, text = page(form, "blank_rows")
    line = next(line for line in text.split("\n") if line.startswith("一、本年新收"))
    told = read(edit(text, line, line.rpartition("  ")[0]))
    assert told == {key: value for key, value in figures.items() if key[0] != "requests.received"}


@FORMS
@pytest.mark.parametrize("remark", ["", "含网络申请"])
def test_a_last_column_for_remarks(form: str, remark: str) -> None:
    figures, text = page(form)
    text = edit(text, "<td rowspan=2>总计</td></tr>", "<td rowspan=2>总计</td><td rowspan=2>备注</td></tr>")
    assert read(ROW.sub(rf"\1<td>{remark}</td></tr>", text)) == figures
    # A number there makes the rows too long; which cell is the remark cannot be known.
    assert not [key for key in read(ROW.sub(r"\1<td>5</td></tr>", text)) if key[0].startswith("requests")]


@FORMS
def test_bold_cells_of_markdown(form: str) -> None:
    figures, text = page(form, "markdown")
    assert read(re.sub(r"\| ([^|\n]*[\u4e00-\u9fff][^|\n]*) (?=\|)", r"| **\1** ", text)) == figures


@FORMS
def test_a_row_in_which_the_document_breaks_off(form: str) -> None:
    figures, text = page(form, "row_pipe")
    line = next(line for line in text.split("\n") if line.startswith("规章 "))
    label, first, second, _third, *_ = [part.strip() for part in line.split("|")]
    rest = f"规范性文件 | {first} | {second} | 7 |\n" * 5
    told = read(text[: text.index(line)] + rest + f"{label} | {first} | {second}")
    # The second may have lost digits.
    assert {key for key in told if key[0].startswith("rules.")} == {next(iter(figures))}


@FORMS
def test_blank_cells_of_section_4_between_tabs(form: str) -> None:
    figures, _ = page(form)
    blank = [key for key in figures if key[0].endswith((".pending", ".total"))]
    printed: dict[Key, Decimal | None] = {**figures, **dict.fromkeys(blank)}
    paper = compose(form, printed, Quirks(amount="yuan"))
    lines = [paper.title, paper.preamble]
    for heading, _text, table in paper.parts:
        lines += [heading, *("\t".join(cell.text for cell in row) for row in table)]
    assert read("\n".join(lines)) == printed
    remedies = ("review", "litigation")
    assert not [key for key in read("\n".join(line.rstrip("\t") for line in lines)) if key[0].startswith(remedies)]


@FORMS
def test_labels_of_section_4_printed_downwards(form: str) -> None:
    figures, text = page(form, "blank_rows")
    lines = text.split("\n")
    start = next(index for index, line in enumerate(lines) if line.startswith("行政复议  "))
    slices = ["结 结 其 尚 总 结 结 其 尚 总 结 结 其 尚 总", "果 果 他 未 计", "维 纠 结 审", "持 正 果 结"]
    assert read("\n".join([*lines[: start + 1], *slices, *lines[start + 3 :]])) == figures
    swapped = "纠 维 其 尚"
    told = read("\n".join([*lines[: start + 1], swapped, *lines[start + 3 :]]))
    assert not [key for key in told if key[0].startswith("review")]


@FORMS
def test_a_cell_that_is_set_low_as_a_whole(form: str) -> None:
    figures, text = page(form)
    low = re.sub(r"<td>(\d+)</td>", r'<td><span style="vertical-align:sub">\1</span></td>', text)
    assert read(low) == figures


@FORMS
def test_the_number_of_a_page_between_rows(form: str) -> None:
    figures, text = page(form, "cell_per_line")
    assert read(edit(text, "四、结转下年度", "— 3 —\n四、结转下年度")) == figures


PARTIES = "商业企业  科研机构  社会公益组织  法律服务机构  其他"


@FORMS
def test_headers_broken_over_lines_in_step(form: str) -> None:
    """Between columns without rulings, the labels of one line are pieces of several columns (商业企 科研机 …, then 业 构 …)."""
    figures, text = page(form, "blank_rows")
    broken = "商业企 科研机 社会公 法律服 其\n业 构 益组织 务机构 他"
    assert read(edit(text, PARTIES, broken)) == figures
    for others in (
        "科研机 商业企 社会公 法律服 其\n构 业 益组织 务机构 他",
        "商业企 科研机 社会公 小 其\n业 构 益组织 计 他",
    ):
        assert not [key for key in read(edit(text, PARTIES, others)) if key[0].startswith("requests")]


@FORMS
@pytest.mark.parametrize("label", ["（一）予以公开", "（七）总计", "3.其他", "四、结转下年度"])
def test_a_header_that_the_next_page_repeats_among_the_rows(form: str, label: str) -> None:
    figures, text = page(form, "blank_rows")
    lines = text.split("\n")
    before = next((index for index, line in enumerate(lines) if label in line), None)
    if before is None:
        assert (form, label) == ("2019", "3.其他")
        return
    start = next(index for index, line in enumerate(lines) if "申请人情况" in line)
    end = next(index for index, line in enumerate(lines) if line.startswith("一、本年新收"))
    assert read("\n".join([*lines[:before], *lines[start:end], *lines[before:]])) == figures


@FORMS
def test_what_the_change_is_compared_with(form: str) -> None:
    figures, text = page(form)
    worn = text.replace("本年增/减</td>", "本年增/减（比上年少的写负数）</td>")
    assert read(worn) == figures
    # Of another column it would make one of changes.
    compared = edit(text, "处理决定数量</td>", "处理决定数量（比上年）</td>")
    assert not [key for key in read(compared) if key[0].endswith(".decisions")]


@FORMS
def test_a_report_that_was_copied_onto_one_line(form: str) -> None:
    figures, text = page(form, "cell_per_line")
    assert read(" ".join(text.split("\n"))) == figures


@FORMS
def test_a_label_on_more_lines_than_a_usual_one(form: str) -> None:
    figures, text = page(form, "cell_per_line")
    label = "5.要求行政机关确认或重新出具已获取信息"
    assert read(edit(text, label, "\n".join(label[at : at + 3] for at in range(0, len(label), 3)))) == figures


@pytest.mark.parametrize(
    "label",
    [
        "没有现成信息需另行制作",
        "没有现成的信息需要另行制作",
        "没有现成信息",
    ],
)
def test_a_label_that_lost_characters_or_has_some_more(label: str) -> None:
    row = "|2.没有现成信息需要另行制作|3|0|0|0|0|0|3|"
    table = "\n".join(
        [
            "|一、本年新收政府信息公开申请数量|5|0|0|0|0|0|5|",
            "|{}|4|0|0|0|0|0|4|",
            row,
            "|3.补正后申请内容仍不明确|2|0|0|0|0|0|2|",
        ]
    )
    figures = read(
        REQUESTS_HEADER + table.format("1.本机关不掌握相关政府信息").replace("没有现成信息需要另行制作", label)
    )
    assert figures[("requests.unable.needs_creation", "natural_person")] == 3


@pytest.mark.parametrize(
    "label",
    [
        "2.网上没有现成信息需要另行制作",
        "2.有现成信息需要另行制作",
        "2.没有现成信息需要重新制作",
        "2.没有现成统计信息需要另行制作",
    ],
)
def test_a_label_that_says_something_else_is_no_garbled_one(label: str) -> None:
    table = f"|一、本年新收政府信息公开申请数量|5|0|0|0|0|0|5|\n|1.本机关不掌握相关政府信息|4|0|0|0|0|0|4|\n|{label}|3|0|0|0|0|0|3|\n"
    figures = read(REQUESTS_HEADER + table)
    assert figures.get(("requests.unable.needs_creation", "natural_person")) is None


@pytest.mark.parametrize("put_in", ["重复", "电子", "有效"])
def test_a_part_of_a_row_is_not_the_row(put_in: str) -> None:
    whole, part = (
        "|本年新收政府信息公开申请数量|5|0|0|0|0|0|5|\n",
        f"|本年新收政府信息公开{put_in}申请数量|2|0|0|0|0|0|2|\n",
    )
    assert read(REQUESTS_HEADER + whole + part)[("requests.received", "natural_person")] == 5
    assert ("requests.received", "natural_person") not in read(REQUESTS_HEADER + part)


@pytest.mark.parametrize("label", ["（七）总计", "总计"])
def test_the_total_behind_a_row_that_cannot_be_read_is_no_column_of_the_next_section(label: str) -> None:
    table = (
        "|一、本年新收政府信息公开申请数量|9|0|0|0|0|0|9|\n"
        "|2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请|1|0|0|0|0|0|1|\n"
        f"|3.其他情形|3|0|0|0|0|0|3|\n|{label}|4|0|0|0|0|0|4|\n|四、结转下年度继续办理|5|0|0|0|0|0|5|\n"
    )
    figures = read(REQUESTS_HEADER + table)
    assert figures[("requests.processed_total", "natural_person")] == 4
    assert figures[("requests.carried_out", "natural_person")] == 5


def test_a_label_of_last_year_in_the_midst_of_a_table_is_no_caption() -> None:
    """Whatever 上年 in a label that cannot be read means, the rows below it are of this year."""
    table = "|一、本年新收政府信息公开申请数量|5|0|0|0|0|0|5|\n|二、上年余留件|4|0|0|0|0|0|4|\n|（一）予以公开|3|0|0|0|0|0|3|\n"
    figures = read(REQUESTS_HEADER + table)
    assert figures[("requests.granted", "natural_person")] == 3
    assert ("requests.carried_in", "natural_person") not in figures


def test_last_year_s_column_beside_this_year_s() -> None:
    table = "|第二十条第（五）项|||\n|信息内容|本年处理决定数量|上年处理决定数量|\n|行政许可|7|999|\n|第二十条第（六）项|||\n|信息内容|本年处理决定数量|上年处理决定数量|\n|行政处罚|8|99|\n|行政强制|9|98|\n"
    figures = read("二、主动公开政府信息情况\n" + table)
    assert {item: value for (item, _), value in figures.items()} == {
        "permits.decisions": 7,
        "penalties.decisions": 8,
        "coercion.decisions": 9,
    }


def test_a_table_drawn_with_lines() -> None:
    table = "┌────┬────┐\n│第二十条第（五）项│\n├────┼────┤\n│信息内容│本年处理决定数量│\n├────┼────┤\n│行政许可│7│\n└────┴────┘\n│第二十条第（六）项│\n│信息内容│本年处理决定数量│\n├────┼────┤\n│行政处罚│8│\n"
    figures = read("二、主动公开政府信息情况\n" + table)
    assert figures[("permits.decisions", "all")] == 7
    assert figures[("penalties.decisions", "all")] == 8


@pytest.mark.parametrize(
    ("printed", "instead"),
    [
        ("法人或其他组织", "法人或者其他组织"),
        ("法人或其他组织", "法人和其他组织"),
        ("法人或其他组织", "单位（样例）"),
        ("申请人情况", "申请人类型"),
        ("复议后起诉", "经复议后起诉"),
        ("行政诉讼", "行政诉讼情况"),
        ("尚未审结", "未审结"),
        ("结果纠正", "结果纠错"),
        ("确认或重新出具", "确认或者重新出具"),
    ],
)
@pytest.mark.parametrize("form", ["2019", "2021"])
def test_labels_in_other_words(form: str, printed: str, instead: str) -> None:
    figures, text = page(form)
    cell = ("", "") if printed.startswith("确认") else (">", "<")
    changed = text.replace(printed.join(cell), instead.join(cell))
    assert changed != text
    assert read(changed) == figures


@pytest.mark.parametrize(
    ("label", "is_row"),
    [
        ("信访投诉类申请", False),
        ("信访举报类申请", False),
        ("要求行政机关确认已获取信息", False),
        ("信访举投诉类申请", True),
        ("要求行政机关认或重新具已获取信息", True),
    ],
)
def test_a_label_without_a_whole_word_of_the_row_s_is_another_row(label: str, is_row: bool) -> None:
    assert bool(load_labels("2021").nearly(label)) is is_row


YEARS = {"2019": 2020, "2021": 2022}


@FORMS
@pytest.mark.parametrize("layout", ["html_grid", "cell_per_line", "row_pipe", "tab_indented"])
def test_labels_that_print_the_year_itself(form: str, layout: str) -> None:
    figures, text = page(form, layout)
    year = YEARS[form]
    for word, printed in (("本年", year), ("上一年", year - 1), ("上年", year - 1), ("下年", year + 1)):
        text = text.replace(word, f"{printed}年")
    assert f"结转{year + 1}年度继续办理" in text
    assert read(text) == figures


@FORMS
@pytest.mark.parametrize(
    ("word", "away", "items"),
    [
        ("上年结转", 0, {"requests.carried_in"}),
        ("结转下年", 2, {"requests.carried_out"}),
        ("本年新收", -1, {"requests.received"}),
        ("本年新制作", -1, {"rules.made", "normative_documents.made"}),
        ("本年制发", -1, {"rules.issued", "normative_documents.issued"}),
    ],
)
def test_labels_that_print_a_year_that_is_not_theirs(form: str, word: str, away: int, items: set[str]) -> None:
    figures, text = page(form)
    label = re.sub("[本上下]年", f"{YEARS[form] + away}年", word)
    told = read(text.replace(word, label))
    assert told == {key: value for key, value in figures.items() if key[0] not in items or word not in text}


@FORMS
def test_a_group_of_another_year(form: str) -> None:
    _, text = page(form)
    told = read(edit(text, "三、本年度办理结果", f"三、{YEARS[form] - 1}年度办理结果"))
    assert {key[0] for key in told if key[0].startswith("requests.")} == {"requests.received", "requests.carried_in"}


@FORMS
def test_a_line_that_breaks_in_the_header_makes_no_column(form: str) -> None:
    figures, text = page(form, "row_pipe")
    told = read(text.replace(" | 采购总金额", " \n| 采购总金额").replace(" | 本年废止件数", " \n| 本年废止件数"))
    assert told.items() <= figures.items()


@FORMS
@pytest.mark.parametrize(
    ("layout", "label"),
    [
        *((layout, "一、本年新受理的公开件") for layout in ("html_grid", "cell_per_line", "cell_pipe", "tab_indented")),
        *(
            (layout, "今年收到的依申请公开事项合计")
            for layout in ("html_grid", "cell_per_line", "row_pipe", "blank_rows")
        ),
    ],
)
def test_a_first_row_that_cannot_be_read_leaves_the_others(form: str, layout: str, label: str) -> None:
    figures, text = page(form, layout)
    told = read(edit(text, "一、本年新收政府信息公开申请数量", label))
    assert told == {key: value for key, value in figures.items() if key[0] != "requests.received"}


@FORMS
def test_blanks_between_thousands_where_a_sum_shows_that_the_number_is_one(form: str) -> None:
    drawn = figures_of(form, random.Random(form), zeros=0.3)
    figures = balanced(form, drawn)
    worn = Quirks(amount="yuan", thousands=True)
    text = re.sub(r"(?<=\d),(?=\d{3})", " ", typeset(compose(form, figures, worn), "html_grid", worn).decode())
    told = read(text)
    assert told.items() <= figures.items()
    in_sums = {key for key in figures if key[0].startswith(("requests", "review", "litigation"))}
    assert in_sums <= told.keys()
    # Two numbers in one cell are still two.
    assert figures[("requests.received", "total")] >= 1000
    text = text.replace(f">{figures[('requests.received', 'total')]:,}<".replace(",", " "), ">1 230<")
    received = {key for key in read(text) if key[0] == "requests.received"}
    assert ("requests.received", "total") not in received


@FORMS
@pytest.mark.parametrize("full_width", [False, True])
def test_numbers_that_a_narrow_cell_breaks_where_a_sum_shows_that_each_is_one(form: str, full_width: bool) -> None:
    figures = balanced(form, figures_of(form, random.Random(form), zeros=0.3))
    worn = Quirks(amount="yuan", full_width_digits=full_width)
    whole = typeset(compose(form, figures, worn), "html_grid", worn).decode()
    # (47 above 47 is a number printed twice.)
    told = read(re.sub(r">(\d\d)(?!\1<)(\d+)</td>", r">\1<br>\2</td>", whole))
    assert told.items() <= figures.items()
    in_sums = {key for key in figures if key[0].startswith(("requests", "review", "litigation"))}
    assert in_sums <= told.keys()
    # A number printed twice, and a sum that holds for it too, prove nothing.
    for printed in ("1<br>1", "11<br>11"):
        row = dict.fromkeys((key for key in figures if key[0] == "requests.refused.third_party"), Decimal(0))
        quiet = typeset(compose(form, {**figures, **row}, worn), "html_grid", worn).decode()
        place = quiet.index("保护第三方")
        end = quiet.index("</tr>", place)
        cells = (
            quiet[place:end].replace("<td>0</td>", f"<td>{printed}</td>").replace("<td>０</td>", f"<td>{printed}</td>")
        )
        first, last = cells.find("<td>"), cells.rfind("<td>")
        middle = cells[first + 4 : last].replace(printed, "0")
        doubled = read(
            quiet[:place] + cells[: first + 4] + middle.replace("0", printed, 1) + cells[last:] + quiet[end:]
        )
        values = {value for key, value in doubled.items() if key in row}
        assert values <= {Decimal(0), Decimal(printed.partition("<")[0])}


@FORMS
@pytest.mark.parametrize("separator", ["，", "；", ",", " ; "])
def test_cells_parted_by_commas_or_semicolons(form: str, separator: str) -> None:
    figures, text = page(form, "blank_rows")
    lines = [line if "。" in line else line.replace("  ", separator) for line in text.split("\n")]
    told = read("\n".join(lines))
    # 119，120 alone may be 119120.
    ambiguous = {key for key in figures if separator in "，," and key[0].startswith("fees.items")}
    assert told == {key: value for key, value in figures.items() if key not in ambiguous}
    row = next(line for line in lines if line.startswith("一、本年新收"))
    for damaged in (
        row.rpartition(separator)[0],
        row + f"{separator}7",
        row.replace(separator, f"{separator}{separator}", 3),
    ):
        told = read("\n".join(lines).replace(row, damaged))
        assert told.items() <= figures.items()
        assert ("requests.received", "natural_person") not in told


@pytest.mark.parametrize(
    "line", ["行政许可，1，113", "政府集中采购,12,345", "行政许可，行政处罚等处理决定", "规章，，0，0"]
)
def test_lines_with_commas_that_are_no_row(line: str) -> None:
    assert parts_of(line) == []


@FORMS
@pytest.mark.parametrize("around", ["{}", "<table><tr><td>{}</td></tr></table>"])
@pytest.mark.parametrize("cell", [r"(<td[^>]*>)(.*?)</td>", r"(<td>)(\d+)</td>"])
def test_cells_that_hold_a_table_of_one_cell(form: str, around: str, cell: str) -> None:
    figures, text = page(form)
    framed = re.sub(cell, r"\1<table><tr><td><p>\2</p></td></tr></table></td>", text, flags=re.DOTALL)
    head, body = framed.split("<body>")
    assert read(f"{head}<body>{around.format(body.removesuffix('</body></html>'))}</body></html>") == figures


@FORMS
def test_pieces_of_the_labels_of_groups_in_front_of_rows(form: str) -> None:
    """Where a PDF has no rulings, the label of a group breaks over the rows beside it."""
    figures, text = page(form, "blank_rows")
    broken = text.replace("三、本年度办理结果  （一）", "三、本年 （一）").replace(
        "\n（二）部分", "\n度办理结 （二）部分"
    )
    broken = broken.replace("（三）不予公开  1.", "果\n（三）不 1.").replace("\n2.其他法律", "\n予公开 2.其他法律")
    broken = broken.replace("（四）无法提供  1.", "（四）无 1.").replace("\n2.没有现成", "\n法提供 2.没有现成")
    assert broken.count("\n") == text.count("\n") + 1
    assert read(broken) == figures
    row = next(line for line in broken.split("\n") if line.startswith("予公开 2."))
    assert parts_of(row.rpartition("  ")[0]) == []
    assert parts_of(row.replace("予公开", "另公开")) == []


@FORMS
@pytest.mark.parametrize("layout", ["row_pipe", "cell_pipe", "lone_pipe", "alternate_lines"])
def test_a_report_with_marks_that_was_copied_onto_one_line(form: str, layout: str) -> None:
    figures, text = page(form, layout)
    line = " ".join(text.split())
    assert read(line) == figures
    # Without its mark and its number a cell leaves no trace.
    number = figures[("requests.received", "business")]
    assert f" {number} | " in line
    assert read(line.replace(f" {number} | ", " ")).items() <= figures.items()
