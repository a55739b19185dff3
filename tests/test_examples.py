"""Every example document is read as its expectation says: the examples of the tests, and the reports of the sample portals.

A document without an expectation fails, and so does an expectation without a document. How an example is made, `tests/README.md` says.
"""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from expectations import (
    RIGHT,
    TESTS,
    WRONG,
    compare,
    example_documents,
    examples,
    expectation_file,
    expectations_of_samples,
    loss,
    name_of,
    read,
    sample_documents,
    sample_register,
    wanted,
    word_program,
)
from gongkai_build.checks import FAIL, check_report
from gongkai_build.reading.place import Figure
from gongkai_build.reading.report import Report
from gongkai_build.register.agencies import Register
from tests_support import IDENTITY


@pytest.fixture(scope="module")
def register() -> Register:
    return sample_register()


WORD = [document for document in example_documents() if document.suffix == ".doc"]


def without(program: str) -> None:
    """Skip a test for which a program is missing; fail where GONGKAI_REQUIRE_WORD=1 asks for it."""
    message = f"{program} is not installed"
    pytest.fail(message) if os.environ.get("GONGKAI_REQUIRE_WORD") == "1" else pytest.skip(message)


@pytest.mark.parametrize("document", example_documents() + sample_documents(), ids=name_of)
def test_document_is_read_as_expected(document: Path, register: Register) -> None:
    path = expectation_file(document)
    assert path.exists(), f"no expectation for {document}: write {path.name} from what the document prints"
    if document.suffix == ".doc" and word_program() is None:
        without("a program for DOC (LibreOffice or antiword)")
    if loss(document, word_program()):
        # What can be said of it says test_antiword_reads_nothing_wrongly.
        return
    report = read(document, register)
    expected = json.loads(path.read_text(encoding="utf-8"))
    assert identity_of(report) == {key: expected["report"][key] for key in IDENTITY}
    assert differences(report.figures, expected["figures"]) == []
    told = {f"{figure.item_id}|{figure.party}": figure.value for figure in report.stated}
    for item, stated in expected.get("stated", {}).items():
        assert told.get(item) == stated["value"], item
    failed = sorted({check.rule_id for check in check_report(report) if check.outcome == FAIL})
    assert failed == sorted(expected["checks_failed"])
    assert sorted({issue.kind for issue in report.issues}) == sorted(expected["issue_kinds"])


@pytest.mark.parametrize("document", WORD, ids=name_of)
def test_antiword_reads_nothing_wrongly(document: Path, register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without LibreOffice antiword is asked: the tables that it loses are missing, and nothing else is different."""
    antiword = shutil.which("antiword")
    if antiword is None:
        without("antiword")
    monkeypatch.setattr(shutil, "which", lambda name: antiword if name == "antiword" else None)
    expected = next(example for example in examples() if example.path == document)
    report = read(document, register)
    told = json.loads(expectation_file(document).read_text(encoding="utf-8"))["report"]
    assert identity_of(report) == {key: told[key] for key in IDENTITY}
    outcomes = [outcome.outcome for outcome in compare(expected, report.figures)]
    assert WRONG not in outcomes
    assert RIGHT in outcomes if loss(document, "antiword") else set(outcomes) == {RIGHT}


def test_every_expectation_has_its_document() -> None:
    assert {path.parent.name for path in example_documents()} == {
        path.parent.name for path in (TESTS / "examples").glob("*/expected.json")
    }
    assert all(len([*path.parent.glob("document.*")]) == 1 for path in example_documents())
    assert len(set(sample_documents())) == len(expectations_of_samples()) >= 40


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
