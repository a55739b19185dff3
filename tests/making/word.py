"""Papers → Word files: tables with merged cells, and what Word hides or makes itself (deletions, numbers of lists)."""

import random
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

from making.paper import GROUP, LABEL, VALUE, Cell, Example, Paper, Table, grid

FONT = "Noto Sans CJK SC"
CHANGED = 'w:id="{number}" w:author="样例" w:date="2024-01-02T03:04:05Z"'
NUMBERED = re.compile(r"^（[一二三四五六七八九十]+）|^\d+\.")
"""The number of a label that a list of Word prints; those of 一、 to 四、 stay text, as in most files."""
KINDS_OF_LISTS = ("（%1）", "%1.")
DELETED_SHARE = 0.1


def set_word(example: Example, paper: Paper) -> bytes:
    """Write a paper down as DOCX in the manner of its layout."""
    writer = _Writer(example)
    writer.write(paper)
    return writer.saved()


class _Writer:
    def __init__(self, example: Example) -> None:
        self.example = example
        self.manner = example.layout.partition("-")[2]
        self.document = docx.Document()
        self.rng = random.Random(f"{example.name}: changes")
        self.changes = 0
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(22)
        style = self.document.styles["Normal"]
        style.font.size, style.font.name = Pt(9), FONT
        style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
        self.document.core_properties.author = "样例"
        self.lists: dict[str, int] = {}

    def saved(self) -> bytes:
        body = BytesIO()
        self.document.save(body)
        return body.getvalue()

    def write(self, paper: Paper) -> None:
        place: Any = self.document
        if self.manner == "nested":
            frame = self.document.add_table(1, 1)
            place = frame.cell(0, 0)
        place.add_paragraph(paper.title).alignment = 1
        for text in filter(None, (paper.published, paper.preamble)):
            place.add_paragraph(text)
        for part in paper.parts:
            heading = place.add_paragraph(part.heading)
            heading.runs[0].bold = True
            for text in part.sentences:
                place.add_paragraph(text)
            if self.manner == "tracked":
                self.deleted_paragraph(place, "此处原有一句共收到政府信息公开申请999件，定稿时删去。")
            if part.table and self.manner == "tabs":
                for row in rows_between_tabs(part.table):
                    place.add_paragraph(row)
            elif part.table:
                self.table(place, part.table)
                place.add_paragraph("")
        for text in paper.signature:
            place.add_paragraph(text).alignment = 2

    def table(self, place: Any, table: Table) -> None:
        laid = list(grid(table))
        width = max(map(len, laid))
        made = place.add_table(len(laid), width)
        made.style = self.document.styles["Table Grid"]
        corners: dict[int, tuple[int, int, int, int, Cell]] = {}
        for row, places in enumerate(laid):
            for column, (cell, _) in enumerate(places):
                top, left, *_ = corners.get(id(cell), (row, column))
                corners[id(cell)] = (top, left, row, column, cell)
        cells = [list(row.cells) for row in made.rows]
        for top, left, bottom, right, cell in corners.values():
            target = cells[top][left]
            if (top, left) != (bottom, right):
                target = target.merge(cells[bottom][right])
            self.fill(target, cell)
        if self.manner == "tracked":
            self.deleted_row(made)

    def fill(self, target: Any, cell: Cell) -> None:
        paragraph = target.paragraphs[0]
        text = cell.text
        if self.manner == "numbered" and cell.kind in (LABEL, GROUP) and (match := NUMBERED.match(text)):
            self.list_item(paragraph, match.group(), text[match.end() :])
        elif self.manner == "tracked" and cell.kind == VALUE and text and self.rng.random() < DELETED_SHARE:
            self.replaced(paragraph, f"{self.rng.randint(0, 99)}", text)
        else:
            for at, line in enumerate(text.split("\n")):
                run = paragraph.add_run(line)
                if at + 1 < len(text.split("\n")):
                    run.add_break()

    # What was changed while changes were recorded

    def replaced(self, paragraph: Any, old: str, new: str) -> None:
        changed = self.changed()
        paragraph._p.append(
            parse_xml(f"<w:del {nsdecls('w')} {changed}><w:r><w:delText>{old}</w:delText></w:r></w:del>")
        )
        paragraph._p.append(parse_xml(f"<w:ins {nsdecls('w')} {self.changed()}><w:r><w:t>{new}</w:t></w:r></w:ins>"))

    def deleted_paragraph(self, place: Any, text: str) -> None:
        paragraph = place.add_paragraph("")
        paragraph._p.append(
            parse_xml(f"<w:del {nsdecls('w')} {self.changed()}><w:r><w:delText>{text}</w:delText></w:r></w:del>")
        )
        properties = paragraph._p.get_or_add_pPr()
        properties.append(parse_xml(f"<w:rPr {nsdecls('w')}><w:del {self.changed()}/></w:rPr>"))

    def deleted_row(self, table: Any) -> None:
        """Add a row at the end, and record its deletion."""
        row = table.add_row()
        for cell in row.cells:
            cell.paragraphs[0]._p.append(
                parse_xml(f"<w:del {nsdecls('w')} {self.changed()}><w:r><w:delText>7</w:delText></w:r></w:del>")
            )
        row._tr.get_or_add_trPr().append(parse_xml(f"<w:del {nsdecls('w')} {self.changed()}/>"))

    def changed(self) -> str:
        self.changes += 1
        return CHANGED.format(number=self.changes)

    # Numbers that Word makes

    def list_item(self, paragraph: Any, number: str, text: str) -> None:
        kind = KINDS_OF_LISTS[number[-1] == "."]
        first = number in ("（一）", "1.")
        if first:
            self.lists[kind] = self.new_list(kind)
        paragraph.add_run(text)
        properties = paragraph._p.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="{self.lists[kind]}"/></w:numPr>')
        )

    def new_list(self, kind: str) -> int:
        """Define a list that begins with one again."""
        numbering = self.document.part.numbering_part.element
        number = 1000 + len(numbering.findall(qn("w:num")))
        shape = "decimal" if kind == "%1." else "chineseCounting"
        abstract = parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}"><w:multiLevelType w:val="singleLevel"/>'
            f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{shape}"/><w:suff w:val="nothing"/>'
            f'<w:lvlText w:val="{kind}"/><w:lvlJc w:val="left"/></w:lvl></w:abstractNum>'
        )
        numbering.insert(list(numbering).index(numbering.find(qn("w:num"))), abstract)
        numbering.append(
            parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>')
        )
        return number


def rows_between_tabs(table: Table) -> Iterator[str]:
    """A paragraph a row, a tab between the cells."""
    return ("\t".join(cell.text for cell in row) for row in table)
