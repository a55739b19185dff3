"""The rules: what passes, what fails, what cannot be said."""

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from gongkai_build.checks import WITHIN, check_report, concerns, load_rules
from gongkai_build.checks.rules import OF_YEARS
from gongkai_build.forms import load_form, load_items
from gongkai_build.forms.indicators import load_indicator_form
from gongkai_build.reading.place import Figure
from gongkai_build.reading.report import Report
from gongkai_build.schema import load_schema

EMPTY = Report(
    agency=None,
    year=2020,
    form="2019",
    title="",
    script="Hans",
    reader="grid",
    published_on=None,
    signed_on=None,
    period=None,
    figures=(),
    sections=(),
    credit_code=None,
    issues=(),
)


def report(values: dict[tuple[str, str], int | str | None], form: str = "2019") -> Report:
    """A report whose tables are zero but for some figures; None is blank, a text is unclear."""
    figures = {}
    for block in load_form(form).blocks:
        for row in block.rows:
            for column in block.columns:
                figures[block.figure(row, column)] = Decimal(0)
    made = []
    for key, zero in figures.items():
        value = values.get(key, 0)
        if value is None:
            made.append(Figure(*key, None, "blank", "", ""))
        elif isinstance(value, str):
            made.append(Figure(*key, None, "unclear", value, ""))
        else:
            made.append(Figure(*key, zero + value, "reported", str(value), ""))
    return replace(EMPTY, form=form, figures=tuple(made))


def outcome(read: Report, rule: str, party: str = "all") -> tuple[str, Decimal | None, Decimal | None]:
    check = next(check for check in check_report(read) if (check.rule_id, check.party) == (rule, party))
    return check.outcome, check.left, check.right


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_a_report_without_cases_passes(form: str) -> None:
    sums = {rule.rule_id for rule in load_rules() if rule.kind in ("sums", "rows") and form in rule.forms}
    outcomes = {check.rule_id: check.outcome for check in check_report(report({}, form)) if check.rule_id in sums}
    assert outcomes == dict.fromkeys(sums, "pass")


def test_balance() -> None:
    figures = {
        ("requests.received", "business"): 5,
        ("requests.carried_in", "business"): 2,
        ("requests.processed_total", "business"): 6,
        ("requests.carried_out", "business"): 1,
    }
    assert outcome(report(dict(figures)), "balance", "business") == ("pass", 7, 7)
    figures["requests.carried_out", "business"] = 2
    assert outcome(report(dict(figures)), "balance", "business") == ("fail", 7, 8)
    assert outcome(report(dict(figures)), "balance", "total") == ("pass", 0, 0)


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_every_outcome_row_counts_towards_the_total(form: str) -> None:
    requests = load_form(form).block("requests")
    outcomes = [row.key for row in requests.rows[2:-2]]
    assert len(outcomes) == {"2019": 19, "2021": 21}[form]
    for item in outcomes:
        assert outcome(report({(item, "total"): 1}, form), "processed_total", "total") == ("fail", 0, 1)


def test_the_parties_of_every_row() -> None:
    requests = load_form("2021").block("requests")
    for row in requests.rows:
        for column in requests.columns[:-1]:
            read = report({(row.key, column.key): 3, (row.key, "total"): 3}, "2021")
            assert outcome(read, f"parties:{row.key}") == ("pass", 3, 3)
            assert outcome(report({(row.key, column.key): 3}, "2021"), f"parties:{row.key}") == ("fail", 0, 3)


@pytest.mark.parametrize("route", ["review", "litigation.direct", "litigation.after_review"])
def test_remedies(route: str) -> None:
    figures: dict[tuple[str, str], int | str | None] = {
        (f"{route}.{part}", "all"): number for number, part in enumerate(("upheld", "corrected", "other", "pending"), 1)
    }
    assert outcome(report(figures), f"{route}.total") == ("fail", 0, 10)
    figures[f"{route}.total", "all"] = 10
    assert outcome(report(figures), f"{route}.total") == ("pass", 10, 10)


def test_blank_cells_add_nothing() -> None:
    row = {
        ("requests.granted", party): None for party in ("business", "research", "nonprofit", "legal_service", "other")
    }
    read = report({**row, ("requests.granted", "natural_person"): 3, ("requests.granted", "total"): 3})
    assert outcome(read, "parties:requests.granted") == ("pass", 3, 3)


def test_a_blank_total_beside_parts_fails() -> None:
    read = report({("requests.granted", "natural_person"): 3, ("requests.granted", "total"): None})
    assert outcome(read, "parties:requests.granted") == ("fail", None, 3)


def test_a_blank_row_says_nothing() -> None:
    parties = [column.key for column in load_form("2019").block("requests").columns]
    read = report({("requests.granted", party): None for party in parties})
    assert outcome(read, "parties:requests.granted") == ("not_applicable", None, None)


def test_unclear_and_absent_figures_make_a_sum_not_applicable() -> None:
    read = report({("requests.granted", "business"): "3-4"})
    assert outcome(read, "parties:requests.granted") == ("not_applicable", None, None)
    without = replace(read, figures=tuple(f for f in read.figures if f.item_id != "requests.other"))
    assert outcome(without, "processed_total", "total") == ("not_applicable", None, None)


@pytest.mark.parametrize(
    ("signed", "period", "expected"),
    [
        (date(2020, 1, 13), None, "fail"),
        (date(2020, 12, 31), None, "pass"),
        (date(2021, 1, 13), None, "pass"),
        (date(2020, 12, 1), (date(2020, 1, 1), date(2020, 11, 30)), "pass"),
        (None, None, "not_applicable"),
    ],
)
def test_dates(signed: date | None, period: tuple[date, date] | None, expected: str) -> None:
    read = replace(report({}), signed_on=signed, period=period)
    assert outcome(read, "signed_after_period")[0] == expected


def test_the_days_between_are_told() -> None:
    read = replace(report({}), signed_on=date(2020, 1, 13))
    check = next(check for check in check_report(read) if check.rule_id == "signed_after_period")
    assert check.difference == -353


def test_rules_are_complete_and_bilingual() -> None:
    rules = load_rules()
    kinds = Counter(rule.kind for rule in rules)
    assert len({rule.rule_id for rule in rules}) == len(rules)
    assert (kinds["rows"], kinds["dates"], kinds["across"], kinds["copies"]) == (26, 2, 1 + 2 + 5, 2)
    items = {item.item_id for item in load_items()}
    columns = set(load_schema().table("reports").columns)
    for rule in rules:
        assert rule.statement_zh
        assert rule.statement_en
        assert "{" not in rule.statement_zh + rule.statement_en + rule.rule_id
        assert concerns(rule)
        assert set(concerns(rule)) <= items | columns
        assert rule.kind in (*WITHIN, *OF_YEARS)


def annex(**values: int | None) -> Report:
    """A table of form 2014 that adds up, but for some figures (item with `__` for a point)."""
    usual: dict[str, int | None] = {"disclosed.total": 9, "requests.received": 5, "requests.received.online": 5}
    usual.update({"requests.closed": 3, "requests.closed.on_time": 3, "requests.answered": 3, "requests.granted": 3})
    changed = {**usual, **{name.replace("__", "."): value for name, value in values.items()}}
    numbers = {line.figure: changed.get(line.item, 0) for line in load_indicator_form().lines if line.item}
    figures = [
        Figure(*key, None, "blank", "", "")
        if value is None
        else Figure(*key, Decimal(value), "reported", str(value), "")
        for key, value in numbers.items()
    ]
    return replace(EMPTY, year=2016, form="2014", figures=tuple(figures))


SUMS_2014 = {
    "requests.received": ["in_person", "by_fax", "online", "by_letter"],
    "requests.closed": ["on_time", "extended"],
    "requests.refused": [
        "state_secret",
        "trade_secret",
        "privacy",
        "safety_stability",
        "not_government_information",
        "other_legal_grounds",
    ],
    "review.total": ["review.upheld", "review.corrected", "review.other"],
    "litigation.total": ["litigation.upheld", "litigation.corrected", "litigation.other"],
    "resources.staff": ["full_time", "part_time"],
    "requests.answered": [
        "already_public",
        "requests.granted",
        "requests.partly_granted",
        "requests.refused",
        "other_agency",
        "nonexistent",
        "amendment_asked",
        "other_procedure",
    ],
}


@pytest.mark.parametrize("rule", SUMS_2014)
def test_every_sum_of_the_table_of_2014(rule: str) -> None:
    assert outcome(annex(), rule)[0] == "pass"
    whole = outcome(annex(), rule)[1]
    for part in SUMS_2014[rule]:
        item = part if "." in part else f"{rule}.{part}"
        before = next(figure.value for figure in annex().figures if figure.item_id == item)
        read = annex(**{item.replace(".", "__"): int(before or 0) + 4})
        assert outcome(read, rule) == ("fail", whole, (whole or 0) + 4), item


def test_as_many_are_closed_as_answered() -> None:
    assert outcome(annex(), "closed_answered") == ("pass", 3, 3)
    assert outcome(annex(requests__closed=4), "closed_answered") == ("fail", 4, 3)


@pytest.mark.parametrize(
    "channel", ["normative_documents", "gazette", "website", "microblog", "wechat", "other_channels"]
)
def test_no_channel_holds_more_than_all(channel: str) -> None:
    rule, name = f"part:disclosed.{channel}", f"disclosed__{channel}"
    assert outcome(annex(**{name: 9}), rule) == ("pass", 9, 9)
    assert outcome(annex(**{name: 10}), rule) == ("fail", 10, 9)
    assert outcome(annex(**{name: None}), rule)[0] == "not_applicable"


@pytest.mark.parametrize("kind", ["press_conferences", "online_interviews"])
def test_the_principal_is_not_at_more_than_all(kind: str) -> None:
    rule, whole = f"part:responses.{kind}.with_principal", f"responses__{kind}"
    assert outcome(annex(**{whole: 2, f"{whole}__with_principal": 2}), rule) == ("pass", 2, 2)
    assert outcome(annex(**{whole: 2, f"{whole}__with_principal": 3}), rule) == ("fail", 3, 2)
