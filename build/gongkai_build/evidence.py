"""Documents as they can be shown to anyone beside the figures read from them: `evidence.db`.

What is kept of a document is written anew, never filtered: names of tags from a fixed list, text, and the place of each cell and line (`data-place`).
So nothing of it can run, ask for anything or reach elsewhere, whatever the document holds. Names of officials below a table are left out.
"""

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path

import yaml
from selectolax.lexbor import LexborNode
from sqlite_utils import Database

from gongkai_build.documents import Document, Line
from gongkai_build.documents.blocks import PICTURE, Table
from gongkai_build.documents.charset import decode
from gongkai_build.documents.html import places_of
from gongkai_build.documents.kinds import HTML
from gongkai_build.documents.parsing import Parsed, parse_html
from gongkai_build.files import EVIDENCE, replace_file
from gongkai_build.reading.officials import Officials, lines_of_officials

TABLE = """CREATE TABLE documents (
  capture_id TEXT PRIMARY KEY,
  report_id TEXT NOT NULL,
  media_type TEXT NOT NULL,
  html BLOB NOT NULL
)"""
"""`html` is compressed with zlib; `media_type` is what the document is, whatever it was declared as."""

LEFT_OUT = "〔…〕"
"""Stands for the name of an official."""
_TAGS = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
_KEPT, _DIVISIONS, _GONE = (frozenset(_TAGS[name].split()) for name in ("kept", "divisions", "gone"))
_EMPTY = frozenset({"br", "hr"})
_SPANNED = frozenset({"td", "th"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])", re.IGNORECASE)
_SPAN = re.compile(r"\d{1,3}")
_BLANK = re.compile(r"\s+")
DEEPEST = 100
"""Elements within elements that are kept; what lies deeper is kept as text. Browsers themselves stop at some hundreds."""


@dataclass(frozen=True)
class Shown:
    """A document as it is shown."""

    media_type: str
    html: str

    @property
    def places(self) -> frozenset[str]:
        """The places to which one can be led."""
        return frozenset(re.findall(r' data-place="([^"]*)"', self.html))


def show(body: bytes, document: Document, charset: str | None, places: Iterable[str] = ()) -> Shown:
    """Return a document as it is shown: a page with the structure it has, everything else as lines and tables.

    Args:
        body: the bytes as archived.
        document: what was read of them.
        charset: as declared by the transport, if at all.
        places: where figures stand. All of them are shown.
    """
    wanted = frozenset(place for place in places if place)
    masked = _officials(document) - wanted
    if document.media_type == HTML:
        parsed = parse_html(decode(body, charset, html=True)[0])
        page = Shown(HTML, "".join(_page(parsed, masked)))
        if wanted <= page.places:
            return page
    return Shown(document.media_type, "".join(_blocks(document, masked)))


class Evidence:
    """The documents of a release while they are being written."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.execute(TABLE)

    def add(self, capture_id: str, report_id: str, shown: Shown) -> None:
        """Keep the document of a capture."""
        packed = zlib.compress(shown.html.encode(), 9)
        self._database.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?)", (capture_id, report_id, shown.media_type, packed)
        )

    def keep_only(self, capture_ids: set[str]) -> None:
        """Drop the documents of all other captures: it can turn out late that a document stands for no report."""
        kept = self._database.execute("SELECT capture_id FROM documents").fetchall()
        dropped = [(capture_id,) for (capture_id,) in kept if capture_id not in capture_ids]
        self._database.conn.executemany("DELETE FROM documents WHERE capture_id = ?", dropped)


@contextmanager
def write_evidence(folder: Path) -> Iterator[Evidence]:
    """Write `evidence.db` into a folder. The same documents in the same order give the same bytes (with the same versions of SQLite and zlib)."""
    with replace_file(folder / EVIDENCE) as path, closing(Database(path, execute_plugins=False)) as database:
        for pragma in ("page_size = 4096", "journal_mode = OFF", "synchronous = OFF"):
            database.execute(f"PRAGMA {pragma}")
        yield Evidence(database)
        database.conn.commit()
        database.vacuum()


def _officials(document: Document) -> frozenset[str]:
    """Return the places at which officials are named."""
    lines = [block for block in document.blocks if isinstance(block, Line)]
    found = {f"line {number}" for number in lines_of_officials(lines)}
    for table in document.blocks:
        if isinstance(table, Table):
            officials = Officials()
            found |= {
                f"table {table.number}, row {number}, column {cell.column}"
                for number, row in enumerate(table.rows, 1)
                for cell in row
                if officials.takes(cell.text)
            }
    return frozenset(found)


def _page(parsed: Parsed, masked: frozenset[str]) -> Iterator[str]:
    """Write a page anew. A stack instead of recursion: pages nest without bound."""
    places = places_of(parsed)
    body = parsed.tree.body
    stack: list[LexborNode | str] = [body] if body is not None else []
    depth = 0
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            depth -= 1
            yield node
            continue
        tag = node.tag or ""
        place = places.get(node.mem_id, "")
        if tag == "-text":
            yield _text(node.text_content or "", place, masked)
            continue
        if tag in _GONE or tag[:1] in ("-", "_", "!") or _is_hidden(node):
            continue
        if tag == "img":
            yield _picture(node)
            continue
        name = _name(tag)
        if name in _EMPTY:
            yield f"<{name}>"
            continue
        if name and depth < DEEPEST:
            depth += 1
            yield f"<{name}{_attributes(node, name)}{_place(place)}>"
            stack.append(f"</{name}>")
        if place in masked:
            yield LEFT_OUT
            continue
        child = node.last_child
        while child is not None:
            stack.append(child)
            child = child.prev


def _name(tag: str) -> str:
    """Return the tag by which an element is written; empty where only what it holds is kept."""
    if tag in _KEPT:
        return tag
    if tag == "strike":
        return "s"
    return "div" if tag in _DIVISIONS else ""


def _attributes(node: LexborNode, name: str) -> str:
    if name not in _SPANNED:
        return ""
    printed = node.attributes
    spans = ((span, (printed.get(span) or "").strip()) for span in ("rowspan", "colspan"))
    return "".join(f' {span}="{value}"' for span, value in spans if _SPAN.fullmatch(value) and value.isascii())


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    return "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style") or ""))


def _picture(node: LexborNode) -> str:
    words = (node.attributes.get("alt") or "").strip()
    return f'<span class="picture">{escape(words[:200])}</span>'


def _text(text: str, place: str, masked: frozenset[str]) -> str:
    if not place or not text.strip():
        return escape(text, quote=False)
    return f"<span{_place(place)}>{LEFT_OUT if place in masked else escape(text, quote=False)}</span>"


def _place(place: str) -> str:
    return f' data-place="{place}"' if place else ""


def _blocks(document: Document, masked: frozenset[str]) -> Iterator[str]:
    """Write lines and tables; what begins a page has its number (`data-page`)."""
    begins = _beginnings(document.pages or {})
    for block in document.blocks:
        if isinstance(block, Table):
            yield from _table(block, masked, begins)
            continue
        place = f"line {block.number}"
        tag = "h2" if block.heading else "p"
        yield f"<{tag}{begins.get(place, '')}{_place(place)}>{LEFT_OUT if place in masked else escape(block.text, quote=False)}</{tag}>"


def _beginnings(pages: Mapping[str, int]) -> dict[str, str]:
    """Return, for each place with which a page begins, the attribute that says so."""
    found: dict[str, str] = {}
    last = 0
    for place, page in pages.items():
        if page > last:
            found[place], last = f' data-page="{page}"', page
    return found


def _table(table: Table, masked: frozenset[str], begins: Mapping[str, str]) -> Iterator[str]:
    yield "<table><tbody>"
    covered: dict[int, int] = {}
    page = ""
    for number, row in enumerate(table.rows, 1):
        yield "<tr>"
        # A row that cells from above fill has none of its own: the next one says on which page it is.
        page = begins.get(f"table {table.number}, row {number}", page)
        column = 1
        begun: dict[int, int] = {}
        for cell in row:
            while column < cell.column:
                # Where no cell begins and none from above reaches, the table is empty.
                if covered.get(column, 0) <= 0:
                    yield "<td></td>"
                column += 1
            spans = "".join(
                f' {name}="{value}"'
                for name, value in (("rowspan", cell.rowspan), ("colspan", cell.colspan))
                if value > 1
            )
            place = f"table {table.number}, row {number}, column {cell.column}"
            text = LEFT_OUT if place in masked else _cell_text(cell.text)
            yield f"<td{page}{spans}{_place(place)}>{text}</td>"
            page = ""
            begun.update(dict.fromkeys(range(cell.column, cell.column + cell.colspan), cell.rowspan))
            column = cell.column + cell.colspan
        covered = {at: max(covered.get(at, 0), begun.get(at, 0)) - 1 for at in covered.keys() | begun.keys()}
        yield "</tr>"
    yield "</tbody></table>"


def _cell_text(text: str) -> str:
    lines = (escape(_BLANK.sub(" ", line).strip(), quote=False) for line in text.split("\n"))
    return "<br>".join(lines).replace(PICTURE, '<span class="picture"></span>')
