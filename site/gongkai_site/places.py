"""The pages of an agency and of a region: what is held, and what their reports say over the years."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from datasette.utils.asgi import Request, Response

from gongkai_site import charts, queries
from gongkai_site.cells import year_cells
from gongkai_site.form import Label
from gongkai_site.measures import Forms, Line, Measure, Shown, forms_of, load_sections, of_agency, of_group
from gongkai_site.pages import Page, open_page, remembering

# Datasette loads its plugins while its own module is not yet whole.
if TYPE_CHECKING:
    from datasette.app import Datasette

KINDS = {"lines": charts.lines, "columns": charts.columns}

AGENCY = """
select a.*, s.name_zh as sector_zh, s.name_en as sector_en, g.full_name as region
from agencies a join sectors s using (sector) join regions g on g.code = a.region_code
where a.agency_id = ?
"""

YEARS = """
select c.year, c.state, c.due_on, c.detail, c.checked_at, r.report_id, r.form, r.title, r.source_kind, r.script, r.figures, r.unclear, r.checks_failed,
  exists (select 1 from changes h where h.report_id = r.report_id) as changed
from coverage c left join reports r on r.report_id = c.report_id
where c.agency_id = ? order by c.year
"""

FIGURES = """
select r.year, f.*
from reports r join figures f using (report_id)
where r.agency_id = ? and (f.party in ('total', 'all') or f.item_id = 'requests.received')
"""

REGION = """
select g.*, t.agencies, t.reports, t.first_year, t.last_year
from regions g join region_totals t on t.region_code = g.code
where g.code = ?
"""

ABOVE = """
with recursive above (code, name, parent_code, height) as (
  select code, name, parent_code, 0 from regions where code = ?
  union all
  select g.code, g.name, g.parent_code, height + 1 from above join regions g on g.code = above.parent_code
)
select code, name from above where height > 0 order by height desc
"""

DIVISIONS = """
select g.code, g.name, t.agencies, t.reports, t.first_year, t.last_year
from regions g join region_totals t on t.region_code = g.code
where g.parent_code = ? order by g.code
"""

# Ids of reports begin with the code of their region: what is read is a range of the key.
OWN = "from totals t where t.report_id >= :code || '.' and t.report_id < :code || '/' and t.sector "
GROUPS = {
    "government": f"{OWN} = 'government'",
    "departments": f"{OWN} not in ('government', 'township')",
    "towns": f"{OWN} = 'township'",
    "below": """
        from regions g
          join agencies a on a.region_code = g.code and a.sector = 'government'
          join reports r on r.agency_id = a.agency_id
          join totals t on t.report_id = r.report_id
        where g.parent_code = :code
    """,
}
"""Whose reports can be added up without counting anything twice: a government's report often holds those of its departments."""
SOURCES = ("official", "mirror", "local", "sample")
"""Kinds of sources, the best first. Figures of different kinds are never added."""


async def agency(datasette: Datasette, request: Request) -> Response:
    """An agency: its reports, and what they say over the years."""
    if chosen := remembering(datasette, request):
        return chosen
    page = open_page(datasette, request)
    agency_id = request.url_vars["agency_id"]
    found = await queries.rows(datasette, "gongkai", AGENCY, [agency_id])
    if not found:
        return await page.missing("agency", agency_id)
    years = await queries.rows(datasette, "gongkai", YEARS, [agency_id])
    figures = await queries.rows(datasette, "gongkai", FIGURES, [agency_id])
    forms = {year["year"]: year["form"] for year in years if year["report_id"]}
    shown = of_agency(forms, figures, await items_of(datasette))
    own = {year: (form,) for year, form in forms.items()}
    context = {"agency": found[0], "known": years, **series_context(page, shown, own)}
    return await page.render("gongkai_agency.html", context)


async def region(datasette: Datasette, request: Request) -> Response:
    """A region: its agencies, its divisions, and what the reports of one `group` of agencies add up to."""
    if chosen := remembering(datasette, request):
        return chosen
    page = open_page(datasette, request)
    code = request.url_vars["code"]
    found = await queries.rows(datasette, "gongkai", REGION, [code])
    if not found:
        return await page.missing("region", code)
    counts = {name: await group_sources(datasette, name, code) for name in GROUPS}
    group = request.args.get("group")
    group = group if group in GROUPS else next((name for name in GROUPS if counts[name]), "government")
    source = request.args.get("source")
    source = source if source in counts[group] else next(iter(counts[group]), SOURCES[0])
    rows = await group_rows(datasette, group, code, source)
    shown = of_group(rows, await items_of(datasette))
    of_region = await queries.rows(datasette, "gongkai", queries.AGENCY_COUNT, [code])
    pages = max(1, -(-of_region[0]["count"] // queries.AGENCIES_ON_A_PAGE))
    number = min(max(_number(request.args.get("page")), 1), pages)
    agencies = await queries.agencies_of(datasette, code, number)
    kept = {key: value for key, value in (("group", group), ("source", source)) if key in request.args}
    context = {
        "region": found[0],
        "above": await queries.rows(datasette, "gongkai", ABOVE, [code]),
        "divisions": await queries.rows(datasette, "gongkai", DIVISIONS, [code]),
        "prefix": _digits(found[0]),
        "held": await queries.rows(
            datasette, "gongkai", "select * from region_years where region_code = ? order by year", [code]
        ),
        "agencies": agencies,
        "known_years": sorted({year for row in agencies for year in row["years"]}, reverse=True),
        "agency_count": of_region[0]["count"],
        "first": (number - 1) * queries.AGENCIES_ON_A_PAGE + 1,
        "pages": [
            (
                one,
                None if one == number else f"{page.url(f'region/{code}')}?{urlencode({**kept, 'page': one})}#agencies",
            )
            for one in range(1, pages + 1)
        ],
        "counts": {name: sources for name, sources in counts.items() if sources},
        "group": group,
        "source": source,
        **series_context(page, shown, forms_of(rows)),
    }
    return await page.render("gongkai_region.html", context)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else 1


def _digits(region: queries.Record) -> str:
    """The leading digits that the codes of a region and of all below it share."""
    code = str(region["code"])
    return code[: {"national": 0, "province": 2, "prefecture": 4}.get(region["level"], 6)]


async def items_of(datasette: Datasette) -> dict[str, queries.Record]:
    """Return the items by their ids."""
    return {item["item_id"]: item for item in await queries.rows(datasette, "gongkai", "select * from items")}


async def group_sources(datasette: Datasette, group: str, code: str) -> dict[str, int]:
    """Return how many reports of a group of agencies of a region there are from each kind of source, the best first."""
    sql = f"select t.source_kind, count(*) as count {GROUPS[group]} group by t.source_kind"
    found = {row["source_kind"]: row["count"] for row in await queries.rows(datasette, "gongkai", sql, {"code": code})}
    return {source: found[source] for source in SOURCES if source in found}


async def group_rows(datasette: Datasette, group: str, code: str, source: str) -> list[queries.Record]:
    """Return, for each year and form, the sums over the reports of a group of agencies of a region from one kind of source; see `measures.of_group`."""
    known = await queries.rows(datasette, "gongkai", "select name from pragma_table_info('totals')")
    held = {row["name"] for row in known}
    measures = [measure for section in load_sections() for measure in section.measures]
    wanted = {measure.column: _stated(measure, measures, held) for measure in measures if measure.column in held}
    sums = ", ".join(
        f"sum({stated}) as {column}, count({stated}) as known_{column}" for column, stated in wanted.items()
    )
    sql = (
        f"select t.year, t.form, count(*) as reports, {sums} {GROUPS[group]} and t.source_kind = :source "
        "group by t.year, t.form order by t.year"
    )
    return await queries.rows(datasette, "gongkai", sql, {"code": code, "source": source})


def _stated(measure: Measure, measures: list[Measure], held: set[str]) -> str:
    """SQL for a measure of a report: as it is printed or, where the form prints its parts alone, their sum."""
    parts = [other.column for other in measures if other.item in measure.parts and other.party == measure.party]
    if len(parts) < len(measure.parts) or not parts or not held.issuperset(parts):
        return f"t.{measure.column}"
    return f"coalesce(t.{measure.column}, {' + '.join(f't.{part}' for part in parts)})"


def series_context(page: Page, shown: tuple[Shown, ...], forms: Forms) -> dict[str, Any]:
    """Return what the template of series needs: sections, their charts, years and forms."""
    return {
        "shown": shown,
        "charts": {section.section.id: _chart(page, section) for section in shown},
        "years": sorted(forms),
        "cells": partial(year_cells, years=sorted(forms), evidence=f"{page.url('evidence')}/", say=page.say),
        "forms": forms,
        "two_forms": any(len(of_year) > 1 for of_year in forms.values()),
    }


def _chart(page: Page, shown: Shown) -> charts.Chart | None:
    drawn = [line for line in shown.lines if line.measure.drawn]
    return KINDS[shown.section.chart](
        [charts.Series(name_of(page, line), chart_values(line), chart_breaks(line)) for line in drawn]
    )


def name_of(page: Page, line: Line) -> str:
    """The name of a line in the language of the page."""
    if line.measure.named_after_party:
        return page.say(f"party.{line.measure.party}")
    return in_language(page, line.name)


def in_language(page: Page, label: Label) -> str:
    """A label in the language of the page."""
    return label.zh if page.language == "zh" else label.en


def chart_values(line: Line) -> dict[str, float | int | None]:
    """What is not printed has no place in the chart; what is printed and unknown is a gap of which the chart tells."""
    return {str(year): value.value for year, value in line.values.items() if value.state != "not_printed"}


def chart_breaks(line: Line) -> frozenset[str]:
    """The years before which the line is cut."""
    return frozenset(map(str, line.breaks))
