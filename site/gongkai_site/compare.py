"""Up to six agencies or regions side by side: one measure, all years, under an address that can be shared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from datasette.utils.asgi import Request, Response

from gongkai_site import charts, queries
from gongkai_site.cells import year_cells
from gongkai_site.chinese import SEARCH_LENGTH, match_query
from gongkai_site.measures import Forms, Line, Measure, Shown, forms_of, load_sections, of_agency, of_group
from gongkai_site.pages import Page, open_page, remembering
from gongkai_site.places import AGENCY, GROUPS, SOURCES, chart_breaks, chart_values, group_rows, group_sources, items_of
from gongkai_site.questions import told_apart

# Datasette loads its plugins while its own module is not yet whole.
if TYPE_CHECKING:
    from datasette.app import Datasette

MOST = 6
"""How many can be compared: more lines cannot be told apart."""
MOST_FOUND = 12
GROUP_MARK = ":"
"""Stands in an address between the code of a region, the group of its agencies and, where it is not the best, the kind of source."""

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
    forms: Forms
    line: Line | None
    """None where none of its reports states the measure."""
    place: str = ""
    """Tells an agency from others of the same name."""
    others: tuple[tuple[str, str], ...] = ()
    """The same group of agencies by other kinds of sources: id and source."""


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
    entries: list[Entry] = []
    missing = []
    for name in asked[:MOST]:
        entry = await _entry(page, name, measure, items)
        if not entry:
            missing.append(name)
        elif entry.id not in {other.id for other in entries}:
            entries.append(entry)
    names = told_apart([e.name for e in entries], [e.id for e in entries], [e.place or e.id for e in entries])
    entries = [replace(entry, name=name) for entry, name in zip(entries, names, strict=True)]
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
        "forms": {year: sorted({form for entry in entries for form in entry.forms.get(year, ())}) for year in years},
        "differ": [year for year in years if not measure.comparable(*_forms_printed(drawn, year))],
        "two_forms": any(len(forms) > 1 for entry in drawn for forms in entry.forms.values()),
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
    code, *parts = name.split(GROUP_MARK)
    if "." in code:
        return await _agency(page, name, measure, items)
    group, source = (*parts, "", "")[:2]
    regions = await queries.rows(page.datasette, "gongkai", "select full_name from regions where code = ?", [code])
    if not regions or len(parts) > 2 or (group and group not in GROUPS) or (source and source not in SOURCES):
        return None
    for one in [group] if group else GROUPS:
        held = await group_sources(page.datasette, one, code)
        if held or group:
            return await _group(page, (code, one, source), list(held), str(regions[0]["full_name"]), measure, items)
    return None


async def _group(
    page: Page,
    asked: tuple[str, str, str],
    held: list[str],
    region: str,
    measure: Measure,
    items: dict[str, queries.Record],
) -> Entry:
    """Return a group of agencies of a region by one kind of source: the one that is asked for, else the best of those that are held."""
    code, group, source = asked
    best = held[0] if held else SOURCES[0]
    source = source or best
    rows = await group_rows(page.datasette, group, code, source)
    title = f"{region} · {page.say(f'group.{group}')}"
    if source != SOURCES[0]:
        title += f" · {page.say(f'source_mark.{source}')}"
    ids = {one: GROUP_MARK.join((code, group) if one == best else (code, group, one)) for one in {*held, source}}
    return Entry(
        id=ids[source],
        name=title,
        url=page.url(f"region/{code}?{urlencode({'group': group, 'source': source})}"),
        forms=forms_of(rows),
        line=_line_of(of_group(rows, items), measure),
        others=tuple((ids[one], page.say(f"source_kind.{one}")) for one in held if one != source),
    )


def _forms_printed(entries: Sequence[Entry], year: int) -> list[str]:
    """The forms on which the figures of a year stand that are compared."""
    return [
        entry.forms[year][0]
        for entry in entries
        if entry.line and year in entry.forms and entry.line.values[year].state != "not_printed"
    ]


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
    own = {year: (form,) for year, form in forms.items()}
    return Entry(agency_id, found[0]["name"], page.url(f"agency/{agency_id}"), own, line, found[0]["region"])


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
