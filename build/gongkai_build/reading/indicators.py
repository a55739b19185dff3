"""The stream of cells against form 2014: a label, perhaps its unit, and one number.

A label that stands in several groups of the form (被依法纠错数) is told by the group in which the walk stands. A number is taken only where nothing
else can be it: a row with several numbers needs a header that says which of them is the year's.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import pairwise

from gongkai_build.forms import load_vocabulary
from gongkai_build.forms.indicators import IndicatorForm, load_indicator_form
from gongkai_build.reading.fold import label_core, plain, shortest_words, simplify
from gongkai_build.reading.labels import is_limited, looks_like_text
from gongkai_build.reading.officials import Officials
from gongkai_build.reading.owners import LONGEST_CAPTION
from gongkai_build.reading.place import Figure, Issue
from gongkai_build.reading.tokens import CELL, GRID, PIPE_ROWS, ROW, TAB_ROWS, TABLE_END, Token
from gongkai_build.reading.values import REPORTED, UNCLEAR, is_value, money_unit, read_value

LABEL, UNIT, VALUE, OTHER, REMARK, SERIAL = "label", "unit", "value", "other", "remark", "serial"
ROW_LAYOUTS = frozenset({GRID, PIPE_ROWS, TAB_ROWS})
MOST_PIECES_OF_A_LABEL = 5
SHORTEST_LENGTHENED = 6
LONGEST_LOCAL_LABEL = 40
OF_WHICH = "其中"
ANOTHER_TIME = 0
FEWEST_WORDS = 4


@dataclass(frozen=True)
class _Piece:
    """A cell, or a word of a line."""

    text: str
    token: Token


@dataclass
class _Entry:
    """A label as found, with the cells behind it."""

    lines: tuple[int, ...]
    """Lines of the form that it can be; none for a row that the form lacks."""
    label: str
    token: Token
    header: tuple[_Piece, ...]
    year: int | None
    cells: list[_Piece] = field(default_factory=list)
    before: list[_Piece] = field(default_factory=list)
    """Cells of the row in front of the label."""


@dataclass
class Indicators:
    """What was read of form 2014."""

    figures: tuple[Figure, ...] = ()
    issues: tuple[Issue, ...] = ()
    layouts: Counter[str] = field(default_factory=Counter)
    consumed: set[int] = field(default_factory=set)
    """Lines of the document that belong to the table."""


def read_indicators(tokens: Sequence[Token], year: int | None = None) -> Indicators:
    """Read the table of form 2014 out of a stream of cells.

    Args:
        tokens: the document's.
        year: the report's year; rows under a caption of another year are left out. None takes all.
    """
    walk = _Walk()
    walk.read(_pieces(tokens))
    return _settle(walk, year)


def may_hold_indicators(tokens: Sequence[Token]) -> bool:
    """Tell whether enough words of the form stand in a stream of cells at all, for reading it costs far more than to look."""
    text = simplify("".join("".join(token.text for token in tokens).split()))
    found: set[str] = set()
    match = _any_word().search(text)
    while match and len(found) < FEWEST_WORDS:
        found.add(match.group())
        match = _any_word().search(text, match.start() + 1)
    return len(found) >= FEWEST_WORDS


@cache
def _any_word() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _words())))


@cache
def _words() -> tuple[str, ...]:
    """Labels and aliases of the form of which none is a part of another."""
    lines = load_indicator_form().lines
    return shortest_words(label for line in lines if line.item for label in (line.label, *line.aliases))


def _pieces(tokens: Sequence[Token]) -> list[_Piece]:
    pieces: list[_Piece] = []
    for token in tokens:
        if (
            token.kind in (ROW, TABLE_END)
            or token.explicit
            or (looks_like_text(token.text) and not any(_lines_of(word) for word in token.text.split()))
        ):
            pieces.append(_Piece(token.text, token))
        else:
            pieces += [_Piece(word, token) for word in token.text.split()]
    return pieces


class _Walk:
    """One pass over the pieces."""

    def __init__(self) -> None:
        self.form = load_indicator_form()
        self.entries: list[_Entry] = []
        self.header: list[_Piece] = []
        self.last: int | None = None
        self.open: _Entry | None = None
        self.before: list[_Piece] = []
        self.year: int | None = None
        self.officials = Officials()
        self.consumed: set[int] = set()

    def read(self, pieces: Sequence[_Piece]) -> None:
        index = 0
        while index < len(pieces):
            index += self.take(pieces, index)
        self.close()

    def take(self, pieces: Sequence[_Piece], index: int) -> int:
        """Take what stands at an index; return how many pieces that were."""
        piece = pieces[index]
        if piece.token.kind in (ROW, TABLE_END):
            if piece.token.kind == TABLE_END or piece.token.layout in ROW_LAYOUTS:
                self.close()
                self.before = []
            if piece.token.kind == TABLE_END:
                self.header = []
            return 1
        if self.officials.takes(piece.text) and not _lines_of(piece.text):
            self.close()
            return 1
        for count in range(_joinable(pieces, index), 0, -1):
            text = "".join(part.text for part in pieces[index : index + count])
            if lines := _lines_of(text):
                self.label(lines, text, piece)
                return count
        if not piece.token.explicit and (parts := _glued(piece)):
            self.label(_lines_of(parts[0].text), parts[0].text, piece)
            for part in parts[1:]:
                self.cell(part)
            return 1
        self.cell(piece)
        return 1

    def label(self, lines: tuple[int, ...], text: str, piece: _Piece) -> None:
        self.close()
        possible = self.possible(lines)
        if len(possible) == 1:
            self.last = possible[0]
        entry = _Entry(possible, text, piece.token, tuple(self.header), self.year, before=self.before)
        self.before = []
        self.open = entry

    def possible(self, lines: tuple[int, ...]) -> tuple[int, ...]:
        """Of several lines with one label the one of the group in which the walk stands, if it was not read there yet."""
        if len(lines) == 1 or self.last is None:
            return lines
        groups = self.form.groups(self.last)
        here = [line for line in lines if self.form.above(line) in groups and line > self.last]
        return tuple(here) if len(here) == 1 else lines

    def cell(self, piece: _Piece) -> None:
        text = piece.text
        if kind := _header_kind(text):
            if self.open and piece.token.explicit and kind == UNIT and not self.open.cells:
                self.open.cells.append(piece)
            elif self.open is None or not piece.token.explicit:
                self.close()
                if any(plain(text) == plain(known.text) for known in self.header) and kind == LABEL:
                    return
                self.header.append(piece)
            return
        if is_value(text) or (piece.token.explicit and not text.strip()) or _is_unit(text):
            (self.open.cells if self.open else self.before).append(piece)
            return
        if not label_core(text) or label_core(text) == OF_WHICH:
            return
        if self.open and self.open.lines and piece.token.explicit:
            self.open.cells.append(piece)
            return
        self.close()
        self.text(piece)

    def text(self, piece: _Piece) -> None:
        """A text that is no label: a caption, a row of the agency's own, or a sentence."""
        years = {int(year) for year in re.findall(r"(20\d\d)年", plain(piece.text))}
        other = any(word in plain(piece.text) for word in load_vocabulary().other_times)
        if (years or other) and len(plain(piece.text)) <= LONGEST_CAPTION and not looks_like_text(piece.text):
            self.year = ANOTHER_TIME if other or len(years) > 1 else years.pop()
            return
        local = len(plain(piece.text)) <= LONGEST_LOCAL_LABEL and not looks_like_text(piece.text)
        if self.last is not None and local:
            self.open = _Entry((), piece.text, piece.token, tuple(self.header), self.year)

    def close(self) -> None:
        if self.open:
            self.entries.append(self.open)
        self.open = None


def _settle(walk: _Walk, year: int | None) -> Indicators:
    found = Indicators()
    form = walk.form
    entries = [entry for entry in walk.entries if entry.lines and _bears_figure(form, entry)]
    several = sum(len(_numbers(entry)) > 1 for entry in entries)
    # One row with two numbers is a slip of its own; several are a second column, whatever the header says of it.
    columns_unknown = several > 1 and not any(_roles(entry.header, year) for entry in entries)
    displaced = {id(entry) for before, entry in pairwise(walk.entries) if _takes_what_follows(before, entry)}
    issues: list[Issue] = []
    figures: dict[tuple[str, str], Figure] = {}
    labels: dict[tuple[str, str], str] = {}
    open_lines: list[tuple[int, _Entry]] = []
    for entry in walk.entries:
        if not entry.lines:
            issues += _local(entry)
            continue
        if year and entry.year not in (None, year):
            if entry in entries:
                issues.append(
                    Issue("other_year", entry.token.place, f"{_one_line(entry.label)}: under a caption of {entry.year}")
                )
            continue
        if entry not in entries:
            continue
        _consume(found, entry)
        if len(entry.lines) > 1:
            open_lines += [(line, entry) for line in entry.lines]
            issues.append(_not_placed(entry))
            continue
        line = form.lines[entry.lines[0]]
        unplaced = columns_unknown or id(entry) in displaced
        figure, problem = _figure(form, entry, line.figure, year, unplaced=unplaced)
        issues += [problem] if problem else []
        if figure is None:
            continue
        found.layouts[entry.token.layout] += 1
        known = figures.get(line.figure)
        if known is None:
            figures[line.figure] = figure
            labels[line.figure] = label_core(entry.label)
        elif (known.value, known.status) != (figure.value, figure.status) or (
            known.value and labels[line.figure] != label_core(entry.label)
        ):
            detail = f"{figure.item_id}: {known.raw or '□'} at {known.place}, {figure.raw or '□'} at {figure.place}"
            issues.append(Issue("two_figures", figure.place, detail))
            raw = f"{known.raw} | {figure.raw}"
            figures[line.figure] = Figure(*line.figure, None, UNCLEAR, raw, known.place)
    for index, entry in open_lines:
        key = form.lines[index].figure
        if key not in figures:
            figures[key] = Figure(*key, None, UNCLEAR, _printed(entry), entry.token.place)
    if figures:
        # Headings and captions inside the table belong to it too.
        if found.consumed:
            table = range(min(found.consumed), max(found.consumed) + 1)
            others = [entry for entry in walk.entries if entry.token.lines[0] in table]
            for entry in others:
                _consume(found, entry)
        issues += [
            Issue("row_absent", "", line.label) for line in form.lines if line.item and line.figure not in figures
        ]
    found.figures, found.issues = tuple(figures.values()), tuple(issues)
    return found


def _takes_what_follows(before: _Entry, entry: _Entry) -> bool:
    """Tell whether a label came to stand between the unit and the number of the label before it: neither's number is known then."""
    units = [[cell for cell in each.cells if _is_unit(cell.text)] for each in (before, entry)]
    return not entry.token.explicit and len(units[0]) == len(before.cells) == 1 and bool(entry.cells) and not units[1]


def _bears_figure(form: IndicatorForm, entry: _Entry) -> bool:
    """Tell whether an entry is an indicator with anything behind it; headings are printed without."""
    return all(form.lines[line].item for line in entry.lines) and bool(
        entry.cells or any(is_value(cell.text) for cell in entry.before if _is_value_before(entry, cell))
    )


def _figure(
    form: IndicatorForm, entry: _Entry, key: tuple[str, str], year: int | None, *, unplaced: bool
) -> tuple[Figure | None, Issue | None]:
    cell = None if unplaced else _cell_of_year(entry, year)
    if cell is None:
        return Figure(*key, None, UNCLEAR, _printed(entry), entry.token.place), _not_placed(entry)
    place = cell.token.place
    money = form.lines[entry.lines[0]].unit == "万元"
    unit = _unit(entry, cell)
    if unit is None or (unit and money != _is_money(unit)):
        return Figure(*key, None, UNCLEAR, cell.text, place), _problem(key, "no_unit", cell)
    value = read_value(
        cell.text, unit="yuan" if money else "count", header_unit=money_unit(unit) if unit and money else None
    )
    cut = cell.token.breaks_off and cell.token.text.endswith(cell.text) and entry.lines[0] < len(form.lines) - 1
    if cut and value.number:
        return Figure(*key, None, UNCLEAR, cell.text, place), _problem(key, "breaks_off", cell)
    problem = _problem(key, value.note, cell) if value.note else None
    number = value.number if value.status == REPORTED else None
    return Figure(*key, number, value.status, cell.text, place), problem


def _cell_of_year(entry: _Entry, year: int | None) -> _Piece | None:
    """Return the cell that must be the year's number; None where it cannot be told."""
    roles = _roles(entry.header, year)
    cells = [cell for cell in entry.cells if not _is_unit(cell.text)]
    if any(cell.token.layout == GRID for cell in (*cells, *entry.before)):
        at = {piece.token.column: kind for kind, piece in zip(_kinds(entry.header, year), entry.header, strict=True)}
        row = [cell.token for cell in (*entry.before, *entry.cells)]
        if OTHER in at.values() and max((token.column + token.colspan for token in row), default=0) <= max(at):
            # A cell is missing: another column's number can stand in the year's.
            return None
        if at and any(cell.token.column > max(at) and is_value(cell.text) for cell in cells):
            # A number stands behind the last column: a cell too many has moved the others.
            return None
        mine = [cell for cell in (*entry.before, *cells) if at.get(cell.token.column) == VALUE]
        own = [cell for cell in mine if cell in cells]
        if len(own) == 1 or (len(mine) == 1 and not _numbers(entry)):
            return (own or mine)[0]
        if VALUE in at.values() and OTHER in at.values():
            return None
    while cells and roles and roles[-1] == REMARK and len(cells) >= len(roles):
        cells, roles = cells[: len(roles) - 1], roles[:-1]
    roles = [role for role in roles if role != REMARK] or [VALUE]
    if roles.count(VALUE) != 1:
        return None
    if len(cells) == len(roles) and (
        len(roles) == 1 or all(cell.token.explicit or is_value(cell.text) for cell in cells)
    ):
        return cells[roles.index(VALUE)]
    filled = [cell for cell in cells if cell.text.strip()]
    if len(roles) == 1:
        if len(filled) == 1:
            return filled[0]
        if cells and not filled:
            return cells[0]
    return None


def _roles(header: Sequence[_Piece], year: int | None) -> list[str]:
    """The columns of numbers behind a label, as the header has them; empty where it has none."""
    kinds = _kinds(header, year)
    if kinds.count(LABEL) > 1:
        kinds = kinds[: kinds.index(LABEL, kinds.index(LABEL) + 1)]
    return [kind for kind in kinds if kind in (VALUE, OTHER, REMARK)]


def _kinds(header: Sequence[_Piece], year: int | None) -> list[str]:
    kinds = [_header_kind(piece.text) or OTHER for piece in header]
    for index, piece in enumerate(header):
        if stated := re.fullmatch(r"(20\d\d)年度?(?:统计数|数据|数量|数)?", plain(piece.text)):
            kinds[index] = VALUE if year in (None, int(stated.group(1))) else OTHER
    return kinds


def _numbers(entry: _Entry) -> list[_Piece]:
    return [cell for cell in entry.cells if cell.text.strip() and is_value(cell.text)]


def _is_value_before(entry: _Entry, cell: _Piece) -> bool:
    return any(
        _header_kind(piece.text) == VALUE and piece.token.column == cell.token.column and cell.token.layout == GRID
        for piece in entry.header
    )


def _unit(entry: _Entry, value: _Piece) -> str | None:
    """The unit printed in the unit cell, the label or the value; empty where there is none, None where they contradict each other."""
    printed = [plain(cell.text).strip("()") for cell in entry.cells if _is_unit(cell.text)]
    names = (*load_vocabulary().money_units, *load_vocabulary().count_units)
    in_label = re.findall(r"[(:](?:单位:?)?([^()\d:]{1,3})[)]", plain(entry.label))
    printed += [name for name in in_label if name in names]
    behind = re.fullmatch(r"[\d,.]+([^\d,.()]{1,3})", plain(value.text))
    printed += [behind.group(1)] if behind and behind.group(1) in names else []
    money = {money_unit(unit) or unit for unit in printed if _is_money(unit)}
    counts = {unit for unit in printed if not _is_money(unit)}
    if len(money) > 1 or len(counts) > 1 or (money and counts):
        return None
    return printed[0] if printed else ""


def _is_money(unit: str) -> bool:
    return unit in load_vocabulary().money_units


@cache
def _units() -> frozenset[str]:
    words = load_vocabulary()
    return frozenset((*words.count_units, *words.money_units))


@lru_cache(maxsize=65536)
def _is_unit(text: str) -> bool:
    return plain(text).strip("()").removeprefix("单位:") in _units()


@cache
def _labels() -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for index, line in enumerate(load_indicator_form().lines):
        for text in (line.label, *line.aliases):
            core = label_core(text)
            if index not in found.get(core, ()):
                found[core] = (*found.get(core, ()), index)
    return found


@cache
def _kinds_of_headers() -> dict[str, str]:
    return {label_core(word): kind for kind, words in load_indicator_form().headers.items() for word in words}


@lru_cache(maxsize=65536)
def _header_kind(text: str) -> str | None:
    if len(text) > LONGEST_LOCAL_LABEL:
        return None
    if re.fullmatch(r"20\d\d年度?(?:统计数|数据|数量|数)?", plain(text)):
        return VALUE
    return _kinds_of_headers().get(label_core(text))


@lru_cache(maxsize=65536)
def _lines_of(text: str) -> tuple[int, ...]:
    """The lines of the form whose label a text is, numbering, explanations, unit and 其中 aside."""
    if len(text) > 3 * LONGEST_CAPTION or is_limited(text):
        return ()
    core = re.sub(r"^\d{1,2}(?=\D)", "", label_core(text)).removeprefix(OF_WHICH)
    core = re.sub(r"^\d{1,2}(?=\D)", "", core)
    if not core:
        return ()
    if found := _labels().get(core):
        return found
    for index, line in enumerate(load_indicator_form().lines):
        note = label_core(line.note)
        if note and core == label_core(line.label) + note:
            return (index,)
    bare = next((core.removesuffix(unit) for unit in _units() if core.endswith(unit)), core)
    return _labels().get(bare, ()) if len(bare) >= SHORTEST_LENGTHENED - 1 else ()


def _joinable(pieces: Sequence[_Piece], index: int) -> int:
    """How many pieces from an index on can be one label broken over words or lines."""
    if pieces[index].token.explicit:
        return 1
    count = 0
    for piece in pieces[index : index + MOST_PIECES_OF_A_LABEL]:
        if piece.token.kind != CELL or piece.token.explicit or is_value(piece.text) or _is_unit(piece.text):
            break
        count += 1
    return max(count, 1)


def _glued(piece: _Piece) -> list[_Piece]:
    """Part 收到申请数：5件 and the like into label and value; empty where it is nothing of the kind."""
    match = re.fullmatch(r"(.*?[^\d.,:：、])[:：]?([\d,，]+(?:\.\d+)?)(\D{0,2})", piece.text)
    if not match or not _lines_of(match.group(1)) or (match.group(3) and not _is_unit(match.group(3))):
        return []
    return [_Piece(match.group(1), piece.token), _Piece(match.group(2) + match.group(3), piece.token)]


def _consume(found: Indicators, entry: _Entry) -> None:
    for token in (entry.token, *(cell.token for cell in entry.cells)):
        if token.lines[0]:
            found.consumed.update(range(token.lines[0], token.lines[1] + 1))


def _local(entry: _Entry) -> list[Issue]:
    if not _numbers(entry):
        return []
    return [Issue("local_line", entry.token.place, f"{_one_line(entry.label)}: {_printed(entry)}")]


def _printed(entry: _Entry) -> str:
    return " | ".join(_one_line(cell.text) for cell in entry.cells)


def _not_placed(entry: _Entry) -> Issue:
    return Issue("values_not_placed", entry.token.place, f"{_one_line(entry.label)}: {_printed(entry)}")


def _problem(key: tuple[str, str], note: str | None, cell: _Piece) -> Issue:
    return Issue(note or "", cell.token.place, f"{key[0]}: {' / '.join(cell.text.split())}")


def _one_line(text: str) -> str:
    return " ".join(text.split())
