"""What can happen to a report on its way: cells, rows and lines that are lost, doubled, swapped or cut.

Each mutation returns the mutated report and what a careful reader may take from it: for each figure the values that the report then states.
A figure of which no value is permitted must not be read at all; to find any figure unclear is always permitted.
"""

import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from renderers import GROUP, HEADER, HEADING, LABEL, VALUE, Cell, Figures, Paper, Table

from gongkai_build.forms import load_form

Key = tuple[str, str]
Permitted = dict[Key, set[Decimal | None]]
Mutated = tuple[Paper, Permitted]
SECTIONS_WITH_TABLES = (1, 2, 3)


def drop_value(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """A value is lost: where it stood is unknown."""
    part, row, index = pick(paper, rng, VALUE)
    return with_row(paper, part, row, lambda cells: cells[:index] + cells[index + 1 :]), as_printed(figures)


def double_value(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """A value is printed twice."""
    part, row, index = pick(paper, rng, VALUE)
    return with_row(paper, part, row, lambda cells: cells[: index + 1] + cells[index:]), as_printed(figures)


def drop_label(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """The label of a row is lost."""
    part, row, index = pick(paper, rng, LABEL)
    return with_row(paper, part, row, lambda cells: cells[:index] + cells[index + 1 :]), as_printed(figures)


def cut_label(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """The label of a row or column is cut short."""
    part, row, index = pick(paper, rng, rng.choice([LABEL, HEADER]))
    text = paper.parts[part][2][row][index].text
    cut = text[: rng.randint(1, max(1, len(text) - 1))]
    return with_cell(paper, part, row, index, lambda cell: replace(cell, text=cut)), as_printed(figures)


def drop_group(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """The label of a group of rows is lost."""
    part, row, index = pick(paper, rng, GROUP)
    return with_row(paper, part, row, lambda cells: cells[:index] + cells[index + 1 :]), as_printed(figures)


def drop_header(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """The label of a column is lost."""
    part, row, index = pick(paper, rng, HEADER)
    return with_row(paper, part, row, lambda cells: cells[:index] + cells[index + 1 :]), as_printed(figures)


def drop_header_row(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """A line of headers is lost."""
    part, row, _ = pick(paper, rng, rng.choice([HEADER, HEADING]))
    return with_table(paper, part, lambda table: table[:row] + table[row + 1 :]), as_printed(figures)


def drop_section_heading(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """The heading of a section is lost."""
    part = rng.choice(SECTIONS_WITH_TABLES)
    parts = list(paper.parts)
    parts[part] = ("", *parts[part][1:])
    return replace(paper, parts=tuple(parts)), as_printed(figures)


def swap_rows(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """Two rows of a block change places, with their labels."""
    part, row, _ = pick(paper, rng, LABEL)
    table = paper.parts[part][2]
    others = [
        other
        for other in (row - 1, row + 1)
        if 0 <= other < len(table) and [cell.role for cell in table[other]] == [cell.role for cell in table[row]]
    ]
    if not others:
        return paper, as_printed(figures)
    rows = list(table)
    rows[row], rows[others[0]] = rows[others[0]], rows[row]
    return with_table(paper, part, lambda _: tuple(rows)), as_printed(figures)


def double_row(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """A row is printed twice."""
    part, row, _ = pick(paper, rng, LABEL)
    return with_table(paper, part, lambda table: table[: row + 1] + table[row:]), as_printed(figures)


def drop_row(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """A row is lost, and with it its figures."""
    part, row, _ = pick(paper, rng, LABEL)
    permitted = as_printed(figures)
    for key in row_keys(paper, form, figures, part, row):
        permitted[key] = set()
    return with_table(paper, part, lambda table: table[:row] + table[row + 1 :]), permitted


def change_span(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """A cell reaches further than it should, or less far."""
    part, row, index = pick(paper, rng, rng.choice([HEADER, GROUP, LABEL, VALUE]))
    cell = paper.parts[part][2][row][index]
    wider = replace(cell, colspan=max(1, cell.colspan + rng.choice([-1, 1])))
    longer = replace(cell, rowspan=max(1, cell.rowspan + rng.choice([-1, 1])))
    chosen = rng.choice([wider, longer])
    return with_cell(paper, part, row, index, lambda _: chosen), as_printed(figures)


def merge_values(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """Two cells of a row become one."""
    part, row, index = pick(paper, rng, VALUE)
    cells = paper.parts[part][2][row]
    if index + 1 == len(cells):
        return paper, as_printed(figures)
    merged = replace(cells[index], text=f"{cells[index].text}\n{cells[index + 1].text}")
    return with_row(paper, part, row, lambda _: (*cells[:index], merged, *cells[index + 2 :])), as_printed(figures)


def split_row(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """A row is parted in two."""
    part, row, index = pick(paper, rng, VALUE)
    cells = paper.parts[part][2][row]
    return with_table(
        paper, part, lambda table: (*table[:row], cells[:index], cells[index:], *table[row + 1 :])
    ), as_printed(figures)


def join_rows(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """Two rows become one."""
    part, row, _ = pick(paper, rng, LABEL)
    joined = lambda table: (*table[:row], sum(table[row : row + 2], ()), *table[row + 2 :])  # noqa: E731
    return with_table(paper, part, joined), as_printed(figures)


def insert_row(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """A row of the agency's own comes to stand between two others."""
    part, row, index = pick(paper, rng, LABEL)
    cells = paper.parts[part][2][row]
    own = tuple(
        replace(cell, text="本地另行统计事项" if number == index else str(rng.randint(1, 99)))
        for number, cell in enumerate(cells)
        if cell.role in (LABEL, VALUE)
    )
    return with_table(paper, part, lambda table: (*table[:row], own, *table[row:])), as_printed(figures)


def drop_table(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """A table is lost, and with it its figures."""
    part = rng.choice(SECTIONS_WITH_TABLES)
    lost = {
        block.figure(line, column)
        for block in load_form(form).blocks
        if block.section == part + 1
        for line in block.rows
        for column in block.columns
    }
    permitted = {key: set() if key in lost else values for key, values in as_printed(figures).items()}
    return with_table(paper, part, lambda _: ()), permitted


def double_table(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """The rows of a table are printed twice."""
    part = rng.choice(SECTIONS_WITH_TABLES)
    return with_table(paper, part, lambda table: table + table), as_printed(figures)


def swap_tables(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """Two tables change places, and stand under each other's headings."""
    first, second = rng.sample(SECTIONS_WITH_TABLES, 2)
    one, other = paper.parts[first][2], paper.parts[second][2]
    return with_table(with_table(paper, first, lambda _: other), second, lambda _: one), as_printed(figures)


def repeat_label(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """A row wears the label of another row of its table besides that row itself: neither can be told from the other."""
    part, row, index = pick(paper, rng, LABEL)
    other_row, other_index = other_label(paper, part, row, rng)
    text = paper.parts[part][2][other_row][other_index].text
    permitted = as_printed(figures)
    mutated = with_cell(paper, part, row, index, lambda cell: replace(cell, text=text))
    return mutated, permitted


def garble_label(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """A character of a label is lost, or becomes another."""
    part, row, index = pick(paper, rng, rng.choice([LABEL, HEADER, GROUP]))
    text = paper.parts[part][2][row][index].text
    place = rng.randrange(len(text))
    garbled = text[:place] + rng.choice(["", "?", "的", "口"]) + text[place + 1 :]
    return with_cell(paper, part, row, index, lambda cell: replace(cell, text=garbled)), as_printed(figures)


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
    change_span,
    merge_values,
    split_row,
    join_rows,
    insert_row,
    drop_table,
    double_table,
    swap_tables,
    repeat_label,
    garble_label,
)


# Places, and what stands there


def as_printed(figures: Figures) -> Permitted:
    return {key: {value} for key, value in figures.items()}


def pick(paper: Paper, rng: random.Random, role: str) -> tuple[int, int, int]:
    places = [
        (part, row, index)
        for part in SECTIONS_WITH_TABLES
        for row, cells in enumerate(paper.parts[part][2])
        for index, cell in enumerate(cells)
        if cell.role == role
    ]
    return rng.choice(places)


def with_table(paper: Paper, part: int, change: Callable[[Table], Table]) -> Paper:
    parts = list(paper.parts)
    heading, text, table = parts[part]
    parts[part] = (heading, text, change(table))
    return replace(paper, parts=tuple(parts))


def with_row(paper: Paper, part: int, row: int, change: Callable[[tuple[Cell, ...]], tuple[Cell, ...]]) -> Paper:
    return with_table(paper, part, lambda table: (*table[:row], change(table[row]), *table[row + 1 :]))


def with_cell(paper: Paper, part: int, row: int, index: int, change: Callable[[Cell], Cell]) -> Paper:
    return with_row(paper, part, row, lambda cells: (*cells[:index], change(cells[index]), *cells[index + 1 :]))


def row_keys(paper: Paper, form: str, figures: Figures, part: int, row: int) -> list[Key]:
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


def other_label(paper: Paper, part: int, row: int, rng: random.Random) -> tuple[int, int]:
    """Another row of the same table that has as many values, and where its label stands."""
    table = paper.parts[part][2]
    values = [sum(cell.role == VALUE for cell in cells) for cells in table]
    places = [
        (other, index)
        for other, cells in enumerate(table)
        for index, cell in enumerate(cells)
        if cell.role == LABEL and other != row and values[other] == values[row]
    ]
    return rng.choice(places) if places else (row, next(i for i, c in enumerate(table[row]) if c.role == LABEL))
