"""The rules of dates, forms, powers and amounts, and those across years: each passes, fails and is not applicable."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from gongkai_build.checks import check_report, check_years, load_rules
from gongkai_build.reading.report import Report
from gongkai_build.register.agencies import Agency
from test_checks import report

PASS, FAIL, NOT_APPLICABLE = "pass", "fail", "not_applicable"
OUTCOMES = (PASS, FAIL, NOT_APPLICABLE)
Values = dict[tuple[str, str], Any]


def agency(level: str, sector: str) -> Agency:
    return Agency(f"990100.{sector}", "样例", (), "990100", sector, level)


def of_year(year: int, values: Values, form: str) -> Report:
    return replace(report(values, form), year=year, agency=agency("prefecture", "science"))


def with_amount(level: str, item: str, value: int | str | None, raw: str = "") -> Report:
    form = "2021" if item == "fees.amount" else "2019"
    read = report({(item, "all"): value}, form)
    if raw:
        figures = tuple(one._replace(raw=raw) if one.item_id == item else one for one in read.figures)
        read = replace(read, figures=figures)
    return replace(read, year=2021, agency=agency(level, "science"))


BUREAU = replace(report({}), agency=agency("county", "science"))
GOVERNMENT = replace(report({}), agency=agency("county", "government"))
TOWN = replace(report({}), agency=agency("township", "township"))
CITY = agency("prefecture", "government")
YEAR = (date(2020, 1, 1), date(2020, 12, 31))

ALONE: list[tuple[str, Report, str]] = [
    ("published_in_time", replace(BUREAU, published_on=date(2021, 1, 31)), PASS),
    ("published_in_time", replace(BUREAU, published_on=date(2021, 2, 1)), FAIL),
    ("published_in_time", replace(BUREAU, year=2018, published_on=date(2019, 3, 31)), PASS),
    ("published_in_time", replace(BUREAU, year=2018, published_on=date(2019, 4, 1)), FAIL),
    ("published_in_time", replace(GOVERNMENT, published_on=date(2021, 3, 31)), PASS),
    ("published_in_time", replace(GOVERNMENT, published_on=date(2021, 4, 1)), FAIL),
    ("published_in_time", replace(TOWN, published_on=date(2021, 6, 1)), NOT_APPLICABLE),
    ("published_in_time", BUREAU, NOT_APPLICABLE),
    ("published_in_time", replace(report({}), published_on=date(2021, 6, 1)), NOT_APPLICABLE),
    ("period_of_year", replace(BUREAU, period=YEAR), PASS),
    ("period_of_year", replace(BUREAU, period=(date(2019, 1, 1), date(2019, 12, 31))), FAIL),
    ("period_of_year", BUREAU, NOT_APPLICABLE),
    ("period_whole", replace(BUREAU, period=YEAR), PASS),
    ("period_whole", replace(BUREAU, period=(date(2020, 1, 1), date(2020, 11, 30))), FAIL),
    ("period_whole", BUREAU, NOT_APPLICABLE),
    ("title_of_year", replace(BUREAU, title="云岫市科学技术局2020年政府信息公开工作年度报告"), PASS),
    ("title_of_year", replace(BUREAU, title="云岫市科学技术局2019年政府信息公开工作年度报告"), FAIL),
    ("title_of_year", replace(BUREAU, title="云岫市科学技术局政府信息公开工作年度报告"), NOT_APPLICABLE),
    ("title_of_year", replace(BUREAU, title=None), NOT_APPLICABLE),
    ("form_of_year", replace(BUREAU, year=2020), PASS),
    ("form_of_year", replace(BUREAU, year=2022), FAIL),
    ("form_of_year", replace(BUREAU, form="2008", year=2012), PASS),
    ("form_of_year", replace(BUREAU, form="2008", year=2021), FAIL),
    ("form_of_year", replace(BUREAU, year=None), NOT_APPLICABLE),
    ("rules_made_by", BUREAU, PASS),
    ("rules_made_by", replace(report({("rules.public_total", "all"): 6}), agency=agency("county", "government")), FAIL),
    ("rules_made_by", replace(report({("rules.made", "all"): 1}), agency=agency("prefecture", "science")), FAIL),
    ("rules_made_by", replace(report({("rules.made", "all"): 1}), agency=CITY), NOT_APPLICABLE),
    (
        "rules_made_by",
        replace(report({("rules.made", "all"): 1}), agency=agency("national", "science")),
        NOT_APPLICABLE,
    ),
    (
        "rules_made_by",
        replace(report({("rules.made", "all"): "3-4"}), agency=agency("county", "science")),
        NOT_APPLICABLE,
    ),
    ("rules_made_by", report({("rules.made", "all"): 1}), NOT_APPLICABLE),
    ("size:fees.amount", with_amount("county", "fees.amount", 10**10), PASS),
    ("size:fees.amount", with_amount("county", "fees.amount", 10**10 + 1), FAIL),
    ("size:fees.amount", with_amount("county", "fees.amount", None), NOT_APPLICABLE),
    ("size:procurement.amount", with_amount("township", "procurement.amount", 10**9), PASS),
    ("size:procurement.amount", with_amount("township", "procurement.amount", 10**9 + 1), FAIL),
    ("size:procurement.amount", with_amount("township", "procurement.amount", "21150"), NOT_APPLICABLE),
    ("unit:fees.amount", with_amount("county", "fees.amount", 56000, "5.6万元"), PASS),
    ("unit:fees.amount", with_amount("county", "fees.amount", 56000, "56000元"), FAIL),
    ("unit:fees.amount", with_amount("county", "fees.amount", 56000, "5.6"), NOT_APPLICABLE),
]


@pytest.mark.parametrize(("rule", "read", "expected"), ALONE)
def test_a_report_by_itself(rule: str, read: Report, expected: str) -> None:
    [check] = [check for check in check_report(read) if check.rule_id == rule]
    assert check.outcome == expected


def test_days_after_the_deadline_and_the_largest_of_the_rules_are_told() -> None:
    late = {check.rule_id: check for check in check_report(replace(BUREAU, published_on=date(2021, 2, 4)))}
    assert late["published_in_time"].difference == 4
    read = replace(report({("rules.made", "all"): 1, ("rules.public_total", "all"): 6}), agency=agency("county", "tax"))
    made = {check.rule_id: check for check in check_report(read)}
    assert (made["rules_made_by"].left, made["rules_made_by"].right) == (6, 0)


CARRIED: Values = {("requests.carried_out", "business"): 3}
COPY: Values = {
    ("requests.received", "natural_person"): 9,
    ("requests.received", "business"): 2,
    ("requests.granted", "natural_person"): 9,
    ("requests.granted", "business"): 2,
}
LITTLE: Values = dict.fromkeys(COPY, 1)
DECIDED: Values = {("permits.decisions", "all"): 1203, ("penalties.decisions", "all"): 4}
STANDING: Values = {("normative_documents.in_force", "all"): 40, ("permits.decisions", "all"): 30}
YEARS: list[tuple[str, str, str, Values, Values, str]] = [
    ("carry_over", "business", "2021", CARRIED, {("requests.carried_in", "business"): 3}, PASS),
    ("carry_over", "business", "2021", CARRIED, {("requests.carried_in", "business"): 2}, FAIL),
    ("carry_over", "business", "2021", CARRIED, {("requests.carried_in", "business"): "2-3"}, NOT_APPLICABLE),
    ("copied:requests", "all", "2021", COPY, COPY, FAIL),
    ("copied:requests", "all", "2021", COPY, {**COPY, ("requests.granted", "business"): 1}, PASS),
    ("copied:requests", "all", "2021", LITTLE, LITTLE, NOT_APPLICABLE),
    ("copied:requests", "all", "2021", COPY, {**COPY, ("requests.other.rest", "total"): "?"}, NOT_APPLICABLE),
    ("copied:disclosures", "all", "2019", DECIDED, DECIDED, FAIL),
    ("copied:disclosures", "all", "2019", DECIDED, {**DECIDED, ("penalties.decisions", "all"): 5}, PASS),
    ("copied:disclosures", "all", "2021", STANDING, STANDING, NOT_APPLICABLE),
]
for subject in ("rules", "normative_documents"):
    stock: Values = {(f"{subject}.in_force", "all"): 12}
    now: Values = {(f"{subject}.issued", "all"): 3, (f"{subject}.repealed", "all"): 1}
    YEARS += [
        (f"in_force:{subject}", "all", "2021", stock, {**now, (f"{subject}.in_force", "all"): 14}, PASS),
        (f"in_force:{subject}", "all", "2021", stock, {**now, (f"{subject}.in_force", "all"): 15}, FAIL),
        (f"in_force:{subject}", "all", "2021", {(f"{subject}.in_force", "all"): None}, stock, NOT_APPLICABLE),
    ]
for subject in ("permits", "other_services", "penalties", "coercion", "fees"):
    last: Values = {(f"{subject}.items_last_year", "all"): 20, (f"{subject}.items_change", "all"): -3}
    YEARS += [
        (f"items_last_year:{subject}", "all", "2019", last, {(f"{subject}.items_last_year", "all"): 17}, PASS),
        (f"items_last_year:{subject}", "all", "2019", last, {(f"{subject}.items_last_year", "all"): 20}, FAIL),
        (
            f"items_last_year:{subject}",
            "all",
            "2019",
            last,
            {(f"{subject}.items_last_year", "all"): None},
            NOT_APPLICABLE,
        ),
    ]
for item, form in (("fees.amount", "2021"), ("procurement.amount", "2019")):
    YEARS += [
        (f"magnitude:{item}", "all", form, {(item, "all"): 50_000}, {(item, "all"): 80_000}, PASS),
        (f"magnitude:{item}", "all", form, {(item, "all"): 50_000}, {(item, "all"): 610_000_000}, FAIL),
        (f"magnitude:{item}", "all", form, {(item, "all"): 610_000_000}, {(item, "all"): 50_000}, FAIL),
        (f"magnitude:{item}", "all", form, {(item, "all"): 0}, {(item, "all"): 50_000}, NOT_APPLICABLE),
    ]


@pytest.mark.parametrize(("rule", "party", "form", "before", "after", "expected"), YEARS)
@pytest.mark.parametrize("order", [1, -1])
def test_a_report_against_the_one_before(
    rule: str, party: str, form: str, before: Values, after: Values, expected: str, order: int
) -> None:
    reports = {"a.2019": of_year(2019, before, form), "a.2020": of_year(2020, after, form)}
    checks = check_years(dict(list(reports.items())[::order]))
    [check] = [check for check in checks["a.2020"] if (check.rule_id, check.party) == (rule, party)]
    assert check.outcome == expected
    assert check.compared_with == (None if expected == NOT_APPLICABLE else "990100.science.2019")
    assert {check.outcome for check in checks["a.2019"]} == {NOT_APPLICABLE}


def test_across_a_gap_nothing_is_said_but_of_amounts() -> None:
    amount = {("fees.amount", "all"): 50_000}
    checks = check_years({"a.2019": of_year(2019, amount, "2021"), "a.2021": of_year(2021, amount, "2021")})
    said = {check.rule_id for check in checks["a.2021"] if check.outcome != NOT_APPLICABLE}
    assert said == {"magnitude:fees.amount"}


def test_carry_over_is_compared_across_the_change_of_forms() -> None:
    checks = check_years(
        {
            "a.2020": of_year(2020, CARRIED, "2019"),
            "a.2021": of_year(2021, {("requests.carried_in", "business"): 3}, "2021"),
        }
    )
    carried = {check.party: check for check in checks["a.2021"] if check.rule_id == "carry_over"}
    assert (carried["business"].outcome, carried["business"].left, carried["business"].right) == (PASS, 3, Decimal(3))
    assert len(carried) == 7


def test_every_rule_of_this_kind_passes_fails_and_is_not_applicable_above() -> None:
    kinds = ("sums", "rows", "dates", "narrative", "at_most")
    tried: Sequence[tuple[str, str]] = [
        *((rule, expected) for rule, _, expected in ALONE),
        *((rule, expected) for rule, *_, expected in YEARS),
    ]
    rules = {rule.rule_id for rule in load_rules() if rule.kind not in kinds}
    assert {(rule, outcome) for rule in rules for outcome in OUTCOMES} - set(tried) == set()
