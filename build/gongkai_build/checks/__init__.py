"""Arithmetic and plausibility: rules as data (`rules.yml`), applied to reports. Checks flag; they repair nothing.

What is absent or unclear makes a check not applicable, never failed.
"""

from collections.abc import Callable, Iterator, Mapping

from gongkai_build.checks.across import check_years
from gongkai_build.checks.model import FAIL, NOT_APPLICABLE, PASS, TOTAL, Check, Figures, Rule
from gongkai_build.checks.narrative import check_stated
from gongkai_build.checks.plausible import (
    check_deadline,
    check_form,
    check_period,
    check_powers,
    check_size,
    check_title,
    check_unit,
)
from gongkai_build.checks.rules import AT_MOST, NARRATIVE, ROWS, SUMS, concerns, load_rules, rules_within
from gongkai_build.checks.within import check_date, check_limit, check_sums
from gongkai_build.reading.report import Report

__all__ = [
    "FAIL",
    "NOT_APPLICABLE",
    "PASS",
    "TOTAL",
    "Check",
    "Rule",
    "check_report",
    "check_years",
    "concerns",
    "load_rules",
]

WITHIN: Mapping[str, Callable[[Rule, Report, Figures], Iterator[Check]]] = {
    SUMS: check_sums,
    AT_MOST: check_limit,
    ROWS: check_sums,
    "dates": check_date,
    "deadlines": check_deadline,
    "periods": check_period,
    "titles": check_title,
    "forms_of_years": check_form,
    "powers": check_powers,
    "sizes": check_size,
    "units": check_unit,
    NARRATIVE: check_stated,
}
"""What applies each kind of rules that one report can be held to."""


def check_report(report: Report) -> list[Check]:
    """Apply all rules that one report can be held to: those of its form. `check_years` applies the others."""
    figures = {(figure.item_id, figure.party): figure for figure in report.figures}
    return [check for rule in rules_within(report.form) for check in WITHIN[rule.kind](rule, report, figures)]
