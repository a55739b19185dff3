"""A data package to SQLite: `gongkai.db` holds the numbers, `texts.db` the text, each with its full-text index."""

import csv
import json
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from sqlite_utils import Database

from gongkai_build.files import MARK, replace_file
from gongkai_build.held import HELD_SQL
from gongkai_build.package import PackageError
from gongkai_build.schema import Schema, Table, load_schema
from gongkai_build.totals import totals_sql
from gongkai_site.chinese import spaced

DATABASES = ("gongkai", "texts")

FIRST_ROW = 2
"""Rows are numbered as Frictionless and spreadsheets number them: the header is row 1."""

AFFINITIES = {"string": "TEXT", "date": "TEXT", "datetime": "TEXT", "integer": "INTEGER", "number": "NUMERIC"}
"""NUMERIC gives whole numbers back as integers and others as floats; sqlite-utils itself knows no such type."""

STORED_AS = {"integer": ("integer",), "number": ("integer", "real")}
"""What SQLite makes of a cell that is of the column's type. Text that is no number it would keep as text."""

INDEXES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("figures", ("item_id", "party")),
    ("checks", ("outcome", "rule_id")),
    ("reports", ("year",)),
    ("reports", ("agency_id", "year")),
    ("captures", ("fetched_at",)),
)
"""Indexes for what is asked often; those on foreign keys come from the schema."""


@dataclass(frozen=True)
class SearchIndex:
    """A full-text index: a contentless FTS5 table whose rowids are those of the table that it searches."""

    table: str
    columns: tuple[str, ...]
    query: str
    """Gives the rowid and the text of each column."""

    @property
    def name(self) -> str:
        """Name of the FTS5 table."""
        return f"{self.table}_search"


SEARCH_INDEXES = (
    SearchIndex("sections", ("heading", "text"), "SELECT rowid, heading, text FROM sections ORDER BY rowid"),
    SearchIndex(
        "reports",
        ("title", "agency", "region"),
        "SELECT reports.rowid, reports.title, agencies.name, regions.full_name FROM reports "
        "JOIN agencies USING (agency_id) JOIN regions ON regions.code = agencies.region_code ORDER BY reports.rowid",
    ),
    SearchIndex(
        "agencies",
        ("name", "aliases", "region"),
        "SELECT agencies.rowid, agencies.name, agencies.aliases, regions.full_name FROM agencies "
        "JOIN regions ON regions.code = agencies.region_code ORDER BY agencies.rowid",
    ),
)


def write_databases(folder: Path) -> None:
    """Make `gongkai.db` and `texts.db` of the CSV files in the folder, and lay them beside these.

    The same CSV files give the same bytes (with the same version of SQLite).

    Raises:
        PackageError: a file is missing or does not fit the schema, or a reference leads nowhere.
    """
    schema = load_schema()
    for name in DATABASES:
        with replace_file(folder / f"{name}.db") as path:
            # No journal: a file that is not finished is thrown away.
            database = Database(path, execute_plugins=False)
            try:
                _write_database(database, folder, schema, name)
            finally:
                database.close()


def tables_in(schema: Schema, database: str) -> tuple[Table, ...]:
    """Return the tables that a database file holds."""
    return tuple(table for table in schema.tables if table.database == database)


def create_table_sql(table: Table, within: tuple[Table, ...] = (), keys: bool = True) -> str:
    """Return the SQL that creates a table.

    Args:
        table: the table. It keeps its rowid, by which a full-text index refers to a row.
        within: the tables of the same file; only to these can foreign keys refer.
        keys: whether to have SQLite enforce keys and required values.
    """
    names = {other.name for other in within}
    lines = [
        f'"{field.name}" {AFFINITIES[field.type]}' + (" NOT NULL" if keys and field.required else "")
        for field in table.fields
    ]
    if keys:
        lines.append(f"PRIMARY KEY ({_quoted(table.primary_key)})")
        lines += [
            f'FOREIGN KEY ({_quoted(key.fields)}) REFERENCES "{key.table}" ({_quoted(key.references)})'
            for key in table.foreign_keys
            if key.table in names
        ]
    return f'CREATE TABLE "{table.name}" (\n  ' + ",\n  ".join(lines) + "\n)"


def read_cells(path: Path) -> Iterator[list[str | None]]:
    """Read a CSV file of a package: the header, then the rows, an empty cell as None.

    Raises:
        PackageError: the file is missing, or is not CSV in UTF-8.
    """
    # The csv module's limit, 131,072 characters a cell, is less than some reports need for a section.
    csv.field_size_limit(sys.maxsize)
    try:
        file = path.open(encoding="utf-8", newline="")
    except FileNotFoundError as error:
        raise PackageError(f"{path.name} is missing: the package is not complete") from error
    with file:
        reader = csv.reader(file, strict=True)
        try:
            for cells in reader:
                yield [cell or None for cell in cells]
        except (csv.Error, UnicodeDecodeError) as error:
            raise PackageError(f"{path.name} cannot be read at or after line {reader.line_num}: {error}") from error


def _write_database(database: Database, folder: Path, schema: Schema, name: str) -> None:
    for pragma in ("page_size = 4096", "journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF"):
        database.execute(f"PRAGMA {pragma}")
    tables = tables_in(schema, name)
    for table in tables:
        database.execute(create_table_sql(table, tables))
    for table in tables:
        _load(database, folder / table.path, table)
    for table in tables:
        for columns in _indexes(table):
            database.table(table.name).create_index(columns)
    _refuse_dangling(database)
    if name == DATABASES[0]:
        for statement in (*totals_sql(schema), *HELD_SQL):
            database.execute(statement)
        database.conn.executemany("INSERT INTO release_before VALUES (?)", _release_before(folder))
    for index in SEARCH_INDEXES:
        if index.table in {table.name for table in tables}:
            _fill(database, index)
    database.analyze()
    database.vacuum()
    [(answer,)] = database.execute("PRAGMA integrity_check(1)").fetchall()
    if answer != "ok":
        raise PackageError(f"SQLite finds the new {name}.db damaged: {answer}. Check the disk and run again")


def _release_before(folder: Path) -> list[tuple[str]]:
    """The version of the release with which this one was compared, where there is one."""
    path = folder / MARK
    before = json.loads(path.read_text(encoding="utf-8")).get("before") if path.is_file() else None
    return [(before["version"],)] if before else []


def _load(database: Database, path: Path, table: Table) -> None:
    rows = read_cells(path)
    header = next(rows, [])
    if tuple(header) != table.columns:
        raise PackageError(f"{path.name}: the columns are {header}, but should be {list(table.columns)}")
    marks = ",".join("?" * len(table.columns))
    with database.conn:
        try:
            database.conn.executemany(f'INSERT INTO "{table.name}" VALUES ({marks})', rows)
        except sqlite3.Error as error:
            row = FIRST_ROW + database.table(table.name).count
            raise PackageError(f"{path.name}, row {row}: {error}") from error
    for field in table.fields:
        if kinds := STORED_AS.get(field.type):
            _refuse_wrong_type(database, table, field.name, kinds)


def _refuse_wrong_type(database: Database, table: Table, column: str, kinds: tuple[str, ...]) -> None:
    said = ", ".join(f"'{kind}'" for kind in (*kinds, "null"))
    wrong = database.execute(
        f'SELECT rowid, "{column}" FROM "{table.name}" WHERE typeof("{column}") NOT IN ({said}) LIMIT 1'
    ).fetchone()
    if wrong:
        row, value = wrong[0] - 1 + FIRST_ROW, wrong[1]
        raise PackageError(f"{table.path}, row {row}, column {column}: {value!r} is not of type {' or '.join(kinds)}")


def _indexes(table: Table) -> list[tuple[str, ...]]:
    """Return the columns of each index that a table needs.

    A foreign key has none of its own where the primary key or another index begins with its columns.
    """
    wanted = [columns for name, columns in INDEXES if name == table.name]
    for key in table.foreign_keys:
        if not any(columns[: len(key.fields)] == key.fields for columns in (table.primary_key, *wanted)):
            wanted.append(key.fields)
    return wanted


def _refuse_dangling(database: Database) -> None:
    dangling = database.execute("PRAGMA foreign_key_check").fetchone()
    if dangling:
        table, rowid, parent, _ = dangling
        raise PackageError(
            f"table {table}, row {rowid - 1 + FIRST_ROW}: it refers to a row of {parent} that does not exist"
        )


def _fill(database: Database, index: SearchIndex) -> None:
    columns = ", ".join(index.columns)
    marks = ",".join("?" * (len(index.columns) + 1))
    database.execute(f"CREATE VIRTUAL TABLE {index.name} USING fts5({columns}, content='', tokenize='unicode61')")
    rows = database.conn.execute(index.query)
    with database.conn:
        database.conn.executemany(
            f"INSERT INTO {index.name} (rowid, {columns}) VALUES ({marks})",
            (tuple(chain(row[:1], map(spaced, row[1:]))) for row in rows),
        )
        database.conn.execute(f"INSERT INTO {index.name} ({index.name}) VALUES ('optimize')")


def _quoted(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)
