"""What is implausible in a report by itself: its dates, its form, figures that an agency of its kind cannot have."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache

from gongkai_build.checks.model import FAIL, NOT_APPLICABLE, PASS, Check, Figures, Rule
from gongkai_build.checks.rules import load_rules
from gongkai_build.forms import load_form
from gongkai_build.forms.model import ALL_PARTIES
from gongkai_build.reading.report import Report
from gongkai_build.reading.titles import parse_title
from gongkai_build.reading.values import BLANK, UNCLEAR, money_unit
from gongkai_build.register.agencies import Agency


def check_deadline(rule: Rule, report: Report, figures: Figures) -> Iterator[Check]:
    """Was the report published in time? The difference is in days after the deadline."""
    agency, published = report.agency, report.published_on
    due = _due(rule, agency, report.year) if agency and report.year else None
    if published is None or due is None:
        yield _not_applicable(rule)
        return
    late = (published - due).days
    yield Check(rule.rule_id, ALL_PARTIES, FAIL if late > 0 else PASS, difference=Decimal(late))


def deadline(agency: Agency, year: int) -> date | None:
    """Return the day by which an agency's report for a year must be public; None where the law sets none."""
    [rule] = [rule for rule in load_rules() if rule.kind == "deadlines"]
    return _due(rule, agency, year)


def _due(rule: Rule, agency: Agency, year: int) -> date | None:
    if agency.level in rule.settings["without_levels"]:
        return None
    days = next(days for days in reversed(rule.settings["until"]) if days["since"] <= year)
    kind = "governments" if agency.sector in rule.settings["governments"] else "departments"
    return date.fromisoformat(f"{year + 1}-{days[kind]}")


def check_period(rule: Rule, report: Report, figures: Figures) -> Iterator[Check]:
    """Is the stated period of the report year, or the whole of a calendar year?"""
    if report.period is None or report.year is None:
        yield _not_applicable(rule)
        return
    start, end = report.period
    if rule.settings["whole"]:
        holds = (start.month, start.day, end.month, end.day, start.year) == (1, 1, 12, 31, end.year)
    else:
        holds = start.year == end.year == report.year
    yield Check(rule.rule_id, ALL_PARTIES, PASS if holds else FAIL)


def check_title(rule: Rule, report: Report, figures: Figures) -> Iterator[Check]:
    """Does the title name the report year? One that names no year, or several, says nothing."""
    title = parse_title(report.title or "")
    if title is None or report.year is None or len(title.years) != 1:
        yield _not_applicable(rule)
        return
    yield Check(rule.rule_id, ALL_PARTIES, PASS if title.years[0] == report.year else FAIL)


def check_form(rule: Rule, report: Report, figures: Figures) -> Iterator[Check]:
    """Is the report's form in force for its year?"""
    if report.year is None:
        yield _not_applicable(rule)
        return
    first, last = rule.settings["in_force"][report.form]
    yield Check(rule.rule_id, ALL_PARTIES, PASS if first <= report.year <= last else FAIL)


def check_powers(rule: Rule, report: Report, figures: Figures) -> Iterator[Check]:
    """Are there none of the documents that the agency cannot make? On the left stands the largest of the figures, on the right zero."""
    agency = report.agency
    able = rule.settings["able"].get(agency.level, ()) if agency else "any"
    found = [figures[item, ALL_PARTIES] for item in rule.concerns if (item, ALL_PARTIES) in figures]
    values = [figure.value for figure in found if figure.value is not None]
    if agency is None or able == "any" or agency.sector in able or not values:
        yield _not_applicable(rule)
    elif largest := max(values):
        yield Check(rule.rule_id, ALL_PARTIES, FAIL, largest, Decimal(0), largest)
    elif any(figure.status == UNCLEAR for figure in found):
        yield _not_applicable(rule)
    else:
        yield Check(rule.rule_id, ALL_PARTIES, PASS, Decimal(0), Decimal(0), Decimal(0))


def check_size(rule: Rule, report: Report, figures: Figures) -> Iterator[Check]:
    """Is an amount possible for an agency of its level? On the right stands the most that is."""
    [item] = rule.concerns
    figure = figures.get((item, ALL_PARTIES))
    if report.agency is None or figure is None or figure.value is None:
        yield _not_applicable(rule)
        return
    most = Decimal(str(rule.settings["most"][report.agency.level]))
    outcome = FAIL if figure.value > most else PASS
    yield Check(rule.rule_id, ALL_PARTIES, outcome, figure.value, most, figure.value - most)


def check_unit(rule: Rule, report: Report, figures: Figures) -> Iterator[Check]:
    """Is a unit of money that a cell prints that of the form's header? A cell without a unit says nothing."""
    [item] = rule.concerns
    figure = figures.get((item, ALL_PARTIES))
    header = _header_unit(report.form, item)
    printed = money_unit(figure.raw) if figure and figure.status not in (BLANK, UNCLEAR) else None
    if printed is None or header is None:
        yield _not_applicable(rule)
        return
    yield Check(rule.rule_id, ALL_PARTIES, PASS if printed == header else FAIL)


@cache
def _header_unit(form: str, item: str) -> int | None:
    columns = [
        column
        for block in load_form(form).blocks
        for row in block.rows
        for column in block.columns
        if block.figure(row, column) == (item, ALL_PARTIES)
    ]
    return money_unit(columns[0].label) if columns else None


def _not_applicable(rule: Rule) -> Check:
    return Check(rule.rule_id, ALL_PARTIES, NOT_APPLICABLE)
