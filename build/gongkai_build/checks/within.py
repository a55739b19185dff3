"""Arithmetic within a report, and its dates.

Absent and unclear figures make a sum not applicable. Blank cells add nothing to a sum, as the forms leave cells without cases empty; a side that
is blank altogether has no value, and fails against a side that has one other than zero.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from gongkai_build.checks.model import FAIL, NOT_APPLICABLE, PASS, Check, Figures, Rule
from gongkai_build.checks.rules import sides
from gongkai_build.forms.model import ALL_PARTIES
from gongkai_build.reading.place import Figure
from gongkai_build.reading.report import Report
from gongkai_build.reading.values import BLANK, UNCLEAR


def check_sums(rule: Rule, report: Report, figures: Figures) -> Iterator[Check]:
    """Apply a rule of two sums, once for each party to which it is applied."""
    for party, left, right in sides(rule, report.form):
        yield compare(rule.rule_id, party, [figures.get(one) for one in left], [figures.get(one) for one in right])


def compare(rule_id: str, party: str, left: Sequence[Figure | None], right: Sequence[Figure | None]) -> Check:
    """Compare two sums of figures; None is a figure that is absent."""
    both = [figure for figure in (*left, *right) if figure and figure.status != UNCLEAR]
    if len(both) < len(left) + len(right):
        return Check(rule_id, party, NOT_APPLICABLE)
    left_sum, right_sum = _sum(both[: len(left)]), _sum(both[len(left) :])
    if not left_sum and not right_sum and (left_sum is None or right_sum is None):
        return Check(rule_id, party, NOT_APPLICABLE, left_sum, right_sum)
    if left_sum is None or right_sum is None:
        return Check(rule_id, party, FAIL, left_sum, right_sum)
    difference = left_sum - right_sum
    return Check(rule_id, party, FAIL if difference else PASS, left_sum, right_sum, difference)


def check_limit(rule: Rule, report: Report, figures: Figures) -> Iterator[Check]:
    """Is what stands on the left at most what stands on the right? A blank side says nothing."""
    for check in check_sums(rule, report, figures):
        if check.difference is None:
            yield check._replace(outcome=NOT_APPLICABLE)
        else:
            yield check._replace(outcome=FAIL if check.difference > 0 else PASS)


def _sum(figures: Iterable[Figure]) -> Decimal | None:
    """Add figures; blank cells add nothing, and all of them blank have no sum."""
    values = [figure.value for figure in figures if figure.status != BLANK and figure.value is not None]
    return sum(values, Decimal(0)) if values else None


def check_date(rule: Rule, report: Report, figures: Figures) -> Iterator[Check]:
    """Is a date not earlier than the end of the period?"""
    printed: date | None = getattr(report, rule.date or "")
    end = report.period[1] if report.period else date(report.year, 12, 31) if report.year else None
    if printed is None or end is None:
        yield Check(rule.rule_id, ALL_PARTIES, NOT_APPLICABLE)
        return
    days = (printed - end).days
    yield Check(rule.rule_id, ALL_PARTIES, PASS if days >= 0 else FAIL, difference=Decimal(days))
