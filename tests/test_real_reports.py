"""Five real reports, read whole, against what a careful reader finds in them; and the tables of thirteen more.

The documents are not part of the project; where they are absent these tests are skipped. What is expected is written down here as the figures
that are not zero, and which rows there are: everything else in the tables of those reports is a printed 0.
"""

import asyncio
import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gongkai_build.checks import FAIL, NOT_APPLICABLE, PASS, check_report
from gongkai_build.cli import main
from gongkai_build.documents import read_document
from gongkai_build.forms import load_form, load_parties
from gongkai_build.reading.place import place
from gongkai_build.reading.report import Report, best_alignment, read_body
from gongkai_build.register.agencies import load_register
from gongkai_site.server import make_datasette

REPORTS = Path(__file__).parents[2] / "shared" / "reports"
pytestmark = pytest.mark.skipif(not REPORTS.is_dir(), reason=f"the real reports are not at {REPORTS}")

Expected = dict[tuple[str, str], Decimal | None]
PARTIES = tuple(party.party for party in load_parties())

HUBEI, LIUBEI, DUODAO, BAIYIN, NANCHANG = (
    "000_93103de0725ad9fe.txt",
    "001_a9cf28bb0d4e787b.txt",
    "002_755f5b3297f309cf.txt",
    "003_d28c1a0b9f90ce9a.txt",
    "004_c5511601f1a9faaf.txt",
)

IDENTITIES: dict[str, dict[str, Any]] = {
    HUBEI: {
        "report_id": "420000.science.2020",
        "agency": "湖北省科学技术厅",
        "region_code": "420000",
        "sector": "science",
        "year": 2020,
        "form": "2019",
        "script": "Hant",
        "title": "湖北省科學技術廳2020年政府信息公開工作年度報告",
        "reader": "line_cells",
        "published_on": None,
        "signed_on": None,
        "period": ("2020-01-01", "2020-12-31"),
        "sections": 7,
    },
    LIUBEI: {
        "report_id": "450205.science.2020",
        "agency": "柳北区科学技术局",
        "region_code": "450205",
        "sector": "science",
        "year": 2020,
        "form": "2019",
        "script": "Hant",
        "title": "柳北區科學技術局2020年政府信息公開工作年度報告",
        "reader": "pipe_cells",
        "published_on": None,
        "signed_on": "2020-01-13",
        "period": None,
        "sections": 6,
    },
    DUODAO: {
        "report_id": "420804.government.2020",
        "agency": "掇刀区人民政府",
        "region_code": "420804",
        "sector": "government",
        "year": 2020,
        "form": "2019",
        "script": "Hans",
        "title": "2020年掇刀区政府信息公开工作年度报告",
        "reader": "line_cells",
        "published_on": "2021-01-27",
        "signed_on": None,
        "period": ("2020-01-01", "2020-12-31"),
        "sections": 7,
    },
    BAIYIN: {
        "report_id": "620400.science.2019",
        "agency": "白银市科学技术局",
        "region_code": "620400",
        "sector": "science",
        "year": 2019,
        "form": "2019",
        "script": "Hans",
        "title": "白银市科学技术局2019年政府信息公开工作年度报告",
        "reader": "tab_cells",
        "published_on": None,
        "signed_on": None,
        "period": None,
        "sections": 7,
    },
    NANCHANG: {
        "report_id": "360100.science.2018",
        "agency": "南昌市科学技术局",
        "region_code": "360100",
        "sector": "science",
        "year": 2018,
        "form": "2008",
        "script": "Hant",
        "title": "南昌市科技局2018年政府信息公開年度報告",
        "reader": "narrative",
        "published_on": None,
        "signed_on": None,
        "period": ("2018-01-01", "2018-12-31"),
        "sections": 8,
    },
}

NOT_ZERO: dict[str, dict[str, list[str | int]]] = {
    HUBEI: {
        "normative_documents.made normative_documents.published normative_documents.public_total": [16, 16, 26],
        "other_documents.made other_documents.published other_documents.public_total": [573, 261, 1643],
        "permits.items_last_year permits.decisions": [2, 824],
        "other_services.items_last_year other_services.decisions": [21, 59285],
        "penalties.items_last_year": [2],
        "procurement.projects procurement.amount": [108, 8650100],
        "requests.received": [8, 0, 0, 0, 0, 0, 8],
        "requests.granted": [3, 0, 0, 0, 0, 0, 3],
        "requests.partly_granted": [3, 0, 0, 0, 0, 0, 3],
        "requests.unable.not_held": [2, 0, 0, 0, 0, 0, 2],
        "requests.processed_total": [8, 0, 0, 0, 0, 0, 8],
    },
    LIUBEI: {"other_services.items_change": [1], "procurement.projects": [2]},
    DUODAO: {
        "normative_documents.made normative_documents.published normative_documents.public_total": [20, 4, 4],
        "permits.items_last_year permits.items_change permits.decisions": [9658, -1271, 6950],
        "other_services.items_last_year other_services.items_change other_services.decisions": [82, 4, 270],
        "penalties.items_last_year penalties.items_change penalties.decisions": [329, 49, 230],
        "coercion.items_last_year coercion.items_change coercion.decisions": [35, -1, 14],
        "fees.items_last_year fees.items_change": [53, 3],
        "procurement.projects procurement.amount": [645, 33411070],
        "requests.received": [4, 1, 0, 0, 0, 0, 5],
        "requests.carried_in": [1, 0, 0, 0, 0, 0, 1],
        "requests.granted": [1, 0, 0, 0, 0, 0, 1],
        "requests.partly_granted": [0, 1, 0, 0, 0, 0, 1],
        "requests.other": [4, 0, 0, 0, 0, 0, 4],
        "requests.processed_total": [5, 1, 0, 0, 0, 0, 6],
        "review.upheld review.other review.pending review.total": [2, 2, 1, 5],
        "litigation.direct.other litigation.direct.pending litigation.direct.total": [12, 1, 13],
        "litigation.after_review.other litigation.after_review.pending litigation.after_review.total": [1, 1, 2],
    },
    BAIYIN: {
        "normative_documents.made normative_documents.published normative_documents.public_total": [6, 6, 8],
    },
}


def read(name: str) -> Report:
    return read_body((REPORTS / name).read_bytes(), load_register())


def whole_tables(name: str) -> Expected:
    """Every figure that the tables of a report print: the rows of form 2019 that it has, all zero but for those written down."""
    absent = {"rules"} if name == HUBEI else {"other_documents"}
    expected: Expected = {}
    for block in load_form("2019").blocks:
        for row in block.rows:
            if row.key not in absent:
                expected.update({block.figure(row, column): Decimal(0) for column in block.columns})
    for items, values in NOT_ZERO[name].items():
        if items.startswith("requests."):
            keys = [(items, party) for party in PARTIES]
        else:
            keys = [(item, "all") for item in items.split()]
        expected.update(zip(keys, map(Decimal, values), strict=True))
    if name == LIUBEI:
        expected["procurement.amount", "all"] = None
    return expected


@pytest.mark.parametrize("name", IDENTITIES)
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
        "period": report.period and tuple(end.isoformat() for end in report.period),
        "sections": len(report.sections),
        **{key: value and value.isoformat() for key, value in day.items()},
    } == IDENTITIES[name]


@pytest.mark.parametrize("name", NOT_ZERO)
def test_every_figure_of_the_tables(name: str) -> None:
    report = read(name)
    expected = whole_tables(name)
    assert len(expected) == 198
    assert {(figure.item_id, figure.party): figure.value for figure in report.figures} == expected
    unclear = {(figure.item_id, figure.party) for figure in report.figures if figure.status != "reported"}
    assert unclear == ({("procurement.amount", "all")} if name == LIUBEI else set())


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


def test_every_figure_of_the_narrative() -> None:
    figures = {(figure.item_id, figure.party): figure.value for figure in read(NANCHANG).figures}
    assert figures == {
        ("disclosed.total", "all"): 561,
        ("disclosed.normative_documents", "all"): 7,
        ("disclosed.other_documents", "all"): 3,
        ("disclosed.policy_interpretation", "all"): 1,
        ("disclosed.plans", "all"): 2,
        ("disclosed.government_affairs", "all"): 420,
        ("disclosed.announcements", "all"): 121,
        ("disclosed.statistics", "all"): 1,
        ("disclosed.personnel", "all"): 2,
        ("disclosed.budgets", "all"): 4,
        ("requests.received", "total"): 1,
    }


def test_the_alias_is_kept() -> None:
    agency = read(NANCHANG).agency
    assert agency is not None
    assert (agency.agency_id, agency.name, agency.aliases) == ("360100.science", "南昌市科学技术局", ("南昌市科技局",))


@pytest.mark.parametrize("name", NOT_ZERO)
def test_arithmetic_holds_and_is_recorded_as_passed(name: str) -> None:
    checks = check_report(read(name))
    arithmetic = [check for check in checks if not check.rule_id.endswith("_after_period")]
    assert len(arithmetic) == 7 + 7 + 23 + 3
    assert {check.outcome for check in arithmetic} == {PASS}
    dates = {check.rule_id: check.outcome for check in checks if check.rule_id.endswith("_after_period")}
    assert dates == {
        "signed_after_period": FAIL if name == LIUBEI else NOT_APPLICABLE,
        "published_after_period": PASS if name == DUODAO else NOT_APPLICABLE,
    }


@pytest.mark.parametrize("number", [path.stem for path in sorted((REPORTS / "excerpts").glob("*.txt"))])
def test_excerpts_have_no_wrong_figure(number: str) -> None:
    """What stands after the break of an excerpt is unknown: figures may be unclear or missing there, none may be wrong."""
    expected = json.loads((REPORTS / "excerpts" / f"{number}.expected.json").read_text(encoding="utf-8"))["figures"]
    alignment = best_alignment(read_document((REPORTS / "excerpts" / f"{number}.txt").read_bytes()))
    figures = place(alignment).figures if alignment else ()
    wrong = [
        f"{figure.item_id}|{figure.party}: {figure.value} {figure.status}"
        for figure in figures
        if figure.status != "unclear"
        and (
            f"{figure.item_id}|{figure.party}" not in expected
            or expected[f"{figure.item_id}|{figure.party}"]
            != (figure.value if figure.value is None else float(figure.value))
        )
    ]
    assert wrong == []


def test_the_five_become_a_valid_package_and_a_site_that_finds_them(tmp_path: Path) -> None:
    run = CliRunner().invoke
    archive, out = str(tmp_path / "archive"), tmp_path / "release"
    added = run(main, ["add", *(str(path) for path in sorted(REPORTS.glob("*.txt"))), "--archive", archive])
    assert added.exit_code == 0, added.output
    built = run(main, ["build", "--archive", archive, "--out", str(out)])
    assert built.exit_code == 0, built.output
    checked = run(main, ["check", str(out)])
    assert checked.exit_code == 0, checked.output
    with (out / "reports.csv").open(encoding="utf-8", newline="") as file:
        reports = {row["report_id"]: row for row in csv.DictReader(file)}
    assert sorted(reports) == sorted(identity["report_id"] for identity in IDENTITIES.values())
    assert {row["source_kind"] for row in reports.values()} == {"local"}
    assert "sample" not in json.loads((out / "datapackage.json").read_text(encoding="utf-8"))

    async def ask(path: str) -> Any:
        return (await make_datasette(out).client.get(path)).json()

    figures = asyncio.run(ask("/gongkai/figures.json?report_id=420804.government.2020&_shape=objects"))["rows"]
    assert len(figures) == 198
    values = {(row["item_id"], row["party"]): row["value"] for row in figures}
    assert values["procurement.amount", "all"] == 33411070
    assert values["permits.items_change", "all"] == -1271
    found = [
        {row["report_id"] for row in asyncio.run(ask(f"/texts/sections.json?_search={word}&_shape=array&_size=max"))}
        for word in ("诉讼", "訴訟")
    ]
    assert found[0] == found[1] == set(reports)
