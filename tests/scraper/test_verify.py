"""`verify` reads all of an archive: a whole one passes, and whatever is damaged is named."""

import gzip
import os
import shutil
import sqlite3
import zlib
from pathlib import Path

import pytest
from test_archive import EXCHANGE
from test_archive_crash import WARC, page

from gongkai_scraper.archive import Archive, Document, Fetch, Note
from gongkai_scraper.verify import verify
from gongkai_scraper.warc import encode_group


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Archive.open(tmp_path / "archive", write=True) as archive:
        archive.add_all(
            [
                Note(
                    "run",
                    "2024-03-01T08:00:00Z",
                    (("run_id", "1"), ("portal", "a"), ("started_at", "t"), ("since", "t")),
                ),
                *(Fetch(page(number), EXCHANGE, run_id=1) for number in range(5)),
                Fetch(page(2), EXCHANGE, run_id=1),
                Fetch(Document(b"", "official", url="http://a.example/x"), None, "failed", "no answer", run_id=1),
            ]
        )
    return tmp_path / "archive"


def test_a_whole_archive(folder: Path) -> None:
    found = verify(folder)
    assert (found.files, found.bodies, found.fetches, found.runs) == (1, 5, 7, 1)
    assert (found.problems, found.notes) == ((), ())
    assert found.bytes == (folder / "warc" / WARC).stat().st_size


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE bodies SET offset = offset + 1 WHERE capture_id = (SELECT max(capture_id) FROM bodies)",
        "UPDATE fetches SET outcome = 'kept' WHERE outcome = 'failed'",
        "DELETE FROM fetches WHERE fetch_id = 7",
        "UPDATE runs SET portal = 'b'",
        "INSERT INTO links VALUES ('a', 'u', 't', NULL, NULL, 1, 1)",
    ],
)
def test_a_ledger_that_says_something_else(folder: Path, change: str) -> None:
    with sqlite3.connect(folder / "ledger.sqlite") as ledger:
        ledger.execute(change)
    ledger.close()
    (problem,) = verify(folder).problems
    assert "ledger.sqlite" in problem
    assert "delete ledger.sqlite to have it rebuilt" in problem
    (folder / "ledger.sqlite").unlink()
    Archive.open(folder, write=True).close()
    assert verify(folder).problems == ()


def says_the_same(changed: bytes, data: bytes) -> bool:
    """Whether the change is one of a time or a name of a system in the head of a gzip member, which nobody reads."""
    try:
        return gzip.decompress(changed) == gzip.decompress(data)
    except (OSError, EOFError, zlib.error):
        return False


def test_any_changed_byte_of_a_warc_file_is_noticed(folder: Path) -> None:
    path = folder / "warc" / WARC
    data = path.read_bytes()
    for position in range(20, len(data), 97):
        changed = data[:position] + bytes([data[position] ^ 0x55]) + data[position + 1 :]
        path.write_bytes(changed)
        assert verify(folder).problems or says_the_same(changed, data), position
    path.write_bytes(data)
    assert not verify(folder).problems


def test_a_digest_that_does_not_fit(folder: Path) -> None:
    """A record that is well-formed and holds other bytes than its digest says."""
    path = folder / "warc" / WARC
    wrong = encode_group(
        WARC,
        path.stat().st_size,
        uri="http://a.example/y",
        date="2024-03-01T08:00:00Z",
        digest="0" * 64,
        body=b"other bytes",
        media_type="text/plain",
        exchange=None,
        earlier=None,
        fields={"capture_id": "0" * 64},
    )
    with path.open("ab") as file:
        file.write(wrong.data)
    (problem,) = verify(folder).problems
    assert "digest" in problem


def test_traces_of_an_interruption_are_no_damage(folder: Path) -> None:
    before = shutil.copytree(folder, folder.parent / "before")
    with Archive.open(folder, write=True) as archive:
        archive.add_response(page(9), EXCHANGE)
    shutil.copy(before / "ledger.sqlite", folder / "ledger.sqlite")
    found = verify(folder)
    assert found.problems == ()
    assert "does not know yet" in found.notes[0]
    path = folder / "warc" / WARC
    os.truncate(path, path.stat().st_size - 5)
    found = verify(folder)
    assert found.problems == ()
    assert "never finished begins at byte" in found.notes[-1]
    Archive.open(folder, write=True).close()
    assert (verify(folder).problems, verify(folder).notes) == ((), ())


def test_what_is_missing_is_named(folder: Path) -> None:
    path = folder / "warc" / WARC
    os.truncate(path, path.stat().st_size - 5)
    assert "the ledger knows" in verify(folder).problems[0]
    path.unlink()
    assert "missing" in verify(folder).problems[0]
