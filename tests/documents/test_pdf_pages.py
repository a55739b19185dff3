"""The pages of PDF files: each line and row is on the page on which a person finds it, and the copy that is shown says so."""

import re
from dataclasses import replace
from pathlib import Path

import pdfplumber
import pytest

from gongkai_build.documents import Line, read_document
from gongkai_build.documents.blocks import Cell, Table
from gongkai_build.documents.pages import PrintedLine, PrintedPage, PrintedTable, lay_out
from gongkai_build.evidence import show
from gongkai_site.evidence import page_of

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("pdf-*/document.pdf"))


def squeezed(text: str) -> str:
    return re.sub(r"[^\w]", "", text)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_what_begins_on_a_page_is_printed_on_it(path: Path) -> None:
    body = path.read_bytes()
    document = read_document(body, media_type="application/pdf")
    assert document.pages
    with pdfplumber.open(path) as pdf:
        printed = {number: squeezed(page.extract_text()) for number, page in enumerate(pdf.pages, 1)}
    told = 0
    for block in document.blocks:
        if isinstance(block, Line):
            begin = squeezed(block.text)[:6]
            assert begin in printed[document.pages[f"line {block.number}"]], block.text
            told += 1
    assert told
    rows = [
        f"table {t.number}, row {r}" for t in document.blocks if isinstance(t, Table) for r, _ in enumerate(t.rows, 1)
    ]
    assert set(rows) <= document.pages.keys()
    assert set(document.pages.values()) == set(printed), "nothing is left out of these examples"


def page(number: int, *parts: PrintedLine | PrintedTable) -> PrintedPage:
    return PrintedPage(
        number, 800, [replace(part, page=number) if isinstance(part, PrintedLine) else part for part in parts]
    )


def line(text: str) -> PrintedLine:
    return PrintedLine(text, 100, 110, 72, 300, 10)


def grid(number: int, *rows: tuple[str, ...]) -> PrintedTable:
    cells = tuple(tuple(Cell(text, r, c) for c, text in enumerate(row, 1)) for r, row in enumerate(rows, 1))
    return PrintedTable(200, (72, 200, 400), cells, (number,) * len(rows))


def test_rows_of_a_table_that_goes_on_are_on_their_own_pages() -> None:
    """The header that a page repeats is no row; a page that is a picture keeps its number."""
    blocks, pages = lay_out(
        [
            page(1, line("表"), grid(1, ("项目", "数量"), ("甲", "1"))),
            page(2, grid(2, ("项目", "数量"), ("乙", "2"), ("丙", "3"))),
            page(4, grid(4, ("丁", "4")), line("完。")),
        ]
    )
    assert [len(block.rows) for block in blocks if isinstance(block, Table)] == [5]
    assert pages == {
        "line 1": 1,
        "table 1, row 1": 1,
        "table 1, row 2": 1,
        "table 1, row 3": 2,
        "table 1, row 4": 2,
        "table 1, row 5": 4,
        "line 2": 4,
    }


def test_the_copy_that_is_shown_leads_to_the_page() -> None:
    path = next(path for path in EXAMPLES if path.parent.name == "pdf-ruled-2021-1")
    document = read_document(path.read_bytes(), media_type="application/pdf")
    assert document.pages
    html = show(path.read_bytes(), document, None).html
    begins = [int(number) for number in re.findall(r' data-page="(\d+)"', html)]
    assert begins == sorted(set(document.pages.values()))
    for place, number in document.pages.items():
        # A row that only cells from above reach has no cell to be led to.
        assert page_of(html, place) in (number, None)
    assert page_of(html, "line 1") == 1
    assert page_of(html, "line 999") is None
    assert page_of("<p data-place='line 1'>", "line 1") is None
