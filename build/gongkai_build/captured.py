"""What became of each capture, and which of several captures of one report stands for it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from gongkai_build.checks import Check
from gongkai_build.reading.place import Issue
from gongkai_build.reading.report import NARRATIVE_FORM, Report
from gongkai_build.reading.titles import parse_title
from gongkai_scraper.archive import SOURCE_KINDS, Attached, Capture

LIST_SEPARATOR = "；"


@dataclass(frozen=True)
class Reading:
    """What became of one capture: the report read from it, or the reason why there is none."""

    capture: Capture
    report: Report | None
    checks: tuple[Check, ...] = ()
    failure: Issue | None = None


def choose(readings: Iterable[Reading]) -> dict[str, Reading]:
    """For each report the reading that stands for it.

    What stood at an address before gives way to what stands there last. Of several addresses the better source wins, then a document with
    tables over one without (a page over which an attachment was put, or the other way round), then what was seen last.
    """
    by_time = sorted(readings, key=lambda reading: (reading.capture.seen_at, reading.capture.capture_id), reverse=True)
    current: list[tuple[str, Reading]] = []
    addresses: set[tuple[str, str, str]] = set()
    for reading in by_time:
        capture, report = reading.capture, reading.report
        if not report or not report.report_id:
            continue
        address = (report.report_id, capture.source_kind, capture.url or capture.capture_id)
        if address not in addresses:
            addresses.add(address)
            current.append((report.report_id, reading))
    chosen: dict[str, Reading] = {}
    for report_id, reading in sorted(current, key=lambda pair: _rank(pair[1])):
        chosen.setdefault(report_id, reading)
    return dict(sorted(chosen.items()))


def _rank(reading: Reading) -> tuple[int, bool]:
    narrative = reading.report is not None and reading.report.form == NARRATIVE_FORM
    return SOURCE_KINDS.index(reading.capture.source_kind), narrative


def without_pages_of_attachments(readings: Sequence[Reading], attached: Iterable[Attached]) -> list[Reading]:
    """Take the failure from pages that are no report themselves but led to one, which was read: they leave nothing open.

    A page whose title names a year has led to its report only where that of this year was read.

    Args:
        readings: what became of every capture.
        attached: what documents led to.
    """
    led_to: dict[str, set[str | None]] = {}
    for one in attached:
        led_to.setdefault(one.page, set()).add(one.capture_id)
    years = {
        reading.capture.capture_id: reading.report.year
        for reading in readings
        if reading.report and reading.report.report_id
    }
    settled = []
    for reading in readings:
        capture, failure = reading.capture, reading.failure
        if failure and failure.kind == "not_a_report":
            title = parse_title(capture.link_title or "")
            read = {years[one] for one in led_to.get(capture.url or "", ()) if one in years}
            if read and (title is None or title.year is None or title.year in read):
                reading = replace(reading, failure=None)
        settled.append(reading)
    return settled


def without_shared_ids(readings: Sequence[Reading]) -> list[Reading]:
    """Take the agency from reports of which several, of agencies with different names, would have one id.

    The id of a town is its name in pinyin: 和平镇 and 和平街道 of one county share it, and neither must stand for the other.
    """
    names: dict[str, set[str]] = {}
    for reading in readings:
        if reading.report and reading.report.agency and reading.report.report_id:
            names.setdefault(reading.report.report_id, set()).add(reading.report.agency.name)
    checked = []
    for reading in readings:
        report = reading.report
        shared = names.get(report.report_id or "", set()) if report else set()
        if report and len(shared) > 1:
            detail = (
                f"{report.report_id} would be the report of several agencies: {LIST_SEPARATOR.join(sorted(shared))}"
            )
            issues = (*report.issues, Issue("agency_unknown", "", detail))
            reading = replace(reading, report=replace(report, agency=None, issues=issues))
        checked.append(reading)
    return checked
