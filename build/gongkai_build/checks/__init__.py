"""Arithmetic and plausibility: rules as data (`rules.yml`), applied to reports. Checks flag; they repair nothing.

What is absent or unclear makes a check not applicable, never failed.
"""

from gongkai_build.checks.model import DATES, FAIL, NARRATIVE, NOT_APPLICABLE, PASS, ROWS, SUMS, TOTAL, Check, Rule
from gongkai_build.checks.narrative import check_stated
from gongkai_build.checks.rules import concerns, load_rules
from gongkai_build.checks.within import check_date, check_sums
from gongkai_build.reading.report import Report

__all__ = ["FAIL", "NOT_APPLICABLE", "PASS", "TOTAL", "Check", "Rule", "check_report", "concerns", "load_rules"]


def check_report(report: Report) -> list[Check]:
    """Apply all rules that one report can be held to: those of its form."""
    figures = {(figure.item_id, figure.party): figure for figure in report.figures}
    checks: list[Check] = []
    for rule in load_rules():
        if report.form not in rule.forms:
            continue
        if rule.kind in (SUMS, ROWS):
            checks += check_sums(rule, report, figures)
        elif rule.kind == DATES:
            checks.append(check_date(rule, report))
        elif rule.kind == NARRATIVE:
            checks += check_stated(rule, report, figures)
    return checks
