"""The command and releases: what a pipe gets, what a build needs, and how one release is compared with another."""

import hashlib
import json
from pathlib import Path

from gongkai_scraper.archive import Archive, Document
from test_cli import EXAMPLES, GRID, PIPES, REGISTER, archive, run

__all__ = ["archive"]


def test_tables_are_not_cut_in_a_pipe() -> None:
    """Some item names alone take eighty columns."""
    shown = run("read", PIPES, "--register", REGISTER).output
    assert "申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请" in shown
    assert all(line.rstrip().endswith("│") for line in shown.splitlines() if line.startswith("│"))


def test_an_archive_of_fictional_divisions_needs_their_register(archive: Path, tmp_path: Path) -> None:
    with Archive.open(archive, write=True) as opened:
        for number, body in enumerate((GRID.read_bytes(), PIPES.read_bytes())):
            opened.add_document(Document(body, "sample", url=f"http://x.localhost/{number}", region_code="990100"))
    told = run("build", "--archive", archive, "--out", tmp_path / "release")
    assert told.exit_code == 1
    assert "--register" in told.output


def test_a_release_is_compared_with_the_one_before(archive: Path, tmp_path: Path) -> None:
    """It may be the one that is replaced."""
    out = tmp_path / "release"
    assert run("build", "--archive", archive, "--out", out, "--register", REGISTER).exit_code == 0
    before = (out / "datapackage.json").read_bytes()
    [document] = (EXAMPLES / "html-grid-2021-1").glob("document.*")
    assert run("add", document, "--archive", archive, "--register", REGISTER).exit_code == 0
    built = run("build", "--archive", archive, "--out", out, "--before", out, "--register", REGISTER)
    assert built.exit_code == 0, built.output
    stated = json.loads((out / "datapackage.json").read_text(encoding="utf-8"))["before"]
    assert stated["sha256"] == hashlib.sha256(before).hexdigest()
    rows = (out / "revisions.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert [row.split(",")[2] for row in rows] == ["report_added"]
    none = run("build", "--archive", archive, "--out", out, "--before", tmp_path, "--register", REGISTER)
    assert none.exit_code == 1
    assert "no release to compare with" in none.output
