"""`gongkai collect` and `gongkai archive`, run as a user runs them."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests_support import GONGKAI

sys.path.insert(0, str(Path(__file__).parent / "scraper"))

from fake_portal import Answer, Site

TITLE = "样例市{}年政府信息公开工作年度报告"


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    items = "".join(f"<li><a href='/r{year}.html'>{TITLE.format(year)}</a></li>" for year in (2020, 2021, 2022))
    site.routes["/list.html"] = Answer(f"<ul>{items}</ul>".encode())
    site.routes |= {f"/r{year}.html": Answer(f"<html>{year}年报告</html>".encode()) for year in (2020, 2021, 2022)}
    yield site
    site.close()


def portal_files(site: Site, folder: Path, *names: str) -> Path:
    """Portals that are all the same host."""
    (folder / "portals").mkdir()
    for name in names:
        (folder / "portals" / f"{name}.yml").write_text(
            f'name: 样例{name}\nregion: "990100"\nsource: sample\nhome: http://127.0.0.1:{site.port}/\n'
            f"driver:\n  family: static_list\n  links: li a\n  lists: [http://127.0.0.1:{site.port}/list.html]\n"
            "politeness: {delay: 0}\nloopback: true\nstatus: active\n",
            encoding="utf-8",
        )
    return folder / "portals"


def gongkai(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [*GONGKAI, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "160"})


def test_a_run_and_a_look_at_what_it_left(site: Site, tmp_path: Path) -> None:
    portals, archive, summary = portal_files(site, tmp_path, "one"), tmp_path / "archive", tmp_path / "summary.json"
    result = gongkai("collect", "--archive", archive, "--portals", portals, "--summary", summary)
    assert result.returncode == 0, result.stderr
    assert "one: 3 of 3: new http" in result.stderr
    assert "样例one" in result.stdout
    told = json.loads(summary.read_text(encoding="utf-8"))
    assert told["ok"] is True
    assert told["totals"] == {
        "found": 3, "new": 3, "changed": 0, "unchanged": 0, "skipped": 0, "failed": 0, "refused": 0,
    }  # fmt: skip
    assert told["portals"][0]["state"] == "done"
    listed = json.loads(gongkai("archive", "ls", archive, "--json", "--role", "report").stdout)["captures"]
    assert {capture["link_title"] for capture in listed} == {TITLE.format(year) for year in (2020, 2021, 2022)}
    assert listed[0]["capture_id"][:12] in gongkai("archive", "ls", archive).stdout
    verified = gongkai("archive", "verify", archive)
    assert (verified.returncode, "5 bodies" in verified.stdout) == (0, True), verified.stdout + verified.stderr
    warc = archive / "warc" / "gongkai-00001.warc.gz"
    warc.write_bytes(warc.read_bytes()[:-30])
    verified = gongkai("archive", "verify", archive, "--json")
    assert verified.returncode == 1
    assert "the ledger knows" in json.loads(verified.stdout)["problems"][0]


def on_a_terminal(*arguments: object) -> tuple[int, str]:
    """Run with standard error on a terminal; returns the exit code and all that was written to it."""
    ours, theirs = pty.openpty()
    settings = {"TERM": "xterm-256color", "COLUMNS": "120", "LINES": "40"}
    environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    process = subprocess.Popen(
        [*GONGKAI, *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=theirs, env=environment | settings
    )
    os.close(theirs)
    written = b""
    try:
        while piece := os.read(ours, 65536):
            written += piece
    except OSError:
        pass  # so a terminal ends on Linux
    finally:
        os.close(ours)
    return process.wait(timeout=30), written.decode()


def test_progress_is_a_bar_for_each_portal_on_a_terminal_and_plain_lines_elsewhere(site: Site, tmp_path: Path) -> None:
    portals = portal_files(site, tmp_path, "one", "two")
    code, written = on_a_terminal("collect", "--archive", tmp_path / "a", "--portals", portals)
    assert code == 0, written
    assert "\x1b[" in written, "drawn"
    assert "new http" not in written
    last = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", written).replace("\r", "\n").splitlines()
    for name in ("one", "two"):
        assert any(re.match(rf"{name} +\S+ +3/3 +0:00:\d\d", line) for line in last), written
    result = gongkai("collect", "--archive", tmp_path / "b", "--portals", portals)
    assert result.returncode == 0, result.stderr
    assert "\x1b" not in result.stderr + result.stdout
    lines = [line for line in result.stderr.splitlines() if re.search(r": \d of \d: ", line)]
    assert len(lines) == 6
    assert all(re.fullmatch(r"(one|two): [1-3] of 3: (new|unchanged) http://\S+", line) for line in lines), lines


def test_what_could_not_be_had_is_told_with_the_exit_code(site: Site, tmp_path: Path) -> None:
    site.routes["/r2021.html"] = Answer(b"<script>'__jsl_clearance'</script>", 521)
    portals, archive, summary = portal_files(site, tmp_path, "one"), tmp_path / "archive", tmp_path / "summary.json"
    result = gongkai("collect", "--archive", archive, "--portals", portals, "--summary", summary)
    assert result.returncode == 1
    assert "error: one: a script challenge" in result.stderr
    told = json.loads(summary.read_text(encoding="utf-8"))
    assert (told["ok"], told["portals"][0]["state"], told["totals"]["refused"]) == (False, "refused", 2)
    (failure,) = json.loads(gongkai("archive", "ls", archive, "--failures", "--json", "--role", "report").stdout)[
        "failures"
    ]
    assert (failure["outcome"], failure["status"]) == ("refused", 521)
    assert "refused" in gongkai("archive", "ls", archive, "--failures", "--portal", "one").stdout


def test_ctrl_c_ends_in_good_order_and_the_next_run_goes_on(site: Site, tmp_path: Path) -> None:
    portals, archive, summary = portal_files(site, tmp_path, "one", "two"), tmp_path / "archive", tmp_path / "s.json"
    pages = site.routes["/r2022.html"]
    waiting = iter((True, True))

    def answer(handler: object) -> None:
        next(waiting)
        os.kill(process.pid, signal.SIGINT)

    site.routes["/r2022.html"] = answer
    command = [*GONGKAI, "collect", "--archive", archive, "--portals", portals, "--summary", summary]
    process = subprocess.Popen([*map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130, errors
    assert "run the same command again to go on" in errors
    told = json.loads(summary.read_text(encoding="utf-8"))
    assert (told["interrupted"], told["ok"]) == (True, False)
    assert {portal["state"] for portal in told["portals"]} <= {"interrupted", "done"}
    site.routes["/r2022.html"] = pages
    result = gongkai("collect", "--archive", archive, "--portals", portals, "--summary", summary)
    assert result.returncode == 0, result.stderr
    again = json.loads(summary.read_text(encoding="utf-8"))["totals"]
    # The answer that was under way can have come in whole after the run was told to end: then it is kept, though not yet told of.
    assert again["skipped"] - (told["totals"]["found"] - told["totals"]["failed"]) in (0, 1)
    assert again["found"] == 6
    assert len(json.loads(gongkai("archive", "ls", archive, "--json", "--role", "report").stdout)["captures"]) == 3
    assert gongkai("archive", "verify", archive).returncode == 0
