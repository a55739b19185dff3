"""Two tables that `gongkai.db` holds besides the published ones, so that questions about all reports are answered at once.

`totals` has one row for each report: whose it is, its figures over all applicants, and which of them are blank or unclear. `carry_overs` has the pairs
of years whose carry-over does not meet or cannot be compared. Both are made of the published tables by SQL, hold nothing that these do not hold, and
are no part of the data package: they may change with any release.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from gongkai_build.derived import ROUTES
from gongkai_build.forms import load_items, load_parties
from gongkai_build.forms.model import ALL_PARTIES
from gongkai_build.schema import Schema

TOTAL = "total"
DISCLOSED = ("normative_documents", "permits", "penalties", "coercion")
"""Lines of section 2 of which `totals` has the figures."""
REFUSED = "requests.refused"
"""The group of items of which `totals` has those, too, that only form 2014 prints and `requests` lacks."""
EARLIER = {
    "requests": ("closed", "answered.already_public", "answered.nonexistent", "answered.other_agency", "answered.amendment_asked",
        "answered.other_procedure"),
    "litigation": ("total", "upheld", "corrected", "other"),
    "disclosed": ("total", "website", "gazette", "microblog", "wechat", "other_channels"),
}  # fmt: skip
"""Families of items that only form 2014 and narrative reports print, and those of which `totals` has the figures."""
CARRIED_FORMS = "'2019', '2021'"
"""Forms that print what is carried over."""

REPORT_COLUMNS = (
    "r.report_id, r.agency_id, a.name AS agency, a.region_code, a.sector, r.year, r.form, r.source_kind, "
    "r.figures AS cells, r.unclear AS cells_unclear"
)

CARRY_OVERS = f"""
CREATE TABLE carry_overs AS
SELECT r.report_id, parties.party, q.carried_out, n.report_id AS next_report_id, p.carried_in
FROM reports r
  JOIN reports n ON n.agency_id = r.agency_id AND n.year = r.year + 1
  JOIN (SELECT DISTINCT party FROM requests) parties
  LEFT JOIN requests q ON q.report_id = r.report_id AND q.party = parties.party
  LEFT JOIN requests p ON p.report_id = n.report_id AND p.party = parties.party
WHERE r.form IN ({CARRIED_FORMS}) AND n.form IN ({CARRIED_FORMS})
  AND (q.carried_out IS NULL OR p.carried_in IS NULL OR q.carried_out <> p.carried_in)
ORDER BY r.report_id, parties.party
"""


@dataclass(frozen=True)
class Column:
    """A column of `totals`: where its value stands, and the figures that it is made of."""

    name: str
    table: str
    key: str
    """What tells the row of that table from the others of the report: a party, a route or a subject."""
    source: str
    """The column there."""
    items: tuple[str, ...]
    party: str


KEYS = {"requests": "party", "remedies": "route", "disclosures": "subject"}
"""The column of each table in which the key stands; a figure is of an item and a party."""


def totals_sql(schema: Schema) -> list[str]:
    """Return the statements that make `totals` and `carry_overs` in a database that holds the published tables and their indexes."""
    columns = list(_columns(schema))
    return [
        # Reports come in the order of their ids, and so do the rows: those of a region or an agency stand together.
        _create(columns),
        "CREATE TEMP TABLE figure_columns (item_id TEXT, party TEXT, name TEXT)",
        "INSERT INTO figure_columns VALUES " + ", ".join(_homes(columns)),
        _doubts(),
        _fill(columns),
        "DROP TABLE doubts",
        "DROP TABLE figure_columns",
        CARRY_OVERS,
        "CREATE INDEX idx_carry_overs ON carry_overs (report_id, party)",
    ]


def _columns(schema: Schema) -> Iterator[Column]:
    """The columns of figures: section 3 over all applicants, what each category asked, section 4, lines of section 2."""
    for field in schema.table("requests").fields:
        if field.items:
            items = (*field.items, *((field.instead,) if field.instead else ()))
            yield Column(field.name, "requests", TOTAL, field.name, items, TOTAL)
    for party in load_parties():
        if party.party != TOTAL:
            yield Column(
                f"received_{party.party}", "requests", party.party, "received", ("requests.received",), party.party
            )
    for route, prefix in ROUTES.items():
        for name in schema.table("remedies").columns[2:]:
            yield Column(f"{route}_{name}", "remedies", route, name, (f"{prefix}.{name}",), ALL_PARTIES)
    known = {item.item_id for item in load_items()}
    printed = {item_id for field in schema.table("requests").fields for item_id in field.items}
    for item in load_items():
        if item.parent_id == REFUSED and item.item_id not in printed:
            name = f"refused_{item.item_id.removeprefix(REFUSED + '.')}"
            yield Column(name, "figures", item.item_id, "value", (item.item_id,), TOTAL)
    for family, names in EARLIER.items():
        for name in names:
            item_id = f"{family}.{name}"
            whose = TOTAL if family == "requests" else ALL_PARTIES
            column = item_id.removeprefix("requests.").replace(".", "_")
            yield Column(column, "figures", item_id, "value", (item_id,), whose)
    for subject in DISCLOSED:
        for name in schema.table("disclosures").columns[2:]:
            if f"{subject}.{name}" in known:
                yield Column(f"{subject}_{name}", "disclosures", subject, name, (f"{subject}.{name}",), ALL_PARTIES)


def _create(columns: list[Column]) -> str:
    own = "report_id TEXT PRIMARY KEY, agency_id TEXT, agency TEXT, region_code TEXT, sector TEXT, year INTEGER, form TEXT, source_kind TEXT"
    counts = "cells INTEGER, cells_unclear INTEGER, cells_blank INTEGER, blank TEXT, unclear TEXT"
    figures = ", ".join(f"{column.name} INTEGER" for column in columns)
    return f"CREATE TABLE totals ({own}, {counts}, {figures}) WITHOUT ROWID"


def _homes(columns: list[Column]) -> Iterator[str]:
    for column in columns:
        for item in column.items:
            yield f"('{item}', '{column.party}', '{column.name}')"


def _doubts() -> str:
    """For each report the names of its blank and of its unclear columns, in alphabetical order, a space around each."""
    return """
CREATE TEMP TABLE doubts AS
SELECT report_id, sum(cells) AS cells_blank,
  ' ' || group_concat(name, ' ') FILTER (WHERE status = 'blank') || ' ' AS blank,
  ' ' || group_concat(name, ' ') FILTER (WHERE status = 'unclear') || ' ' AS unclear
FROM (
  SELECT f.report_id, f.status, c.name, 0 AS cells
  FROM figures f JOIN figure_columns c ON c.item_id = f.item_id AND c.party = f.party
  WHERE f.status IN ('blank', 'unclear')
  GROUP BY f.report_id, f.status, c.name
  UNION ALL
  SELECT report_id, 'counted', '', count(*) FROM figures WHERE status = 'blank' GROUP BY report_id
  ORDER BY 1, 2, 3
)
GROUP BY report_id
"""


def _fill(columns: list[Column]) -> str:
    joined = {key: f"j{number}" for number, key in enumerate(dict.fromkeys((c.table, c.key) for c in columns))}
    parties = {column.key: column.party for column in columns}
    values = ", ".join(f"{joined[column.table, column.key]}.{column.source}" for column in columns)
    joins = "\n".join(_join(name, table, key, parties[key]) for (table, key), name in joined.items())
    return f"""
INSERT INTO totals
SELECT {REPORT_COLUMNS}, coalesce(d.cells_blank, 0), coalesce(d.blank, ''), coalesce(d.unclear, ''), {values}
FROM reports r
JOIN agencies a ON a.agency_id = r.agency_id
LEFT JOIN doubts d ON d.report_id = r.report_id
{joins}
ORDER BY r.report_id
"""


def _join(name: str, table: str, key: str, party: str) -> str:
    condition = (
        f"{name}.item_id = '{key}' AND {name}.party = '{party}'"
        if table == "figures"
        else f"{name}.{KEYS[table]} = '{key}'"
    )
    return f"LEFT JOIN {table} {name} ON {name}.report_id = r.report_id AND {condition}"
