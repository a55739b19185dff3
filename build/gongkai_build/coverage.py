"""What is known of each agency and year: published, late, missing, failed, refused.

That an agency published nothing, that we failed, and that a portal refuses us are never confused. Where nobody looked, nothing is said.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gongkai_build.archived import FAILED, READ, REFUSED, Archived, Look
from gongkai_build.captured import Reading
from gongkai_build.checks.plausible import deadline
from gongkai_build.derived import Row
from gongkai_build.reading.report import Report
from gongkai_build.reading.titles import parse_title
from gongkai_build.register.agencies import Agency, Register, agency_from_id, identify
from gongkai_build.register.errors import RegisterError

PUBLISHED, LATE, MISSING = "published", "late", "missing"
GOVERNMENT = "government"
LATEST_DEADLINE = "03-31"
"""When a report may be expected of agencies for which the law sets no day."""
YEAR = re.compile(r"(?<!\d)20\d\d(?=年)")
"""In titles that are too short to be one of a report, as some lists have them."""
DAY = re.compile(r"\d{4}-\d\d-\d\d")

Key = tuple[str, int]
"""An agency and a year."""


@dataclass(frozen=True)
class Expected:
    """What the file of a portal lets us expect of it."""

    portal: str
    source_kind: str
    agencies: tuple[str, ...]
    """The agencies that it names; those whose reports were found there are added."""
    years: tuple[int, int] | None
    """First and last report year that it holds."""
    refused: str | None = None
    """Why it is not asked at all: the note of a portal that refuses us."""


@dataclass(frozen=True)
class Covered:
    """The rows of the table, and the agencies among them of which there is no report."""

    rows: tuple[Row, ...]
    without_report: tuple[Agency, ...]


@dataclass(frozen=True)
class _Finding:
    """What is known of a report that is not here."""

    state: str
    checked_at: str | None
    portal: str | None
    detail: str | None = None


def cover(
    chosen: Mapping[str, Reading],
    readings: Iterable[Reading],
    register: Register,
    archived: Archived,
    portals: Sequence[Expected] = (),
) -> Covered:
    """Tell what is known of each agency and year.

    Args:
        chosen: the reading that stands for each report.
        readings: what became of every capture; those without a report are failures.
        register: regions and sectors.
        archived: the last look at each portal, and what could not be had.
        portals: what their files let us expect; those of another kind of source than the documents are left aside, so that sample and real
            agencies never stand together.
    """
    readings = list(readings)
    kinds = {reading.capture.source_kind for reading in readings}
    here = {_key(reading.report): reading for reading in chosen.values() if reading.report}
    agencies = {
        reading.report.agency.agency_id: reading.report.agency
        for reading in here.values()
        if reading.report and reading.report.agency
    }
    absent: dict[Key, list[_Finding]] = {}
    nameless = dict(_nameless(readings, archived, register))
    for agency, year, finding in (*_unread(readings, register), *_unhad(archived, register)):
        agencies.setdefault(agency.agency_id, agency)
        absent.setdefault((agency.agency_id, year), []).append(finding)
    for portal in (portal for portal in portals if portal.source_kind in kinds):
        for agency_id in portal.agencies:
            agencies.setdefault(agency_id, agency_from_id(register, agency_id))
        for key, finding in _expected(portal, here, agencies, register, archived.looks.get(portal.portal)):
            doubts = [nameless[portal.portal, year] for year in (key[1], None) if (portal.portal, year) in nameless]
            absent.setdefault(key, []).append(doubts[0] if doubts and finding.state == MISSING else finding)
    rows = [_row(agencies[key[0]], key[1], _found(reading, archived)) for key, reading in here.items()]
    rows += [_row(agencies[key[0]], key[1], _foremost(findings)) for key, findings in absent.items() if key not in here]
    reported = {agency_id for agency_id, _ in here}
    without = {str(row["agency_id"]) for row in rows} - reported
    return Covered(tuple(rows), tuple(agencies[agency_id] for agency_id in sorted(without)))


def _key(report: Report) -> Key:
    assert report.agency is not None
    assert report.year is not None
    return report.agency.agency_id, report.year


def _row(agency: Agency, year: int, finding: _Finding) -> Row:
    due = deadline(agency, year)
    return {
        "agency_id": agency.agency_id,
        "year": year,
        "state": finding.state,
        "due_on": due,
        "report_id": f"{agency.agency_id}.{year}" if finding.state in (PUBLISHED, LATE) else None,
        "portal": finding.portal,
        "detail": finding.detail,
        "checked_at": finding.checked_at,
    }


def _found(reading: Reading, archived: Archived) -> _Finding:
    report, capture = reading.report, reading.capture
    assert report is not None
    assert report.agency is not None
    assert report.year is not None
    due = deadline(report.agency, report.year)
    late = due is not None and report.published_on is not None and report.published_on > due
    look = archived.looks.get(capture.portal or "")
    checked_at = max(capture.seen_at, look.at if look else "")
    return _Finding(LATE if late else PUBLISHED, checked_at, capture.portal)


def _foremost(findings: Sequence[_Finding]) -> _Finding:
    """Of several findings about one report the one that says most: what failed or was refused last; nothing is missing while a look failed."""
    known = [finding for finding in findings if finding.state != MISSING] or findings
    return max(known, key=lambda finding: (finding.checked_at or "", finding.state, finding.detail or ""))


# Documents that are here and could not be read, reports that are named and could not be had


def _unread(readings: Iterable[Reading], register: Register) -> Iterator[tuple[Agency, int, _Finding]]:
    """The documents of which no report was made, where the title of their link tells whose they are."""
    for reading in readings:
        capture, problem = reading.capture, _problem(reading)
        told = _told(register, capture.link_title or "", capture.region_code, capture.agency_id)
        if problem and told:
            where = capture.url or capture.file_name or capture.capture_id
            yield *told, _Finding(FAILED, capture.seen_at, capture.portal, f"{problem} ({where})")


def _problem(reading: Reading) -> str | None:
    """Why a document is the report of no agency and year; None for one that is, and for a clone, which is nobody's."""
    if reading.failure:
        return None if reading.failure.kind == "clone" else f"{reading.failure.kind}: {reading.failure.detail}"
    return (
        None if reading.report and reading.report.report_id else "nobody can tell whose report it is, or of which year"
    )


def _unhad(archived: Archived, register: Register) -> Iterator[tuple[Agency, int, _Finding]]:
    for report in archived.unhad:
        told = _told(register, report.title, report.region_code, report.agency_id)
        if told:
            yield *told, _Finding(report.outcome, report.at, report.portal, f"{report.detail} ({report.url})")


def _nameless(
    readings: Iterable[Reading], archived: Archived, register: Register
) -> Iterator[tuple[tuple[str, int | None], _Finding]]:
    """By portal and year (None: nobody knows of which) the reports that lists name, and of which nobody can tell whose they are.

    They could not be had, or not be read, or do not say it. Each of them can be the one that would be called missing.
    """
    for report in archived.unhad:
        if report.is_listed and not _told(register, report.title, report.region_code, report.agency_id):
            detail = f"{report.detail} ({report.url}, which may be this report)"
            yield (report.portal, _year_in(report.title)), _Finding(report.outcome, report.at, report.portal, detail)
    for reading in _listed_alone(readings, archived):
        capture, problem, title = reading.capture, _problem(reading), reading.capture.link_title or ""
        if problem and capture.portal and not _told(register, title, capture.region_code, capture.agency_id):
            year = (reading.report.year if reading.report else None) or _year_in(title)
            detail = f"{problem} ({capture.url}, which may be this report)"
            yield (capture.portal, year), _Finding(FAILED, capture.seen_at, capture.portal, detail)


def _listed_alone(readings: Iterable[Reading], archived: Archived) -> Iterator[Reading]:
    """The last reading of each address that a list names, but those that only lead to a document that is a report."""
    last = {reading.capture.url: reading for reading in sorted(readings, key=lambda one: one.capture.seen_at)}
    pages = {one.url: one.page for one in archived.attached if not one.is_listed}
    leading: set[str] = set()
    for address in [url for url, reading in last.items() if reading.report and reading.report.report_id]:
        page = pages.get(address or "")
        while page and page not in leading:
            leading.add(page)
            page = pages.get(page)
    yield from (reading for url, reading in last.items() if url and url not in leading and url not in pages)


def _year_in(title: str) -> int | None:
    parsed, named = parse_title(title), YEAR.search(title)
    return parsed.year if parsed else int(named[0]) if named else None


def _told(register: Register, title: str, region_code: str | None, agency_id: str | None) -> tuple[Agency, int] | None:
    """The agency and the year that the title of a link names; None where it is not certain."""
    parsed = parse_title(title)
    if parsed is None or parsed.year is None:
        return None
    try:
        if agency_id:
            return agency_from_id(register, agency_id), parsed.year
        hint = region_code if region_code in register.regions.by_code else None
        found = identify(register, parsed.agency, year=parsed.year, region_hint=hint)
    except RegisterError:
        return None
    return (found, parsed.year) if isinstance(found, Agency) else None


# Reports that are expected


def _expected(
    portal: Expected, here: Mapping[Key, Reading], agencies: Mapping[str, Agency], register: Register, look: Look | None
) -> Iterator[tuple[Key, _Finding]]:
    """What is to be said of each report that a portal should have, were it not here."""
    if portal.refused is not None:
        finding = _Finding(REFUSED, look.at if look else None, portal.portal, portal.refused)
    elif look is not None:
        finding = _Finding(
            MISSING if look.outcome == READ else look.outcome, look.at, portal.portal, look.detail or None
        )
    else:
        return
    for agency_id, years in _years(portal, here, agencies, register).items():
        for year in years:
            due = deadline(agencies[agency_id], year) or date.fromisoformat(f"{year + 1}-{LATEST_DEADLINE}")
            # The day of the deadline belongs to the agency.
            if finding.state != MISSING or (finding.checked_at or "") > f"{due}T23:59:59Z":
                yield (agency_id, year), finding


def _years(
    portal: Expected, here: Mapping[Key, Reading], agencies: Mapping[str, Agency], register: Register
) -> dict[str, range]:
    """For each agency of a portal the years of which a report is to be expected there.

    Of the agencies that its file names: the years that it names. Of others that report there: the years between the first and the last
    report; an agency that is found no more may be one that exists no more. A government exists as long as its division.
    """
    reported: dict[str, list[int]] = {}
    for (agency_id, year), reading in here.items():
        if reading.capture.portal == portal.portal:
            reported.setdefault(agency_id, []).append(year)
    expected = {agency_id: (min(years), max(years)) for agency_id, years in reported.items()}
    if portal.years:
        first, last = portal.years
        for agency_id, (since, until) in expected.items():
            agency = agencies[agency_id]
            if agency.sector == GOVERNMENT and register.regions.by_code[agency.region_code].valid_to is None:
                expected[agency_id] = since, max(until, last)
        for agency_id in portal.agencies:
            since, until = expected.get(agency_id, portal.years)
            expected[agency_id] = min(since, first), max(until, last)
    return {agency_id: range(since, until + 1) for agency_id, (since, until) in expected.items()}
