"""What documents are expected to hold, and how what was read compares with it.

Four sets of documents have an expectation: the examples of the tests, the reports of the sample portals, and, where they are at hand, five
whole real reports and the tables of more, which are no part of the project.
"""

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from gongkai_build.documents import UnreadableDocument, read_document
from gongkai_build.forms import load_form, load_parties
from gongkai_build.reading.place import Figure, of_year, place
from gongkai_build.reading.report import NotAReport, Report, best_alignment, read_body
from gongkai_build.reading.tokens import tokens_of
from gongkai_build.reading.values import BLANK, REPORTED, UNCLEAR
from gongkai_build.register.agencies import Register, load_register
from gongkai_build.resources import definition

TESTS = Path(__file__).parent
SITES = definition("samples") / "sites"
EXPECTED_SAMPLES = TESTS / "samples" / "expected"
REAL_REPORTS = TESTS.parents[1] / "shared" / "reports"
"""Real reports, which are no part of the project: beside it, or absent."""
MEDIA_TYPES = {".html": "text/html", ".htm": "text/html", ".txt": "text/plain"}
PROCESSED = frozenset({".pdf", ".docx", ".doc", ".xlsx", ".xls"})
"""Formats that are read in a process of their own, which takes a while."""
EXAMPLE, SAMPLE, REAL, EXCERPT = "example", "sample", "real report", "excerpt"
RIGHT, WRONG, MISSING, UNEXPECTED, LENIENT = "right", "wrong", "missing", "unexpected", "lenient"
NAME_OF_EXAMPLE = re.compile(r"^(?P<layout>.+)-(?P<form>\d{4})-\d+$")


@dataclass(frozen=True)
class Expectation:
    """What one document holds. A figure is a number, None for a printed blank, or {"status": "unclear"}."""

    kind: str
    name: str
    path: Path
    form: str
    year: int
    figures: Mapping[str, Any]
    """By item and party (item|party)."""
    lenient: frozenset[str] = frozenset()
    """Figures that may also be unclear."""

    @property
    def whole(self) -> bool:
        """Whether the document is a whole report, so that it holds no other figures than these."""
        return self.kind != EXCERPT


@dataclass(frozen=True)
class Outcome:
    """How one figure was read. `outcome`: right, wrong, unclear, missing; unexpected or lenient in an excerpt."""

    figure: str
    outcome: str
    expected: str
    read: str


# Documents


def all_expectations() -> list[Expectation]:
    """Everything that has an expectation, the real reports where they are at hand."""
    return [*examples(), *samples(), *real_reports(), *excerpts()]


def example_documents() -> list[Path]:
    return sorted(path for path in (TESTS / "examples").glob("*/document.*"))


def sample_documents() -> list[Path]:
    return sorted(map(sample_document, expectations_of_samples()))


def expectations_of_samples() -> list[Path]:
    return sorted(EXPECTED_SAMPLES.rglob("*.json"))


def sample_document(expected: Path) -> Path:
    """The report of a sample portal that an expectation is about: named by host, and by as much of the end of its path as tells it."""
    host, *ending = expected.relative_to(EXPECTED_SAMPLES).with_suffix("").parts
    [found] = [path for path in (SITES / host).rglob(ending[-1]) if path.parts[-len(ending) :] == tuple(ending)]
    return found


def expectation_file(document: Path) -> Path:
    """The file that says what an example or a sample report holds."""
    if document.name.startswith("document."):
        return document.with_name("expected.json")
    return next(path for path in expectations_of_samples() if sample_document(path) == document)


def word_program() -> str | None:
    """The program by which Word's old files are read on this machine: libreoffice, which comes first, antiword, or None."""
    if shutil.which("soffice") or shutil.which("libreoffice"):
        return "libreoffice"
    return "antiword" if shutil.which("antiword") else None


def loss(document: Path, program: str | None) -> str | None:
    """Say why an example cannot be read whole by a program for Word's old files, or None."""
    if document.suffix != ".doc":
        return None
    if program is None:
        return "neither LibreOffice nor antiword is installed"
    expected = json.loads(expectation_file(document).read_text(encoding="utf-8"))
    return f"{program} loses parts of it" if program in expected.get("lossy", ()) else None


def name_of(document: Path) -> str:
    return document.parent.name if document.name.startswith("document.") else document.name


def examples() -> Iterator[Expectation]:
    return (_written(EXAMPLE, path) for path in example_documents())


def samples() -> Iterator[Expectation]:
    return (_written(SAMPLE, path) for path in sample_documents())


def _written(kind: str, document: Path) -> Expectation:
    expected = json.loads(expectation_file(document).read_text(encoding="utf-8"))
    report = expected["report"]
    return Expectation(kind, name_of(document), document, report["form"], report["year"], expected["figures"])


def real_report_facts() -> dict[str, Any]:
    """What is known of the whole real reports, by file name (real_reports.yml)."""
    facts: dict[str, Any] = yaml.safe_load((TESTS / "real_reports.yml").read_text(encoding="utf-8"))
    return facts


def real_reports() -> Iterator[Expectation]:
    for name, facts in real_report_facts().items():
        if (REAL_REPORTS / name).is_file():
            identity = facts["identity"]
            figures = (whole_tables(facts) if "not_zero" in facts else {}) | facts.get("sentences", {})
            yield Expectation(REAL, name, REAL_REPORTS / name, identity["form"], identity["year"], figures)


def whole_tables(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Every figure that the tables of a real report print: the rows of the form that it has, all zero but for those written down."""
    parties = [party.party for party in load_parties()]
    figures: dict[str, Any] = {}
    for block in load_form(facts["identity"]["form"]).blocks:
        for row in block.rows:
            if row.key not in facts["absent"]:
                figures.update({"|".join(block.figure(row, column)): 0 for column in block.columns})
    for items, values in facts["not_zero"].items():
        if items.startswith("requests."):
            keys = [f"{items}|{party}" for party in parties]
        else:
            keys = [f"{item}|all" for item in items.split()]
        figures.update(zip(keys, values, strict=True))
    return figures | {key: {"status": UNCLEAR} for key in facts.get("unclear", ())}


def excerpts() -> Iterator[Expectation]:
    for path in sorted((REAL_REPORTS / "excerpts").glob("*.expected.json")):
        told = json.loads(path.read_text(encoding="utf-8"))
        document = path.with_name(path.name.replace(".expected.json", ".txt"))
        lenient = frozenset(told["lenient"])
        yield Expectation(EXCERPT, document.stem, document, told["form"], told["year"], told["figures"], lenient)


# Reading


@cache
def sample_register() -> Register:
    return load_register(definition("samples") / "register")


def read(document: Path, register: Register) -> Report:
    return read_body(document.read_bytes(), register, media_type=MEDIA_TYPES.get(document.suffix))


def read_expected(expected: Expectation, registers: Mapping[str, Register]) -> tuple[str, tuple[Figure, ...]]:
    """Read the document of an expectation: its layout and its figures; of an excerpt, which has no title, the tables alone.

    Args:
        registers: for `sample` the register of the fictional divisions, for `real` that of the real ones.
    """
    if expected.kind == EXCERPT:
        alignment = best_alignment(tokens_of(read_document(expected.path.read_bytes())), expected.year)
        if alignment is None:
            return "", ()
        placed = place(of_year(alignment, expected.year)[0])
        return placed.layouts.most_common(1)[0][0] if placed.layouts else "", placed.figures
    register = registers["real" if expected.kind == REAL else "sample"]
    named = NAME_OF_EXAMPLE.match(expected.name)
    try:
        report = read(expected.path, register)
    except (NotAReport, UnreadableDocument):
        return named["layout"] if named else "", ()
    return named["layout"] if named else report.reader, report.figures


# Comparing


def compare(expected: Expectation, figures: Iterable[Figure]) -> list[Outcome]:
    """Say of every expected figure how it was read, and name the figures that nothing expects.

    In a whole report a figure that nothing expects is wrong, for there is none; in an excerpt, which may hold more than was written down, it
    is only named. An unclear figure claims nothing and is never wrong.
    """
    read = {f"{figure.item_id}|{figure.party}": figure for figure in figures}
    outcomes = []
    for key, value in expected.figures.items():
        outcome = _outcome(read.get(key), value)
        if outcome == UNCLEAR and key in expected.lenient:
            outcome = LENIENT
        outcomes.append(Outcome(key, outcome, _said(*wanted(value)), _said_by(read.get(key))))
    for key in sorted(read.keys() - expected.figures.keys()):
        if read[key].status != UNCLEAR:
            outcomes.append(Outcome(key, WRONG if expected.whole else UNEXPECTED, "nothing", _said_by(read[key])))
    return outcomes


def wanted(value: Any) -> tuple[Decimal | None, str]:
    """The value and status that an expectation stands for."""
    if isinstance(value, dict):
        return None, value["status"]
    return (None, BLANK) if value is None else (Decimal(str(value)), REPORTED)


def _outcome(figure: Figure | None, value: Any) -> str:
    if figure is None:
        return MISSING
    if (figure.value, figure.status) == wanted(value):
        return RIGHT
    return UNCLEAR if figure.status == UNCLEAR else WRONG


def _said(value: Decimal | None, status: str) -> str:
    return status if value is None else str(value)


def _said_by(figure: Figure | None) -> str:
    return "nothing" if figure is None else f"{_said(figure.value, figure.status)} ({figure.raw!r} at {figure.place})"


def precision(counts: Counter[str]) -> float | None:
    """Of what was claimed (a value, or a blank), the share that is right; None where nothing was claimed."""
    claimed = counts[RIGHT] + counts[WRONG]
    return counts[RIGHT] / claimed if claimed else None


def recall(counts: Counter[str]) -> float | None:
    """Of what was expected (and what was read besides), the share that was read rightly; None where nothing was expected.

    What may be unclear, and is, does not count.
    """
    expected = counts[RIGHT] + counts[WRONG] + counts[UNCLEAR] + counts[MISSING]
    return counts[RIGHT] / expected if expected else None
