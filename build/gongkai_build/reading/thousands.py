"""Numbers with blanks between their thousands (1 230), where a sum of the form shows that each is one number and not two."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby

from gongkai_build.forms import Form
from gongkai_build.reading.place import Figure, Issue, Placed, detail_of
from gongkai_build.reading.values import BLANK, REPORTED, UNCLEAR

TWO_VALUES = "two_values"
_PARTED = re.compile(r"[1-9]\d{0,2}(?:[^\S\n]\d{3}){1,4}")


def join_thousands(placed: Placed, form: Form) -> Placed:
    """Read numbers whose thousands are parted by blanks, in the sums of sections 3 and 4 that hold only if each is one number.

    Elsewhere 1 230 may as well be two numbers in one cell, and stays unclear.
    """
    if not any(figure.status == UNCLEAR and _whole(figure) for figure in placed.figures):
        return placed
    figures = {(figure.item_id, figure.party): figure for figure in placed.figures}
    joined: dict[tuple[str, str], Figure] = {}
    for keys in _sums(form):
        printed = [figures[key] for key in keys if key in figures]
        parted = {figure: number for figure in printed if (number := _whole(figure)) is not None}
        numbers = [parted.get(figure, figure.value if figure.status != BLANK else Decimal(0)) for figure in printed]
        if not parted or len(printed) < len(keys) or any(number is None for number in numbers):
            continue
        *parts, total = (number or Decimal(0) for number in numbers)
        if sum(parts) == total:
            whole = (figure._replace(value=number, status=REPORTED) for figure, number in parted.items())
            joined |= {(figure.item_id, figure.party): figure for figure in whole}
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


def _whole(figure: Figure) -> Decimal | None:
    """Return the one number that an unclear figure may be."""
    raw = figure.raw.strip()
    parted = figure.status == UNCLEAR and _PARTED.fullmatch(raw)
    return Decimal("".join(raw.split())) if parted else None
