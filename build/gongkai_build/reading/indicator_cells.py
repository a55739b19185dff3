"""Of the cells behind a label of form 2014 the one that is the year's number, and the unit in which it is printed.

A number is taken only where nothing else can be it: a row with several numbers needs a header that says which of them is the year's.
"""

import re
from collections.abc import Sequence

from gongkai_build.forms import load_vocabulary
from gongkai_build.reading.fold import plain
from gongkai_build.reading.indicator_labels import LABEL, OTHER, REMARK, VALUE, is_money, is_unit, kind_of_header
from gongkai_build.reading.indicator_walk import Entry, Piece
from gongkai_build.reading.tokens import GRID
from gongkai_build.reading.values import is_value, money_unit


def cell_of_year(entry: Entry, year: int | None) -> Piece | None:
    """Return the cell that must be the year's number; None where it cannot be told."""
    roles = roles_of(entry.header, year)
    cells = [cell for cell in entry.cells if not is_unit(cell.text)]
    if any(cell.token.layout == GRID for cell in (*cells, *entry.before)):
        at = {piece.token.column: kind for kind, piece in zip(_kinds(entry.header, year), entry.header, strict=True)}
        row = [cell.token for cell in (*entry.before, *entry.cells)]
        if OTHER in at.values() and max((token.column + token.colspan for token in row), default=0) <= max(at):
            # A cell is missing: another column's number can stand in the year's.
            return None
        if at and any(cell.token.column > max(at) and is_value(cell.text) for cell in cells):
            # A number stands behind the last column: a cell too many has moved the others.
            return None
        mine = [cell for cell in (*entry.before, *cells) if at.get(cell.token.column) == VALUE]
        own = [cell for cell in mine if cell in cells]
        if len(own) == 1 or (len(mine) == 1 and not numbers_of(entry)):
            return (own or mine)[0]
        if VALUE in at.values() and OTHER in at.values():
            return None
    while cells and roles and roles[-1] == REMARK and len(cells) >= len(roles):
        cells, roles = cells[: len(roles) - 1], roles[:-1]
    roles = [role for role in roles if role != REMARK] or [VALUE]
    if roles.count(VALUE) != 1:
        return None
    if len(cells) == len(roles) and (
        len(roles) == 1 or all(cell.token.explicit or is_value(cell.text) for cell in cells)
    ):
        return cells[roles.index(VALUE)]
    filled = [cell for cell in cells if cell.text.strip()]
    if len(roles) == 1:
        if len(filled) == 1:
            return filled[0]
        if cells and not filled:
            return cells[0]
    return None


def roles_of(header: Sequence[Piece], year: int | None) -> list[str]:
    """The columns of numbers behind a label, as the header has them; empty where it has none."""
    kinds = _kinds(header, year)
    if kinds.count(LABEL) > 1:
        kinds = kinds[: kinds.index(LABEL, kinds.index(LABEL) + 1)]
    return [kind for kind in kinds if kind in (VALUE, OTHER, REMARK)]


def _kinds(header: Sequence[Piece], year: int | None) -> list[str]:
    kinds = [kind_of_header(piece.text) or OTHER for piece in header]
    for index, piece in enumerate(header):
        if stated := re.fullmatch(r"(20\d\d)年度?(?:统计数|数据|数量|数)?", plain(piece.text)):
            kinds[index] = VALUE if year in (None, int(stated.group(1))) else OTHER
    return kinds


def numbers_of(entry: Entry) -> list[Piece]:
    """Return the cells behind a label that hold a number, or a mark for none."""
    return [cell for cell in entry.cells if cell.text.strip() and is_value(cell.text)]


def is_value_before(entry: Entry, cell: Piece) -> bool:
    """Tell whether a cell in front of a label stands in the column of the year's numbers."""
    return any(
        kind_of_header(piece.text) == VALUE and piece.token.column == cell.token.column and cell.token.layout == GRID
        for piece in entry.header
    )


def unit_of(entry: Entry, value: Piece) -> str | None:
    """The unit printed in the unit cell, the label or the value; empty where there is none, None where they contradict each other."""
    printed = [plain(cell.text).strip("()") for cell in entry.cells if is_unit(cell.text)]
    names = (*load_vocabulary().money_units, *load_vocabulary().count_units)
    in_label = re.findall(r"[(:](?:单位:?)?([^()\d:]{1,3})[)]", plain(entry.label))
    printed += [name for name in in_label if name in names]
    behind = re.fullmatch(r"[\d,.]+([^\d,.()]{1,3})", plain(value.text))
    printed += [behind.group(1)] if behind and behind.group(1) in names else []
    money = {money_unit(unit) or unit for unit in printed if is_money(unit)}
    counts = {unit for unit in printed if not is_money(unit)}
    if len(money) > 1 or len(counts) > 1 or (money and counts):
        return None
    return printed[0] if printed else ""
