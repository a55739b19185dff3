"""A report's figures laid out as its statutory form prints them: sections 2, 3 and 4, or the table of 2014.

The lines come from the table form_lines, names from items, cells from figures. What is blank, unclear, zero or not
printed at all stays apart.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

Record = Mapping[str, Any]
Place = tuple[str, str]
"""An item and a party."""

BETWEEN = "·"
"""Parts the headings above a line of form 2014."""
DEFINITION = Path(__file__).with_name("form.yml")


@dataclass(frozen=True)
class Label:
    """A printed label and its English."""

    zh: str
    en: str = ""


@dataclass(frozen=True)
class Cell:
    """A cell of the form."""

    state: str
    """`value`, `zero`, `blank`, `unclear` or `not_printed`."""
    value: int | float | None = None
    unit: str | None = None
    raw: str | None = None
    place: str | None = None
    corrected: bool = False
    signed: bool = False
    item_id: str = ""
    party: str = ""
    failed: tuple[int, ...] = ()
    """Numbers of the failed checks that concern it, as listed on the page."""

    @property
    def text(self) -> str:
        """The value with thousands apart and a sign where the form prints one; empty where there is none."""
        if self.value is None:
            return ""
        return f"{self.value:+,}" if self.signed else f"{self.value:,}"


@dataclass(frozen=True)
class Row:
    """A row of labels and cells; one without cells is a heading for the rows below it."""

    label: Label
    number: str = ""
    level: int = 0
    cells: tuple[Cell, ...] = ()
    unit: str = ""
    """As the form prints it."""


@dataclass(frozen=True)
class Block:
    """A small table of section 2."""

    heading: Label
    columns: tuple[Label, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Route:
    """Five cells of section 4, with their outcomes."""

    label: Label
    group: Label | None
    outcomes: tuple[Label, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Layout:
    """Everything of a report that its form has a place for, and the figures for which it has none."""

    disclosures: tuple[Block, ...] = ()
    requests: tuple[Row, ...] = ()
    remedies: tuple[Route, ...] = ()
    indicators: tuple[Row, ...] = ()
    """The table of form 2014: one list of indicators."""
    shown: frozenset[Place] = frozenset()


@dataclass(frozen=True)
class _Sources:
    """What a layout is made of."""

    items: Mapping[str, Record]
    figures: Mapping[Place, Record]
    failed: Mapping[Place, tuple[int, ...]] = field(default_factory=dict)

    def cell(self, item_id: str, party: str) -> Cell:
        return make_cell(self.items[item_id], self.figures.get((item_id, party)), self.failed.get((item_id, party), ()))

    def name(self, item_id: str) -> Label:
        item = self.items[item_id]
        return Label(item["name_zh"], item["name_en"])


@cache
def definition() -> Any:
    """Read what the site must know of the forms."""
    return yaml.safe_load(DEFINITION.read_text(encoding="utf-8"))


def make_cell(item: Record, figure: Record | None, failed: tuple[int, ...] = ()) -> Cell:
    """Turn a figure into a cell; None is a cell that the report does not print."""
    if figure is None:
        return Cell("not_printed", failed=failed)
    value, status = figure["value"], figure["status"]
    state = status if value is None else ("value" if value else "zero")
    return Cell(
        state=state,
        value=value,
        unit=item["unit"],
        raw=figure["raw"],
        place=figure["place"],
        corrected=status == "corrected",
        signed=item["item_id"].rpartition(".")[2] in definition()["signed"],
        item_id=item["item_id"],
        party=figure["party"],
        failed=failed,
    )


def concerned(checks: Iterable[Record], places: Iterable[Place]) -> dict[Place, tuple[int, ...]]:
    """Return, for each place, the numbers (from 1) of the checks that concern it."""
    places = list(places)
    found: dict[Place, tuple[int, ...]] = {}
    for number, check in enumerate(checks, 1):
        items = check["concerns"].split()
        for item_id, party in places:
            if check["party"] in (party, "all") and item_id in items:
                found[item_id, party] = (*found.get((item_id, party), ()), number)
    return found


def lay_out(
    form: str,
    lines: Sequence[Record],
    items: Mapping[str, Record],
    figures: Mapping[Place, Record],
    checks: Sequence[Record],
) -> Layout:
    """Lay out a report.

    Args:
        form: the report's form.
        lines: its rows of form_lines, in the order of position.
        items: rows of items by item_id.
        figures: the report's figures by item and party.
        checks: the failed checks, in the order in which they are listed on the page.
    """
    if not lines:
        return Layout()
    if form in definition()["indicators"]:
        return _indicators(lines, items, figures, checks)
    parties: list[str] = definition()["parties"]
    section = {number: [line for line in lines if line["section"] == number] for number in (2, 3, 4)}
    places = [(line["item_id"], "all") for line in section[2] + section[4]]
    places += [(line["item_id"], party) for line in section[3] for party in parties]
    sources = _Sources(items, figures, concerned(checks, places))
    return Layout(
        disclosures=tuple(_disclosures(section[2], sources)),
        requests=tuple(_requests(section[3], sources, parties)),
        remedies=tuple(_remedies(section[4], sources)),
        shown=frozenset(places),
    )


def _indicators(
    lines: Sequence[Record], items: Mapping[str, Record], figures: Mapping[Place, Record], checks: Sequence[Record]
) -> Layout:
    """The lines one below the other, each under what stands above it; requests are counted over all applicants."""
    places = [(line["item_id"], "total" if line["item_id"].startswith("requests.") else "all") for line in lines]
    sources = _Sources(items, figures, concerned(checks, places))
    rows: list[Row] = []
    begun: list[str] = []
    for line, place in zip(lines, places, strict=True):
        above = line["block"].split(BETWEEN) if line["block"] else []
        for level, heading in enumerate(above):
            if begun[level : level + 1] != [heading]:
                rows.append(Row(Label(heading, definition()["blocks"].get(heading, "")), level=level))
                begun[level:] = [heading]
        begun[len(above) :] = [line["row_label"]]
        label = Label(line["row_label"], items[line["item_id"]]["name_en"])
        rows.append(Row(label, level=len(above), cells=(sources.cell(*place),), unit=line["column_label"] or ""))
    return Layout(indicators=tuple(rows), shown=frozenset(places))


def _disclosures(lines: Sequence[Record], sources: _Sources) -> Iterable[Block]:
    for heading, group in groupby(lines, key=lambda line: line["block"]):
        members = list(group)
        columns = {line["column_label"]: _measure(line, sources) for line in members}
        rows = []
        for subject, row in groupby(members, key=lambda line: line["item_id"].rpartition(".")[0]):
            cells = {line["column_label"]: (line, sources.cell(line["item_id"], "all")) for line in row}
            if all(line["standing"] == "local" and cell.state == "not_printed" for line, cell in cells.values()):
                continue
            label = Label(next(iter(cells.values()))[0]["row_label"], sources.name(subject).en)
            rows.append(Row(label, cells=tuple(cells[column][1] for column in columns)))
        yield Block(Label(heading, definition()["blocks"].get(heading, "")), tuple(columns.values()), tuple(rows))


def _requests(lines: Sequence[Record], sources: _Sources, parties: list[str]) -> Iterable[Row]:
    """Number the rows as the form does (一、 （一） 1.) and put a heading above each group."""
    outside: list[str] = definition()["outside_outcomes"]
    numerals: str = definition()["numerals"]
    first = second = third = 0
    group: str | None = None
    for line in lines:
        item_id = line["item_id"]
        parent = sources.items[item_id]["parent_id"]
        cells = tuple(sources.cell(item_id, party) for party in parties)
        label = Label(line["row_label"], sources.items[item_id]["name_en"])
        if item_id in outside:
            first, second, group = first + 1, 0, None
            yield Row(label, f"{numerals[first - 1]}、", 0, cells)
            continue
        if not second:
            first += 1
            yield Row(Label(**definition()["outcomes"]), f"{numerals[first - 1]}、", 0)
        if sources.items[parent]["parent_id"] is None:
            second, group = second + 1, None
            yield Row(label, f"（{numerals[second - 1]}）", 1, cells)
            continue
        if parent != group:
            second, third, group = second + 1, 0, parent
            yield Row(sources.name(parent), f"（{numerals[second - 1]}）", 1)
        third += 1
        yield Row(label, f"{third}.", 2, cells)


def _remedies(lines: Sequence[Record], sources: _Sources) -> Iterable[Route]:
    for route, group in groupby(lines, key=lambda line: line["item_id"].rpartition(".")[0]):
        members = list(group)
        above = sources.items[route]["parent_id"]
        yield Route(
            label=sources.name(route),
            group=sources.name(above) if above else None,
            outcomes=tuple(_measure(line, sources) for line in members),
            cells=tuple(sources.cell(line["item_id"], "all") for line in members),
        )


def _measure(line: Record, sources: _Sources) -> Label:
    """A column's printed label and the part of the item's English name that tells the column."""
    return Label(line["column_label"], sources.items[line["item_id"]]["name_en"].partition(": ")[2].capitalize())
