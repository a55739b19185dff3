"""HTML → lines and tables, with rowspan and colspan resolved.

A table that holds another table, or whole paragraphs of an article, only lays out the page: its cells are read as text.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from selectolax.lexbor import LexborHTMLParser, LexborNode

from gongkai_build.documents.blocks import PICTURE, Block, Cell, Line, Table, UnreadableDocument
from gongkai_build.documents.charset import INVISIBLE, clean
from gongkai_build.documents.looks import HIDES, RAISED, RAISES, SHIFTS, SKIPPED, look_of, looks_of
from gongkai_build.documents.parsing import Parsed, parse_html
from gongkai_build.documents.text import lines_within

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_HEADINGS = frozenset({"h1", "h2", "h3"})
_BLANK = " \t\r\n\f"
_BLANKS = re.compile(f"[{_BLANK}]+")
_UNTIDY = re.compile(f"[\x00-\x1f\x7f-\x9f\ud800-\udfff{INVISIBLE}]|  ")
"""What is in no text that is printed as it stands: control and invisible characters, and more than one blank."""
_PICTURES = frozenset({"img", "input", "textarea", "canvas"})
_CELLS = frozenset({"td", "th"})
_PLAIN = frozenset(
    [
        "tbody",
        "thead",
        "tfoot",
        "p",
        "span",
        "font",
        "b",
        "strong",
        "i",
        "em",
        "u",
        "a",
        "br",
        "div",
        "center",
        "col",
        "colgroup",
    ]
)
"""What a table can hold, besides rows and cells, when it is nothing but a grid of texts."""
_FLOWING = _BLOCKS - {"table", "pre"} | (_PLAIN - {"br", "a"})
"""What is nothing but what stands in it."""
_END_OF_BLOCK, _END_OF_LINK = "end of block", "end of link"
_NOT_PLAIN = ",".join(sorted(SKIPPED | RAISED | _PICTURES)) + ",[hidden],table,br,p,div"
WIDEST_TABLE = 2_000
LONGEST_CELL = 400
"""A cell with more characters than this holds an article, not a label: the longest label with its explanation has fewer than 200."""
FEWEST_NUMBERS = 10
"""Cells with a number that a table of figures has, and the frame of an article has not."""
LARGEST_SPAN = 200
FEWEST_FRAMES = 3


@dataclass
class _Page:
    """What has been read of a page so far."""

    looks: Mapping[int, str]
    """The elements that are hidden, raised or shifted by their attributes."""
    tree: LexborHTMLParser | None = None
    blocks: list[Block] = field(default_factory=list)
    buffer: list[str] = field(default_factory=list)
    lines: int = 0
    tables: int = 0
    heading: bool = False
    cell: bool = False
    places: dict[int, str] | None = None
    """Where each node that holds text stands, by the parser's number of it; None where nobody asks."""
    begun: list[int] = field(default_factory=list)
    """The nodes of the line that is being read."""
    link: str = ""
    """Where the link leads in which the reading stands."""
    linked: set[str] = field(default_factory=set)
    """Where the text of the line leads that is being read; empty for text without a link."""

    def add(self, text: str, node: LexborNode) -> None:
        self.buffer.append(text)
        if self.link or not text.isspace():
            self.linked.add(self.link)
        if self.places is not None:
            self.begun.append(node.mem_id)

    @cached_property
    def layouts(self) -> frozenset[int]:
        """Tables that hold other tables."""
        return _outer_tables(self.tree) if self.tree else frozenset()

    def end_line(self) -> None:
        if not self.buffer:
            return
        text = _tidy("".join(self.buffer))
        self.buffer.clear()
        if text:
            link = self.linked.pop() if len(self.linked) == 1 else ""
            if self.places is not None:
                self.places.update(dict.fromkeys(self.begun, f"line {self.lines + 1}"))
            for line in lines_within(text):
                self.lines += 1
                self.blocks.append(Line(line, self.lines, self.heading, link))
        self.begun.clear()
        self.linked.clear()

    def keep_lines(self, node: LexborNode) -> None:
        """Append text whose lines and blanks are as they shall be shown."""
        if self.places is not None:
            # All of it is one node, which stands where its first line does.
            self.places.update((text.mem_id, f"line {self.lines + 1}") for text in node.traverse(include_text=True))
        for line in node.text().split("\n"):
            for part in lines_within(clean(line).rstrip(" \r")):
                self.lines += 1
                self.blocks.append(Line(part, self.lines))


def _tidy(text: str) -> str:
    """A line of text as a browser shows it: blanks of the source folded."""
    text = text.strip(_BLANK)
    return text if text.isalnum() or not _UNTIDY.search(text) else clean(_BLANKS.sub(" ", text)).strip(" ")


def read_html(text: str) -> tuple[tuple[Block, ...], str, Mapping[str, str]]:
    """Read a page.

    Returns: its blocks in reading order, its title, and its meta tags (name → content).
    """
    tree, source = parse_html(text)
    page = _read(_Page(looks_of(tree, source), tree))
    title = tree.css_first("title")
    meta = {name: node.attrs.sget("content") for node in _meta_tags(tree, source) if (name := node.attrs.sget("name"))}
    return tuple(page.blocks), clean(title.text()).strip() if title else "", meta


def _meta_tags(tree: LexborHTMLParser, source: bytes) -> list[LexborNode]:
    """Find the meta tags, which only on untidy pages stand outside the head, as the source tells: the whole page takes long to search."""
    above = tree.head.css("meta") if tree.head else []
    return above if len(above) == source.lower().count(b"<meta") else tree.css("meta")


def places_of(parsed: Parsed) -> Mapping[int, str]:
    """Return where on a page text nodes (`line 3`) and cells (`table 1, row 2, column 3`) stand, by the parser's number of the node (`mem_id`)."""
    return _read(_Page(looks_of(*parsed), parsed.tree, places={})).places or {}


def _read(page: _Page) -> _Page:
    if page.tree and page.tree.body is not None:
        _flow(page.tree.body, page)
        page.end_line()
    return page


def _flow(root: LexborNode, page: _Page) -> None:
    """Append the text below a node line by line, and its tables. A stack instead of recursion: pages nest without bound."""
    stack: list[LexborNode | str] = [root]
    looks = page.looks
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            if node == _END_OF_BLOCK:
                page.end_line()
                page.heading = False
            else:
                page.link = ""
            continue
        tag = node.tag or ""
        if tag == "-text":
            text = node.text_content or ""
            if page.buffer or text != "\n":
                page.add(text, node)
            continue
        if tag not in _FLOWING or node.mem_id in looks:
            look = look_of(node, tag, looks)
            if look == HIDES:
                continue
            if tag == "br":
                page.end_line()
                continue
            if look and _is_mark(node, look):
                # A footnote mark set right behind a number must not become its last digit.
                page.buffer.append(f"[{node.text(strip=True)}]")
                continue
            if page.cell and tag in _PICTURES:
                page.buffer.append(PICTURE)
                continue
            if tag == "table" and _add_table(node, page):
                continue
            if tag == "a" and (link := node.attrs.sget("href")):
                page.link = link
                stack.append(_END_OF_LINK)
            if tag == "pre" and node.css_first(_NOT_PLAIN) is None:
                page.end_line()
                page.keep_lines(node)
                continue
        if tag in _BLOCKS:
            page.end_line()
            page.heading = tag in _HEADINGS
            stack.append(_END_OF_BLOCK)
        child = node.last_child
        while child is not None:
            stack.append(child)
            child = child.prev


def _add_table(node: LexborNode, page: _Page) -> bool:
    """Append a table; tell whether it is one, and does not only lay out the page."""
    grid = _plain_grid(node, page.looks)
    if _is_article(grid) if grid else node.mem_id in page.layouts or _holds_article(node):
        return False
    page.end_line()
    for caption in () if grid else node.css("caption"):
        page.add(caption.text(), caption)
        page.end_line()
    page.tables += 1
    page.blocks.append(_table(node, grid or _visible_grid(node, page.looks), page))
    return True


def _is_mark(node: LexborNode, look: str) -> bool:
    """Tell whether a raised or shifted element is a footnote mark."""
    # Word also shifts whole cells and paragraphs a little; only beside other text is it a mark.
    return look == RAISES or (look == SHIFTS and not _is_whole(node))


def _is_whole(node: LexborNode) -> bool:
    """Tell whether the cell or paragraph around a node has no other text."""
    around = node
    while around.parent is not None and around.tag not in _BLOCKS:
        around = around.parent
    return around.text(strip=True) == node.text(strip=True)


def _children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.child
    while child is not None:
        yield child
        child = child.next


def _outer_tables(tree: LexborHTMLParser) -> frozenset[int]:
    """Return the tables in which others stand. Where several do that are all of a single cell, those are frames around the texts of cells."""
    inner: dict[int, list[int]] = {}
    for table in tree.css("table"):
        if above := _table_above(table):
            inner.setdefault(above.mem_id, []).append(len(table.css("td, th")))
    return frozenset(number for number, cells in inner.items() if max(cells) > 1 or len(cells) < FEWEST_FRAMES)


def _table_above(node: LexborNode) -> LexborNode | None:
    above = node.parent
    while above is not None and above.tag != "table":
        above = above.parent
    return above


def _holds_article(table: LexborNode) -> bool:
    # The text of a cell without the blanks around it is no longer than with them.
    texts = [cell.text() for cell in table.css("td, th")]
    return any(len(text) > LONGEST_CELL and len(text.strip()) > LONGEST_CELL for text in texts) and not _counts(texts)


def _counts(texts: Iterable[str]) -> bool:
    """Tell whether so many cells hold a number that a long one among them is a note."""
    return sum(text.strip().isdigit() for text in texts) >= FEWEST_NUMBERS


_Grid = list[list[tuple[LexborNode, list[str] | None]]]
"""The cells of a table before they have their places, each with its texts that are not blank; None where they have to be looked at one by one."""


def _plain_grid(table: LexborNode, looks: Mapping[int, str]) -> _Grid | None:
    """Read a table in one go, as nearly all of reports can be; None when it holds more than texts, or anything hidden, raised or shifted."""
    rows: _Grid = []
    texts: list[str] = []
    for node in table.traverse(include_text=True):
        tag = node.tag or ""
        if tag == "-text":
            if text := (node.text_content or "").strip(_BLANK):
                texts.append(text)
        elif looks and node.mem_id in looks:
            return None
        elif tag in _CELLS:
            texts = []
            rows[-1].append((node, texts))
        elif tag == "tr":
            rows.append([])
        elif tag not in _PLAIN and tag != "-comment" and node.mem_id != table.mem_id:
            return None
    return rows


def _visible_grid(table: LexborNode, looks: Mapping[int, str]) -> _Grid:
    """Read the cells of a table that are shown; not those of tables in its cells."""
    own = (row for row in table.css("tr") if (above := _table_above(row)) and above.mem_id == table.mem_id)
    rows = (row for row in own if look_of(row, "tr", looks) != HIDES)
    return [
        [(node, None) for node in _children(row) if node.tag in _CELLS and look_of(node, node.tag, looks) != HIDES]
        for row in rows
    ]


def _is_article(grid: _Grid) -> bool:
    long = (node for row in grid for node, texts in row if texts and sum(map(len, texts)) > LONGEST_CELL)
    if not any(len(node.text(strip=True)) > LONGEST_CELL for node in long):
        return False
    return not _counts("".join(texts) for row in grid for _, texts in row if texts)


def _table(table: LexborNode, grid: _Grid, page: _Page) -> Table:
    """Number the columns of a grid as its spans leave them."""
    spanning = {node.mem_id for node in table.css("[rowspan], [colspan]")}
    rows: list[tuple[Cell, ...]] = []
    # For each column, how many rows more a cell from above still covers.
    covered: dict[int, int] = {}
    for row_number, row in enumerate(grid, 1):
        cells: list[Cell] = []
        column = 1
        begun: dict[int, int] = {}
        for node, texts in row:
            while column in covered:
                column += 1
            rowspan, colspan = _spans(node) if node.mem_id in spanning else (1, 1)
            if column + colspan > WIDEST_TABLE:
                raise UnreadableDocument(f"a table of the page has more than {WIDEST_TABLE} columns")
            if page.places is not None:
                page.places[node.mem_id] = f"table {page.tables}, row {row_number}, column {column}"
            text = _cell_text(node, page) if texts is None or len(texts) > 1 else _tidy("".join(texts))
            cells.append(Cell(text, row_number, column, rowspan, colspan))
            if rowspan > 1:
                begun.update(dict.fromkeys(range(column, column + colspan), rowspan - 1))
            column += colspan
        covered = {spanned: left - 1 for spanned, left in covered.items() if left > 1}
        for spanned, left in begun.items():
            covered[spanned] = max(covered.get(spanned, 0), left)
        rows.append(tuple(cells))
    return Table(page.tables, tuple(rows))


def _spans(cell: LexborNode) -> tuple[int, int]:
    # rowspan="0" means: to the end of the table.
    return _span(cell.attrs.sget("rowspan"), LARGEST_SPAN), _span(cell.attrs.sget("colspan"))


def _span(printed: str, nought: int = 1) -> int:
    """Read a span as printed, empty where none is; `nought` is what 0 stands for."""
    text = printed.strip()
    if not text.isascii() or not text.isdigit():
        return 1
    return min(int(text[:6]) or nought, LARGEST_SPAN)


def _cell_text(node: LexborNode, page: _Page) -> str:
    inner = _Page(page.looks, cell=True)
    for child in _children(node):
        _flow(child, inner)
    inner.end_line()
    return "\n".join(text for block in inner.blocks for text in _texts(block))


def _texts(block: Block) -> Iterator[str]:
    if isinstance(block, Line):
        yield block.text
    else:
        # The frame around the text of a cell.
        yield from (cell.text for row in block.rows for cell in row if cell.text)
