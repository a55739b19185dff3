"""A report as cells → a DOCX file, as Word writes it: merged cells with gridSpan and vMerge."""

import io
import zipfile
from collections.abc import Iterator
from html import escape

from layouts.typesetting import grid
from renderers import Cell, Paper, Table

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KINDS = (
    f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def word_file(paper: Paper) -> bytes:
    """Write a report down as a DOCX file."""
    body = [_paragraph(paper.title), _paragraph(paper.preamble)]
    for heading, text, table in paper.parts:
        body += [_paragraph(heading), *([_paragraph(text)] if text else [])]
        body += [f"<w:tbl>{''.join(_rows(table))}</w:tbl>", _paragraph("")] if table else []
    body += map(_paragraph, paper.signature)
    document = f'<w:document xmlns:w="{W}"><w:body>{"".join(body)}</w:body></w:document>'
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        parts = {"[Content_Types].xml": _KINDS, "_rels/.rels": _RELATIONS, "word/document.xml": document}
        for name, content in parts.items():
            archive.writestr(name, content)
    return whole.getvalue()


def _rows(table: Table) -> Iterator[str]:
    above: set[int] = set()
    for row in grid(table):
        cells, put = [], set()
        for cell, _ in row:
            if id(cell) not in put:
                put.add(id(cell))
                cells.append(_cell(cell, goes_on=id(cell) in above))
        above |= put
        yield f"<w:tr>{''.join(cells)}</w:tr>"


def _cell(cell: Cell, *, goes_on: bool) -> str:
    span = f'<w:gridSpan w:val="{cell.colspan}"/>' if cell.colspan > 1 else ""
    begins = "" if goes_on else ' w:val="restart"'
    merge = f"<w:vMerge{begins}/>" if cell.rowspan > 1 else ""
    text = "" if goes_on else cell.text
    return f"<w:tc><w:tcPr>{span}{merge}</w:tcPr>{''.join(map(_paragraph, text.split(chr(10))))}</w:tc>"


def _paragraph(text: str) -> str:
    return f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
