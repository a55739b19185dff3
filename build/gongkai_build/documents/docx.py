"""DOCX → lines and tables, as Word shows them: without what was deleted or hidden, with the numbers that Word makes.

Text in a text box stands behind the paragraph to which it is tied. Headers and footers are furniture of the page and left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

from gongkai_build.documents.blocks import PICTURE, Block, Cell, Content, Line, Table, UnreadableDocument
from gongkai_build.documents.charset import clean
from gongkai_build.documents.numbering import Numbering

LONGEST_CELL = 400
"""A cell with more characters than this holds an article, as on a page."""
WIDEST_TABLE = 2_000
DEEPEST_STYLE = 20
_CONTAINERS = frozenset(
    qn(tag)
    for tag in (
        "w:sdt",
        "w:sdtContent",
        "w:customXml",
        "w:ins",
        "w:moveTo",
        "w:smartTag",
        "w:hyperlink",
        "w:fldSimple",
        "w:bdo",
        "w:dir",
    )
)
_PICTURES = frozenset(qn(tag) for tag in ("w:drawing", "w:pict", "w:object", "w:sym"))
_FORMULAS = frozenset(qn(tag) for tag in ("m:oMath", "m:oMathPara"))
_NOTE_MARKS = frozenset(qn(tag) for tag in ("w:footnoteReference", "w:endnoteReference"))
_ALTERNATIVES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_P, _R, _TBL, _TR, _TC = qn("w:p"), qn("w:r"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_TEXT_BOX = qn("w:txbxContent")


@dataclass(frozen=True)
class _Style:
    """What a style says of the text that wears it, its parents included."""

    hidden: bool = False
    struck: bool = False
    heading: bool = False
    contents: bool = False
    """Whether it is one of the lines of a table of contents."""


@dataclass
class _Reader:
    """What has been read of a document so far."""

    numbering: Numbering
    styles: Any
    blocks: list[Block] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    lines: int = 0
    tables: int = 0
    carried: str = ""
    """Text of a paragraph whose end was deleted: it goes on in the next one."""
    known: dict[str | None, _Style] = field(default_factory=dict)

    def flow(self, parent: Any) -> None:
        """Append what stands in a body, a cell or a text box, in order."""
        for node in _content(parent, (_P, _TBL)):
            if node.tag == _TBL:
                self.table(node)
            else:
                self.paragraph(node)

    def paragraph(self, node: Any) -> None:
        style = self.style(_style_name(node, "w:pPr", "w:pStyle"))
        if style.contents:
            return
        for line in self.text_of(node).split("\n"):
            if text := clean(line).strip(" "):
                self.lines += 1
                self.blocks.append(Line(text, self.lines, style.heading or _outline(node)))
        for box in _text_boxes(node):
            self.flow(box)

    def text_of(self, node: Any, *, cell: bool = False) -> str:
        """Return the text of a paragraph with its number; empty while the paragraph goes on in the next."""
        style = self.style(_style_name(node, "w:pPr", "w:pStyle"))
        text = "".join(self.pieces(node, style, cell))
        mark = node.find(f"{qn('w:pPr')}/{qn('w:rPr')}")
        joined = mark is not None and (mark.find(qn("w:del")) is not None or mark.find(qn("w:moveFrom")) is not None)
        if joined:
            self.carried += text
            return ""
        text, self.carried = self.carried + text, ""
        # An empty paragraph in a list is not counted by readers either: Word shows its number, which says nothing.
        return self.numbering.label_of(node) + text if text.strip() else text

    def pieces(self, parent: Any, style: _Style, cell: bool) -> Iterator[str]:
        for node in parent:
            if node.tag == _R:
                yield from self.run(node, style, cell)
            elif node.tag in _CONTAINERS:
                yield from self.pieces(node, style, cell)
            elif node.tag in _FORMULAS and cell:
                yield PICTURE

    def run(self, run: Any, style: _Style, cell: bool) -> Iterator[str]:
        properties = run.find(qn("w:rPr"))
        own = self.style(_style_name(run, "w:rPr", "w:rStyle"))
        if _said(properties, "w:vanish", style.hidden or own.hidden) or _said(properties, "w:webHidden", False):
            return
        if _said(properties, "w:strike", style.struck or own.struck) or _said(properties, "w:dstrike", False):
            return
        text = "".join(self.characters(run, cell))
        # A footnote mark set right behind a number must not become its last digit.
        yield f"[{text.strip()}]" if text.strip() and _is_raised(properties) else text

    def characters(self, run: Any, cell: bool) -> Iterator[str]:
        for node in run:
            if node.tag == qn("w:t"):
                yield node.text or ""
            elif node.tag == qn("w:tab") or node.tag == qn("w:ptab"):
                yield "\t" if not cell else " "
            elif node.tag in (qn("w:br"), qn("w:cr")):
                yield "\n"
            elif node.tag == qn("w:noBreakHyphen"):
                yield "-"
            elif node.tag in _NOTE_MARKS:
                yield f"[{node.get(qn('w:id'))}]"
            elif cell and (node.tag in _PICTURES or node.tag == _ALTERNATIVES):
                boxes = [self.inner_text(box) for box in _text_boxes(node)]
                yield "\n".join(boxes) if boxes else PICTURE

    def inner_text(self, parent: Any) -> str:
        """Return the text of a cell or of a text box in one: a line for each paragraph."""
        lines = [
            # A table in a cell is the frame around its text.
            self.text_of(node, cell=True) if node.tag == _P else "\n".join(map(self.inner_text, _cells(node)))
            for node in _content(parent, (_P, _TBL))
        ]
        return "\n".join(line for part in lines for line in clean(part).split("\n") if line.strip(" ")).strip(" ")

    def table(self, table: Any) -> None:
        """Append a table; one that holds tables or whole articles only lays out the page, and its cells are read as text."""
        rows = [row for row in _content(table, (_TR,)) if not self.is_gone(row)]
        cells = [[cell for cell in _content(row, (_TC,)) if not _is_deleted(cell)] for row in rows]
        if any(_is_layout(cell) for row in cells for cell in row):
            for row in cells:
                for cell in row:
                    if _merge(cell, "w:vMerge") != "continue":
                        self.flow(cell)
            return
        self.tables += 1
        self.blocks.append(self.grid(rows, cells))

    def grid(self, rows: list[Any], cells: list[list[Any]]) -> Table:
        # Cells as [text, row, column, rowspan, colspan], to be lengthened by the rows below.
        placed: list[list[list[Any]]] = []
        above: dict[tuple[int, int], list[Any]] = {}
        for row_number, (row, nodes) in enumerate(zip(rows, cells, strict=True), 1):
            column = 1 + _count(row, "w:trPr", "w:gridBefore", 0)
            begun: dict[tuple[int, int], list[Any]] = {}
            line: list[list[Any]] = []
            for node in nodes:
                span = max(1, _count(node, "w:tcPr", "w:gridSpan", 1))
                if column + span > WIDEST_TABLE:
                    raise UnreadableDocument(f"a table has more than {WIDEST_TABLE} columns")
                place = (column, span)
                column += span
                if _merge(node, "w:hMerge") == "continue" and line:
                    line[-1][4] += span
                    continue
                if _merge(node, "w:vMerge") == "continue" and place in above:
                    above[place][3] += 1
                    begun[place] = above[place]
                    continue
                cell = [self.inner_text(node), row_number, place[0], 1, span]
                if _merge(node, "w:vMerge"):
                    begun[place] = cell
                line.append(cell)
            above = begun
            placed.append(line)
        return Table(self.tables, tuple(tuple(Cell(*cell) for cell in line) for line in placed))

    def is_gone(self, row: Any) -> bool:
        """Tell whether a row was deleted, or is hidden, which is noted."""
        properties = row.find(qn("w:trPr"))
        if properties is None:
            return False
        if _said(properties, "w:hidden", False):
            self.notes.append(f"a hidden row of table {self.tables + 1} is left out")
            return True
        return properties.find(qn("w:del")) is not None

    def style(self, name: str | None) -> _Style:
        """Look a style up, with what it takes from the styles that it is based on."""
        if name not in self.known:
            self.known[name] = self._style(name)
        return self.known[name]

    def _style(self, name: str | None) -> _Style:
        found: dict[str, bool] = {}
        for _ in range(DEEPEST_STYLE):
            styles = [] if name is None or self.styles is None else self.styles.findall(qn("w:style"))
            node = next((each for each in styles if each.get(qn("w:styleId")) == name), None)
            if node is None:
                break
            properties = node.find(qn("w:rPr"))
            for key, tag in (("hidden", "w:vanish"), ("struck", "w:strike")):
                if properties is not None and properties.find(qn(tag)) is not None:
                    found.setdefault(key, _said(properties, tag, False))
            named = (_value(node, "w:name") or "").lower()
            if named.startswith(("heading 1", "heading 2", "heading 3")) or named == "title":
                found.setdefault("heading", True)
            if named.startswith("toc "):
                found.setdefault("contents", True)
            name = _value(node, "w:basedOn")
        return _Style(**found)


def read_docx(body: bytes) -> Content:
    """Read a DOCX file.

    Raises: UnreadableDocument, and whatever python-docx and lxml raise for damaged files.
    """
    document = docx.Document(BytesIO(body))
    part = document.part
    numbering = _root(part, RELATIONSHIP_TYPE.NUMBERING)
    styles = _root(part, RELATIONSHIP_TYPE.STYLES)
    reader = _Reader(Numbering(numbering, styles), styles)
    reader.flow(document.element.body)
    if reader.blocks:
        for relation, tag in ((RELATIONSHIP_TYPE.FOOTNOTES, "w:footnote"), (RELATIONSHIP_TYPE.ENDNOTES, "w:endnote")):
            root = _root(part, relation)
            for note in [] if root is None else root.findall(qn(tag)):
                # Those with a type only draw the line between text and notes.
                if note.get(qn("w:type")) in (None, "normal") and (text := reader.inner_text(note)):
                    reader.lines += 1
                    reader.blocks.append(Line(f"[{note.get(qn('w:id'))}] {text}", reader.lines))
    return Content(tuple(reader.blocks), tuple(reader.notes))


def _root(part: Any, relation: str) -> Any:
    """Return the root of the part to which a document is related in a way, or None."""
    found = next((each.target_part for each in part.rels.values() if each.reltype == relation), None)
    return None if found is None else parse_xml(found.blob)


def _content(parent: Any, tags: tuple[str, ...]) -> Iterator[Any]:
    """Walk what stands in a node: also in content controls and insertions, not in deletions."""
    for node in parent:
        if node.tag in tags:
            yield node
        elif node.tag in _CONTAINERS:
            yield from _content(node, tags)


def _text_boxes(node: Any) -> list[Any]:
    """Return the text boxes in a paragraph or drawing; an old one stands beside each new one and says the same."""
    return [
        box
        for box in node.iter(_TEXT_BOX)
        if not any(above.tag == _FALLBACK for above in box.iterancestors())
        and not any(above.tag == _TEXT_BOX for above in box.iterancestors() if above is not node)
    ]


def _cells(table: Any) -> Iterator[Any]:
    for row in _content(table, (_TR,)):
        yield from _content(row, (_TC,))


def _is_layout(cell: Any) -> bool:
    """Tell whether a cell holds a table of several cells, or an article."""
    if any(sum(1 for _ in table.iter(_TC)) > 1 for table in _content(cell, (_TBL,))):
        return True
    return sum(len(text.text or "") for text in cell.iter(qn("w:t"))) > LONGEST_CELL


def _is_deleted(cell: Any) -> bool:
    return cell.find(f"{qn('w:tcPr')}/{qn('w:cellDel')}") is not None


def _merge(cell: Any, tag: str) -> str | None:
    """Return `restart`, `continue` or None for a cell that is not merged."""
    node = cell.find(f"{qn('w:tcPr')}/{qn(tag)}")
    return None if node is None else node.get(qn("w:val")) or "continue"


def _count(node: Any, properties: str, tag: str, default: int) -> int:
    found = node.find(f"{qn(properties)}/{qn(tag)}")
    text = (found.get(qn("w:val")) or "") if found is not None else ""
    return min(int(text[:7]), WIDEST_TABLE * 10) if text.isascii() and text.isdigit() else default


def _style_name(node: Any, properties: str, tag: str) -> str | None:
    found = node.find(f"{qn(properties)}/{qn(tag)}")
    return None if found is None else found.get(qn("w:val"))


def _outline(paragraph: Any) -> bool:
    level = paragraph.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
    return level is not None and level.get(qn("w:val")) in ("0", "1", "2")


def _value(node: Any, tag: str) -> str | None:
    child = node.find(qn(tag))
    return None if child is None else child.get(qn("w:val"))


def _said(properties: Any, tag: str, otherwise: bool) -> bool:
    """Tell whether a switch is on; where nothing is said, it is as the style has it."""
    node = None if properties is None else properties.find(qn(tag))
    return otherwise if node is None else node.get(qn("w:val")) not in ("0", "false", "off")


def _is_raised(properties: Any) -> bool:
    if properties is None:
        return False
    return _value(properties, "w:vertAlign") in ("superscript", "subscript")
