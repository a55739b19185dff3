"""Charts as plain SVG, drawn on the server: no script, and each mark says what it stands for. What is unknown is a gap, never a zero.

Coordinates are in the units of the SVG; colours come from the style sheet by the number of the series.
"""

import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 720, 300
RIGHT, TOP, BOTTOM = 12, 12, 42
CHARACTER, MARGIN = 12.0, 14.0
"""Width of a digit of the axis, as it is set on a narrow screen, and what is left beside its numbers."""
BAR, BAR_GAP, BAR_LABEL = 20, 6, 200
TICKS = 5
MOST_BARS = 20
LABEL_COLUMNS = 28
"""Width of the label of a bar that fits, a Chinese character counted as two."""
DIGITS = 4
"""Digits that are told of a value that is no whole number: with these the steps of every axis differ."""

Value = int | float | None


@dataclass(frozen=True)
class Tick:
    """A value on an axis, where it stands, and how it is written."""

    at: float
    text: str

    @property
    def short(self) -> str:
        """As much of the text as stands beside a bar: its beginning and its end, where names that begin alike differ."""
        widths = [2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in self.text]
        if sum(widths) <= LABEL_COLUMNS:
            return self.text
        half = LABEL_COLUMNS // 2 - 1
        first = sum(sum(widths[: index + 1]) <= half for index in range(len(widths)))
        last = sum(sum(widths[index:]) <= half for index in range(len(widths)))
        return f"{self.text[:first].rstrip()}…{self.text[len(self.text) - last :].lstrip()}"


@dataclass(frozen=True)
class Mark:
    """A point (`r`) or a bar (`width`, `height`), its series and what it stands for."""

    x: float
    y: float
    series: int
    label: str
    width: float = 0
    height: float = 0


@dataclass(frozen=True)
class Chart:
    """Everything that the template draws."""

    kind: str
    """`lines`, `columns` or `bars`."""
    width: float
    height: float
    left: float
    bottom: float
    values: tuple[Tick, ...]
    """The axis of values."""
    places: tuple[Tick, ...]
    """The axis of years, or the labels of bars."""
    marks: tuple[Mark, ...]
    paths: tuple[tuple[int, str], ...] = ()
    """Lines between known points, by series."""
    names: tuple[str, ...] = ()
    """Names of the series, in their order."""
    unknown: int = 0
    """How many values there would be that are not known."""
    breaks: tuple[float, ...] = ()
    """Where, across, what stands on the left is not comparable with what stands on the right."""
    top: float = TOP
    of: int = 0
    """How many bars there would be, where not all are drawn."""


@dataclass(frozen=True)
class Series:
    """Values by place (a year, or the label of a bar)."""

    name: str
    values: dict[str, Value] = field(default_factory=dict)
    breaks: frozenset[str] = frozenset()
    """Years whose value is not comparable with the one before."""


def lines(series: Sequence[Series]) -> Chart | None:
    """Lines over years; a year without a value breaks its line. None when nothing is known."""
    years = _years(series)
    top = _top(value for one in series for value in one.values.values())
    if top is None:
        return None
    floor = min(0.0, *(value for one in series for value in one.values.values() if value is not None))
    low = -_nice(-floor) if floor < 0 else 0.0
    left = _left(low, top)
    across = {year: left + (index + 0.5) * (WIDTH - left - RIGHT) / len(years) for index, year in enumerate(years)}

    def up(value: float) -> float:
        return round(HEIGHT - BOTTOM - (value - low) / (top - low) * (HEIGHT - TOP - BOTTOM), 1)

    marks, paths = [], []
    for number, one in enumerate(series):
        run: list[str] = []
        for year in [*years, ""]:
            value = one.values.get(year)
            if value is None or year in one.breaks:
                if len(run) > 1:
                    paths.append((number, "M" + "L".join(run)))
                run = []
            if value is None:
                continue
            x, y = round(across[year], 1), up(value)
            run.append(f"{x} {y}")
            marks.append(Mark(x, y, number, f"{one.name} {year}: {said(value)}"))
    return Chart(
        "lines", WIDTH, HEIGHT, left, HEIGHT - BOTTOM,
        values=tuple(Tick(up(value), said(value)) for value in _steps(low, top)),
        places=tuple(Tick(round(at, 1), year) for year, at in across.items()),
        marks=tuple(marks), paths=tuple(paths), names=tuple(one.name for one in series), unknown=_unknown(series, years),
        breaks=_breaks(series, years, left),
    )  # fmt: skip


def columns(series: Sequence[Series]) -> Chart | None:
    """Columns over years, the series stacked. None when nothing is known."""
    years = _years(series)
    top = _top(sum(one.values.get(year) or 0 for one in series) for year in years) if _any_known(series) else None
    if top is None:
        return None
    left = _left(0, top)
    step = (WIDTH - left - RIGHT) / len(years)
    scale = (HEIGHT - TOP - BOTTOM) / top
    marks = []
    for index, year in enumerate(years):
        base = float(HEIGHT - BOTTOM)
        for number, one in enumerate(series):
            value = one.values.get(year)
            if value is None or value <= 0:
                continue
            base -= value * scale
            marks.append(
                Mark(
                    round(left + index * step + step * 0.15, 1), round(base, 1), number,
                    f"{one.name} {year}: {said(value)}", round(step * 0.7, 1), round(value * scale, 1),
                )
            )  # fmt: skip
    return Chart(
        "columns", WIDTH, HEIGHT, left, HEIGHT - BOTTOM,
        values=tuple(Tick(round(HEIGHT - BOTTOM - value * scale, 1), said(value)) for value in _steps(0, top)),
        places=tuple(Tick(round(left + (index + 0.5) * step, 1), year) for index, year in enumerate(years)),
        marks=tuple(marks), names=tuple(one.name for one in series), unknown=_unknown(series, years),
        breaks=_breaks(series, years, left),
    )  # fmt: skip


def bars(series: Sequence[Series]) -> Chart | None:
    """Bars, one below the other, the series stacked; the first MOST_BARS places in the order given. None when nothing is known."""
    wanted = list(dict.fromkeys(place for one in series for place in one.values))
    known = [place for place in wanted if any(one.values.get(place) is not None for one in series)]
    places = known[:MOST_BARS]
    top = _top(sum(one.values.get(place) or 0 for one in series) for place in places) if places else None
    if top is None:
        return None
    height = len(places) * (BAR + BAR_GAP) + BOTTOM
    scale = (WIDTH - BAR_LABEL - RIGHT - 40) / top
    marks = []
    for index, place in enumerate(places):
        start = float(BAR_LABEL)
        for number, one in enumerate(series):
            value = one.values.get(place)
            if value is None or value <= 0:
                continue
            label = f"{place} · {one.name}: {said(value)}"
            marks.append(
                Mark(round(start, 1), index * (BAR + BAR_GAP), number, label, round(max(value * scale, 0.5), 1), BAR)
            )
            start += value * scale
    return Chart(
        "bars", WIDTH, height, BAR_LABEL, height - BOTTOM,
        values=tuple(Tick(round(BAR_LABEL + value * scale, 1), said(value)) for value in _steps(0, top)),
        places=tuple(Tick(index * (BAR + BAR_GAP) + BAR * 0.7, place) for index, place in enumerate(places)),
        marks=tuple(marks), names=tuple(one.name for one in series), unknown=_unknown(series, wanted),
        of=len(known) if len(known) > len(places) else 0,
    )  # fmt: skip


def said(value: float) -> str:
    """A value with thousands apart and no more digits than it has; small ones have as many places as it takes to tell them from nothing."""
    if value == int(value):
        return f"{value:,.0f}"
    places = max(2, DIGITS - 1 - math.floor(math.log10(abs(value))))
    return f"{value:,.{places}f}".rstrip("0").rstrip(".")


def _years(series: Iterable[Series]) -> list[str]:
    """All years from the first to the last, so that one that is missing is seen to be missing."""
    found = [int(year) for one in series for year in one.values]
    return [str(year) for year in range(min(found), max(found) + 1)] if found else []


def _left(low: float, top: float) -> float:
    """Where the axis of values ends on the left: its numbers are as wide as the longest of them."""
    return MARGIN + CHARACTER * max(len(said(value)) for value in _steps(low, top))


def _breaks(series: Iterable[Series], years: Sequence[str], left: float) -> tuple[float, ...]:
    step = (WIDTH - left - RIGHT) / max(1, len(years))
    found = {year for one in series for year in one.breaks}
    return tuple(round(left + index * step, 1) for index, year in enumerate(years) if year in found and index)


def _any_known(series: Iterable[Series]) -> bool:
    return any(value is not None for one in series for value in one.values.values())


def _top(values: Iterable[Value]) -> float | None:
    """The end of an axis that holds the values; None where there are none."""
    known = [value for value in values if value is not None]
    return _nice(max(known)) if known else None


def _nice(value: float) -> float:
    """The least of 1, 2, 2.5, 5, 10 times a power of ten that is not below the value; 1 for nothing."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(float(step * power) for step in (1, 2, 2.5, 5, 10) if step * power >= value)


def _steps(low: float, top: float) -> list[float]:
    # To as many places as the axis needs, without the last digits of floating point.
    places = max(0, DIGITS - math.floor(math.log10(top - low)))
    return [round(low + (top - low) * index / (TICKS - 1), places) for index in range(TICKS)]


def _unknown(series: Iterable[Series], places: Iterable[str]) -> int:
    """How many values are stated to be unknown; a year without any report is none of them."""
    wanted = list(places)
    return sum(one.values.get(place, 0) is None for one in series for place in wanted)
