"""The examples that are made stand in their folders as their list says, and their figures are chosen so that the forms' sums hold."""

import json

import pytest

from make_examples import EXAMPLES, TEXT_SUFFIXES, all_examples, expected_of, suffix_of, text_of
from making.figures import drawn, forms, request_rows
from making.paper import Example, disclosures, grid, remedies, requests


@pytest.mark.parametrize("example", all_examples(), ids=lambda example: example.name)
def test_an_example_is_what_its_list_says(example: Example) -> None:
    """Of files that hold the time at which they were made only the expectation can be compared."""
    folder = EXAMPLES / example.name
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    assert expected == json.loads(json.dumps(expected_of(example)))
    if suffix_of(example) in TEXT_SUFFIXES:
        assert (folder / f"document{suffix_of(example)}").read_bytes() == text_of(example).encode()


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_drawn_figures_fulfil_the_form(form: str) -> None:
    figures = drawn("any", form)
    assert figures == drawn("any", form) != drawn("another", form)
    rows = [row for _, row, _ in request_rows(form)]
    ended = [row for row in rows if row not in ("received", "carried_in", "processed_total", "carried_out")]
    for party in (*forms()["parties"], "total"):
        count = {row: figures[f"requests.{row}|{party}"] or 0 for row in rows}
        assert count["received"] + count["carried_in"] == count["processed_total"] + count["carried_out"]
        assert count["processed_total"] == sum(count[row] for row in ended)


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_tables_have_no_gaps(form: str) -> None:
    """Spans and cells together cover each place of a table once."""
    example = Example(f"any-{form}-1", "any", "", "", "", 2022)
    for table, width in ((disclosures(example), 4), (requests(example), 10), (remedies(example), 15)):
        assert {len(row) for row in grid(table)} == {width}
