"""XLS → lines and tables: the values that Excel computed last, as it shows them."""

from typing import Any

import xlrd

from gongkai_build.documents.blocks import Content, UnreadableDocument
from gongkai_build.documents.sheets import Sheet, blocks_of, printed_number

MOST_CELLS = 500_000


def read_xls(body: bytes) -> Content:
    """Read a workbook.

    Raises: UnreadableDocument, and whatever xlrd raises for damaged files.
    """
    try:
        book = xlrd.open_workbook(file_contents=body, formatting_info=True)
    except xlrd.XLRDError as error:
        if "encrypted" in str(error):
            raise UnreadableDocument("this is an encrypted Excel file; save it without a password") from error
        raise
    shown = [sheet for sheet in book.sheets() if sheet.visibility == 0]
    hidden = [sheet.name for sheet in book.sheets() if sheet.visibility != 0]
    return blocks_of([_sheet(book, sheet) for sheet in shown], hidden)


def _sheet(book: Any, sheet: Any) -> Sheet:
    if sheet.nrows * sheet.ncols > MOST_CELLS:
        raise UnreadableDocument(f"the sheet {sheet.name} has more than {MOST_CELLS} cells; no report has as many")
    texts: dict[tuple[int, int], str] = {}
    for row in range(sheet.nrows):
        for column in range(sheet.row_len(row)):
            text = _text(book, sheet, row, column)
            if text:
                texts[row + 1, column + 1] = text
    hidden_rows = {number + 1 for number, row in sheet.rowinfo_map.items() if row.hidden or row.height == 0}
    hidden_columns = {number + 1 for number, column in sheet.colinfo_map.items() if column.hidden or column.width == 0}
    merged = tuple((top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells)
    return Sheet(sheet.name, texts, merged, frozenset(hidden_rows), frozenset(hidden_columns))


def _text(book: Any, sheet: Any, row: int, column: int) -> str:
    cell = sheet.cell(row, column)
    style = book.xf_list[cell.xf_index]
    font = book.font_list[style.font_index]
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK) or font.struck_out:
        return ""
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        text = printed_number(cell.value, book.format_map[style.format_key].format_str)
    elif cell.ctype == xlrd.XL_CELL_DATE:
        moment = xlrd.xldate_as_datetime(cell.value, book.datemode)
        text = moment.date().isoformat() if cell.value == int(cell.value) else moment.isoformat(" ")
    elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
        text = "TRUE" if cell.value else "FALSE"
    elif cell.ctype == xlrd.XL_CELL_ERROR:
        text = xlrd.error_text_from_code.get(cell.value, "#ERROR")
    else:
        return _rich(book, sheet.rich_text_runlist_map.get((row, column), []), str(cell.value), font)
    return f"[{text}]" if font.escapement else text


def _rich(book: Any, runs: list[tuple[int, int]], text: str, font: Any) -> str:
    """Return a text without what is struck out in it, and with raised marks set apart."""
    bounds = [(0, font), *((start, book.font_list[index]) for start, index in runs)]
    ends = [*(start for start, _ in bounds[1:]), len(text)]
    pieces = []
    for (start, worn), end in zip(bounds, ends, strict=True):
        piece = text[start:end]
        if piece and not worn.struck_out:
            pieces.append(f"[{piece}]" if worn.escapement else piece)
    return "".join(pieces)
