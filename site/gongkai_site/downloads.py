"""The page of downloads, and each table as a CSV file that Excel opens rightly and safely."""

from __future__ import annotations

import asyncio
import csv
import io
import re
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasette.utils import add_cors_headers
from datasette.utils.asgi import AsgiStream, AsgiWriter, Request, Response

from gongkai_site import queries
from gongkai_site.machines import dataset
from gongkai_site.pages import open_page, remembering
from gongkai_site.release import ARCHIVE, CHECKSUMS, DATABASES, DESCRIPTOR, EVIDENCE, release_of

# Datasette loads its plugins while its own module is not yet whole.
if TYPE_CHECKING:
    from datasette.app import Datasette

EXCEL_ROWS = 1_048_576
"""Rows of a sheet, the header's among them."""
BOM = "\ufeff"
"""Without it Excel takes a CSV file for the code page of its system, and Chinese for noise."""
ROWS_AT_ONCE = 2000

# A cell that begins so is a formula to Excel, LibreOffice and others, after blanks too; the wide forms are taken for the narrow ones by some.
FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
GUARD = "'"


async def downloads(datasette: Datasette, request: Request) -> Response:
    """Every file of the release with its size and checksum, what the columns are, and how to load them."""
    if chosen := remembering(datasette, request):
        return chosen
    page = open_page(datasette, request)
    release = release_of(datasette)
    checksums = release.checksums()
    suffix = "_zh" if page.language == "zh" else ""
    [seen] = await queries.rows(datasette, "gongkai", "select max(fetched_at) as last from captures")
    last_seen = (seen["last"] or "")[:10]
    tables = [
        {
            "name": resource["name"],
            "title": resource[f"title{suffix}"],
            "about": resource[f"description{suffix}"],
            "database": resource.get("database", "gongkai"),
            "file": release.download(resource["path"]),
            "rows": resource.get("rows"),
            "fits_excel": (resource.get("rows") or 0) < EXCEL_ROWS,
            "sha256": checksums.get(resource["path"]),
            "key": resource["schema"].get("primaryKey", []),
            "fields": [
                {**field, "said": field[f"title{suffix}"], "about": field[f"description{suffix}"]}
                for field in resource["schema"]["fields"]
            ],
        }
        for resource in release.descriptor["resources"]
    ]
    whole = (ARCHIVE, DESCRIPTOR, *(f"{name}.db" for name in DATABASES), EVIDENCE, CHECKSUMS)
    context = {
        "tables": tables,
        "whole": [
            {
                "file": file,
                "sha256": checksums.get(name),
                "about": page.say(f"download.about_{'zip' if name == ARCHIVE else name.partition('.')[0]}"),
            }
            for name in whole
            if (file := release.download(name))
        ],
        "last_seen": last_seen,
        "dataset": dataset(datasette, request, page.language, last_seen),
        "excel_rows": EXCEL_ROWS,
        "files_url": datasette.absolute_url(request, datasette.urls.path("/download")),
    }
    return await page.render("gongkai_downloads.html", context)


async def excel(datasette: Datasette, request: Request) -> Response | AsgiStream:
    """A table for Excel: with the mark by which it knows UTF-8, and no cell that it would run as a formula."""
    name = request.url_vars["file"]
    file = release_of(datasette).download(name)
    if not file or file.path.suffix != ".csv":
        return await open_page(datasette, request).missing("download", name)
    headers = {"content-disposition": f'attachment; filename="{file.path.stem}-excel.csv"'}
    if datasette.cors:
        add_cors_headers(headers)

    async def stream(writer: AsgiWriter) -> None:
        if request.method == "HEAD":
            return
        chunks = guarded(file.path)
        while chunk := await asyncio.to_thread(next, chunks, None):
            await writer.write(chunk)

    return AsgiStream(stream, headers=headers, content_type="text/csv; charset=utf-8")


def guarded(path: Path) -> Iterator[str]:
    """Yield a CSV file of the data package in pieces, as Excel should have it."""
    csv.field_size_limit(sys.maxsize)
    with path.open(encoding="utf-8", newline="") as source:
        rows = csv.reader(source, strict=True)
        start = BOM
        while piece := list(islice(rows, ROWS_AT_ONCE)):
            yield start + _written([guard(cell) for cell in row] for row in piece)
            start = ""


def guard(cell: str) -> str:
    """Return a cell so that no spreadsheet takes it for a formula: with an apostrophe before it. Numbers stay numbers."""
    return GUARD + cell if FORMULA.match(cell) and not NUMBER.fullmatch(cell) else cell


def _written(rows: Iterable[list[Any]]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    return written.getvalue()
