"""Readers of intricate formats, run in a process of their own: whatever a document does to them, it ends.

The child takes the bytes on its standard input and the name of a format, and prints what it found as JSON. It may use so much memory and
computing time and no more. Time is counted in seconds of computing, so that a busy machine reads the same documents as an idle one.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from gongkai_build.documents.blocks import Block, Cell, Content, Line, Table, UnreadableDocument

MEMORY = 800_000_000
"""Bytes of memory that hold data; with code and files it stays below a gigabyte."""
COMPUTING_SECONDS = 9
WAITING_SECONDS = 60
"""A process that computes this long without getting its seconds waits for something that does not come."""
LARGEST_RESULT = 20_000_000
MOST_LINES = 100_000
_DONE = 0
_KILLED = (-signal.SIGXCPU, -signal.SIGKILL)


def read_confined(reader: str, body: bytes) -> Content:
    """Read a document in a process of its own.

    Args:
        reader: which one: pdf, docx, xlsx or xls.
        body: the bytes.

    Raises: UnreadableDocument, also when the document takes more memory or time than any report.
    """
    # -P: the folder in which the command was given is no place to import from.
    command = [sys.executable, "-P", "-m", "gongkai_build.documents.confined", reader]
    try:
        done = subprocess.run(command, input=body, capture_output=True, timeout=WAITING_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise UnreadableDocument(f"reading it as {reader.upper()} does not end") from None
    if done.returncode in _KILLED:
        raise UnreadableDocument(
            f"reading it as {reader.upper()} takes more than {COMPUTING_SECONDS} s; no report does"
        )
    if done.returncode != _DONE:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        told = last[0] if last else f"exit code {done.returncode}"
        raise UnreadableDocument(f"its {reader.upper()} reader broke down ({told}); save it again, as DOCX or HTML")
    found = json.loads(done.stdout)
    if "error" in found:
        raise UnreadableDocument(found["error"])
    return Content(tuple(map(_block, found["blocks"])), tuple(found["notes"]), found["pages"])


def _block(stored: dict[str, Any]) -> Block:
    if "rows" in stored:
        return Table(stored["number"], tuple(tuple(Cell(*cell) for cell in row) for row in stored["rows"]))
    return Line(stored["text"], stored["number"], stored["heading"])


def _stored(block: Block) -> dict[str, Any]:
    if isinstance(block, Table):
        rows = [[[c.text, c.row, c.column, c.rowspan, c.colspan] for c in row] for row in block.rows]
        return {"number": block.number, "rows": rows}
    return {"text": block.text, "number": block.number, "heading": block.heading}


def limit() -> None:
    """Let the process that calls it, and those that it starts, have so much memory and computing time and no more."""
    try:
        import resource
    except ImportError:  # a system without such limits; the seconds of waiting remain
        return
    # Of data, not of addresses: LibreOffice asks for addresses by the gigabyte, and uses few of them.
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (COMPUTING_SECONDS, COMPUTING_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _reader(name: str) -> Callable[[bytes], Content]:
    # Each of them takes long to import, and a document needs only one.
    if name == "pdf":
        from gongkai_build.documents.pdf import read_pdf

        return read_pdf
    if name == "docx":
        from gongkai_build.documents.docx import read_docx

        return read_docx
    if name == "xlsx":
        from gongkai_build.documents.xlsx import read_xlsx

        return read_xlsx
    from gongkai_build.documents.xls import read_xls

    return read_xls


def _found(name: str, body: bytes) -> dict[str, Any]:
    try:
        content = _reader(name)(body)
    except UnreadableDocument as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": f"reading it as {name.upper()} takes more than {MEMORY} bytes of memory; no report does"}
    except RecursionError:
        return {"error": f"its parts are nested too deep for a {name.upper()} file"}
    except Exception as error:
        # The parsers meet damaged files with exceptions of every kind.
        told = f"{type(error).__name__}: {error}"[:300]
        return {"error": f"this is a damaged {name.upper()} file ({told}); fetch or save it again"}
    if sum(isinstance(block, Line) for block in content.blocks) > MOST_LINES:
        return {"error": f"the document has more than {MOST_LINES} lines; no report has as many"}
    return {"blocks": list(map(_stored, content.blocks)), "notes": content.notes, "pages": content.pages}


def main() -> None:
    """Read standard input as the format that the one argument names."""
    limit()
    answer = json.dumps(_found(sys.argv[1], sys.stdin.buffer.read()))
    if len(answer) > LARGEST_RESULT:
        answer = json.dumps({"error": f"the document holds more than {LARGEST_RESULT} bytes of text; no report does"})
    sys.stdout.write(answer)
    sys.stdout.flush()
    # Parsers that met a hostile file can take long to tidy up.
    os._exit(_DONE)


if __name__ == "__main__":
    main()
