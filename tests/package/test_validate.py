"""A sound package passes; every kind of damage is found and named."""

import hashlib
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from gongkai_build import problems
from gongkai_build.evidence import Shown, write_evidence
from gongkai_build.validate import Problem, check_package

Rows = dict[str, list[dict[str, Any]]]
Make = Callable[[Rows], Path]


def seal(folder: Path) -> None:
    """State size, digest and number of rows anew, as someone would who hides a change."""
    path = folder / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    for resource in descriptor["resources"]:
        data = (folder / resource["path"]).read_bytes()
        resource["bytes"] = len(data)
        resource["hash"] = "sha256:" + hashlib.sha256(data).hexdigest()
    path.write_text(json.dumps(descriptor), encoding="utf-8")


def change(path: Path, old: str, new: str) -> None:
    text = path.read_bytes().decode()
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode())


def execute(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def said(problems: list[Problem]) -> str:
    return "\n".join(f"{problem.table} | {problem.place} | {problem.message}" for problem in problems)


def test_a_sound_package_has_no_problems(package: Path) -> None:
    assert check_package(package) == []


def test_a_package_without_databases_can_be_checked(package: Path) -> None:
    (package / "gongkai.db").unlink()
    (package / "texts.db").unlink()
    assert check_package(package, databases=False) == []
    assert said(check_package(package)) == "gongkai.db |  | the file is missing\ntexts.db |  | the file is missing"


def test_empty_tables_are_sound(rows: Rows, make: Make) -> None:
    assert check_package(make({name: [] for name in rows})) == []


def test_a_flipped_byte_is_found(package: Path) -> None:
    """The seal lets no change pass: in the header, a key, a separator, the middle of a Chinese character."""
    path = package / "sectors.csv"
    sound = path.read_bytes()
    for place in range(0, len(sound), 7):
        path.write_bytes(sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1 :])
        assert "sectors | sectors.csv | hash: datapackage.json states" in said(check_package(package, databases=False))


def test_a_dropped_row_is_found(package: Path) -> None:
    path = package / "sections.csv"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))
    found = said(check_package(package))
    assert "sections | sections.csv | rows: datapackage.json states 5, the file has 4" in found
    assert "sections | sections.csv | bytes:" in found
    assert "texts.db | sections, row 6 | sections.csv has None, the database has" in found


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            "sectors.csv",
            "\nscience,",
            "\ngovernment,",
            "sectors | row 3 (government) | 2 rows have this primary key",
        ),
        (
            "agencies.csv",
            ",990100,science,",
            ",990101,science,",
            "agencies | row 3 (990100.science) | region_code: regions has no row 990101",
        ),
        (
            "sections.csv",
            "990100.science.2021,4",
            "990100.science.2031,4",
            "sections | row 6 (990100.science.2031 · 4) | report_id: reports has no row 990100.science.2031",
        ),
        ("regions.csv", ",990000,1983", ",990009,1983", "parent_code: regions has no row 990009"),
        ("reports.csv", ",2021,2021,", ",MMXXI,2021,", "reports | row 4, column year | Type error"),
        ("reports.csv", ",2021,2021,", ",1921,2021,", 'constraint "minimum" is "2008"'),
        ("reports.csv", "2022-01-20", "2022-01-32", "reports | row 4, column published_on | Type error"),
        ("reports.csv", ",sample,", ",dream,", "reports | row 2, column source_kind | "),
        ("regions.csv", "990100,", "99010,", "regions | row 3, column code | "),
        ("sectors.csv", "government,人民政府,", "government,,", "sectors | row 2, column name_zh | "),
        ("sectors.csv", "\nscience,", "\nscience,more,", "sectors | row 3 | it cannot be read"),
        ("sectors.csv", "name_en\n", "name_en,colour\n", "sectors | row 1 | the columns are"),
        ("sectors.csv", "\nscience,", '\n"science,', "sectors.csv cannot be read at or after line 3"),
        (
            "figures.csv",
            ",1,reported,",
            ",,reported,",
            "figures | row 2 (990000.government.2022 · requests.other.no_correction · total) | the status is reported, "
            "but the value is None",
        ),
        ("figures.csv", ",blank,", ",reported,", "the status is reported, but the value is None"),
        (
            "coverage.csv",
            "990100.science,2021,published,2022-01-31,990100.science.2021,",
            "990100.science,2021,missing,2022-01-31,,",
            "reports | row 4 (990100.science.2021) | coverage does not know it: 990100.science 2021",
        ),
        (
            "coverage.csv",
            "2022,missing,",
            "2022,published,",
            "coverage | row 5 (990100.science · 2022) | the state is published, but a report is named exactly where",
        ),
        (
            "coverage.csv",
            "2021,published,2022-01-31",
            "2021,published,2022-01-19",
            "the state is published, but the report was due on 2022-01-19 and published on 2022-01-20",
        ),
        ("coverage.csv", ",published,2023-03-31", ",late,2023-03-31", "the state is late, but the report was due on"),
        ("coverage.csv", ",missing,", ",lost,", "coverage | row 5, column state | "),
        ("changes.csv", ",2,reported,", ",,reported,", "changes | row 2 (990100.science.2020 · "),
        ("changes.csv", ",,blank,/,2,reported,", ",2,reported,/,2,reported,", "the figure is 2 before and since"),
        ("figures.csv", ",,blank,", ",7,blank,", "the status is blank, but the value is 7"),
        (
            "reports.csv",
            ",4,0,0\n",
            ",5,0,0\n",
            "reports | row 4 (990100.science.2021) | figures is 5, but there are 4",
        ),
        ("reports.csv", ",12,1,1\n", ",12,0,1\n", "(990100.science.2020) | unclear is 0, but there are 1"),
        ("reports.csv", ",12,1,1\n", ",12,1,0\n", "(990100.science.2020) | checks_failed is 0, but there are 1"),
        (
            "requests.csv",
            "990100.science.2020,total,6,",
            "990100.science.2020,total,7,",
            "(990100.science.2020 · total), column received | it is 7, but the figures give 6",
        ),
        (
            "requests.csv",
            ",3,,,,,\n",
            ",,,,,,\n",
            "(990100.science.2020 · total), column other | it is None, but the figures give 3",
        ),
        ("requests.csv", ",5,1,0,4,,\n", ",6,1,0,4,,\n", "column other | it is 6, but the figures give 5"),
        ("requests.csv", ",,1,,2,,\n", ",3,1,,2,,\n", "column other | it is 3, but the figures give None"),
        ("remedies.csv", ",review,2,", ",review,3,", "column upheld | it is 3, but the figures give 2"),
        (
            "remedies.csv",
            "litigation_after_review,,,,,",
            "litigation_after_review,,,,,0",
            "column total | it is 0, but the figures give None",
        ),
        (
            "disclosures.csv",
            "26019538.75",
            "26019538.7",
            "column amount | it is 26019538.7, but the figures give 26019538.75",
        ),
        (
            "disclosures.csv",
            "990100.science.2020,procurement",
            "990100.science.2020,fees",
            "disclosures | 990100.science.2020 · procurement | there are figures, but there is no row for them",
        ),
    ],
)
def test_damage_that_is_sealed_anew_is_found(package: Path, file: str, old: str, new: str, message: str) -> None:
    change(package / file, old, new)
    seal(package)
    assert message in said(check_package(package, databases=False))


def test_a_figure_cut_to_a_whole_number_is_found(rows: Rows, make: Make) -> None:
    figure = next(row for row in rows["figures"] if row["item_id"] == "review.upheld")
    figure["value"] = 2.5
    assert "column upheld | it is 2, but the figures give 2.5" in said(check_package(make(rows)))


def test_a_figure_for_the_whole_goes_before_the_sum_of_the_parts(rows: Rows, make: Make) -> None:
    whole = {"report_id": "990100.science.2021", "item_id": "requests.other", "party": "total", "status": "reported"}
    rows["figures"].append({**whole, "value": 6})
    rows["reports"][1]["figures"] += 1
    assert said(check_package(make(rows))).endswith("column other | it is 5, but the figures give 6")


@pytest.mark.parametrize("missing", ["issues.csv", "sections.csv", "datapackage.json"])
def test_a_missing_file_is_found(package: Path, missing: str) -> None:
    (package / missing).unlink()
    assert missing in said(check_package(package))


def test_documents_are_of_captures_and_of_their_reports(package: Path, rows: Rows) -> None:
    own = [(str(row["capture_id"]), str(row["report_id"])) for row in rows["captures"]]
    with write_evidence(package) as evidence:
        for capture_id, report_id in own:
            evidence.add(capture_id, report_id, Shown("text/html", "<p></p>"))
    assert check_package(package) == []
    execute(package / "evidence.db", f"UPDATE documents SET report_id = 'other' WHERE capture_id = '{own[1][0]}'")
    assert said(check_package(package)) == f"evidence.db | documents, rowid 2 | {own[1][0]} is no capture of other"
    (package / "evidence.db").write_bytes(b"no database")
    assert "evidence.db |  | SQLite cannot read it" in said(check_package(package))


def test_a_folder_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    assert "datapackage.json |  | it cannot be read" in said(check_package(tmp_path / "nowhere"))


@pytest.mark.parametrize("descriptor", ["", "[]", "{}", '{"resources": [{}]}', '{"resources": 3}', "公开", "{"])
def test_a_descriptor_that_is_none_is_found(package: Path, descriptor: str) -> None:
    (package / "datapackage.json").write_text(descriptor, encoding="utf-8")
    problems = check_package(package)
    assert problems
    assert {problem.table for problem in problems} == {"datapackage.json"}


def edit(folder: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    path = folder / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    edit({resource["name"]: resource for resource in descriptor["resources"]} | {"all": descriptor["resources"]})
    path.write_text(json.dumps(descriptor), encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda r: r["sectors"]["schema"]["fields"].pop(),
            "sectors | datapackage.json, column name_en | the column is not described",
        ),
        (
            lambda r: r["sectors"]["schema"]["fields"].append({"name": "colour", "type": "string"}),
            "sectors | datapackage.json, column colour | the column is not defined",
        ),
        (
            lambda r: r["figures"]["schema"]["fields"][3].update(type="string"),
            "figures | datapackage.json, column value | type, unit or constraints differ",
        ),
        (
            lambda r: r["sectors"]["schema"].update(primaryKey=["name_zh"]),
            "sectors | datapackage.json | the keys differ",
        ),
        (
            lambda r: r["sectors"].update(path="issues.csv"),
            "sectors | datapackage.json | the path should be sectors.csv",
        ),
        (lambda r: r["all"].remove(r["issues"]), "issues | datapackage.json | the table is not described"),
        (lambda r: r["issues"].update(name="colours"), "colours | datapackage.json | the table is not defined"),
        (lambda r: r["issues"].update(rows=7), "issues | issues.csv | rows: datapackage.json states 7, the file has 1"),
        (lambda r: r["issues"].pop("hash"), "issues | issues.csv | hash: datapackage.json states None"),
    ],
)
def test_a_description_that_differs_is_found(
    package: Path, change: Callable[[dict[str, Any]], object], message: str
) -> None:
    edit(package, change)
    assert message in said(check_package(package, databases=False))


@pytest.mark.parametrize(
    ("name", "statements", "message"),
    [
        (
            "gongkai.db",
            ["UPDATE figures SET value = 8 WHERE item_id = 'review.upheld'"],
            "figures.csv has ('990100.science.2020', 'review.upheld', 'all', 2, ",
        ),
        ("gongkai.db", ["DELETE FROM issues"], "gongkai.db | issues, row 2 | issues.csv has ("),
        ("gongkai.db", ["DROP TABLE issues"], "gongkai.db | issues | the table is missing"),
        ("gongkai.db", ["ALTER TABLE issues ADD COLUMN colour TEXT"], "gongkai.db | issues | the table is missing, or"),
        (
            "gongkai.db",
            ["UPDATE agencies SET sector = 'unknown'"],
            "gongkai.db | agencies, rowid 1 | it refers to a row of sectors",
        ),
        ("gongkai.db", ["DROP TABLE reports_search"], "gongkai.db |  | SQLite cannot read it: no such table"),
        (
            "gongkai.db",
            ["INSERT INTO agencies_search (agencies_search) VALUES ('delete-all')"],
            "gongkai.db | agencies_search | the full-text index does not hold the rows of agencies",
        ),
        (
            "texts.db",
            ["INSERT INTO sections_search (rowid, text) VALUES (99, '公 开')"],
            "texts.db | sections_search | the full-text index does not hold the rows of sections",
        ),
        ("texts.db", ["UPDATE sections SET text = '' WHERE position = 10"], "texts.db | sections, row 5 | "),
    ],
)
def test_a_database_that_was_tampered_with_is_found(
    package: Path, name: str, statements: list[str], message: str
) -> None:
    execute(package / name, *statements)
    assert message in said(check_package(package))


def test_a_damaged_database_is_found(package: Path) -> None:
    data = bytearray((package / "gongkai.db").read_bytes())
    for start in range(4096 * 2, len(data), 4096):
        data[start : start + 64] = b"\xff" * 64
    (package / "gongkai.db").write_bytes(data)
    (package / "texts.db").write_bytes(b"not a database at all, but long enough to be taken for one" * 99)
    found = {problem.table for problem in check_package(package)}
    assert found == {"gongkai.db", "texts.db"}


def test_many_problems_of_a_kind_are_cut_short(rows: Rows, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(problems, "LIMIT", 2)
    folder = make(rows)
    path = folder / "figures.csv"
    path.write_bytes(path.read_bytes().replace(b",reported,", b",unclear,"))
    seal(folder)
    told = [problem for problem in check_package(folder, databases=False) if problem.table == "figures"]
    assert len(told) == 3
    assert told[-1].message == "and 13 more of this kind"
