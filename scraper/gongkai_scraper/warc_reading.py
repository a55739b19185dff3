"""WARC 1.1 records, read back: all of a file from some byte on, or the one that stands at a known place."""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from gongkai_scraper.warc import ArchiveError

CHUNK = 1 << 20


@dataclass(frozen=True)
class Record:
    """A record read back: where it stands in its file, and what it holds."""

    offset: int
    length: int
    type: str
    headers: Mapping[str, str]
    payload: bytes


@dataclass(frozen=True)
class Torn:
    """The end of a file at which a record begins and does not end: a write was cut short."""

    offset: int


def read_records(path: Path, start: int = 0, *, check: bool = False) -> Iterator[Record | Torn]:
    """Yield the records of a WARC file from byte `start` on, and Torn in place of a last one that is incomplete.

    Args:
        path, start: where to read.
        check: work out the digests of each record.

    Raises:
        ArchiveError: a record is damaged, and not merely cut short.
    """
    with path.open("rb") as file:
        file.seek(start)
        offset, pending = start, b""
        while True:
            inflate, parts, read = zlib.decompressobj(wbits=31), [], 0
            while not inflate.eof:
                chunk = pending or file.read(CHUNK)
                pending = b""
                if not chunk:
                    if read:
                        yield Torn(offset)
                    return
                try:
                    parts.append(inflate.decompress(chunk))
                except zlib.error as error:
                    if _only_zeros(path, offset):
                        yield Torn(offset)  # a file system may lengthen a file before it writes the bytes
                        return
                    raise _damaged(path, offset, str(error)) from error
                read += len(chunk)
            pending = inflate.unused_data
            length = read - len(pending)
            yield _record(path, offset, length, b"".join(parts), check=check)
            offset += length


def read_record(path: Path, offset: int, length: int) -> Record:
    """Read the record of `length` bytes at byte `offset` of a WARC file.

    Raises:
        ArchiveError: the file is missing or no whole record stands there.
    """
    try:
        with path.open("rb") as file:
            file.seek(offset)
            compressed = file.read(length)
    except OSError as error:
        raise ArchiveError(f"{path}: cannot read the record at byte {offset}: {error.strerror}") from error
    inflate = zlib.decompressobj(wbits=31)
    try:
        data = inflate.decompress(compressed)
    except zlib.error as error:
        raise _damaged(path, offset, str(error)) from error
    if not inflate.eof or inflate.unused_data or len(compressed) != length:
        raise _damaged(path, offset, f"no record of {length} bytes stands there")
    return _record(path, offset, length, data)


def _record(path: Path, offset: int, length: int, data: bytes, *, check: bool = False) -> Record:
    try:
        record = next(iter(ArchiveIterator(BytesIO(data), check_digests="raise" if check else False)))
        payload = record.content_stream().read()
    except (ArchiveLoadFailed, EOFError, StopIteration) as error:
        raise _damaged(path, offset, f"no WARC record: {error}" if check else "no WARC record") from error
    return Record(offset, length, record.rec_type, dict(record.rec_headers.headers), payload)


def _damaged(path: Path, offset: int, reason: str) -> ArchiveError:
    return ArchiveError(
        f"{path}: damaged at byte {offset} ({reason}). Nothing was changed: restore the file from a copy, "
        "or cut it at that byte and delete the ledger if what follows may be lost"
    )


def _only_zeros(path: Path, offset: int) -> bool:
    with path.open("rb") as file:
        file.seek(offset)
        return not any(any(chunk) for chunk in iter(lambda: file.read(CHUNK), b""))
