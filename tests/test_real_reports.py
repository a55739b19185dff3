"""Five real reports, read whole, against what a careful reader finds in them; and the tables of thirteen more.

The documents are not part of the project; where they are absent these tests are skipped. What is expected of the five is in `real_reports.yml`.
"""

import asyncio
import csv
import json
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from expectations import (
    REAL_REPORTS,
    RIGHT,
    UNEXPECTED,
    WRONG,
    Expectation,
    compare,
    excerpts,
    read_expected,
    real_report_facts,
    real_reports,
)
from gongkai_build.checks import FAIL, NOT_APPLICABLE, PASS, check_report, load_rules
from gongkai_build.cli import main
from gongkai_build.reading.report import Report, read_body
from gongkai_build.register.agencies import load_register
from gongkai_site.server import make_datasette

pytestmark = pytest.mark.skipif(not REAL_REPORTS.is_dir(), reason=f"the real reports are not at {REAL_REPORTS}")

FACTS = real_report_facts()
HUBEI, LIUBEI, DUODAO, BAIYIN, NANCHANG = sorted(FACTS)
WITH_TABLES = [name for name, facts in FACTS.items() if "not_zero" in facts]


def read(name: str) -> Report:
    return read_body((REAL_REPORTS / name).read_bytes(), load_register())


@pytest.mark.parametrize("name", FACTS)
def test_identity(name: str) -> None:
    report = read(name)
    agency = report.agency
    assert agency is not None
    day = {"published_on": report.published_on, "signed_on": report.signed_on}
    assert {
        "report_id": report.report_id,
        "agency": agency.name,
        "region_code": agency.region_code,
        "sector": agency.sector,
        "year": report.year,
        "form": report.form,
        "script": report.script,
        "title": report.title,
        "reader": report.reader,
        "period": report.period and [end.isoformat() for end in report.period],
        "sections": len(report.sections),
        **{key: value and value.isoformat() for key, value in day.items()},
    } == FACTS[name]["identity"]


@pytest.mark.parametrize("expected", list(real_reports()), ids=attrgetter("name"))
def test_every_figure(expected: Expectation) -> None:
    assert len(expected.figures) == {NANCHANG: 11, HUBEI: 199, DUODAO: 202}.get(expected.name, 198)
    assert [outcome for outcome in compare(expected, read(expected.name).figures) if outcome.outcome != RIGHT] == []


@pytest.mark.parametrize("name", FACTS)
def test_what_sentences_state_beside_the_tables(name: str) -> None:
    report = read(name)
    stated = {f"{figure.item_id}|{figure.party}": figure.value for figure in report.stated}
    assert stated == FACTS[name].get("stated", {})
    checks = [check for check in check_report(report) if check.rule_id.startswith("narrative:")]
    assert [check.outcome for check in checks] == [PASS] * len(stated)


def test_an_amount_without_a_unit_is_unclear_and_kept_as_printed() -> None:
    figure = next(figure for figure in read(LIUBEI).figures if figure.item_id == "procurement.amount")
    assert (figure.status, figure.value, figure.raw) == ("unclear", None, "21150.00")
    assert [issue.kind for issue in read(LIUBEI).issues] == ["no_unit"]


def test_a_doubled_cell_is_its_figure_with_an_issue() -> None:
    report = read(BAIYIN)
    doubled = [figure for figure in report.figures if figure.item_id.startswith("other_services.")]
    assert [(figure.value, figure.status) for figure in doubled] == [(0, "reported")] * 3
    assert all(len(figure.raw.split()) == 2 for figure in doubled)
    assert [issue.kind for issue in report.issues] == ["doubled_value"] * 3


def test_a_row_that_is_not_printed_is_absent_and_not_zero() -> None:
    report = read(HUBEI)
    assert not [figure for figure in report.figures if figure.item_id.startswith("rules.")]
    assert [(issue.kind, issue.detail) for issue in report.issues] == [("row_absent", "第二十条第（一）项 规章")]


def test_the_alias_is_kept() -> None:
    agency = read(NANCHANG).agency
    assert agency is not None
    assert (agency.agency_id, agency.name, agency.aliases) == ("360100.science", "南昌市科学技术局", ("南昌市科技局",))


@pytest.mark.parametrize("name", WITH_TABLES)
def test_arithmetic_holds_and_is_recorded_as_passed(name: str) -> None:
    checks = check_report(read(name))
    sums = {rule.rule_id for rule in load_rules() if rule.kind in ("sums", "rows")}
    arithmetic = [check for check in checks if check.rule_id in sums]
    assert len(arithmetic) == 7 + 7 + 23 + 3
    assert {check.outcome for check in arithmetic} == {PASS}
    dates = {check.rule_id: check.outcome for check in checks if check.rule_id.endswith("_after_period")}
    assert dates == {
        "signed_after_period": FAIL if name == LIUBEI else NOT_APPLICABLE,
        "published_after_period": PASS if name == DUODAO else NOT_APPLICABLE,
    }


@pytest.mark.parametrize("expected", list(excerpts()), ids=attrgetter("name"))
def test_excerpts_have_no_wrong_figure(expected: Expectation) -> None:
    """What stands after the break of an excerpt is unknown: figures may be unclear or missing there, none may be wrong."""
    outcomes = compare(expected, read_expected(expected, {})[1])
    assert [outcome for outcome in outcomes if outcome.outcome in (WRONG, UNEXPECTED)] == []


def test_the_five_become_a_valid_package_and_a_site_that_finds_them(tmp_path: Path) -> None:
    run = CliRunner().invoke
    archive, out = str(tmp_path / "archive"), tmp_path / "release"
    added = run(main, ["add", *(str(path) for path in sorted(REAL_REPORTS.glob("*.txt"))), "--archive", archive])
    assert added.exit_code == 0, added.output
    built = run(main, ["build", "--archive", archive, "--out", str(out)])
    assert built.exit_code == 0, built.output
    checked = run(main, ["check", str(out)])
    assert checked.exit_code == 0, checked.output
    with (out / "reports.csv").open(encoding="utf-8", newline="") as file:
        reports = {row["report_id"]: row for row in csv.DictReader(file)}
    assert sorted(reports) == sorted(facts["identity"]["report_id"] for facts in FACTS.values())
    assert {row["source_kind"] for row in reports.values()} == {"local"}
    assert "sample" not in json.loads((out / "datapackage.json").read_text(encoding="utf-8"))

    async def ask(path: str) -> Any:
        return (await make_datasette(out).client.get(path)).json()

    figures = asyncio.run(ask("/gongkai/figures.json?report_id=420804.government.2020&_shape=objects"))["rows"]
    assert len(figures) == 202
    values = {(row["item_id"], row["party"]): row["value"] for row in figures}
    assert values["procurement.amount", "all"] == 33411070
    assert values["permits.items_change", "all"] == -1271
    found = [
        {row["report_id"] for row in asyncio.run(ask(f"/texts/sections.json?_search={word}&_shape=array&_size=max"))}
        for word in ("诉讼", "訴訟")
    ]
    assert found[0] == found[1] == set(reports)
