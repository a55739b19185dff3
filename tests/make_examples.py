"""Writes the examples that `making/examples.yml` lists into `examples/`: a document and what a careful reader finds in it.

    .venv/bin/python tests/make_examples.py            every example that has no folder yet
    .venv/bin/python tests/make_examples.py NAME …     these, again

No part of the reader takes part. PDF needs Debian's chromium, PDF printed by Word and DOC need LibreOffice (`soffice`), both with fonts-noto-cjk.
"""

import json
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from making import page, text
from making.paper import Example, Paper, written, written_annex

EXAMPLES = Path(__file__).with_name("examples")
LIST = Path(__file__).with_name("making") / "examples.yml"
TEXT_SUFFIXES = frozenset({".html", ".txt", ".md"})


@cache
def all_examples() -> tuple[Example, ...]:
    """Return the examples that are made, in the order of the list."""
    return tuple(Example(**entry) for entry in yaml.safe_load(LIST.read_text(encoding="utf-8")))


def expected_of(example: Example) -> dict[str, Any]:
    """Return what the document of an example holds."""
    region, _, sector = example.agency_id.partition(".")
    report = {
        "agency_id": example.agency_id,
        "agency": example.settings.get("agency", example.agency),
        "region_code": region,
        "sector": sector,
        "year": example.year,
        "form": example.form,
        "script": example.script,
        "published_on": example.published and example.published.isoformat(),
        "signed_on": example.signed and example.signed.isoformat(),
        "period_start": f"{example.year}-01-01" if example.period and example.form != "2014" else None,
        "period_end": f"{example.year}-12-31" if example.period and example.form != "2014" else None,
        "title": page.traditional(example.title) if example.script == "Hant" else example.title,
    }
    return {
        "report": report,
        "figures": example.expected_figures(),
        **({"stated": example.stated} if example.stated else {}),
        "checks_failed": sorted(example.checks_failed),
        "issue_kinds": sorted(example.issue_kinds),
        **({"lossy": example.settings["lossy"]} if "lossy" in example.settings else {}),
    }


def paper_of(example: Example) -> Paper:
    """Return the report of an example before it is set in a layout."""
    return written_annex(example) if example.form == "2014" else written(example)


def text_of(example: Example) -> str:
    """Return the document of an example that is a text file or a page."""
    paper = paper_of(example)
    if example.layout in text.LAYOUTS:
        return text.set_text(paper, example.layout)
    other = example.settings.get("earlier")
    earlier = Example(name=f"earlier-{example.name}", layout=example.layout, **other) if other else None
    return page.set_page(example, paper, paper_of(earlier) if earlier else None)


def suffix_of(example: Example) -> str:
    """Return how the name of an example's document ends."""
    kind = example.settings.get("suffix", example.layout.partition("-")[0])
    if kind in ("pdf", "docx", "doc", "xlsx"):
        return f".{kind}"
    if example.layout == "markdown":
        return ".md"
    return ".txt" if example.layout in text.LAYOUTS else ".html"


def document_of(example: Example) -> bytes:
    """Return the document of an example."""
    suffix = suffix_of(example)
    if suffix in TEXT_SUFFIXES:
        return text_of(example).encode()
    # What only these formats need is slow to import.
    from making import printed, sheet, word

    paper = paper_of(example)
    if suffix == ".xlsx":
        return sheet.set_sheet(paper)
    if suffix == ".docx":
        return word.set_word(example, paper)
    if suffix == ".doc":
        return printed.convert(word.set_word(example, paper), "docx", "doc:MS Word 97")
    if example.layout == "pdf-word":
        return printed.convert(word.set_word(example, paper), "docx", "pdf")
    return printed.print_page(example, paper)


def main(names: Sequence[str]) -> None:
    unknown = set(names) - {example.name for example in all_examples()}
    if unknown:
        sys.exit(f"no such example in {LIST}: {', '.join(sorted(unknown))}")
    for example in all_examples():
        folder = EXAMPLES / example.name
        if example.name in names or (not names and not folder.is_dir()):
            document = document_of(example)
            folder.mkdir(exist_ok=True)
            (folder / f"document{suffix_of(example)}").write_bytes(document)
            expected = json.dumps(expected_of(example), ensure_ascii=False, indent=1)
            (folder / "expected.json").write_text(expected + "\n", encoding="utf-8")
            print(example.name)


if __name__ == "__main__":
    main(sys.argv[1:])
