"""Which format the bytes of a document are in: told by the bytes, never by a file name."""

import re
import zipfile
from io import BytesIO

from gongkai_build.documents.blocks import UnreadableDocument

HTML, TEXT, MHTML = "text/html", "text/plain", "multipart/related"
PDF, RTF, DOC, XLS = "application/pdf", "application/rtf", "application/msword", "application/vnd.ms-excel"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORD_XML = "application/vnd.ms-word.document.xml"

MOST_MEMBERS = 5_000
LARGEST_UNPACKED = 200_000_000
LARGEST_XML = 50_000_000
HIGHEST_RATIO = 500
"""Text that repeats itself packs 200 times smaller at most; 1,000 is what a bomb reaches."""
LARGEST_HARMLESS = 5_000_000
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_ENOUGH = 4096
_PICTURE = "it holds no text; have it typed or recognised, check that against the picture, and save it as DOCX or HTML"
_ARCHIVE = "unpack it and hand in the documents in it"
_SIGNATURES = (
    (b"\x89PNG", "a PNG picture", _PICTURE),
    (b"\xff\xd8\xff", "a JPEG picture", _PICTURE),
    (b"GIF8", "a GIF picture", _PICTURE),
    (b"II*\x00", "a TIFF picture", _PICTURE),
    (b"MM\x00*", "a TIFF picture", _PICTURE),
    (b"BM", "a BMP picture", _PICTURE),
    (b"\x1f\x8b", "a gzip file", _ARCHIVE),
    (b"Rar!", "a RAR archive", _ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _ARCHIVE),
    (b"BZh", "a bzip2 archive", _ARCHIVE),
    (b"\xfd7zXZ\x00", "an xz archive", _ARCHIVE),
    (b"\x7fELF", "a program", "hand in the report itself"),
    (b"MZ", "a program", "hand in the report itself"),
)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|div|p|meta)\b", re.IGNORECASE)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_DOCTYPE = re.compile(rb"<\0?!\0?D\0?O\0?C\0?T\0?Y\0?P\0?E", re.IGNORECASE)


def kind_of(body: bytes, declared: str | None = None) -> str:
    """Tell the media type of a document from its content; `declared` only decides what the content leaves open.

    Raises: UnreadableDocument for an empty document and for formats that cannot be read.
    """
    if not body.strip():
        raise UnreadableDocument("the document is empty")
    start = body[:_ENOUGH]
    if start.startswith(b"PK\x03\x04"):
        return _kind_of_package(body)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        return _kind_of_compound(body)
    if start.lstrip().startswith(b"{\\rtf"):
        return RTF
    if start.startswith(b"%PDF-"):
        # Before the look for a page: packed bytes can hold what looks like a tag.
        return PDF
    if is_html(start):
        # A saved web page can stand in an envelope of its own, with its pictures.
        return MHTML if _is_mhtml(start) else HTML
    if b"%PDF-" in start[:1024]:
        return PDF
    if _is_mhtml(start):
        return MHTML
    if b"mso-application" in start and b"Word.Document" in start:
        return WORD_XML
    binary = not start.startswith(UTF16_MARKS) and _CONTROL.search(body[:65536])
    for signature, name, remedy in _SIGNATURES:
        if start.startswith(signature) and (binary or signature not in (b"BM", b"MZ", b"GIF8", b"BZh", b"Rar!")):
            raise UnreadableDocument(f"this is {name}: {remedy}")
    if start.startswith(b"RIFF") and start[8:12] == b"WEBP":
        raise UnreadableDocument(f"this is a WebP picture: {_PICTURE}")
    if (declared or "").split(";")[0].strip() in ("text/html", "application/xhtml+xml"):
        return HTML
    if binary:
        raise UnreadableDocument(
            "this is a binary file of no known format, or UTF-16 without a mark; save it as DOCX, PDF, HTML or UTF-8 text"
        )
    return TEXT


def is_html(start: bytes) -> bool:
    """Tell whether a document begins like a page."""
    return bool(_HTML.search(start))


def _is_mhtml(start: bytes) -> bool:
    head = start[:2048].lower()
    return b"mime-version:" in head and b"content-type:" in head and (b"multipart/" in head or b"text/html" in head)


def _kind_of_package(body: bytes) -> str:
    """Tell the formats that are ZIP files from each other, once it is sure that unpacking does no harm.

    Nothing is ever unpacked to the disk; what an archive says of its sizes is a bound, for Python reads no more than that.
    """
    try:
        with zipfile.ZipFile(BytesIO(body)) as package:
            members = package.infolist()
            _refuse_bombs(members)
            names = {member.filename for member in members}
            kind = _kind_by_names(package, names)
            for member in members:
                if member.filename.endswith((".xml", ".rels")) and not member.is_dir():
                    with package.open(member) as stream:
                        if _DOCTYPE.search(stream.read(_ENOUGH)):
                            raise UnreadableDocument(
                                f"{member.filename} in it declares entities, which no office program writes; "
                                "save it again with an office program"
                            )
    except (
        zipfile.BadZipFile,
        EOFError,
        NotImplementedError,
        OSError,
        RuntimeError,
        ValueError,
        zipfile.LargeZipFile,
    ) as error:
        raise UnreadableDocument(
            f"this is a damaged or encrypted ZIP file (DOCX, XLSX, OFD or an archive): {error}; fetch or save it again"
        ) from error
    except Exception as error:
        # zlib.error, and whatever else a broken stream makes the unpacker raise.
        if isinstance(error, UnreadableDocument):
            raise
        raise UnreadableDocument(f"this is a damaged ZIP file: {error}; fetch or save it again") from error
    return kind


def _kind_by_names(package: zipfile.ZipFile, names: set[str]) -> str:
    if "[Content_Types].xml" in names:
        types = package.read("[Content_Types].xml")
        if b"wordprocessingml" in types and any(name.startswith("word/") for name in names):
            return DOCX
        if b"spreadsheetml" in types and any(name.startswith("xl/") for name in names):
            return XLSX
        raise UnreadableDocument("this is an office file, but neither DOCX nor XLSX; save it as one of them")
    if "OFD.xml" in names:
        raise UnreadableDocument("this is an OFD file; save it as PDF or DOCX with an OFD reader (数科, 福昕, WPS)")
    if "mimetype" in names and b"opendocument" in package.read("mimetype"):
        raise UnreadableDocument("this is an OpenDocument file; save it as DOCX or XLSX with LibreOffice")
    raise UnreadableDocument(f"this is a ZIP archive: {_ARCHIVE}")


def _refuse_bombs(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_MEMBERS:
        raise UnreadableDocument(f"the ZIP file has more than {MOST_MEMBERS} members; no report has as many")
    total = sum(member.file_size for member in members)
    if total > LARGEST_UNPACKED:
        raise UnreadableDocument(f"the ZIP file unpacks to {total} bytes; no report has more than {LARGEST_UNPACKED}")
    for member in members:
        name = member.filename.replace("\\", "/")
        if name.startswith("/") or ":" in name or ".." in name.split("/"):
            raise UnreadableDocument(f"the ZIP file has a member that would be put outside of it: {member.filename!r}")
        if name.endswith((".xml", ".rels")) and member.file_size > LARGEST_XML:
            raise UnreadableDocument(f"{member.filename} in it unpacks to more than {LARGEST_XML} bytes")
        if member.file_size > max(LARGEST_HARMLESS, HIGHEST_RATIO * member.compress_size):
            raise UnreadableDocument(f"{member.filename} in it unpacks to {HIGHEST_RATIO} times its size: a ZIP bomb")


def _kind_of_compound(body: bytes) -> str:
    """Tell the formats of old office programs from each other by the names of their streams."""
    if _has_stream(body, "EncryptedPackage"):
        raise UnreadableDocument("this is an encrypted office file; save it without a password")
    if _has_stream(body, "WordDocument"):
        return DOC
    if _has_stream(body, "Workbook") or _has_stream(body, "Book"):
        return XLS
    if _has_stream(body, "PowerPoint Document"):
        raise UnreadableDocument("this is a PowerPoint file; save its text as DOCX")
    raise UnreadableDocument(
        "this is an old office file (WPS, Works or damaged) without a Word text or Excel sheet; save it as DOCX"
    )


def _has_stream(body: bytes, name: str) -> bool:
    """Look for an entry of the directory: the name in UTF-16, zeros up to 64 bytes, and the length of the name."""
    entry = name.encode("utf-16-le")
    return entry + bytes(64 - len(entry)) + (len(entry) + 2).to_bytes(2, "little") in body
