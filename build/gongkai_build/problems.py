"""Something that is wrong with a package, and how a query finds it."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from gongkai_build.schema import Table

LIMIT = 20
"""How many problems of one kind are listed for a table."""


@dataclass(frozen=True)
class Problem:
    """Something that is wrong with a package: in which table or file, where in it, and what."""

    table: str
    place: str
    message: str


def found(scratch: sqlite3.Connection, table: Table, query: str, message: str) -> Iterator[Problem]:
    """Make problems of what a query finds: row numbers, and what is put into the message."""
    key = f'SELECT {quoted(table.primary_key)} FROM "{table.name}" WHERE rowid = ?'
    yield from some(
        Problem(table.name, f"row {row} ({' · '.join(map(str, scratch.execute(key, (row,)).fetchone()))})", said)
        for row, said in ((row, message.format(*details)) for row, *details in scratch.execute(query))
    )


def some(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Yield the first of the problems, and how many more there are."""
    remaining = iter(problems)
    shown = list(islice(remaining, LIMIT))
    yield from shown
    more = sum(1 for _ in remaining)
    if more:
        yield Problem(shown[0].table, "", f"and {more} more of this kind")


def quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
