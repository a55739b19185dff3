"""Files of Word and Excel: what they show, not what they store."""

from io import BytesIO

import docx
import openpyxl
import pytest
from docx.oxml import OxmlElement

from gongkai_build.documents.blocks import PICTURE, Table
from gongkai_build.documents.docx import read_docx
from gongkai_build.documents.sheets import printed_number
from gongkai_build.documents.xlsx import read_xlsx


@pytest.mark.parametrize(
    ("value", "shape", "shown"),
    [
        (2.5, "0", "3"),
        (0.5, "0", "1"),
        (-2.5, "0", "-3"),
        (1.125, "0.00", "1.13"),
        (1234.5, "#,##0", "1,235"),
        (2.4999, "0", "2"),
        (0, "0", "0"),
        (0, "#,##0.00", "0.00"),
        (0, "#", ""),
        (0, "#,###", ""),
        (0, '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"??_ ;_ @_ ', "-"),
        (0, "0;-0;;@", ""),
        (12, '0"件"', "12件"),
        (0.1 + 0.2, "General", "0.3"),
        (1e300, "0", f"1{'0' * 300}"),
    ],
)
def test_numbers_are_rounded_and_hidden_as_excel_does(value: float, shape: str, shown: str) -> None:
    assert printed_number(value, shape) == shown


@pytest.mark.parametrize("shape", ["0.0,", "# ?/?", '[>=10000]0.0,"万";0', '0"5"0'])
def test_a_format_that_cannot_be_told_leaves_no_number(shape: str) -> None:
    assert printed_number(31, shape).endswith(PICTURE)


def test_cells_of_a_workbook_as_it_shows_them() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["行政许可", 2.5, 7], ["行政处罚", 0, 8], ["行政强制", "=1+1", 9]):
        sheet.append(row)
    sheet["B1"].number_format, sheet["B2"].number_format = "0", "#"
    sheet.column_dimensions["C"].hidden = True
    [table] = [block for block in _read(book) if isinstance(block, Table)]
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["行政许可", "3"],
        ["行政处罚", ""],
        ["行政强制", PICTURE],
    ]


def _read(book: openpyxl.Workbook) -> tuple[object, ...]:
    stream = BytesIO()
    book.save(stream)
    return read_xlsx(stream.getvalue()).blocks


def test_a_formula_in_a_cell_of_word_is_no_empty_cell_and_a_table_of_one_cell_is_a_frame() -> None:
    document = docx.Document()
    grid = document.add_table(1, 3)
    grid.cell(0, 0).text = "行政许可"
    grid.cell(0, 1).text = ""
    grid.cell(0, 1).add_table(1, 1).cell(0, 0).text = "12"
    formula, run, text = (OxmlElement(tag) for tag in ("m:oMath", "m:r", "m:t"))
    text.text = "5"
    run.append(text)
    formula.append(run)
    grid.cell(0, 2).paragraphs[0]._p.append(formula)
    stream = BytesIO()
    document.save(stream)
    [table] = [block for block in read_docx(stream.getvalue()).blocks if isinstance(block, Table)]
    assert [[cell.text for cell in row] for row in table.rows] == [["行政许可", "12", PICTURE]]
