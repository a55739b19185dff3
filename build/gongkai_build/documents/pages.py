"""Pages of a PDF → lines and tables that go on from page to page, without page numbers, running heads and repeated headers."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from gongkai_build.documents.blocks import Block, Cell, Line, Table

SAME_EDGE = 3.0
"""Points by which two rulings of one edge can lie apart."""
HALF_WIDTH = 0.6
"""Width of a digit, in sizes of the type."""
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


@dataclass(frozen=True)
class PrintedLine:
    """A line of text on a page, outside tables."""

    text: str
    top: float
    bottom: float
    left: float
    right: float
    size: float
    page: int = 0
    """The page on which it begins; 1 is the first."""


@dataclass(frozen=True)
class PrintedTable:
    """A ruled table on one page: its column edges, and its cells with rows and columns counted from 1 on this page."""

    top: float
    edges: tuple[float, ...]
    rows: tuple[tuple[Cell, ...], ...]
    pages: tuple[int, ...] = ()
    """The page on which each row begins."""


@dataclass
class PrintedPage:
    """What stands on a page, from head to foot."""

    number: int
    height: float
    parts: list[PrintedLine | PrintedTable] = field(default_factory=list)


def without_furniture(pages: list[PrintedPage]) -> list[PrintedPage]:
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
        kept.append(PrintedPage(page.number, page.height, [part for part in page.parts if part not in gone]))
    return kept


def _marginal(page: PrintedPage) -> list[PrintedLine]:
    """Return the first two and last two lines of a page that stand in its margins."""
    lines = [part for part in page.parts if isinstance(part, PrintedLine)]
    near = [line for line in lines if line.top < page.height * MARGIN or line.bottom > page.height * (1 - MARGIN)]
    ends = [*page.parts[:2], *page.parts[-2:]]
    return [line for line in near if line in ends]


def _head(line: PrintedLine, page: PrintedPage) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text) if _page_number(line.text) is None else "", round(line.top / 4)


def _page_number(text: str) -> int | None:
    match = _PAGE_NUMBER.match(text)
    return int(match.group(1)) if match else None


def lay_out(pages: Sequence[PrintedPage]) -> tuple[tuple[Block, ...], dict[str, int]]:
    """Return the paragraphs and tables of all pages, those that go on over a page break put together; and the page of each line and row, by its place."""
    blocks: list[Block] = []
    places: dict[str, int] = {}
    lines = tables = 0
    for part in _whole(pages):
        if isinstance(part, PrintedTable):
            tables += 1
            blocks.append(Table(tables, part.rows))
            places |= {f"table {tables}, row {row}": page for row, page in enumerate(part.pages, 1)}
        elif part.text:
            lines += 1
            blocks.append(Line(part.text, lines))
            places[f"line {lines}"] = part.page
    return tuple(blocks), places


def _whole(pages: Sequence[PrintedPage]) -> Iterator[PrintedLine | PrintedTable]:
    """What stands on the pages, tables that go on over a page break put together."""
    parts = [part for page in pages for part in page.parts]
    first = {id(page.parts[0]) for page in pages if page.parts}
    open_grid: PrintedTable | None = None
    for part in _paragraphs(parts):
        if isinstance(part, PrintedTable) and open_grid is not None and id(part) in first and _goes_on(open_grid, part):
            open_grid = _joined(open_grid, part)
            continue
        if open_grid is not None:
            yield open_grid
        open_grid = part if isinstance(part, PrintedTable) else None
        if isinstance(part, PrintedLine):
            yield part
    if open_grid is not None:
        yield open_grid


def _paragraphs(parts: Sequence[PrintedLine | PrintedTable]) -> Iterator[PrintedLine | PrintedTable]:
    """Put the lines of a sentence together: a line that is full goes on in the next one, unless that one is indented or a row of words apart."""
    lines = [part for part in parts if isinstance(part, PrintedLine)]
    full = max((line.right for line in lines), default=0.0)
    first = min((line.left for line in lines), default=0.0)
    held: PrintedLine | None = None
    for part in parts:
        if held is not None and isinstance(part, PrintedLine) and _is_rest(part, held, first, full):
            held = replace(part, text=held.text + part.text, top=held.top, page=held.page)
            continue
        if held is not None:
            yield held
        held = part if isinstance(part, PrintedLine) else None
        if held is None:
            yield part
    if held is not None:
        yield held


def _is_rest(line: PrintedLine, before: PrintedLine, first: float, full: float) -> bool:
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


def _goes_on(before: PrintedTable, after: PrintedTable) -> bool:
    """Tell whether a table at the head of a page goes on with the one at the foot of the page before: it is as wide, and stands as far left."""
    return all(
        abs(a - b) <= SAME_EDGE for a, b in ((before.edges[0], after.edges[0]), (before.edges[-1], after.edges[-1]))
    )


def _joined(before: PrintedTable, after: PrintedTable) -> PrintedTable:
    """Put the parts of a table together, without the header that the second page repeats."""
    edges = tuple(edges_of((*before.edges, *after.edges)))
    above, below = _on_edges(before, edges), _on_edges(after, edges)
    repeated = _repeated(above, below)
    below = below[repeated:]
    if below:
        broken = _is_broken(above, below[0])
        rest = [] if broken else list(below[0])
        for cell in below[0]:
            found = _reaching_down(above, cell)
            own = _NUMBERED.match(cell.text) or _is_figure(cell.text)
            group = found is not None and max(found.rowspan, cell.rowspan) > 1 and not own
            if found is not None and (broken or group):
                # A label that goes on, or a cell that covers rows on both pages.
                text = "\n".join(text for text in (found.text, cell.text) if text)
                longer = found._replace(text=text, rowspan=found.rowspan + cell.rowspan - broken)
                row = above[found.row - 1]
                row[row.index(found)] = longer
                rest = [other for other in rest if other != cell]
        below = below[1:] if broken else [rest, *below[1:]]
    rows = [*above, *below]
    numbered = ([cell._replace(row=number) for cell in row] for number, row in enumerate(rows, 1))
    pages_below = after.pages[len(after.pages) - (len(rows) - len(above)) :]
    return PrintedTable(before.top, edges, tuple(map(tuple, numbered)), (*before.pages, *pages_below))


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
    if _goes_on_with_figures(pairs):
        return True
    goes_on = [cell for _, cell in pairs if cell.text]
    if not goes_on or any(_is_figure(cell.text) or _NUMBERED.match(cell.text) for cell in goes_on):
        return False
    return all(found.text for found, cell in pairs if found and cell.text) and any(
        found.text and not cell.text and cell.rowspan == 1 for found, cell in pairs if found
    )


def _goes_on_with_figures(pairs: Sequence[tuple[Cell | None, Cell]]) -> bool:
    """Tell whether a row that goes on has figures that are broken too: the label above has a number, and the one below none, or nothing is below it."""
    labels = [(above.text, below.text) for above, below in pairs if above and above.text and not _is_figure(above.text)]
    figures = any(above and _is_figure(above.text) and _is_figure(below.text) for above, below in pairs)
    rests = [
        not below or (_NUMBERED.match(above) and not _NUMBERED.match(below) and not _is_figure(below))
        for above, below in labels
    ]
    return figures and bool(rests) and all(rests)


def _reaching_down(above: list[list[Cell]], below: Cell) -> Cell | None:
    """Return the cell over a cell of the next page, when it is as wide and reaches down to the page break."""
    last = len(above)
    wide = (cell for row in above for cell in row if (cell.column, cell.colspan) == (below.column, below.colspan))
    return next((cell for cell in wide if cell.row + cell.rowspan - 1 >= last), None)


def _is_figure(text: str) -> bool:
    return bool(text) and not re.search(r"[^\W\d_]", text)


def _on_edges(grid: PrintedTable, edges: Sequence[float]) -> list[list[Cell]]:
    places = [nearest(edges, edge) for edge in grid.edges]
    return [
        [
            cell._replace(
                column=places[cell.column - 1] + 1,
                colspan=places[cell.column + cell.colspan - 1] - places[cell.column - 1],
            )
            for cell in row
        ]
        for row in grid.rows
    ]


def edges_of(edges: Iterable[float]) -> list[float]:
    """Return edges in order, each once: those that lie closer together than rulings of one edge can are one."""
    found: list[float] = []
    for edge in sorted(edges):
        if not found or edge - found[-1] > SAME_EDGE:
            found.append(edge)
    return found


def nearest(edges: Sequence[float], edge: float) -> int:
    """Return the number of the edge, from 0, that lies nearest to a place."""
    return min(range(len(edges)), key=lambda index: abs(edges[index] - edge))
