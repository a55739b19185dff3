"""WARC 1.1 records: groups of them as bytes to append, and the way back. Knows nothing of the ledger.

A group is what one addition to the archive writes: the record that holds the body (or a revisit, or nothing when the
body is there already), the request that led to it, and last a metadata record that says everything a ledger needs.
Each record is a gzip member of its own. The metadata record closes the group: a group without it was never finished.
"""

import uuid
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

FIELDS_TYPE = "application/warc-fields"
CHUNK = 1 << 20

# The body is stored as the capture names it: after transfer and content coding are undone. The headers that speak of
# those codings would mislead a reader of the record and are kept under this prefix, as other archivers do.
ORIGINAL = "X-Archive-Orig-"
CODING_HEADERS = frozenset({"transfer-encoding", "content-encoding", "content-length"})


class ArchiveError(Exception):
    """The archive cannot do what was asked; the message says what, where and what to do."""


@dataclass(frozen=True)
class Exchange:
    """The HTTP side of a response: what was asked and how it was answered, without the body."""

    method: str
    target: str
    request_headers: tuple[tuple[str, str], ...]
    protocol: str
    """`HTTP/1.0` or `HTTP/1.1`."""
    status: int
    reason: str
    response_headers: tuple[tuple[str, str], ...]
    """As received, in their order and spelling."""


@dataclass(frozen=True)
class Earlier:
    """The record of the same body that a revisit refers to."""

    uri: str
    date: str


@dataclass(frozen=True)
class Group:
    """Records encoded for appending; `body_offset` counts from the group's first byte, None without a new body."""

    data: bytes
    body_offset: int | None
    body_length: int | None


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


def encode_warcinfo(name: str, date: str, software: str) -> bytes:
    """Return the first record of a WARC file: its name, the date (ISO 8601 UTC) and the software that writes it."""
    out = BytesIO()
    payload = encode_fields({"software": software, "format": "WARC File Format 1.1"})
    headers = {"WARC-Filename": name, "WARC-Date": date, "WARC-Record-ID": _record_id(name, 0, "warcinfo", date)}
    _write(_writer(out), "", "warcinfo", headers, payload)
    return out.getvalue()


def encode_group(
    file: str,
    position: int,
    *,
    uri: str,
    date: str,
    digest: str,
    body: bytes | None,
    media_type: str | None,
    exchange: Exchange | None,
    earlier: Earlier | None,
    fields: Mapping[str, str],
) -> Group:
    """Encode the records of one addition.

    Args:
        file, position: where the group will stand; record identifiers are derived from it.
        uri: address of the document, or a `urn:` for one without.
        date: ISO 8601 UTC time of the fetch.
        digest: SHA-256 of the body, hexadecimal.
        body: the document; None when the archive holds it already.
        media_type: as declared, for documents without HTTP headers.
        exchange: request and response, for documents fetched by HTTP.
        earlier: the record that holds the body, when `body` is None.
        fields: what the metadata record says.
    """
    out = BytesIO()
    writer = _writer(out)

    def headers(kind: str) -> dict[str, str]:
        return {"WARC-Date": date, "WARC-Record-ID": _record_id(file, position + out.tell(), kind, date)}

    main = headers(digest)
    concurrent = {"WARC-Concurrent-To": main["WARC-Record-ID"]}
    main["WARC-Payload-Digest"] = f"sha256:{digest}"
    answer = _answer(exchange) if exchange else None
    if body is not None:
        kind = "response" if exchange else "resource"
        _write(writer, uri, kind, main, body, answer, media_type or "application/octet-stream")
    elif exchange and earlier:
        main |= {"WARC-Refers-To-Target-URI": earlier.uri, "WARC-Refers-To-Date": earlier.date}
        main["WARC-Profile"] = writer.REVISIT_PROFILE_1_1
        _write(writer, uri, "revisit", main, b"", answer)
    length = out.tell()
    if exchange:
        line = StatusAndHeaders(
            f"{exchange.method} {exchange.target} HTTP/1.1", list(exchange.request_headers), is_http_request=True
        )
        _write(writer, uri, "request", headers("request") | concurrent, b"", line)
    link = concurrent if length else {}
    _write(writer, uri, "metadata", headers("metadata") | link, encode_fields(fields))
    held = body is not None
    return Group(out.getvalue(), 0 if held else None, length if held else None)


def encode_fields(fields: Mapping[str, str]) -> bytes:
    """Return `application/warc-fields`: one `name: value` a line. Values hold no line breaks."""
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode()


def decode_fields(payload: bytes) -> dict[str, str]:
    """The reverse of `encode_fields`."""
    return dict(line.split(": ", 1) for line in payload.decode().split("\r\n") if ": " in line)


def read_records(path: Path, start: int = 0) -> Iterator[Record | Torn]:
    """Yield the records of a WARC file from byte `start` on, and Torn in place of a last one that is incomplete.

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
            yield _record(path, offset, length, b"".join(parts))
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


def _record(path: Path, offset: int, length: int, data: bytes) -> Record:
    try:
        record = next(iter(ArchiveIterator(BytesIO(data))))
        payload = record.content_stream().read()
    except (ArchiveLoadFailed, EOFError, StopIteration) as error:
        raise _damaged(path, offset, "no WARC record") from error
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


def _writer(out: BytesIO) -> WARCWriter:
    return WARCWriter(out, gzip=True, warc_version="1.1")


def _write(
    writer: WARCWriter,
    uri: str,
    kind: str,
    headers: Mapping[str, str],
    payload: bytes,
    http_headers: StatusAndHeaders | None = None,
    media_type: str = "",
) -> None:
    record = writer.create_warc_record(
        uri,
        kind,
        payload=BytesIO(payload),
        length=len(payload),
        warc_content_type="" if http_headers else media_type,
        warc_headers_dict=dict(headers),
        http_headers=http_headers,
    )
    writer.write_record(record)


def _answer(exchange: Exchange) -> StatusAndHeaders:
    headers = [
        (ORIGINAL + name if name.lower() in CODING_HEADERS else name, value)
        for name, value in exchange.response_headers
    ]
    reason = exchange.reason.encode("ascii", "backslashreplace").decode()
    return StatusAndHeaders(f"{exchange.status} {reason}".strip(), headers, protocol=exchange.protocol)


def _record_id(*parts: object) -> str:
    # Derived, not random: the same documents added at the same times make the same archive, byte for byte.
    return uuid.uuid5(uuid.NAMESPACE_URL, " ".join(map(str, parts))).urn.join("<>")
