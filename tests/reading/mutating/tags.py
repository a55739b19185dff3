"""What can happen to the tables of a page: cells and rows lost, doubled, moved or cut, spans that are wrong.

Each mutation takes and returns a page. None makes the page state another figure; an emptied cell states a blank (`MAY_BE_BLANK`).
"""

import itertools
import random
import re
from collections.abc import Callable

_CELL = re.compile(r"<t[dh]\b[^>]*>(?:(?!<t[dhr]\b).)*?</t[dh]>", re.DOTALL | re.IGNORECASE)
_ROW = re.compile(r"<tr\b[^>]*>(?:(?!<tr\b).)*?</tr>", re.DOTALL | re.IGNORECASE)
_SPAN = re.compile(r"\s(?:row|col)span\s*=\s*[\"']?(\d+)[\"']?", re.IGNORECASE)
_TAGS = re.compile(r"<[^>]*>")


def drop_cell(page: str, rng: random.Random) -> str:
    """A cell is lost."""
    cell = _pick(_CELL, page, rng)
    return page[: cell.start()] + page[cell.end() :]


def double_cell(page: str, rng: random.Random) -> str:
    """A cell is printed twice."""
    cell = _pick(_CELL, page, rng)
    return page[: cell.end()] + page[cell.start() :]


def swap_cells(page: str, rng: random.Random) -> str:
    """A label and a value change places."""
    cells = list(_CELL.finditer(page))
    pairs = [pair for pair in itertools.pairwise(cells) if _is_bare(pair[0]) != _is_bare(pair[1])]
    first, second = rng.choice(pairs)
    return page[: first.start()] + second[0] + page[first.end() : second.start()] + first[0] + page[second.end() :]


def empty_cell(page: str, rng: random.Random) -> str:
    """The text of a cell is lost."""
    cell = _pick(_CELL, page, rng)
    opening, closing = cell[0].index(">") + 1, cell[0].rindex("</")
    return page[: cell.start() + opening] + page[cell.start() + closing :]


def insert_cell(page: str, rng: random.Random) -> str:
    """A cell comes to stand where none was."""
    cell = _pick(_CELL, page, rng)
    return page[: cell.start()] + rng.choice(["<td></td>", "<td>0</td>", "<td>&nbsp;</td>"]) + page[cell.start() :]


def merge_cells(page: str, rng: random.Random) -> str:
    """Two cells become one."""
    places = list(re.finditer(r"</t[dh]>\s*<t[dh]\b[^>]*>", page, re.IGNORECASE))
    place = rng.choice(places)
    return page[: place.start()] + "<br>" + page[place.end() :]


def drop_row(page: str, rng: random.Random) -> str:
    """A row is lost."""
    row = _pick(_ROW, page, rng)
    return page[: row.start()] + page[row.end() :]


def double_row(page: str, rng: random.Random) -> str:
    """A row is printed twice."""
    row = _pick(_ROW, page, rng)
    return page[: row.end()] + page[row.start() :]


def swap_rows(page: str, rng: random.Random) -> str:
    """Two rows change places."""
    rows = list(_ROW.finditer(page))
    index = rng.randrange(len(rows) - 1)
    first, second = rows[index], rows[index + 1]
    return page[: first.start()] + second[0] + page[first.end() : second.start()] + first[0] + page[second.end() :]


def split_row(page: str, rng: random.Random) -> str:
    """A row is parted in two."""
    cell = _pick(_CELL, page, rng)
    return page[: cell.start()] + "</tr><tr>" + page[cell.start() :]


def join_rows(page: str, rng: random.Random) -> str:
    """Two rows become one."""
    place = rng.choice(list(re.finditer(r"</tr>\s*<tr\b[^>]*>", page, re.IGNORECASE)))
    return page[: place.start()] + page[place.end() :]


def drop_span(page: str, rng: random.Random) -> str:
    """A span is lost."""
    span = _pick(_SPAN, page, rng)
    return page[: span.start()] + page[span.end() :]


def change_span(page: str, rng: random.Random) -> str:
    """A span is wider or narrower than it was."""
    span = _pick(_SPAN, page, rng)
    number = max(0, int(span[1]) + rng.choice([-1, 1, 2]))
    return page[: span.start(1)] + str(number) + page[span.end(1) :]


def add_span(page: str, rng: random.Random) -> str:
    """A cell reaches further than it should."""
    place = _pick(_CELL, page, rng).start() + len("<td")
    return page[:place] + rng.choice([" rowspan=2", " colspan=2", " colspan=3"]) + page[place:]


def drop_spans(page: str, rng: random.Random) -> str:
    """All spans are lost, as in a copy without them."""
    return _SPAN.sub("", page)


def split_table(page: str, rng: random.Random) -> str:
    """A table is parted in two, as where it goes on over the page."""
    row = _pick(_ROW, page, rng)
    return page[: row.start()] + "</table><table>" + page[row.start() :]


def drop_tag(page: str, rng: random.Random) -> str:
    """A mark of a row or a cell is lost."""
    tag = rng.choice(list(re.finditer(r"</?t[drh]\b[^>]*>", page, re.IGNORECASE)))
    return page[: tag.start()] + page[tag.end() :]


TAG_MUTATIONS: tuple[Callable[[str, random.Random], str], ...] = (
    drop_cell,
    double_cell,
    swap_cells,
    empty_cell,
    insert_cell,
    merge_cells,
    drop_row,
    double_row,
    swap_rows,
    split_row,
    join_rows,
    drop_span,
    change_span,
    add_span,
    drop_spans,
    split_table,
    drop_tag,
)
MAY_BE_BLANK = frozenset({empty_cell})


def _pick(pattern: re.Pattern[str], page: str, rng: random.Random) -> re.Match[str]:
    return rng.choice(list(pattern.finditer(page)))


def _is_bare(cell: re.Match[str]) -> bool:
    return not any(character.isalpha() for character in _TAGS.sub("", cell[0]).replace("&nbsp;", ""))
