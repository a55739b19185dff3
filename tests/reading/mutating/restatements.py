"""Mutations after which a report is as sound as before, and states other figures: nobody can tell from it alone, unless its sums tell.

Each returns the mutated report and, for each figure, the value that it then states.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

from mutating.cells import Key, Mutated, as_printed, other_label, pick, row_keys, with_cell, with_row
from renderers import HEADER, LABEL, VALUE, Figures, Paper

from gongkai_build.forms import Block, Column, Form, load_form


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
    permitted = as_printed(figures)
    for line in block.rows:
        one, other = block.figure(line, block.columns[first]), block.figure(line, block.columns[second])
        if one in figures:
            permitted[one] = {_printed_under(figures[other], block.columns[second], block.columns[first])}
            permitted[other] = {_printed_under(figures[one], block.columns[first], block.columns[second])}
    return with_row(paper, part, row, lambda _: tuple(cells)), permitted


def swap_values(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """Two values of a row change places."""
    part, row, _ = pick(paper, rng, VALUE)
    cells = paper.parts[part][2][row]
    places = [index for index, cell in enumerate(cells) if cell.role == VALUE]
    keys = _keys(paper, form, figures, part, row)
    if len(places) < 2 or not _alike(form, keys):
        return paper, as_printed(figures)
    first, second = rng.sample(range(len(places)), 2)
    texts = {places[first]: cells[places[second]].text, places[second]: cells[places[first]].text}
    swapped = tuple(replace(cell, text=texts.get(index, cell.text)) for index, cell in enumerate(cells))
    permitted = as_printed(figures)
    permitted[keys[first]], permitted[keys[second]] = {figures[keys[second]]}, {figures[keys[first]]}
    return with_row(paper, part, row, lambda _: swapped), permitted


def shift_values(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """The values of a row stand a cell further left, and the last cell is empty."""
    part, row, _ = pick(paper, rng, VALUE)
    cells = paper.parts[part][2][row]
    keys = _keys(paper, form, figures, part, row)
    if len(keys) < 2 or not _alike(form, keys):
        return paper, as_printed(figures)
    values = [cell for cell in cells if cell.role == VALUE]
    shifted = iter([*values[1:], replace(values[-1], text="")])
    moved = tuple(next(shifted) if cell.role == VALUE else cell for cell in cells)
    stated = [*(figures[key] for key in keys[1:]), None]
    return with_row(paper, part, row, lambda _: moved), as_printed(figures) | {
        key: {value} for key, value in zip(keys, stated, strict=True)
    }


def copy_value(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """A cell holds what another cell of its row should."""
    part, row, _ = pick(paper, rng, VALUE)
    cells = paper.parts[part][2][row]
    places = [index for index, cell in enumerate(cells) if cell.role == VALUE]
    keys = _keys(paper, form, figures, part, row)
    if len(places) < 2 or not _alike(form, keys):
        return paper, as_printed(figures)
    first, second = rng.sample(range(len(places)), 2)
    text = cells[places[second]].text
    return with_cell(paper, part, row, places[first], lambda cell: replace(cell, text=text)), as_printed(figures) | {
        keys[first]: {figures[keys[second]]}
    }


def empty_value(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """The value of a cell is lost, and the cell left empty."""
    part, row, index = pick(paper, rng, VALUE)
    place = sum(cell.role == VALUE for cell in paper.parts[part][2][row][:index])
    key = _keys(paper, form, figures, part, row)[place]
    emptied = with_cell(paper, part, row, index, lambda cell: replace(cell, text=""))
    return emptied, as_printed(figures) | {key: {None}}


def swap_labels(paper: Paper, form: str, figures: Figures, rng: random.Random) -> Mutated:
    """The labels of two rows of section 3 change places."""
    part = 2
    rows = [row for row, cells in enumerate(paper.parts[part][2]) if any(cell.role == LABEL for cell in cells)]
    row = rng.choice(rows)
    other, other_index = other_label(paper, part, row, rng)
    table = paper.parts[part][2]
    index = next(number for number, cell in enumerate(table[row]) if cell.role == LABEL)
    one, two = table[row][index].text, table[other][other_index].text
    swapped = with_cell(paper, part, row, index, lambda cell: replace(cell, text=two))
    swapped = with_cell(swapped, part, other, other_index, lambda cell: replace(cell, text=one))
    keys, others = row_keys(paper, form, figures, part, row), row_keys(paper, form, figures, part, other)
    permitted = as_printed(figures)
    for key, its in zip(keys, others, strict=True):
        # A row of another group is known by its group too: then both readings are what the report states.
        permitted[key], permitted[its] = {figures[its], figures[key]}, {figures[key], figures[its]}
    return swapped, permitted


RESTATEMENTS: tuple[Callable[[Paper, str, Figures, random.Random], Mutated], ...] = (
    swap_headers,
    swap_values,
    shift_values,
    copy_value,
    empty_value,
    swap_labels,
)


def _keys(paper: Paper, form: str, figures: Figures, part: int, row: int) -> list[Key]:
    block = load_form(form).block("remedies")
    if part == block.section - 1:
        return [block.figure(block.rows[0], column) for column in block.columns]
    return row_keys(paper, form, figures, part, row)


def _alike(form: str, keys: list[Key]) -> bool:
    """Tell whether the figures of a row are counts alike, none signed and none of money, so that each can stand in the place of the other."""
    columns = {
        block.figure(row, column): (column.unit, column.signed)
        for block in load_form(form).blocks
        for row in block.rows
        for column in block.columns
    }
    return len({columns[key] for key in keys}) == 1


def _printed_under(value: Decimal | None, own: Column, other: Column) -> Decimal | None:
    """What a figure says under the label of another column, where money is printed in 万元 and the label says so."""
    if value is None or own.unit == other.unit:
        return value
    return value.scaleb(4 if other.unit == "yuan" else -4)


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
