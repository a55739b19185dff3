"""PDF → lines and tables, by where rulings and characters stand on the page.

A ruled table becomes a table with the spans that its rulings show. One that goes on over a page break becomes one table: its repeated header,
and the page numbers and running heads between its parts, belong to the pages. What no ruling parts stays lines of text, words apart.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from itertools import groupby
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException

from gongkai_build.documents.blocks import PICTURE, Block, Cell, Content, Line, Table, UnreadableDocument
from gongkai_build.documents.charset import clean

MOST_PAGES = 300
MOST_OBJECTS = 100_000
"""Characters and rulings of a page."""
SAME_EDGE = 3.0
"""Points by which two rulings of one edge can lie apart."""
WHOLE_PAGE = 0.5
"""Share of a page from which on a picture is the page itself, and text over it is what a program believed to read in it."""
FEWEST_OF_TEXT = 10
"""A page with fewer characters than this, page number and stamps, is no page of text."""
WORD_GAP = 0.35
"""Gap between characters, in sizes of the type, from which on they are two words."""
HALF_WIDTH = 0.6
"""Width of a digit, in sizes of the type."""
RAISED_SIZE = 0.8
MARGIN = 0.12
"""Share of the page's height at head and foot in which page numbers and running heads stand."""
_NUMBERED = re.compile(
    r"^[\s(（]*(?:[一二三四五六七八九十]+\s*[、.．)）]|第[一二三四五六七八九十]+|\d{1,2}\s*[.．、)）]|[⒈-⒛①-⑳])"
)
_PAGE_NUMBER = re.compile(
    r"^[\s\-—–－─·.•]*第?\s*(\d{1,3})\s*页?(?:\s*[/／共,，]\s*(?:共\s*)?\d{1,3}\s*页?)?[\s\-—–－─·.•]*$"
)
_UNBROKEN = re.compile(r"[\w.,%]*", re.ASCII)
_MARKED_NUMBER = re.compile(r"[\-—–－─页/]")
_SUPPLEMENT = dict(
    zip(
        "⺠⺟⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳",
        "民母虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟",
        strict=True,
    )
)
_RADICALS = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)} | _SUPPLEMENT
"""Fonts that share a glyph between a character and a radical leave the radical's code in the file."""
_LINES = {
    "vertical_strategy": "lines",
    "horizontal_strategy": "lines",
    "snap_tolerance": SAME_EDGE,
    "join_tolerance": SAME_EDGE,
}


@dataclass(frozen=True)
class _Text:
    """A line of text on a page, outside tables."""

    text: str
    top: float
    bottom: float
    left: float
    right: float
    size: float


@dataclass(frozen=True)
class _Grid:
    """A ruled table on one page: its column edges, and its cells with rows and columns counted from 1 on this page."""

    top: float
    edges: tuple[float, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass
class _Page:
    height: float
    parts: list[_Text | _Grid] = field(default_factory=list)


def read_pdf(body: bytes) -> Content:
    """Read a PDF file.

    Raises: UnreadableDocument for files without text, with a password or with too many pages; and whatever pdfminer raises for damaged ones.
    """
    try:
        with pdfplumber.open(BytesIO(body)) as document:
            return _read(document)
    except PdfminerException as error:
        if error.args and isinstance(error.args[0], PDFPasswordIncorrect):
            raise UnreadableDocument("this is a PDF file with a password; save it without one") from error
        raise


def _read(document: Any) -> Content:
    pages: list[_Page] = []
    pictures: list[int] = []
    for number, page in enumerate(document.pages, 1):
        if number > MOST_PAGES:
            raise UnreadableDocument(f"the PDF file has more than {MOST_PAGES} pages; no report has as many")
        if sum(map(len, page.objects.values())) > MOST_OBJECTS:
            raise UnreadableDocument(
                f"page {number} of the PDF file has more than {MOST_OBJECTS} characters and rulings"
            )
        if _is_picture(page):
            pictures.append(number)
            continue
        pages.append(_page(page))
        page.close()
    if not pages:
        raise UnreadableDocument(
            "the pages of the PDF file are pictures (image-only), or it holds no text; have them typed or recognised, "
            "check that against the pictures, and save it as DOCX or HTML"
        )
    notes = (f"pages that are pictures are left out: {', '.join(map(str, pictures))}",) if pictures else ()
    return Content(tuple(_blocks(_without_furniture(pages))), notes)


def _is_picture(page: Any) -> bool:
    """Tell whether a page is a picture, also one with recognised text behind it: such text has errors that look like figures."""
    area = float(page.width * page.height) or 1.0
    covered = max((_shown(image, page) for image in page.images), default=0.0) / area
    texts = sum(not char["text"].isspace() for char in page.chars)
    return covered > WHOLE_PAGE or (texts < FEWEST_OF_TEXT and (bool(page.images) or texts == 0))


def _shown(image: Any, page: Any) -> float:
    width = min(image["x1"], page.width) - max(image["x0"], 0)
    height = min(image["bottom"], page.height) - max(image["top"], 0)
    return float(max(width, 0) * max(height, 0))


# One page


def _page(page: Any) -> _Page:
    chars = [char for char in page.dedupe_chars().chars if _is_upright(char) and not _is_invisible(char)]
    found = _Page(float(page.height))
    struck = _strikes(page)
    chars = [char for char in chars if not _is_struck(char, struck)]
    rest = chars
    for table in page.find_tables({**_LINES, "explicit_horizontal_lines": _open_ends(page)}):
        if len(table.cells) < 2:
            continue
        left, top, right, bottom = table.bbox
        inside = [char for char in rest if left <= _middle(char)[0] <= right and top <= _middle(char)[1] <= bottom]
        outside = {id(char) for char in inside}
        rest = [char for char in rest if id(char) not in outside]
        images = [image for image in page.images if top <= _middle(image)[1] <= bottom]
        found.parts.append(_grid(table, inside, images))
    found.parts += _columns_apart(list(_text_lines(rest)), rest, float(page.width))
    found.parts.sort(key=lambda part: part.top)
    return found


def _open_ends(page: Any) -> list[float]:
    """Return where columns end without a ruling below or above: in a row that goes on over the page break."""
    ends = Counter(
        round(end) for edge in page.edges if edge["orientation"] == "v" for end in (edge["top"], edge["bottom"])
    )
    ruled = [edge["top"] for edge in page.edges if edge["orientation"] == "h" and edge["width"] > 5]
    return [
        float(end) for end, count in ends.items() if count >= 3 and all(abs(end - line) > SAME_EDGE for line in ruled)
    ]


def _is_upright(char: Any) -> bool:
    """Leave out slanted text: it is a watermark."""
    return bool(char.get("upright", True)) or abs(char["matrix"][1]) < 0.01


def _is_invisible(char: Any) -> bool:
    """Tell whether a character is white: nothing of it is seen."""
    color = char.get("non_stroking_color")
    if not color or not isinstance(color, tuple | list) or not all(isinstance(part, int | float) for part in color):
        return False
    return all(part >= 0.99 for part in color) if len(color) in (1, 3) else len(color) == 4 and not any(color)


def _strikes(page: Any) -> list[Any]:
    """Return what is flat enough to strike text out."""
    return [
        shape
        for shape in (*page.lines, *page.rects)
        if shape["bottom"] - shape["top"] < 2 and shape["width"] < page.width
    ]


def _is_struck(char: Any, strikes: Sequence[Any]) -> bool:
    middle, size = (char["top"] + char["bottom"]) / 2, char["bottom"] - char["top"]
    return any(
        abs((strike["top"] + strike["bottom"]) / 2 - middle) < size * 0.2
        and strike["x0"] - 1 <= char["x0"]
        and char["x1"] <= strike["x1"] + 1
        for strike in strikes
    )


def _middle(thing: Any) -> tuple[float, float]:
    return (thing["x0"] + thing["x1"]) / 2, (thing["top"] + thing["bottom"]) / 2


def _grid(table: Any, chars: Sequence[Any], images: Sequence[Any]) -> _Grid:
    """Lay the cells of a ruled table on its edges."""
    columns = _edges(edge for cell in table.cells for edge in (cell[0], cell[2]))
    lines = _edges(edge for cell in table.cells for edge in (cell[1], cell[3]))
    rows: list[list[Cell]] = [[] for _ in lines[1:]]
    for left, top, right, bottom in sorted(table.cells, key=lambda cell: (cell[1], cell[0])):
        row, column = _nearest(lines, top), _nearest(columns, left)
        rowspan, colspan = _nearest(lines, bottom) - row, _nearest(columns, right) - column
        if rowspan < 1 or colspan < 1:
            continue

        def is_inside(thing: Any, box: tuple[float, ...] = (left, top, right, bottom)) -> bool:
            x, y = _middle(thing)
            return box[0] <= x <= box[2] and box[1] <= y <= box[3]

        text = "\n".join(line.text for line in _text_lines([char for char in chars if is_inside(char)]))
        text += PICTURE if any(map(is_inside, images)) else ""
        rows[row].append(Cell(text, row + 1, column + 1, rowspan, colspan))
    return _Grid(table.bbox[1], tuple(columns), tuple(tuple(sorted(row, key=lambda cell: cell.column)) for row in rows))


def _edges(edges: Iterable[float]) -> list[float]:
    found: list[float] = []
    for edge in sorted(edges):
        if not found or edge - found[-1] > SAME_EDGE:
            found.append(edge)
    return found


def _nearest(edges: Sequence[float], edge: float) -> int:
    return min(range(len(edges)), key=lambda index: abs(edges[index] - edge))


def _text_lines(chars: Sequence[Any]) -> Iterator[_Text]:
    """Put characters together to lines; words that stand apart get a blank between them, wide gaps are kept as two."""
    rest = sorted((char for char in chars if char["text"].strip()), key=lambda char: (_base(char), char["x0"]))
    line: list[Any] = []
    for char in rest:
        if line and _base(char) - _base(line[0]) > max(char["size"], line[0]["size"]) * 0.55:
            yield _text(line)
            line = []
        line.append(char)
    if line:
        yield _text(line)


def _base(char: Any) -> float:
    return float(char["bottom"])


def _text(chars: list[Any]) -> _Text:
    line = sorted(chars, key=lambda char: char["x0"])
    size = max(char["size"] for char in line)
    pieces: list[str] = []
    for raised, run in groupby(enumerate(line), key=lambda pair: _is_raised(pair[1], line, size)):
        text = ""
        for index, char in run:
            before = line[index - 1] if index else None
            if before is not None and char["x0"] - before["x1"] > size * WORD_GAP:
                text += " "
            text += _RADICALS.get(char["text"], char["text"])
        pieces.append(f"[{text.strip()}]" if raised else text)
    return _Text(
        clean("".join(pieces)).strip(),
        min(char["top"] for char in line),
        max(char["bottom"] for char in line),
        line[0]["x0"],
        line[-1]["x1"],
        size,
    )


def _is_raised(char: Any, line: Sequence[Any], size: float) -> bool:
    """Tell whether a character is a footnote mark: small, and above the foot of the line or below it."""
    if char["size"] >= size * RAISED_SIZE:
        return False
    foot = Counter(round(other["bottom"], 1) for other in line if other["size"] >= size * RAISED_SIZE).most_common(1)[
        0
    ][0]
    return bool(abs(char["bottom"] - foot) > size * 0.12)


def _columns_apart(lines: list[_Text], chars: Sequence[Any], width: float) -> list[_Text]:
    """Read a page that is set in two columns column by column: where no character crosses its middle, and both halves are full of lines."""
    middle = _gutter(chars, width)
    if middle is None:
        return lines
    left = list(_text_lines([char for char in chars if char["x1"] <= middle]))
    right = list(_text_lines([char for char in chars if char["x0"] >= middle]))
    # The right column is read behind the left one: it hangs below it.
    foot = max(line.bottom for line in left)
    return left + [replace(line, top=foot + line.top, bottom=foot + line.bottom) for line in right]


def _gutter(chars: Sequence[Any], width: float) -> float | None:
    words = [char for char in chars if char["text"].strip()]
    if len(words) < 200:
        return None
    bins = [0] * 40
    for char in words:
        for place in range(max(0, int(char["x0"] / width * 40)), min(39, int((char["x1"] - 0.01) / width * 40)) + 1):
            bins[place] += 1
    empty = [place for place in range(17, 23) if bins[place] == 0]
    if not empty:
        return None
    middle = (empty[0] + 0.5) * width / 40
    left = [char for char in words if char["x1"] <= middle]
    right = [char for char in words if char["x0"] >= middle]
    digits = sum(char["text"].isdigit() for char in right)
    # Figures behind their labels are no second column of text.
    both = min(len(left), len(right)) > len(words) * 0.3
    return middle if both and digits < len(right) * 0.3 else None


# All pages


def _without_furniture(pages: list[_Page]) -> list[_Page]:
    """Drop page numbers and running heads: what says the same at the head or foot of pages, or counts them."""
    heads: Counter[tuple[str, int]] = Counter()
    numbers: Counter[int] = Counter()
    for index, page in enumerate(pages):
        for line in _marginal(page):
            heads[_head(line, page)] += 1
            if number := _page_number(line.text):
                numbers[number - index] += 1
    kept = []
    for index, page in enumerate(pages):
        gone = set()
        for line in _marginal(page):
            number = _page_number(line.text)
            counted = number is not None and (numbers[number - index] > 1 or bool(_MARKED_NUMBER.search(line.text)))
            if counted or heads[_head(line, page)] > max(1, len(pages) // 3):
                gone.add(line)
        kept.append(_Page(page.height, [part for part in page.parts if part not in gone]))
    return kept


def _marginal(page: _Page) -> list[_Text]:
    """Return the first two and last two lines of a page that stand in its margins."""
    lines = [part for part in page.parts if isinstance(part, _Text)]
    near = [line for line in lines if line.top < page.height * MARGIN or line.bottom > page.height * (1 - MARGIN)]
    ends = [*page.parts[:2], *page.parts[-2:]]
    return [line for line in near if line in ends]


def _head(line: _Text, page: _Page) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text) if _page_number(line.text) is None else "", round(line.top / 4)


def _page_number(text: str) -> int | None:
    match = _PAGE_NUMBER.match(text)
    return int(match.group(1)) if match else None


def _blocks(pages: Sequence[_Page]) -> Iterator[Block]:
    parts = [part for page in pages for part in page.parts]
    first = {id(page.parts[0]) for page in pages if page.parts}
    lines = tables = 0
    open_grid: _Grid | None = None
    for part in [*_paragraphs(parts), None]:
        if isinstance(part, _Grid) and open_grid is not None and id(part) in first and _goes_on(open_grid, part):
            open_grid = _joined(open_grid, part)
            continue
        if open_grid is not None:
            tables += 1
            yield Table(tables, open_grid.rows)
            open_grid = None
        if isinstance(part, _Grid):
            open_grid = part
        elif part is not None and part.text:
            lines += 1
            yield Line(part.text, lines)


def _paragraphs(parts: Sequence[_Text | _Grid]) -> Iterator[_Text | _Grid]:
    """Put the lines of a sentence together: a line that is full goes on in the next one, unless that one is indented or a row of words apart."""
    lines = [part for part in parts if isinstance(part, _Text)]
    full = max((line.right for line in lines), default=0.0)
    first = min((line.left for line in lines), default=0.0)
    held: _Text | None = None
    for part in parts:
        if held is not None and isinstance(part, _Text) and _is_rest(part, held, first, full):
            held = replace(part, text=held.text + part.text, top=held.top)
            continue
        if held is not None:
            yield held
        held = part if isinstance(part, _Text) else None
        if held is None:
            yield part
    if held is not None:
        yield held


def _is_rest(line: _Text, before: _Text, first: float, full: float) -> bool:
    size = before.size
    # At a break between pages the next line stands higher.
    near = line.top < before.top or line.top - before.bottom < size * 2
    # What cannot be broken, as a year, leaves the line before it shorter.
    unbroken = len(_UNBROKEN.findall(line.text)[0]) * HALF_WIDTH
    whole = (
        full - before.right < size * (1.5 + unbroken)
        and abs(line.left - first) < size * 0.5
        and abs(line.size - size) < 0.5
    )
    apart = " " in before.text or " " in line.text or _NUMBERED.match(line.text) or before.text.endswith(("。", "："))
    return near and whole and not apart


def _goes_on(before: _Grid, after: _Grid) -> bool:
    """Tell whether a table at the head of a page goes on with the one at the foot of the page before: it is as wide, and stands as far left."""
    return all(
        abs(a - b) <= SAME_EDGE for a, b in ((before.edges[0], after.edges[0]), (before.edges[-1], after.edges[-1]))
    )


def _joined(before: _Grid, after: _Grid) -> _Grid:
    """Put the parts of a table together, without the header that the second page repeats."""
    edges = tuple(_edges((*before.edges, *after.edges)))
    above, below = _on_edges(before, edges), _on_edges(after, edges)
    below = below[_repeated(above, below) :]
    if below:
        broken = _is_broken(above, below[0])
        rest = [] if broken else list(below[0])
        for cell in below[0]:
            found = _reaching_down(above, cell)
            group = found is not None and max(found.rowspan, cell.rowspan) > 1 and not _NUMBERED.match(cell.text)
            if found is not None and (broken or group):
                # A label that goes on, or a cell that covers rows on both pages.
                text = "\n".join(text for text in (found.text, cell.text) if text)
                longer = replace(found, text=text, rowspan=found.rowspan + cell.rowspan - broken)
                row = above[found.row - 1]
                row[row.index(found)] = longer
                rest = [other for other in rest if other != cell]
        below = below[1:] if broken else [rest, *below[1:]]
    rows = [*above, *below]
    numbered = ([replace(cell, row=number) for cell in row] for number, row in enumerate(rows, 1))
    return _Grid(before.top, edges, tuple(map(tuple, numbered)))


def _repeated(above: list[list[Cell]], below: list[list[Cell]]) -> int:
    """Count the rows with which both begin: the header, printed again on the next page. Rows with figures are none."""
    count = 0
    for first, again in zip(above, below, strict=False):
        texts = [(cell.text, cell.column, cell.colspan) for cell in first]
        if texts != [(cell.text, cell.column, cell.colspan) for cell in again] or any(
            _is_figure(text) for text, *_ in texts
        ):
            break
        if not any(text for text, *_ in texts):
            break
        count += 1
    return count if count < len(below) else 0


def _is_broken(above: list[list[Cell]], row: Sequence[Cell]) -> bool:
    """Tell whether a row is the rest of the one before the page break: its label goes on, and the figures stand above."""
    pairs = [(_reaching_down(above, cell), cell) for cell in row]
    if any(found is None for found, _ in pairs):
        return False
    goes_on = [cell for _, cell in pairs if cell.text]
    if not goes_on or any(_is_figure(cell.text) or _NUMBERED.match(cell.text) for cell in goes_on):
        return False
    return all(found.text for found, cell in pairs if found and cell.text) and any(
        found.text and not cell.text and cell.rowspan == 1 for found, cell in pairs if found
    )


def _reaching_down(above: list[list[Cell]], below: Cell) -> Cell | None:
    """Return the cell over a cell of the next page, when it is as wide and reaches down to the page break."""
    last = len(above)
    wide = (cell for row in above for cell in row if (cell.column, cell.colspan) == (below.column, below.colspan))
    return next((cell for cell in wide if cell.row + cell.rowspan - 1 >= last), None)


def _is_figure(text: str) -> bool:
    return bool(text) and not re.search(r"[^\W\d_]", text)


def _on_edges(grid: _Grid, edges: Sequence[float]) -> list[list[Cell]]:
    places = [_nearest(edges, edge) for edge in grid.edges]
    return [
        [
            replace(
                cell,
                column=places[cell.column - 1] + 1,
                colspan=places[cell.column + cell.colspan - 1] - places[cell.column - 1],
            )
            for cell in row
        ]
        for row in grid.rows
    ]
