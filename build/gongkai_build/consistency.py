"""Do the tables of a package agree with each other? Statuses with values, reports with coverage, derived tables with figures."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from gongkai_build.problems import Problem, found, some
from gongkai_build.schema import Field, Schema, Table

COUNTERS = (
    ("figures", "figures", "1"),
    ("unclear", "figures", "status = 'unclear'"),
    ("checks_failed", "checks", "outcome = 'fail'"),
)
"""The counters of a report: which rows they count, under which condition."""

DERIVED = ("requests", "remedies", "disclosures")

ROUTES = {
    "review": "review",
    "litigation_direct": "litigation.direct",
    "litigation_after_review": "litigation.after_review",
}
"""The group of items of each route of `remedies`. Said here again: a check shares nothing with what it checks."""


@dataclass(frozen=True)
class Source:
    """The figures of a report that a cell of a derived table is taken from."""

    items: tuple[str, ...]
    """Their sum, where all of them are known."""
    instead: str | None
    """The figure that counts in place of the sum where the report prints it."""
    party: str


def check_statuses(scratch: sqlite3.Connection, schema: Schema) -> Iterator[Problem]:
    """Check that a figure has a value exactly where its status says so, that corrected ones have their correction, and that counters are right."""
    yield from found(
        scratch,
        schema.table("figures"),
        "SELECT rowid, status, value FROM figures WHERE (value IS NULL) <> (status IN ('blank', 'unclear'))",
        "the status is {}, but the value is {}",
    )
    yield from found(
        scratch,
        schema.table("figures"),
        "SELECT rowid, value FROM figures WHERE status = 'corrected' AND NOT EXISTS (SELECT 1 FROM corrections AS made "
        "WHERE (made.report_id, made.item_id, made.party) = (figures.report_id, figures.item_id, figures.party) "
        'AND made."to" = figures.value)',
        "it is corrected to {}, but there is no such correction",
    )
    yield from found(
        scratch,
        schema.table("corrections"),
        "SELECT rowid, \"to\" FROM corrections WHERE NOT EXISTS (SELECT 1 FROM figures WHERE status = 'corrected' "
        "AND (report_id, item_id, party) = (corrections.report_id, corrections.item_id, corrections.party))",
        "there is no figure that is corrected to {}",
    )
    for counter, table, condition in COUNTERS:
        yield from found(
            scratch,
            schema.table("reports"),
            f"SELECT rowid, {counter}, "
            f"(SELECT count(*) FROM {table} WHERE report_id = reports.report_id AND {condition}) AS found "
            f"FROM reports WHERE {counter} IS NOT found",
            counter + " is {}, but there are {}",
        )


def check_coverage(scratch: sqlite3.Connection, schema: Schema) -> Iterator[Problem]:
    """Check that coverage and reports agree, that a report is late when it says so itself, and that changes are changes."""
    coverage, changes = schema.table("coverage"), schema.table("changes")
    yield from found(
        scratch,
        schema.table("reports"),
        "SELECT rowid, agency_id, year FROM reports WHERE NOT EXISTS (SELECT 1 FROM coverage "
        "WHERE (agency_id, year, report_id) = (reports.agency_id, reports.year, reports.report_id))",
        "coverage does not know it: {} {}",
    )
    yield from found(
        scratch,
        coverage,
        "SELECT rowid, state FROM coverage WHERE (report_id IS NULL) <> (state NOT IN ('published', 'late'))",
        "the state is {}, but a report is named exactly where there is one",
    )
    yield from found(
        scratch,
        coverage,
        "SELECT coverage.rowid, state, due_on, published_on FROM coverage JOIN reports USING (report_id) "
        "WHERE (state = 'late') <> coalesce(published_on > due_on, 0)",
        "the state is {}, but the report was due on {} and published on {}",
    )
    for side in ("from", "to"):
        yield from found(
            scratch,
            changes,
            f'SELECT rowid, {side}_status, "{side}" FROM changes '
            f"WHERE (\"{side}\" IS NULL) <> ({side}_status IN ('blank', 'unclear', 'absent'))",
            "the status is {}, but the value is {}",
        )
    yield from found(
        scratch,
        changes,
        'SELECT rowid, "to" FROM changes WHERE from_status = to_status AND "from" IS "to"',
        "the figure is {} before and since",
    )


def check_revisions(scratch: sqlite3.Connection, schema: Schema) -> Iterator[Problem]:
    """Check that what is said to be new or changed stands in the tables, and that what is said to be gone does not."""
    revisions = schema.table("revisions")
    yield from found(
        scratch,
        revisions,
        "SELECT rowid, kind, report_id FROM revisions "
        "WHERE (kind = 'report_removed') = (report_id IN (SELECT report_id FROM reports))",
        "it is {}, which the table reports contradicts: {}",
    )
    yield from found(
        scratch,
        revisions,
        "SELECT rowid, kind FROM revisions "
        "WHERE (kind = 'figure_changed') IN (item_id IS NULL, party IS NULL, cause IS NULL, from_status IS NULL, to_status IS NULL)",
        "it is {}, but item, party, cause and statuses stand exactly where a figure changed",
    )
    yield from found(
        scratch,
        revisions,
        'SELECT revisions.rowid, revisions.to_status, revisions."to" FROM revisions '
        "LEFT JOIN figures USING (report_id, item_id, party) WHERE kind = 'figure_changed' "
        "AND (coalesce(figures.status, 'absent') <> to_status OR figures.value IS NOT revisions.\"to\")",
        "the figure is said to be {}, {} now, and is not",
    )
    yield from found(
        scratch,
        revisions,
        'SELECT rowid, "to" FROM revisions WHERE kind = \'figure_changed\' AND from_status = to_status AND "from" IS "to"',
        "the figure is {} before and now",
    )


def check_derived(scratch: sqlite3.Connection, schema: Schema) -> Iterator[Problem]:
    """Check that each cell of the derived tables is what the figures say, and that no figure is left out of them."""
    tables = [schema.table(name) for name in DERIVED]
    homes = _homes(tables)
    wrong: dict[str, list[Problem]] = {table.name: [] for table in tables}
    for (report,) in scratch.execute("SELECT report_id FROM reports ORDER BY report_id"):
        figures = {
            (item, party): value
            for item, party, value in scratch.execute(
                "SELECT item_id, party, value FROM figures WHERE report_id = ?", (report,)
            )
        }
        present = set()
        for table in tables:
            rows = scratch.execute(f"SELECT rowid, * FROM {table.name} WHERE report_id = ?", (report,))
            for row, _, key, *cells in rows:
                present.add((table.name, key))
                for field, cell in zip(table.fields[2:], cells, strict=True):
                    expected = _expected(_source(table, key, field), figures)
                    if cell != expected:
                        place = f"row {row} ({report} · {key}), column {field.name}"
                        wrong[table.name].append(
                            Problem(table.name, place, f"it is {cell}, but the figures give {expected}")
                        )
        given = {figure for figure, value in figures.items() if value is not None}
        missing = {homes[figure] for figure in given & homes.keys()} - present
        for name, key in sorted(missing):
            wrong[name].append(Problem(name, f"{report} · {key}", "there are figures, but there is no row for them"))
    for problems in wrong.values():
        yield from some(problems)


def _source(table: Table, key: str, field: Field) -> Source:
    """Tell which figures a cell of a derived table is taken from; `key` is what tells the rows of a report apart."""
    if table.name == "requests":
        return Source(items=field.items, instead=field.instead, party=key)
    group = ROUTES.get(key, key) if table.name == "remedies" else key
    return Source(items=(f"{group}.{field.name}",), instead=None, party="all")


def _expected(source: Source, figures: Mapping[tuple[str, str], float | None]) -> float | None:
    if source.instead and (source.instead, source.party) in figures:
        return figures[source.instead, source.party]
    parts = [figures.get((item, source.party)) for item in source.items]
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None


def _homes(tables: Iterable[Table]) -> dict[tuple[str, str], tuple[str, str]]:
    """Return, for each item and party that a derived table holds, the table and the key of the row."""
    homes = {}
    for table in tables:
        for key in table.fields[1].enum:
            for field in table.fields[2:]:
                source = _source(table, key, field)
                for item in (*source.items, source.instead):
                    homes[item or "", source.party] = table.name, key
    return homes
