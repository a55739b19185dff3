"""What differs from the release before, figure by figure, with its cause."""

import copy
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gongkai_build.package import PackageError
from gongkai_build.revisions import read_before, revision_rows
from gongkai_build.validate import check_package

Rows = dict[str, list[dict[str, Any]]]
SECOND, THIRD = "990100.science.2021", "990000.government.2022"


def found(package: Path, rows: Rows) -> set[tuple[object, ...]]:
    columns = ("report_id", "kind", "cause", "item_id", "party", "from", "from_status", "to", "to_status")
    return {tuple(row.get(column) for column in columns) for row in revision_rows(read_before(package), rows)}


def figure(rows: Rows, report_id: str, item_id: str) -> dict[str, Any]:
    return next(row for row in rows["figures"] if row["report_id"] == report_id and row["item_id"] == item_id)


def test_nothing_differs_from_itself(package: Path, rows: Rows) -> None:
    """Decimals, blanks and amounts come back from the files as they went in."""
    assert found(package, rows) == set()


def test_reports_that_came_and_went_are_told_without_their_figures(package: Path, rows: Rows) -> None:
    for table in ("reports", "figures"):
        rows[table] = [row for row in rows[table] if row["report_id"] != THIRD]
        rows[table] += [
            {**row, "report_id": "990100.science.2023"} for row in rows[table] if row["report_id"] == SECOND
        ]
    assert {row[:2] for row in found(package, rows)} == {
        (THIRD, "report_removed"),
        ("990100.science.2023", "report_added"),
    }


@pytest.mark.parametrize("cause", ["reading", "document"])
def test_a_figure_that_changed_has_its_cause(package: Path, rows: Rows, cause: str) -> None:
    figure(rows, SECOND, "requests.other.unpaid_fee").update(value=None, status="blank")
    rows["figures"].remove(figure(rows, SECOND, "fees.amount"))
    report = next(row for row in rows["reports"] if row["report_id"] == SECOND)
    if cause == "document":
        report["capture_id"] = "e" * 64
    assert found(package, rows) == {
        (SECOND, "figure_changed", cause, "requests.other.unpaid_fee", "total", 0, "reported", None, "blank"),
        (SECOND, "figure_changed", cause, "fees.amount", "all", Decimal("26019538.75"), "reported", None, "absent"),
    }


def test_a_correction_that_is_taken_back_is_a_correction(package: Path, rows: Rows) -> None:
    figure(rows, SECOND, "requests.other.rest").update(value=Decimal(6), status="reported")
    assert found(package, rows) == {
        (SECOND, "figure_changed", "correction", "requests.other.rest", "total", 4, "corrected", 6, "reported")
    }


def test_a_report_all_of_whose_figures_are_new(rows: Rows, make: Callable[[Rows], Path]) -> None:
    before = copy.deepcopy(rows)
    before["figures"] = [row for row in before["figures"] if row["report_id"] != THIRD]
    rows_now = found(make(before), rows)
    assert {(row[0], row[6]) for row in rows_now} == {(THIRD, "absent")}
    assert len(rows_now) == 3


def test_what_is_no_release_is_named(tmp_path: Path, package: Path, rows: Rows) -> None:
    with pytest.raises(PackageError, match=r"holds no release to compare with"):
        read_before(tmp_path)
    (tmp_path / "datapackage.json").write_text("[]", encoding="utf-8")
    with pytest.raises(PackageError, match=r"not the descriptor of a release"):
        read_before(tmp_path)
    path = package / "figures.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("status", "state", 1), encoding="utf-8")
    with pytest.raises(PackageError, match=r"has no column status"):
        revision_rows(read_before(package), rows)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"to": 5}, "the figure is said to be corrected, 5 now, and is not"),
        ({"to_status": "absent"}, "the figure is said to be absent, 4 now, and is not"),
        ({"kind": "report_added"}, "item, party, cause and statuses stand exactly where a figure changed"),
        ({"kind": "report_removed"}, "it is report_removed, which the table reports contradicts"),
        ({"from": 4, "from_status": "corrected", "to_status": "corrected"}, "the figure is 4 before and now"),
    ],
)
def test_revisions_that_the_tables_contradict_are_found(
    rows: Rows, make: Callable[[Rows], Path], change: dict[str, Any], told: str
) -> None:
    rows["revisions"][2] |= change
    assert told in "\n".join(problem.message for problem in check_package(make(rows)))
