"""A package becomes two SQLite files: typed, keyed, searchable, the same bytes each time."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from gongkai_build.database import write_databases
from gongkai_build.package import PackageError
from gongkai_build.schema import load_schema
from gongkai_site.chinese import match_query

Rows = dict[str, list[dict[str, Any]]]
SCHEMA = load_schema()


@pytest.fixture
def gongkai(package: Path) -> Iterator[sqlite3.Connection]:
    """The database of numbers."""
    with closing(sqlite3.connect(package / "gongkai.db")) as connection:
        yield connection


@pytest.fixture
def texts(package: Path) -> Iterator[sqlite3.Connection]:
    """The database of texts."""
    with closing(sqlite3.connect(package / "texts.db")) as connection:
        yield connection


def change(path: Path, old: str, new: str) -> None:
    text = path.read_bytes().decode()
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode())


def test_each_table_is_in_its_file_with_its_columns(package: Path, rows: Rows) -> None:
    for table in SCHEMA.tables:
        for name in ("gongkai", "texts"):
            with closing(sqlite3.connect(package / f"{name}.db")) as connection:
                found = [column for _, column, *_ in connection.execute(f"PRAGMA table_info({table.name})")]
                assert found == (list(table.columns) if table.database == name else [])
                if found:
                    count = connection.execute(f"SELECT count(*) FROM {table.name}").fetchone()
                    assert count == (len(rows[table.name]),)


def test_whole_numbers_are_integers_and_others_floats(gongkai: sqlite3.Connection) -> None:
    found = gongkai.execute(
        "SELECT item_id, value FROM figures WHERE item_id LIKE '%.amount' ORDER BY item_id"
    ).fetchall()
    assert found == [("fees.amount", 26019538.75), ("procurement.amount", 33411070)]
    assert [type(value) for _, value in found] == [float, int]
    assert gongkai.execute("SELECT DISTINCT typeof(value) FROM figures ORDER BY 1").fetchall() == [
        ("integer",),
        ("null",),
        ("real",),
    ]
    assert gongkai.execute('SELECT "left", "right" FROM checks WHERE outcome = \'fail\'').fetchone() == (6, 5.5)


def test_codes_and_dates_are_text(gongkai: sqlite3.Connection) -> None:
    row = gongkai.execute("SELECT form, year, published_on FROM reports ORDER BY report_id DESC LIMIT 1").fetchone()
    assert row == ("2021", 2021, "2022-01-20")
    assert gongkai.execute("SELECT count(*) FROM regions WHERE typeof(code) <> 'text'").fetchone() == (0,)


def test_required_columns_and_keys_are_enforced(gongkai: sqlite3.Connection) -> None:
    for table in ("reports", "figures", "captures"):
        required = {column for _, column, _, not_null, *_ in gongkai.execute(f"PRAGMA table_info({table})") if not_null}
        assert required == {field.name for field in SCHEMA.table(table).fields if field.required}
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        gongkai.execute("INSERT INTO sectors SELECT * FROM sectors LIMIT 1")
    gongkai.rollback()
    gongkai.execute("PRAGMA foreign_keys = ON")
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        gongkai.execute("UPDATE agencies SET sector = 'unknown'")


def test_foreign_keys_stay_within_a_file(gongkai: sqlite3.Connection, texts: sqlite3.Connection) -> None:
    for table in SCHEMA.tables:
        connection = texts if table.database == "texts" else gongkai
        found = {(row[2], row[3], row[4]) for row in connection.execute(f"PRAGMA foreign_key_list({table.name})")}
        assert found == {
            (key.table, key.fields[0], key.references[0])
            for key in table.foreign_keys
            if SCHEMA.table(key.table).database == table.database
        }


def test_every_foreign_key_and_every_usual_question_has_an_index(
    gongkai: sqlite3.Connection, texts: sqlite3.Connection
) -> None:
    def indexes(table: str, connection: sqlite3.Connection = gongkai) -> list[tuple[str, ...]]:
        names = [row[1] for row in connection.execute(f"PRAGMA index_list({table})")]
        return [tuple(row[2] for row in connection.execute(f"PRAGMA index_info('{name}')")) for name in names]

    assert ("item_id", "party") in indexes("figures")
    assert ("outcome", "rule_id") in indexes("checks")
    assert ("year",) in indexes("reports")
    assert ("agency_id", "year") in indexes("reports")
    for table in SCHEMA.tables:
        found = indexes(table.name, texts if table.database == "texts" else gongkai)
        for key in table.foreign_keys:
            assert any(columns[: len(key.fields)] == key.fields for columns in found), (table.name, key)
    assert gongkai.execute("SELECT count(*) FROM sqlite_stat1").fetchone()[0] > 0


@pytest.mark.parametrize(
    ("search", "positions"),
    [
        ("诉讼", [("990100.science.2021", 4)]),
        ("訴訟", [("990100.science.2021", 4)]),
        ("讼", [("990100.science.2021", 4)]),
        ("行政诉讼 复议", [("990100.science.2021", 4)]),
        ("诉讼 规章", []),
        ("讼诉", []),
        ("COVID-19", [("990000.government.2022", 1)]),
        ("公开", [("990000.government.2022", 1), ("990100.science.2020", 2)]),
        ('"公开" OR', []),
        ("", []),
    ],
)
def test_sections_are_found(texts: sqlite3.Connection, search: str, positions: list[tuple[str, int]]) -> None:
    """By the very query that Datasette's search box makes."""
    found = texts.execute(
        "SELECT report_id, position FROM sections WHERE rowid IN "
        "(SELECT rowid FROM [sections_search] WHERE [sections_search] MATCH ?) ORDER BY report_id, position",
        (match_query(search),),
    ).fetchall()
    assert found == positions


def test_agencies_and_reports_are_found_by_name_alias_and_region(gongkai: sqlite3.Connection) -> None:
    def found(table: str, search: str) -> list[str]:
        rows = gongkai.execute(
            f"SELECT {table[:-1] if table == 'reports' else 'agency'}_id FROM {table} WHERE rowid IN "
            f"(SELECT rowid FROM {table}_search WHERE {table}_search MATCH ?) ORDER BY 1",
            (match_query(search),),
        )
        return [key for (key,) in rows]

    assert found("agencies", "科技局") == ["990100.science"]
    assert found("agencies", "雲溪市") == ["990100.science"]
    assert found("agencies", "虚构省") == ["990000.government", "990100.science"]
    assert found("reports", "云溪 2021年") == ["990100.science.2021"]
    assert found("reports", "人民政府") == ["990000.government.2022"]


def test_the_same_package_gives_the_same_bytes(package: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    shutil.copytree(package, other, ignore=shutil.ignore_patterns("*.db"))
    write_databases(other)
    for name in ("gongkai.db", "texts.db"):
        assert (other / name).read_bytes() == (package / name).read_bytes()


def test_nothing_but_the_databases_is_left(package: Path) -> None:
    assert {path.name for path in package.iterdir()} == {
        *(table.path for table in SCHEMA.tables),
        "datapackage.json",
        "gongkai.db",
        "texts.db",
    }
    for name in ("gongkai.db", "texts.db"):
        with closing(sqlite3.connect(package / name)) as connection:
            assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
            assert connection.execute("PRAGMA page_size").fetchone() == (4096,)
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_section_longer_than_the_csv_module_allows(rows: Rows, make: Callable[[Rows], Path]) -> None:
    rows["sections"][0]["text"] = "长" * 200_000
    with closing(sqlite3.connect(make(rows) / "texts.db")) as connection:
        assert connection.execute("SELECT max(length(text)) FROM sections").fetchone() == (200_000,)


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            "reports.csv",
            ",2021,2021,",
            ",MMXXI,2021,",
            r"reports\.csv, row 4, column year: 'MMXXI' is not of type int",
        ),
        (
            "reports.csv",
            ",2021,2021,",
            ",2021.5,2021,",
            r"reports\.csv, row 4, column year: 2021.5 is not of type int",
        ),
        ("figures.csv", ",33411070,", ",3341.107万元,", r"figures\.csv, row \d+, column value: '3341.107万元'"),
        ("sectors.csv", "government,人民政府,", "government,,", r"sectors\.csv, row 2: NOT NULL constraint failed"),
        ("sectors.csv", "\nscience,", "\ngovernment,", r"sectors\.csv, row 3: UNIQUE constraint failed"),
        ("sectors.csv", "\nscience,", "\nscience,more,", r"sectors\.csv, row 3: .*binding"),
        ("sectors.csv", "sector,", "sektor,", r"sectors\.csv: the columns are \['sektor'"),
        (
            "agencies.csv",
            ",990100,science,",
            ",990101,science,",
            "table agencies, row 3: it refers to a row of reg",
        ),
    ],
)
def test_a_package_that_does_not_fit_is_refused(package: Path, file: str, old: str, new: str, message: str) -> None:
    before = (package / "gongkai.db").read_bytes()
    change(package / file, old, new)
    with pytest.raises(PackageError, match=message):
        write_databases(package)
    assert (package / "gongkai.db").read_bytes() == before
    assert not list(package.glob(".*"))


def test_a_missing_file_is_refused(package: Path) -> None:
    (package / "issues.csv").unlink()
    with pytest.raises(PackageError, match=r"issues\.csv is missing"):
        write_databases(package)


def test_a_file_that_is_not_utf8_is_refused(package: Path) -> None:
    (package / "sectors.csv").write_bytes("sector,name_zh,name_en\nscience,科学,S\n".encode("gb18030"))
    with pytest.raises(PackageError, match=r"sectors\.csv cannot be read at or after line 0: 'utf-8' codec"):
        write_databases(package)
