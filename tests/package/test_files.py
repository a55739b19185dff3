"""Files and folders are replaced wholly or not at all, whatever interrupts the writing."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gongkai_build import files
from gongkai_build.files import replace_folder, write_file

KILLED_WHILE_WRITING = """
import os, signal, sys
from pathlib import Path
from gongkai_build.files import replace_folder
from gongkai_build.package import write_package
from gongkai_build.schema import load_schema

schema = load_schema()

def rows():
    yield {"sector": "science", "name_zh": "科学", "name_en": "Science"}
    os.kill(os.getpid(), signal.SIGKILL)

with replace_folder(Path(sys.argv[1])) as folder:
    write_package({table.name: rows() if table.name == "sectors" else [] for table in schema.tables}, folder, schema)
"""

KILLED_WHILE_PUTTING_IN_PLACE = """
import os, signal, sys
from pathlib import Path
from gongkai_build import files

def rename(self, target, rename=Path.rename):
    rename(self, target)
    os.kill(os.getpid(), signal.SIGKILL)

files._exchange = lambda one, other: False
Path.rename = rename
with files.replace_folder(Path(sys.argv[1])) as folder:
    (folder / "datapackage.json").write_text("new")
"""


def descriptor(text: str) -> str:
    """A data package of one folder of files, which says which text it holds."""
    return json.dumps({"name": text, "resources": [{"path": "inner"}]})


def fill(folder: Path, text: str) -> None:
    (folder / "datapackage.json").write_text(descriptor(text))
    (folder / "inner").mkdir()
    (folder / "inner" / f"{text}.csv").write_text(text)


def content(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


OLD = {"datapackage.json": descriptor("old"), "inner/old.csv": "old"}
NEW = {"datapackage.json": descriptor("new"), "inner/new.csv": "new"}


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A folder that holds an old package."""
    target = tmp_path / "release"
    with replace_folder(target) as folder:
        fill(folder, "old")
    return target


def fail(target: Path, error: BaseException) -> None:
    """Begin to replace a folder and break off."""
    with replace_folder(target) as folder:
        fill(folder, "new")
        raise error


def run(script: str, target: Path) -> int:
    return subprocess.run([sys.executable, "-c", script, str(target)], check=False, timeout=60).returncode


def test_a_file_is_written_with_its_line_ends_as_they_are(tmp_path: Path) -> None:
    write_file(tmp_path / "a" / "b.txt", "公开\r\n\n")
    write_file(tmp_path / "a" / "b.bin", b"\x00\xff")
    assert (tmp_path / "a" / "b.txt").read_bytes() == "公开\r\n\n".encode()
    assert (tmp_path / "a" / "b.bin").read_bytes() == b"\x00\xff"
    assert len(list((tmp_path / "a").iterdir())) == 2


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_file(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_file(path, "new \ud800")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("can_exchange", [True, False])
def test_a_folder_is_replaced_as_a_whole(target: Path, monkeypatch: pytest.MonkeyPatch, can_exchange: bool) -> None:
    if not can_exchange:
        monkeypatch.setattr(files, "_exchange", lambda one, other: False)
    with replace_folder(target) as folder:
        assert folder.parent == target.parent
        assert folder.name.startswith(".")
        fill(folder, "new")
        assert content(target) == OLD
    assert content(target) == NEW
    assert list(target.parent.iterdir()) == [target]


def test_folders_are_exchanged_in_one_step_on_linux(tmp_path: Path) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("renameat2 is a system call of Linux")
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)
    if files._exchange(tmp_path / "one", tmp_path / "other"):
        assert (tmp_path / "one" / "file").read_text() == "other"
        assert (tmp_path / "other" / "file").read_text() == "one"
    else:
        assert (tmp_path / "one" / "file").read_text() == "one"


def test_an_error_leaves_the_old_folder_and_nothing_else(target: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        fail(target, KeyboardInterrupt())
    assert content(target) == OLD
    assert list(target.parent.iterdir()) == [target]


def test_an_error_leaves_no_folder_where_there_was_none(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="stop"):
        fail(tmp_path / "release", ValueError("stop"))
    assert list(tmp_path.iterdir()) == []


def test_a_killed_run_leaves_the_old_folder_and_the_next_run_clears_up(target: Path) -> None:
    assert run(KILLED_WHILE_WRITING, target) == -signal.SIGKILL
    assert content(target) == OLD
    [left] = [path for path in target.parent.iterdir() if path != target]
    assert (left / "regions.csv").exists()
    with replace_folder(target) as folder:
        fill(folder, "new")
    assert content(target) == NEW
    assert list(target.parent.iterdir()) == [target]


def test_a_folder_set_aside_by_a_killed_run_comes_back(target: Path) -> None:
    assert run(KILLED_WHILE_PUTTING_IN_PLACE, target) == -signal.SIGKILL
    assert not target.exists()
    with pytest.raises(ValueError, match="stop"):
        fail(target, ValueError("stop"))
    assert content(target) == OLD
    assert list(target.parent.iterdir()) == [target]


def test_the_folder_of_a_running_process_is_left_alone(target: Path) -> None:
    others = target.with_name(f".{target.name}.partial-{os.getppid()}")
    others.mkdir()
    with replace_folder(target) as folder:
        fill(folder, "new")
    assert others.is_dir()


def test_a_left_over_of_our_own_number_is_cleared_away(target: Path) -> None:
    """In a container every run may have the same process number."""
    left = target.with_name(f".{target.name}.partial-{os.getpid()}")
    left.mkdir()
    (left / "half.csv").write_text("half")
    with replace_folder(target) as folder:
        assert list(folder.iterdir()) == []
        fill(folder, "new")
    assert content(target) == NEW


def test_what_is_not_ours_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_text("precious")
    with pytest.raises(FileExistsError, match=r"photos holds a\.jpg, which gongkai did not write"):
        replace_folder(tmp_path / "photos").__enter__()
    with pytest.raises(FileExistsError, match=r"a\.jpg is a file"):
        replace_folder(tmp_path / "photos" / "a.jpg").__enter__()
    assert content(tmp_path) == {"photos/a.jpg": "precious"}
    (tmp_path / "empty").mkdir()
    with replace_folder(tmp_path / "empty") as folder:
        fill(folder, "new")
    assert content(tmp_path / "empty") == NEW


def test_a_link_to_a_folder_stays_a_link(target: Path) -> None:
    link = target.with_name("latest")
    link.symlink_to(target)
    with replace_folder(link) as folder:
        fill(folder, "new")
    assert link.is_symlink()
    assert content(target) == NEW
