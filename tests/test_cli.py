"""The command as people use it: what it prints, what it refuses, and what it leaves behind."""

import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gongkai_build.cli import main
from gongkai_build.resources import definition
from gongkai_scraper.archive import Archive, Document
from tests_support import GONGKAI, folder_bytes

EXAMPLES = Path(__file__).parent / "examples"
REGISTER = str(definition("samples") / "register")
GRID = EXAMPLES / "html-grid-2019-1" / "document.html"
PIPES = EXAMPLES / "cell-pipe-2021-1" / "document.txt"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    result = run("add", GRID, PIPES, "--archive", folder, "--register", REGISTER)
    assert result.exit_code == 0, result.output
    return folder


def test_add_build_check(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "release"
    built = run("build", "--archive", archive, "--out", out, "--register", REGISTER)
    assert built.exit_code == 0, built.output
    assert "2 reports" in built.output
    checked = run("check", out)
    assert checked.exit_code == 0, checked.output
    assert "valid" in checked.output


def test_the_same_bytes_are_stored_once(archive: Path) -> None:
    before = sum(path.stat().st_size for path in (archive / "warc").iterdir())
    again = run("add", GRID, "--archive", archive, "--register", REGISTER)
    assert again.exit_code == 0
    assert "already stored" in again.output
    assert sum(path.stat().st_size for path in (archive / "warc").iterdir()) == before


def test_the_same_archive_builds_the_same_bytes(archive: Path, tmp_path: Path) -> None:
    for name, workers in (("one", 1), ("two", 1), ("three", 3)):
        arguments = (
            "build",
            "--archive",
            archive,
            "--out",
            tmp_path / name,
            "--register",
            REGISTER,
            "--workers",
            workers,
        )
        assert run(*map(str, arguments)).exit_code == 0
    assert folder_bytes(tmp_path / "one") == folder_bytes(tmp_path / "two") == folder_bytes(tmp_path / "three")


def test_read_prints_one_json_object() -> None:
    result = run("read", GRID, "--json", "--register", REGISTER)
    assert result.exit_code == 0, result.output
    read = json.loads(result.output)
    assert set(read) == {"report", "figures", "checks", "issues", "sections"}
    expected = json.loads((GRID.parent / "expected.json").read_text(encoding="utf-8"))
    for key in ("agency_id", "agency", "region_code", "sector", "year", "form", "script", "published_on"):
        assert read["report"][key] == expected["report"][key]
    assert {f"{figure['item_id']}|{figure['party']}": figure["value"] for figure in read["figures"]} == expected[
        "figures"
    ]
    assert set(read["figures"][0]) == {"item_id", "party", "value", "status", "raw", "place"}
    assert {"rule", "party", "outcome", "left", "right", "difference"} == set(read["checks"][0])


def test_read_prints_a_table() -> None:
    result = run("read", PIPES, "--register", REGISTER)
    assert result.exit_code == 0, result.output
    for words in ("自然人", "予以公开", "figures:", "checks:"):
        assert words in result.output


BAD_FILES = {
    "empty.txt": b"",
    "blank.txt": b" \n\t\n",
    "binary.bin": bytes(range(256)) * 40,
    "report.pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
    "letter.txt": "各位同事：\n请于周五前交来本月考勤表。\n".encode(),
    "titled.txt": "云岫市教育局政府信息公开工作年度报告\n".encode(),
    "page.html": "<html><body><p>页面不存在</p></body></html>".encode(),
}


@pytest.mark.parametrize("name", BAD_FILES)
@pytest.mark.parametrize("command", ["read", "add"])
def test_what_is_no_report_is_refused(name: str, command: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(BAD_FILES[name])
    archive = tmp_path / "archive"
    arguments = [command, file, *(["--archive", archive] if command == "add" else [])]
    result = run(*arguments)
    assert result.exit_code == 1
    assert result.output.startswith(f"error: {file}: ")
    assert len(result.output.strip().splitlines()) <= 2
    assert not archive.exists()


def test_a_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    for command in (["read"], ["add", "--archive", str(tmp_path / "archive")]):
        folder = run(*command, tmp_path)
        missing = run(*command, tmp_path / "absent.txt")
        assert (folder.exit_code, missing.exit_code) == (1, 1)
        assert "folder" in folder.output
        assert "no such file" in missing.output
    assert not (tmp_path / "archive").exists()


def test_one_bad_file_among_good_ones_stores_nothing(tmp_path: Path) -> None:
    bad = tmp_path / "letter.txt"
    bad.write_bytes(BAD_FILES["letter.txt"])
    result = run("add", GRID, bad, "--archive", tmp_path / "archive", "--register", REGISTER)
    assert result.exit_code == 1
    assert str(bad) in result.output
    assert "nothing was stored" in result.output
    assert not (tmp_path / "archive").exists()


def test_an_agency_that_cannot_be_told_is_an_issue_and_no_report(tmp_path: Path) -> None:
    unknown = tmp_path / "unknown.txt"
    text = PIPES.read_bytes().decode("utf-8", errors="strict")
    unknown.write_text(text.replace("麦岭县2021年", "麦岭县奇事局2021年"), encoding="utf-8")
    archive, out = tmp_path / "archive", tmp_path / "release"
    added = run("add", unknown, GRID, "--archive", archive, "--register", REGISTER)
    assert added.exit_code == 0, added.output
    assert "agency not told for certain" in added.output
    built = run("build", "--archive", archive, "--out", out, "--register", REGISTER)
    assert built.exit_code == 0, built.output
    assert "1 report," in built.output
    assert "agency_unknown" in (out / "issues.csv").read_text(encoding="utf-8")


def test_an_agency_told_later_is_that_of_the_stored_document(tmp_path: Path) -> None:
    unknown = tmp_path / "unknown.txt"
    unknown.write_text(
        PIPES.read_text(encoding="utf-8").replace("麦岭县2021年", "麦岭县奇事局2021年"), encoding="utf-8"
    )
    archive, out = tmp_path / "archive", tmp_path / "release"
    assert run("add", unknown, "--archive", archive, "--register", REGISTER).exit_code == 0
    told = run("add", unknown, "--archive", archive, "--register", REGISTER, "--agency", "990102.education")
    assert told.exit_code == 0, told.output
    built = run("build", "--archive", archive, "--out", out, "--register", REGISTER)
    assert built.exit_code == 0, built.output
    assert "990102.education.2021" in (out / "reports.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("agency", ["450205", "450205.nonsense", "123456.science"])
def test_a_wrong_agency_id_is_refused(agency: str, tmp_path: Path) -> None:
    result = run("add", GRID, "--archive", tmp_path / "archive", "--agency", agency)
    assert result.exit_code == 1
    assert agency in result.output
    assert not (tmp_path / "archive").exists()


def test_urls_are_checked(tmp_path: Path) -> None:
    for arguments, words in (
        (["--url", "ftp://example.org/a"], "http"),
        (["--url", "http://user:secret@example.org/a"], "password"),
        (["--url", "http://[::1"], "http"),
        (["--url", "http://example.org/a b"], "blank"),
        (["--source", "official"], "--url"),
        (["--url", "http://example.org/a", str(PIPES)], "one file"),
    ):
        result = run("add", GRID, "--archive", tmp_path / "archive", *arguments)
        assert result.exit_code == 1
        assert words in result.output


def test_a_url_tells_official_from_mirror(tmp_path: Path) -> None:
    archive, out = tmp_path / "archive", tmp_path / "release"
    run("add", GRID, "--archive", archive, "--register", REGISTER, "--url", "http://www.yunxiu.gov.cn/a.html")
    run("add", PIPES, "--archive", archive, "--register", REGISTER, "--url", "http://copies.example/b.html")
    assert run("build", "--archive", archive, "--out", out, "--register", REGISTER).exit_code == 0
    reports = (out / "reports.csv").read_text(encoding="utf-8")
    assert ",http://www.yunxiu.gov.cn/a.html,official," in reports
    assert ",http://copies.example/b.html,mirror," in reports


def test_an_encyclopedia_is_never_official(tmp_path: Path) -> None:
    url = ("--url", "https://baike.baidu.com/item/a")
    result = run("add", GRID, "--archive", tmp_path / "archive", *url, "--source", "official", "--register", REGISTER)
    assert result.exit_code == 1
    assert "encyclopedia" in result.output
    assert run("add", GRID, "--archive", tmp_path / "archive", *url, "--register", REGISTER).exit_code == 0


def test_a_clone_is_named_when_it_is_read_and_added(tmp_path: Path) -> None:
    clone = tmp_path / "clone.txt"
    text = PIPES.read_text(encoding="utf-8")
    clone.write_text(text.replace("政府信息公开", "政(zhèng)府(fǔ)信息公开"), encoding="utf-8")
    result = run("read", clone, "--register", REGISTER)
    assert result.exit_code == 0, result.output
    assert "clone" in result.output
    added = run("add", clone, "--archive", tmp_path / "archive", "--register", REGISTER)
    assert "no report is made" in added.output
    built = run("build", "--archive", tmp_path / "archive", "--out", tmp_path / "out", "--register", REGISTER)
    assert built.exit_code == 1
    assert "pinyin" in built.output


def test_build_without_archive_or_reports_says_so(tmp_path: Path) -> None:
    result = run("build", "--archive", tmp_path / "absent", "--out", tmp_path / "release")
    assert result.exit_code == 1
    assert "absent" in result.output
    assert not (tmp_path / "release").exists()


def test_build_does_not_replace_a_folder_that_is_not_a_release(archive: Path, tmp_path: Path) -> None:
    precious = tmp_path / "thesis"
    precious.mkdir()
    (precious / "chapter.txt").write_text("years of work", encoding="utf-8")
    result = run("build", "--archive", archive, "--out", precious, "--register", REGISTER)
    assert result.exit_code == 1
    assert folder_bytes(precious) == {"chapter.txt": b"years of work"}


def test_build_does_not_delete_what_was_put_into_a_release(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "release"
    assert run("build", "--archive", archive, "--out", out, "--register", REGISTER).exit_code == 0
    (out / "notes.txt").write_text("years of work", encoding="utf-8")
    before = folder_bytes(out)
    result = run("build", "--archive", archive, "--out", out, "--register", REGISTER)
    assert result.exit_code == 1
    assert "notes.txt" in result.output
    assert folder_bytes(out) == before


@pytest.mark.parametrize("out", [".", "warc", ".."])
def test_a_release_never_takes_the_place_of_an_archive(archive: Path, out: str) -> None:
    before = folder_bytes(archive)
    result = run("build", "--archive", archive, "--out", archive / out, "--register", REGISTER)
    assert result.exit_code == 1
    assert {name: data for name, data in folder_bytes(archive).items() if name in before} == before


MONSTERS = {
    "digits.html": "<table><tr><td>行政许可</td><td>" + "9" * 1_000_001 + "</td></tr></table>",
    "count.html": "99999999999999999999",
    "charset.html": '<meta charset="undefined">',
    "deep.html": "<div>" * 200_000,
    "attributes.html": "<p " + "a=1 " * 300_000 + ">",
    "spans.html": "<table>" + "<tr>" + "<td colspan=1000 rowspan=60000>x" * 50 + "</table>",
    "tables.html": "<table><tr><td>" * 3_000,
    "lines.txt": "1\n" * 2_000_000,
    "escape.html": "<p>&#27;[31m&#7;&#155;</p>",
}


@pytest.mark.parametrize("name", MONSTERS)
def test_one_monstrous_document_stops_no_build(name: str, archive: Path, tmp_path: Path) -> None:
    page = GRID.read_text(encoding="utf-8").replace("云岫市科学技术局", "云岫市教育局")
    body = page.replace("<body>", "<body>" + MONSTERS[name]) if name.endswith(".html") else page + MONSTERS[name]
    with Archive.open(archive, write=True) as opened:
        opened.add_document(Document(body.encode(), "local", file_name=name))
    out = tmp_path / "release"
    result = run("build", "--archive", archive, "--out", out, "--register", REGISTER)
    assert result.exit_code == 0, result.output
    assert "\x1b" not in (out / "sections.csv").read_text(encoding="utf-8")
    assert "reports" in result.output
    assert len((out / "captures.csv").read_text(encoding="utf-8").splitlines()) == 4


def test_check_finds_a_changed_figure(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "release"
    run("build", "--archive", archive, "--out", out, "--register", REGISTER)
    figures = out / "figures.csv"
    text = figures.read_text(encoding="utf-8")
    figures.write_text(text.replace(",reported,0,", ",reported,1,", 1), encoding="utf-8")
    result = run("check", out)
    assert result.exit_code == 1
    assert "figures" in result.output


def test_check_and_serve_refuse_what_is_no_release(tmp_path: Path) -> None:
    for command in ("check", "serve"):
        result = run(command, tmp_path)
        assert result.exit_code == 1
        assert str(tmp_path) in result.output


def test_a_port_that_is_taken_is_named(archive: Path, tmp_path: Path) -> None:
    run("build", "--archive", archive, "--out", tmp_path / "release", "--register", REGISTER)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = run("serve", tmp_path / "release", "--port", taken.getsockname()[1])
    assert result.exit_code == 1
    assert "--port" in result.output


def test_collect_names_what_is_wrong_with_a_portal_file(tmp_path: Path) -> None:
    portal = tmp_path / "broken.yml"
    portal.write_text("name: x\nregionn: '990100'\n", encoding="utf-8")
    result = run("collect", "--archive", tmp_path / "archive", "--portals", tmp_path)
    assert result.exit_code == 1
    assert "broken.yml" in result.output
    assert "regionn" in result.output
    portal.unlink()
    assert run("collect", "nowhere", "--archive", tmp_path / "archive").exit_code == 1


@pytest.mark.parametrize("delay", [0.0, 0.1, 0.2, 0.4, 0.8, 1.6])
def test_a_killed_build_leaves_the_old_release_and_the_next_one_completes(
    archive: Path, tmp_path: Path, delay: float
) -> None:
    out = tmp_path / "release"
    assert run("build", "--archive", archive, "--out", out, "--register", REGISTER).exit_code == 0
    before = folder_bytes(out)
    third = EXAMPLES / "row-pipe-2019-1" / "document.txt"
    assert run("add", third, "--archive", archive, "--register", REGISTER).exit_code == 0
    command = [*GONGKAI, "build", "--archive", str(archive), "--out", str(out), "--register", REGISTER]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert process.stderr.readline().startswith("read: ")
    # From here on it writes the package and its databases, checks them, and puts them in place.
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    after = folder_bytes(out)
    whole = run("build", "--archive", archive, "--out", out, "--register", REGISTER)
    assert whole.exit_code == 0, whole.output
    assert "3 reports" in whole.output
    assert after in (before, folder_bytes(out))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archive", "release"]


@pytest.mark.parametrize("stored", [1, 5, 12])
def test_a_killed_add_leaves_a_whole_archive_and_the_next_one_completes(tmp_path: Path, stored: int) -> None:
    documents = sorted(str(path) for path in EXAMPLES.glob("*/document.*"))
    archive = tmp_path / "archive"
    command = [*GONGKAI, "add", *documents, "--archive", str(archive), "--register", REGISTER]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
    assert process.stdout is not None
    for _ in range(stored):
        assert process.stdout.readline().startswith("stored: ")
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert run("add", *documents, "--archive", archive, "--register", REGISTER).exit_code == 0
    out = tmp_path / "release"
    assert run("build", "--archive", archive, "--out", out, "--register", REGISTER).exit_code == 0
    captures = (out / "captures.csv").read_text(encoding="utf-8").splitlines()
    assert len(captures) - 1 == len(documents)


def test_ctrl_c_is_told_and_loses_nothing(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "release"
    run("build", "--archive", archive, "--out", out, "--register", REGISTER)
    command = [*GONGKAI, "build", "--archive", str(archive), "--out", str(out), "--register", REGISTER]
    # On a busy machine a build can be done before it hears of it: then another is interrupted.
    for _ in range(5):
        before = folder_bytes(out)
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert process.stderr is not None
        assert process.stderr.readline().startswith("read: ")
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
        if process.returncode:
            break
    assert process.returncode == 130
    assert "interrupted" in errors
    assert folder_bytes(out) == before


def test_the_site_says_where_it_answers(archive: Path, tmp_path: Path) -> None:
    run("build", "--archive", archive, "--out", tmp_path / "release", "--register", REGISTER)
    command = [*GONGKAI, "serve", str(tmp_path / "release"), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    assert "the site answers at http://127.0.0.1:" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
