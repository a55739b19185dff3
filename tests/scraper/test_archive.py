"""The archive: what goes in comes out, once, with all that is known of it."""

import hashlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from gongkai_scraper.archive import Archive, ArchiveError, Document, Exchange
from gongkai_scraper.warc import decode_fields, encode_fields

TIME = "2024-03-01T08:00:00Z"
EXCHANGE = Exchange(
    method="GET",
    target="/a.html",
    request_headers=(("Host", "a.example"), ("User-Agent", "gongkai")),
    protocol="HTTP/1.1",
    status=200,
    reason="OK",
    response_headers=(("Content-Type", "text/html; charset=gb2312"), ("Content-Encoding", "gzip"), ("X-Twice", "1")),
)
FETCHED = Document(
    "内容".encode(),
    "official",
    url="http://a.example/a.html",
    requested_url="http://a.example/old.html",
    fetched_at=TIME,
    media_type="text/html",
    charset="gb2312",
    portal="yunxiu",
    region_code="990100",
    agency_id="990100.government",
    link_title="云岫市2023年年度报告",
)


def warc_check(folder: Path) -> subprocess.CompletedProcess[str]:
    files = sorted(str(path) for path in (folder / "warc").iterdir())
    command = [sys.executable, "-c", "from warcio.cli import main; main()", "check", "-v", *files]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def rebuilt(folder: Path) -> list[object]:
    """Everything that the archive says, after its ledger was deleted and rebuilt."""
    (folder / "ledger.sqlite").unlink()
    with Archive.open(folder, write=True) as archive:
        return everything(archive)


def everything(archive: Archive) -> list[object]:
    captures = archive.captures()
    return [
        [(capture, archive.read(capture), archive.sources(capture.capture_id)) for capture in captures],
        [sorted(archive.addresses(role)) for role in ("report", "list", "robots")],
    ]


def test_a_response_keeps_all_that_is_known_of_it(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        capture, is_new = archive.add_response(FETCHED, EXCHANGE)
        before = everything(archive)
    assert is_new
    assert capture.capture_id == hashlib.sha256(FETCHED.body).hexdigest()
    for name in ("url", "fetched_at", "media_type", "charset", "portal", "region_code", "agency_id", "link_title"):
        assert getattr(capture, name) == getattr(FETCHED, name)
    assert (capture.status, capture.bytes, capture.source_kind, capture.role) == (200, 6, "official", "report")
    assert rebuilt(tmp_path) == before
    with Archive.open(tmp_path) as archive:
        assert archive.read(capture) == FETCHED.body
        assert archive.addresses("report") == {"http://a.example/a.html", "http://a.example/old.html"}


def test_the_warc_file_is_one_that_others_read(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        capture, _ = archive.add_response(FETCHED, EXCHANGE)
        archive.add_response(replace(FETCHED, fetched_at="2024-03-02T08:00:00Z"), EXCHANGE)
        archive.add_document(Document("文件".encode(), "local", file_name="报告.docx"))
    result = warc_check(tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.count("digest pass") == 8
    with (tmp_path / "warc" / capture.warc).open("rb") as file:
        kinds = []
        for record in ArchiveIterator(file, check_digests="raise"):
            kinds.append(record.rec_type)
            assert record.rec_headers.protocol == "WARC/1.1"
            if record.rec_type == "response":
                assert record.http_headers.get_header("X-Archive-Orig-Content-Encoding") == "gzip"
                assert record.http_headers.get_header("X-Twice") == "1"
                assert record.http_headers.get_statuscode() == "200"
                assert record.content_stream().read() == FETCHED.body
            if record.rec_type == "request":
                assert record.http_headers.get_header("User-Agent") == "gongkai"
    assert kinds == [
        "warcinfo", "response", "request", "metadata", "revisit", "request", "metadata", "resource", "metadata",
    ]  # fmt: skip


def test_the_same_bytes_are_stored_once_and_every_fetch_is_known(tmp_path: Path) -> None:
    mirror = replace(FETCHED, source_kind="mirror", url="http://mirror.example/", fetched_at="2024-01-01T00:00:00Z")
    later = replace(FETCHED, fetched_at="2024-05-01T00:00:00Z")
    with Archive.open(tmp_path, write=True) as archive:
        archive.add_document(Document(FETCHED.body, "local", file_name="a.html", fetched_at="2023-01-01T00:00:00Z"))
        assert [archive.add_response(document, EXCHANGE)[1] for document in (mirror, later, FETCHED)] == [False] * 3
        (capture,) = archive.captures()
        assert (capture.source_kind, capture.url, capture.fetched_at) == ("official", FETCHED.url, TIME)
        kinds = [source.source_kind for source in archive.sources(capture.capture_id)]
        assert kinds == ["local", "mirror", "official", "official"]
        before = everything(archive)
    assert rebuilt(tmp_path) == before


def test_a_document_handed_in_twice_leaves_the_archive_as_it_is(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        for name, is_new in (("a.html", True), ("a.html", False), ("b.html", False)):
            assert archive.add_document(Document(b"body", "local", file_name=name))[1] is is_new
        assert [source.file_name for source in archive.sources(hashlib.sha256(b"body").hexdigest())] == [
            "a.html",
            "b.html",
        ]


def test_captures_of_a_role(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        for role in ("report", "list", "robots"):
            archive.add_response(replace(FETCHED, body=role.encode(), role=role), EXCHANGE)
        archive.add_response(replace(FETCHED, body=b"report", role="list"), EXCHANGE)
        assert [archive.read(capture) for capture in archive.captures("report")] == [b"report"]
        assert {archive.read(capture) for capture in archive.captures("list")} == {b"list", b"report"}
        assert all(capture.role == "list" for capture in archive.captures("list"))
        ids = [capture.capture_id for capture in archive.captures()]
        assert ids == sorted(ids)
        assert len(ids) == 3


def test_files_are_rotated_by_size(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True, warc_bytes=3000) as archive:
        for number in range(12):
            archive.add_document(Document(f"body {number}".encode(), "local", fetched_at=TIME))
        before = everything(archive)
        files = {capture.warc for capture in archive.captures()}
    assert len(files) > 2
    assert files == {path.name for path in (tmp_path / "warc").iterdir()}
    assert rebuilt(tmp_path) == before
    assert warc_check(tmp_path).returncode == 0


def test_the_same_additions_make_the_same_archive(tmp_path: Path) -> None:
    for name in ("one", "two"):
        with Archive.open(tmp_path / name, write=True) as archive:
            archive.add_response(FETCHED, EXCHANGE)
            archive.add_document(Document(b"body", "local", fetched_at=TIME))
    one, two = ((tmp_path / name / "warc" / "gongkai-00001.warc.gz").read_bytes() for name in ("one", "two"))
    assert one == two


@given(
    body=st.binary(max_size=300),
    text=st.text(max_size=30),
    name=st.text(st.characters(exclude_categories=()), min_size=1, max_size=20),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_and_any_words(tmp_path_factory: pytest.TempPathFactory, body: bytes, text: str, name: str) -> None:
    folder = tmp_path_factory.mktemp("archive")
    with Archive.open(folder, write=True) as archive:
        archive.add_document(Document(body, "local", file_name=name, link_title=text, fetched_at=TIME))
        archive.add_response(replace(FETCHED, body=body + b"!", link_title=text), EXCHANGE)
        before = everything(archive)
        assert {archive.read(capture) for capture in archive.captures()} == {body, body + b"!"}
    assert rebuilt(folder) == before


@given(st.dictionaries(st.sampled_from("abc"), st.text(st.characters(exclude_categories=("Cs", "Cc")))))
def test_fields_come_back(fields: dict[str, str]) -> None:
    assert decode_fields(encode_fields(fields)) == fields


@pytest.mark.parametrize(
    ("change", "words"),
    [({"role": "page"}, "report, list, robots"), ({"source_kind": "web"}, "official"), ({"fetched_at": "now"}, "time")],
)
def test_wrong_descriptions_are_refused(tmp_path: Path, change: dict[str, str], words: str) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        with pytest.raises(ArchiveError, match=words):
            archive.add_document(replace(FETCHED, **change))
        for url in (None, "file:///a.html"):
            with pytest.raises(ArchiveError, match="address"):
                archive.add_response(replace(FETCHED, url=url), EXCHANGE)
        assert archive.captures() == []


def test_reading_creates_and_changes_nothing(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"no archive here.*`gongkai add` or `gongkai collect` on it makes one"):
        Archive.open(tmp_path / "absent")
    assert not (tmp_path / "absent").exists()
    with Archive.open(tmp_path / "there", write=True) as archive:
        archive.add_document(Document(b"body", "local"))
    before = {path: path.stat() for path in (tmp_path / "there").rglob("*")}
    with Archive.open(tmp_path / "there") as archive:
        assert len(archive.captures()) == 1
        with pytest.raises(ArchiveError, match="reading only"):
            archive.add_document(Document(b"other", "local"))
    after = {path: path.stat() for path in (tmp_path / "there").rglob("*")}
    assert {path: stat.st_mtime_ns for path, stat in after.items()} == {
        path: stat.st_mtime_ns for path, stat in before.items()
    }


def test_a_lost_ledger_is_rebuilt_by_what_a_user_can_run(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        archive.add_document(Document(b"body", "local"))
    (tmp_path / "ledger.sqlite").unlink()
    with pytest.raises(ArchiveError, match="`gongkai add` or `gongkai collect` on it rebuilds it"):
        Archive.open(tmp_path)


def test_no_archive_is_made_in_a_release(tmp_path: Path) -> None:
    release = tmp_path / "release"
    release.mkdir()
    (release / "datapackage.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ArchiveError, match=r"release: a release \(datapackage\.json is here\), not an archive"):
        Archive.open(release, write=True)
    assert [path.name for path in release.iterdir()] == ["datapackage.json"]
    with Archive.open(tmp_path / "archive", write=True) as archive:
        archive.add_document(Document(b"body", "local"))
    (tmp_path / "archive" / "datapackage.json").write_text("{}", encoding="utf-8")
    for is_lost in (False, True):  # what is there already stays an archive
        if is_lost:
            (tmp_path / "archive" / "ledger.sqlite").unlink()
        with Archive.open(tmp_path / "archive", write=True) as archive:
            assert len(archive.captures()) == 1


def test_one_writes_while_others_read(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        archive.add_document(Document(b"one", "local"))
        with pytest.raises(ArchiveError, match="another process"):
            Archive.open(tmp_path, write=True)
        with Archive.open(tmp_path) as reader:
            assert len(reader.captures()) == 1
            archive.add_document(Document(b"two", "local"))
            assert len(reader.captures()) == 2
    with Archive.open(tmp_path, write=True) as archive:
        assert len(archive.captures()) == 2


def test_damage_is_named_with_file_and_offset(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        capture, _ = archive.add_document(Document(b"body" * 50, "local"))
        other, _ = archive.add_document(Document(b"other", "local"))
    path = tmp_path / "warc" / capture.warc
    data = bytearray(path.read_bytes())
    data[capture.offset + capture.length // 2] ^= 0xFF
    path.write_bytes(data)
    with Archive.open(tmp_path) as archive:
        with pytest.raises(ArchiveError, match=rf"{capture.warc}.*byte {capture.offset}"):
            archive.read(capture)
        assert archive.read(other) == b"other"
        with pytest.raises(ArchiveError, match="does not hold capture"):
            archive.read(replace(capture, offset=other.offset, length=other.length))
        path.unlink()
        with pytest.raises(ArchiveError, match=rf"{capture.warc}.*byte {other.offset}"):
            archive.read(other)
