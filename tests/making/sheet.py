"""The annex of 2014 → a workbook: title and unit that fills it in above the table, officials below it."""

from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment

from making.paper import Paper


def set_sheet(paper: Paper) -> bytes:
    """Write the annex of a paper down as XLSX, its numbers as numbers, its headings merged over the whole width."""
    book = Workbook()
    sheet = book.active
    sheet.title = "统计表"
    annex = paper.parts[-1]
    width = len(annex.table[0])

    def line(text: str) -> None:
        sheet.append([text])
        sheet.merge_cells(start_row=sheet.max_row, end_row=sheet.max_row, start_column=1, end_column=width)
        sheet.cell(sheet.max_row, 1).alignment = Alignment(horizontal="center")

    line(paper.title)
    line(annex.heading.removeprefix("附件："))
    line(annex.sentences[0])
    for row in annex.table:
        sheet.append([_number(cell.text) if cell.text else None for cell in row])
    sheet.append(["单位负责人：（略）", None, "填报人：（略）"])
    line("　".join(paper.signature))
    sheet.column_dimensions["A"].width = 60
    body = BytesIO()
    book.save(body)
    return body.getvalue()


def _number(text: str) -> str | int | float:
    if text.isdigit():
        return int(text)
    return float(text) if text.replace(".", "", 1).isdigit() else text
