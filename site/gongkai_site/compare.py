"""Up to six agencies or regions side by side: one measure, all years, under an address that can be shared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from datasette.utils.asgi import Request, Response

from gongkai_site import charts, queries
from gongkai_site.cells import year_cells
from gongkai_site.chinese import SEARCH_LENGTH, match_query
from gongkai_site.measures import Line, Measure, Shown, load_sections, of_agency, of_group
from gongkai_site.pages import Page, open_page, remembering
from gongkai_site.places import AGENCY, GROUPS, chart_breaks, chart_values, group_rows, items_of

# Datasette loads its plugins while its own module is not yet whole.
if TYPE_CHECKING:
    from datasette.app import Datasette

MOST = 6
"""How many can be compared: more lines cannot be told apart."""
MOST_FOUND = 12
GROUP_MARK = ":"
"""Stands in an address between the code of a region and the group of its agencies."""

FOUND_REGIONS = """
select g.code, g.full_name from region_totals t join regions g on g.code = t.region_code
where instr(g.full_name, :words) order by g.code limit :limit
"""

REPORTS = """
select year, form from reports where agency_id = ? order by year
"""

FIGURES = """
select r.year, f.* from reports r join figures f using (report_id)
where r.agency_id = ? and f.party = ? and f.item_id in ({marks})
"""


@dataclass(frozen=True)
class Entry:
    """One of those that are compared."""

    id: str
    name: str
    url: str
    forms: dict[int, str]
    line: Line | None
    """None where none of its reports states the measure."""


async def compare(datasette: Datasette, request: Request) -> Response:
    """The agencies and regions `of` which a `measure` is compared; with `q`, others that can be added."""
    if chosen := remembering(datasette, request):
        return chosen
    page = open_page(datasette, request)
    measures = [(section, [m for m in section.measures if m.compare]) for section in load_sections()]
    by_key = {measure.key: measure for _, group in measures for measure in group}
    measure = by_key.get(request.args.get("measure") or "") or next(iter(by_key.values()))
    items = await items_of(datasette)
    asked = list(dict.fromkeys(request.args.getlist("of")))
    entries, missing = [], []
    for name in asked[:MOST]:
        entry = await _entry(page, name, measure, items)
        entries.append(entry) if entry else missing.append(name)
    ids = [entry.id for entry in entries]
    years = sorted({year for entry in entries for year in entry.forms})
    words = (request.args.get("q") or "").strip()[:SEARCH_LENGTH]
    drawn = [entry for entry in entries if entry.line]
    series = [
        charts.Series(entry.name, chart_values(entry.line), chart_breaks(entry.line)) for entry in drawn if entry.line
    ]
    context = {
        "entries": entries,
        "missing": missing,
        "too_many": asked[MOST:],
        "most": MOST,
        "measure": measure,
        "measures": [(section.title, group) for section, group in measures if group],
        "items": items,
        "years": years,
        "cells": partial(year_cells, years=years, evidence=f"{page.url('evidence')}/", say=page.say),
        "chart": charts.lines(series) if series else None,
        "broken": any(entry.line.breaks for entry in drawn if entry.line),
        "summed": any(GROUP_MARK in entry.id for entry in entries),
        "words": words,
        "found": await _found(page, words, ids) if words else [],
        "address": lambda of, **more: _address(page, of, measure, **more),
        "ids": ids,
        "share_url": datasette.absolute_url(request, _address(page, ids, measure)),
    }
    return await page.render("gongkai_compare.html", context)


async def _entry(page: Page, name: str, measure: Measure, items: dict[str, queries.Record]) -> Entry | None:
    """Return an agency, or a group of agencies of a region, with its figures; None where there is no such."""
    code, _, group = name.partition(GROUP_MARK)
    if "." in code:
        return await _agency(page, name, measure, items)
    regions = await queries.rows(page.datasette, "gongkai", "select full_name from regions where code = ?", [code])
    if not regions or (group and group not in GROUPS):
        return None
    for one in [group] if group else GROUPS:
        rows = await group_rows(page.datasette, one, code)
        if rows or group:
            shown = of_group(rows, items)
            forms = {row["year"]: row["form"] for row in rows}
            title = f"{regions[0]['full_name']} · {page.say(f'group.{one}')}"
            line = _line_of(shown, measure)
            return Entry(f"{code}{GROUP_MARK}{one}", title, page.url(f"region/{code}?group={one}"), forms, line)
    return None


async def _agency(page: Page, agency_id: str, measure: Measure, items: dict[str, queries.Record]) -> Entry | None:
    found = await queries.rows(page.datasette, "gongkai", AGENCY, [agency_id])
    if not found:
        return None
    reports = await queries.rows(page.datasette, "gongkai", REPORTS, [agency_id])
    wanted = (measure.item, *measure.parts)
    sql = FIGURES.format(marks=",".join("?" * len(wanted)))
    figures = await queries.rows(page.datasette, "gongkai", sql, [agency_id, measure.party, *wanted])
    forms = {report["year"]: report["form"] for report in reports}
    line = _line_of(of_agency(forms, figures, items), measure)
    return Entry(agency_id, found[0]["name"], page.url(f"agency/{agency_id}"), forms, line)


def _line_of(shown: Sequence[Shown], measure: Measure) -> Line | None:
    lines = (line for section in shown for line in section.lines)
    return next((line for line in lines if line.measure == measure), None)


async def _found(page: Page, words: str, ids: list[str]) -> list[tuple[str, str]]:
    """Return what can be added: its id and its name."""
    asked = {"query": match_query(words), "limit": MOST_FOUND}
    agencies = await queries.rows(page.datasette, "gongkai", queries.SEARCHES["agencies"], asked)
    regions = await queries.rows(page.datasette, "gongkai", FOUND_REGIONS, {"words": words, "limit": MOST_FOUND})
    found = [(row["agency_id"], f"{row['name']} · {row['region']}") for row in agencies]
    found += [
        (f"{row['code']}{GROUP_MARK}{group}", f"{row['full_name']} · {page.say(f'group.{group}')}")
        for row in regions
        for group in GROUPS
    ]
    return [(name, title) for name, title in found if name not in ids]


def _address(page: Page, ids: Sequence[str], measure: Measure, **more: str) -> str:
    return (
        f"{page.url('compare')}?{urlencode([*(('of', name) for name in ids), ('measure', measure.key), *more.items()])}"
    )
