"""Documents that no report is, each made to hurt its reader. Run as a program, it reads them all and prints what came of each.

python tests/documents/monsters.py          # a line a document: outcome, seconds of computing, memory
python tests/documents/monsters.py NAME     # reads one, as the test does
"""

import io
import json
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

from gongkai_build.documents import UnreadableDocument
from gongkai_build.reading.report import NotAReport, read_body
from gongkai_build.register.agencies import load_register
from gongkai_build.resources import definition

REPORT = Path(__file__).parents[1] / "examples" / "html-odd-spans-2021-1" / "document.html"
SECONDS = 10
"""Of computing, after which a document must have ended in something."""
MEMORY = 1_000_000_000
"""Bytes that a process may use for it."""
TO_START = 1.5
"""Seconds of computing that the register takes to load."""
WAITING_SECONDS = 120
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def page(inner: str) -> bytes:
    """A readable report with something in front of it."""
    head, body = REPORT.read_text(encoding="utf-8").split("<body>", 1)
    return f"{head}<body>{inner}{body}".encode()


def zipped(parts: dict[str, bytes]) -> bytes:
    """A ZIP file of some parts."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return whole.getvalue()


def zipped_blanks(name: str, length: int) -> bytes:
    """A ZIP file in which a part unpacks to so many bytes."""
    whole, million = io.BytesIO(), b" " * 1_000_000
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        with archive.open(name, "w", force_zip64=True) as part:
            for _ in range(length // len(million)):
                part.write(million)
    return whole.getvalue()


def docx(document: bytes, **others: bytes) -> bytes:
    """A Word file around the XML of its text."""
    kinds = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="word/document.xml"/></Relationships>'
    )
    parts = {"[Content_Types].xml": kinds.encode(), "_rels/.rels": relations.encode(), "word/document.xml": document}
    return zipped(parts | others)


def word(inner: str) -> bytes:
    """The XML of a Word file's text."""
    return f'<w:document xmlns:w="{W}"><w:body>{inner}</w:body></w:document>'.encode()


def paragraph(text: str) -> str:
    """A paragraph of a Word file."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def pdf(pages: int, content: bytes = b"BT /F1 9 Tf 9 9 Td (1) Tj ET") -> bytes:
    """A PDF whose many pages are one and the same."""
    kids = " ".join(["3 0 R"] * pages)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {pages}/Kids[{kids}]>>".encode(),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    whole, places = b"%PDF-1.4\n", []
    for number, inner in enumerate(objects, 1):
        places.append(len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, inner)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    return whole + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        count,
        table,
        count,
        len(whole),
    )


def cyclic_pdf() -> bytes:
    """A PDF whose tree of pages holds itself."""
    return pdf(1).replace(b"/Kids[3 0 R]", b"/Kids[2 0 R]")


MONSTERS: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "blank": lambda: b" \n\t" * 1000,
    "noughts": lambda: b"\0" * 1_000_000,
    "binary": lambda: bytes(range(256)) * 4000,
    "html of 50 MB": lambda: b"<p>" + b"x" * 50_000_000,
    "html of 19 MB": lambda: page("<p>一件事项</p>" * 900_000),
    "text of 19 MB on a line": lambda: ("政府信息公开申请1件，" * 600_000).encode(),
    "lines": lambda: b"1\n" * 5_000_000,
    "a million columns": lambda: page("<table><tr><td colspan=1000000 rowspan=1000000>1</td></tr></table>"),
    "spans over spans": lambda: page("<table>" + "<tr><td colspan=1000 rowspan=65534>1" * 500 + "</table>"),
    "ten thousand tables": lambda: page("<table><tr><td>" * 10_000),
    "a hundred thousand divisions": lambda: page("<div>" * 100_000),
    "a number of a million digits": lambda: page(f"<table><tr><td>行政许可<td>{'9' * 1_000_000}</table>"),
    "brackets": lambda: page("（" * 1_000_000),
    "closed brackets": lambda: page("（" * 300_000 + "）" * 300_000),
    "numbers with commas": lambda: page("<p>收到申请" + "1," * 500_000),
    "statements without an end": lambda: page("<p>" + "主动公开政府信息1条，" * 60_000),
    "statements and semicolons": lambda: page("<p>" + "主动公开政府信息1条；" * 60_000),
    "a paragraph in many lines": lambda: page(
        "".join(f"<p>本机关认真落实各项要求并继续做好有关工作第{n}" for n in range(60_000))
    ),
    "attributes": lambda: page("<p " + "".join(f"a{n}=1 " for n in range(300_000)) + ">"),
    "attributes with signs": lambda: page("<p " + "".join(f'a{n}=">" ' for n in range(300_000)) + ">"),
    "entities": lambda: page("&amp;" * 1_000_000),
    "rows": lambda: page("<table>" + "<tr><td>行政许可<td>1" * 90_000 + "</table>"),
    "cells": lambda: page("<table><tr>" + "<td>1" * 400_000 + "</table>"),
    "forms on end": lambda: REPORT.read_bytes() * 60,
    "a wrong charset": lambda: b'<meta charset="utf-16">' + REPORT.read_bytes(),
    "an unknown charset": lambda: b'<meta charset="idna">' + REPORT.read_bytes(),
    "a DOCX of gigabytes": lambda: zipped_blanks("word/document.xml", 2_100_000_000),
    "a DOCX of entities": lambda: docx(
        b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12))
        + b"]>"
        + word(paragraph("&m;"))
    ),
    "a DOCX of a file of this machine": lambda: docx(
        b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + word(paragraph("&x;"))
    ),
    "a DOCX nested deep": lambda: docx(word("<w:tbl><w:tr><w:tc>" * 20_000 + "</w:tc></w:tr></w:tbl>" * 20_000)),
    "a DOCX of many cells": lambda: docx(
        word("<w:tbl>" + ("<w:tr>" + f"<w:tc>{paragraph('1')}</w:tc>" * 200 + "</w:tr>") * 2000 + "</w:tbl>")
    ),
    "a DOCX with paths": lambda: docx(
        word(paragraph("1")), **{"../../../tmp/gongkai-escaped": b"x", "/tmp/gongkai-escaped": b"x"}
    ),
    "a DOCX of wide spans": lambda: docx(
        word(
            f'<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="100000000"/></w:tcPr>{paragraph("1")}</w:tc></w:tr></w:tbl>'
        )
    ),
    "an XLSX of gigabytes": lambda: zipped_blanks("xl/workbook.xml", 1_100_000_000),
    "a ZIP in a ZIP": lambda: zipped({"a.zip": zipped({"b.zip": b"0" * 1_000_000})}),
    "a PDF of endless pages": lambda: pdf(1_000_000),
    "a PDF of itself": cyclic_pdf,
    "a PDF of a million strokes": lambda: pdf(1, b"0 0 m 9 9 l S " * 400_000),
    "a PDF of a million rectangles": lambda: pdf(1, b"1 1 5 5 re S " * 400_000),
    "a PDF cut off": lambda: pdf(3)[:200],
    "an office file of noughts": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1_000_000,
    "RTF": lambda: b"{\\rtf1" + b"{" * 1_000_000,
    "a saved page without one": lambda: (
        b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n\n--x--\n"
    ),
}


def outcome(body: bytes) -> str:
    """Read a document; says what came of it, in one line."""
    register = load_register(definition("samples") / "register")
    try:
        report = read_body(body, register)
    except UnreadableDocument as error:
        return f"unreadable: {error}"
    except NotAReport as error:
        return f"no report: {error}"
    return f"{sum(figure.status == 'reported' for figure in report.figures)} figures"


def read_alone(body: bytes) -> tuple[str, float, int]:
    """Read a document in a process of its own, which is ended when it takes longer than it may.

    Returns: what came of it, seconds of computing, and the bytes of memory that it used at most.
    """
    command = [sys.executable, __file__, "-"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, input=body, capture_output=True, timeout=WAITING_SECONDS, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        last = done.stderr.decode().strip().splitlines()[-1:]
        return f"ended by {done.returncode}: {last}", after.ru_utime - before.ru_utime, 0
    told = json.loads(done.stdout)
    return told["outcome"], after.ru_utime - before.ru_utime, told["memory"]


def _read_standard_input() -> None:
    body = sys.stdin.buffer.read()
    used = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    end = round(used + SECONDS + TO_START)
    resource.setrlimit(resource.RLIMIT_CPU, (end, end))
    told = outcome(body)
    # Kilobytes, on Linux.
    memory = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(json.dumps({"outcome": told, "memory": memory * 1024}))


def main() -> None:
    """Read each document, and print what came of it."""
    if sys.argv[1:] == ["-"]:
        _read_standard_input()
        return
    for name in sys.argv[1:] or MONSTERS:
        told, seconds, memory = read_alone(MONSTERS[name]())
        print(f"{seconds:5.1f} s {memory / 1e6:5.0f} MB  {name}: {told[:150]}", flush=True)


if __name__ == "__main__":
    main()
