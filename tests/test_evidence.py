"""Documents as they are shown beside their figures: every place is there, nothing of the page can do anything, no official is named."""

import re
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from expectations import MEDIA_TYPES
from gongkai_build.documents import Line, UnreadableDocument, read_document
from gongkai_build.documents.blocks import Table
from gongkai_build.documents.kinds import HTML
from gongkai_build.evidence import LEFT_OUT, show, write_evidence

EXAMPLES = sorted(path for path in (Path(__file__).parent / "examples").glob("*/document.*"))
KEPT = frozenset(
    re.split(
        r"\s+",
        "div span table thead tbody tfoot tr td th caption p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd br hr blockquote pre center b strong i em u s del ins sub sup",
    )
)
HOSTILE = """<body onload="alert(1)"><script>alert(1)</script><style>@import url(//evil.example)</style><base href="//evil.example">
<p style="background:url(//evil.example)" onclick="x()">一、总体情况 &lt;script&gt;alert(1)&lt;/script&gt;</p>
<table background="//evil.example"><tr><td colspan="2" rowspan="1&quot; onmouseover=x" onmouseover="x()">数量</td></tr>
<tr><td>5</td><td><img src="//evil.example/1.png" alt="&quot;><script>y</script>"><a href="javascript:x()">7</a></td></tr></table>
<p hidden>verborgen</p><p style="display: none">unsichtbar</p><p><s>3</s></p>
<svg><a xlink:href="javascript:x()"><text>x</text></a></svg><math><mtext><table><mglyph><style><img src=x onerror=x()></style></mglyph></table></mtext></math>
<iframe src="//evil.example"></iframe><form action="//evil.example"><input name=q><button>go</button></form><noscript><p title="</noscript><img src=x onerror=x()>"></noscript>
<template><img src=x onerror=x()></template></body>"""


def shown(text: str, **options: object) -> str:
    body = text.encode()
    return show(body, read_document(body, media_type=HTML), None, **options).html  # type: ignore[arg-type]


def places_with_text(document: object) -> dict[str, str]:
    found = {}
    for block in document.blocks:  # type: ignore[attr-defined]
        if isinstance(block, Line):
            found[f"line {block.number}"] = block.text
        elif isinstance(block, Table):
            for number, row in enumerate(block.rows, 1):
                for cell in row:
                    found[f"table {block.number}, row {number}, column {cell.column}"] = cell.text
    return found


def plain(text: str) -> str:
    return re.sub(r"[\s\[\]\ufffc]", "", text)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_every_place_of_an_example_is_shown_with_what_stands_there(path: Path) -> None:
    body = path.read_bytes()
    try:
        document = read_document(body, media_type=MEDIA_TYPES.get(path.suffix))
    except UnreadableDocument:
        return
    result = show(body, document, None)
    expected = places_with_text(document)
    texts: dict[str, str] = {}
    for node in LexborHTMLParser(result.html).css("[data-place]"):
        place = node.attributes["data-place"] or ""
        texts[place] = texts.get(place, "") + node.text()
    assert expected
    for place, text in expected.items():
        if texts.get(place) != LEFT_OUT and text.strip():
            assert plain(texts[place]) == plain(text), place
    assert result.media_type == document.media_type


def test_nothing_of_a_hostile_page_is_left_that_could_act() -> None:
    html = shown(HOSTILE)
    tree = LexborHTMLParser(html)
    tags = {node.tag for node in tree.body.css("*")} if tree.body else set()
    assert tags - {"body"} <= KEPT
    for node in tree.body.css("*") if tree.body else ():
        assert set(node.attributes) <= {"rowspan", "colspan", "data-place", "class"}
    assert "evil.example" not in html
    assert "alert(1)" in html, "what stands in the text as text is kept as text"
    assert "<script" not in html
    assert "verborgen" not in html
    assert "unsichtbar" not in html
    assert '<td colspan="2" data-place="table 1, row 1, column 1">数量</td>' in html
    assert '<td data-place="table 1, row 2, column 2"><span class="picture">&quot;&gt;&lt;script&gt;' in html
    assert "<s>3</s>" in html


def test_no_official_is_named() -> None:
    table = "<table><tr><td>收到申请数</td><td>5</td></tr><tr><td>单位负责人：</td><td>甲某某</td></tr></table>"
    html = shown(f"<body>{table}<p>审核人：乙某某　填报人：丙某某</p><p>结束</p></body>")
    assert not re.search("[甲乙丙]某某", html)
    assert html.count(LEFT_OUT) == 3
    assert ">5<" in html
    assert "结束" in html


def test_where_a_page_does_not_show_a_place_its_lines_and_tables_do() -> None:
    deep = "<div>" * 150 + "<table><tr><td>新收</td><td>12</td></tr></table>" + "</div>" * 150
    place = "table 1, row 1, column 2"
    assert f'<td data-place="{place}">12</td>' in shown(f"<body>{deep}</body>", places=[place])


def test_the_place_of_a_figure_is_shown_even_below_the_name_of_an_official() -> None:
    table = "<table><tr><td>单位负责人：</td><td>12</td></tr></table>"
    assert ">12<" in shown(f"<body>{table}</body>", places=["table 1, row 1, column 2"])


def test_rows_that_begin_in_the_middle_keep_their_columns() -> None:
    html = "<table><tr><td rowspan='2'>a</td><td>b</td></tr><tr><td>c</td></tr></table>"
    text = "<table><tbody><tr>"
    document = read_document(f"<body>{html}</body>".encode(), media_type=HTML)
    body = "".join(show(b"", type(document)(document.blocks, "application/pdf", None), None).html)
    assert body.startswith(text)
    assert '</tr><tr><td data-place="table 1, row 2, column 2">c</td></tr>' in body


def test_the_file_is_the_same_for_the_same_documents(tmp_path: Path) -> None:
    body = "<body><p>一、总体情况</p></body>".encode()
    result = show(body, read_document(body, media_type=HTML), None)
    files = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        with write_evidence(folder) as evidence:
            for number in range(30):
                evidence.add(f"{number:064x}", f"990100.science.{number}", result)
            evidence.keep_only({f"{number:064x}" for number in range(20)})
        files.append((folder / "evidence.db").read_bytes())
    assert files[0] == files[1]
    with closing(sqlite3.connect(tmp_path / "one" / "evidence.db")) as database:
        rows = database.execute("select capture_id, media_type, html from documents").fetchall()
    assert len(rows) == 20
    assert zlib.decompress(rows[0][2]).decode() == '<p><span data-place="line 1">一、总体情况</span></p>'
