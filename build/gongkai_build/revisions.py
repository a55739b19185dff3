"""What differs from the release before: reports that came or went, and figures that are not what they were."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import groupby
from pathlib import Path

from gongkai_build.changes import ABSENT
from gongkai_build.corrections import CORRECTED
from gongkai_build.database import read_cells
from gongkai_build.derived import Row
from gongkai_build.files import MARK
from gongkai_build.package import PackageError

ADDED, REMOVED, CHANGED = "report_added", "report_removed", "figure_changed"
CORRECTION, DOCUMENT, READING = "correction", "document", "reading"

Place = tuple[str, str]
"""Item and party."""
Stated = tuple[Decimal | None, str]
"""Value and status."""
NOT_THERE: Stated = (None, ABSENT)


@dataclass(frozen=True)
class Before:
    """The release before: the folder of its data package, its version, and the SHA-256 of its descriptor."""

    folder: Path
    version: str
    sha256: str


def read_before(folder: Path) -> Before:
    """Return the release in a folder.

    Raises:
        PackageError: there is no release, or it cannot be read.
    """
    try:
        written = (folder / MARK).read_bytes()
        version = json.loads(written)["version"]
    except FileNotFoundError as error:
        raise PackageError(f"{folder} holds no release to compare with: {MARK} is missing") from error
    except (ValueError, KeyError, TypeError) as error:
        raise PackageError(f"{folder / MARK} is not the descriptor of a release: {error!r}") from error
    return Before(folder, str(version), hashlib.sha256(written).hexdigest())


def revision_rows(before: Before, rows: Mapping[str, Sequence[Row]]) -> list[Row]:
    """Return what differs between an earlier release and the rows of this one.

    Reports are compared by their ids. The figures of a report that is new or gone are not told one by one.

    Raises:
        PackageError: a table of the earlier release is missing or cannot be read, or lacks a column.
    """
    documents = {str(row["report_id"]): str(row["capture_id"]) for row in rows["reports"]}
    earlier = {cells[0]: cells[1] for cells in _table(before.folder / "reports.csv", ("report_id", "capture_id"))}
    found = [_row(report_id, ADDED) for report_id in documents.keys() - earlier.keys()]
    found += [_row(report_id, REMOVED) for report_id in earlier.keys() - documents.keys()]
    left = {report_id: list(own) for report_id, own in groupby(rows["figures"], lambda row: str(row["report_id"]))}
    figures = _table(before.folder / "figures.csv", ("report_id", "item_id", "party", "value", "status"))
    for report_id, old in groupby(figures, lambda cells: cells[0]):
        if report_id in documents:
            is_same = earlier.get(report_id) == documents[report_id]
            found += _changed(report_id, _before(old), _now(left.pop(report_id, [])), is_same)
    for report_id in left.keys() & earlier.keys():
        found += _changed(report_id, {}, _now(left[report_id]), earlier[report_id] == documents[report_id])
    return sorted(found, key=lambda row: str(row["id"]))


def _changed(report_id: str, old: Mapping[Place, Stated], new: Mapping[Place, Stated], is_same: bool) -> Iterator[Row]:
    """The figures of a report that are not what they were; `is_same` tells whether they are taken from the same document."""
    for place in old.keys() | new.keys():
        before, now = old.get(place, NOT_THERE), new.get(place, NOT_THERE)
        if before != now:
            cause = CORRECTION if CORRECTED in (before[1], now[1]) else READING if is_same else DOCUMENT
            told = {"from": before[0], "from_status": before[1], "to": now[0], "to_status": now[1]}
            yield {**_row(report_id, CHANGED, place), "cause": cause, **told}


def _row(report_id: str, kind: str, place: Place = ("", "")) -> Row:
    digest = hashlib.sha256("\n".join((report_id, *place)).encode()).hexdigest()
    return {
        "id": digest[:16],
        "report_id": report_id,
        "kind": kind,
        "item_id": place[0] or None,
        "party": place[1] or None,
    }


def _now(rows: Iterable[Row]) -> dict[Place, Stated]:
    return {(str(row["item_id"]), str(row["party"])): (_number(row["value"]), str(row["status"])) for row in rows}


def _before(rows: Iterable[tuple[str, ...]]) -> dict[Place, Stated]:
    return {(item_id, party): (_number(value or None), status) for _, item_id, party, value, status in rows}


def _number(value: object) -> Decimal | None:
    if value is None:
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation as error:
        raise PackageError(f"the release before has a figure that is no number: {value!r}") from error


def _table(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Those columns of a table of the earlier release; an empty cell is empty text."""
    rows = read_cells(path)
    header = next(rows, [])
    lacking = [column for column in columns if column not in header]
    if lacking:
        raise PackageError(f"{path} has no column {', '.join(lacking)}: it cannot be compared with")
    places = [header.index(column) for column in columns]
    for cells in rows:
        yield tuple(cells[place] or "" for place in places)
