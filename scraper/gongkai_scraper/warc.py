"""WARC 1.1 records: groups of them as bytes to append. Knows nothing of the ledger; the way back is in warc_reading.py.

A group is what one addition to the archive writes: the record that holds the body (or a revisit, or nothing when the
body is there already), the request that led to it, and last a metadata record that says everything a ledger needs.
Each record is a gzip member of its own. The metadata record closes the group: a group without it was never finished.
"""

import base64
import hashlib
import uuid
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

FIELDS_TYPE = "application/warc-fields"
PAYLOAD_PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
UNCHANGED_PROFILE = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
LEVEL = 3
"""Of compression: for pages of portals, the next one takes three times the time and saves 4 % of the bytes."""

# The body is stored as the capture names it: after transfer and content coding are undone; one that is not whole or
# cannot be decoded, in its content coding. The headers that speak of those codings would mislead a reader of the record
# and are kept under this prefix, as other archivers do.
ORIGINAL = "X-Archive-Orig-"
CODING_HEADERS = frozenset({"transfer-encoding", "content-encoding", "content-length"})


Truncated = Literal["length", "time", "disconnect"]
"""Why a body is not whole, as WARC calls it: too large, too slow, broken off."""


class ArchiveError(Exception):
    """The archive cannot do what was asked; the message says what, where and what to do."""


@dataclass(frozen=True)
class Exchange:
    """The HTTP side of a response: what was asked and how it was answered, without the body of the answer."""

    method: str
    target: str
    request_headers: tuple[tuple[str, str], ...]
    protocol: str
    """`HTTP/1.0` or `HTTP/1.1`."""
    status: int
    reason: str
    response_headers: tuple[tuple[str, str], ...]
    """As received, in their order and spelling."""
    request_body: bytes = b""
    truncated: Truncated | None = None
    """Why the body is not all that would have come; None when it is."""


@dataclass(frozen=True)
class Earlier:
    """The record of the same body that a revisit refers to."""

    uri: str
    date: str


@dataclass(frozen=True)
class Group:
    """Records encoded for appending; `body_length` counts from the group's first byte, None without a new body."""

    data: bytes
    body_length: int | None


def encode_warcinfo(name: str, date: str, software: str) -> bytes:
    """Return the first record of a WARC file: its name, the date (ISO 8601 UTC) and the software that writes it."""
    payload = encode_fields({"software": software, "format": "WARC File Format 1.1"})
    headers = {"WARC-Filename": name, "WARC-Date": date, "WARC-Record-ID": _record_id(name, 0, "warcinfo", date)}
    return _record("warcinfo", headers, FIELDS_TYPE, payload)


def encode_group(
    file: str,
    position: int,
    *,
    uri: str,
    date: str,
    digest: str | None,
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
        digest: SHA-256 of the body, hexadecimal; None when nothing was received.
        body: the document; None when the archive holds it already, or when there is none.
        media_type: as declared, for documents without HTTP headers.
        exchange: request and response, for documents fetched by HTTP.
        earlier: the record that holds the body, when `body` is None.
        fields: what the metadata record says.
    """
    data = bytearray()

    def headers(kind: str) -> dict[str, str]:
        named = _record_id(file, position + len(data), kind, date)
        return {"WARC-Target-URI": uri, "WARC-Date": date, "WARC-Record-ID": named}

    main = headers(digest or "none")
    concurrent = {"WARC-Concurrent-To": main["WARC-Record-ID"]}
    main["WARC-Payload-Digest"] = f"sha256:{digest}"
    if exchange and exchange.truncated:
        main["WARC-Truncated"] = exchange.truncated
    answer = _answer(exchange) if exchange else b""
    if body is not None and exchange:
        data += _record("response", main, "application/http; msgtype=response", answer + body)
    elif body is not None:
        data += _record("resource", main, media_type or "application/octet-stream", body)
    elif exchange and earlier:
        main |= {"WARC-Refers-To-Target-URI": earlier.uri, "WARC-Refers-To-Date": earlier.date}
        main["WARC-Profile"] = UNCHANGED_PROFILE if exchange.status == 304 else PAYLOAD_PROFILE
        data += _record("revisit", main, "application/http; msgtype=response", answer)
    length = len(data)
    if exchange:
        line = f"{exchange.method} {exchange.target} HTTP/1.1"
        asked = _head(line, exchange.request_headers) + exchange.request_body
        data += _record("request", headers("request") | concurrent, "application/http; msgtype=request", asked)
    data += _record(
        "metadata", headers("metadata") | (concurrent if length else {}), FIELDS_TYPE, encode_fields(fields)
    )
    return Group(bytes(data), length if body is not None else None)


def encode_fields(fields: Mapping[str, str]) -> bytes:
    """Return `application/warc-fields`: one `name: value` a line. Values hold no line breaks."""
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode()


def decode_fields(payload: bytes) -> dict[str, str]:
    """The reverse of `encode_fields`."""
    return dict(line.split(": ", 1) for line in payload.decode().split("\r\n") if ": " in line)


def _record(kind: str, headers: Mapping[str, str], content_type: str, block: bytes) -> bytes:
    """One record as a gzip member."""
    lines = [
        ("WARC-Type", kind),
        *headers.items(),
        ("WARC-Block-Digest", f"sha1:{base64.b32encode(hashlib.sha1(block).digest()).decode()}"),
        ("Content-Type", content_type),
        ("Content-Length", str(len(block))),
    ]
    compressor = zlib.compressobj(LEVEL, zlib.DEFLATED, 31)
    record = _head("WARC/1.1", lines) + block + b"\r\n\r\n"
    return compressor.compress(record) + compressor.flush()


def _head(line: str, headers: Iterable[tuple[str, str]]) -> bytes:
    return "\r\n".join([line, *(f"{name}: {value}" for name, value in headers), "", ""]).encode()


def _answer(exchange: Exchange) -> bytes:
    headers = [
        (ORIGINAL + name if name.lower() in CODING_HEADERS else name, value)
        for name, value in exchange.response_headers
    ]
    reason = exchange.reason.encode("ascii", "backslashreplace").decode()
    return _head(f"{exchange.protocol} {exchange.status} {reason}".rstrip(), headers)


def _record_id(*parts: object) -> str:
    # Derived, not random: the same documents added at the same times make the same archive, byte for byte.
    return uuid.uuid5(uuid.NAMESPACE_URL, " ".join(map(str, parts))).urn.join("<>")
