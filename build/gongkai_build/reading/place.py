"""The cells of a row → the columns of its block, where that can be proved; otherwise they are unclear.

What proves it: as many values as columns, with nothing between them; or, where cells are empty, the shape of complete rows like this one. A row
with fewer values than columns proves nothing by itself: dropped zeros are never invented.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple, Self

from gongkai_build.forms import Block, Column
from gongkai_build.reading.alignment import Alignment, FilledRow, Header, HeaderLabel
from gongkai_build.reading.columns import Columns, is_line_of_pieces, joined_labels, printed_columns
from gongkai_build.reading.fold import label_full, plain
from gongkai_build.reading.labels import Labels, load_labels
from gongkai_build.reading.owners import CAPTION, OTHER, OWN, PART, Owner
from gongkai_build.reading.remarks import without_remarks
from gongkai_build.reading.shapes import Shapes, are_first, is_dash, says_something
from gongkai_build.reading.tokens import NUMBER, Token
from gongkai_build.reading.values import REPORTED, UNCLEAR, money_unit, read_number, read_value


class Figure(NamedTuple):
    """One figure as read. `value` is in the item's unit, and None unless the status is `reported`."""

    # No dataclass, for a report has hundreds of them, and a frozen one takes four times as long to make.

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


UNPLACED = "unplaced"
FEWEST_CONFLICTS = 2
"""Rows of a section that must be printed twice, with different figures, to show that the section has two tables."""
RowKey = tuple[int, int]
Cells = list[tuple[Column, Token]]


def of_year(alignment: Alignment, year: int, titled: int | None = None) -> tuple[Alignment, list[Issue]]:
    """Leave out what is of another year than the report's: rows whose caption or own label, or the title above which, says so, and columns.

    Args:
        alignment: the rows.
        year: the report year.
        titled: the year in the report's own title, which may be a slip.
    """
    own = [row.year in (None, year) or (row.titled and row.year == titled) for row in alignment.rows]
    others = [row for row, kept in zip(alignment.rows, own, strict=True) if not kept]
    issues = [
        Issue("other_year", row.label.place, f"{row.label.text}: of {row.year or 'another time'}") for row in others
    ]
    rows = [row for row, kept in zip(alignment.rows, own, strict=True) if kept]
    labels = load_labels(alignment.form.form)
    headers = {
        number: replace(header, labels=[_of_year(label, year, labels) for label in header.labels])
        for number, header in alignment.headers.items()
    }
    return replace(alignment, rows=rows, headers=headers), issues


def _of_year(label: HeaderLabel, year: int, labels: Labels) -> HeaderLabel:
    """Make of the label of a column that prints a year one that the form does not have, if that is not the year of the form's column."""
    implied = labels.implied_year(label.token.text) if label.columns else None
    return label if implied in (None, year) else replace(label, columns=frozenset())


def of_agency(alignment: Alignment, standings: Mapping[Owner, str]) -> tuple[Alignment, list[Issue]]:
    """Leave out the rows of tables that are another agency's, and those of parts of the agency where a block has several tables.

    Where one caption stands over all tables (填报单位: the office that wrote the report), they are the report's, whatever it names.

    Args:
        alignment: the rows, with whom a line above their tables names.
        standings: for each owner whether the table is the agency's own, another's, or of a part.
    """
    owners = {row.owner for row in alignment.rows}
    if len(owners) == 1 and all(owner and owner.said_by == CAPTION for owner in owners):
        return alignment, []
    standing = [standings.get(row.owner, OWN) if row.owner else OWN for row in alignment.rows]
    tables: dict[int, set[Owner | None]] = {}
    for row, stands in zip(alignment.rows, standing, strict=True):
        if stands != OTHER:
            tables.setdefault(row.block, set()).add(row.owner if stands == PART else None)
    kept, issues = [], []
    for row, stands in zip(alignment.rows, standing, strict=True):
        if stands == OWN or (stands == PART and len(tables[row.block]) == 1):
            kept.append(row)
        elif row.owner:
            issues.append(Issue("other_agency", row.label.place, f"{row.label.text}: in a table of {row.owner.name}"))
    return replace(alignment, rows=kept), issues


@dataclass(frozen=True)
class _Table:
    """A block as the document prints it: what is the same for all of its rows."""

    block: Block
    orders: tuple[Columns, ...]
    """The orders in which its columns may be printed."""
    shapes: Shapes
    units: Mapping[str, int | None]
    """For each column of money how many yuan the unit in its header is."""

    @classmethod
    def of(cls, alignment: Alignment, number: int) -> Self:
        """Look at the header and the rows of a block."""
        block = alignment.form.blocks[number]
        header = alignment.headers.get(number, Header())
        units = {
            column.key: _header_unit(index, header)
            for index, column in enumerate(block.columns)
            if column.unit == "yuan"
        }
        rows = [row for row in alignment.rows if row.block == number and row.row >= 0]
        orders = tuple(order for order in printed_columns(block, header) if not _is_contradicted(order, block, rows))
        return cls(block, orders, Shapes.of(alignment, number), units)


def _is_contradicted(order: Columns, block: Block, rows: Iterable[FilledRow]) -> bool:
    """Tell whether columns are printed in another order than the form's, and one that counts would have a number below zero: labels were moved."""
    known = [block.columns.index(column) for column in order if column is not None]
    if known == sorted(known):
        return False
    cells = (pair for row in rows if len(row.cells) == len(order) for pair in zip(order, row.cells, strict=True))
    return _holds_negative((column, cell) for column, cell in cells if column is not None)


def _holds_negative(cells: Iterable[tuple[Column, Token]]) -> bool:
    """Tell whether a number below zero stands where there can be none."""
    return any(
        cell.content != NUMBER
        and not column.signed
        and read_value(cell.text, unit=column.unit, header_unit=1).note == "negative"
        for column, cell in cells
    )


def _holds_money(cells: Cells) -> bool:
    """Tell whether an amount stands where things are counted, beside a column of amounts: the two changed places."""
    if not any(column.unit == "yuan" for column, _ in cells):
        return False
    return any(column.unit == "count" and cell.content != NUMBER and money_unit(cell.text) for column, cell in cells)


def place(alignment: Alignment) -> Placed:
    """Place the cells of all rows."""
    alignment, remarks = without_remarks(alignment)
    blocks = alignment.form.blocks
    headers = {number: joined_labels(blocks[number], header) for number, header in alignment.headers.items()}
    alignment = replace(alignment, headers=headers)
    figures: dict[tuple[str, str], Figure] = {}
    labels: dict[tuple[str, str], str] = {}
    issues: list[Issue] = []
    layouts: Counter[str] = Counter()
    printed: dict[RowKey, list[set[tuple[str, str]]]] = {}
    conflicts: set[RowKey] = set()
    tables = [_Table.of(alignment, number) for number in range(len(alignment.form.blocks))]
    for row in alignment.rows:
        table = tables[row.block]
        if row.row < 0:
            issues.append(_local_line(row))
            continue
        cells = _cells_by_column(row, table.orders, table.shapes)
        if cells is None:
            issues.append(_not_placed(row, table.orders[0] if table.orders else None))
            if not row.cells and (row.block, row.row) in printed:
                # A label without a cell says nothing against the row that has some: the heading 六、其他… that breaks off, for one.
                continue
            cells = _begun(row, table.orders, alignment) + _unplaced(row, table.block)
            cells = list({column.key: (column, cell) for column, cell in reversed(cells)}.values())[::-1]
        placed: set[tuple[str, str]] = set()
        printed.setdefault((row.block, row.row), []).append(placed)
        label = label_full(row.label.text)
        # The last cell of the form ends with the document, and whether digits are lost from it its sum tells.
        is_whole = table is tables[-1] and row.row == len(table.block.rows) - 1 and _ends_with_its_sum(cells)
        if cells:
            layouts[row.label.layout] += len(cells)
        for column, cell in cells:
            figure, problem = _figure(table, row, column, cell, is_whole=is_whole)
            if problem:
                issues.append(problem)
            key = (figure.item_id, figure.party)
            placed.add(key)
            if key not in figures:
                figures[key] = figure
                labels[key] = label
            elif _disagree(figures[key], figure, labels[key] == label):
                issues.append(_conflict(figures[key], figure))
                figures[key] = _as_unclear(figures[key], figure)
                conflicts.add((row.block, row.row))
    for key in _of_one_of_two_tables(alignment, printed, conflicts):
        issues.append(Issue("two_tables", figures[key].place, f"{key[0]} ({key[1]}): {figures[key].raw or '□'}"))
        figures[key] = figures[key]._replace(value=None, status=UNCLEAR)
    issues += [Issue("value_without_label", token.place, token.text) for token in alignment.unplaced]
    issues += _unknown_columns([*_labels_of_columns(alignment), *remarks])
    issues += _absent_rows(alignment)
    return Placed(tuple(figures.values()), tuple(issues), layouts)


def _ends_with_its_sum(cells: Cells) -> bool:
    """Tell whether the last cell of a row holds the sum of the others of its group."""
    group = [cell for column, cell in cells if column.group == cells[-1][0].group]
    *parts, total = (read_value(cell.text).number for cell in group)
    return total is not None and sum(part or 0 for part in parts) == total


def _of_one_of_two_tables(
    alignment: Alignment, printed: Mapping[RowKey, list[set[tuple[str, str]]]], conflicts: set[RowKey]
) -> list[tuple[str, str]]:
    """Return the figures that stand once where a section is printed twice: whose table they are from cannot be told.

    Two rows that disagree with themselves make two tables; one alone may be a slip.
    """
    section = {number: block.section for number, block in enumerate(alignment.form.blocks)}
    twice = Counter(section[block] for block, _ in conflicts)
    return [
        key
        for (block, _), rows in printed.items()
        if len(rows) == 1 and twice[section[block]] >= FEWEST_CONFLICTS
        for key in sorted(rows[0])
    ]


def _cells_by_column(row: FilledRow, orders: tuple[Columns, ...], shapes: Shapes) -> Cells | None:
    """Give each cell its column; None where that cannot be proved. Columns that the form does not have are left out."""
    if row.doubtful or not row.cells or (row.cells[0].text.strip() and _is_text(row.cells[0])):
        # Text before the values belongs to the label, of this row or of a row of its own (其中：…).
        return None
    if _is_broken(row.cells):
        return None
    for columns in orders:
        cells = _complete(row.cells, len(columns), shapes)
        if cells is None and columns is orders[-1]:
            cells = shapes.cells_of(row, len(columns))
        if cells is not None:
            placed = [(column, cell) for column, cell in zip(columns, cells, strict=True) if column is not None]
            # Where a change is printed as well, its number may have changed places with the one that cannot be below zero.
            moved = any(column.signed for column, _ in placed) and _holds_negative(placed)
            return None if moved or _holds_money(placed) else placed
    return None


def _is_broken(cells: Sequence[Token]) -> bool:
    """Tell whether a row of which several cells stand on a line goes on in the next: a number may be broken there as well."""
    lines = {cell.lines for cell in cells}
    return 1 < len(lines) < len(cells) and not any(cell.explicit for cell in cells)


def _begun(row: FilledRow, orders: tuple[Columns, ...], alignment: Alignment) -> Cells:
    """Give a row in which the document breaks off its first cells, where those that it has are the first (`are_first`).

    The last cell may have lost digits, unless it is a nought.
    """
    if not row.cut or row.doubtful or len(orders) != 1 or not are_first(row, alignment):
        return []
    whole = row.cells if row.cells and plain(row.cells[-1].text) == "0" else row.cells[:-1]
    columns = orders[0][: len(whole)]
    if any(column is None or column.unit != "count" for column in columns) or any(map(is_empty_or_text, whole)):
        return []
    return [(column, cell) for column, cell in zip(columns, whole, strict=False) if column is not None]


def is_empty_or_text(cell: Token) -> bool:
    """Tell whether a cell holds no number."""
    return not says_something(cell) or _is_text(cell)


def _is_text(cell: Token) -> bool:
    return cell.content != NUMBER and all(
        read_value(cell.text, unit=unit, header_unit=1).note == "not_a_number" for unit in ("count", "yuan")
    )


def _complete(cells: list[Token], count: int, shapes: Shapes) -> list[Token] | None:
    """Return the values of a row in which every column has one, if what is empty besides stands before or after all of them."""
    if shapes.crowded and not cells[0].explicit:
        return None
    if len(cells) == count and all(cell.content == NUMBER and (cell.colspan == 1 or count == 1) for cell in cells):
        return cells
    for filled in ([cell for cell in cells if says_something(cell)], [cell for cell in cells if cell.text.strip()]):
        if len(filled) != count or (shapes.dashes and is_dash(filled[-1])) or any(map(_is_text, filled)):
            continue
        first, last = cells.index(filled[0]), len(cells) - 1 - cells[::-1].index(filled[-1])
        if last - first + 1 == count and all(cell.colspan == 1 or count == 1 for cell in filled):
            return filled
    return None


def _not_placed(row: FilledRow, columns: Columns | None) -> Issue:
    printed = " ".join(cell.text.replace("\n", " ") or "□" for cell in row.cells)
    expected = f"{len(columns)} columns" if columns else "columns that are not the form's"
    label = row.label.text.replace("\n", "")
    return Issue("values_not_placed", row.label.place, f"{label}: {len(row.cells)} cells for {expected}: {printed}")


def _labels_of_columns(alignment: Alignment) -> Iterator[HeaderLabel]:
    for number, header in alignment.headers.items():
        block = alignment.form.blocks[number]
        yield from (label for label in header.labels if not is_line_of_pieces(block, label))


def _unknown_columns(labels: Iterable[HeaderLabel]) -> list[Issue]:
    return [
        Issue("unknown_column", label.token.place, label.token.text.replace("\n", ""))
        for label in labels
        if not label.columns and label.group is None
    ]


def _unplaced(row: FilledRow, block: Block) -> Cells:
    """All columns of a row whose cells could not be placed: each unclear, with what the whole row prints as its raw text."""
    printed = " | ".join(cell.text.replace("\n", " ") for cell in row.cells)
    token = Token(UNPLACED, printed, row.cells[0].place if row.cells else row.label.place, row.label.layout)
    return [(column, token) for column in block.columns]


def _figure(
    table: _Table, row: FilledRow, column: Column, cell: Token, *, is_whole: bool
) -> tuple[Figure, Issue | None]:
    item_id, party = table.block.figure(table.block.rows[row.row], column)
    raw, place = cell.text, cell.place
    if cell.kind == UNPLACED:
        return Figure(item_id, party, None, UNCLEAR, raw, place), None
    if cell.content == NUMBER and not cell.breaks_off and column.unit != "yuan":
        return Figure(item_id, party, read_number(raw), REPORTED, raw, place), None
    value = read_value(raw, unit=column.unit, signed=column.signed, header_unit=_unit(table, row, column))
    figure = Figure(item_id, party, value.number if value.status == REPORTED else None, value.status, raw, place)
    issue = Issue(value.note, place, detail_of(figure)) if value.note else None
    # Behind 0, only the decimals of an amount can have been lost.
    if cell.breaks_off and (value.number or column.unit == "yuan") and not is_whole:
        return (
            Figure(item_id, party, None, UNCLEAR, raw, place),
            Issue("breaks_off", place, f"{item_id} ({party}): {raw}"),
        )
    return figure, issue


def _unit(table: _Table, row: FilledRow, column: Column) -> int | None:
    """Return the unit of money that is printed outside of a cell; None where none is, or where two contradict each other."""
    header = table.units.get(column.key)
    units = row.units | ({header} if header else set())
    return next(iter(units)) if len(units) == 1 else None


def _header_unit(index: int, header: Header) -> int | None:
    return next((money_unit(label.token.text) for label in header.labels if index in label.columns), None)


def detail_of(figure: Figure) -> str:
    """Say which figure has a peculiar cell, and what the cell prints."""
    name = figure.item_id if figure.party == "all" else f"{figure.item_id} ({figure.party})"
    return f"{name}: {' / '.join(figure.raw.split())}"


def _local_line(row: FilledRow) -> Issue:
    printed = " ".join(cell.text.replace("\n", " ") for cell in row.cells)
    return Issue("local_line", row.label.place, f"{row.label.text.replace(chr(10), '')}: {printed}")


def _disagree(first: Figure, second: Figure, same_label: bool) -> bool:
    """Tell whether two cells for one figure cannot both be it: other values, or the same under labels that differ (two parts of it)."""
    return (first.value, first.status) != (second.value, second.status) or bool(first.value and not same_label)


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
