"""Numbers in pieces: with blanks between their thousands (1 230), or broken over the lines of a narrow cell, where a sum of the form shows that each is one number."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby

from gongkai_build.forms import Form
from gongkai_build.reading.place import Figure, Issue, Placed, detail_of
from gongkai_build.reading.values import REPORTED, UNCLEAR

TWO_VALUES = "two_values"
_PARTED = re.compile(r"[1-9]\d{0,2}(?:[^\S\n]\d{3}){1,4}|[1-9][\d,]*(?:\n[\d,]+){1,4}")


def join_pieces(placed: Placed, form: Form) -> Placed:
    """Read numbers whose thousands are parted by blanks, or that lines break, in the sums of sections 3 and 4 that hold only if each is one number.

    Elsewhere 1 230 may as well be two numbers in one cell, and stays unclear.
    """
    if not any(figure.status == UNCLEAR and _pieces(figure) for figure in placed.figures):
        return placed
    figures = {(figure.item_id, figure.party): figure for figure in placed.figures}
    joined: dict[tuple[str, str], Figure] = {}
    for keys in _sums(form):
        printed = [figures[key] for key in keys if key in figures]
        parted = {figure: pieces for figure in printed if (pieces := _pieces(figure))}
        if not parted or len(printed) < len(keys) or any(f.status == UNCLEAR and f not in parted for f in printed):
            continue
        # A number printed twice (1 above 1) is in pieces as well, and its sum can hold either way.
        doubled = all(len(set(pieces)) == 1 for pieces in parted.values())
        whole = {figure: Decimal("".join(pieces)) for figure, pieces in parted.items()}
        *parts, total = (whole.get(figure, figure.value or Decimal(0)) for figure in printed)
        if sum(parts) == total and not doubled:
            read = (figure._replace(value=number, status=REPORTED) for figure, number in whole.items())
            joined |= {(figure.item_id, figure.party): figure for figure in read}
    settled = {(TWO_VALUES, figure.place, detail_of(figure)) for figure in joined.values()}
    return replace(
        placed,
        figures=tuple(joined.get((figure.item_id, figure.party), figure) for figure in placed.figures),
        issues=tuple(
            Issue("parted_number", issue.place, issue.detail)
            if (issue.kind, issue.place, issue.detail) in settled
            else issue
            for issue in placed.issues
        ),
    )


def _sums(form: Form) -> Iterator[Sequence[tuple[str, str]]]:
    """Yield the cells of each sum that the form prints in a row, the total last."""
    for block in form.blocks:
        for row in block.rows:
            if block.section == 3:
                yield [block.figure(row, column) for column in block.columns]
            elif block.section == 4:
                for _, columns in groupby(block.columns, key=lambda column: column.group):
                    yield [block.figure(row, column) for column in columns]


def _pieces(figure: Figure) -> list[str]:
    """Return the pieces of an unclear figure that may be one number; empty for any other."""
    folded = unicodedata.normalize("NFKC", figure.raw).strip() if figure.status == UNCLEAR else ""
    text = "\n".join(line.strip() for line in folded.split("\n"))
    return text.replace(",", "").split() if _PARTED.fullmatch(text) else []
