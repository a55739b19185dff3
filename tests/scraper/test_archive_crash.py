"""An interruption at any moment leaves an archive that is whole once it is opened again."""

import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gongkai_scraper import archive as archive_module
from gongkai_scraper.archive import Archive, ArchiveError, Document, Exchange

TIME = "2024-03-01T08:00:00Z"
EXCHANGE = Exchange("GET", "/", (("Host", "a.example"),), "HTTP/1.1", 200, "OK", (("Content-Type", "text/html"),))
WARC = "gongkai-00001.warc.gz"

WRITER = """
import sys
from pathlib import Path
from gongkai_scraper.archive import Archive, Document
folder, last = Path(sys.argv[1]), int(sys.argv[2])
with Archive.open(folder, write=True, warc_bytes=20_000) as archive:
    print("open", flush=True)
    for number in range(last):
        archive.add_document(Document(f"report {number} ".encode() * 40, "local", file_name=f"{number}.html"))
        print(number, flush=True)
"""


def bodies(archive: Archive) -> set[bytes]:
    return {archive.read(capture) for capture in archive.captures()}


def page(number: int) -> Document:
    return Document(f"page {number}".encode(), "official", url=f"http://a.example/{number}", fetched_at=TIME)


def test_cut_all_over_the_last_addition(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    with Archive.open(whole, write=True) as archive:
        archive.add_response(page(1), EXCHANGE)
    begin = (whole / "warc" / WARC).stat().st_size
    shutil.copytree(whole, tmp_path / "before")
    with Archive.open(whole, write=True) as archive:
        archive.add_response(page(2), EXCHANGE)
    data = (whole / "warc" / WARC).read_bytes()
    for end in [*range(begin, len(data), 3), len(data) - 1, len(data)]:
        folder = tmp_path / "cut"
        shutil.copytree(tmp_path / "before", folder)
        (folder / "warc" / WARC).write_bytes(data[:end])
        with Archive.open(folder) as archive:  # reading takes no notice of the tail
            assert bodies(archive) == {b"page 1"}
        if end % 2:
            (folder / "ledger.sqlite").unlink()
        with Archive.open(folder, write=True) as archive:
            is_whole = end == len(data)
            assert bodies(archive) == ({b"page 1", b"page 2"} if is_whole else {b"page 1"}), end
            if not is_whole:
                assert (folder / "warc" / WARC).read_bytes() == data[:begin], end
            if end % 5 == 0:
                archive.add_response(page(2), EXCHANGE)
                assert bodies(archive) == {b"page 1", b"page 2"}
        shutil.rmtree(folder)


def test_cut_all_over_the_first_addition(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "whole", write=True) as archive:
        archive.add_response(page(1), EXCHANGE)
    data = (tmp_path / "whole" / "warc" / WARC).read_bytes()
    for end in range(0, len(data), 11):
        folder = tmp_path / "cut"
        (folder / "warc").mkdir(parents=True)
        (folder / "warc" / WARC).write_bytes(data[:end])
        with Archive.open(folder, write=True) as archive:
            assert archive.captures() == []
            archive.add_response(page(1), EXCHANGE)
        assert (folder / "warc" / WARC).read_bytes() == data
        shutil.rmtree(folder)


def test_a_tail_of_zeros_is_cut_off_and_other_damage_is_not(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        archive.add_response(page(1), EXCHANGE)
    path = tmp_path / "warc" / WARC
    data = path.read_bytes()
    path.write_bytes(data + bytes(100))
    with Archive.open(tmp_path, write=True) as archive:
        assert bodies(archive) == {b"page 1"}
    assert path.read_bytes() == data
    path.write_bytes(data + b"something else entirely")
    with pytest.raises(ArchiveError, match=rf"{WARC}: damaged at byte {len(data)}"):
        Archive.open(tmp_path, write=True)
    assert path.read_bytes() == data + b"something else entirely"


def test_nothing_is_cut_when_a_lost_ledger_meets_a_damaged_file(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        places = [archive.add_response(page(number), EXCHANGE)[0] for number in range(5)]
    path = tmp_path / "warc" / WARC
    data = bytearray(path.read_bytes())
    data[places[2].offset + 40] ^= 0xFF
    path.write_bytes(data)
    (tmp_path / "ledger.sqlite").unlink()
    with pytest.raises(ArchiveError, match=rf"{WARC}: damaged at byte {places[2].offset}"):
        Archive.open(tmp_path, write=True)
    assert path.read_bytes() == data


def test_a_file_shorter_than_the_ledger_knows_is_an_error(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        archive.add_response(page(1), EXCHANGE)
        archive.add_response(page(2), EXCHANGE)
    path = tmp_path / "warc" / WARC
    os.truncate(path, path.stat().st_size - 1)
    with pytest.raises(ArchiveError, match=rf"{WARC}: \d+ bytes, the ledger knows \d+"):
        Archive.open(tmp_path, write=True)
    path.unlink()
    with pytest.raises(ArchiveError, match=f"{WARC}: missing"):
        Archive.open(tmp_path, write=True)


def test_an_older_ledger_learns_what_follows(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        archive.add_response(page(1), EXCHANGE)
    shutil.copy(tmp_path / "ledger.sqlite", tmp_path / "old.sqlite")
    with Archive.open(tmp_path, write=True) as archive:
        for number in (1, 2, 3):
            archive.add_response(page(number), EXCHANGE)
        captures = archive.captures()
        sources = [archive.sources(capture.capture_id) for capture in captures]
    shutil.copy(tmp_path / "old.sqlite", tmp_path / "ledger.sqlite")
    with Archive.open(tmp_path, write=True) as archive:
        assert archive.captures() == captures
        assert [archive.sources(capture.capture_id) for capture in captures] == sources


def test_a_ledger_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(b"this is no database, but long enough to be looked at" * 30)
    for write in (False, True):
        with pytest.raises(
            ArchiveError, match=r"ledger\.sqlite: cannot be used .*delete ledger\.sqlite to have it rebuilt"
        ):
            Archive.open(tmp_path, write=write)


def test_a_ledger_of_another_version_is_to_be_rebuilt(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        archive.add_response(page(1), EXCHANGE)
    ledger = sqlite3.connect(tmp_path / "ledger.sqlite")
    ledger.execute("PRAGMA user_version = 9")
    ledger.close()
    for write in (False, True):
        with pytest.raises(ArchiveError, match=r"version 9, not 2\); delete ledger\.sqlite to have it rebuilt"):
            Archive.open(tmp_path, write=write)


def test_a_folder_in_the_place_of_the_ledger(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").mkdir()
    for write in (False, True):
        with pytest.raises(ArchiveError, match=r"ledger\.sqlite: a folder stands where the ledger belongs"):
            Archive.open(tmp_path, write=write)


def use(folder: Path, *, write: bool) -> None:
    """Do with an archive all that can be done with it."""
    with Archive.open(folder, write=write) as archive:
        assert bodies(archive) == {f"page {number}".encode() for number in range(30)}, "left out in silence"
        archive.addresses("report")
        if write:
            archive.add_document(Document(b"one more", "local"))
            archive.add_response(page(1000), EXCHANGE)


def test_a_ledger_damaged_inside_is_named(tmp_path: Path) -> None:
    """Overwrite the ledger at many places; each use of the archive works or names the ledger and the remedy."""
    whole = tmp_path / "whole"
    with Archive.open(whole, write=True) as archive:
        for number in range(30):
            archive.add_response(page(number), EXCHANGE)
    data = (whole / "ledger.sqlite").read_bytes()
    chance = random.Random(7)
    named = 0
    for number in range(120):
        folder = tmp_path / str(number)
        shutil.copytree(whole, folder)
        size = chance.choice((1, 200, 4000))
        start = chance.randrange(len(data) - size)
        damage = chance.choice((bytes(size), b"\xff" * size, chance.randbytes(size)))
        (folder / "ledger.sqlite").write_bytes(data[:start] + damage + data[start + size :])
        for write in (False, True):
            try:
                use(folder, write=write)
            except ArchiveError as error:
                named += "delete ledger.sqlite to have it rebuilt" in str(error)
        (folder / "ledger.sqlite").unlink()
        with Archive.open(folder, write=True) as archive:
            assert bodies(archive) >= {f"page {one}".encode() for one in range(30)}
        shutil.rmtree(folder)
    assert named > 50


def test_a_full_ledger_is_not_to_be_deleted(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        archive.add_response(page(1), EXCHANGE)
        data = (tmp_path / "warc" / WARC).read_bytes()
        archive._ledger.execute("PRAGMA max_page_count = 1")  # the ledger may not grow by a page
        large = Document(b"large", "local", link_title="x" * 50_000)
        with pytest.raises(
            ArchiveError, match=r"nothing was added \(database or disk is full\); mend the cause, and add"
        ):
            archive.add_document(large)
        assert (tmp_path / "warc" / WARC).read_bytes() == data
        archive._ledger.execute("PRAGMA max_page_count = 1000000")
        archive.add_document(large)
        assert bodies(archive) == {b"page 1", b"large"}


def test_a_ledger_that_may_not_be_written(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        archive.add_response(page(1), EXCHANGE)
        archive._ledger.execute("PRAGMA query_only = ON")
        with pytest.raises(ArchiveError, match="attempt to write a readonly database") as caught:
            archive.add_response(page(2), EXCHANGE)
        assert "delete" not in str(caught.value)
        assert bodies(archive) == {b"page 1"}


def test_no_file_can_grow(tmp_path: Path) -> None:
    """Let the disk end at many places while an addition is written; what was there before stays and is whole."""
    whole = tmp_path / "whole"
    with Archive.open(whole, write=True) as archive:
        archive.add_response(page(1), EXCHANGE)
    begin = (whole / "warc" / WARC).stat().st_size
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    messages = []
    for limit in range(begin, begin + 80_000, 2_500):
        folder = tmp_path / "full"
        shutil.copytree(whole, folder)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
        try:
            with Archive.open(folder, write=True) as archive:
                archive.add_response(page(2), EXCHANGE)
        except ArchiveError as error:
            messages.append(str(error))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        with Archive.open(folder, write=True) as archive:
            assert b"page 1" in bodies(archive)
            archive.add_response(page(2), EXCHANGE)
            assert bodies(archive) == {b"page 1", b"page 2"}
        shutil.rmtree(folder)
    assert 0 < len(messages) < 32
    assert not [message for message in messages if "delete" in message]


def test_an_addition_that_fails_leaves_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with Archive.open(tmp_path, write=True) as archive:
        archive.add_response(page(1), EXCHANGE)
        data = (tmp_path / "warc" / WARC).read_bytes()
        with monkeypatch.context() as patch:
            patch.setattr("os.fsync", fail)
            with pytest.raises(ArchiveError, match=r"nothing was added.*No space left"):
                archive.add_response(page(2), EXCHANGE)
        with monkeypatch.context() as patch:
            patch.setattr(archive_module, "enter", interrupt)
            with pytest.raises(KeyboardInterrupt):
                archive.add_response(page(2), EXCHANGE)
        assert (tmp_path / "warc" / WARC).read_bytes() == data
        assert bodies(archive) == {b"page 1"}
        archive.add_response(page(2), EXCHANGE)
        assert bodies(archive) == {b"page 1", b"page 2"}


def test_an_addition_that_cannot_be_undone_is_put_in_order_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with Archive.open(tmp_path, write=True) as archive:
        archive.add_response(page(1), EXCHANGE)
        with monkeypatch.context() as patch:
            patch.setattr("os.fsync", fail)
            patch.setattr("os.truncate", fail)
            with pytest.raises(ArchiveError, match=r"the addition failed .*could not be undone .*add it again"):
                archive.add_response(page(2), EXCHANGE)
        with pytest.raises(ArchiveError, match="open the archive again"):
            archive.add_response(page(2), EXCHANGE)
    with Archive.open(tmp_path, write=True) as archive:
        archive.add_response(page(2), EXCHANGE)
        assert bodies(archive) == {b"page 1", b"page 2"}


HALF_A_CHANGE = """
import os, signal, sqlite3, sys
ledger = sqlite3.connect(sys.argv[1], isolation_level=None)
ledger.execute("PRAGMA journal_mode = DELETE")
ledger.execute("PRAGMA cache_size = 1")
ledger.execute("BEGIN")
ledger.execute("CREATE TABLE half (x)")
for _ in range(200):
    ledger.execute("INSERT INTO half VALUES (randomblob(4000))")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_writer_left_half_done_is_undone_for_a_reader(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        archive.add_response(page(1), EXCHANGE)
    killed = subprocess.run([sys.executable, "-c", HALF_A_CHANGE, tmp_path / "ledger.sqlite"], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert (tmp_path / "ledger.sqlite-journal").stat().st_size > 0
    with Archive.open(tmp_path) as archive:
        assert bodies(archive) == {b"page 1"}


def test_killed_again_and_again(tmp_path: Path) -> None:
    """Kill a writer at many moments; what it had told the ledger stays, and at last everything is there once."""
    number = 300
    command = [sys.executable, "-c", WRITER, str(tmp_path), str(number)]
    kept: set[str] = set()
    for lines, wait in ((0, 0.0), (0, 0.001), (5, 0.0), (5, 0.0007), (20, 0.0003), (20, 0.002)):
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            told = [writer.stdout.readline() for _ in range(lines + 1)]
            assert told[0] == b"open\n"
            time.sleep(wait)
            writer.send_signal(signal.SIGKILL)
        with Archive.open(tmp_path) as archive:
            captures = {capture.capture_id for capture in archive.captures()}
            for capture in archive.captures():
                archive.read(capture)
        assert captures >= kept
        kept = captures
    assert 0 < len(kept) < number, "the writer was never killed in the middle"
    subprocess.run(command, check=True, capture_output=True)
    with Archive.open(tmp_path) as archive:
        assert bodies(archive) == {f"report {one} ".encode() * 40 for one in range(number)}
        assert all(len(archive.sources(capture.capture_id)) == 1 for capture in archive.captures())
    (tmp_path / "ledger.sqlite").unlink()
    with Archive.open(tmp_path, write=True) as archive:
        assert len(archive.captures()) == number
