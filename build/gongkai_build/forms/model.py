"""The tabular forms, read from their YAML files into blocks of rows and columns.

A block is a table of the form: each of the small tables of section 2, the grid of section 3, the one row of section 4.
The cell in a row and a column of a block is one figure: an item and a party.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
ALL_PARTIES = "all"


@dataclass(frozen=True)
class Item:
    """Something that is counted; a group of items has no unit."""

    item_id: str
    name_zh: str
    name_en: str
    parent_id: str | None = None
    unit: str | None = None
    comparability: str | None = None


@dataclass(frozen=True)
class Party:
    """A category of applicants, a column of section 3."""

    party: str
    label: str
    name_en: str
    group: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """A column of a block, with the words under which it is printed."""

    key: str
    label: str
    aliases: tuple[str, ...] = ()
    group: str | None = None
    above: str | None = None
    """Label above that of the group."""
    signed: bool = False
    """Whether a sign belongs to the figure (本年增/减)."""
    unit: str = "count"


@dataclass(frozen=True)
class Row:
    """A row of a block, with the words under which it is printed."""

    key: str
    label: str
    aliases: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    local: bool = False
    """Whether the statutory form lacks the row and only some agencies print it."""


@dataclass(frozen=True)
class Block:
    """A table of the form."""

    name: str
    section: int
    heading: str | None
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def figure(self, row: Row, column: Column) -> tuple[str, str]:
        """Return the item and the party of the cell in a row and a column."""
        if self.section == 3:
            return row.key, column.key
        if self.section == 4:
            return column.key, ALL_PARTIES
        return f"{row.key}.{column.key}", ALL_PARTIES


@dataclass(frozen=True)
class Form:
    """A statutory form: its blocks in printed order, and the group labels that bear no figures."""

    form: str
    blocks: tuple[Block, ...]
    groups: tuple[str, ...]

    def block(self, name: str) -> Block:
        """Return the block of that name; raises KeyError when the form has none."""
        for block in self.blocks:
            if block.name == name:
                return block
        raise KeyError(name)


@cache
def load_items() -> tuple[Item, ...]:
    """Everything that is counted, parents before their parts."""
    return tuple(Item(**entry) for entry in _read("items.yml"))


@cache
def load_parties() -> tuple[Party, ...]:
    """The seven columns of section 3 in printed order."""
    return tuple(Party(**_with_tuples(entry)) for entry in _read("parties.yml")["parties"])


@cache
def load_form(form: str) -> Form:
    """Read a tabular form; `form` is its id, the name of its YAML file."""
    data = _read(f"{form}.yml")
    blocks = [_disclosure_block(number, entry) for number, entry in enumerate(data["disclosures"], 1)]
    blocks.append(_request_block(data["requests"]))
    blocks.append(_remedy_block(data["remedies"]))
    remedy_groups = [route["group"] for route in data["remedies"]["routes"] if "group" in route]
    groups = [*data["requests"]["groups"], *dict.fromkeys(remedy_groups)]
    groups += [party.group for party in load_parties() if party.group]
    return Form(form=data["form"], blocks=tuple(blocks), groups=tuple(dict.fromkeys(groups)))


@cache
def load_forms() -> tuple[Form, ...]:
    """The tabular forms, the older first: every YAML file of this folder that is named after a year and has tables."""
    names = sorted(path.stem for path in FOLDER.glob("[0-9]*.yml"))
    return tuple(load_form(name) for name in names if "requests" in _read(f"{name}.yml"))


def _disclosure_block(number: int, entry: dict[str, Any]) -> Block:
    columns = tuple(
        Column(
            key=column["measure"],
            label=column["label"],
            aliases=tuple(column.get("aliases", ())),
            signed=column.get("signed", False),
            unit=column.get("unit", "count"),
        )
        for column in entry["columns"]
    )
    rows = tuple(
        Row(
            key=row["subject"],
            label=row["label"],
            aliases=tuple(row.get("aliases", ())),
            local=row.get("local", False),
        )
        for row in entry["rows"]
    )
    return Block(name=f"disclosures_{number}", section=2, heading=entry["heading"], columns=columns, rows=rows)


def _request_block(entry: dict[str, Any]) -> Block:
    columns = tuple(
        Column(key=party.party, label=party.label, aliases=party.aliases, group=party.group) for party in load_parties()
    )
    rows = tuple(
        Row(
            key=row["item"],
            label=row["label"],
            aliases=tuple(row.get("aliases", ())),
            groups=tuple(row.get("group", ())),
        )
        for row in entry["rows"]
    )
    return Block(name="requests", section=3, heading=None, columns=columns, rows=rows)


def _remedy_block(entry: dict[str, Any]) -> Block:
    columns = tuple(
        Column(
            key=f"{route['route']}.{outcome['outcome']}",
            label=outcome["label"],
            aliases=tuple(outcome.get("aliases", ())),
            group=route["label"],
            above=route.get("group"),
        )
        for route in entry["routes"]
        for outcome in entry["outcomes"]
    )
    return Block(name="remedies", section=4, heading=None, columns=columns, rows=(Row(key="remedies", label=""),))


def _with_tuples(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}


def _read(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
