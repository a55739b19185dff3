"""The questions: an index, and a page for each with its parameters, what is counted, a chart and the rows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import yaml
from datasette.utils.asgi import Request, Response

from gongkai_site import charts, queries
from gongkai_site.form import definition as form_definition
from gongkai_site.language import load_strings
from gongkai_site.pages import Page, open_page, remembering
from gongkai_site.release import DATABASES, DESCRIPTOR, release_of

# Datasette loads its plugins while its own module is not yet whole.
if TYPE_CHECKING:
    from datasette.app import Datasette

DEFINITION = Path(__file__).with_name("questions.yml")
ROWS_SHOWN = 200
YEAR_COLUMNS = ("year", "first_year", "last_year")
LONG = 24
"""Characters beyond which a cell is broken into lines."""
LINKED = {"report_id": "report", "next_report_id": "report", "compared_with": "report", "agency_id": "agency"}
"""Columns whose values have a page of their own."""
TALLY = ("reports_known", "reports_blank", "reports_unclear", "reports_not_printed")
OPEN_CHARTS = 3
"""Charts beyond these are folded."""
KINDS = {"lines": charts.lines, "columns": charts.columns, "bars": charts.bars}


@dataclass(frozen=True)
class Question:
    """A canned query as metadata.yml defines it."""

    name: str
    database: str
    entry: dict[str, Any]

    def title(self, language: str) -> str:
        """The question in words."""
        return str(self.entry[f"title_{language}"])

    def about(self, language: str) -> str:
        """What is counted, and out of what."""
        return str(self.entry[f"description_{language}"])

    @property
    def parameters(self) -> list[str]:
        """Names of the parameters."""
        return list(self.entry.get("params", []))


@dataclass(frozen=True)
class Cell:
    """A value as the page shows it."""

    text: str
    url: str | None = None
    kind: str = ""
    """`number`, `unknown`, `long` or nothing."""


@cache
def definition() -> Any:
    """Read how questions are shown."""
    return yaml.safe_load(DEFINITION.read_text(encoding="utf-8"))


def all_questions(datasette: Datasette) -> dict[str, Question]:
    """Return the questions of both databases by name."""
    return {
        name: Question(name, database, entry)
        for database in DATABASES
        for name, entry in (datasette.metadata("queries", database=database, fallback=False) or {}).items()
    }


def grouped(datasette: Datasette, language: str) -> list[dict[str, Any]]:
    """Return the questions under their headings; one that questions.yml does not mention stands under none of them and is an error."""
    known = all_questions(datasette)
    groups = definition()["groups"]
    left_out = known.keys() - {name for group in groups for name in group["questions"]}
    if left_out:
        raise ValueError(f"questions.yml puts these questions under no heading: {', '.join(sorted(left_out))}")
    return [
        {
            "title": group["title"][language],
            "questions": [
                {"name": name, "title": known[name].title(language), "about": known[name].about(language)}
                for name in group["questions"]
            ],
        }
        for group in groups
    ]


async def index(datasette: Datasette, request: Request) -> Response:
    """All questions."""
    if chosen := remembering(datasette, request):
        return chosen
    page = open_page(datasette, request)
    return await page.render("gongkai_questions.html", {"groups": grouped(datasette, page.language)})


async def question(datasette: Datasette, request: Request) -> Response:
    """A question, with the parameters in the address."""
    if chosen := remembering(datasette, request):
        return chosen
    page = open_page(datasette, request)
    asked = all_questions(datasette).get(request.url_vars["name"])
    if not asked:
        return await page.missing("question", request.url_vars["name"])
    given = {name: (request.args.get(name) or "").strip() for name in asked.parameters}
    results = await datasette.get_database(asked.database).execute(asked.entry["sql"], given, truncate=True)
    rows = [dict(row) for row in results.rows]
    shown = [column for column in (d[0] for d in results.description) if _is_shown(column, results.description, page)]
    if rows:
        # A column in which there is nothing to tell of any row tells nothing.
        silent = {column for column in definition()["nothing"] if all(row.get(column) is None for row in rows)}
        shown = [column for column in shown if column not in silent]
    kept = urlencode({name: value for name, value in given.items() if value})
    address = datasette.urls.query(asked.database, asked.name)
    context = {
        "question": asked,
        "title": asked.title(page.language),
        "about": asked.about(page.language),
        "fields": [_field(name, value, page, await parameter_options(page, name)) for name, value in given.items()],
        "columns": [(column, column_label(datasette, column, page.language)) for column in shown],
        "rows": [[_cell(page, column, row) for column in shown] for row in rows[:ROWS_SHOWN]],
        "count": len(rows),
        "basis": _basis(page, asked.name),
        "truncated": results.truncated,
        "rows_shown": ROWS_SHOWN,
        "tally": await _tally(datasette, asked, given, rows, results.truncated),
        "charts": list(_charts(datasette, page, asked, given, rows)),
        "open_charts": OPEN_CHARTS,
        "data_url": {
            "json": f"{address}.json?{kept}" if kept else f"{address}.json",
            # A file to keep, and not a page of text.
            "csv": f"{address}.csv?{kept}&_dl=on" if kept else f"{address}.csv?_dl=on",
        },
        "sql_url": f"{address}?{kept}" if kept else address,
    }
    return await page.render("gongkai_question.html", context)


async def _tally(
    datasette: Datasette, asked: Question, given: dict[str, str], rows: list[dict[str, Any]], truncated: bool
) -> dict[str, int] | None:
    """On how many reports an answer rests, and how many are left out and why: those of the rows beyond the limit, too."""
    if not rows or TALLY[0] not in rows[0]:
        return None
    if truncated:
        sums = ", ".join(f"sum({name}) as {name}" for name in TALLY)
        [whole] = await queries.rows(datasette, asked.database, f"select {sums} from ({asked.entry['sql']})", given)
        return whole
    return {name: sum(row[name] for row in rows) for name in TALLY}


def _basis(page: Page, name: str) -> str:
    """With what the answer compares, where that is a matter of the release."""
    if name != "what_changed":
        return ""
    before = release_of(page.datasette).descriptor.get("before")
    return page.say("question.before", version=before["version"]) if before else page.say("question.no_before")


def column_label(datasette: Datasette, column: str, language: str) -> str:
    """What a column of a question is called: by questions.yml, else by the data package; the name itself where neither says."""
    base = column.removesuffix("_zh").removesuffix("_en")
    own = definition()["columns"].get(column) or definition()["columns"].get(base)
    if own:
        return str(own[language])
    folder = Path(datasette.get_database("gongkai").path).parent
    return _package_labels(folder).get(base, {}).get(language, column)


@cache
def _package_labels(folder: Path) -> dict[str, dict[str, str]]:
    labels: dict[str, dict[str, str]] = {}
    for resource in json.loads((folder / DESCRIPTOR).read_text(encoding="utf-8"))["resources"]:
        for field in resource["schema"]["fields"]:
            labels.setdefault(field["name"], {"zh": field["title_zh"], "en": field["title"]})
    return labels


def _is_shown(column: str, description: Iterable[Any], page: Page) -> bool:
    """Of a column in two languages only one is shown, and of a code that has a name only the name."""
    names = {entry[0] for entry in description}
    other = "en" if page.language == "zh" else "zh"
    if column.endswith(f"_{other}") and column.removesuffix(f"_{other}") + f"_{page.language}" in names:
        return False
    if page.language == "zh" and column.endswith("_en") and column.removesuffix("_en") in names:
        return False
    has_english = page.language == "en" and f"{column}_en" in names
    return not has_english and f"{column}_{page.language}" not in names


def _cell(page: Page, column: str, row: dict[str, Any]) -> Cell:
    value = row[column]
    if value is None and column in definition()["nothing"]:
        return Cell("")
    if value is None:
        return Cell(page.say("question.unknown"), kind="unknown")
    if isinstance(value, (int, float)):
        return Cell(str(value) if column in YEAR_COLUMNS else charts.said(value), kind="number")
    if column in LINKED and row.get("state") != "removed":
        return Cell(value, page.url(f"{LINKED[column]}/{value}"))
    if column == "agency" and isinstance(row.get("agency_id"), str):
        return Cell(value, page.url(f"agency/{row['agency_id']}"))
    text = value_label(column, value, page.language)
    return Cell(text, kind="long" if len(text) > LONG else "")


def value_label(column: str, value: str, language: str) -> str:
    """A code in words: a category of applicants, a source, a state."""
    own = definition()["values"].get(column, {}).get(value)
    said = own or load_strings().get(
        f"{'report.severity' if column == 'severity' else column}{'_' if column == 'severity' else '.'}{value}"
    )
    return str(said[language]) if said else value


def _field(name: str, value: str, page: Page, options: list[tuple[str, str]]) -> dict[str, Any]:
    label = definition()["parameters"][name][page.language]
    return {"name": name, "value": value, "label": label, "options": options}


async def parameter_options(page: Page, name: str) -> list[tuple[str, str]]:
    """What can be chosen for a parameter; nothing where it is typed."""
    datasette = page.datasette
    if name == "year":
        return [(str(row["year"]),) * 2 for row in await queries.rows(datasette, "gongkai", YEARS)]
    if name == "sector":
        found = await queries.rows(datasette, "gongkai", SECTORS)
        return [(row["sector"], row[f"name_{page.language}"]) for row in found]
    if name in definition()["apart"]:
        return [(value, value_label(name, value, page.language)) for value in definition()["apart"][name]]
    if name == "party":
        return [(party, page.say(f"party.{party}")) for party in form_definition()["parties"]]
    if name == "absence":
        return [(state, value_label("state", state, page.language)) for state in definition()["absences"]]
    if name == "ground":
        return [
            (ground, column_label(datasette, f"refused_{ground}", page.language)) for ground in definition()["grounds"]
        ]
    return []


# Both step from one value to the next by the index; `distinct` would go over all rows.
YEARS = """
with recursive found (year) as (
  select max(year) from reports
  union all
  select (select max(year) from reports where year < found.year) from found where found.year is not null
)
select year from found where year is not null
"""
SECTORS = """
select s.sector, s.name_zh, s.name_en from sectors s
where exists (select 1 from agencies a where a.sector = s.sector)
order by s.sector
"""


def _charts(
    datasette: Datasette, page: Page, asked: Question, given: dict[str, str], rows: list[dict[str, Any]]
) -> Iterator[tuple[str, charts.Chart]]:
    """The charts of a question: one for each kind of source, level and kind of reporter, as what these report must not be added up."""
    wanted = definition()["charts"].get(asked.name)
    if not wanted or not rows or ("for" in wanted and not given[wanted["for"]]):
        return
    apart = {column: order for column, order in definition()["apart"].items() if column in rows[0]}
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {values: [] for values in product(*apart.values())}
    for row in rows:
        groups[tuple(row[column] for column in apart)].append(row)
    for values, own in groups.items():
        drawn = KINDS[wanted["kind"]](_series(datasette, page, wanted, own)) if own else None
        if drawn:
            said = (value_label(column, value, page.language) for column, value in zip(apart, values, strict=True))
            yield " · ".join((asked.title(page.language), *said)), drawn


def _series(
    datasette: Datasette, page: Page, wanted: dict[str, Any], rows: list[dict[str, Any]]
) -> list[charts.Series]:
    places = _places(wanted, rows, page.language)
    if "series" not in wanted:
        return [
            charts.Series(
                column_label(datasette, column, page.language),
                {place: row[column] for place, row in zip(places, rows, strict=True)},
            )
            for column in wanted["y"]
        ]
    [column] = wanted["y"]
    named = _in_language(wanted["series"], rows[0], page.language)
    values: dict[str, dict[str, charts.Value]] = {}
    for place, row in zip(places, rows, strict=True):
        name = value_label(wanted["series"], row[named], page.language)
        values.setdefault(name, {})[place] = row[column]
    return [charts.Series(name, of) for name, of in values.items()]


def _places(wanted: dict[str, Any], rows: list[dict[str, Any]], language: str) -> list[str]:
    """Name the place of each row in a chart: a year, or what a bar is of. Different agencies that bear the same name are told apart by their region."""
    column = _in_language(wanted.get("x", "year"), rows[0], language)
    names = [str(row[column]) for row in rows]
    if "key" not in wanted:
        return names
    keys = [str(row[wanted["key"]]) for row in rows]
    if "place" in wanted:
        names = told_apart(names, keys, [str(row[wanted["place"]]) for row in rows])
    return told_apart(names, keys, keys)


def told_apart(names: Sequence[str], keys: Sequence[str], places: Sequence[str]) -> list[str]:
    """Put its place behind each name that several keys bear."""
    bearers = Counter(name for name, _ in set(zip(names, keys, strict=True)))
    return [f"{name} · {place}" if bearers[name] > 1 else name for name, place in zip(names, places, strict=True)]


def _in_language(column: str, row: dict[str, Any], language: str) -> str:
    return f"{column}_{language}" if f"{column}_{language}" in row else column
