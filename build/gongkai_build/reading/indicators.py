"""The stream of cells against form 2014: a label, perhaps its unit, and one number."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from gongkai_build.forms.indicators import IndicatorForm
from gongkai_build.reading.fold import label_core
from gongkai_build.reading.indicator_cells import cell_of_year, is_value_before, numbers_of, roles_of, unit_of
from gongkai_build.reading.indicator_labels import is_money, is_unit
from gongkai_build.reading.indicator_walk import Entry, Piece, Walk, pieces_of
from gongkai_build.reading.place import Figure, Issue
from gongkai_build.reading.tokens import Token
from gongkai_build.reading.values import REPORTED, UNCLEAR, is_value, money_unit, read_value

FEWEST_WITH_UNIT = 3


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
    walk = Walk()
    walk.read(pieces_of(tokens))
    return _settle(walk, year)


def _settle(walk: Walk, year: int | None) -> Indicators:
    found = Indicators()
    form = walk.form
    entries = [entry for entry in walk.entries if entry.lines and _bears_figure(form, entry)]
    several = sum(len(numbers_of(entry)) > 1 for entry in entries)
    # One row with two numbers is a slip of its own; several are a second column, whatever the header says of it.
    columns_unknown = several > 1 and not any(roles_of(entry.header, year) for entry in entries)
    displaced = {id(entry) for before, entry in pairwise(walk.entries) if _takes_what_follows(before, entry)}
    displaced |= {id(entry) for entry in (*_without_their_unit(entries), *_out_of_order(entries))}
    issues: list[Issue] = []
    figures: dict[tuple[str, str], Figure] = {}
    labels: dict[tuple[str, str], str] = {}
    open_lines: list[tuple[int, Entry]] = []
    for entry in walk.entries:
        if not entry.lines:
            issues += _local(entry)
            continue
        if year and entry.year not in (None, year):
            if entry in entries:
                issues.append(
                    Issue("other_year", entry.token.place, f"{one_line(entry.label)}: under a caption of {entry.year}")
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


def _takes_what_follows(before: Entry, entry: Entry) -> bool:
    """Tell whether a label came to stand between the unit and the number of the label before it: neither's number is known then."""
    units = [[cell for cell in each.cells if is_unit(cell.text)] for each in (before, entry)]
    return not entry.token.explicit and len(units[0]) == len(before.cells) == 1 and bool(entry.cells) and not units[1]


def _without_their_unit(entries: Sequence[Entry]) -> list[Entry]:
    """Return the labels that lost their unit where lines alone part the cells and others have one: lines are missing, perhaps the label whose number this is."""
    lines = [entry for entry in entries if entry.cells and not entry.token.explicit]
    bare = [entry for entry in lines if not unit_of(entry, entry.cells[0])]
    return bare if len(lines) - len(bare) >= FEWEST_WITH_UNIT else []


def _out_of_order(entries: Sequence[Entry]) -> list[Entry]:
    """Return the labels around which the form's order is broken where lines alone part the cells: one of them was moved, and its number was not.

    A second table begins again with the first line.
    """
    first = min((entry.lines[0] for entry in entries), default=0)
    broken = (
        (before, entry)
        for before, entry in pairwise(entries)
        if first < entry.lines[0] < before.lines[0] and not entry.token.explicit
    )
    return [entry for pair in broken for entry in pair]


def _bears_figure(form: IndicatorForm, entry: Entry) -> bool:
    """Tell whether an entry is an indicator with anything behind it; headings are printed without."""
    return all(form.lines[line].item for line in entry.lines) and bool(
        entry.cells or any(is_value(cell.text) for cell in entry.before if is_value_before(entry, cell))
    )


def _figure(
    form: IndicatorForm, entry: Entry, key: tuple[str, str], year: int | None, *, unplaced: bool
) -> tuple[Figure | None, Issue | None]:
    cell = None if unplaced else cell_of_year(entry, year)
    if cell is None:
        return Figure(*key, None, UNCLEAR, _printed(entry), entry.token.place), _not_placed(entry)
    place = cell.token.place
    money = form.lines[entry.lines[0]].unit == "万元"
    unit = unit_of(entry, cell)
    if unit is None or (unit and money != is_money(unit)):
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


def _consume(found: Indicators, entry: Entry) -> None:
    for token in (entry.token, *(cell.token for cell in entry.cells)):
        if token.lines[0]:
            found.consumed.update(range(token.lines[0], token.lines[1] + 1))


def _local(entry: Entry) -> list[Issue]:
    if not numbers_of(entry):
        return []
    return [Issue("local_line", entry.token.place, f"{one_line(entry.label)}: {_printed(entry)}")]


def _printed(entry: Entry) -> str:
    return " | ".join(one_line(cell.text) for cell in entry.cells)


def _not_placed(entry: Entry) -> Issue:
    return Issue("values_not_placed", entry.token.place, f"{one_line(entry.label)}: {_printed(entry)}")


def _problem(key: tuple[str, str], note: str | None, cell: Piece) -> Issue:
    return Issue(note or "", cell.token.place, f"{key[0]}: {' / '.join(cell.text.split())}")


def one_line(text: str) -> str:
    return " ".join(text.split())
