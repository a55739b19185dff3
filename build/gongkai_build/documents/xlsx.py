"""XLSX → lines and tables: the values that Excel computed last, as it shows them. No formula is computed here."""

import datetime
from io import BytesIO
from typing import Any

import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.utils import column_index_from_string

from gongkai_build.documents.blocks import PICTURE, Content, UnreadableDocument
from gongkai_build.documents.sheets import MOST_COLUMNS, MOST_ROWS, Sheet, blocks_of, printed_number

MOST_CELLS = 500_000


def read_xlsx(body: bytes) -> Content:
    """Read a workbook.

    Raises: UnreadableDocument, and whatever openpyxl raises for damaged files.
    """
    results = openpyxl.load_workbook(BytesIO(body), data_only=True, rich_text=True)
    written = openpyxl.load_workbook(BytesIO(body))
    sheets, hidden = [], []
    for sheet in results.worksheets:
        if sheet.sheet_state != "visible":
            hidden.append(sheet.title)
            continue
        sheets.append(_sheet(sheet, written[sheet.title]))
    return blocks_of(sheets, hidden)


def _sheet(sheet: Any, written: Any) -> Sheet:
    if len(sheet._cells) > MOST_CELLS:
        raise UnreadableDocument(f"the sheet {sheet.title} has more than {MOST_CELLS} cells; no report has as many")
    texts: dict[tuple[int, int], str] = {}
    uncomputed = 0
    for (row, column), cell in sheet._cells.items():
        if cell.value is not None:
            texts[row, column] = _text(cell)
        elif (row, column) in written._cells and written._cells[row, column].data_type == "f":
            texts[row, column] = PICTURE
            uncomputed += 1
    hidden_rows = {number for number, row in sheet.row_dimensions.items() if row.hidden or row.height == 0}
    hidden_columns: set[int] = set()
    for letters, column in sheet.column_dimensions.items():
        if column.hidden or column.width == 0:
            first = column.min or column_index_from_string(letters)
            hidden_columns |= set(range(first, min(column.max or first, first + MOST_COLUMNS * 40) + 1))
    merged = tuple(
        (area.min_row, area.min_col, min(area.max_row, area.min_row + MOST_ROWS), area.max_col)
        for area in sheet.merged_cells.ranges
    )
    return Sheet(sheet.title, texts, merged, frozenset(hidden_rows), frozenset(hidden_columns), uncomputed)


def _text(cell: Any) -> str:
    value = cell.value
    if cell.font is not None and cell.font.strike:
        return ""
    if isinstance(value, CellRichText):
        return "".join(_piece(piece) for piece in value)
    if cell.font is not None and cell.font.vertAlign in ("superscript", "subscript"):
        return f"[{value}]"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, int | float):
        return printed_number(value, cell.number_format or "General")
    return str(value)


def _piece(piece: Any) -> str:
    if not isinstance(piece, TextBlock):
        return str(piece)
    if piece.font.strike:
        return ""
    raised = piece.font.vertAlign in ("superscript", "subscript")
    return f"[{piece.text}]" if raised else str(piece.text)
