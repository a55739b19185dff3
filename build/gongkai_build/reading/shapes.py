"""The shapes of the rows of a block: where complete rows have their values, and so which cells an incomplete row leaves empty.

Marks like `|||` can be empty cells, or stand for a span, and each site writes another number of them. Only rows that are complete tell which is
which; a row with empty cells is read like the complete rows of its kind, if all of those are alike.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Self

from gongkai_build.forms import Block
from gongkai_build.reading.alignment import Alignment, FilledRow, Header
from gongkai_build.reading.tokens import GRID, NUMBER, PIPE_CELLS, PIPE_LINES, PIPE_ROWS, TAB_ROWS, Token
from gongkai_build.reading.values import BLANK, read_value

Shape = tuple[tuple[int, int], ...]
"""For each cell of a row the column at which it begins and its span, where the document has columns; its number elsewhere."""
Kind = tuple[int, bool]
"""How deep a row stands in its groups, and whether it is the first of them: the first carries the labels of the groups."""
FEWEST_ALIKE = 3
FEWEST_PADS = 2
MOST_WITH_ONE_TOTAL = 7
FEWEST_OF_A_ROUTE = 5


@dataclass(frozen=True)
class Shapes:
    """What the rows of a block show of its columns."""

    by_kind: dict[Kind, frozenset[tuple[Shape, int]]]
    """Shapes of complete rows of a kind, each with the number of the cell in which the values begin."""
    usual: tuple[Shape, int] | None
    """Shape of all rows when none is complete but all are alike, or of the header when it is a row of cells."""
    dashes: bool
    """Whether complete rows have a dash behind their last value, as some copies put it."""
    kinds: dict[int, Kind]
    padded: bool
    """Whether each row has empty cells behind its last one, as many as its labels span more than a cell."""
    crowded: bool
    """Whether a row has more values than there are columns: where lines alone part the cells, other numbers then run along."""

    @classmethod
    def of(cls, alignment: Alignment, number: int) -> Self:
        """Look at the rows of a block."""
        block = alignment.form.blocks[number]
        rows = [row for row in alignment.rows if row.block == number and row.row >= 0]
        kinds = _kinds(block)
        by_kind: dict[Kind, set[tuple[Shape, int]]] = {}
        dashes = crowded = False
        for row in rows:
            filled = [index for index, cell in enumerate(row.cells) if cell.content == NUMBER or says_something(cell)]
            crowded = crowded or len(filled) > len(block.columns)
            begin = _begin_of_values(filled, len(block.columns))
            if begin is not None:
                by_kind.setdefault(kinds[row.row], set()).add((_shape(row.cells), begin))
                dashes = dashes or any(is_dash(cell) for cell in row.cells[begin + len(block.columns) :])
        usual = None if by_kind else _usual(rows, alignment.headers.get(number, Header()), block)
        padded = _is_padded(rows, alignment.headers.get(number, Header()), block)
        return cls({kind: frozenset(found) for kind, found in by_kind.items()}, usual, dashes, kinds, padded, crowded)

    def cells_of(self, row: FilledRow, count: int) -> list[Token] | None:
        """Return the cells of a row with empty ones among them, one for each column; None when no other row shows which they are."""
        if not all(cell.explicit for cell in row.cells):
            return None
        if self.padded and len(row.cells) >= count and not any(map(says_something, row.cells[count:])):
            return None if _may_hold_merged(row.cells[:count]) else row.cells[:count]
        found = self.by_kind.get(self.kinds[row.row], frozenset())
        if not found and self.by_kind and _may_hold_spans(row.cells):
            # How many marks rows of this kind have for spans, no row of another kind shows: blank cells cannot be told from them.
            return None
        found = found or frozenset(shape for shapes in self.by_kind.values() for shape in shapes)
        known = next(iter(found)) if len(found) == 1 else None if found else self.usual
        if known is None or known[0] != _shape(row.cells):
            return None
        begin = known[1]
        outside = [*row.cells[:begin], *row.cells[begin + count :]]
        if any(says_something(cell) for cell in outside) or len(row.cells) < begin + count:
            return None
        cells = row.cells[begin : begin + count]
        return None if count > 1 and _may_hold_merged(cells) else cells


def are_first(row: FilledRow, alignment: Alignment) -> bool:
    """Tell whether the cells of the row in which a document breaks off are its first: all complete rows have a cell for each column, and none has fewer.

    Where its block has no other row, those of its section tell; for section 4, which has one row, those of section 3, if marks close its cells.
    """
    blocks = alignment.form.blocks
    others = [other for other in alignment.rows if other.row >= 0 and other is not row]
    beside = [other for other in others if other.block == row.block]
    if not beside:
        section = blocks[row.block].section
        if section == 4 and all(cell.explicit for cell in row.cells):
            section = 3
        beside = [other for other in others if blocks[other.block].section == section]
        beside = beside if len(beside) >= FEWEST_ALIKE else []
    begins = []
    for other in beside:
        count = len(blocks[other.block].columns)
        if len(other.cells) < count:
            return False
        filled = [index for index, cell in enumerate(other.cells) if says_something(cell)]
        if (begin := _begin_of_values(filled, count)) is not None:
            begins.append(begin == 0 and len(other.cells) == count)
    return bool(begins) and all(begins)


def _may_hold_spans(cells: Sequence[Token]) -> bool:
    """Tell whether a row begins or ends with a mark that may as well stand for a span, as in all layouts that do not number columns."""
    ends = [cell for cell in (*cells[:1], *cells[-1:]) if cell.layout != GRID]
    return not all(map(says_something, ends))


def _may_hold_merged(cells: Sequence[Token]) -> bool:
    """Tell whether numbers of a row may stand in cells across several columns, for which copies fill rows up with empty cells at their ends.

    The total is the last of all columns but in section 4, where each route has one.
    """
    filled = [bool(cell.text.strip()) for cell in cells]
    if not any(filled) or filled[-1] or cells[0].layout == GRID:
        return False
    return len(filled) <= MOST_WITH_ONE_TOTAL or (sum(filled) < FEWEST_OF_A_ROUTE and not any(filled[sum(filled) :]))


def says_something(cell: Token) -> bool:
    """Tell whether a cell holds more than a mark for none."""
    return cell.content == NUMBER or read_value(cell.text).status != BLANK


def is_dash(cell: Token) -> bool:
    """Tell whether a cell holds a mark for none."""
    return bool(cell.text.strip()) and not says_something(cell)


def _kinds(block: Block) -> dict[int, Kind]:
    kinds = {}
    before: tuple[str, ...] = ()
    for index, line in enumerate(block.rows):
        kinds[index] = (len(line.groups), line.groups != before and bool(line.groups))
        before = line.groups
    return kinds


def _is_padded(rows: Sequence[FilledRow], header: Header, block: Block) -> bool:
    """Tell whether rows have empty cells at their ends for what their labels span.

    All rows, of several kinds, have the same number of cells, their labels counted in; and the label above a group of columns is followed
    by the next label, so that what spans several columns is not followed by empty cells.
    """
    if len(rows) < FEWEST_ALIKE or any(not cell.explicit or cell.layout == GRID for row in rows for cell in row.cells):
        return False
    if any(says_something(cell) for row in rows for cell in row.cells[len(block.columns) :]):
        return False
    labels = _printed_labels(block)
    width = max(len(row.cells) + labels[row.row] for row in rows) - len(block.columns)
    # How many empty cells there are behind the last one, and how many are due.
    ends = [(len(row.cells) - len(block.columns), width - labels[row.row]) for row in rows]
    # (A single `|` before a label is the mark of a row, in all rows or in none.)
    marks = {behind for behind, due in ends if due == 1}
    if marks not in ({0}, {1}) or any(behind != due for behind, due in ends if due != 1):
        return False
    if max(behind for behind, _ in ends) < FEWEST_PADS:
        return False
    groups = [number for number, label in enumerate(header.labels) if label.group is not None and not label.columns]
    pairs = [header.labels[number : number + 2] for number in groups]
    return any(len(pair) == 2 and _follows(pair[0].token, pair[1].token) for pair in pairs)


def _follows(label: Token, other: Token) -> bool:
    """Tell whether no cell stands between two labels, in layouts in which `|` closes a cell."""
    if label.layout == other.layout and label.layout in (PIPE_CELLS, PIPE_LINES):
        return other.lines[0] == label.lines[1] + 1
    cells = [int(token.place.rpartition(" ")[2]) for token in (label, other)] if label.layout == PIPE_ROWS else []
    return bool(cells) and label.lines == other.lines and cells[1] == cells[0] + 1


def _printed_labels(block: Block) -> list[int]:
    """For each row of a block how many labels stand in it, those of the groups that begin with it counted in."""
    before: tuple[str, ...] = ()
    counts = []
    for line in block.rows:
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, line.groups, strict=False)))
        counts.append(1 + len(line.groups) - same)
        before = line.groups
    return counts


def _begin_of_values(filled: list[int], count: int) -> int | None:
    """Return where the values of a complete row begin, of which these cells are filled; None when the row is not complete."""
    if len(filled) != count or filled[-1] - filled[0] + 1 != count:
        return None
    return filled[0]


def _shape(cells: Iterable[Token]) -> Shape:
    return tuple((cell.column, cell.colspan) if cell.layout == GRID else (0, 1) for cell in cells)


def _usual(rows: list[FilledRow], header: Header, block: Block) -> tuple[Shape, int] | None:
    """Without a complete row: rows that all have a cell for each column and none besides, or the header, if it is one row of cells."""
    shapes = {_shape(row.cells) for row in rows}
    count = len(block.columns)
    if len(rows) >= FEWEST_ALIKE and len(shapes) == 1 and len(next(iter(shapes))) == count:
        return next(iter(shapes)), 0
    if block.section == 4 and len(rows) == 1 and _is_row_of_cells(rows[0], header, count):
        return _shape(rows[0].cells), 0
    return _shape_of_header(header, block)


def _is_row_of_cells(row: FilledRow, header: Header, count: int) -> bool:
    """Tell whether the one row of section 4 is printed on a line, a cell for each of its labels: a tab always closes a cell.

    `||` behind the last value may stand for spans instead; between values it is an empty cell.
    """
    labelled = sum(bool(label.columns) for label in header.labels) == count
    ends = row.cells[:1] + row.cells[-1:]
    layouts = {cell.layout for cell in row.cells}
    closed = layouts == {TAB_ROWS} or (layouts == {PIPE_ROWS} and all(map(says_something, ends)))
    return labelled and len(row.cells) == count and closed and len({cell.lines for cell in row.cells}) == 1


def _shape_of_header(header: Header, block: Block) -> tuple[Shape, int] | None:
    """The columns at which a table prints its labels, when each has its own and they stand from left to right as in the form."""
    tokens = [label.token for label in header.labels if label.group is None]
    if not tokens or not all(token.explicit for token in tokens):
        return None
    if tokens[0].layout != GRID:
        return (((0, 1),) * header.width, 0) if block.section == 2 and len(tokens) == len(block.columns) else None
    if len(tokens) != len(block.columns):
        return None
    # The header of section 3 is read line by line, 总计 before the categories: from left to right it is as the form has it.
    placed = sorted((token.column, token.colspan) for token in tokens)
    columns = [column for column, _ in placed]
    return (tuple(placed), 0) if len(set(columns)) == len(columns) else None
