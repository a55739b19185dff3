"""Rows become CSV files and a descriptor: exact, sorted, sealed, the same bytes each time."""

import csv
import json
import random
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import frictionless
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai_build import package as package_module
from gongkai_build.database import read_cells
from gongkai_build.package import PackageError, write_package
from gongkai_build.schema import load_schema

Rows = dict[str, list[dict[str, Any]]]
SCHEMA = load_schema()


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def cell(folder: Path, table: str, column: str, row: int = 0) -> str:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))[row][column]


def test_every_table_has_a_file_that_frictionless_accepts(rows: Rows, tmp_path: Path) -> None:
    write_package(rows, tmp_path, SCHEMA, {"sample": True})
    assert {path.name for path in tmp_path.iterdir()} == {t.path for t in SCHEMA.tables} | {"datapackage.json"}
    report = frictionless.Package(str(tmp_path / "datapackage.json")).validate()
    assert report.flatten(["name", "rowNumber", "message"]) == []
    descriptor = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    assert descriptor["sample"] is True
    assert descriptor["version"] == SCHEMA.version
    for resource in descriptor["resources"]:
        assert resource["bytes"] == (tmp_path / resource["path"]).stat().st_size
        assert resource["rows"] == len(rows[resource["name"]])


def test_the_order_of_rows_does_not_matter(rows: Rows, tmp_path: Path) -> None:
    write_package(rows, tmp_path / "one", SCHEMA)
    shuffled = {name: random.Random(7).sample(table, len(table)) for name, table in reversed(rows.items())}
    write_package({name: iter(table) for name, table in shuffled.items()}, tmp_path / "two", SCHEMA)
    assert files(tmp_path / "one") == files(tmp_path / "two")


@pytest.mark.parametrize("at_once", [1, 2, 3, 13])
def test_tables_larger_than_memory_are_sorted_alike(
    rows: Rows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    write_package(rows, tmp_path / "one", SCHEMA)
    monkeypatch.setattr(package_module, "ROWS_IN_MEMORY", at_once)
    write_package(rows, tmp_path / "two", SCHEMA)
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_bytes_are_as_promised(rows: Rows, tmp_path: Path) -> None:
    write_package(rows, tmp_path, SCHEMA)
    assert (tmp_path / "sectors.csv").read_bytes() == (
        "sector,name_zh,name_en\n"
        'government,人民政府,"People\'s government, the organ"\n'
        "science,科学技术,Science and technology\n"
    ).encode()
    assert '990100.science.2020,10,十、附件,"“附件”,\r\n第二行"\n'.encode() in (tmp_path / "sections.csv").read_bytes()
    # Codes are sorted as text, positions as numbers.
    with (tmp_path / "sections.csv").open(encoding="utf-8", newline="") as file:
        keys = [(row["report_id"], row["position"]) for row in csv.DictReader(file)]
    assert keys == [
        ("990000.government.2022", "1"),
        ("990100.science.2020", "0"),
        ("990100.science.2020", "2"),
        ("990100.science.2020", "10"),
        ("990100.science.2021", "4"),
    ]


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (Decimal("33411070.00"), "33411070"),
        (Decimal("26019538.75"), "26019538.75"),
        (Decimal("3.3411070E+7"), "33411070"),
        (Decimal("1E-7"), "0.0000001"),
        (Decimal("-38.50"), "-38.5"),
        (Decimal("-0.00"), "0"),
        (0, "0"),
        (-1423, "-1423"),
        (0.1, "0.1"),
        (1e15, "1000000000000000"),
        (1e-7, "0.0000001"),
        (None, ""),
    ],
)
def test_numbers_are_printed_exactly(rows: Rows, tmp_path: Path, value: object, printed: str) -> None:
    rows["disclosures"] = [{"report_id": "990100.science.2020", "subject": "procurement", "amount": value}]
    write_package(rows, tmp_path, SCHEMA)
    assert cell(tmp_path, "disclosures", "amount") == printed


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (datetime(2023, 2, 1, 16, 30, tzinfo=timezone(timedelta(hours=8))), "2023-02-01T08:30:00Z"),
        ("2023-02-01T16:30:00+08:00", "2023-02-01T08:30:00Z"),
        ("2023-02-01T08:30:00Z", "2023-02-01T08:30:00Z"),
    ],
)
def test_times_are_printed_in_utc(rows: Rows, tmp_path: Path, value: object, printed: str) -> None:
    rows["captures"][0]["fetched_at"] = value
    write_package(rows, tmp_path, SCHEMA)
    assert cell(tmp_path, "captures", "fetched_at") == printed


@pytest.mark.parametrize(
    ("table", "column", "value", "message"),
    [
        ("reports", "colour", "red", r"table reports, row 990100\.science\.2020, column colour: the schema does not"),
        ("reports", "title", None, r"table reports, row 990100\.science\.2020, column title: a value is required"),
        ("reports", "title", "", "column title: a value is required"),
        ("reports", "title", 2020, "column title: 2020 is not text"),
        ("reports", "title", "a\0b", "column title: the text holds the character"),
        ("reports", "title", "a\ud800b", "column title: the text holds the character"),
        ("reports", "year", "2020", "column year: '2020' is not an integer"),
        ("reports", "year", 2020.0, "column year: 2020.0 is not an integer"),
        ("reports", "year", True, "column year: True is not an integer"),
        ("reports", "figures", 2**63, "column figures: 9223372036854775808 is larger"),
        ("reports", "published_on", "2021年1月", "column published_on"),
        ("reports", "published_on", 20210101, "column published_on: 20210101 is not a date"),
        ("captures", "fetched_at", "2021-01-01", "column fetched_at"),
        ("captures", "fetched_at", datetime(2021, 1, 1), "column fetched_at"),
        ("captures", "fetched_at", date(2021, 1, 1), "column fetched_at"),
        ("figures", "value", "12", "column value: '12' is not a number"),
        ("figures", "value", float("nan"), "column value"),
        ("figures", "value", Decimal("Infinity"), "column value"),
        ("figures", "value", Decimal("1234567890123456.789"), "column value: 1234567890123456.789 has more digits"),
        ("figures", "value", Decimal("1E+30"), "column value"),
    ],
)
def test_a_row_that_does_not_fit_is_refused(
    rows: Rows, tmp_path: Path, table: str, column: str, value: object, message: str
) -> None:
    rows[table][0][column] = value
    with pytest.raises(PackageError, match=message):
        write_package(rows, tmp_path, SCHEMA)
    assert not (tmp_path / "datapackage.json").exists()


@pytest.mark.parametrize("at_once", [2, 1000])
def test_two_rows_with_one_key_are_refused(
    rows: Rows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(package_module, "ROWS_IN_MEMORY", at_once)
    rows["figures"].append({**rows["figures"][0], "value": 7})
    with pytest.raises(PackageError, match=r"table figures: two rows have the key 990100\.science\.2020 · requests"):
        write_package(rows, tmp_path, SCHEMA)


def test_every_table_has_to_be_given_and_no_other(rows: Rows, tmp_path: Path) -> None:
    rows["colours"] = rows.pop("issues")
    with pytest.raises(PackageError, match=r"tables missing: \['issues'\]; tables unknown: \['colours'\]"):
        write_package(rows, tmp_path, SCHEMA)


def test_an_empty_table_has_a_header(rows: Rows, tmp_path: Path) -> None:
    rows["issues"] = []
    write_package(rows, tmp_path, SCHEMA)
    assert (tmp_path / "issues.csv").read_bytes() == b"id,report_id,capture_id,kind,place,detail\n"


def test_the_definition_itself_is_not_changed(package: Path, make: Callable[[Rows], Path]) -> None:
    assert all("hash" not in resource for resource in SCHEMA.descriptor["resources"])


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0") | st.sampled_from(",\"\r\n; '\ufeff"))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT), max_size=5))
def test_text_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, texts: list[tuple[str, str]]) -> None:
    folder = tmp_path_factory.mktemp("package")
    report = "990100.science.2020"
    sections = [
        {"report_id": report, "position": position, "heading": heading, "text": text}
        for position, (heading, text) in enumerate(texts)
    ]
    write_package({table.name: sections if table.name == "sections" else [] for table in SCHEMA.tables}, folder, SCHEMA)
    header, *back = read_cells(folder / "sections.csv")
    assert header == ["report_id", "position", "heading", "text"]
    assert back == [
        [report, str(position), heading or None, text or None] for position, (heading, text) in enumerate(texts)
    ]


@settings(max_examples=150, deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**10), max_value=10**10))
def test_numbers_come_back_as_they_were(tmp_path_factory: pytest.TempPathFactory, value: Decimal) -> None:
    folder = tmp_path_factory.mktemp("package")
    figures = [{"report_id": "a", "item_id": "b", "party": "all", "status": "reported", "value": value}]
    write_package({table.name: figures if table.name == "figures" else [] for table in SCHEMA.tables}, folder, SCHEMA)
    printed = cell(folder, "figures", "value")
    assert Decimal(printed) == value
    assert "E" not in printed
    assert "." not in printed or not printed.endswith("0")
