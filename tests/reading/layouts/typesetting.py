"""A report as cells → a document in each of the layouts that real reports come in."""

import random
from collections.abc import Iterator
from dataclasses import replace
from html import escape

from renderers import GROUP, HEADER, LABEL, VALUE, Cell, Paper, Quirks, Table


def typeset(paper: Paper, layout: str, quirks: Quirks, seed: int = 0) -> bytes:
    """Write a report down in a layout; `seed` decides what a layout leaves to chance."""
    if layout in ("html_grid", "html_odd_spans"):
        return _page(paper, layout, random.Random(seed)).encode()
    apart = "\n\n" if layout == "blank_lines" else "\n"
    lines = [paper.title, paper.preamble]
    for heading, text, table in paper.parts:
        lines += [heading, text] if text else [heading]
        if table:
            lines.append("".join(_TEXT_LAYOUTS[layout](table, quirks)).removesuffix("\n"))
    return (apart.join([*lines, *paper.signature]) + "\n").encode()


def grid(table: Table) -> list[list[tuple[Cell, bool]]]:
    """Lay a table out: for each place of each row the cell that covers it, and whether that cell begins there; rows stay ragged."""
    above: dict[int, tuple[Cell, int]] = {}
    laid: list[list[tuple[Cell, bool]]] = []
    for row in table:
        places: dict[int, tuple[Cell, bool]] = {
            column: (cell, False) for column, (cell, left) in above.items() if left > 0
        }
        above = {column: (cell, left - 1) for column, (cell, left) in above.items() if left > 1}
        column = 0
        for cell in row:
            while column in places:
                column += 1
            for offset in range(cell.colspan):
                places[column + offset] = (cell, offset == 0)
                if cell.rowspan > 1:
                    above[column + offset] = (cell, cell.rowspan - 1)
            column += cell.colspan
        laid.append([places[column] for column in sorted(places)])
    return laid


def _page(paper: Paper, layout: str, rng: random.Random) -> str:
    body = [f"<h1>{escape(paper.title)}</h1><p>{escape(paper.preamble)}</p>"]
    for heading, text, table in paper.parts:
        body.append(f"<p><strong>{escape(heading)}</strong></p>")
        body += [f"<p>{escape(text)}</p>"] if text else []
        rows = _rows_with_odd_spans(table, rng) if layout == "html_odd_spans" else table
        if table:
            body.append("<table border=1><tbody>" + "\n".join(map(_table_row, rows)) + "</tbody></table>")
    body += [f"<p style='text-align:right'>{escape(line)}</p>" for line in paper.signature]
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{escape(paper.title)}</title></head><body>{''.join(body)}</body></html>"


def _table_row(row: tuple[Cell, ...]) -> str:
    return "<tr>" + "".join(map(_table_cell, row)) + "</tr>"


def _table_cell(cell: Cell) -> str:
    spans = (f" colspan={cell.colspan}" if cell.colspan > 1 else "") + (
        f" rowspan={cell.rowspan}" if cell.rowspan > 1 else ""
    )
    return f"<td{spans}>" + (escape(cell.text).replace("\n", "<br>") or "&nbsp;") + "</td>"


def _rows_with_odd_spans(table: Table, rng: random.Random) -> Iterator[tuple[Cell, ...]]:
    """Header and rows disagree in their spans, and an empty cell stands where a cell from above reaches down."""
    for row in grid(table):
        cells: list[Cell] = []
        for cell, begins in row:
            if begins:
                odd = cell.role in (HEADER, LABEL) and rng.random() < 0.3
                cells.append(replace(cell, rowspan=1, colspan=cell.colspan + odd))
            elif cell.rowspan > 1 and (not cells or cells[-1].role != cell.text) and (cell, True) not in row:
                # One empty cell for each that reaches down; its role remembers for which.
                cells.append(Cell("", cell.text, cell.colspan))
        yield tuple(cells)


def _with_fill(table: Table, quirks: Quirks) -> Iterator[tuple[tuple[Cell, ...], str]]:
    """Rows, each with the marks for the columns that its cells cover besides their own."""
    for row, places in zip(table, grid(table), strict=True):
        yield row, "|" * (len(places) - len(row)) if quirks.filler else ""


def _cell_pipe(table: Table, quirks: Quirks, opening: str = "") -> Iterator[str]:
    for row, fill in _with_fill(table, quirks):
        yield opening
        for cell in row[:-1]:
            yield f"{cell.text} |\n".lstrip(" ")
        for cell in row[-1:]:
            yield f"{cell.text} | {fill}".strip(" ") + "\n"


def _lone_pipe(table: Table, quirks: Quirks) -> Iterator[str]:
    return _cell_pipe(table, quirks, "|\n")


def _row_pipe(table: Table, quirks: Quirks) -> Iterator[str]:
    for row, fill in _with_fill(table, quirks):
        yield " | ".join(cell.text.replace("\n", " ") for cell in row) + f" | {fill}\n"


def _markdown(table: Table, quirks: Quirks) -> Iterator[str]:
    for number, row in enumerate(grid(table)):
        above = {id(cell) for earlier in grid(table)[:number] for cell, _ in earlier}
        texts = [cell.text.replace("\n", " ") if begins and id(cell) not in above else "" for cell, begins in row]
        yield "| " + " | ".join(texts) + " |\n"
        if number == 0:
            yield "|" + "---|" * len(row) + "\n"


def _alternate_lines(table: Table, quirks: Quirks) -> Iterator[str]:
    for row in table:
        for cell in row:
            yield f"{cell.text}\n|\n" if cell.text else "|\n"


def _cell_per_line(table: Table, quirks: Quirks) -> Iterator[str]:
    for row in table:
        for cell in row:
            yield cell.text.replace("\n", "") + "\n" if cell.text.strip() else ""


def _blank_lines(table: Table, quirks: Quirks) -> Iterator[str]:
    for row in table:
        for cell in row:
            yield cell.text + "\n\n" if cell.text.strip() else "\n"


def _blank_rows(table: Table, quirks: Quirks) -> Iterator[str]:
    """A row a line with blanks between the cells; an empty cell leaves nothing but more of them."""
    for row in table:
        yield "  ".join(cell.text.replace("\n", "").strip() for cell in row).rstrip() + "\n"


def _table_on_a_line(table: Table, quirks: Quirks) -> Iterator[str]:
    yield " ".join(cell.text.replace("\n", "").strip() for row in table for cell in row if cell.text.strip()) + "\n"


def _tab_indented(table: Table, quirks: Quirks) -> Iterator[str]:
    for number, row in enumerate(grid(table)):
        above = {id(cell) for earlier in grid(table)[:number] for cell, _ in earlier}
        covered: set[int] = set()
        for cell, begins in row:
            if id(cell) in above and id(cell) not in covered:
                covered.add(id(cell))
                yield "\t\n"
            elif begins and id(cell) not in above:
                blank = "\u3000" if cell.role == VALUE else ""
                yield f"\t{blank}{cell.text}\n" + ("\xa0\n" if cell.role in (GROUP, LABEL) else "")
        yield "\t\n\n"


_TEXT_LAYOUTS = {
    "cell_pipe": _cell_pipe,
    "lone_pipe": _lone_pipe,
    "row_pipe": _row_pipe,
    "markdown": _markdown,
    "alternate_lines": _alternate_lines,
    "cell_per_line": _cell_per_line,
    "blank_lines": _blank_lines,
    "tab_indented": _tab_indented,
    "blank_rows": _blank_rows,
    "table_on_a_line": _table_on_a_line,
}
LAYOUTS = ("html_grid", "html_odd_spans", *_TEXT_LAYOUTS)
