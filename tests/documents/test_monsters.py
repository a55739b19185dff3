"""Hostile and broken documents end in a result or in a clear error, in bounded time and memory; what they break off in is never a wrong figure."""

import contextlib
import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from monsters import MEMORY, MONSTERS, read_alone

from gongkai_build.checks import check_report
from gongkai_build.documents import UnreadableDocument
from gongkai_build.documents.deadline import within
from gongkai_build.reading.report import NotAReport, read_body
from gongkai_build.reading.values import REPORTED
from gongkai_build.register.agencies import Register, load_register
from gongkai_build.resources import definition

EXAMPLES = sorted(path.parent for path in (Path(__file__).parents[1] / "examples").glob("*/expected.json"))
CUTS, CUTS_OF_FILES = 12, 2
"""Places at which each example is cut; those of office files take a process each."""
READABLE = {
    "a million columns": 200,
    "a number of a million digits": 200,
    "brackets": 200,
    "closed brackets": 200,
    "numbers with commas": 200,
    "statements without an end": 200,
    "statements and semicolons": 201,
    "a paragraph in many lines": 200,
    "entities": 200,
    "forms on end": 200,
    "an unknown charset": 200,
}
"""The monsters around a report that is read all the same, with how many figures."""


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register(definition("samples") / "register")


@pytest.mark.parametrize("name", MONSTERS)
def test_a_monster_ends_in_a_result_or_a_clear_error(name: str) -> None:
    told, _, memory = read_alone(MONSTERS[name]())
    if name in READABLE:
        assert told == f"{READABLE[name]} figures"
    else:
        assert told.startswith(("unreadable: ", "no report: "))
        assert len(told) > 30
    assert memory < MEMORY
    assert not Path("/tmp/gongkai-escaped").exists()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_a_document_cut_anywhere_states_no_other_figure(example: Path, register: Register) -> None:
    expected = json.loads((example / "expected.json").read_text(encoding="utf-8"))["figures"]
    document = next(example.glob("document.*"))
    body = document.read_bytes()
    cuts = CUTS if document.suffix in (".html", ".txt", ".md") else CUTS_OF_FILES
    for cut in random.Random(example.name).sample(range(1, len(body)), cuts):
        try:
            report = read_body(body[:cut], register)
        except (NotAReport, UnreadableDocument):
            continue
        if report.lacks or any(check.outcome == "fail" for check in check_report(report)):
            continue
        wrong = {
            f"{figure.item_id}|{figure.party}": (cut, figure.value, figure.raw)
            for figure in report.figures
            if figure.status == REPORTED
            and expected.get(f"{figure.item_id}|{figure.party}") != figure.value
            # A whole sentence states what it states, also where what contradicts it was cut off.
            and not figure.raw.endswith("。")
        }
        assert not wrong


def endless() -> None:
    while True:
        pass


def caught_once() -> None:
    with contextlib.suppress(UnreadableDocument):
        endless()
    endless()


@pytest.mark.parametrize("compute", [endless, caught_once])
def test_computing_without_end_is_ended(compute: Callable[[], None]) -> None:
    with pytest.raises(UnreadableDocument, match=r"more than 0\.2 s of computing"), within(0.2):
        compute()
