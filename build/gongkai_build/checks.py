"""Arithmetic and plausibility: rules as data (`rules.yml`), applied to one report. Checks flag; they repair nothing.

Absent and unclear figures make a sum not applicable. Blank cells add nothing to a sum, as the forms leave cells without cases empty; a side that
is blank altogether has no value, and fails against a side that has one other than zero.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import yaml

from gongkai_build.forms import load_form, load_forms, load_items, load_parties
from gongkai_build.forms.model import ALL_PARTIES
from gongkai_build.reading.place import Figure
from gongkai_build.reading.report import Report
from gongkai_build.reading.values import BLANK, UNCLEAR
from gongkai_build.resources import PACKAGE

PASS, FAIL, NOT_APPLICABLE = "pass", "fail", "not_applicable"
TOTAL = "total"

Operand = tuple[str, str]
"""An item and a party."""


@dataclass(frozen=True)
class Rule:
    """Something that must hold in a report: two sums that are equal, or a date that is late enough."""

    rule_id: str
    statement_zh: str
    statement_en: str
    scope: str
    severity: str
    forms: tuple[str, ...]
    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    row: str | None = None
    """For the rule of a row of section 3: its item."""
    date: str | None = None
    """For the rule of a date: which date of the report."""


@dataclass(frozen=True)
class Check:
    """A rule applied to a report; `difference` is left less right, or days."""

    rule_id: str
    party: str
    outcome: str
    left: Decimal | None = None
    right: Decimal | None = None
    difference: Decimal | None = None


@cache
def load_rules() -> tuple[Rule, ...]:
    """Read the rules, with one for each row of section 3."""
    data = yaml.safe_load((PACKAGE / "rules.yml").read_text(encoding="utf-8"))
    sums = [Rule(**_tuples(entry)) for entry in data["sums"]]
    dates = [Rule(scope="report", **_tuples(entry)) for entry in data["dates"]]
    return (*sums, *_row_rules(data["rows"]), *dates)


def concerns(rule: Rule) -> tuple[str, ...]:
    """Return the items that a rule compares on any of its forms, or the date that it looks at."""
    if rule.date:
        return (rule.date,)
    sides = [left + right for form in rule.forms for _, left, right in _sums(rule, form)]
    return tuple(dict.fromkeys(item for side in sides for item, _ in side))


def check_report(report: Report) -> list[Check]:
    """Apply all rules of the report's form."""
    figures = {(figure.item_id, figure.party): figure for figure in report.figures}
    checks: list[Check] = []
    for rule in load_rules():
        if report.form not in rule.forms:
            continue
        if rule.date:
            checks.append(_check_date(rule, report))
        else:
            checks += [_check_sum(rule, party, left, right, figures) for party, left, right in _sums(rule, report.form)]
    return checks


def _row_rules(data: Mapping[str, Any]) -> Iterable[Rule]:
    names = {item.item_id: item for item in load_items()}
    printed: dict[str, list[str]] = {}
    for form in load_forms():
        for row in form.block("requests").rows:
            printed.setdefault(row.key, []).append(form.form)
    for item_id, forms in printed.items():
        yield Rule(
            rule_id=data["prefix"] + item_id,
            statement_zh=data["statement_zh"].format(row=names[item_id].name_zh),
            statement_en=data["statement_en"].format(row=names[item_id].name_en),
            scope="report",
            severity=data["severity"],
            forms=tuple(forms),
            row=item_id,
        )


def _sums(rule: Rule, form: str) -> list[tuple[str, tuple[Operand, ...], tuple[Operand, ...]]]:
    """For each party to which a rule of sums is applied: the figures of its left and of its right side."""
    if rule.date:
        return []
    parties = [party.party for party in load_parties()]
    if rule.row:
        parts = tuple((rule.row, party) for party in parties if party != TOTAL)
        return [(ALL_PARTIES, ((rule.row, TOTAL),), parts)]
    left, right = _expand(rule.left, form), _expand(rule.right, form)
    return [
        (party, tuple((item, party) for item in left), tuple((item, party) for item in right))
        for party in (parties if rule.scope == "party" else [ALL_PARTIES])
    ]


def _expand(items: Sequence[str], form: str) -> list[str]:
    """Replace `group.*` by the items of the group that the form prints, and drop items that it does not print."""
    blocks = load_form(form).blocks
    printed = dict.fromkeys(
        block.figure(row, column)[0] for block in blocks for row in block.rows for column in block.columns
    )
    expanded: list[str] = []
    for item in items:
        if item.endswith(".*"):
            expanded += [other for other in printed if other.rpartition(".")[0] == item[:-2]]
        elif item in printed:
            expanded.append(item)
    return expanded


def _check_sum(
    rule: Rule, party: str, left: Sequence[Operand], right: Sequence[Operand], figures: Mapping[Operand, Figure]
) -> Check:
    sides = [[figures.get(operand) for operand in side] for side in (left, right)]
    if any(figure is None or figure.status == UNCLEAR for side in sides for figure in side):
        return Check(rule.rule_id, party, NOT_APPLICABLE)
    left_sum, right_sum = (_sum([figure for figure in side if figure]) for side in sides)
    if not left_sum and not right_sum and (left_sum is None or right_sum is None):
        return Check(rule.rule_id, party, NOT_APPLICABLE, left_sum, right_sum)
    if left_sum is None or right_sum is None:
        return Check(rule.rule_id, party, FAIL, left_sum, right_sum)
    difference = left_sum - right_sum
    return Check(rule.rule_id, party, FAIL if difference else PASS, left_sum, right_sum, difference)


def _sum(figures: Iterable[Figure]) -> Decimal | None:
    """Add figures; blank cells add nothing, and all of them blank have no sum."""
    values = [figure.value for figure in figures if figure.status != BLANK and figure.value is not None]
    return sum(values, Decimal(0)) if values else None


def _check_date(rule: Rule, report: Report) -> Check:
    printed: date | None = getattr(report, rule.date or "")
    if printed is None:
        return Check(rule.rule_id, ALL_PARTIES, NOT_APPLICABLE)
    end = report.period[1] if report.period else date(report.year, 12, 31)
    days = (printed - end).days
    return Check(rule.rule_id, ALL_PARTIES, PASS if days >= 0 else FAIL, difference=Decimal(days))


def _tuples(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
