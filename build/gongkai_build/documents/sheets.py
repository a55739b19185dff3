"""Sheets of a workbook → lines and tables, as Excel shows them; what XLS and XLSX have in common.

A title above a table, and what is merged over its whole width, is a line. Hidden rows, columns and sheets are left out and noted.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from gongkai_build.documents.blocks import PICTURE, Block, Cell, Content, Line, Table, UnreadableDocument
from gongkai_build.documents.charset import clean

MOST_ROWS = 20_000
MOST_COLUMNS = 500
_LITERAL = re.compile(
    r'"([^"]*)"|\\(.)|!(.)|_.|\*.|\[\$([^\]-]*)[^\]]*\]|\[(?:Red|Black|Blue|Green|White|Yellow|Magenta|Cyan|Color ?\d+|DBNum\d)\]',
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[#0?,]*[#0?](?:\.[#0?]*)?")
_ANY_SIZE = Context(prec=400)
_PLAIN_FORMATS = frozenset({"", "general", "@", "g/通用格式", "general;"})


@dataclass(frozen=True)
class Sheet:
    """A sheet as its file has it: texts as printed, by row and column (1 is the first), and the merged areas."""

    name: str
    texts: dict[tuple[int, int], str]
    merged: tuple[tuple[int, int, int, int], ...]
    """Areas as first row, first column, last row, last column."""
    hidden_rows: frozenset[int]
    hidden_columns: frozenset[int]
    uncomputed: int = 0
    """Formulas without a result."""


def blocks_of(sheets: list[Sheet], hidden_sheets: list[str]) -> Content:
    """Turn the sheets of a workbook into blocks."""
    blocks: list[Block] = []
    notes = [f"the hidden sheet {name} is left out" for name in hidden_sheets]
    for sheet in sheets:
        if not any(text.strip() for text in sheet.texts.values()):
            continue
        blocks.append(Line(clean(sheet.name), len(blocks) + 1))
        for kind, hidden in (("rows", sheet.hidden_rows), ("columns", sheet.hidden_columns)):
            index = 0 if kind == "rows" else 1
            if any(place[index] in hidden for place, text in sheet.texts.items() if text.strip()):
                notes.append(f"hidden {kind} of the sheet {sheet.name} are left out")
        if sheet.uncomputed:
            notes.append(f"{sheet.uncomputed} formulas of the sheet {sheet.name} have no result stored")
        _append(_grid(sheet), blocks)
    return Content(tuple(blocks), tuple(notes))


def _grid(sheet: Sheet) -> list[list[Cell]]:
    """Lay the visible cells out; a merged area is as wide as what of it is visible."""
    used = [place for place, text in sheet.texts.items() if text.strip()]
    rows = _visible({row for row, _ in used}, sheet.hidden_rows, MOST_ROWS, "rows")
    columns = _visible({column for _, column in used}, sheet.hidden_columns, MOST_COLUMNS, "columns")
    row_numbers = {row: number for number, row in enumerate(rows, 1)}
    column_numbers = {column: number for number, column in enumerate(columns, 1)}
    covered: set[tuple[int, int]] = set()
    areas: dict[tuple[int, int], tuple[int, int, str]] = {}
    for top, left, bottom, right in sheet.merged:
        shown_rows = [row_numbers[row] for row in rows if top <= row <= bottom]
        shown_columns = [column_numbers[column] for column in columns if left <= column <= right]
        if shown_rows and shown_columns:
            covered |= {(row, column) for row in shown_rows for column in shown_columns}
            text = sheet.texts.get((top, left), "")
            areas[shown_rows[0], shown_columns[0]] = (len(shown_rows), len(shown_columns), text)
    grid: list[list[Cell]] = []
    for row in rows:
        line = []
        for column in columns:
            place = row_numbers[row], column_numbers[column]
            if place in areas:
                rowspan, colspan, text = areas[place]
                line.append(Cell(_tidy(text), *place, rowspan, colspan))
            elif place not in covered:
                line.append(Cell(_tidy(sheet.texts.get((row, column), "")), *place))
        grid.append(line)
    return grid


def _visible(used: set[int], hidden: frozenset[int], most: int, what: str) -> list[int]:
    if not used:
        return []
    if max(used) - min(used) > most:
        raise UnreadableDocument(f"a sheet has more than {most} {what}; no report has as many")
    return [number for number in range(min(used), max(used) + 1) if number not in hidden]


def _append(grid: list[list[Cell]], blocks: list[Block]) -> None:
    """Append the rows as tables, and as lines those that are no rows of a table."""
    width = max((cell.column + cell.colspan - 1 for row in grid for cell in row), default=0)
    filled = [[cell for cell in row if cell.text] for row in grid]
    first = next((index for index, cells in enumerate(filled) if len(cells) > 1), len(grid))
    run: list[list[Cell]] = []
    reach = 0
    """Last row that a cell of the run reaches down to."""

    def close() -> None:
        if run:
            number = sum(isinstance(block, Table) for block in blocks) + 1
            blocks.append(Table(number, tuple(tuple(row) for row in run)))
            run.clear()

    for index, (row, cells) in enumerate(zip(grid, filled, strict=True)):
        alone = len(cells) == 1 and reach <= index and cells[0].rowspan == 1
        whole = alone and cells[0].colspan == width > 1
        behind = alone and cells[0].column > 1 and not any(len(later) > 1 for later in filled[index:])
        if not cells and reach <= index:
            close()
        elif alone and (whole or behind or index < first):
            close()
            blocks.extend(Line(text, len(blocks) + 1) for text in cells[0].text.split("\n") if text)
        else:
            run.append(row)
            reach = max([reach, *(index + cell.rowspan for cell in row)])
    close()


def _tidy(text: str) -> str:
    return "\n".join(line.strip(" ") for line in clean(text.replace("\r", "")).split("\n") if line.strip(" "))


def printed_number(value: float, shape: str) -> str:
    """Print a number as its format says.

    Returns: the text; with `PICTURE` behind it where what Excel would show cannot be told, so that nothing takes it for the number.
    """
    number = Decimal(f"{value:.15g}")
    sections = _sections(shape)
    if shape.strip().lower() in _PLAIN_FORMATS:
        return f"{number.normalize():f}" if number else "0"
    chosen = sections[1] if number < 0 and len(sections) > 1 else sections[0]
    if number == 0 and len(sections) > 2:
        chosen = sections[2]
    literals: list[str] = []

    def keep(match: re.Match[str]) -> str:
        text = next((group for group in match.groups() if group is not None), "")
        literals.append(text)
        return "\x00"

    bare = _LITERAL.sub(keep, chosen)
    if bare.lower() in ("general", "g/通用格式"):
        bare = "0." + "#" * 14
    found = _NUMBER.findall(bare)
    if not found and not bare.strip("\x00 -()"):
        # Only marks: ;;; hides the number, and "-" stands for a zero.
        return _with_literals(bare, literals)
    rest = _NUMBER.sub("\x01", bare)
    if len(found) != 1 or rest.strip("\x00\x01 %+-()¥$￥元") or found[0].endswith(","):
        return f"{number:f}{PICTURE}"
    if any(any(character.isdigit() or character == "." for character in literal) for literal in literals):
        return f"{number:f}{PICTURE}"
    shown = number.scaleb(2) if "%" in rest else number
    whole, _, fraction = found[0].partition(".")
    least, most = fraction.count("0"), len(fraction)
    # Excel rounds a half away from nought.
    rounded = abs(shown).quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP, _ANY_SIZE)
    text = f"{rounded:{',' if ',' in whole else ''}.{most}f}"
    while most > least and text.endswith("0"):
        text, most = text[:-1], most - 1
    text = text.removesuffix(".") if rounded or "0" in found[0] else ""
    if "0" not in whole and text.startswith("0") and "." in text:
        text = text[1:]
    sign = "-" if shown < 0 and len(sections) == 1 and any(digit in text for digit in "123456789") else ""
    return sign + _with_literals(rest.replace("\x01", text.replace("\x00", "")), literals)


def _sections(shape: str) -> list[str]:
    parts, quoted = [""], False
    for character in shape:
        quoted ^= character == '"'
        if character == ";" and not quoted:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def _with_literals(text: str, literals: list[str]) -> str:
    rest: Iterator[str] = iter(literals)
    return "".join(next(rest, "") if character == "\x00" else character for character in text).strip()
