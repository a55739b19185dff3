"""The derived tables `requests`, `remedies` and `disclosures`: the figures of a report in the shape in which people ask."""

from collections.abc import Mapping
from decimal import Decimal

from gongkai_build.forms import load_parties
from gongkai_build.forms.model import ALL_PARTIES
from gongkai_build.schema import Table

ROUTES = {
    "review": "review",
    "litigation_direct": "litigation.direct",
    "litigation_after_review": "litigation.after_review",
}

Row = dict[str, object]
Values = Mapping[tuple[str, str], Decimal | None]


def request_rows(report_id: str, values: Values, table: Table) -> list[Row]:
    """Derive the rows of `requests`: a column is its item's figure, or the sum of its items where all of them are known."""
    rows = []
    for party in load_parties():
        if not any(item.startswith("requests.") and of == party.party for item, of in values):
            continue
        row: Row = {"report_id": report_id, "party": party.party}
        for field in table.fields:
            if not field.items:
                continue
            items = (field.instead,) if field.instead and (field.instead, party.party) in values else field.items
            parts = [values.get((item, party.party)) for item in items]
            row[field.name] = None if None in parts else _whole(sum(part for part in parts if part is not None))
        rows.append(row)
    return rows


def remedy_rows(report_id: str, values: Values, table: Table) -> list[Row]:
    """Derive the rows of `remedies`, one for each route of which the report prints anything."""
    rows = []
    for route, prefix in ROUTES.items():
        keys = {column: (f"{prefix}.{column}", ALL_PARTIES) for column in table.columns[2:]}
        if any(key in values for key in keys.values()):
            row: Row = {column: _whole(values.get(key)) for column, key in keys.items()}
            rows.append({"report_id": report_id, "route": route, **row})
    return rows


def disclosure_rows(report_id: str, values: Values, table: Table) -> list[Row]:
    """Derive the rows of `disclosures`, one for each line of section 2 of which the report prints anything."""
    rows = []
    for subject in next(field.enum for field in table.fields if field.name == "subject"):
        keys = {column: (f"{subject}.{column}", ALL_PARTIES) for column in table.columns[2:]}
        if any(key in values for key in keys.values()):
            row: Row = {
                field.name: _whole(values.get(keys[field.name]))
                if field.type == "integer"
                else values.get(keys[field.name])
                for field in table.fields[2:]
            }
            rows.append({"report_id": report_id, "subject": subject, **row})
    return rows


def _whole(value: Decimal | int | None) -> int | None:
    if value is not None and value != int(value):
        raise ValueError(f"{value} is no count: a fraction must not reach the tables")
    return None if value is None else int(value)
