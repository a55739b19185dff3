"""The Datasette plugin: what Datasette calls, and nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from datasette import hookimpl
from datasette.utils.asgi import NotFound, Request
from markupsafe import Markup, escape

from gongkai_site import (
    api,
    compare,
    dashboards,
    downloads,
    evidence,
    feed,
    home,
    machines,
    openapi,
    pages,
    places,
    questions,
    report,
    sql_csv,
)
from gongkai_site.chinese import match_query, snippet
from gongkai_site.headers import Application, with_security_headers
from gongkai_site.language import LANGUAGES, speaker
from gongkai_site.methods import only_reading
from gongkai_site.mistakes import find_mistake

# Datasette loads its plugins while its own module is not yet whole.
if TYPE_CHECKING:
    from datasette.app import Datasette

VALUE_BYTES = 10_000_000
"""Largest string or blob in SQL. Anyone may send SQL, and the time limit does not stop the making of one huge value."""

SNIPPET_TEXT = 200_000
"""Characters of a text in which SQL's extracts are looked for: longer than the longest sections."""

IN_LANGUAGE = r"/(?P<language>zh|en)"
PAGE_OF = {"report_id": "report", "next_report_id": "report", "agency_id": "agency"}
"""Columns whose values have a page of their own."""

OWN_NAME = {("reports", "title"): "report_id", ("agencies", "name"): "agency_id"}
"""Where a table's own key is Datasette's link to the row, the name leads to the page."""


# Datasette registers its own escape_fts; the last registration stands.
@hookimpl(trylast=True)  # type: ignore[untyped-decorator]
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Have Datasette's search boxes search Chinese, and give SQL a function for extracts; keep values small."""
    conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, VALUE_BYTES)
    conn.create_function("escape_fts", 1, _escape_fts, deterministic=True)
    conn.create_function("gongkai_snippet", 2, _snippet, deterministic=True)


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    """Our pages. They come before Datasette's, whose addresses begin with a database's name."""
    routes: list[tuple[str, pages.View]] = [
        (r"/$", pages.root),
        (rf"{IN_LANGUAGE}$", home.home),
        (rf"{IN_LANGUAGE}/search$", pages.search),
        (rf"{IN_LANGUAGE}/report/(?P<report_id>[^/]+)$", report.report),
        (rf"{IN_LANGUAGE}/evidence/(?P<report_id>[^/]+)$", evidence.evidence),
        (r"/document/(?P<capture_id>[0-9a-f]{64})$", evidence.document),
        (rf"{IN_LANGUAGE}/compare$", compare.compare),
        (rf"{IN_LANGUAGE}/agency/(?P<agency_id>[^/]+)$", places.agency),
        (rf"{IN_LANGUAGE}/region/(?P<code>[^/]+)$", places.region),
        (rf"{IN_LANGUAGE}/questions$", questions.index),
        (rf"{IN_LANGUAGE}/dashboards$", dashboards.index),
        (rf"{IN_LANGUAGE}/dashboard/(?P<name>[^/]+)$", dashboards.dashboard),
        (rf"{IN_LANGUAGE}/downloads$", downloads.downloads),
        (rf"{IN_LANGUAGE}/api$", api.api),
        (rf"{IN_LANGUAGE}/method$", api.method),
        (rf"{IN_LANGUAGE}/feed\.atom$", feed.feed),
        (rf"{IN_LANGUAGE}/question/(?P<name>[^/]+)$", questions.question),
        (rf"{IN_LANGUAGE}/.*[^/]$", pages.not_found),
        (r"/(question|dashboard|report|evidence|agency|region)/[^/]+$", pages.in_language),
        # Paths of files, threads, versions of what runs: they tell of the machine, and nothing of the data.
        (r"/-/(databases|threads|versions)(\.json)?$", pages.not_found),
        (r"/(?P<database>gongkai|texts)\.(?P<format>csv)$", sql_csv.sql_csv),
        (r"/openapi\.json$", openapi.openapi),
        (r"/robots\.txt$", machines.robots),
        (r"/llms\.txt$", machines.llms),
        (r"/sitemap\.xml$", machines.sitemap),
        (r"/sitemap-(?P<part>[a-z]+(-\d+)?)\.xml$", machines.sitemap_part),
        (r"/download/excel/(?P<file>[^/]+)$", downloads.excel),
        (r"/download/(?P<file>.+)$", pages.download),
    ]
    return [(address, pages.only_read(view)) for address, view in routes]


@hookimpl  # type: ignore[untyped-decorator]
def render_cell(row: Any, value: Any, column: str, table: str | None, datasette: Datasette) -> Markup | None:
    """Link reports and agencies in Datasette's own tables to their pages; write out what turns the direction of writing."""
    label, key = (value["label"], value["value"]) if isinstance(value, dict) else (value, value)
    page = PAGE_OF.get(column)
    if table and (table, column) in OWN_NAME:
        key = row[OWN_NAME[table, column]]
        page = PAGE_OF[OWN_NAME[table, column]]
    if page and isinstance(key, str):
        link = Markup('<a href="{}">{}</a>')
        return link.format(datasette.urls.path(f"/{page}/{key}"), pages.visible(str(label or key)))
    return escape(pages.visible(value)) if isinstance(value, str) and pages.UNSEEN.search(value) else None


@hookimpl  # type: ignore[untyped-decorator]
def extra_template_vars(datasette: Datasette) -> Callable[[], Any]:
    """Tell Datasette's own pages whether the data is invented."""

    async def variables() -> dict[str, Any]:
        return {
            "sample_site": await pages.is_sample(datasette),
            "in_both": {language: speaker(language) for language in LANGUAGES},
        }

    return variables


# As a wrapper, because Datasette runs every handler, and its own prints a traceback with all variables for each
# mistyped address and parameter.
@hookimpl(wrapper=True)  # type: ignore[untyped-decorator]
def handle_exception(
    datasette: Datasette, request: Request, exception: Exception
) -> Generator[None, list[Any], list[Any]]:
    """Answer ourselves what is not there, what is wrongly asked, and what failed."""
    yield
    if isinstance(exception, NotFound):
        return [lambda: pages.not_found(datasette, request)]
    mistake = find_mistake(request, exception)
    if mistake:
        return [lambda: pages.refused(datasette, request, mistake)]
    return [lambda: pages.broken(datasette, request, exception)]


@hookimpl  # type: ignore[untyped-decorator]
def forbidden(datasette: Datasette, request: Request, message: str) -> Callable[[], Any]:
    """Answer ourselves what nobody may see: Datasette's own pages for whoever runs a site."""
    return lambda: pages.closed(datasette, request, message)


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper(datasette: Datasette) -> Callable[[Application], Application]:
    """Refuse what would not only read, and set security headers."""
    return lambda application: with_security_headers(only_reading(application), datasette.setting("base_url"))


# SQL hands these functions whatever it likes: numbers, blobs, null.
def _escape_fts(search: object) -> str:
    return match_query(_text(search))


def _snippet(text: object, search: object) -> str:
    """Return an extract around the first match, which stands in 【】."""
    before, match, after = snippet(_text(text)[:SNIPPET_TEXT], _text(search))
    return f"{before}【{match}】{after}" if match else before


def _text(value: object) -> str:
    return "" if value is None else str(value)
