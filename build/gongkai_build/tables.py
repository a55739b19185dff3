"""Reports → rows of the published tables. Columns and what they derive from are defined in `datapackage.json`; nothing is defined here again."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from gongkai_build.archived import Archived
from gongkai_build.captured import LIST_SEPARATOR, Reading, choose, without_shared_ids
from gongkai_build.changes import change_rows, differences
from gongkai_build.checks import FAIL, Check, check_report, check_years, concerns, load_rules
from gongkai_build.corrections import Corrected, Correction, correct
from gongkai_build.coverage import Expected, cover
from gongkai_build.derived import Row, disclosure_rows, remedy_rows, request_rows
from gongkai_build.form_lines import form_line_rows
from gongkai_build.forms import load_items
from gongkai_build.reading.place import Figure, Issue
from gongkai_build.reading.report import Report
from gongkai_build.reading.values import UNCLEAR
from gongkai_build.register.agencies import Agency, Register
from gongkai_build.register.regions import Region
from gongkai_build.schema import Schema

NOTHING_ELSE = Archived()


def rows_of(
    readings: Sequence[Reading],
    register: Register,
    schema: Schema,
    corrections: Sequence[Correction] = (),
    archived: Archived = NOTHING_ELSE,
    portals: Sequence[Expected] = (),
) -> dict[str, list[Row]]:
    """Turn everything that was read into the rows of all tables.

    Several captures of one report become one report: the official source wins over a copy, the later capture over the earlier. Where the
    figures of another capture differ, an issue says so.

    Args:
        readings: what became of every capture.
        register: regions and sectors.
        schema: the tables.
        corrections: figures that people corrected.
        archived: what the archive tells besides.
        portals: what the files of portals let us expect of them.

    Raises: CorrectionError when a correction does not fit what its report says.
    """
    readings = without_shared_ids(readings)
    chosen = choose(readings)
    corrected = correct({key: one.report for key, one in chosen.items() if one.report}, corrections)
    checks = _checks(chosen, corrected)
    rows: dict[str, list[Row]] = {table.name: [] for table in schema.tables}
    rows["regions"] = [_region_row(region) for region in register.regions.by_code.values()]
    rows["sectors"] = [
        {"sector": sector.sector, "name_zh": sector.name_zh, "name_en": sector.name_en}
        for sector in register.sectors.by_id.values()
    ]
    rows["items"] = [
        {column: getattr(item, column) or None for column in schema.table("items").columns} for item in load_items()
    ]
    rows["form_lines"] = form_line_rows()
    rows["rules"] = rule_rows()
    covered = cover(chosen, readings, register, archived, portals)
    rows["coverage"] = list(covered.rows)
    rows["agencies"] = _agencies(chosen.values(), covered.without_report)
    for report_id, reading in chosen.items():
        _add_report(rows, report_id, reading, corrected.reports.get(report_id), checks[report_id], schema)
    rows["corrections"] = [correction_row(correction) for correction in corrected.applied]
    rows["changes"] = change_rows(readings, archived.versions)
    for reading in readings:
        _add_capture(rows, reading, chosen)
    return rows


def rule_rows() -> list[Row]:
    """Return the rules and what they concern."""
    return [
        {
            "rule_id": rule.rule_id,
            "statement_zh": rule.statement_zh,
            "statement_en": rule.statement_en,
            "scope": rule.scope,
            "severity": rule.severity,
            "concerns": " ".join(concerns(rule)),
            "forms": " ".join(rule.forms),
        }
        for rule in load_rules()
    ]


def correction_row(correction: Correction) -> Row:
    """Return a correction as a row."""
    return {
        "report_id": correction.report_id,
        "item_id": correction.item_id,
        "party": correction.party,
        "from": correction.expected.value,
        "from_status": correction.expected.status,
        "to": correction.to,
        "reason_zh": correction.reason_zh,
        "reason_en": correction.reason_en,
        "evidence": correction.evidence,
        "corrected_on": correction.date,
    }


def _checks(chosen: Mapping[str, Reading], corrected: Corrected) -> dict[str, list[Row]]:
    """Return the rows of the checks of each report: of what it prints and, where corrections change the result, of what is published."""
    agencies: dict[str, dict[str, Report]] = {}
    for report_id, reading in chosen.items():
        if reading.report and reading.report.agency:
            agencies.setdefault(reading.report.agency.agency_id, {})[report_id] = reading.report
    rows: dict[str, list[Row]] = {}
    for printed in agencies.values():
        years = check_years(printed)
        published = {report_id: corrected.reports.get(report_id, report) for report_id, report in printed.items()}
        years_after = check_years(published) if published != printed else years
        for report_id, report in printed.items():
            before = [*chosen[report_id].checks, *years[report_id]]
            within = before[: len(chosen[report_id].checks)]
            if published[report_id] is not report:
                within = check_report(published[report_id])
            after = {(check.rule_id, check.party): check for check in (*within, *years_after[report_id])}
            rows[report_id] = [
                {
                    **check_row(check),
                    "compared_with": check.compared_with,
                    "corrected_outcome": other.outcome if other != check else None,
                }
                for check in before
                for other in (after[check.rule_id, check.party],)
            ]
    return rows


def _add_report(
    rows: dict[str, list[Row]],
    report_id: str,
    reading: Reading,
    corrected: Report | None,
    checks: Sequence[Row],
    schema: Schema,
) -> None:
    report, capture = corrected or reading.report, reading.capture
    assert report is not None
    assert report.agency is not None
    start, end = report.period or (None, None)
    rows["reports"].append(
        {
            "report_id": report_id,
            "agency_id": report.agency.agency_id,
            "year": report.year,
            "form": report.form,
            "title": report.title,
            "url": capture.url,
            "source_kind": capture.source_kind,
            "published_on": report.published_on,
            "signed_on": report.signed_on,
            "period_start": start,
            "period_end": end,
            "script": report.script,
            "credit_code": report.credit_code,
            "reader": report.reader,
            "capture_id": capture.capture_id,
            "figures": len(report.figures),
            "unclear": sum(figure.status == UNCLEAR for figure in report.figures),
            "checks_failed": sum(check["outcome"] == FAIL for check in checks),
        }
    )
    for section in report.sections:
        if section.heading or section.lines:
            text = section.text or None
            heading = section.heading or None
            rows["sections"].append(
                {"report_id": report_id, "position": section.position, "heading": heading, "text": text}
            )
    for figure in report.figures:
        rows["figures"].append({"report_id": report_id, **figure_row(figure)})
    rows["checks"] += [{"report_id": report_id, **check} for check in checks]
    values = {(figure.item_id, figure.party): figure.value for figure in report.figures}
    rows["requests"] += request_rows(report_id, values, schema.table("requests"))
    rows["remedies"] += remedy_rows(report_id, values, schema.table("remedies"))
    rows["disclosures"] += disclosure_rows(report_id, values, schema.table("disclosures"))


def figure_row(figure: Figure) -> Row:
    """Return a figure as a row, without its report."""
    return {
        "item_id": figure.item_id,
        "party": figure.party,
        "value": figure.value,
        "status": figure.status,
        "raw": figure.raw or None,
        "place": figure.place or None,
    }


def check_row(check: Check) -> Row:
    """Return a check as a row, without its report."""
    return {
        "rule_id": check.rule_id,
        "party": check.party,
        "outcome": check.outcome,
        "left": check.left,
        "right": check.right,
        "difference": check.difference,
    }


def _add_capture(rows: dict[str, list[Row]], reading: Reading, chosen: Mapping[str, Reading]) -> None:
    capture, report = reading.capture, reading.report
    report_id = report.report_id if report else None
    rows["captures"].append(
        {
            "capture_id": capture.capture_id,
            "report_id": report_id,
            "url": capture.url,
            "file_name": capture.file_name,
            "fetched_at": capture.fetched_at,
            "status": capture.status,
            "media_type": capture.media_type,
            "bytes": capture.bytes,
            "portal": capture.portal,
            "warc": capture.warc,
            "offset": capture.offset,
        }
    )
    issues = list(report.issues) if report else []
    issues += [reading.failure] if reading.failure else []
    if report and report_id and chosen[report_id] is not reading:
        other = chosen[report_id].report
        assert other is not None
        issues += differences(report, other)
    for issue in {(issue.kind, issue.place, issue.detail): issue for issue in issues}.values():
        rows["issues"].append(issue_row(issue, capture.capture_id, report_id))


def issue_row(issue: Issue, capture_id: str, report_id: str | None) -> Row:
    """Return an issue as a row; its id is a digest of what it says, so that the same issue keeps it."""
    digest = hashlib.sha256("\n".join((capture_id, issue.kind, issue.place, issue.detail)).encode()).hexdigest()
    return {
        "id": digest[:16],
        "report_id": report_id,
        "capture_id": capture_id,
        "kind": issue.kind,
        "place": issue.place or None,
        "detail": issue.detail,
    }


def _agencies(chosen: Iterable[Reading], without_report: Iterable[Agency]) -> list[Row]:
    """One row for each agency, named as in its latest report; every other name under which it appears is an alias."""
    found: dict[str, list[tuple[int, Agency]]] = {agency.agency_id: [(0, agency)] for agency in without_report}
    for reading in chosen:
        report = reading.report
        if report and report.agency and report.year:
            found.setdefault(report.agency.agency_id, []).append((report.year, report.agency))
    rows: list[Row] = []
    for agency_id, dated in sorted(found.items()):
        latest = max(dated, key=lambda pair: pair[0])[1]
        names = {name for _, agency in dated for name in (agency.name, *agency.aliases)} - {latest.name}
        rows.append(
            {
                "agency_id": agency_id,
                "name": latest.name,
                "aliases": LIST_SEPARATOR.join(sorted(names)) or None,
                "region_code": latest.region_code,
                "sector": latest.sector,
                "level": latest.level,
            }
        )
    return rows


def _region_row(region: Region) -> Row:
    columns = ("code", "name", "full_name", "level", "parent_code", "valid_from", "valid_to")
    row: Row = {column: getattr(region, column) for column in columns}
    return {**row, "former_names": LIST_SEPARATOR.join(region.former_names) or None}
