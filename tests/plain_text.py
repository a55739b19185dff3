"""The text of a document of any format, in whatever order the file holds it. The project's readers take no part."""

import zipfile
from pathlib import Path

import openpyxl
from lxml import etree
from pdfminer.high_level import extract_text
from selectolax.lexbor import LexborHTMLParser

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def decode(content: bytes) -> str:
    """Decode the bytes of a page or text."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def text_of(document: Path) -> str:
    """Return the text of a document."""
    reader = {".pdf": extract_text, ".docx": _docx, ".doc": _doc, ".xlsx": _xlsx, ".html": _page, ".htm": _page}
    return reader.get(document.suffix, lambda path: decode(path.read_bytes()))(document)


def _page(document: Path) -> str:
    return LexborHTMLParser(decode(document.read_bytes())).text(separator=" ")


def _docx(document: Path) -> str:
    with zipfile.ZipFile(document) as package:
        root = etree.fromstring(package.read("word/document.xml"))
    paragraphs = root.iter(f"{_WORD}p")
    return "\n".join("".join(_run(node) for node in paragraph.iter()) for paragraph in paragraphs)


def _run(node: etree._Element) -> str:
    # Deleted text stands in other elements (delText).
    return (node.text or "") if node.tag == f"{_WORD}t" else "\t" if node.tag == f"{_WORD}tab" else ""


def _doc(document: Path) -> str:
    """Word keeps its text in UTF-16, at even places of the file, among much else."""
    return document.read_bytes().decode("utf-16-le", "ignore")


def _xlsx(document: Path) -> str:
    book = openpyxl.load_workbook(document)
    cells = (cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    return "\n".join(str(cell) for cell in cells if cell is not None)
