"""The published tables, as `datapackage.json` defines them. Code takes its columns from here and from nowhere else."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from gongkai_build.resources import definition


@dataclass(frozen=True)
class Field:
    """A column: its Table Schema type, titles, descriptions, unit and constraints."""

    name: str
    type: str
    title: str
    title_zh: str
    description: str
    description_zh: str
    unit: str | None
    required: bool
    enum: tuple[str, ...]
    items: tuple[str, ...]
    """The items whose figures add up to this column, for columns that are derived from figures."""
    instead: str | None
    """An item that holds the same fact alone, on a form that does not split it."""


@dataclass(frozen=True)
class ForeignKey:
    """Columns of a table that name a row of another (or of the same) table."""

    fields: tuple[str, ...]
    table: str
    references: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A published table: one CSV file, one SQLite table."""

    name: str
    path: str
    title: str
    title_zh: str
    description: str
    description_zh: str
    database: str
    """The SQLite file that holds it: `gongkai` (numbers) or `texts`."""
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]
    fields: tuple[Field, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in their published order."""
        return tuple(field.name for field in self.fields)


@dataclass(frozen=True)
class Schema:
    """The whole data package definition."""

    version: str
    tables: tuple[Table, ...]
    descriptor: dict[str, Any]
    """The definition as JSON, for writing it out again beside the data."""

    def table(self, name: str) -> Table:
        """Return the table of that name; raises KeyError when there is none."""
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(name)


@cache
def load_schema(path: Path | None = None) -> Schema:
    """Read the definition of the published tables.

    Args:
        path: a `datapackage.json`; by default the project's own.
    """
    path = path or definition("datapackage.json")
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    tables = tuple(_table(resource) for resource in descriptor["resources"])
    return Schema(version=descriptor["version"], tables=tables, descriptor=descriptor)


def _table(resource: dict[str, Any]) -> Table:
    schema = resource["schema"]
    return Table(
        name=resource["name"],
        path=resource["path"],
        title=resource["title"],
        title_zh=resource["title_zh"],
        description=resource["description"],
        description_zh=resource["description_zh"],
        database=resource.get("database", "gongkai"),
        primary_key=tuple(schema["primaryKey"]),
        foreign_keys=tuple(
            ForeignKey(
                fields=tuple(key["fields"]),
                # Table Schema writes a reference of a table to itself as an empty name.
                table=key["reference"]["resource"] or resource["name"],
                references=tuple(key["reference"]["fields"]),
            )
            for key in schema.get("foreignKeys", [])
        ),
        fields=tuple(_field(field) for field in schema["fields"]),
    )


def _field(field: dict[str, Any]) -> Field:
    constraints = field.get("constraints", {})
    return Field(
        name=field["name"],
        type=field["type"],
        title=field["title"],
        title_zh=field["title_zh"],
        description=field["description"],
        description_zh=field["description_zh"],
        unit=field.get("unit"),
        required=constraints.get("required", False),
        enum=tuple(constraints.get("enum", ())),
        items=tuple(field.get("items", ())),
        instead=field.get("instead"),
    )
