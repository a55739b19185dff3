"""The rules as data (`rules.yml`), with one for each row of section 3, and what they concern."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from gongkai_build.checks.model import DATES, NARRATIVE, ROWS, SUMS, TOTAL, Operand, Rule
from gongkai_build.forms import load_form, load_forms, load_items, load_parties
from gongkai_build.forms.model import ALL_PARTIES
from gongkai_build.reading.statements import load_statements, load_sums

DEFINITION = Path(__file__).with_name("rules.yml")


@cache
def load_rules() -> tuple[Rule, ...]:
    """Read the rules, with one for each row of section 3."""
    data = yaml.safe_load(DEFINITION.read_text(encoding="utf-8"))
    sums = [Rule(kind=SUMS, **_tuples(entry)) for entry in data[SUMS]]
    dates = [Rule(kind=DATES, scope="report", **_tuples(entry)) for entry in data[DATES]]
    return (*sums, *_row_rules(data[ROWS]), *dates, *_narrative_rules(data[NARRATIVE]))


def concerns(rule: Rule) -> tuple[str, ...]:
    """Return the items that a rule compares on any of its forms, or the date that it looks at."""
    if rule.date:
        return (rule.date,)
    if rule.kind == NARRATIVE:
        return tuple(dict.fromkeys((*rule.left, *rule.right)))
    operands = [left + right for form in rule.forms for _, left, right in sides(rule, form)]
    return tuple(dict.fromkeys(item for side in operands for item, _ in side))


def _row_rules(data: Mapping[str, Any]) -> Iterable[Rule]:
    names = {item.item_id: item for item in load_items()}
    printed: dict[str, list[str]] = {}
    for form in load_forms():
        for row in form.block("requests").rows:
            printed.setdefault(row.key, []).append(form.form)
    for item_id, forms in printed.items():
        yield Rule(
            kind=ROWS,
            rule_id=data["prefix"] + item_id,
            statement_zh=data["statement_zh"].format(row=names[item_id].name_zh),
            statement_en=data["statement_en"].format(row=names[item_id].name_en),
            scope="report",
            severity=data["severity"],
            forms=tuple(forms),
            row=item_id,
        )


def _narrative_rules(data: Mapping[str, Any]) -> Iterable[Rule]:
    """One rule for each item that sentences state and tables print, as a whole or in parts."""
    names = {item.item_id: item for item in load_items()}
    printed = {form.form: set(_printed(form.form)) for form in load_forms()}
    items = {form: {statement.item_id for statement in load_statements(form)} for form in printed}
    for item_id in names:
        parts = load_sums().get(item_id, (item_id,))
        forms = [form for form, cells in printed.items() if item_id in items[form] and cells.issuperset(parts)]
        if forms:
            yield Rule(
                kind=NARRATIVE,
                rule_id=data["prefix"] + item_id,
                statement_zh=data["statement_zh"].format(item=names[item_id].name_zh),
                statement_en=data["statement_en"].format(item=names[item_id].name_en),
                scope="party",
                severity=data["severity"],
                forms=tuple(forms),
                left=(item_id,),
                right=parts,
            )


def _printed(form: str) -> list[str]:
    """Return the items that a form prints, in printed order."""
    blocks = load_form(form).blocks
    cells = (block.figure(row, column)[0] for block in blocks for row in block.rows for column in block.columns)
    return list(dict.fromkeys(cells))


def sides(rule: Rule, form: str) -> list[tuple[str, tuple[Operand, ...], tuple[Operand, ...]]]:
    """For each party to which a rule of sums is applied: the figures of its left and of its right side."""
    if rule.kind not in (SUMS, ROWS):
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
    printed = _printed(form)
    expanded: list[str] = []
    for item in items:
        if item.endswith(".*"):
            expanded += [other for other in printed if other.rpartition(".")[0] == item[:-2]]
        elif item in printed:
            expanded.append(item)
    return expanded


def _tuples(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
