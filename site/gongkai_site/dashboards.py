"""The dashboards: from `dashboards.yml` to what datasette-dashboards wants, once for each language."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import yaml
from datasette.utils.asgi import Request, Response

from gongkai_site import queries
from gongkai_site.headers import WITH_CHARTS
from gongkai_site.language import LANGUAGES
from gongkai_site.pages import Page, open_page, remembering
from gongkai_site.questions import parameter_options, value_label

# Datasette loads its plugins while its own module is not yet whole.
if TYPE_CHECKING:
    from datasette.app import Datasette

DEFINITION = Path(__file__).with_name("dashboards.yml")
FILTERS = "filters"
WITH_QUESTIONS = ("region", "sector", "year", "level")
"""Filters that questions have as parameters, too."""
DATABASE = "gongkai"

# An interpreter in place of functions made of text, which the pages' policy forbids; SVG, so that marks can be seen and searched; no menu, which
# leads to another host; errors are told, warnings not.
EMBED = {"ast": True, "renderer": "svg", "actions": False, "logLevel": 1}
VEGA_LITE = "https://vega.github.io/schema/vega-lite/v6.json"
"""Names the version for which the charts are written; it is never fetched."""
COLOURS = ["#3b6fb6", "#d9822b", "#3a8f5c", "#b3486b", "#7d6bb5", "#8a7a3d", "#4aa3a8", "#8c8c8c", "#c45a3b", "#5f8a2f", "#a06ab4", "#5b7083"]  # fmt: skip

APART = """
select * from (
{sql}
)
where ({columns}) = (
{chosen}
)
"""

BEST_SOURCE = """
coalesce(nullif(:source, ''), (
  select source_kind from totals
  order by case source_kind when 'official' then 0 when 'mirror' then 1 when 'local' then 2 else 3 end
  limit 1
))
"""


@cache
def definition() -> dict[str, Any]:
    """Read the dashboards."""
    read: dict[str, Any] = yaml.safe_load(DEFINITION.read_text(encoding="utf-8"))
    return read


def names() -> list[str]:
    """Names of the dashboards, without language."""
    return [name for name in definition() if name != FILTERS]


def for_plugin(questions: dict[str, Any], expand: Any) -> dict[str, Any]:
    """Return the configuration of datasette-dashboards.

    Args:
        questions: the canned queries of the database by name, their SQL whole.
        expand: puts the shared pieces of SQL into a query.

    Raises:
        KeyError: a chart asks a question that there is not.
    """
    return {
        f"{name}-{language}": _dashboard(definition()[name], language, questions, expand)
        for name in names()
        for language in LANGUAGES
    }


def _dashboard(entry: dict[str, Any], language: str, questions: dict[str, Any], expand: Any) -> dict[str, Any]:
    spoken = in_language(entry, language)
    filters = in_language(definition()[FILTERS], language)
    chosen = expand(_chosen(entry))
    return {
        "title": spoken["title"],
        "description": spoken["description"],
        "layout": spoken["layout"],
        "filters": {name: filters[name] for name in spoken["filters"]},
        "chosen": chosen,
        "charts": {
            name: {
                "title": chart["title"],
                "db": DATABASE,
                "library": "vega-lite",
                "query": _apart(
                    questions[chart["question"]]["sql"] if "question" in chart else expand(chart["query"]),
                    entry["apart"],
                    chosen,
                ),
                "display": _display(chart),
            }
            for name, chart in spoken["charts"].items()
        },
    }


def _chosen(entry: dict[str, Any]) -> str:
    """SQL for the one value of each column by which reports are kept apart: as the filters say and, where they do not, the best source and what most reports are."""
    source, *others = entry["apart"]
    best = f"{BEST_SOURCE.strip()} as {source}"
    if not others:
        return f"select {best}"
    values = ", ".join(f"${column} as {column}" for column in others)
    asked = " and ".join(f"(:{column} = '' or ${column} = :{column})" for column in others)
    return (
        f"select t.{source}, {values} from totals t\nwhere {entry['among']}\nand {asked}\nand t.{source} = {BEST_SOURCE.strip()}\n"
        f"group by {', '.join(entry['apart'])} order by count(*) desc, {', '.join(others)} limit 1"
    )


def _apart(sql: str, columns: list[str], chosen: str) -> str:
    # datasette-dashboards takes [[ … ]] for a part that may be left out.
    assert "[[" not in sql
    # What the page has chosen already needs no looking for.
    asked = [f":{'source' if column == 'source_kind' else column}" for column in columns]
    all_given = " and ".join(f"{name} <> ''" for name in asked)
    given = f"select {', '.join(asked)} where {all_given}"
    chosen = f"{given}\nunion all\nselect * from (\n{chosen}\n)\nlimit 1"
    return APART.format(sql=sql, columns=", ".join(columns), chosen=chosen).strip()


def _display(chart: dict[str, Any]) -> dict[str, Any]:
    """A Vega-Lite specification; years stand on the horizontal axis where nothing else does."""
    encoding = {
        "x": chart.get("x", {"field": "year", "type": "ordinal", "title": None}),
        "y": chart["y"],
        "color": chart.get("color", {"value": COLOURS[0]}),
        "tooltip": [{"field": field} for field in chart.get("tooltip", ["year", chart["y"]["field"]])],
    }
    # What is unknown breaks a line. (`invalid: null` would draw it as a zero.)
    line = {"type": "line", "point": True, "invalid": "break-paths-show-path-domains"}
    fit = {"autosize": {"type": "fit-x", "contains": "padding"}} if encoding["y"]["type"] == "nominal" else {}
    return {
        "$schema": VEGA_LITE,
        **fit,
        "mark": line if chart["mark"] == "line" else {"type": chart["mark"]},
        "encoding": encoding,
        **({"transform": [{"fold": chart["fold"]}]} if "fold" in chart else {}),
        "config": {"background": None, "range": {"category": COLOURS}, "view": {"stroke": None}},
        "usermeta": {"embedOptions": EMBED},
    }


def in_language(value: Any, language: str) -> Any:
    """Take one language of everything that is said in both."""
    if isinstance(value, dict):
        if set(value) == set(LANGUAGES):
            return in_language(value[language], language)
        return {key: in_language(inner, language) for key, inner in value.items()}
    if isinstance(value, list):
        return [in_language(inner, language) for inner in value]
    return value


async def dashboard(datasette: Datasette, request: Request) -> Response:
    """A dashboard, its filters in the address. The browser draws the charts, each of which leads to its rows."""
    if chosen := remembering(datasette, request):
        return chosen
    page = open_page(datasette, request)
    name = request.url_vars["name"]
    if name not in names():
        return await page.missing("page", request.path)
    config = (datasette.plugin_config("datasette-dashboards") or {})[f"{name}-{page.language}"]
    given = {key: (request.args.get(key) or "").strip() for key in config["filters"]}
    found = await queries.rows(datasette, DATABASE, config["chosen"], given)
    drawn = found[0] if found else {}
    # What is drawn stands in what the charts ask for, so that all of them are of the same reports.
    wanted = given | {("source" if column == "source_kind" else column): value for column, value in drawn.items()}
    context = {
        "name": name,
        "dashboard": config,
        "rows": [list(dict.fromkeys(row)) for row in config["layout"]],
        "fields": [_field(key, value, config, page, await _options(page, name, key)) for key, value in given.items()],
        "drawn": " · ".join(value_label(key, value, page.language) for key, value in drawn.items()),
        "sources": {
            key: _source(page, definition()[name]["charts"][key], chart["query"], wanted)
            for key, chart in config["charts"].items()
        },
        "data": {"charts": config["charts"], "query": urlencode(wanted), "site": datasette.urls.instance()},
    }
    response = await page.render("gongkai_dashboard.html", context)
    # Vega lays a style sheet of its own into the page.
    response.headers["Content-Security-Policy"] = WITH_CHARTS.decode()
    return response


def _field(key: str, value: str, config: dict[str, Any], page: Page, options: list[tuple[str, str]]) -> dict[str, Any]:
    return {"name": key, "value": value, "label": config["filters"][key]["name"], "options": options}


async def _options(page: Page, name: str, key: str) -> list[tuple[str, str]]:
    """What can be chosen for a filter; nothing where it is typed."""
    if key != "source":
        return await parameter_options(page, key)
    found = await queries.rows(page.datasette, DATABASE, definition()[FILTERS]["source"]["query"])
    sources = [row["source_kind"] for row in found] + definition()[name].get("sources", [])
    return [(source, page.say(f"source_kind.{source}")) for source in sources]


def _source(page: Page, chart: dict[str, Any], query: str, given: dict[str, str]) -> str:
    """Where the rows of a chart are: the page of its question, else the SQL that it asks."""
    if "question" in chart:
        kept = urlencode({key: value for key, value in given.items() if value and key in WITH_QUESTIONS})
        return page.url(f"question/{chart['question']}") + (f"?{kept}" if kept else "")
    return f"{page.datasette.urls.database(DATABASE)}?{urlencode({'sql': query, **given})}"


async def index(datasette: Datasette, request: Request) -> Response:
    """What dashboards there are."""
    if chosen := remembering(datasette, request):
        return chosen
    page = open_page(datasette, request)
    listed = [
        {
            "url": page.url(f"dashboard/{name}"),
            "title": definition()[name]["title"][page.language],
            "about": definition()[name]["description"][page.language],
        }
        for name in names()
    ]
    return await page.render("gongkai_dashboards.html", {"dashboards": listed})
