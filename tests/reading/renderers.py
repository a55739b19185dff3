"""Figures → a whole report with the quirks that real ones have: its text, and its tables as cells with spans.

`layouts.typesetting` writes it down in a layout. What is done to the tables in between is what was done to the report.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from opencc import OpenCC

from gongkai_build.forms import Block, Column, Form, Row, load_form

Figures = Mapping[tuple[str, str], Decimal | None]
"""Item and party → figure (money in yuan), None for a blank cell. A row of which no figure is named is not printed."""

HEADING, HEADER, GROUP, LABEL, VALUE, TRAIL = "heading", "header", "group", "label", "value", "trail"
LONGEST_BROKEN = 60
"""Longest label that `broken_labels` prints on two lines."""
FORM_YEARS = {"2019": 2020, "2021": 2022}
AGENCY = "云岫市科学技术局"
BALANCE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
NUMERALS = "一二三四五六七八"
SECTIONS = (
    ("一、总体情况", "我局全年更新栏目12个，接听咨询电话365次，网站由办公室负责维护。"),
    ("二、主动公开政府信息情况", "本年度公开的内容见下表。"),
    ("三、收到和处理政府信息公开申请情况", ""),
    ("四、政府信息公开行政复议、行政诉讼情况", ""),
    ("五、存在的主要问题及改进情况", "更新不够及时。下一步将每月检查1次。"),
    ("六、其他需要报告的事项", "没有其他需要报告的事项。"),
)


@dataclass(frozen=True)
class Cell:
    """A cell of a table, at the place in its row where it begins."""

    text: str
    role: str
    colspan: int = 1
    rowspan: int = 1


Table = tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Quirks:
    """How a report is printed. The defaults print the statutory form to the letter."""

    traditional: bool = False
    full_width_digits: bool = False
    thousands: bool = False
    change: str = "plain"
    """Sign of 本年增/减: plain, plus, words."""
    numbering: str = "1."
    half_width_brackets: bool = False
    padding: bool = False
    broken_labels: bool = False
    explanations: bool = False
    aliases: bool = False
    amount: str = "wan"
    """Unit of money: yuan or wan in the cell, header in the header."""
    blank_mark: str = ""
    dash: bool = False
    """A dash behind the last cell of most rows of section 3."""
    filler: bool = True
    """Marks for the columns that spans cover, in the layouts with `|`."""


@dataclass(frozen=True)
class Paper:
    """A report as its author wrote it."""

    title: str
    preamble: str
    parts: tuple[tuple[str, str, Table], ...]
    signature: tuple[str, ...]


def figures_of(
    form: str, rng: random.Random, *, zeros: float = 0.5, blanks: float = 0.0
) -> dict[tuple[str, str], Decimal | None]:
    """Draw figures for all rows of a form; the local row and the row 规章 may be missing."""
    figures: dict[tuple[str, str], Decimal | None] = {}
    for block in load_form(form).blocks:
        for row in block.rows:
            if (row.local and rng.random() < 0.7) or (row.key == "rules" and rng.random() < 0.2):
                continue
            for column in block.columns:
                figures[block.figure(row, column)] = _draw(column, rng, zeros, blanks)
    return figures


def balanced(form: str, figures: Figures) -> dict[tuple[str, str], Decimal | None]:
    """Change the totals of figures without blanks so that all sums of the form hold."""
    sums = dict(figures)

    def add(total: tuple[str, str], parts: Iterable[tuple[str, str]]) -> None:
        sums[total] = sum((sums[part] or Decimal(0) for part in parts), Decimal(0))

    requests, remedies = load_form(form).block("requests"), load_form(form).block("remedies")
    *categories, total = (column.key for column in requests.columns)
    rows = [row.key for row in requests.rows]
    ended = [
        row
        for row in rows
        if row not in ("requests.received", "requests.carried_in", "requests.processed_total", "requests.carried_out")
    ]
    for party in categories:
        add(("requests.processed_total", party), ((row, party) for row in ended))
        add(
            ("requests.received", party), ((row, party) for row in ("requests.processed_total", "requests.carried_out"))
        )
        sums["requests.carried_in", party] = min(
            sums["requests.carried_in", party] or Decimal(0), sums["requests.received", party] or Decimal(0)
        )
        sums["requests.received", party] = (sums["requests.received", party] or Decimal(0)) - (
            sums["requests.carried_in", party] or Decimal(0)
        )
    for row in rows:
        add((row, total), ((row, party) for party in categories))
    keys = [remedies.figure(remedies.rows[0], column) for column in remedies.columns]
    for first in range(0, len(keys), 5):
        add(keys[first + 4], keys[first : first + 4])
    return sums


def compose(form: str, figures: Figures, quirks: Quirks) -> Paper:
    """Write the report that states these figures."""
    definition, year = load_form(form), FORM_YEARS[form]
    tables = {
        2: disclosure_table(definition, figures, quirks),
        3: request_table(definition.block("requests"), figures, quirks),
        4: remedy_table(definition.block("remedies"), figures, quirks),
    }
    say = _script(quirks)
    return Paper(
        title=say(f"{AGENCY}{year}年政府信息公开工作年度报告"),
        preamble=say(f"本报告所列数据的统计期限为{year}年1月1日至{year}年12月31日。联系电话0771-5896365，邮编530012。"),
        parts=tuple(
            (say(heading), say(text), _dress(tables.get(number, ()), quirks))
            for number, (heading, text) in enumerate(SECTIONS, 1)
        ),
        signature=(say(AGENCY), f"{year + 1}年1月15日"),
    )


def disclosure_table(form: Form, figures: Figures, quirks: Quirks) -> Table:
    """The small tables of section 2, one below the other in four columns."""
    rows: list[tuple[Cell, ...]] = []
    for block in form.blocks:
        if block.section != 2:
            continue
        rows.append((Cell(block.heading or "", HEADING, 4),))
        rows.append(_stretch([Cell("信息内容", HEADER), *(_column(column, quirks) for column in block.columns)], 4))
        for row in _printed(block, figures):
            cells = [Cell(_label(row, quirks), LABEL), *_values(block, row, figures, quirks)]
            rows.append(_stretch(cells, 4))
    return tuple(rows)


def request_table(block: Block, figures: Figures, quirks: Quirks) -> Table:
    """The grid of section 3."""
    alone = {column.key: column for column in block.columns if not column.group}
    first, last = alone["natural_person"], alone["total"]
    rows = [
        (Cell(BALANCE, HEADER, 3, 3), Cell("申请人情况", HEADER, 7)),
        (
            replace(_column(first, quirks), rowspan=2),
            Cell("法人或其他组织", HEADER, 5),
            replace(_column(last, quirks), rowspan=2),
        ),
        tuple(_column(column, quirks) for column in block.columns if column.group),
    ]
    printed = list(_printed(block, figures))
    top = second = third = 0
    groups: tuple[str, ...] = ()
    for row in printed:
        cells: list[Cell] = []
        if not row.groups or row.groups[0] not in groups:
            top, second = top + 1, 0
        if row.groups and row.groups[0] not in groups:
            length = sum(other.groups[:1] == row.groups[:1] for other in printed)
            cells.append(Cell(f"{NUMERALS[top - 1]}、{row.groups[0]}", GROUP, 1, length))
        if not row.groups:
            cells.append(Cell(f"{NUMERALS[top - 1]}、{_label(row, quirks)}", LABEL, 3))
        elif len(row.groups) == 1:
            second += 1
            cells.append(Cell(f"（{NUMERALS[second - 1]}）{_label(row, quirks)}", LABEL, 2))
        else:
            if row.groups != groups:
                second, third = second + 1, 0
                length = sum(other.groups == row.groups for other in printed)
                cells.append(Cell(f"（{NUMERALS[second - 1]}）{row.groups[1]}", GROUP, 1, length))
            third += 1
            cells.append(Cell(_numbered(third, quirks) + _label(row, quirks), LABEL))
        groups = row.groups
        trail = [Cell("-", TRAIL)] if quirks.dash and top + third != 1 else []
        rows.append((*cells, *_values(block, row, figures, quirks), *trail))
    return tuple(rows)


def remedy_table(block: Block, figures: Figures, quirks: Quirks) -> Table:
    """The one row of section 4 under its three lines of headers."""
    outcomes = [_column(column, quirks) for column in block.columns]
    routes = list(dict.fromkeys(column.group or "" for column in block.columns))
    return (
        (Cell(routes[0], HEADER, 5), Cell("行政诉讼", HEADER, 10)),
        (*(replace(cell, rowspan=2) for cell in outcomes[:5]), Cell(routes[1], HEADER, 5), Cell(routes[2], HEADER, 5)),
        tuple(outcomes[5:]),
        tuple(_values(block, block.rows[0], figures, quirks)),
    )


# Cells


def _draw(column: Column, rng: random.Random, zeros: float, blanks: float) -> Decimal | None:
    if rng.random() < blanks:
        return None
    if rng.random() < zeros:
        return Decimal(0)
    size = 10 ** rng.randint(1, 6)
    if column.unit == "yuan":
        return Decimal(rng.randint(1, size * 100)).scaleb(-2)
    return Decimal(rng.randint(-size, size) if column.signed else rng.randint(1, size))


def _printed(block: Block, figures: Figures) -> Iterator[Row]:
    return (row for row in block.rows if any(block.figure(row, column) in figures for column in block.columns))


def _label(row: Row, quirks: Quirks) -> str:
    label = row.aliases[-1] if quirks.aliases and row.aliases else row.label
    if row.key == "requests.partly_granted" and not quirks.aliases:
        label += "（区分处理的，只计这一情形，不计其他情形）"
    if quirks.explanations and row.key in ("permits", "normative_documents", "other_services"):
        label += "（指2019年行政许可、行政处罚等事项，共5类，如-8）"
    return label


def _column(column: Column, quirks: Quirks) -> Cell:
    label = column.aliases[-1] if quirks.aliases and column.aliases and "万元" not in column.label else column.label
    if quirks.explanations and column.signed:
        label += "（指2020年增加或减少的事项数，减用负值表示，如-8）"
    if column.unit == "yuan" and quirks.amount == "header" and "万元" not in label:
        label += "（万元）"
    return Cell(label, HEADER)


def _values(block: Block, row: Row, figures: Figures, quirks: Quirks) -> list[Cell]:
    return [Cell(_number(figures[block.figure(row, column)], column, quirks), VALUE) for column in block.columns]


def _number(value: Decimal | None, column: Column, quirks: Quirks) -> str:
    if value is None:
        return quirks.blank_mark
    unit = ""
    if column.unit == "yuan":
        unit = {"yuan": "元", "wan": "万元", "header": ""}[quirks.amount] if "万元" not in column.label else ""
        value = value if unit == "元" else value.scaleb(-4)
    text = f"{abs(value):,f}" if quirks.thousands else f"{abs(value):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    sign = {"plain": "-", "plus": "-", "words": "减少"}[quirks.change] if value < 0 else ""
    if value >= 0 and column.signed:
        sign = {"plain": "", "plus": "+", "words": "增" if value else ""}[quirks.change]
    text = sign + text + unit
    return (
        text.translate(str.maketrans("0123456789+-", "０１２３４５６７８９＋－")) if quirks.full_width_digits else text
    )


def _numbered(number: int, quirks: Quirks) -> str:
    return {"1.": f"{number}.", "1、": f"{number}、", "（1）": f"（{number}）", "⒈": chr(ord("⒈") + number - 1)}[
        quirks.numbering
    ]


def _stretch(cells: list[Cell], width: int) -> tuple[Cell, ...]:
    return (*cells[:-1], replace(cells[-1], colspan=width - len(cells) + 1))


def _dress(table: Table, quirks: Quirks) -> Table:
    return tuple(tuple(replace(cell, text=_printed_text(cell, quirks)) for cell in row) for row in table)


def _printed_text(cell: Cell, quirks: Quirks) -> str:
    text = cell.text
    if cell.role not in (VALUE, TRAIL):
        text = _script(quirks)(text)
        text = text.translate(str.maketrans("（）", "()")) if quirks.half_width_brackets else text
    bare = text.partition("（")[0].partition("(")[0]
    if quirks.broken_labels and cell.role in (HEADER, LABEL) and 5 < len(bare) <= LONGEST_BROKEN:
        middle = len(bare) // 2 + 1
        text = text[:middle] + "\n" + text[middle:]
    if quirks.padding and text:
        text = f"\u3000 {text}\xa0" if cell.role == VALUE else f"{text}\xa0"
    return text


def _script(quirks: Quirks) -> Callable[[str], str]:
    return _converter().convert if quirks.traditional else str


@cache
def _converter() -> OpenCC:
    return OpenCC("s2tw")
