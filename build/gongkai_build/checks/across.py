"""A report against earlier ones of the same agency. The result stands under the later report and names the earlier.

Only the report for the year before is last year's: across a gap nothing is said.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from gongkai_build.checks.model import FAIL, NOT_APPLICABLE, PASS, TOTAL, Check, Figures, Rule
from gongkai_build.checks.rules import ACROSS, COPIES, MAGNITUDES, OF_YEARS, copied_operands, load_rules
from gongkai_build.checks.within import compare
from gongkai_build.forms import load_parties
from gongkai_build.forms.model import ALL_PARTIES
from gongkai_build.reading.report import Report
from gongkai_build.reading.values import BLANK, UNCLEAR


def check_years(reports: Mapping[str, Report]) -> dict[str, list[Check]]:
    """Apply the rules across years.

    Args:
        reports: those of one agency by report_id, one for each year, in any order.

    Returns: the checks of each report, by report_id.
    """
    ids = {report.year: report_id for report_id, report in reports.items() if report.year is not None}
    by_year = {year: reports[ids[year]] for year in sorted(ids)}
    figures = {year: {(one.item_id, one.party): one for one in report.figures} for year, report in by_year.items()}
    rules = [rule for rule in load_rules() if rule.kind in OF_YEARS]
    return {ids[year]: [check for rule in rules for check in _apply(rule, year, by_year, figures)] for year in by_year}


def _apply(rule: Rule, year: int, reports: Mapping[int, Report], figures: Mapping[int, Figures]) -> Iterator[Check]:
    if reports[year].form not in rule.forms:
        return
    if rule.kind == MAGNITUDES:
        yield _check_magnitude(rule, year, reports, figures)
        return
    parties = [party.party for party in load_parties()] if rule.parties else [ALL_PARTIES]
    before = reports.get(year - 1)
    if before is None or before.form not in rule.forms:
        yield from (Check(rule.rule_id, party, NOT_APPLICABLE) for party in parties)
    elif rule.kind == ACROSS:
        for party in parties:
            yield _check_sum(rule, party, figures[year], figures[year - 1], before)
    elif rule.kind == COPIES:
        yield _check_copy(rule, reports[year], before, figures[year], figures[year - 1])


def _check_sum(rule: Rule, party: str, figures: Figures, last: Figures, before: Report) -> Check:
    left = [figures.get((item, party)) for item in rule.left]
    right = [figures.get((item, party)) for item in rule.right]
    right += [last.get((item, party)) for item in rule.last_year]
    if rule.settings.get("stock") and any(figure is None or figure.status == BLANK for figure in left + right):
        return Check(rule.rule_id, party, NOT_APPLICABLE)
    check = compare(rule.rule_id, party, left, right)
    return check if check.outcome == NOT_APPLICABLE else _compared(check, before)


def _check_copy(rule: Rule, report: Report, before: Report, figures: Figures, last: Figures) -> Check:
    """Is a table another one than last year's? Figures that differ settle it; so many that are equal raise the suspicion."""
    if before.form != report.form:
        return Check(rule.rule_id, ALL_PARTIES, NOT_APPLICABLE)
    operands = copied_operands(rule, report.form)
    pairs = [(figures.get(operand), last.get(operand)) for operand in operands]
    known = [(one, other) for one, other in pairs if one and other and UNCLEAR not in (one.status, other.status)]
    if any(one.value != other.value for one, other in known):
        return _compared(Check(rule.rule_id, ALL_PARTIES, PASS), before)
    without = rule.settings["without"]
    telling = [
        abs(one.value)
        for one, _ in known
        if one.value
        and one.party != TOTAL
        and one.item_id not in without
        and one.item_id.rpartition(".")[2] not in without
    ]
    enough = len(telling) >= rule.settings["cells"] and max(telling) >= rule.settings["largest"]
    if len(known) < len(pairs) or not enough:
        return Check(rule.rule_id, ALL_PARTIES, NOT_APPLICABLE)
    return _compared(Check(rule.rule_id, ALL_PARTIES, FAIL), before)


def _check_magnitude(rule: Rule, year: int, reports: Mapping[int, Report], figures: Mapping[int, Figures]) -> Check:
    """Compare an amount with the last one before it, whatever lies between; on the right stands the earlier amount."""
    amounts = {other: _amount(rule, figures[other]) for other in reports if other <= year}
    earlier = [other for other, amount in amounts.items() if other < year and amount]
    amount = amounts[year]
    if not amount or not earlier:
        return Check(rule.rule_id, ALL_PARTIES, NOT_APPLICABLE)
    last = amounts[max(earlier)]
    assert last
    times, ratio, within = max(amount / last, last / amount), rule.settings["ratio"], rule.settings["within"]
    outcome = FAIL if Decimal(ratio) / within <= times <= Decimal(ratio) * within else PASS
    return _compared(Check(rule.rule_id, ALL_PARTIES, outcome, amount, last, amount - last), reports[max(earlier)])


def _amount(rule: Rule, figures: Figures) -> Decimal | None:
    [item] = rule.left
    figure = figures.get((item, ALL_PARTIES))
    return figure.value if figure else None


def _compared(check: Check, before: Report) -> Check:
    return check._replace(compared_with=before.report_id)
