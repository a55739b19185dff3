"""Administrative divisions of GB/T 2260 with their history, found by code or by the names they bore in a year."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from gongkai_build.register.errors import RegisterError
from gongkai_build.register.names import NameRules, load_name_rules, short_forms, stem

TABLE = Path(__file__).with_name("regions.csv")
NATION = "100000"
COLUMNS = ["code", "name", "level", "parent_code", "valid_from", "valid_to", "since"]
LEVELS = ("national", "province", "prefecture", "county")
FICTIONAL = re.compile(r"99\d{4}")


def how_to_add(code: str) -> str:
    """Return what to do about a code that the register lacks, behind a word that it does."""
    if FICTIONAL.fullmatch(code):
        return "; codes 99xxxx are of fictional divisions: name the folder of their register with --register (that of the samples is samples/register)"
    return ""


@dataclass(frozen=True)
class Region:
    """A division under its latest name: a row of the table `regions`."""

    code: str
    name: str
    full_name: str
    former_names: tuple[str, ...]
    level: str
    parent_code: str | None
    valid_from: int
    valid_to: int | None


@dataclass(frozen=True)
class Interval:
    """A row of `regions.csv`: the years in which a code was listed under one name and one parent.

    `since` is the year from which the code has belonged to that same division: rows with another `since` are of another one.
    """

    code: str
    name: str
    level: str
    parent_code: str | None
    valid_from: int
    valid_to: int | None
    since: int

    def covers(self, year: int) -> bool:
        """Say whether the row holds in that year."""
        return self.valid_from <= year and (self.valid_to is None or year <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Naming:
    """A name in use for a division: its own (`full`), 临夏州 (`form`), or a bare 南昌 (`stem`)."""

    text: str
    kind: str
    interval: Interval
    above: tuple[Interval, ...]
    """The divisions above, from the nearest up, in the last year of the interval."""
    replaced: bool
    """The code has since been given to another division, so that no region stands for this one."""


@dataclass(frozen=True)
class Regions:
    """All divisions: by code, by the names in use, and with their history by code."""

    by_code: Mapping[str, Region]
    names: Mapping[str, tuple[Naming, ...]]
    history: Mapping[str, tuple[Interval, ...]]
    parents: Mapping[str, tuple[Interval, ...]]
    """Parent code → the intervals of the divisions below it."""
    rules: NameRules
    longest: int

    def ancestors(self, code: str) -> tuple[Region, ...]:
        """Return the regions above a code, from the nearest up; raises KeyError for an unknown code."""
        found = []
        parent = self.by_code[code].parent_code
        while parent is not None:
            found.append(self.by_code[parent])
            parent = self.by_code[parent].parent_code
        return tuple(found)

    def is_leaf(self, code: str, year: int) -> bool:
        """Say whether no division was listed below a code in that year or since: a county, or a city such as 东莞市."""
        return not any(below.valid_to is None or below.valid_to >= year for below in self.parents.get(code, ()))


def load_regions(overlay: Path | None = None) -> Regions:
    """Read the divisions of GB/T 2260 and, where given, an overlay of fictional ones.

    Args:
        overlay: a CSV file in the format of `regions.csv` that holds codes 99xxxx only.
    Raises:
        ValueError: a row is wrong; the text names file, line and fault.
    """
    rules = load_name_rules()
    intervals = list(_read(TABLE))
    if overlay is not None:
        intervals += _read_overlay(overlay, {interval.code for interval in intervals})
    history = {
        code: tuple(sorted(rows, key=lambda row: row.valid_from))
        for code, rows in groupby(sorted(intervals, key=lambda row: row.code), key=lambda row: row.code)
    }
    parents: dict[str, list[Interval]] = {}
    for interval in intervals:
        parents.setdefault(interval.parent_code or "", []).append(interval)
    names: dict[str, list[Naming]] = {}
    for rows in history.values():
        for naming in _namings(rows, history, rules):
            names.setdefault(naming.text, []).append(naming)
    return Regions(
        by_code={code: _region(rows, history) for code, rows in history.items()},
        names={text: tuple(namings) for text, namings in names.items()},
        history=history,
        parents={code: tuple(rows) for code, rows in parents.items()},
        rules=rules,
        longest=max(map(len, names)),
    )


def same_place(one: Interval, other: Interval, rules: NameRules) -> bool:
    """Say whether two rows speak of one place: under one code, or under one name before and after a change of code."""
    if one.code == other.code:
        return one.since == other.since
    if (one.code[:2], one.level) != (other.code[:2], other.level):
        return False
    earlier, later = sorted((one, other), key=lambda row: row.valid_from)
    # A province can hold two places of one name at the same time: 鼓楼区 in 南京市 and in 徐州市.
    if earlier.valid_to is None or earlier.valid_to >= later.valid_from:
        return False
    return stem(one.name, one.level, rules) == stem(other.name, other.level, rules)


def _region(rows: tuple[Interval, ...], history: Mapping[str, tuple[Interval, ...]]) -> Region:
    latest = rows[-1]
    own = [row for row in rows if row.since == latest.since]
    above = [row.name for row in _above(latest, history) if row.code != NATION]
    return Region(
        code=latest.code,
        name=latest.name,
        full_name="".join([*reversed(above), latest.name]),
        former_names=tuple(dict.fromkeys(row.name for row in own if row.name != latest.name)),
        level=latest.level,
        parent_code=latest.parent_code,
        valid_from=latest.since,
        valid_to=latest.valid_to,
    )


def _above(interval: Interval, history: Mapping[str, tuple[Interval, ...]]) -> tuple[Interval, ...]:
    """Return the rows of the divisions above, as they were in the last year of the interval."""
    found: list[Interval] = []
    parent = interval.parent_code
    while parent is not None:
        rows = history[parent]
        row = rows[-1]
        if interval.valid_to is not None:
            row = next((row for row in rows if row.covers(interval.valid_to)), rows[-1])
        found.append(row)
        parent = row.parent_code
    return tuple(found)


def _namings(
    rows: tuple[Interval, ...], history: Mapping[str, tuple[Interval, ...]], rules: NameRules
) -> Iterator[Naming]:
    """Yield every name under which a code is known. The nation is not named: its organs carry no region."""
    for interval in rows:
        if interval.code == NATION:
            continue
        above = _above(interval, history)
        replaced = interval.since != rows[-1].since
        customary = rules.short_names.get(interval.code, ())
        forms = dict.fromkeys([*short_forms(interval.name, interval.level, rules), *customary])
        yield Naming(interval.name, "full", interval, above, replaced)
        for form in forms:
            yield Naming(form, "form", interval, above, replaced)
        bare = stem(interval.name, interval.level, rules)
        if bare != interval.name and bare not in forms and bare not in rules.unclear_stems:
            yield Naming(bare, "stem", interval, above, replaced)


def _read_overlay(path: Path, taken: set[str]) -> list[Interval]:
    intervals = list(_read(path))
    known = taken | {interval.code for interval in intervals}
    # The header is line 1.
    for line, interval in enumerate(intervals, start=2):
        if not FICTIONAL.fullmatch(interval.code):
            raise RegisterError(
                f"{path}, line {line}: {interval.code} is no fictional code: an overlay may add codes 99xxxx only"
            )
        if interval.parent_code not in known:
            raise RegisterError(
                f"{path}, line {line}: parent {interval.parent_code} of {interval.code} is not a known code"
            )
    return intervals


def _read(path: Path) -> Iterable[Interval]:
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream)
        header = next(reader, [])
        if header != COLUMNS:
            raise RegisterError(f"{path}, line 1: the columns are {','.join(header)}, but must be {','.join(COLUMNS)}")
        for row in reader:
            try:
                yield _interval(row)
            except ValueError as error:
                raise RegisterError(f"{path}, line {reader.line_num}: {error}") from error


def _interval(row: list[str]) -> Interval:
    if len(row) != len(COLUMNS):
        raise RegisterError(f"{len(row)} columns, but {len(COLUMNS)} are needed")
    code, name, level, parent_code, valid_from, valid_to, since = row
    if len(code) != 6 or not code.isascii() or not code.isdigit():
        raise RegisterError(f"{code!r} is not a code of six digits")
    if not name or level not in LEVELS:
        raise RegisterError(f"{code} needs a name and a level of {', '.join(LEVELS)}, but has {name!r} and {level!r}")
    if (parent_code == "") != (level == "national"):
        raise RegisterError(f"{code} is of level {level}, and its parent_code is {parent_code!r}")
    first, last, begin = int(valid_from), int(valid_to) if valid_to else None, int(since)
    if begin > first or (last is not None and last < first):
        raise RegisterError(f"{code}: the years {since}, {valid_from}, {valid_to} are out of order")
    return Interval(code, name, level, parent_code or None, first, last, begin)
