"""What differs between the captures of one report: figure by figure where a page was changed, in an issue for everything else."""

from collections.abc import Iterable, Mapping, Sequence

from gongkai_build.archived import Version
from gongkai_build.captured import Reading
from gongkai_build.derived import Row
from gongkai_build.reading.place import Figure, Issue
from gongkai_build.reading.report import Report
from gongkai_build.reading.values import REPORTED

ABSENT = "absent"
"""Stands in the place of a status for a figure that one of two versions does not print."""
MOST_DIFFERENCES_TOLD = 40
LONGEST_TOLD = 40
COMPARED = ("title", "form", "published_on", "signed_on", "period", "credit_code")
"""What is compared between captures of a report besides its figures."""
NOTHING = "∅"

Place = tuple[str, str]
"""Item and party."""


def change_rows(readings: Sequence[Reading], versions: Mapping[str, tuple[Version, ...]]) -> list[Row]:
    """Return the figures that were changed at an address: one row for each figure and change.

    Two versions are compared where both are read as the same report. A version that is no report, or another one, is passed over: what
    was read before and what is read behind it are compared.
    """
    reports = {reading.capture.capture_id: reading.report for reading in readings if reading.report}
    rows: list[Row] = []
    for url, known in versions.items():
        last: dict[str, tuple[Version, Report]] = {}
        for version in known:
            report = reports.get(version.capture_id)
            if report is None or report.report_id is None:
                continue
            if report.report_id in last:
                before, old = last[report.report_id]
                rows += _changes(report.report_id, url, (before, old), (version, report))
            last[report.report_id] = version, report
    return rows


def _changes(report_id: str, url: str, before: tuple[Version, Report], after: tuple[Version, Report]) -> Iterable[Row]:
    for (item_id, party), old, new in _differing(before[1], after[1]):
        yield {
            "report_id": report_id,
            "url": url,
            "changed_at": after[0].since,
            "item_id": item_id,
            "party": party,
            **_side("from", old),
            **_side("to", new),
            "from_capture_id": before[0].capture_id,
            "to_capture_id": after[0].capture_id,
        }


def _side(name: str, figure: Figure | None) -> Row:
    return {
        name: figure.value if figure else None,
        f"{name}_status": figure.status if figure else ABSENT,
        f"{name}_raw": (figure.raw or None) if figure else None,
    }


def _differing(report: Report, other: Report) -> Iterable[tuple[Place, Figure | None, Figure | None]]:
    """The figures whose value or status is not the same in two readings of a report."""
    mine = {(figure.item_id, figure.party): figure for figure in report.figures}
    theirs = {(figure.item_id, figure.party): figure for figure in other.figures}
    for place in sorted(mine.keys() | theirs.keys()):
        here, there = mine.get(place), theirs.get(place)
        if (here and (here.value, here.status)) != (there and (there.value, there.status)):
            yield place, here, there


def differences(report: Report, chosen: Report) -> list[Issue]:
    """Return the issue that tells what another capture of a report says otherwise, as far as there is room for it."""
    told = [
        f"{name}: {getattr(report, name) or NOTHING} here, {getattr(chosen, name) or NOTHING} there"
        for name in COMPARED
        if getattr(report, name) != getattr(chosen, name)
    ]
    told += [
        f"{item_id} ({party}): {_told(here)} here, {_told(there)} there"
        for (item_id, party), here, there in _differing(report, chosen)
    ]
    if not told:
        return []
    more = f"; and {len(told) - MOST_DIFFERENCES_TOLD} more" if len(told) > MOST_DIFFERENCES_TOLD else ""
    return [Issue("captures_differ", "", "; ".join(told[:MOST_DIFFERENCES_TOLD]) + more)]


def _told(figure: Figure | None) -> str:
    if figure is None:
        return NOTHING
    raw = " ".join(figure.raw.split())
    raw = raw if len(raw) <= LONGEST_TOLD else raw[: LONGEST_TOLD - 1] + "…"
    return f"{raw} ({figure.status})" if figure.status != REPORTED else raw
