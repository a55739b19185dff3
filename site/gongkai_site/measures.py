"""What is followed over the years (`measures.yml`), and the values of an agency or of a group of agencies.

A value is never made of a part: a sum of which one part is unknown is unknown. A sum over several reports says how many of them state the figure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from gongkai_site.form import Label, make_cell

Record = Mapping[str, Any]
Forms = Mapping[int, tuple[str, ...]]
"""The forms that the reports of a year follow, the one that most of them do first."""
DEFINITION = Path(__file__).with_name("measures.yml")
TOTAL, ALL = "total", "all"


@dataclass(frozen=True)
class Measure:
    """Something that is followed over the years."""

    item: str
    party: str
    parts: tuple[str, ...]
    level: int
    drawn: bool
    compare: bool
    named_after_party: bool
    alike: tuple[frozenset[str], ...]
    why: Label | None
    """Why its figures are not comparable across forms."""

    @property
    def key(self) -> str:
        """The name under which an address names it."""
        return f"{self.item}.{self.party}" if self.named_after_party else self.item

    @property
    def column(self) -> str:
        """The column of the table `totals` that would hold it."""
        name = self.item.removeprefix("requests.").replace(".", "_")
        return f"{name}_{self.party}" if self.named_after_party else name

    def comparable(self, *forms: str) -> bool:
        """Whether its figures on these forms mean the same."""
        return len(set(forms)) < 2 or not self.alike or any(set(forms) <= group for group in self.alike)


@dataclass(frozen=True)
class Section:
    """Measures that are shown together."""

    id: str
    title: Label
    chart: str
    """`lines`, or `columns` where the measures add up to something."""
    measures: tuple[Measure, ...]


@dataclass(frozen=True)
class Value:
    """What a report, or several of the same year, say of a measure."""

    state: str
    """`value`, `zero`, `blank`, `unclear`, `not_printed`, or `partial`: a sum of which a part is unknown."""
    value: int | float | None = None
    report_id: str | None = None
    """The report, where there is one and its document shows the figure."""
    known: int = 1
    reports: int = 1
    """How many reports there are, and how many of them state the figure."""


@dataclass(frozen=True)
class Line:
    """A measure, its name, and its values by year."""

    measure: Measure
    name: Label
    values: Mapping[int, Value]
    breaks: frozenset[int]
    """Years whose figures are not comparable with those of the last report before."""


@dataclass(frozen=True)
class Shown:
    """A section with its lines, those left out of which no report says anything."""

    section: Section
    lines: tuple[Line, ...]

    @property
    def reasons(self) -> list[Label]:
        """What to know of its lines: why they break, or why one stops where another begins."""
        told = (line.measure.why for line in self.lines if line.breaks or not line.measure.alike)
        return list(dict.fromkeys(reason for reason in told if reason))


@cache
def load_sections() -> tuple[Section, ...]:
    """Read `measures.yml`."""
    data = yaml.safe_load(DEFINITION.read_text(encoding="utf-8"))
    reasons = {name: Label(**text) for name, text in data["reasons"].items()}
    return tuple(
        Section(
            id=section["id"],
            title=Label(**section["title"]),
            chart=section["chart"],
            measures=tuple(_measure(entry, reasons) for entry in section["measures"]),
        )
        for section in data["sections"]
    )


def _measure(entry: dict[str, Any], reasons: Mapping[str, Label]) -> Measure:
    item = entry["item"]
    return Measure(
        item=item,
        party=entry.get("party") or (TOTAL if item.startswith("requests.") else ALL),
        parts=tuple(entry.get("parts", ())),
        level=entry.get("level", 0),
        drawn=entry.get("drawn", False),
        compare=entry.get("compare", False),
        named_after_party="party" in entry,
        alike=tuple(map(frozenset, entry.get("alike", ()))),
        why=reasons[entry["why"]] if "why" in entry else None,
    )


def of_agency(forms: Mapping[int, str], figures: Sequence[Record], items: Mapping[str, Record]) -> tuple[Shown, ...]:
    """Return what the reports of one agency say.

    Args:
        forms: the form of its report, by year.
        figures: rows of `figures` with the `year` of their report.
        items: rows of `items` by item_id.
    """
    found = {(row["year"], row["item_id"], row["party"]): row for row in figures}

    def value(measure: Measure, year: int) -> Value:
        own = found.get((year, measure.item, measure.party))
        if own or not measure.parts:
            cell = make_cell(items[measure.item], own)
            return Value(cell.state, cell.value, own["report_id"] if own and own["place"] else None)
        return _added([found.get((year, part, measure.party)) for part in measure.parts])

    return _shown({year: (form,) for year, form in forms.items()}, value, items)


def forms_of(rows: Iterable[Record]) -> dict[int, tuple[str, ...]]:
    """Return the forms of each year, from the number of `reports` for each year and form."""
    years: dict[int, dict[str, int]] = {}
    for row in rows:
        reports = years.setdefault(row["year"], {})
        reports[row["form"]] = reports.get(row["form"], 0) + row["reports"]
    return {year: tuple(sorted(forms, key=lambda form: (-forms[form], form))) for year, forms in sorted(years.items())}


def of_group(rows: Sequence[Record], items: Mapping[str, Record]) -> tuple[Shown, ...]:
    """Return the sums over the reports of several agencies.

    Args:
        rows: for each year and form the number of `reports` and, for each column of `totals`, its sum and, as `known_…`, how many reports have it.
        items: rows of `items` by item_id.
    """
    years: dict[int, list[Record]] = {}
    for row in rows:
        years.setdefault(row["year"], []).append(row)
    forms = forms_of(rows)
    columns = frozenset(rows[0].keys()) if rows else frozenset()

    def value(measure: Measure, year: int) -> Value:
        if measure.column not in columns:
            return Value("not_printed", known=0)
        # Figures that are not comparable are not added: those on the form that most reports of the year follow stand for it.
        group = [row for row in years[year] if measure.comparable(row["form"], forms[year][0])]
        reports = sum(row["reports"] for row in years[year])
        known = sum(row[f"known_{measure.column}"] for row in group)
        total = sum(row[measure.column] or 0 for row in group)
        if not known:
            return Value("not_printed", known=0, reports=reports)
        return Value("value" if total else "zero", total, known=known, reports=reports)

    return _shown(forms, value, items)


def _added(parts: Iterable[Record | None]) -> Value:
    """Add the parts up; where one of them is unknown, so is the sum."""
    rows = list(parts)
    if not any(rows):
        return Value("not_printed")
    values = [row["value"] for row in rows if row and row["value"] is not None]
    if len(values) < len(rows):
        return Value("partial")
    return Value("value" if sum(values) else "zero", sum(values))


def _shown(forms: Forms, value: Any, items: Mapping[str, Record]) -> tuple[Shown, ...]:
    shown = []
    for section in load_sections():
        lines = []
        for measure in section.measures:
            values: dict[int, Value] = {year: value(measure, year) for year in sorted(forms)}
            if any(one.state != "not_printed" for one in values.values()):
                lines.append(Line(measure, _name(measure, items), values, _breaks(measure, values, forms)))
        if lines:
            shown.append(Shown(section, tuple(lines)))
    return tuple(shown)


def _name(measure: Measure, items: Mapping[str, Record]) -> Label:
    item = items[measure.item]
    return Label(item["name_zh"], item["name_en"])


def _breaks(measure: Measure, values: Mapping[int, Value], forms: Forms) -> frozenset[int]:
    """A year of several forms is one of a break unless what is counted is the same on all of them."""
    years = [year for year, value in values.items() if value.state != "not_printed"]
    return frozenset(year for before, year in pairwise(years) if not measure.comparable(*forms[before], *forms[year]))
