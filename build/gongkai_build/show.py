"""A report as people read it on a terminal, and as the JSON object that programs read."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from gongkai_build.checks import FAIL, NOT_APPLICABLE, PASS, Check, load_rules
from gongkai_build.forms import load_items, load_parties
from gongkai_build.forms.model import ALL_PARTIES
from gongkai_build.reading.place import Figure
from gongkai_build.reading.report import Report
from gongkai_build.reading.values import BLANK, REPORTED, UNCLEAR
from gongkai_build.tables import check_row, figure_row

SHOWN_BLANK, SHOWN_ABSENT = "□", ""


def report_object(report: Report, checks: Sequence[Check]) -> dict[str, Any]:
    """Return the object that `gongkai read --json` prints: `report`, `figures`, `checks`, `issues`, `sections`."""
    agency = report.agency
    start, end = report.period or (None, None)
    return {
        "report": {
            "report_id": report.report_id,
            "agency_id": agency.agency_id if agency else None,
            "agency": agency.name if agency else None,
            "region_code": agency.region_code if agency else None,
            "sector": agency.sector if agency else None,
            "credit_code": report.credit_code,
            "year": report.year,
            "form": report.form,
            "title": report.title,
            "script": report.script,
            "reader": report.reader,
            "published_on": _json(report.published_on),
            "signed_on": _json(report.signed_on),
            "period_start": _json(start),
            "period_end": _json(end),
        },
        "figures": [_json_row(figure_row(figure)) for figure in report.figures],
        "checks": [_json_row(_named_rule(check_row(check))) for check in checks],
        "issues": [
            {"kind": issue.kind, "place": issue.place or None, "detail": issue.detail} for issue in report.issues
        ],
        "sections": [
            {"position": section.position, "heading": section.heading or None, "text": section.text or None}
            for section in report.sections
        ],
    }


def show_report(report: Report, checks: Sequence[Check], console: Console) -> None:
    """Print a report: what it is, its figures in the shape of the form, failed checks, issues."""
    agency = f"{report.agency.name} ({report.agency.agency_id})" if report.agency else "not told for certain"
    dates = {"published": report.published_on, "signed": report.signed_on}
    title, year = report.title or "no title", report.year or "not told"
    console.print(f"[bold]{escape(title)}[/bold]")
    console.print(
        f"agency {escape(agency)} · year {year} · form {report.form} · {report.script} · read as {report.reader}"
    )
    console.print("".join(f"{name} {day} · " for name, day in dates.items() if day) + _period(report))
    named = {(figure.item_id, figure.party): figure for figure in report.figures}
    grid = [
        figure for figure in report.figures if figure.party not in (ALL_PARTIES, "total") or _has_parts(figure, named)
    ]
    if grid:
        console.print(_grid([figure.item_id for figure in grid], named))
    single = [figure for figure in report.figures if figure not in grid]
    if single:
        console.print(_list(single))
    console.print(
        f"{len(report.figures)} figures: "
        + ", ".join(
            f"{sum(f.status == status for f in report.figures)} {status}" for status in (REPORTED, BLANK, UNCLEAR)
        )
    )
    _show_checks(checks, console)
    for issue in report.issues:
        console.print(
            f"[yellow]issue[/yellow] {issue.kind}"
            + (f" at {issue.place}" if issue.place else "")
            + f": {escape(issue.detail)}"
        )


def _period(report: Report) -> str:
    return f"period {report.period[0]} to {report.period[1]}" if report.period else "no period stated"


def _has_parts(figure: Figure, named: dict[tuple[str, str], Figure]) -> bool:
    return (figure.item_id, "natural_person") in named


def _grid(items: Iterable[str], named: dict[tuple[str, str], Figure]) -> Table:
    names = {item.item_id: item.name_zh for item in load_items()}
    table = Table(title="requests", title_justify="left")
    table.add_column("item", overflow="fold")
    for party in load_parties():
        table.add_column(party.label, justify="right")
    order = [item.item_id for item in load_items()]
    for item in sorted(set(items), key=order.index):
        cells = [_shown(named.get((item, party.party))) for party in load_parties()]
        table.add_row(names[item], *cells)
    return table


def _list(figures: Sequence[Figure]) -> Table:
    names = {item.item_id: item for item in load_items()}
    table = Table(title="other figures", title_justify="left")
    for column in ("item", "value", "unit", "as printed", "place"):
        table.add_column(column, overflow="fold", justify="right" if column == "value" else "left")
    for figure in sorted(figures, key=lambda figure: list(names).index(figure.item_id)):
        item = names[figure.item_id]
        raw = figure.raw if len(figure.raw) <= 40 else figure.raw[:39] + "…"
        table.add_row(item.name_zh, _shown(figure), item.unit or "", escape(raw.replace("\n", " ")), figure.place)
    return table


def _shown(figure: Figure | None) -> str:
    if figure is None:
        return SHOWN_ABSENT
    if figure.status == BLANK:
        return SHOWN_BLANK
    if figure.status == UNCLEAR or figure.value is None:
        return "[red]unclear[/red]"
    return f"{figure.value.normalize():,f}"


def _show_checks(checks: Sequence[Check], console: Console) -> None:
    counts = ", ".join(
        f"{sum(check.outcome == outcome for check in checks)} {outcome}" for outcome in (PASS, FAIL, NOT_APPLICABLE)
    )
    console.print(f"{len(checks)} checks: {counts}")
    statements = {rule.rule_id: rule for rule in load_rules()}
    for check in checks:
        if check.outcome == FAIL:
            party = "" if check.party == ALL_PARTIES else f" ({check.party})"
            sides = f": {check.left} against {check.right}" if check.left is not None or check.right is not None else ""
            days = f": {check.difference} days" if not sides and check.difference is not None else ""
            console.print(
                f"[red]fails[/red] {check.rule_id}{party}{sides}{days} — {statements[check.rule_id].statement_en}"
            )


def _named_rule(row: dict[str, object]) -> dict[str, object]:
    return {"rule": row["rule_id"], **{column: value for column, value in row.items() if column != "rule_id"}}


def _json_row(row: dict[str, object]) -> dict[str, Any]:
    return {column: _json(value) for column, value in row.items()}


def _json(value: object) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if hasattr(value, "isoformat") else value
