"""The cells of a row → the columns of its block, where that can be proved; otherwise they are unclear.

What proves it: as many cells as columns; or a surplus of empty cells at the end, as other rows of the block have it too; or, in a grid, the
columns at which cells and headers stand. A row with fewer values than columns proves nothing: dropped zeros are never invented.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from gongkai_build.forms import Block, Column
from gongkai_build.reading.align import Alignment, FilledRow, Header
from gongkai_build.reading.tokens import GRID, Token
from gongkai_build.reading.values import BLANK, REPORTED, UNCLEAR, Value, money_unit, read_value


@dataclass(frozen=True)
class Figure:
    """One figure as read. `value` is in the item's unit, and None unless the status is `reported`."""

    item_id: str
    party: str
    value: Decimal | None
    status: str
    raw: str
    place: str


@dataclass(frozen=True)
class Issue:
    """Something that could not be settled, or that a person should know of."""

    kind: str
    place: str
    detail: str


@dataclass(frozen=True)
class Placed:
    """The figures of a document's tables, and what was wrong with them."""

    figures: tuple[Figure, ...]
    issues: tuple[Issue, ...]
    layouts: Counter[str]


def place(alignment: Alignment) -> Placed:
    """Place the cells of all rows."""
    figures: dict[tuple[str, str], Figure] = {}
    issues: list[Issue] = []
    layouts: Counter[str] = Counter()
    fillers = _fillers(alignment)
    for row in alignment.rows:
        block = alignment.form.blocks[row.block]
        if row.row < 0:
            issues.append(_local_line(row))
            continue
        header = alignment.headers.get(row.block, Header())
        columns = _columns(block, header, row.block)
        cells = _cells_by_column(row, columns, fillers[row.block], header)
        if cells is None:
            printed = " ".join(cell.text.replace("\n", " ") or "□" for cell in row.cells)
            detail = f"{row.label.text}: {len(row.cells)} cells for {len(columns or block.columns)} columns: {printed}"
            issues.append(Issue("values_not_placed", row.label.place, detail))
            cells = _unplaced(row, block)
        for column, cell in cells:
            figure, problem = _figure(block, row, column, cell, header)
            issues += [problem] if problem else []
            layouts[row.label.layout] += 1
            key = (figure.item_id, figure.party)
            if key not in figures:
                figures[key] = figure
            elif (figures[key].value, figures[key].status) != (figure.value, figure.status):
                issues.append(_conflict(figures[key], figure))
                figures[key] = _as_unclear(figures[key], figure)
    issues += [Issue("value_without_label", token.place, token.text) for token in alignment.unplaced]
    issues += _absent_rows(alignment)
    return Placed(tuple(figures.values()), tuple(issues), layouts)


Cells = list[tuple[Column, Token | None]]


DASH = -1
"""Key under which `_fillers` counts the complete rows that a dash follows."""


def _fillers(alignment: Alignment) -> dict[int, Counter[int]]:
    """For each block, by how many empty cells at their end complete rows are too long (`0 |||`: a span written as marks).

    Some copies put a dash behind the last cell of a row; a row that such a dash makes seem complete is not.
    """
    fillers: dict[int, Counter[int]] = {index: Counter() for index in range(len(alignment.form.blocks))}
    for row in alignment.rows:
        count = len(alignment.form.blocks[row.block].columns)
        filled = [_says_something(cell) for cell in row.cells]
        if sum(filled) == count and all(filled[:count]):
            fillers[row.block][len(filled) - count] += 1
            fillers[row.block][DASH] += any(_is_dash(cell) for cell in row.cells[count:])
    return fillers


def _says_something(cell: Token) -> bool:
    return read_value(cell.text).status != BLANK


def _is_dash(cell: Token) -> bool:
    return bool(cell.text.strip()) and not _says_something(cell)


def _columns(block: Block, header: Header, number: int) -> Sequence[Column] | None:
    """Return the columns in the order in which the document prints them; None when its header contradicts the form."""
    printed = [{m.index for m in meanings if m.kind == "column" and m.block == number} for meanings in header.meanings]
    printed = [candidates for candidates in printed if candidates]
    if not printed:
        return block.columns
    if block.section == 2:
        return _printed_order(block.columns, printed)
    # The grids of sections 3 and 4 print a label for each column, in two or three lines: 总计 stands above, before the categories.
    orders = _grid_orders(block)
    sure = [next(iter(candidates)) if len(candidates) == 1 else None for candidates in printed]
    labels = [block.columns[index].label for candidates in printed for index in list(candidates)[:1]]
    for order in orders:
        if block.section == 4 and labels == [block.columns[index].label for index in order]:
            return block.columns
        if block.section == 3 and _is_subsequence([index for index in sure if index is not None], order):
            return block.columns
    if block.section == 4 and len(labels) != len(block.columns):
        return block.columns
    return None


def _printed_order(columns: Sequence[Column], printed: list[set[int]]) -> Sequence[Column] | None:
    """Columns of a small table: as printed when each label is told for certain, in the form's order when nothing speaks against it."""
    in_order = len(printed) == len(columns) and all(index in candidates for index, candidates in enumerate(printed))
    if in_order:
        return columns
    sure = [next(iter(candidates)) for candidates in printed if len(candidates) == 1]
    if len(sure) != len(printed) or len(set(sure)) != len(sure):
        return columns if len(printed) < len(columns) and sure == sorted(set(sure)) else None
    if len(sure) == len(columns) or sure != sorted(sure):
        return [columns[index] for index in sure]
    return columns


def _grid_orders(block: Block) -> list[list[int]]:
    order = list(range(len(block.columns)))
    if block.section == 3:
        grouped = [index for index in order if block.columns[index].group]
        single = [index for index in order if not block.columns[index].group]
        return [order, single + grouped]
    return [order]


def _is_subsequence(part: list[int], whole: list[int]) -> bool:
    rest = iter(whole)
    return all(any(index == candidate for candidate in rest) for index in part)


def _cells_by_column(
    row: FilledRow, columns: Sequence[Column] | None, fillers: Counter[int], header: Header
) -> Cells | None:
    if columns is None or not row.cells:
        return None
    cells, count = row.cells, len(columns)
    for filled in ([cell for cell in cells if _says_something(cell)], [cell for cell in cells if cell.text.strip()]):
        if len(filled) == count and not (fillers[DASH] and _is_dash(filled[-1])):
            # Each column has its value; what is empty besides stands for spans.
            return list(zip(columns, filled, strict=True)) if _one_each(cells, filled, count) else None
    if not filled and len(cells) >= count:
        return list(zip(columns, cells[:count], strict=True))
    if cells[0].layout == GRID:
        return _cells_by_grid(row, columns, header)
    surplus = len(cells) - count
    if surplus < 0 or any(cell.text.strip() for cell in cells[count:]):
        return None
    # Some cells are empty. They are cells of the row, and not marks of a span, when complete rows are as wide.
    expected = {filler for filler in fillers if filler != DASH and fillers[filler]}
    if not expected and header.labels:
        expected = {header.width - len(header.labels)}
    if not expected and row.bounded:
        expected = {0}
    if surplus not in expected or not all(cell.explicit for cell in cells):
        return None
    return list(zip(columns, cells[:count], strict=True))


def _one_each(cells: list[Token], filled: list[Token], count: int) -> bool:
    """Tell whether the empty cells among the filled ones can be nothing but filling: they stand before or after all of them."""
    if len(cells) == count:
        return True
    first, last = cells.index(filled[0]), len(cells) - 1 - cells[::-1].index(filled[-1])
    return last - first + 1 == count


def _cells_by_grid(row: FilledRow, columns: Sequence[Column], header: Header) -> Cells | None:
    """Place cells of an HTML table: one for each column in order, or, when spans join columns, each under the header it stands under."""
    cells, count = row.cells, len(columns)
    if (
        len(cells) >= count
        and not any(cell.text.strip() for cell in cells[count:])
        and all(c.colspan == 1 for c in cells[:count])
    ):
        return list(zip(columns, cells[:count], strict=True))
    places = {token.column: token for token in header.labels}
    if len(header.labels) != count or len(places) != count:
        return None
    placed: Cells = []
    for column, start in zip(columns, sorted(places), strict=True):
        over = [cell for cell in cells if cell.column <= start < cell.column + cell.colspan]
        if len(over) != 1:
            return None
        covers = sum(over[0].column <= other < over[0].column + over[0].colspan for other in places)
        if covers > 1 and over[0].text.strip():
            return None
        placed.append((column, over[0]))
    return placed


def _unplaced(row: FilledRow, block: Block) -> Cells:
    """All columns of a row whose cells could not be placed: each unclear, with what the whole row prints as its raw text."""
    printed = " | ".join(cell.text.replace("\n", " ") for cell in row.cells)
    token = Token("unplaced", printed, row.cells[0].place if row.cells else row.label.place, row.label.layout)
    return [(column, token) for column in block.columns]


def _figure(
    block: Block, row: FilledRow, column: Column, cell: Token | None, header: Header
) -> tuple[Figure, Issue | None]:
    item_id, party = block.figure(block.rows[row.row], column)
    raw, place = (cell.text, cell.place) if cell else ("", row.label.place)
    if cell is None or cell.kind == "unplaced":
        return Figure(item_id, party, None, UNCLEAR, raw, place), None
    header_unit = _header_unit(block, column, header) if column.unit == "yuan" else None
    value = read_value(raw, unit=column.unit, signed=column.signed, header_unit=header_unit)
    issue = _value_issue(item_id, party, raw, place, value)
    number = value.number if value.status == REPORTED else None
    return Figure(item_id, party, number, value.status, raw, place), issue


def _header_unit(block: Block, column: Column, header: Header) -> int | None:
    index = block.columns.index(column)
    for token, meanings in zip(header.labels, header.meanings, strict=True):
        if any(meaning.index == index for meaning in meanings):
            return money_unit(token.text)
    return None


def _value_issue(item_id: str, party: str, raw: str, place: str, value: Value) -> Issue | None:
    if not value.note:
        return None
    name = item_id if party == "all" else f"{item_id} ({party})"
    return Issue(value.note, place, f"{name}: {' / '.join(raw.split())}")


def _local_line(row: FilledRow) -> Issue:
    printed = " ".join(cell.text.replace("\n", " ") for cell in row.cells)
    return Issue("local_line", row.label.place, f"{row.label.text.replace(chr(10), '')}: {printed}")


def _conflict(first: Figure, second: Figure) -> Issue:
    detail = (
        f"{first.item_id} ({first.party}): {first.raw or '□'} at {first.place}, {second.raw or '□'} at {second.place}"
    )
    return Issue("two_figures", second.place, detail)


def _as_unclear(first: Figure, second: Figure) -> Figure:
    return Figure(first.item_id, first.party, None, UNCLEAR, f"{first.raw} | {second.raw}", first.place)


def _absent_rows(alignment: Alignment) -> list[Issue]:
    """Rows of the form that the document does not print, in blocks of which it prints others."""
    found: dict[int, set[int]] = {}
    for row in alignment.rows:
        found.setdefault(row.block, set()).add(row.row)
    issues = []
    for number, block in enumerate(alignment.form.blocks):
        for index, line in enumerate(block.rows):
            if number in found and index not in found[number] and not line.local:
                issues.append(Issue("row_absent", "", f"{block.heading or ''} {line.label}".strip()))
        if number not in found:
            issues.append(Issue("block_absent", "", f"{block.heading or f'section {block.section}'}"))
    return issues
