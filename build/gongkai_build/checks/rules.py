"""The rules as data (`rules.yml`), with one for each row of section 3, and what they concern."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from gongkai_build.checks.model import TOTAL, Operand, Rule
from gongkai_build.forms import load_form, load_forms, load_items, load_parties
from gongkai_build.forms.indicators import INDICATOR_FORM, load_indicator_form
from gongkai_build.forms.model import ALL_PARTIES
from gongkai_build.reading.statements import load_statements, load_sums

DEFINITION = Path(__file__).with_name("rules.yml")
_FIELDS = frozenset(Rule.__dataclass_fields__) - {"kind", "settings"}

SUMS, AT_MOST, ROWS, NARRATIVE = "sums", "at_most", "rows", "narrative"
ACROSS, COPIES, MAGNITUDES = "across", "copies", "magnitudes"
OF_YEARS = (ACROSS, COPIES, MAGNITUDES)
"""Kinds of rules that compare a report with earlier ones."""


@cache
def load_rules() -> tuple[Rule, ...]:
    """Read the rules, with one for each row of section 3, and one for each subject of a rule that has several."""
    data = yaml.safe_load(DEFINITION.read_text(encoding="utf-8"))
    rules: list[Rule] = []
    for kind, entries in data.items():
        if kind == ROWS:
            rules += _row_rules(entries)
        elif kind == NARRATIVE:
            rules += _narrative_rules(entries)
        else:
            rules += [_rule(kind, each) for entry in entries for each in _of_subjects(entry)]
    return tuple(rules)


def concerns(rule: Rule) -> tuple[str, ...]:
    """Return the items that a rule compares on any of its forms, or the columns of the report that it looks at."""
    if rule.date:
        return (rule.date,)
    if rule.concerns:
        return rule.concerns
    if rule.kind == COPIES:
        return tuple(dict.fromkeys(item for form in rule.forms for item, _ in copied_operands(rule, form)))
    if rule.kind in (NARRATIVE, *OF_YEARS):
        return tuple(dict.fromkeys((*rule.left, *rule.right, *rule.last_year)))
    operands = [left + right for form in rule.forms for _, left, right in sides(rule, form)]
    return tuple(dict.fromkeys(item for side in operands for item, _ in side))


def copied_operands(rule: Rule, form: str) -> tuple[Operand, ...]:
    """Return the figures of the table that a rule on copies looks at, as the form prints it. Local lines are left out."""
    return tuple(
        block.figure(row, column)
        for block in load_form(form).blocks
        if block.section in rule.settings["sections"]
        for row in block.rows
        if not row.local
        for column in block.columns
    )


def _rule(kind: str, entry: Mapping[str, Any]) -> Rule:
    own = {name: value for name, value in entry.items() if name in _FIELDS}
    settings = {name: value for name, value in entry.items() if name not in _FIELDS}
    scope = "years" if kind in OF_YEARS else own.pop("scope", "report")
    return Rule(kind=kind, scope=scope, settings=settings, **_tuples(own))


def _of_subjects(entry: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """Write a rule out for each of its subjects, whose name stands for `{name}` in the statements."""
    names = {item.item_id: item for item in load_items()}
    for subject in entry.get("subjects", [None]):
        if subject is None:
            yield entry
            continue
        words = {"statement_zh": names[subject].name_zh, "statement_en": names[subject].name_en}
        yield {
            key: [part.format(subject=subject) for part in value]
            if key in ("left", "right", "last_year")
            else value.format(subject=subject, name=words.get(key))
            if key in ("rule_id", *words)
            else value
            for key, value in entry.items()
            if key != "subjects"
        }


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
    printed = {form: set(_printed(form)) for form in (INDICATOR_FORM, *(form.form for form in load_forms()))}
    items = {form: {statement.item_id for statement in load_statements(form)} for form in printed}
    for item_id in names:
        parts = load_sums().get(item_id, (item_id,))
        forms = [
            form
            for form, cells in printed.items()
            if item_id in items[form] and (item_id in cells or cells.issuperset(parts))
        ]
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


@cache
def _printed(form: str) -> list[str]:
    """Return the items that a form prints, in printed order."""
    if form == INDICATOR_FORM:
        return [line.item for line in load_indicator_form().lines if line.item]
    blocks = load_form(form).blocks
    cells = (block.figure(row, column)[0] for block in blocks for row in block.rows for column in block.columns)
    return list(dict.fromkeys(cells))


@cache
def rules_within(form: str) -> tuple[Rule, ...]:
    """Return the rules that one report on a form can be held to by itself."""
    return tuple(rule for rule in load_rules() if form in rule.forms and rule.kind not in OF_YEARS)


@cache
def sides(rule: Rule, form: str) -> list[tuple[str, tuple[Operand, ...], tuple[Operand, ...]]]:
    """For each party to which a rule of sums is applied: the figures of its left and of its right side."""
    if rule.kind not in (SUMS, AT_MOST, ROWS):
        return []
    parties = [party.party for party in load_parties()]
    if rule.row:
        parts = tuple((rule.row, party) for party in parties if party != TOTAL)
        return [(ALL_PARTIES, ((rule.row, TOTAL),), parts)]
    left, right = _expand(rule.left, form), _expand(rule.right, form)
    if form == INDICATOR_FORM:
        parties_of = dict(line.figure for line in load_indicator_form().lines if line.item)
        of_left, of_right = (tuple((item, parties_of[item]) for item in side) for side in (left, right))
        return [(ALL_PARTIES, of_left, of_right)]
    return [
        (party, tuple((item, party) for item in left), tuple((item, party) for item in right))
        for party in (parties if rule.scope == "party" else [ALL_PARTIES])
    ]


@cache
def _expand(items: tuple[str, ...], form: str) -> list[str]:
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
