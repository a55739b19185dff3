"""The two tables of `gongkai.db` that are no part of the data package: what they hold is what the published tables say."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_release import AGENCY, REPORT_2020, REPORT_2021

from gongkai_build.database import write_databases


@pytest.fixture
def gongkai(release: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(f"{(release / 'gongkai.db').as_uri()}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    yield connection
    connection.close()


def test_each_report_has_its_totals(gongkai: sqlite3.Connection) -> None:
    rows = gongkai.execute("select * from totals order by report_id").fetchall()
    assert [row["report_id"] for row in rows] == [
        row["report_id"] for row in gongkai.execute("select report_id from reports order by report_id")
    ]
    assert {(row["agency_id"], row["agency"], row["region_code"], row["sector"]) for row in rows} == {
        (AGENCY, "云岫市人民政府", "990100", "government")
    }


@pytest.mark.parametrize(
    ("column", "table", "key"),
    [
        ("received", "requests", "party = 'total'"),
        ("refused", "requests", "party = 'total'"),
        ("received_business", "requests", "party = 'business'"),
        ("litigation_after_review_corrected", "remedies", "route = 'litigation_after_review'"),
        ("normative_documents_issued", "disclosures", "subject = 'normative_documents'"),
    ],
)
def test_a_column_is_that_of_its_table(gongkai: sqlite3.Connection, column: str, table: str, key: str) -> None:
    source = {"received_business": "received"}.get(column) or column.removeprefix("litigation_after_review_")
    source = source.removeprefix("normative_documents_")
    found = dict(gongkai.execute(f"select report_id, {column} from totals").fetchall())
    expected = dict(gongkai.execute(f"select report_id, {source} from {table} where {key}").fetchall())
    assert found == {report_id: expected.get(report_id) for report_id in found}
    assert any(value is not None for value in found.values())


def test_blank_and_unclear_columns_are_named(gongkai: sqlite3.Connection) -> None:
    [row] = gongkai.execute("select * from totals where report_id = ?", [REPORT_2020]).fetchall()
    assert (row["blank"], row["unclear"], row["carried_in"]) == (" carried_in ", "", None)
    assert (row["cells_blank"], row["cells_unclear"]) == (1, 1)


def test_carry_overs_hold_what_differs_or_is_unknown(gongkai: sqlite3.Connection) -> None:
    rows = {row["party"]: dict(row) for row in gongkai.execute("select * from carry_overs")}
    assert rows["natural_person"]["next_report_id"] == REPORT_2021
    assert rows["natural_person"]["carried_in"] - rows["natural_person"]["carried_out"] == -2
    for party, row in rows.items():
        sides = [
            gongkai.execute(
                f"select {column} from requests where report_id = ? and party = ?", [report, party]
            ).fetchone()[0]
            for column, report in (("carried_out", REPORT_2020), ("carried_in", REPORT_2021))
        ]
        assert [row["carried_out"], row["carried_in"]] == sides
        assert None in sides or sides[0] != sides[1]


def test_the_same_package_gives_the_same_bytes(release: Path, tmp_path: Path) -> None:
    for file in release.glob("*.csv"):
        shutil.copy(file, tmp_path)
    write_databases(tmp_path)
    assert (tmp_path / "gongkai.db").read_bytes() == (release / "gongkai.db").read_bytes()
