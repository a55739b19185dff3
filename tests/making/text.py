"""Papers → text files, in the layouts in which copied reports come."""

from collections.abc import Callable, Iterator
from itertools import cycle

from making.paper import GROUP, HEADER, HEADING, VALUE, Paper, Table, grid

Typesetter = Callable[[Table], Iterator[str]]
LONG_LABEL = 6


def set_text(paper: Paper, layout: str) -> str:
    """Write a paper down in a text layout."""
    if layout == "report-on-a-line":
        return " ".join(_lines(paper, _on_a_line)) + "\n"
    if layout == "markdown":
        return _in_markdown(paper)
    return "\n".join(_lines(paper, _LAYOUTS[layout])) + "\n"


def _lines(paper: Paper, typesetter: Typesetter) -> Iterator[str]:
    yield paper.title
    yield from filter(None, (paper.published, paper.preamble))
    for part in paper.parts:
        yield part.heading
        yield from part.sentences
        if part.table:
            yield from typesetter(part.table)
    yield from paper.signature


def _in_markdown(paper: Paper) -> str:
    paragraphs = [f"# {paper.title}", paper.published, paper.preamble]
    for part in paper.parts:
        paragraphs += [f"## {part.heading}", *part.sentences, "\n".join(_markdown(part.table)) if part.table else ""]
    return "\n\n".join([*filter(None, paragraphs), "\n".join(paper.signature)]) + "\n"


def _markdown(table: Table) -> Iterator[str]:
    """Markdown has no spans: what a cell covers besides its own place is empty. Labels are bold, as converters leave them."""
    seen: set[int] = set()
    for number, row in enumerate(grid(table)):
        texts = []
        for cell, begins in row:
            text = cell.text if begins and id(cell) not in seen else ""
            texts.append(f"**{text}**" if text and cell.kind in (HEADER, HEADING) else text)
        seen |= {id(cell) for cell, _ in row}
        yield "| " + " | ".join(texts) + " |"
        if number == 0:
            yield "|" + " :---: |" * len(row)


def _blank_rows(table: Table) -> Iterator[str]:
    """A row a line, with blanks of many kinds between its cells."""
    gaps = cycle(("  ", "\u3000", "   ", " \u3000", "\u3000\u3000"))
    for row in table:
        yield "".join(cell.text + next(gaps) for cell in row).rstrip()


def _table_on_a_line(table: Table) -> Iterator[str]:
    yield from _on_a_line(table)


def _on_a_line(table: Table) -> Iterator[str]:
    yield " ".join(cell.text for row in table for cell in row if cell.text)


def _labels_downwards(table: Table) -> Iterator[str]:
    """Rows with blanks between the cells; the narrow headers of section 4 are printed downwards, a character a line."""
    for row in table:
        if len(row) < 10 or any(cell.kind != HEADER for cell in row):
            yield "  ".join(cell.text for cell in row)
            continue
        narrow = [cell.text for cell in row]
        for at in range(max(map(len, narrow))):
            yield " ".join(text[at] for text in narrow if at < len(text))


def _broken_labels(table: Table) -> Iterator[str]:
    """A cell a line, longer labels on two or three lines, as narrow columns break them."""
    widths = cycle((6, 5, 8))
    for row in table:
        for cell in row:
            width = next(widths)
            if cell.kind in (VALUE, HEADING) or len(cell.text) <= LONG_LABEL or "（" in cell.text[3:]:
                yield from [cell.text] if cell.text else []
            else:
                yield from (cell.text[at : at + width] for at in range(0, len(cell.text), width))


def _dropped_cells(table: Table) -> Iterator[str]:
    """A row a line with `|`; empty cells have vanished, and nothing shows where they were."""
    for row in table:
        yield " | ".join(cell.text for cell in row if cell.text or cell.kind == GROUP) + " |"


_LAYOUTS: dict[str, Typesetter] = {
    "blank-rows": _blank_rows,
    "table-on-a-line": _table_on_a_line,
    "labels-downwards": _labels_downwards,
    "broken-labels": _broken_labels,
    "dropped-cells": _dropped_cells,
    "annex-cell-per-line": lambda table: (cell.text for row in table for cell in row if cell.text),
    "annex-pipe": lambda table: (" | ".join(cell.text for cell in row) + " |" for row in table),
    "annex-tabs": lambda table: ("\t".join(cell.text for cell in row) for row in table),
}
LAYOUTS = ("markdown", "report-on-a-line", *_LAYOUTS)
