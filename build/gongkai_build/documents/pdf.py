"""PDF → lines and tables, by where rulings and characters stand on the page.

A ruled table becomes a table with the spans that its rulings show. One that goes on over a page break becomes one table: its repeated header,
and the page numbers and running heads between its parts, belong to the pages. What no ruling parts stays lines of text, words apart.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from itertools import groupby, pairwise
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException

from gongkai_build.documents.blocks import PICTURE, Cell, Content, UnreadableDocument
from gongkai_build.documents.charset import clean
from gongkai_build.documents.pages import (
    SAME_EDGE,
    PrintedLine,
    PrintedPage,
    PrintedTable,
    edges_of,
    lay_out,
    nearest,
    without_furniture,
)

MOST_PAGES = 300
MOST_OBJECTS = 100_000
"""Characters and rulings of a page."""
WHOLE_PAGE = 0.5
"""Share of a page from which on a picture is the page itself, and text over it is what a program believed to read in it."""
FEWEST_OF_TEXT = 10
"""A page with fewer characters than this, page number and stamps, is no page of text."""
WORD_GAP = 0.35
"""Gap between characters, in sizes of the type, from which on they are two words."""
SAME_NUMBER = 0.06
"""Gap between digits, in sizes of the type, below which they are of one number."""
RAISED_SIZE = 0.8
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
    pages: list[PrintedPage] = []
    pictures: list[int] = []
    for number, page in enumerate(document.pages, 1):
        if number > MOST_PAGES:
            raise UnreadableDocument(f"the PDF file has more than {MOST_PAGES} pages; no report has as many")
        if sum(map(len, page.objects.values())) > MOST_OBJECTS:
            raise UnreadableDocument(
                f"page {number} of the PDF file has more than {MOST_OBJECTS} characters and rulings"
            )
        if not any(page.objects.values()):
            continue
        if _is_picture(page):
            pictures.append(number)
            continue
        pages.append(_page(page, number))
        page.close()
    if not pages:
        raise UnreadableDocument(
            "the pages of the PDF file are pictures (image-only), or it holds no text; have them typed or recognised, "
            "check that against the pictures, and save it as DOCX or HTML"
        )
    notes = (f"pages that are pictures are left out: {', '.join(map(str, pictures))}",) if pictures else ()
    blocks, places = lay_out(without_furniture(pages))
    return Content(blocks, notes, places)


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


def _page(page: Any, number: int) -> PrintedPage:
    chars = [char for char in page.dedupe_chars().chars if _is_upright(char) and not _is_invisible(char)]
    found = PrintedPage(number, float(page.height))
    struck = _strikes(page)
    chars = [char for char in chars if not _is_struck(char, struck)]
    rest = chars
    running = _running_numbers(chars)
    for table in page.find_tables({**_LINES, "explicit_horizontal_lines": _open_ends(page)}):
        if len(table.cells) < 2:
            continue
        left, top, right, bottom = table.bbox
        inside = [char for char in rest if left <= _middle(char)[0] <= right and top <= _middle(char)[1] <= bottom]
        outside = {id(char) for char in inside}
        rest = [char for char in rest if id(char) not in outside]
        images = [image for image in page.images if top <= _middle(image)[1] <= bottom]
        found.parts.append(_grid(table, inside, images, number, running))
    lines = _columns_apart(list(_text_lines(rest)), rest, float(page.width))
    found.parts += [replace(line, page=number) for line in lines]
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


def _running_numbers(chars: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Return the digits of a page that follow directly on one another, in pairs."""
    digits = sorted(
        (char for char in chars if char["text"].isdigit()), key=lambda char: (round(_base(char)), char["x0"])
    )
    return [
        (one, other)
        for one, other in pairwise(digits)
        if abs(_base(one) - _base(other)) < 1 and -1 < other["x0"] - one["x1"] < one["size"] * SAME_NUMBER
    ]


def _grid(
    table: Any, chars: Sequence[Any], images: Sequence[Any], page: int, running: Sequence[tuple[Any, Any]] = ()
) -> PrintedTable:
    """Lay the cells of a ruled table on its edges. A number that runs over the edge of its cell, as at the edge of the page, cannot be read."""
    columns = edges_of(edge for cell in table.cells for edge in (cell[0], cell[2]))
    cut = [pair for pair in running if any(_middle(pair[0])[0] < edge < _middle(pair[1])[0] for edge in columns)]
    lines = edges_of(edge for cell in table.cells for edge in (cell[1], cell[3]))
    rows: list[list[Cell]] = [[] for _ in lines[1:]]
    for left, top, right, bottom in sorted(table.cells, key=lambda cell: (cell[1], cell[0])):
        row, column = nearest(lines, top), nearest(columns, left)
        rowspan, colspan = nearest(lines, bottom) - row, nearest(columns, right) - column
        if rowspan < 1 or colspan < 1:
            continue

        def is_inside(thing: Any, box: tuple[float, ...] = (left, top, right, bottom)) -> bool:
            x, y = _middle(thing)
            return box[0] <= x <= box[2] and box[1] <= y <= box[3]

        text = "\n".join(line.text for line in _text_lines([char for char in chars if is_inside(char)]))
        runs_over = any(is_inside(one) != is_inside(other) for one, other in cut)
        text += PICTURE if runs_over or any(map(is_inside, images)) else ""
        rows[row].append(Cell(text, row + 1, column + 1, rowspan, colspan))
    return PrintedTable(
        table.bbox[1],
        tuple(columns),
        tuple(tuple(sorted(row, key=lambda cell: cell.column)) for row in rows),
        (page,) * len(rows),
    )


def _text_lines(chars: Sequence[Any]) -> Iterator[PrintedLine]:
    """Put characters together to lines; words that stand apart get a blank between them, wide gaps are kept as two."""
    rest = sorted((char for char in chars if char["text"].strip()), key=lambda char: (_base(char), char["x0"]))
    blanks = [char for char in chars if not char["text"].strip()]
    line: list[Any] = []
    for char in rest:
        if line and _base(char) - _base(line[0]) > max(char["size"], line[0]["size"]) * 0.55:
            yield _text(line, blanks)
            line = []
        line.append(char)
    if line:
        yield _text(line, blanks)


def _base(char: Any) -> float:
    return float(char["bottom"])


def _text(chars: list[Any], blanks: Sequence[Any]) -> PrintedLine:
    line = sorted(chars, key=lambda char: char["x0"])
    size = max(char["size"] for char in line)
    pieces: list[str] = []
    for raised, run in groupby(enumerate(line), key=lambda pair: _is_raised(pair[1], line, size)):
        text = ""
        for index, char in run:
            before = line[index - 1] if index else None
            gap = char["x0"] - before["x1"] if before is not None else 0.0
            if gap > size * WORD_GAP or (gap > size * SAME_NUMBER and _parts_numbers(before, char, blanks)):
                text += " "
            text += _RADICALS.get(char["text"], char["text"])
        pieces.append(f"[{text.strip()}]" if raised else text)
    return PrintedLine(
        clean("".join(pieces)).strip(),
        min(char["top"] for char in line),
        max(char["bottom"] for char in line),
        line[0]["x0"],
        line[-1]["x1"],
        size,
    )


def _parts_numbers(before: Any, char: Any, blanks: Sequence[Any]) -> bool:
    """Tell whether a blank is printed between two digits: in narrow type it is no wider than what parts characters elsewhere."""
    if not (before["text"].isdigit() and char["text"].isdigit()):
        return False
    middle = (before["x1"] + char["x0"]) / 2
    return any(
        blank["x0"] < middle < blank["x1"] and abs(_base(blank) - _base(char)) < char["size"] * 0.3 for blank in blanks
    )


def _is_raised(char: Any, line: Sequence[Any], size: float) -> bool:
    """Tell whether a character is a footnote mark: small, and above the foot of the line or below it."""
    if char["size"] >= size * RAISED_SIZE:
        return False
    foot = Counter(round(other["bottom"], 1) for other in line if other["size"] >= size * RAISED_SIZE).most_common(1)[
        0
    ][0]
    return bool(abs(char["bottom"] - foot) > size * 0.12)


def _columns_apart(lines: list[PrintedLine], chars: Sequence[Any], width: float) -> list[PrintedLine]:
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
