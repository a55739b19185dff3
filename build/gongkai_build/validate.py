"""Is a data package whole and consistent? Frictionless judges its cells; SQLite its keys, references and figures."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

from frictionless import FrictionlessException, Package
from frictionless.resources import TableResource

from gongkai_build.consistency import check_coverage, check_derived, check_revisions, check_statuses
from gongkai_build.database import DATABASES, FIRST_ROW, SEARCH_INDEXES, create_table_sql, read_cells, tables_in
from gongkai_build.files import EVIDENCE, MARK
from gongkai_build.package import DIALECT, PackageError
from gongkai_build.problems import LIMIT, Problem, found, quoted, some
from gongkai_build.schema import Schema, Table, load_schema


def check_package(folder: Path, databases: bool = True) -> list[Problem]:
    """Check a data package and the databases made of it; an empty list means that nothing is wrong.

    Tables are read row by row into a temporary database on disk, so that their size does not matter. Keys, references,
    figures and databases are compared once every file could be read.

    Args:
        folder: holds `datapackage.json`, the CSV files and the databases.
        databases: whether `gongkai.db` and `texts.db` must be there and agree with the CSV files.
    """
    schema = load_schema()
    try:
        stated = _read_descriptor(folder / MARK)
    except FrictionlessException as error:
        return [Problem(MARK, "", reason.message) for reason in error.reasons or [error.error]]
    except (OSError, ValueError) as error:
        return [Problem(MARK, "", f"it cannot be read: {error}")]
    problems = _check_definition(stated, schema)
    # SQLite deletes a database without a name when it is closed.
    with closing(sqlite3.connect("")) as scratch:
        unread = [problem for table in schema.tables for problem in _load(scratch, folder / table.path, table)]
        for table in schema.tables:
            if (folder / table.path).is_file():
                problems += _check_seal(scratch, folder / table.path, table, stated.get(table.name, {}))
                problems += _check_cells(folder, table, schema)
        if unread:
            return problems + unread
        for table in schema.tables:
            problems += _check_keys(scratch, table)
        problems += check_statuses(scratch, schema)
        problems += check_coverage(scratch, schema)
        problems += check_revisions(scratch, schema)
        problems += check_derived(scratch, schema)
        for name in DATABASES if databases else ():
            problems += _check_database(scratch, folder / f"{name}.db", tables_in(schema, name))
        problems += _check_evidence(scratch, folder / EVIDENCE)
    return problems


def _read_descriptor(path: Path) -> dict[str, dict[str, Any]]:
    """Return the resources by name; raises OSError, ValueError or FrictionlessException where that cannot be done."""
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(descriptor, dict):
        raise ValueError("it holds no object")
    Package.from_descriptor(descriptor)
    return {resource["name"]: resource for resource in descriptor["resources"]}


def _check_definition(stated: dict[str, dict[str, Any]], schema: Schema) -> list[Problem]:
    """Compare what the package says of its tables with the installed definition."""
    defined = {resource["name"]: resource for resource in schema.descriptor["resources"]}
    problems = [Problem(name, MARK, "the table is not described") for name in defined.keys() - stated.keys()]
    problems += [Problem(name, MARK, "the table is not defined") for name in stated.keys() - defined.keys()]
    for name in defined.keys() & stated.keys():
        theirs, ours = stated[name].get("schema", {}), defined[name]["schema"]
        fields = {field["name"]: field for field in theirs.get("fields", [])}
        expected = {field["name"]: field for field in ours["fields"]}
        for column in [*expected, *(fields.keys() - expected.keys())]:
            if column not in fields:
                problems.append(Problem(name, f"{MARK}, column {column}", "the column is not described"))
            elif column not in expected:
                problems.append(Problem(name, f"{MARK}, column {column}", "the column is not defined"))
            elif any(fields[column].get(key) != expected[column].get(key) for key in ("type", "unit", "constraints")):
                problems.append(
                    Problem(name, f"{MARK}, column {column}", "type, unit or constraints differ from the definition")
                )
        if any(theirs.get(key) != ours.get(key) for key in ("primaryKey", "foreignKeys")):
            problems.append(Problem(name, MARK, "the keys differ from the definition"))
        if stated[name].get("path") != defined[name]["path"]:
            problems.append(Problem(name, MARK, f"the path should be {defined[name]['path']}"))
    return sorted(problems, key=lambda problem: (problem.table, problem.place))


def _load(scratch: sqlite3.Connection, path: Path, table: Table) -> Iterator[Problem]:
    """Read a file into the scratch database, its row numbers for rowids; yields the reason where that fails."""
    scratch.execute(create_table_sql(table, keys=False))
    columns = quoted(table.columns)
    marks = ", ".join("?" * len(table.columns))
    try:
        rows = read_cells(path)
        header = next(rows, [])
        if tuple(header) != table.columns:
            yield Problem(table.name, "row 1", f"the columns are {header}, but should be {list(table.columns)}")
            return
        scratch.executemany(
            f'INSERT INTO "{table.name}" (rowid, {columns}) VALUES (?, {marks})',
            ((number, *cells) for number, cells in enumerate(rows, FIRST_ROW)),
        )
    except PackageError as error:
        yield Problem(table.name, table.path, str(error))
    except sqlite3.Error as error:
        [(last,)] = scratch.execute(f'SELECT coalesce(max(rowid), 1) FROM "{table.name}"')
        yield Problem(table.name, f"row {last + 1}", f"it cannot be read: {error}")
    scratch.execute(f'CREATE INDEX "{table.name} key" ON "{table.name}" ({quoted(table.primary_key)})')
    scratch.commit()


def _check_seal(scratch: sqlite3.Connection, path: Path, table: Table, stated: dict[str, Any]) -> Iterator[Problem]:
    """Compare size, digest and number of rows with what the descriptor states."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    [rows] = scratch.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()
    for name, real in (("bytes", path.stat().st_size), ("hash", f"sha256:{digest}"), ("rows", rows)):
        if stated.get(name) != real:
            yield Problem(table.name, table.path, f"{name}: {MARK} states {stated.get(name)}, the file has {real}")


def _check_cells(folder: Path, table: Table, schema: Schema) -> list[Problem]:
    """Have Frictionless check types and constraints. Without the keys, which it would hold in memory."""
    [resource] = [resource for resource in schema.descriptor["resources"] if resource["name"] == table.name]
    source = TableResource.from_descriptor(
        {
            "name": table.name,
            "path": table.path,
            "format": "csv",
            "encoding": "utf-8",
            "dialect": DIALECT,
            "schema": {"fields": resource["schema"]["fields"], "missingValues": [""]},
        },
        basepath=str(folder),
    )
    report = source.validate(limit_errors=LIMIT)
    return [
        Problem(table.name, f"row {row or 1}" + (f", column {column}" if column else ""), message)
        for row, column, message in report.flatten(["rowNumber", "fieldName", "message"])
    ]


def _check_keys(scratch: sqlite3.Connection, table: Table) -> Iterator[Problem]:
    """Check that primary keys are unique and that every reference leads to a row, in whichever database file."""
    key = quoted(table.primary_key)
    yield from found(
        scratch,
        table,
        f'SELECT max(rowid), count(*) FROM "{table.name}" GROUP BY {key} HAVING count(*) > 1',
        "{} rows have this primary key",
    )
    for foreign in table.foreign_keys:
        given = " AND ".join(f'child."{column}" IS NOT NULL' for column in foreign.fields)
        equal = " AND ".join(
            f'parent."{theirs}" = child."{ours}"'
            for ours, theirs in zip(foreign.fields, foreign.references, strict=True)
        )
        yield from found(
            scratch,
            table,
            f'SELECT rowid, {quoted(foreign.fields)} FROM "{table.name}" AS child '
            f'WHERE {given} AND NOT EXISTS (SELECT 1 FROM "{foreign.table}" AS parent WHERE {equal})',
            f"{', '.join(foreign.fields)}: {foreign.table} has no row " + " · ".join("{}" for _ in foreign.fields),
        )


def _check_database(scratch: sqlite3.Connection, path: Path, tables: tuple[Table, ...]) -> list[Problem]:
    """Compare a database file with the CSV files, row by row, and check its own soundness."""
    if not path.is_file():
        return [Problem(path.name, "", "the file is missing")]
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            return list(_compare(scratch, database, path.name, tables))
    except sqlite3.Error as error:
        return [Problem(path.name, "", f"SQLite cannot read it: {error}")]


def _compare(
    scratch: sqlite3.Connection, database: sqlite3.Connection, name: str, tables: tuple[Table, ...]
) -> Iterator[Problem]:
    for (answer,) in database.execute(f"PRAGMA integrity_check({LIMIT})"):
        if answer != "ok":
            yield Problem(name, "", f"SQLite finds it damaged: {answer}")
    for table, row, parent, _ in islice(database.execute("PRAGMA foreign_key_check"), LIMIT):
        yield Problem(name, f"{table}, rowid {row}", f"it refers to a row of {parent} that does not exist")
    definitions = dict(database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
    for table in tables:
        if definitions.get(table.name) != create_table_sql(table, tables):
            yield Problem(name, table.name, "the table is missing, or is not defined as the schema defines it")
            continue
        query = f'SELECT {quoted(table.columns)} FROM "{table.name}" ORDER BY rowid'
        pairs = zip_longest(scratch.execute(query), database.execute(query))
        differing = ((row, pair) for row, pair in enumerate(pairs, FIRST_ROW) if pair[0] != pair[1])
        for row, (theirs, ours) in islice(differing, 1):
            yield Problem(name, f"{table.name}, row {row}", f"{table.path} has {theirs}, the database has {ours}")
    for index in SEARCH_INDEXES:
        if index.table in {table.name for table in tables}:
            rows = database.execute(f"SELECT rowid FROM {index.table} ORDER BY rowid")
            indexed = database.execute(f"SELECT rowid FROM {index.name} ORDER BY rowid")
            if any(row != entry for row, entry in zip_longest(rows, indexed)):
                yield Problem(name, index.name, f"the full-text index does not hold the rows of {index.table}")


def _check_evidence(scratch: sqlite3.Connection, path: Path) -> list[Problem]:
    """Check that each document is of a capture and of the report to which the capture belongs. A package may come without documents."""
    if not path.is_file():
        return []
    known = dict(scratch.execute("SELECT capture_id, report_id FROM captures"))
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            [(answer,)] = database.execute("PRAGMA integrity_check(1)")
            damage = [] if answer == "ok" else [Problem(path.name, "", f"SQLite finds it damaged: {answer}")]
            rows = database.execute("SELECT rowid, capture_id, report_id FROM documents ORDER BY rowid")
            strange = [
                Problem(path.name, f"documents, rowid {row}", f"{capture} is no capture of {report}")
                for row, capture, report in rows
                if known.get(capture) != report
            ]
    except sqlite3.Error as error:
        return [Problem(path.name, "", f"SQLite cannot read it: {error}")]
    return [*damage, *some(strange)]
