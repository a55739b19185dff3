"""The home page: what this is, what is here, and the ways in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from datasette.utils.asgi import Request, Response

from gongkai_site import queries
from gongkai_site.machines import dataset
from gongkai_site.pages import Page, open_page, remembering
from gongkai_site.questions import grouped
from gongkai_site.release import release_of

# Datasette loads its plugins while its own module is not yet whole.
if TYPE_CHECKING:
    from datasette.app import Datasette

YEARS = """
select y.year, sum(y.reports) as reports, sum(y.checks_failed) as checks_failed, sum(y.late) as late, sum(y.missing) as missing
from regions g join region_years y on y.region_code = g.code
where g.parent_code is null
group by y.year order by y.year
"""

PROVINCES = """
select g.code, g.name, t.agencies, t.reports
from region_totals t join regions g on g.code = t.region_code
where g.level = 'province' or g.code = '100000' and exists (select 1 from agencies where region_code = g.code)
order by g.code
"""

DIVISIONS = """
select g.code, g.name, t.agencies, t.reports
from regions g join region_totals t on t.region_code = g.code
where g.parent_code = ? order by g.code
"""

BAR, GAP, HEIGHT = 10, 3, 36
"""Width, distance and height of the bars of a region, in the units of the SVG."""
PARTS = {"held": ("published", "late"), "missing": ("missing",), "unknown": ("failed", "refused")}
"""The parts of a bar, from below, and which states of `coverage` each of them counts."""


STATES = ", ".join(state for states in PARTS.values() for state in states)


@dataclass(frozen=True)
class Tile:
    """A region with its bars, one for each year; where nothing is known of an agency and year, its bar is shorter."""

    code: str
    name: str
    agencies: int
    reports: int
    paths: dict[str, str]
    """Each part of the bars, as an SVG path."""
    told: str
    """The same in words, year by year."""


async def home(datasette: Datasette, request: Request) -> Response:
    """The home page."""
    if chosen := remembering(datasette, request):
        return chosen
    page = open_page(datasette, request)
    release = release_of(datasette)
    years = await queries.rows(datasette, "gongkai", YEARS)
    span = range(years[0]["year"], years[-1]["year"] + 1) if years else range(0)
    with_reports = [year for year in years if year["reports"]]
    at = {year: index * (BAR + GAP) for index, year in enumerate(span)}
    newest = await queries.rows(datasette, "gongkai", "select fetched_at from newest")
    newest_day = (newest[0]["fetched_at"] or "")[:10]
    context = {
        # Counting the rows of a large table takes longer than all the rest of the page.
        "counts": {resource["name"]: resource.get("rows", 0) for resource in release.descriptor["resources"]},
        "years": with_reports,
        "span": span,
        "sums": {name: sum(year[name] for year in years) for name in ("checks_failed", "late", "missing")},
        "newest": newest_day,
        "dataset": dataset(datasette, request, page.language, newest_day),
        "tiles": await _tiles(page, at),
        "tile_width": len(at) * (BAR + GAP),
        "tile_height": HEIGHT,
        "sectors": await queries.rows(datasette, "gongkai", queries.SECTORS),
        "groups": grouped(datasette, page.language),
        "api_url": datasette.absolute_url(
            request, datasette.urls.path("/gongkai/requests.json?party=total&_shape=objects&_size=10")
        ),
    }
    return await page.render("gongkai_home.html", context)


async def _tiles(page: Page, at: dict[int, int]) -> list[Tile]:
    """The provinces and, where there is only one, what lies directly within it.

    Args:
        page: where they are shown.
        at: where, across, the bar of each year stands.
    """
    datasette = page.datasette
    regions = await queries.rows(datasette, "gongkai", PROVINCES)
    if len(regions) == 1:
        regions += await queries.rows(datasette, "gongkai", DIVISIONS, [regions[0]["code"]])
    marks = ",".join("?" * len(regions))
    held = await queries.rows(
        datasette,
        "gongkai",
        f"select region_code, year, {STATES} from region_years where region_code in ({marks}) order by year",
        [region["code"] for region in regions],
    )
    by_region: dict[str, list[queries.Record]] = {}
    for row in held:
        by_region.setdefault(row["region_code"], []).append(row)
    return [
        Tile(
            **region,
            paths={
                part: "".join(_bar(at[row["year"]], row, part, region["agencies"]) for row in rows) for part in PARTS
            },
            told=_told(page, rows),
        )
        for region in regions
        for rows in (by_region.get(region["code"], []),)
    ]


def _bar(x: int, row: queries.Record, part: str, agencies: int) -> str:
    """The part of a year's bar, which stands on the parts before it."""
    parts = list(PARTS)
    base = sum(_count(row, before) for before in parts[: parts.index(part)]) * HEIGHT / agencies
    height = _count(row, part) * HEIGHT / agencies
    return f"M{x} {HEIGHT - base:.1f}h{BAR}v-{height:.1f}h-{BAR}z" if height else ""


def _count(row: queries.Record, part: str) -> int:
    return sum(row[state] for state in PARTS[part])


def _told(page: Page, rows: list[queries.Record]) -> str:
    """What the bars show, in words; a part without any agency is not mentioned."""
    return "; ".join(
        f"{row['year']}: "
        + ", ".join(f"{page.say(f'home.bar_{part}')} {count}" for part in PARTS if (count := _count(row, part)))
        for row in rows
    )
