"""Every example document is read as its expectation says: the examples of the tests, and the reports of the sample portals.

A document without an expectation fails, and so does an expectation without a document. To write a new one, put the document into a folder of
its own under `examples/`, run the test, and review what it says the reader found before you write it down.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from expectations import (
    EXPECTED_SAMPLES,
    TESTS,
    example_documents,
    expectation_file,
    name_of,
    read,
    sample_documents,
    sample_register,
    wanted,
)
from gongkai_build.checks import FAIL, check_report
from gongkai_build.reading.place import Figure
from gongkai_build.reading.report import Report
from gongkai_build.register.agencies import Register
from tests_support import IDENTITY


@pytest.fixture(scope="module")
def register() -> Register:
    return sample_register()


@pytest.mark.parametrize("document", example_documents() + sample_documents(), ids=name_of)
def test_document_is_read_as_expected(document: Path, register: Register) -> None:
    report = read(document, register)
    path = expectation_file(document)
    assert path.exists(), f"no expectation for {document}: review what was read and write {path.name}"
    expected = json.loads(path.read_text(encoding="utf-8"))
    assert identity_of(report) == {key: expected["report"][key] for key in IDENTITY}
    assert differences(report.figures, expected["figures"]) == []
    told = {f"{figure.item_id}|{figure.party}": figure.value for figure in report.stated}
    for item, stated in expected.get("stated", {}).items():
        assert told.get(item) == stated["value"], item
    failed = sorted({check.rule_id for check in check_report(report) if check.outcome == FAIL})
    assert failed == sorted(expected["checks_failed"])
    assert sorted({issue.kind for issue in report.issues}) == sorted(expected["issue_kinds"])


def test_every_expectation_has_its_document() -> None:
    examples = {path.parent.name for path in example_documents()}
    assert examples == {path.parent.name for path in (TESTS / "examples").glob("*/expected.json")}
    assert len(examples) >= 20
    samples = {document.name for document in sample_documents()}
    assert samples == {path.name.removesuffix(".json") for path in EXPECTED_SAMPLES.glob("*/*.json")}


def identity_of(report: Report) -> dict[str, Any]:
    agency = report.agency
    start, end = report.period or (None, None)
    dates = {
        "published_on": report.published_on,
        "signed_on": report.signed_on,
        "period_start": start,
        "period_end": end,
    }
    return {
        "agency_id": agency and agency.agency_id,
        "agency": agency and agency.name,
        "region_code": agency and agency.region_code,
        "sector": agency and agency.sector,
        "year": report.year,
        "form": report.form,
        "script": report.script,
        "title": report.title,
        **{name: day and day.isoformat() for name, day in dates.items()},
    }


def differences(figures: tuple[Figure, ...], expected: Mapping[str, Any]) -> list[str]:
    """Compare what was read with what is expected: number = reported, null = blank, {"status": …} = that status."""
    read = {f"{figure.item_id}|{figure.party}": figure for figure in figures}
    told = [f"{key}: not expected, read {read[key].value} {read[key].status}" for key in read.keys() - expected.keys()]
    for key, value in expected.items():
        figure = read.get(key)
        if figure is None:
            told.append(f"{key}: missing, expected {value}")
        elif (figure.value, figure.status) != wanted(value):
            told.append(f"{key}: read {figure.value} {figure.status} ({figure.raw!r}), expected {value}")
    return sorted(told)
