"""Lines and tables → one stream of cells, in which labels are worn and values stand between them.

What parts one cell from the next depends on how the table was rendered; each rendering of text has its function here.
A token is `explicit` when a mark of the document (a table cell, `|`, a tab) says where it begins and ends: then an empty one is an empty
cell. Where only lines part the cells, an empty cell leaves no trace.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, pairwise, takewhile
from typing import NamedTuple

from gongkai_build.documents import Document, Line, Table
from gongkai_build.documents.text import FIRST
from gongkai_build.reading.labels import is_foreign, is_label
from gongkai_build.reading.values import is_bare_number, is_value
from gongkai_build.reading.words import parts_of

NUMBER, VALUE, FOREIGN, WORDS = "number", "value", "foreign", "words"
"""What a text can be, by itself: a number and nothing else; a number, a mark for none or the like, printed otherwise; no label; anything else."""
CELL, ROW, TABLE_END, CUT = "cell", "row", "table_end", "cut"
GRID, TAB_CELLS, TAB_ROWS, PIPE_ROWS, PIPE_CELLS, PIPE_LINES, LINE_CELLS = (
    "grid",
    "tab_cells",
    "tab_rows",
    "pipe_rows",
    "pipe_cells",
    "pipe_lines",
    "line_cells",
)
MARKED_ROWS = frozenset({GRID, PIPE_ROWS, TAB_ROWS})
"""Layouts that show where a row ends."""
MOST_LINES_OF_A_LABEL = 8
MOST_BLANKS = 4
"""Blank lines for each piece of a label among which the next is looked for."""
MOST_NUMBERS_OF_A_CELL = 2
FEWEST_MARKED_LINES = 5
_PIPES = re.compile(r"[|｜│┃]")
_BOLD = re.compile(r"\*\*([^*]+)\*\*")
_BREAK = re.compile(r"\s*<br ?/?>\s*", re.IGNORECASE)
_TABS = re.compile(r"\t")
_BROKEN_NUMBER = re.compile(r"^[.,．，]\d")
"""A line that begins like this goes on with the number of the line before: 0, then .25."""
_RULE = re.compile(r"^[\s|:+-]*-{2,}[\s|:+-]*$|^[\s\u2500-\u257f]*[\u2500\u2501\u2550]{2,}[\s\u2500-\u257f]*$")
_HEADING = re.compile(r"\s*[一二三四五六七八九十]{1,3}\s*、")


class Token(NamedTuple):
    """A cell of the stream, the mark of a new row where the document shows rows, the end of a table, or the break of a row."""

    # No dataclass, for a document has a thousand of them, and a frozen one takes four times as long to make.

    kind: str
    text: str = ""
    place: str = ""
    layout: str = LINE_CELLS
    explicit: bool = False
    lines: tuple[int, int] = (0, 0)
    """First and last line of the document that it takes up; (0, 0) for a cell of a table."""
    column: int = 0
    """Column of a table at which it begins, 0 where there is none."""
    colspan: int = 1
    breaks_off: bool = False
    """Whether the document ends in it, so that it may have lost digits."""
    content: str = WORDS
    """What its text can be (`content_of`): looked at once instead of by each reader."""


def content_of(text: str) -> str:
    """Tell what a text can be: `number`, `value`, `foreign` (no value, and with a character that no label has), or `words`."""
    return NUMBER if is_bare_number(text) else _content_of(text)


@lru_cache(maxsize=65536)
def _content_of(text: str) -> str:
    return VALUE if is_value(text) else FOREIGN if is_foreign(text) else WORDS


def tokens_of(document: Document) -> list[Token]:
    """Turn a document into its stream of cells."""
    tokens: list[Token] = []
    run: list[Line] = []
    for block in document.blocks:
        if isinstance(block, Line):
            run.append(block)
            continue
        tokens += _line_tokens(run)
        run = []
        _add_grid(block, tokens)
    tokens += _line_tokens(run)
    last = next((index for index in range(len(tokens) - 1, -1, -1) if tokens[index].text.strip()), None)
    if last is not None and (document.breaks_off or _is_left_open(tokens[last])):
        tokens[last] = tokens[last]._replace(breaks_off=True)
    return tokens


def _is_left_open(last: Token) -> bool:
    """Tell whether the last cell of a document is a number that no mark closes, where marks close cells."""
    return last.layout in (PIPE_CELLS, PIPE_LINES) and not last.explicit and last.content in (NUMBER, VALUE)


def _add_grid(table: Table, tokens: list[Token]) -> None:
    begin = Token(ROW, layout=GRID)
    for number, row in enumerate(table.rows, 1):
        tokens.append(begin)
        place = f"table {table.number}, row {number}, column "
        for text, _, column, _, colspan in row:
            content = content_of(text)
            tokens.append(Token(CELL, text, f"{place}{column}", GRID, True, (0, 0), column, colspan, False, content))
    tokens += (begin, Token(TABLE_END, layout=GRID))


def _line_tokens(lines: list[Line]) -> Iterator[Token]:
    layout = _layout(lines)
    if layout == TAB_CELLS:
        return _tab_cells(lines)
    if layout in (TAB_ROWS, PIPE_ROWS):
        return _rows(lines, layout)
    if layout in (PIPE_CELLS, PIPE_LINES):
        return _pipe_cells(lines, layout)
    return _line_cells(lines)


def _layout(lines: list[Line]) -> str:
    tabbed = [line.text for line in lines if "\t" in line.text]
    if sum("\t" in text.strip() for text in tabbed) >= FEWEST_MARKED_LINES:
        return TAB_ROWS
    if sum(text.startswith("\t") for text in tabbed) >= FEWEST_MARKED_LINES:
        return TAB_CELLS
    piped = [_PIPES.split(line.text) for line in lines if _PIPES.search(line.text)]
    if len(piped) < FEWEST_MARKED_LINES:
        return LINE_CELLS
    filled = [sum(1 for part in parts if part.strip()) for parts in piped]
    if sum(count >= 2 for count in filled) >= max(2, len(piped) // 10):
        return PIPE_ROWS
    lone = sum(count == 0 and len(parts) == 2 for count, parts in zip(filled, piped, strict=True))
    return PIPE_LINES if lone > len(piped) - lone else PIPE_CELLS


def _tab_cells(lines: list[Line]) -> Iterator[Token]:
    """A tab opens a cell, which runs over the lines that follow; an empty cell before an empty line ends the row."""
    cell: list[Line] = []

    def close() -> Iterator[Token]:
        if cell:
            text = "\n".join(line.text for line in cell).strip()
            yield _token(text, TAB_CELLS, cell[0], cell[-1], explicit=True)
            cell.clear()

    for line in _closed_up(lines):
        if line.text.startswith("\t"):
            yield from close()
            cell.append(line)
        elif cell and line.text == "" and not "".join(part.text for part in cell).strip():
            # The mark of the end of a row is no cell: else a row that lost a value would seem to end in a blank one.
            cell.clear()
            yield Token(ROW, layout=TAB_CELLS)
        elif cell and not is_heading_line(line.text):
            cell.append(line)
        else:
            yield from close()
            if line.text.strip():
                yield Token(ROW, layout=TAB_CELLS)
                yield _token(line.text.strip(), TAB_CELLS, line, line)
    if any(part.text.strip() for part in cell):
        # An empty one may be one in which the document breaks off.
        yield from close()


def _closed_up(lines: list[Line]) -> list[Line]:
    """Leave out the empty lines that stand behind every line: breaks that somebody doubled."""
    filled = [number for number, line in enumerate(lines) if line.text]
    gaps = [after - before - 1 for before, after in pairwise(filled)]
    least = min(gaps, default=0)
    if not least:
        return lines
    kept = [
        lines[number : number + 1 + (gap - least) // (least + 1)]
        for number, gap in zip(filled, [*gaps, least], strict=True)
    ]
    return [line for part in kept for line in part]


def _rows(lines: list[Line], layout: str) -> Iterator[Token]:
    """A line is a row; `|` or a tab parts its cells."""
    marks = _PIPES if layout == PIPE_ROWS else _TABS
    marked = [line.text.strip(" ") for line in lines if marks.search(line.text)]
    # Markdown opens and closes each row with a mark.
    opened = layout == PIPE_ROWS and sum(bool(marks.match(text)) for text in marked) > len(marked) // 2
    cut = layout == PIPE_ROWS and not opened and _breaks_off(lines, marked)
    for line in lines:
        text = line.text.strip(" ") if layout == TAB_ROWS else line.text.strip()
        if _RULE.match(text):
            continue
        if not marks.search(text):
            if text:
                yield Token(ROW, layout=layout)
                yield _token(text, layout, line, line)
            continue
        parts = marks.split(text)
        if opened and not parts[0].strip():
            parts = parts[1:]
        if layout == PIPE_ROWS and parts and not parts[-1].strip():
            parts = parts[:-1]
        yield Token(ROW, layout=layout)
        for number, part in enumerate(parts, 1):
            text = _unmarked(part.strip()) if layout == PIPE_ROWS else part.strip()
            token = _token(text, layout, line, line, explicit=True)
            yield token._replace(place=f"{token.place}, cell {number}")
    if cut:
        yield Token(CUT, layout=layout)


def _breaks_off(lines: list[Line], marked: list[str]) -> bool:
    """Tell whether the last line is a row that breaks off: it is the only one that no mark closes."""
    last = next((line.text.strip() for line in reversed(lines) if line.text.strip()), "")
    return last == marked[-1] and [text for text in marked if not _PIPES.match(text[-1:])] == [last]


def _unmarked(cell: str) -> str:
    """Take markdown's own marks from a cell: bold type, line breaks."""
    bold = _BOLD.fullmatch(cell)
    return _BREAK.sub("\n", bold.group(1) if bold else cell).strip()


def _pipe_cells(lines: list[Line], layout: str) -> Iterator[Token]:
    """`|` closes a cell, on the line of the cell or on a line of its own; nothing says where a row ends.

    A `|` that closes nothing is an empty cell. But where cells close on their own line, one in front of a label may as well open the row,
    as some portals print it; then it is no cell of the row before.
    """
    held: list[Line] = []

    def text_before(cell_lines: int) -> Iterator[Token]:
        for line in held[: len(held) - cell_lines]:
            yield _token(line.text.strip(), layout, line, line)

    for index, line in enumerate(lines):
        parts = _PIPES.split(line.text)
        if len(parts) == 1:
            if line.text.strip():
                held.append(line)
            continue
        first = parts[0].strip()
        if first:
            held.append(Line(first, line.number))
        if held:
            taken = _cell_lines([part.text.strip() for part in held])
            yield from text_before(taken)
            text = "\n".join(part.text.strip() for part in held[-taken:])
            yield _token(text, layout, held[-taken], line, explicit=True)
            held = []
        elif layout == PIPE_CELLS and len(parts) == 2 and _is_before_label(lines, index):
            yield Token(ROW, layout=layout)
        else:
            yield _token("", layout, line, line, explicit=True)
        for part in parts[1:-1]:
            yield _token(part.strip(), layout, line, line, explicit=True)
        if parts[-1].strip():
            held.append(Line(parts[-1].strip(), line.number))
    yield from text_before(0)


def _is_before_label(lines: list[Line], index: int) -> bool:
    """Tell whether what stands in the next cell after a line is text and no value."""
    for line in lines[index + 1 :]:
        text = _PIPES.split(line.text)[0].strip()
        if text:
            return not is_value(text)
        if _PIPES.search(line.text):
            return False
    return True


def _cell_lines(texts: list[str]) -> int:
    """Return how many of the last lines before a closing `|` are its cell; what stands before them is text."""
    for count in range(min(len(texts), MOST_LINES_OF_A_LABEL), 1, -1):
        tail = texts[-count:]
        if is_label("\n".join(tail)) and not any(is_value(text) for text in tail):
            return count
        if all(is_value(text) for text in tail):
            return count
    return 1


def _line_cells(lines: list[Line]) -> Iterator[Token]:
    """A line is a cell, or several are where a label is broken. Where blank lines part the cells, lines without one between belong together."""
    texts = [line.text.strip() for line in lines]
    contents = [content_of(text) for text in texts]
    numeric = [index for index, content in enumerate(contents) if content in (NUMBER, VALUE)]
    followed = sum(index + 1 < len(texts) and not texts[index + 1] for index in numeric)
    spaced = followed * 2 > len(numeric)
    index = 0
    while index < len(lines):
        if not texts[index]:
            index += 1
            continue
        if parts := parts_of(texts[index]):
            # 四、结转下年度继续办理 0 0 0 0 0 0 0
            yield from (_token(part, LINE_CELLS, lines[index], lines[index]) for part in parts)
            index += 1
            continue
        taken = 1 if contents[index] == FOREIGN else _joined_lines(texts, index, spaced)
        text = "\n".join(filter(None, texts[index : index + taken]))
        yield _token(text, LINE_CELLS, lines[index], lines[index + taken - 1])
        index += taken


def _joined_lines(lines: list[str], index: int, spaced: bool) -> int:
    """Return how many lines from one on are one cell."""
    if is_value(lines[index]):
        texts = list(takewhile(bool, lines[index : index + MOST_LINES_OF_A_LABEL]))
        if len(texts) > 1 and _BROKEN_NUMBER.match(texts[1]):
            return 2
        values = next((count for count, text in enumerate(texts) if not is_value(text)), len(texts))
        behind = index > 0 and is_value(lines[index - 1])
        return values if spaced and values <= MOST_NUMBERS_OF_A_CELL and not behind else 1
    # Blank lines can part the pieces of a label as they part the cells.
    near = range(index, min(index + MOST_BLANKS * MOST_LINES_OF_A_LABEL, len(lines)))
    filled = islice((number for number in near if lines[number]), MOST_LINES_OF_A_LABEL)
    pieces = list(takewhile(lambda number: not is_value(lines[number]), filled))
    # The longest label: the first line of some is a label in itself.
    for count in range(len(pieces), 1, -1):
        if is_label("\n".join(lines[number] for number in pieces[:count])):
            return pieces[count - 1] - index + 1
    return 1


def is_heading_line(text: str) -> bool:
    """Tell whether a line of text is the heading of a numbered section (一、…), which no cell runs over."""
    return bool(_HEADING.match(text))


def is_first_heading(text: str) -> bool:
    """Tell whether a line of text is the heading of the first section."""
    return text.lstrip().startswith(FIRST)


def _token(text: str, layout: str, first: Line, last: Line, *, explicit: bool = False) -> Token:
    lines = (first.number, last.number)
    return Token(CELL, text, f"line {first.number}", layout, explicit, lines, 0, 1, False, content_of(text))
