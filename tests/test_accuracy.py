"""The count of right, wrong, unclear and missing figures counts what it says, and nothing that is read is wrong."""

import json
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

import accuracy
from expectations import (
    EXAMPLE,
    EXCERPT,
    LENIENT,
    MISSING,
    PROCESSED,
    RIGHT,
    UNEXPECTED,
    WRONG,
    Expectation,
    all_expectations,
    compare,
    examples,
    precision,
    recall,
)
from gongkai_build.reading.place import Figure
from gongkai_build.reading.values import BLANK, REPORTED, UNCLEAR

EXPECTED = Expectation(
    EXAMPLE,
    "cell-pipe-2021-9",
    Path("document.txt"),
    "2021",
    2022,
    {"a|all": 5, "b|all": None, "c|all": {"status": "unclear"}, "d|all": 7, "e|all": 8},
)


def figure(item: str, value: int | None, status: str) -> Figure:
    return Figure(item, "all", None if value is None else Decimal(value), status, "", "line 1")


AS_EXPECTED = (
    figure("a", 5, REPORTED),
    figure("b", None, BLANK),
    figure("c", None, UNCLEAR),
    figure("d", 7, REPORTED),
    figure("e", 8, REPORTED),
)


def outcomes(expected: Expectation, *figures: Figure) -> dict[str, str]:
    return {outcome.figure: outcome.outcome for outcome in compare(expected, figures)}


def test_what_is_read_as_it_is_printed_is_right() -> None:
    assert outcomes(EXPECTED, *AS_EXPECTED) == dict.fromkeys(EXPECTED.figures, RIGHT)


@pytest.mark.parametrize(
    ("read", "outcome"),
    [
        (figure("a", 6, REPORTED), WRONG),
        (figure("a", None, BLANK), WRONG),
        (figure("a", None, UNCLEAR), UNCLEAR),
        (figure("b", 0, REPORTED), WRONG),
        (figure("b", None, UNCLEAR), UNCLEAR),
        (figure("c", 5, REPORTED), WRONG),
        (figure("c", None, BLANK), WRONG),
    ],
)
def test_another_value_or_status_is_wrong_and_unclear_is_not(read: Figure, outcome: str) -> None:
    others = [other for other in AS_EXPECTED if other.item_id != read.item_id]
    assert outcomes(EXPECTED, *others, read)[f"{read.item_id}|all"] == outcome


def test_a_figure_that_nothing_expects_is_wrong_in_a_whole_report_and_named_in_an_excerpt() -> None:
    stranger = figure("z", 1, REPORTED)
    assert outcomes(EXPECTED, *AS_EXPECTED, stranger)["z|all"] == WRONG
    assert outcomes(replace(EXPECTED, kind=EXCERPT), *AS_EXPECTED, stranger)["z|all"] == UNEXPECTED
    assert "z|all" not in outcomes(EXPECTED, *AS_EXPECTED, figure("z", None, UNCLEAR))


def test_shares() -> None:
    lenient = replace(EXPECTED, kind=EXCERPT, lenient=frozenset({"a|all"}))
    read = [figure("a", None, UNCLEAR), figure("b", None, BLANK), figure("c", None, UNCLEAR), figure("d", 1, REPORTED)]
    assert outcomes(lenient, *read) == {
        "a|all": LENIENT,
        "b|all": RIGHT,
        "c|all": RIGHT,
        "d|all": WRONG,
        "e|all": MISSING,
    }
    counts = Counter(outcomes(lenient, *read).values())
    assert (precision(counts), recall(counts)) == (2 / 3, 2 / 4)
    assert (precision(Counter()), recall(Counter())) == (None, None)


def test_a_doctored_expectation_is_counted_and_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    honest = next(examples())
    key, value = next((key, value) for key, value in honest.figures.items() if isinstance(value, int))
    doctored = replace(honest, figures=honest.figures | {key: value + 1})
    monkeypatch.setattr(accuracy, "all_expectations", lambda: [doctored])
    target = tmp_path / "accuracy.json"
    assert accuracy.main(["--json", str(target)]) == 1
    account = json.loads(target.read_text(encoding="utf-8"))
    assert account["groups"][0][WRONG] == 1
    assert [fault["figure"] for fault in account["faults"]] == [key]
    monkeypatch.setattr(accuracy, "all_expectations", lambda: [honest])
    assert accuracy.main(["--json", str(target)]) == 0


def test_what_no_program_reads_whole_is_left_out_and_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    word = next(expected for expected in examples() if expected.name.startswith("doc-merged"))
    monkeypatch.setattr(accuracy, "all_expectations", lambda: [word])
    monkeypatch.setattr(accuracy, "word_program", lambda: "antiword")
    assert accuracy.main([]) == 0
    assert f"{word.name} was left out: antiword loses parts of it." in capsys.readouterr().out


def test_nothing_is_read_wrongly() -> None:
    """Of the pages and texts, and of the real reports where they are at hand; the other formats are read in test_examples.py."""
    quick = (expected for expected in all_expectations() if expected.path.suffix not in PROCESSED)
    account = accuracy.account_of(accuracy.read_all(quick))
    assert [fault for fault in account["faults"] if fault["outcome"] in (WRONG, UNEXPECTED)] == []
    whole = account["totals"][accuracy.WHOLE]
    assert whole["documents"] >= 80
    assert (whole["precision"], whole["recall"]) == (1.0, 1.0)
    assert account["failures"] == []
