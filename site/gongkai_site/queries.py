"""What the pages ask of the two databases. Rows come as dictionaries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gongkai_site.chinese import match_query
from gongkai_site.form import Place

# Datasette loads its plugins while its own module is not yet whole.
if TYPE_CHECKING:
    from datasette.app import Datasette

Record = dict[str, Any]

SEARCH_LIMITS = {"agencies": 20, "reports": 30, "sections": 50}
AGENCIES_ON_A_PAGE = 50
"""With more the page of a region would grow beyond 300 KB."""
WEB_ADDRESS = re.compile(r"https?://\S+")

REPORT = """
select r.*, a.name as agency, a.sector, a.region_code, g.name as region, g.full_name as region_full_name,
  c.fetched_at, c.file_name, c.media_type, c.bytes
from reports r
  join agencies a on a.agency_id = r.agency_id
  join regions g on g.code = a.region_code
  join captures c on c.capture_id = r.capture_id
where r.report_id = ?
"""

CHECKS = """
select c.rule_id, c.party, c.outcome, c."left", c."right", c.difference, u.statement_zh, u.statement_en, u.severity,
  u.concerns, c.compared_with, c.corrected_outcome, o.year as compared_year
from checks c join rules u on u.rule_id = c.rule_id left join reports o on o.report_id = c.compared_with
where c.report_id = ?
order by case u.severity when 'error' then 1 when 'warning' then 2 else 3 end, c.rule_id, c.party
"""

NEIGHBOURS = """
select
  (select report_id from reports where agency_id = :agency and year < :year order by year desc limit 1) as previous,
  (select report_id from reports where agency_id = :agency and year > :year order by year limit 1) as next
"""

SECTORS = """
select s.sector, s.name_zh, s.name_en, count(*) as agencies
from agencies a join sectors s on s.sector = a.sector
group by s.sector
order by agencies desc, s.sector
"""

AGENCY_COUNT = "select count(*) as count from agencies where region_code = ?"

OF_REGION = """
select agency_id, name, region_code from agencies where region_code = ? order by agency_id limit ? offset ?
"""

SEARCHES = {
    "agencies": """
        select t.agency_id, t.name, g.full_name as region
        from agencies_search s join agencies t on t.rowid = s.rowid join regions g on g.code = t.region_code
        where agencies_search match :query order by s.rank, t.agency_id limit :limit
    """,
    "reports": """
        select t.report_id, t.title, t.year, t.source_kind, t.script, t.checks_failed, a.name as agency
        from reports_search s join reports t on t.rowid = s.rowid join agencies a on a.agency_id = t.agency_id
        where reports_search match :query order by s.rank, t.year desc, t.report_id limit :limit
    """,
    "sections": """
        select t.report_id, t.position, t.heading, t.text
        from sections_search s join sections t on t.rowid = s.rowid
        where sections_search match :query order by s.rank, t.report_id, t.position limit :limit
    """,
}


@dataclass(frozen=True)
class ReportData:
    """Everything that the databases hold of a report."""

    report: Record
    lines: list[Record]
    items: dict[str, Record]
    figures: dict[Place, Record]
    checks: list[Record]
    issues: list[Record]
    corrections: list[Record]
    captures: list[Record]
    changes: list[Record]
    sections: list[Record]
    neighbours: Record


@dataclass(frozen=True)
class Found:
    """The first rows that a search finds, and how many there are in all."""

    rows: list[Record]
    count: int


async def rows(datasette: Datasette, database: str, sql: str, parameters: Any = None) -> list[Record]:
    """Return all rows of a query."""
    results = await datasette.get_database(database).execute(sql, parameters, truncate=False)
    return [dict(row) for row in results.rows]


def is_web_address(text: str | None) -> bool:
    """Whether a text can be linked to: an address with another scheme could run a script."""
    return bool(WEB_ADDRESS.fullmatch(text or ""))


async def read_report(datasette: Datasette, report_id: str) -> ReportData | None:
    """Return what is known of a report; None when there is none of that id."""
    found = await rows(datasette, "gongkai", REPORT, [report_id])
    if not found:
        return None
    report = found[0]
    items = await rows(datasette, "gongkai", "select * from items")
    figures = await rows(
        datasette,
        "gongkai",
        "select f.* from figures f join items i using (item_id) where f.report_id = ? order by i.rowid, f.rowid",
        [report_id],
    )
    of_report = "where report_id = ? order by"
    place = {"agency": report["agency_id"], "year": report["year"]}
    return ReportData(
        report=report,
        lines=await rows(
            datasette, "gongkai", "select * from form_lines where form = ? order by section, position", [report["form"]]
        ),
        items={item["item_id"]: item for item in items},
        figures={(figure["item_id"], figure["party"]): figure for figure in figures},
        checks=await rows(datasette, "gongkai", CHECKS, [report_id]),
        issues=await rows(datasette, "gongkai", f"select * from issues {of_report} kind, place, id", [report_id]),
        corrections=await rows(
            datasette,
            "gongkai",
            "select c.* from corrections c join items i using (item_id) where c.report_id = ? order by i.rowid, c.rowid",
            [report_id],
        ),
        captures=await rows(
            datasette, "gongkai", f"select * from captures {of_report} fetched_at, capture_id", [report_id]
        ),
        changes=await rows(
            datasette,
            "gongkai",
            "select c.* from changes c join items i using (item_id) where c.report_id = ? order by c.changed_at, i.rowid, c.rowid",
            [report_id],
        ),
        sections=await rows(datasette, "texts", f"select * from sections {of_report} position", [report_id]),
        neighbours=(await rows(datasette, "gongkai", NEIGHBOURS, place))[0],
    )


async def search(datasette: Datasette, words: str) -> dict[str, Found]:
    """Return the agencies, reports and sections that hold all the words, best matches first."""
    found = {}
    for name, sql in SEARCHES.items():
        database = "texts" if name == "sections" else "gongkai"
        query = {"query": match_query(words), "limit": SEARCH_LIMITS[name]}
        count = f"select count(*) as count from {name}_search where {name}_search match :query"
        found[name] = Found(
            rows=await rows(datasette, database, sql, query),
            count=(await rows(datasette, database, count, query))[0]["count"],
        )
    reports = await _named(datasette, {section["report_id"] for section in found["sections"].rows})
    for section in found["sections"].rows:
        section["report"] = reports[section["report_id"]]
    return found


async def _named(datasette: Datasette, report_ids: set[str]) -> dict[str, Record]:
    """Return agency, year and script of reports by their id: the texts stand in another database than these."""
    found = await rows(
        datasette,
        "gongkai",
        "select r.report_id, r.year, r.script, a.name as agency from reports r join agencies a using (agency_id) "
        f"where r.report_id in ({','.join('?' * len(report_ids))})",
        list(report_ids),
    )
    return {row["report_id"]: row for row in found}


async def agencies_of(datasette: Datasette, region: str, page: int) -> list[Record]:
    """Return the agencies of a region itself that stand on a page (from 1), each with its reports and with what is known of others, by year."""
    before = (page - 1) * AGENCIES_ON_A_PAGE
    found = await rows(datasette, "gongkai", OF_REGION, [region, AGENCIES_ON_A_PAGE, before])
    marks = ",".join("?" * len(found))
    years = await rows(
        datasette,
        "gongkai",
        "select c.agency_id, c.year, c.state, c.report_id, r.checks_failed, r.source_kind "
        f"from coverage c left join reports r on r.report_id = c.report_id where c.agency_id in ({marks})",
        [row["agency_id"] for row in found],
    )
    by_agency: dict[str, dict[int, Record]] = {}
    for year in years:
        by_agency.setdefault(year["agency_id"], {})[year["year"]] = year
    for row in found:
        row["years"] = by_agency.get(row["agency_id"], {})
    return found
