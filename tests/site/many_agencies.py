"""Several fictional agencies of one release: copies of the reports of the small release under other agencies, with figures that a test chooses."""

import asyncio
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from datasette.app import Datasette
from small_release import Get

from gongkai_site.server import make_datasette

Row = Mapping[str, Any]


@contextmanager
def copied(release: Path, folder: Path) -> Iterator[sqlite3.Connection]:
    """Copy a release into a folder and open its figures for writing."""
    for name in ("datapackage.json", "gongkai.db", "texts.db"):
        shutil.copy(release / name, folder)
    with closing(sqlite3.connect(folder / "gongkai.db")) as database, database:
        database.row_factory = sqlite3.Row
        yield database


def site_on(folder: Path) -> Get:
    """Return what asks the site on a release for a path."""
    site: Datasette = make_datasette(folder)
    return lambda path, **options: asyncio.run(site.client.get(path, **options))


def ask(get: Callable[..., Any], query: str, **parameters: str) -> list[dict[str, Any]]:
    """Return the rows of a question."""
    answer = get(f"/gongkai/{query}.json", params={"_shape": "array", **parameters})
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()
    return rows


def add_region(database: sqlite3.Connection, code: str, name: str, full_name: str, level: str, parent: str) -> None:
    """Add a division, and that something is held of it."""
    values = (code, name, full_name, level, parent, 1980)
    database.execute(
        "insert into regions (code, name, full_name, level, parent_code, valid_from) values (?, ?, ?, ?, ?, ?)", values
    )
    database.execute("insert into region_totals values (?, 1, 1, 2020, 2021)", [code])


def add_agency(database: sqlite3.Connection, agency_id: str, name: str, level: str = "prefecture") -> None:
    """Add an agency of the division and the sector that its id names."""
    region, sector = agency_id.split(".")
    sector = sector.partition("-")[0]
    database.execute(
        "insert or ignore into sectors (sector, name_zh, name_en) values (?, ?, ?)", [sector, sector, sector]
    )
    columns = "agency_id, name, region_code, sector, level"
    database.execute(f"insert into agencies ({columns}) values (?, ?, ?, ?, ?)", [agency_id, name, region, sector, level])  # fmt: skip


def add_report(database: sqlite3.Connection, like: str, agency_id: str, year: int, **totals: Any) -> str:
    """Add a report with the figures of another, but for those of its totals that are given; `form` and `source_kind` are the report's own, too."""
    report_id = f"{agency_id}.{year}"
    [(name, region, sector)] = database.execute(
        "select name, region_code, sector from agencies where agency_id = ?", [agency_id]
    ).fetchall()
    own = {"report_id": report_id, "agency_id": agency_id, "year": year}
    kept = {key: totals[key] for key in ("form", "source_kind") if key in totals}
    _copy(database, "reports", like, {**own, **kept})
    _copy(database, "totals", like, {**own, "agency": name, "region_code": region, "sector": sector, **totals})
    _copy(database, "coverage", like, own)
    return report_id


def _copy(database: sqlite3.Connection, table: str, like: str, changes: Row) -> None:
    row = dict(database.execute(f"select * from {table} where report_id = ?", [like]).fetchone())
    row |= {key: value for key, value in changes.items() if key in row}
    columns = ", ".join(f'"{column}"' for column in row)
    database.execute(
        f"insert into {table} ({columns}) values ({', '.join('?' * len(row))})", list(row.values())
    )  # fmt: skip
