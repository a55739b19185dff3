"""Cells of PDF files that hold less than was written in them: cut at an edge, or broken at the foot of a page."""

from test_pdf_pages import page as printed_page

from gongkai_build.documents.blocks import PICTURE, Cell, Table
from gongkai_build.documents.pages import PrintedTable, lay_out
from gongkai_build.documents.pdf import read_pdf

HEIGHT, WIDTH, SIZE = 800, 595, 10
ROWS, COLUMNS = (700, 680, 660), (100, 300, 500, 595)


def pdf(texts: list[tuple[float, float, str]]) -> bytes:
    """A page with the rulings of a table, and texts where they are said to stand."""
    strokes = [f"{x} {ROWS[-1]} m {x} {ROWS[0]} l S" for x in COLUMNS]
    strokes += [f"{COLUMNS[0]} {y} m {COLUMNS[-1]} {y} l S" for y in ROWS]
    shown = [f"BT /F {SIZE} Tf {x} {y} Td ({text}) Tj ET" for x, y, text in texts]
    stream = "\n".join([*strokes, *shown]).encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R 6 0 R]/Count 2>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Resources<</Font<</F 4 0 R>>>>/Contents 5 0 R>>"
        % (WIDTH, HEIGHT),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]>>" % (WIDTH, HEIGHT),
    ]
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(body)
    return body + b"xref\n0 7\n0000000000 65535 f \n%strailer<</Size 7/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        start,
    )


def cells(*texts: tuple[float, float, str]) -> list[list[str]]:
    heading = [(105.0, 685.0, "Received"), (305.0, 685.0, "12 34"), (505.0, 685.0, "56")]
    content = read_pdf(pdf([*heading, *texts]))
    assert content.notes == (), "an empty page is no picture"
    (table,) = (block for block in content.blocks if isinstance(block, Table))
    return [[cell.text for cell in row] for row in table.rows]


def test_numbers_within_their_cells_are_read() -> None:
    assert cells((105, 665, "Closed"), (305, 665, "690451"), (505, 665, "7")) == [
        ["Received", "12 34", "56"],
        ["Closed", "690451", "7"],
    ]


def test_a_number_that_runs_off_the_page_cannot_be_read() -> None:
    assert cells((105, 665, "Closed"), (305, 665, "7"), (576, 665, "690451"))[1] == ["Closed", "7", f"690{PICTURE}"]


def test_a_number_that_runs_into_the_next_cell_cannot_be_read() -> None:
    assert cells((105, 665, "Closed"), (485, 665, "690451"))[1] == ["Closed", f"690{PICTURE}", f"451{PICTURE}"]


def grid(page: int, *rows: tuple[str, ...]) -> PrintedTable:
    laid = tuple(tuple(Cell(text, r, c) for c, text in enumerate(row, 1)) for r, row in enumerate(rows, 1))
    return PrintedTable(200, (72, 200, 300, 400), laid, (page,) * len(rows))


def joined(above: tuple[str, ...], below: tuple[str, ...]) -> list[list[str]]:
    head = ("项目", "自然人", "总计")
    blocks, _ = lay_out([printed_page(1, grid(1, head, above)), printed_page(2, grid(2, below, ("3.其他", "5", "6")))])
    (table,) = (block for block in blocks if isinstance(block, Table))
    return [[cell.text for cell in row] for row in table.rows]


def test_figures_that_are_broken_at_the_foot_of_a_page_stay_together() -> None:
    assert joined(("2.申请人逾期未按收费通", "4690", "40"), ("知要求缴纳费用", "9", ""))[1] == [
        "2.申请人逾期未按收费通\n知要求缴纳费用",
        "4690\n9",
        "40",
    ]
    assert joined(("2.重复申请", "29", "7"), ("", "5353", ""))[1] == ["2.重复申请", "29\n5353", "7"]


def test_rows_with_labels_of_their_own_are_no_rest_of_others() -> None:
    assert joined(("行政许可", "4690", "40"), ("行政处罚", "9", "8"))[1:3] == [
        ["行政许可", "4690", "40"],
        ["行政处罚", "9", "8"],
    ]
    assert joined(("1.信访", "4690", "40"), ("2.重复申请", "9", "8"))[1:3] == [
        ["1.信访", "4690", "40"],
        ["2.重复申请", "9", "8"],
    ]
