"""Bytes → blocks: charsets, spans, text of pages, and what is no document."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai_build.documents import Cell, Document, Line, Table, UnreadableDocument, read_document
from gongkai_build.documents.kinds import PDF, kind_of
from gongkai_build.documents.text import FEWEST_PARTS, FEWEST_WORDS


def table_of(html: str) -> Table:
    return next(block for block in read_document(html.encode()).blocks if isinstance(block, Table))


def lines_of(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Line)]


def covered(table: Table) -> dict[tuple[int, int], str]:
    """Every place of a table with the cell that covers it."""
    return {
        (row, column): cell.text
        for cells in table.rows
        for cell in cells
        for row in range(cell.row, cell.row + cell.rowspan)
        for column in range(cell.column, cell.column + cell.colspan)
    }


TEXT = "政府信息公开申请：龍訴訟〇"


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_charset_told_by_content(charset: str) -> None:
    assert lines_of(read_document(TEXT.encode(charset)))[0] == TEXT


def test_gb2312_is_read_as_gb18030() -> None:
    body = "<html><head><meta charset=gb2312></head><body><p>訴訟喆𠀀</p></body></html>".encode("gb18030")
    document = read_document(body)
    assert (document.charset, lines_of(document)) == ("gb18030", ["訴訟喆𠀀"])


def test_header_before_meta_before_content() -> None:
    body = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=big5"></head><p>訴訟</p>'.encode(
        "big5"
    )
    assert lines_of(read_document(body)) == ["訴訟"]
    assert read_document(body, charset="cp950").charset == "cp950"


def test_a_wrong_gb_declaration_over_utf8_is_not_believed() -> None:
    body = "<html><head><meta charset='gb2312'></head><body><p>政府信息公开</p></body></html>".encode()
    assert lines_of(read_document(body, charset="gbk")) == ["政府信息公开"]


def test_an_unknown_declaration_falls_back_to_the_content() -> None:
    assert lines_of(read_document(TEXT.encode("gb18030"), charset="x-nonsense"))[0] == TEXT


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"", "empty"),
        (b"  \n\t ", "empty"),
        (b"%PDF-1.4", "PDF"),
        (b"PK\x03\x04....", "ZIP"),
        (b"\xd0\xcf\x11\xe0....", "office"),
        (b"\x89PNG\r\n", "PNG"),
        (bytes(range(32)) * 9, "binary"),
        (b"\x81\x00abc\xff\xfe\xfd" * 40, "binary"),
    ],
)
def test_what_is_no_document_is_refused_with_a_reason(body: bytes, word: str) -> None:
    with pytest.raises(UnreadableDocument, match=word):
        read_document(body)


def test_a_pdf_whose_bytes_hold_a_tag_by_chance_is_a_pdf() -> None:
    assert kind_of(b"%PDF-1.4\n%\xd3\xeb\xe9\xe1\n<</Length 9>>\nstream\nx\x9c<p \x00\x01") == PDF


def test_marks_of_headings_in_markdown_are_no_text() -> None:
    lines = read_document("# 年度报告\n\n## 一、总体情况\n#1 样例\n".encode()).blocks
    assert [(line.text, line.heading) for line in lines if isinstance(line, Line) and line.text] == [
        ("年度报告", True),
        ("一、总体情况", True),
        ("#1 样例", False),
    ]


def test_a_text_without_line_breaks_is_split_at_its_blanks() -> None:
    words = [f"样例{number}" for number in range(FEWEST_WORDS)]
    assert lines_of(read_document(" ".join(words).encode())) == words
    few = words[: FEWEST_PARTS - 1]
    assert lines_of(read_document(" ".join(few).encode())) == [" ".join(few)]
    assert lines_of(read_document(" | ".join(words).encode())) == " | ".join(words).split()
    assert lines_of(read_document("\t".join(words).encode())) == ["\t".join(words)]
    two = ["样例", " ".join(words)]
    assert lines_of(read_document("\n".join(two).encode())) == two


def test_control_characters_do_not_travel_on() -> None:
    document = read_document("政府\x7f信息".encode())
    assert lines_of(document) == ["政府信息"]


def test_spans_are_resolved() -> None:
    table = table_of(
        "<table><tr><th rowspan=2>a</th><th colspan=2>b</th><th rowspan='2'>c</th></tr>"
        "<tr><td>d</td><td>e</td></tr><tr><td colspan=3>f</td><td>g</td></tr></table>"
    )
    assert [[(cell.text, cell.column) for cell in row] for row in table.rows] == [
        [("a", 1), ("b", 2), ("c", 4)],
        [("d", 2), ("e", 3)],
        [("f", 1), ("g", 4)],
    ]


@pytest.mark.parametrize("span", ["0", "-1", "x", "", "1.5", "99999999999", "２"])
def test_odd_spans_do_no_harm(span: str) -> None:
    table = table_of(
        f"<table><tr><td rowspan='{span}' colspan='{span}'>a</td><td>b</td></tr><tr><td>c</td></tr></table>"
    )
    assert [cell.text for row in table.rows for cell in row] == ["a", "b", "c"]
    assert max(cell.column for row in table.rows for cell in row) <= 1001


@settings(deadline=None)
@given(st.lists(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3)), max_size=4), min_size=1, max_size=5))
def test_no_place_is_covered_twice(spans: list[list[tuple[int, int]]]) -> None:
    rows = "".join(
        "<tr>" + "".join(f"<td rowspan={rowspan} colspan={colspan}>x</td>" for rowspan, colspan in row) + "</tr>"
        for row in spans
    )
    table = table_of(f"<table>{rows}</table>")
    assert [len(row) for row in table.rows] == [len(row) for row in spans]
    starts = [(cell.row, cell.column) for row in table.rows for cell in row]
    assert len(starts) == len(set(starts))
    for row in table.rows:
        ends = [cell.column + cell.colspan for cell in row]
        assert all(cell.column >= end for cell, end in zip(row[1:], ends, strict=False))


def test_a_layout_table_is_read_as_text_with_its_inner_table() -> None:
    document = read_document(
        "<table><tr><td>导航</td><td><p>一、总体情况</p><table><tr><td>规章</td><td>0</td></tr></table></td></tr></table>".encode()
    )
    assert lines_of(document) == ["导航", "一、总体情况"]
    assert [block for block in document.blocks if isinstance(block, Table)] == [
        Table(1, ((Cell("规章", 1, 1), Cell("0", 1, 2)),))
    ]


def test_a_table_around_an_article_is_read_as_text() -> None:
    article = "<p>" + "样例文字" * 60 + "</p>"
    document = read_document(f"<table><tr><td>{article}{article}</td></tr></table>".encode())
    assert len(lines_of(document)) == 2


def test_text_of_a_page() -> None:
    document = read_document(
        "<html><head><title>题</title><script>x='不是文字'</script><style>p{}</style></head><body>一<b>二</b><br>三"
        "<p>四\n  五<p>六</p><!-- 注 --><div style='display: none'>藏</div><h1>七</h1><ul><li>八<li>九</ul></body></html>".encode()
    )
    assert lines_of(document) == ["一二", "三", "四 五", "六", "七", "八", "九"]
    assert [block.heading for block in document.blocks if isinstance(block, Line) and block.text == "七"] == [True]
    assert document.title == "题"


def test_a_cell_keeps_its_line_breaks() -> None:
    assert table_of("<table><tr><td>本年新<br>制作数量</td><td><p>0</p><p>0</p></td></tr></table>").rows[0] == (
        Cell("本年新\n制作数量", 1, 1),
        Cell("0\n0", 1, 2),
    )


def test_deep_nesting_does_not_end_the_program() -> None:
    body = ("<div>" * 20000 + "一、总体情况" + "</div>" * 20000).encode()
    assert "一、总体情况" in "".join(lines_of(read_document(body)))


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        document = read_document(body)
    except UnreadableDocument:
        return
    assert not [line for line in lines_of(document) if any(ord(character) < 9 for character in line)]


def test_preformatted_text_keeps_its_lines_and_tabs() -> None:
    page = "<html><body><h1>样例</h1><pre>行政许可\t7\n\n行政处罚\t8 </pre><pre>甲<br>乙  丙</pre></body></html>"
    assert lines_of(read_document(page.encode())) == ["样例", "行政许可\t7", "", "行政处罚\t8", "甲", "乙 丙"]
