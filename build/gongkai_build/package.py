"""Rows to a data package: one CSV file for each table, and `datapackage.json`, which describes and seals them.

The same rows give the same bytes, in whatever order they come: rows are sorted by primary key, and nothing in the files
tells the time.
"""

import hashlib
import heapq
import json
import pickle
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from gongkai_build.files import MARK, write_file
from gongkai_build.schema import Field, Schema, Table

DIALECT = {
    "delimiter": ",",
    "lineTerminator": "\n",
    "quoteChar": '"',
    "doubleQuote": True,
    "skipInitialSpace": False,
    "header": True,
}
"""How the CSV files are written; said in full, so that no reader has to guess it from the content."""

ROWS_IN_MEMORY = 250_000
"""How many rows are sorted at once; larger tables are sorted in parts, on disk, and merged."""

INTEGERS = range(-(2**63), 2**63)
"""What an INTEGER of SQLite can hold."""

TO_QUOTE = re.compile('[,"\r\n]')
UNFIT = re.compile("[\0\ud800-\udfff]")

Key = tuple[str | int, ...]
Line = tuple[Key, bytes]


class PackageError(ValueError):
    """Rows or files that do not fit the schema; the message says which table, row and column, and why."""


@dataclass(frozen=True)
class Written:
    """What became of a table: its rows, and size and SHA-256 of its file."""

    rows: int
    bytes: int
    hash: str


def write_package(
    rows: Mapping[str, Iterable[Mapping[str, object]]],
    folder: Path,
    schema: Schema,
    extra: Mapping[str, object] | None = None,
) -> None:
    """Write one CSV file for each table of the schema into the folder, then `datapackage.json`.

    Args:
        rows: the rows of every table by its name, in any order; an empty table has to be given as one. Values are str,
            int, Decimal or float, date, aware datetime, or None; dates and times may be ISO 8601 text.
        folder: where to write, made if missing. It is written to in place: wrap the call in `replace_folder`.
        schema: the tables.
        extra: what is to be said in the descriptor besides, such as `{"sample": True}`.

    Raises:
        PackageError: a table is missing or unknown, or a row has an unknown column, a value of another type than the
            column's, none where one is required, or the primary key of another row.
    """
    names = {table.name for table in schema.tables}
    if names != rows.keys():
        raise PackageError(
            f"tables missing: {sorted(names - rows.keys())}; tables unknown: {sorted(rows.keys() - names)}"
        )
    folder.mkdir(parents=True, exist_ok=True)
    written = {table.name: _write_table(rows[table.name], folder, table) for table in schema.tables}
    resources = [_described(resource, written[resource["name"]]) for resource in schema.descriptor["resources"]]
    descriptor = {**schema.descriptor, **(extra or {}), "resources": resources}
    write_file(folder / MARK, json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n")


def _described(resource: dict[str, Any], written: Written) -> dict[str, Any]:
    return {
        **resource,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": DIALECT,
        "bytes": written.bytes,
        "hash": f"sha256:{written.hash}",
        "rows": written.rows,
        "schema": {**resource["schema"], "missingValues": [""]},
    }


def _write_table(rows: Iterable[Mapping[str, object]], folder: Path, table: Table) -> Written:
    digest = hashlib.sha256()
    size = 0
    count = -1
    previous: Key = ()
    with (folder / table.path).open("wb") as file, ExitStack() as stack:
        lines = _sorted(_lines(rows, table), folder, stack)
        for count, (key, line) in enumerate(_with_header(table, lines)):
            if key == previous and count:
                raise PackageError(f"table {table.name}: two rows have the key {_said(key)}")
            previous = key
            digest.update(line)
            size += len(line)
            file.write(line)
    return Written(rows=count, bytes=size, hash=digest.hexdigest())


def _with_header(table: Table, lines: Iterable[Line]) -> Iterator[Line]:
    yield (), (",".join(table.columns) + "\n").encode()
    yield from lines


def _lines(rows: Iterable[Mapping[str, object]], table: Table) -> Iterator[Line]:
    columns = set(table.columns)
    key_fields = [
        (table.columns.index(name), table.fields[table.columns.index(name)].type) for name in table.primary_key
    ]
    for row in rows:
        if not row.keys() <= columns:
            raise _problem(
                table, row, ", ".join(sorted(map(str, row.keys() - columns))), "the schema does not define this column"
            )
        cells = []
        for field in table.fields:
            try:
                cells.append(_cell(row.get(field.name), field))
            except ValueError as error:
                raise _problem(table, row, field.name, str(error)) from error
        key = tuple(int(cells[index]) if kind == "integer" else cells[index] for index, kind in key_fields)
        yield key, (",".join(map(_quoted, cells)) + "\n").encode()


def _sorted(lines: Iterator[Line], folder: Path, stack: ExitStack) -> Iterator[Line]:
    """Sort lines by key, more than fit in memory by way of unnamed temporary files that live as long as the stack."""
    part = sorted(islice(lines, ROWS_IN_MEMORY))
    if len(part) < ROWS_IN_MEMORY:
        return iter(part)
    parts = []
    while part:
        file = stack.enter_context(TemporaryFile(dir=folder))  # noqa: SIM115 (the stack closes it)
        for line in part:
            pickle.dump(line, file)
        file.seek(0)
        parts.append(_stored(file, len(part)))
        part = sorted(islice(lines, ROWS_IN_MEMORY))
    return heapq.merge(*parts)


def _stored(file: IO[bytes], count: int) -> Iterator[Line]:
    for _ in range(count):
        yield pickle.load(file)


def _quoted(cell: str) -> str:
    # The csv module leaves a lone carriage return unquoted, and then cannot read it back.
    return '"' + cell.replace('"', '""') + '"' if TO_QUOTE.search(cell) else cell


def _cell(value: object, field: Field) -> str:
    if value is None or value == "":
        if field.required:
            raise ValueError("a value is required")
        return ""
    return WRITERS[field.type](value)


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not text")
    if unfit := UNFIT.search(value):
        raise ValueError(f"the text holds the character {unfit[0]!r} at {unfit.start()}, which a CSV file cannot carry")
    return value


def _integer(value: object) -> str:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{value!r} is not an integer")
    if value not in INTEGERS:
        raise ValueError(f"{value} is larger than a database can hold")
    return str(value)


def _number(value: object) -> str:
    if isinstance(value, int):
        return _integer(value)
    if isinstance(value, float):
        value = Decimal(repr(value))
    if not isinstance(value, Decimal) or not value.is_finite():
        raise ValueError(f"{value!r} is not a number")
    if value == value.to_integral_value():
        return _integer(int(value))
    if Decimal(repr(float(value))) != value:
        raise ValueError(f"{value} has more digits than a database can hold")
    return format(value, "f").rstrip("0")


def _date(value: object) -> str:
    if isinstance(value, str):
        value = date.fromisoformat(value)
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError(f"{value!r} is not a date")
    return value.isoformat()


def _datetime(value: object) -> str:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError(f"{value!r} is not a time with its zone")
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


WRITERS = {"string": _string, "integer": _integer, "number": _number, "date": _date, "datetime": _datetime}


def _problem(table: Table, row: Mapping[str, object], column: str, message: str) -> PackageError:
    key = tuple(row.get(name) for name in table.primary_key)
    return PackageError(f"table {table.name}, row {_said(key)}, column {column}: {message}")


def _said(key: tuple[object, ...]) -> str:
    return " · ".join(map(str, key))
