"""Downloads: what the page says of each file is true of it; the variant for Excel is safe; the examples run as printed."""

import csv
import hashlib
import html
import io
import re
import shutil
import sqlite3
import zipfile
from pathlib import Path

import pandas
import pytest
from small_release import HOSTILE, Get

from gongkai_build.downloads import ARCHIVE, CHECKSUMS, digest_of, write_downloads
from gongkai_site.downloads import guard, guarded
from gongkai_site.language import LANGUAGES
from gongkai_site.release import read_release


def example(page: str, name: str) -> str:
    [code] = re.findall(rf'<code data-example="{name}">(.*?)</code>', page, re.DOTALL)
    return html.unescape(code)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_file_is_listed_with_its_size_and_its_checksum_is_right(get: Get, release: Path, language: str) -> None:
    page = get(f"/{language}/downloads").text
    files = set(re.findall(r'href="/download/([^"/]+)"', page))
    stored = {path.name for path in release.iterdir() if path.is_file()}
    assert files == stored
    for name in files - {CHECKSUMS}:
        answer = get(f"/download/{name}")
        assert answer.status_code == 200
        assert answer.headers["content-length"] == str(len(answer.content)) == str((release / name).stat().st_size)
        assert hashlib.sha256(answer.content).hexdigest() in page, name
        assert answer.headers["access-control-allow-origin"] == "*"


def test_the_page_describes_every_column(get: Get, release: Path) -> None:
    page = get("/en/downloads").text
    for resource in read_release(release).descriptor["resources"]:
        assert f'id="table-{resource["name"]}"' in page
        for field in resource["schema"]["fields"]:
            assert f"<code>{field['name']}</code>" in page


def test_the_archive_holds_the_package_and_is_the_same_each_time(release: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(release / ARCHIVE) as archive:
        names = archive.namelist()
        for name in names:
            assert archive.read(name) == (release / name).read_bytes()
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert names == sorted(["datapackage.json", *(path.name for path in release.glob("*.csv"))])
    shutil.copytree(release, tmp_path / "again")
    (tmp_path / "again" / "figures.csv").touch()
    write_downloads(tmp_path / "again")
    for name in (ARCHIVE, CHECKSUMS):
        assert (tmp_path / "again" / name).read_bytes() == (release / name).read_bytes()


def test_checksums_are_of_all_files(release: Path) -> None:
    lines = dict(reversed(line.split("  ")) for line in (release / CHECKSUMS).read_text(encoding="utf-8").splitlines())
    assert set(lines) == {path.name for path in release.iterdir()} - {CHECKSUMS}
    assert all(digest_of(release / name) == digest for name, digest in lines.items())


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "+", "-", "=", "+49件", "－5"],
)
def test_what_a_spreadsheet_would_run_is_guarded(cell: str) -> None:
    assert guard(cell) == f"'{cell}"


@pytest.mark.parametrize(
    "cell", ["", "0", "-38", "+49", "3.5", "-3.50", "项目", "a=b", "1-2", "2021-03-01", "/", "80余条"]
)
def test_numbers_and_plain_text_stay_as_they_are(cell: str) -> None:
    assert guard(cell) == cell


def test_the_variant_for_excel_holds_the_same_rows(get: Get, release: Path) -> None:
    answer = get("/download/excel/figures.csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "figures-excel.csv" in answer.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    with (release / "figures.csv").open(encoding="utf-8", newline="") as file:
        original = list(csv.reader(file))
    assert [[cell.removeprefix("'") for cell in row] for row in rows] == original
    assert ["+4"] in [row[5:6] for row in rows], "a signed number stays a number"
    assert get("/download/excel/figures.csv", params={}).status_code == 200
    for name in ("datapackage.json", "gongkai.db", "nothing.csv", "..%2ffigures.csv"):
        assert get(f"/download/excel/{name}").status_code == 404


def test_long_files_come_in_pieces(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("a,b\n" + "=1,文\n" * 5000, encoding="utf-8")
    pieces = list(guarded(path))
    assert len(pieces) == 3
    assert "".join(pieces) == "\ufeffa,b\r\n" + "'=1,文\r\n" * 5000


def test_the_raw_files_stay_exact(get: Get, release: Path) -> None:
    assert HOSTILE in get("/download/sections.csv").text
    assert get("/download/figures.csv").content == (release / "figures.csv").read_bytes()


def test_the_example_for_pandas_runs_as_printed(get: Get, site: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = example(get("/en/downloads").text, "pandas").replace("http://localhost", site)
    names: dict[str, object] = {}
    exec(code, names)
    totals = names["totals"]
    assert isinstance(totals, pandas.DataFrame)
    assert totals.groupby("year")["received"].sum().to_dict() == {2012: 3, 2020: 1, 2021: 5}
    printed = capsys.readouterr().out
    assert "reports" in printed
    assert re.search(r"sample +prefecture +2012 +3 +1\n", printed)


def test_the_example_for_sqlite_runs_as_printed(get: Get, release: Path) -> None:
    code = example(get("/zh/downloads").text, "sqlite")
    with sqlite3.connect(f"{(release / 'gongkai.db').as_uri()}?mode=ro", uri=True) as connection:
        assert connection.execute(code).fetchall() == [
            ("sample", "prefecture", year, received, 1) for year, received in ((2012, 3), (2020, 1), (2021, 5))
        ]
    connection.close()
