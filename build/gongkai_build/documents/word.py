"""Word's old binary files and RTF → lines and tables, through LibreOffice or antiword, where one of them is installed.

LibreOffice comes first: it writes DOCX, which shows every merged cell and knows what was deleted. antiword tells rows, cells and the widths of
cells, but reads no RTF and loses the rest of some tables.
"""

import re
import shutil
import subprocess
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory

from lxml import etree

from gongkai_build.documents.blocks import Block, Cell, Content, Line, Table, UnreadableDocument
from gongkai_build.documents.charset import clean
from gongkai_build.documents.confined import limit, read_confined
from gongkai_build.documents.kinds import DOCX, kind_of

SECONDS = 60
MOST_COLUMNS = 200
SAME_EDGE = 3.0
"""Points by which the edges of one column can differ from row to row: widths are rounded."""
LARGEST_TEXT = 20_000_000
_NAMES = {".doc": "a Word 97 file (DOC)", ".rtf": "an RTF file", ".xml": "a Word XML file"}
_DOCTYPE = re.compile(rb"<!DOCTYPE[^>]*>")
_WIDTH = re.compile(r"^([\d.]+)pt$")


def read_word(body: bytes, suffix: str) -> Content:
    """Read a file of Word that is no DOCX.

    Args:
        body: the bytes.
        suffix: .doc, .rtf or .xml, by which the programs know the format.

    Raises: UnreadableDocument when no program for it is installed, or when it fails.
    """
    if office := shutil.which("soffice") or shutil.which("libreoffice"):
        converted = _convert(office, body, suffix)
        if kind_of(converted) != DOCX:
            raise UnreadableDocument("LibreOffice did not make a DOCX file of it; save it as DOCX")
        return read_confined("docx", converted)
    if suffix == ".doc" and (antiword := shutil.which("antiword")):
        return read_docbook(_docbook(antiword, body))
    needed = "LibreOffice or antiword" if suffix == ".doc" else "LibreOffice"
    raise UnreadableDocument(f"this is {_NAMES[suffix]}; install {needed} to have it read, or save it as DOCX")


def _convert(office: str, body: bytes, suffix: str) -> bytes:
    with TemporaryDirectory(prefix="gongkai-") as folder:
        document, made = Path(folder, f"document{suffix}"), Path(folder, "out", "document.docx")
        document.write_bytes(body)
        # A profile of its own: LibreOffice runs once for each profile.
        profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        command = [office, profile, "--headless", "--norestore", "--convert-to", "docx"]
        _run([*command, "--outdir", str(made.parent), str(document)], "LibreOffice")
        if not made.exists():
            raise UnreadableDocument("LibreOffice cannot read it: the file is damaged or encrypted; save it as DOCX")
        return made.read_bytes()


def _docbook(antiword: str, body: bytes) -> bytes:
    with TemporaryDirectory(prefix="gongkai-") as folder:
        document = Path(folder, "document.doc")
        document.write_bytes(body)
        return _run([antiword, "-m", "UTF-8.txt", "-x", "db", str(document)], "antiword")


def _run(command: list[str], name: str) -> bytes:
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False, preexec_fn=limit
        )
    except subprocess.TimeoutExpired:
        raise UnreadableDocument(f"{name} does not end reading it; save it as DOCX") from None
    except OSError as error:
        raise UnreadableDocument(f"{name} cannot be started: {error}") from error
    if done.returncode != 0:
        told = (done.stderr or done.stdout).decode(errors="replace").strip()[-200:]
        raise UnreadableDocument(f"{name} cannot read it ({told}); save it as DOCX")
    return done.stdout


def read_docbook(body: bytes) -> Content:
    """Read what antiword writes: DocBook, in which each row of a table tells how wide its cells are.

    The columns of a table are the edges of the cells of all its rows. A cell that goes on from the row above is an empty one there.
    """
    if len(body) > LARGEST_TEXT:
        raise UnreadableDocument(f"the document holds more than {LARGEST_TEXT} bytes of text; no report does")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
    root = etree.fromstring(_DOCTYPE.sub(b"", body, count=1), parser)
    blocks: list[Block] = []
    chapters = [] if root is None else root.iter("chapter")
    for chapter in chapters:
        for node in chapter.iter("title", "para", "informaltable", "listitem"):
            if node.tag == "informaltable":
                blocks.append(_table(node, sum(isinstance(block, Table) for block in blocks) + 1))
            elif node.tag != "listitem" and not any(above.tag == "informaltable" for above in node.iterancestors()):
                number = sum(isinstance(block, Line) for block in blocks)
                lines = _lines("".join(node.xpath("text() | *[not(self::informaltable)]//text()")))
                blocks += [Line(text, number + at, node.tag == "title") for at, text in enumerate(lines, 1)]
    return Content(tuple(blocks))


def _table(node: etree._Element, number: int) -> Table:
    rows: list[tuple[list[float], list[str]]] = []
    for group in node.iter("tgroup"):
        widths = [_WIDTH.match(column.get("colwidth") or "") for column in group.iter("colspec")]
        edges = [0.0, *accumulate(float(width.group(1)) if width else 0.0 for width in widths)]
        for row in group.iter("row"):
            texts = ["\n".join(_lines("".join(map(str, entry.itertext())))) for entry in row.iter("entry")]
            if len(texts) > MOST_COLUMNS or len(texts) + 1 != len(edges):
                raise UnreadableDocument("antiword does not tell the columns of a table in it; save it as DOCX")
            rows.append((edges, texts))
    columns = _columns([edge for edges, _ in rows for edge in edges])
    found = []
    for row_number, (edges, texts) in enumerate(rows, 1):
        places = [_column(columns, edge) for edge in edges]
        cells = zip(texts, places, places[1:], strict=False)
        found.append(tuple(Cell(text, row_number, left + 1, 1, max(1, right - left)) for text, left, right in cells))
    return Table(number, tuple(found))


def _columns(edges: list[float]) -> list[float]:
    """Return the edges of all rows from left to right, those that differ by rounding once."""
    columns: list[float] = []
    for edge in sorted(edges):
        if not columns or edge - columns[-1] > SAME_EDGE:
            columns.append(edge)
    return columns


def _column(columns: list[float], edge: float) -> int:
    return min(range(len(columns)), key=lambda index: abs(columns[index] - edge))


def _lines(text: str) -> list[str]:
    return [line for part in clean(text).split("\n") if (line := part.strip(" \t"))]
