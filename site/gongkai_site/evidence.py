"""From a figure to the document: the page around it, and the document itself, confined to a frame in which nothing runs.

The document comes from `evidence.db`, in which the build wrote it anew without anything that could act. The policy that goes with it would
stop what the build had missed.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
import zlib
from base64 import b64encode
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from datasette.utils.asgi import Request, Response

from gongkai_site import queries
from gongkai_site.cells import figure_text, place_in_words
from gongkai_site.form import Label, make_cell
from gongkai_site.pages import Page, open_page, remembering, visible
from gongkai_site.release import EVIDENCE, release_of

# Datasette loads its plugins while its own module is not yet whole.
if TYPE_CHECKING:
    from datasette.app import Datasette

PLACE = re.compile(r"line \d{1,9}|table \d{1,9}(, row \d{1,9}(, column \d{1,9})?)?")
MARKED_WORDS = 1000
"""Characters of a print that are looked for in its line."""

FIGURE = """
select f.*, i.name_zh, i.name_en, i.unit, i.comparability
from figures f join items i using (item_id)
where f.report_id = :report and f.item_id = :item and f.party = :party
"""

CAPTURE = "select * from captures where capture_id = ? and report_id = ?"


@dataclass(frozen=True)
class Kept:
    """A document as the release keeps it."""

    media_type: str
    html: str


async def evidence(datasette: Datasette, request: Request) -> Response:
    """The document of a report, opened where a figure stands (`item`, `party`) or at a `place`; of another capture with `capture`."""
    if chosen := remembering(datasette, request):
        return chosen
    page = open_page(datasette, request)
    report_id = request.url_vars["report_id"]
    found = await queries.rows(datasette, "gongkai", queries.REPORT, [report_id])
    if not found:
        return await page.missing("report", report_id)
    report = found[0]
    figure = None
    if item := request.args.get("item"):
        asked = {"report": report_id, "item": item, "party": request.args.get("party") or "all"}
        figures = await queries.rows(datasette, "gongkai", FIGURE, asked)
        if not figures:
            return await page.missing("figure", f"{item} ({asked['party']})")
        figure = figures[0]
    place = str(figure["place"] or "") if figure else request.args.get("place") or ""
    if place and not figure and not PLACE.fullmatch(place):
        return await page.missing("place", place)
    # A figure stands in the document from which it was read, and in no other.
    capture_id = (None if figure else request.args.get("capture")) or report["capture_id"]
    captures = await queries.rows(datasette, "gongkai", CAPTURE, [capture_id, report_id])
    if not captures:
        return await page.missing("capture", capture_id)
    return await _shown(page, report, figure, place, captures[0])


async def document(datasette: Datasette, request: Request) -> Response:
    """The document of a capture, alone, with a `place` marked, and in it the `words` of a sentence."""
    kept = await read_document(datasette, request.url_vars["capture_id"])
    if not kept:
        return await open_page(datasette, request).missing("capture", request.url_vars["capture_id"])
    place, words = request.args.get("place") or "", request.args.get("words") or ""
    marked = mark(visible(kept.html), place, visible(words)) if PLACE.fullmatch(place) else visible(kept.html)
    html = (
        '<!DOCTYPE html>\n<html lang="zh"><head><meta charset="utf-8"><title>存档 · Archived document</title>'
        '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
        f"<style>{_style()}</style></head><body>{marked}</body></html>"
    )
    headers = {
        "Content-Security-Policy": f"default-src 'none'; style-src '{_style_digest()}'; sandbox; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'self'",
        "Cache-Control": f"max-age={datasette.setting('default_cache_ttl')}",
    }
    return Response.html(html, headers=headers)


async def read_document(datasette: Datasette, capture_id: str) -> Kept | None:
    """Return the document of a capture; None where the release keeps none."""
    return await asyncio.to_thread(_read, release_of(datasette).folder / EVIDENCE, capture_id)


def mark(html: str, place: str, words: str = "") -> str:
    """Mark everything at a place and, where the words of a sentence stand there in one piece, these; the first mark has the id `here`."""
    found = re.compile(rf' data-place="({re.escape(place)}(?:, [^"]*)?)"')
    html = found.sub(r' data-place="\1" class="here"', html)
    html = html.replace(' class="here"', ' class="here" id="here"', 1)
    printed = escape(" ".join(words[:MARKED_WORDS].split()), quote=False)
    start = html.find(' id="here"')
    end = html.find("<", start)
    if printed and start >= 0:
        inner = html[start:end]
        html = html[:start] + inner.replace(printed, f"<mark>{printed}</mark>", 1) + html[end:]
    return html


def page_of(html: str, place: str) -> int | None:
    """Return the page of a document on which a place is; None where the document has no pages."""
    found = re.search(rf' data-place="{re.escape(place)}[",]', html)
    pages = re.findall(r' data-page="(\d+)"', html[: found.start()]) if found and place else []
    return int(pages[-1]) if pages else None


async def _shown(
    page: Page, report: queries.Record, figure: queries.Record | None, place: str, capture: queries.Record
) -> Response:
    kept = await read_document(page.datasette, capture["capture_id"])
    words = str(figure["raw"] or "") if figure and place.startswith("line") else ""
    arguments = {key: value for key, value in (("place", place), ("words", words[:MARKED_WORDS])) if value}
    number = page_of(kept.html, place) if kept else None
    url = page.datasette.urls.path(f"/document/{capture['capture_id']}")
    context: dict[str, Any] = {
        "report": report,
        "figure": figure,
        "capture": capture,
        "place": place,
        "place_words": place_in_words(f"page {number}, {place}" if number else place, page.say),
        "kept": kept,
        "document_url": url + (f"?{urlencode(arguments)}#here" if arguments else ""),
        "is_web_address": queries.is_web_address(capture["url"]),
    }
    if figure:
        context |= {
            "label": Label(figure["name_zh"], figure["name_en"]),
            "cell": (cell := make_cell(figure, figure)),
            "figure_text": figure_text(cell, page.say),
            "row_url": page.datasette.urls.path(
                "/gongkai/figures?" + urlencode({key: figure[key] for key in ("report_id", "item_id", "party")})
            ),
        }
    return await page.render("gongkai_evidence.html", context)


def _read(path: Path, capture_id: str) -> Kept | None:
    if not path.is_file():
        return None
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
        row = database.execute("select media_type, html from documents where capture_id = ?", [capture_id]).fetchone()
    return Kept(row[0], zlib.decompress(row[1]).decode()) if row else None


@cache
def _style() -> str:
    return Path(__file__).with_name("document.css").read_text(encoding="utf-8")


@cache
def _style_digest() -> str:
    return f"sha256-{b64encode(sha256(_style().encode()).digest()).decode()}"
