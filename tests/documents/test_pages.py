"""Tables of a PDF that go on over the break of a page."""

from gongkai_build.documents.blocks import Cell, Table
from gongkai_build.documents.pages import PrintedPage, PrintedTable, lay_out

EDGES = (0.0, 50.0, 100.0, 150.0)


def page(*rows: tuple[Cell, ...]) -> PrintedPage:
    return PrintedPage(1, 800.0, [PrintedTable(100.0, EDGES, rows, (1,) * len(rows))])


def joined(*pages: PrintedPage) -> list[list[tuple[str, int]]]:
    [table] = [block for block in lay_out(pages)[0] if isinstance(block, Table)]
    return [[(cell.text, cell.rowspan) for cell in row] for row in table.rows]


HEADER = (
    (Cell("结果维持", 1, 1, 2), Cell("行政诉讼", 1, 2, 1, 2)),
    (Cell("起诉", 2, 2), Cell("总计", 2, 3)),
)


def test_figures_below_a_header_on_the_page_before_are_no_part_of_it() -> None:
    figures = (Cell("3", 1, 1), Cell("4", 1, 2), Cell("7", 1, 3))
    assert joined(page(*HEADER), page(figures)) == [
        [("结果维持", 2), ("行政诉讼", 1)],
        [("起诉", 1), ("总计", 1)],
        [("3", 1), ("4", 1), ("7", 1)],
    ]


def test_the_label_of_a_group_goes_on_over_the_break() -> None:
    above = (Cell("不予公开", 1, 1), Cell("1.属于国家秘密", 1, 2), Cell("0", 1, 3))
    below = (Cell("", 1, 1, 2), Cell("2.重复申请", 1, 2), Cell("5", 1, 3))
    last = (Cell("3.其他", 2, 2), Cell("6", 2, 3))
    assert joined(page(above), page(below, last)) == [
        [("不予公开", 3), ("1.属于国家秘密", 1), ("0", 1)],
        [("2.重复申请", 1), ("5", 1)],
        [("3.其他", 1), ("6", 1)],
    ]
