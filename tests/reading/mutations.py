"""What can happen to a report on its way: cells, rows and lines that are lost, doubled, swapped or cut.

Each mutation returns the mutated report and what a careful reader may take from it: for each figure the values that the report then states.
A figure of which no value is permitted must not be read at all; to find any figure unclear is always permitted.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

from renderers import GROUP, HEADER, HEADING, LABEL, VALUE, Cell, Figures, Paper, Table

from gongkai_build.forms import Block, Column, Form, load_form

Key = tuple[str, str]
Permitted = dict[Key, set[Decimal | None]]
Mutated = tuple[Paper, Permitted]
SECTIONS_WITH_TABLES = (1, 2, 3)


def drop_value(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """A value is lost: where it stood is unknown."""
    part, row, index = _pick(paper, rng, VALUE)
    return _with_row(paper, part, row, lambda cells: cells[:index] + cells[index + 1 :]), _as_printed(figures)


def double_value(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """A value is printed twice."""
    part, row, index = _pick(paper, rng, VALUE)
    return _with_row(paper, part, row, lambda cells: cells[: index + 1] + cells[index:]), _as_printed(figures)


def drop_label(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """The label of a row is lost."""
    part, row, index = _pick(paper, rng, LABEL)
    return _with_row(paper, part, row, lambda cells: cells[:index] + cells[index + 1 :]), _as_printed(figures)


def cut_label(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """The label of a row or column is cut short."""
    part, row, index = _pick(paper, rng, rng.choice([LABEL, HEADER]))
    text = paper.parts[part][2][row][index].text
    cut = text[: rng.randint(1, max(1, len(text) - 1))]
    return _with_cell(paper, part, row, index, lambda cell: replace(cell, text=cut)), _as_printed(figures)


def drop_group(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """The label of a group of rows is lost."""
    part, row, index = _pick(paper, rng, GROUP)
    return _with_row(paper, part, row, lambda cells: cells[:index] + cells[index + 1 :]), _as_printed(figures)


def drop_header(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """The label of a column is lost."""
    part, row, index = _pick(paper, rng, HEADER)
    return _with_row(paper, part, row, lambda cells: cells[:index] + cells[index + 1 :]), _as_printed(figures)


def drop_header_row(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """A line of headers is lost."""
    part, row, _ = _pick(paper, rng, rng.choice([HEADER, HEADING]))
    return _with_table(paper, part, lambda table: table[:row] + table[row + 1 :]), _as_printed(figures)


def drop_section_heading(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """The heading of a section is lost."""
    part = rng.choice(SECTIONS_WITH_TABLES)
    parts = list(paper.parts)
    parts[part] = ("", *parts[part][1:])
    return replace(paper, parts=tuple(parts)), _as_printed(figures)


def swap_rows(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """Two rows of a block change places, with their labels."""
    part, row, _ = _pick(paper, rng, LABEL)
    table = paper.parts[part][2]
    others = [
        other
        for other in (row - 1, row + 1)
        if 0 <= other < len(table) and [cell.role for cell in table[other]] == [cell.role for cell in table[row]]
    ]
    if not others:
        return paper, _as_printed(figures)
    rows = list(table)
    rows[row], rows[others[0]] = rows[others[0]], rows[row]
    return _with_table(paper, part, lambda _: tuple(rows)), _as_printed(figures)


def double_row(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """A row is printed twice."""
    part, row, _ = _pick(paper, rng, LABEL)
    return _with_table(paper, part, lambda table: table[: row + 1] + table[row:]), _as_printed(figures)


def drop_row(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """A row is lost, and with it its figures."""
    part, row, _ = _pick(paper, rng, LABEL)
    permitted = _as_printed(figures)
    for key in _row_keys(paper, form, figures, part, row):
        permitted[key] = set()
    return _with_table(paper, part, lambda table: table[:row] + table[row + 1 :]), permitted


def swap_headers(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """Two labels of columns change places: the values then belong to the other figure."""
    definition = load_form(form)
    block = rng.choice([block for block in definition.blocks if len(block.columns) > 1])
    part = block.section - 1
    row, places = _header_places(paper, definition, block, rng)
    table = paper.parts[part][2]
    (first, first_place), (second, second_place) = rng.sample(sorted(places.items()), 2)
    cells = list(table[row])
    cells[first_place], cells[second_place] = (
        replace(cells[first_place], text=cells[second_place].text),
        replace(cells[second_place], text=cells[first_place].text),
    )
    permitted = _as_printed(figures)
    for line in block.rows:
        one, other = block.figure(line, block.columns[first]), block.figure(line, block.columns[second])
        if one in figures:
            permitted[one] = {_printed_under(figures[other], block.columns[second], block.columns[first])}
            permitted[other] = {_printed_under(figures[one], block.columns[first], block.columns[second])}
    return _with_row(paper, part, row, lambda _: tuple(cells)), permitted


MUTATIONS: tuple[Callable[[Paper, str, Figures, random.Random], Mutated], ...] = (
    drop_value,
    double_value,
    drop_label,
    cut_label,
    drop_group,
    drop_header,
    drop_header_row,
    drop_section_heading,
    swap_rows,
    double_row,
    drop_row,
    swap_headers,
)


# Lines


def drop_line(lines: list[str], rng: random.Random) -> list[str]:
    """A line is lost; where a mark is left of it, an empty cell is what the report then states."""
    index = rng.randrange(len(lines))
    return lines[:index] + lines[index + 1 :]


def double_line(lines: list[str], rng: random.Random) -> list[str]:
    """A line is printed twice."""
    index = rng.randrange(len(lines))
    return lines[: index + 1] + lines[index:]


def drop_blank_line(lines: list[str], rng: random.Random) -> list[str]:
    """An empty line is lost, if there is one."""
    blank = [index for index, line in enumerate(lines) if not line.strip()]
    index = rng.choice(blank) if blank else len(lines) - 1
    return lines[:index] + lines[index + 1 :]


def swap_lines(lines: list[str], rng: random.Random) -> list[str]:
    """Two lines change places, of which one is a bare number or mark: to swap two values, or two labels, is to state other figures."""
    places = [index for index in range(len(lines) - 1) if _is_bare(lines[index]) != _is_bare(lines[index + 1])]
    index = rng.choice(places)
    return [*lines[:index], lines[index + 1], lines[index], *lines[index + 2 :]]


def insert_page_number(lines: list[str], rng: random.Random) -> list[str]:
    """The number of a page comes to stand between two lines."""
    index = rng.randrange(3, len(lines))
    return [*lines[:index], rng.choice(["7", "- 7 -", "第7页", "7/12"]), *lines[index:]]


LINE_MUTATIONS: tuple[Callable[[list[str], random.Random], list[str]], ...] = (
    drop_line,
    double_line,
    drop_blank_line,
    swap_lines,
    insert_page_number,
)


# Places


def _is_bare(line: str) -> bool:
    return not any(character.isalpha() for character in line)


def _as_printed(figures: Figures) -> Permitted:
    return {key: {value} for key, value in figures.items()}


def _printed_under(value: Decimal | None, own: Column, other: Column) -> Decimal | None:
    """What a figure says under the label of another column, where money is printed in 万元 and the label says so."""
    if value is None or own.unit == other.unit:
        return value
    return value.scaleb(4 if other.unit == "yuan" else -4)


def _pick(paper: Paper, rng: random.Random, role: str) -> tuple[int, int, int]:
    places = [
        (part, row, index)
        for part in SECTIONS_WITH_TABLES
        for row, cells in enumerate(paper.parts[part][2])
        for index, cell in enumerate(cells)
        if cell.role == role
    ]
    return rng.choice(places)


def _with_table(paper: Paper, part: int, change: Callable[[Table], Table]) -> Paper:
    parts = list(paper.parts)
    heading, text, table = parts[part]
    parts[part] = (heading, text, change(table))
    return replace(paper, parts=tuple(parts))


def _with_row(paper: Paper, part: int, row: int, change: Callable[[tuple[Cell, ...]], tuple[Cell, ...]]) -> Paper:
    return _with_table(paper, part, lambda table: (*table[:row], change(table[row]), *table[row + 1 :]))


def _with_cell(paper: Paper, part: int, row: int, index: int, change: Callable[[Cell], Cell]) -> Paper:
    return _with_row(paper, part, row, lambda cells: (*cells[:index], change(cells[index]), *cells[index + 1 :]))


def _row_keys(paper: Paper, form: str, figures: Figures, part: int, row: int) -> list[Key]:
    """The figures of a row of a table: labels come in the order of the form."""
    blocks = [block for block in load_form(form).blocks if block.section == part + 1]
    printed = [
        [block.figure(line, column) for column in block.columns]
        for block in blocks
        for line in block.rows
        if any(block.figure(line, column) in figures for column in block.columns)
    ]
    labelled = [
        number for number, cells in enumerate(paper.parts[part][2]) if any(cell.role == LABEL for cell in cells)
    ]
    return printed[labelled.index(row)]


def _header_places(paper: Paper, form: Form, block: Block, rng: random.Random) -> tuple[int, Mapping[int, int]]:
    """A row of headers of a block, and at which of its cells which columns of the block are named."""
    if block.section == 2:
        disclosures = [other for other in form.blocks if other.section == 2]
        rows = [row for row, cells in enumerate(paper.parts[1][2]) if cells[0].role == HEADER]
        return rows[disclosures.index(block)], {index: index + 1 for index in range(len(block.columns))}
    if block.section == 3:
        grouped = {index: index - 1 for index, column in enumerate(block.columns) if column.group}
        return rng.choice([(1, {0: 0, len(block.columns) - 1: 2}), (2, grouped)])
    # Within a route: direct suits and suits after review have the same five labels.
    review, direct, after_review = (
        {route * 5 + index: max(route - 1, 0) * 5 + index for index in range(5)} for route in range(3)
    )
    return rng.choice([(1, review), (2, direct), (2, after_review)])
