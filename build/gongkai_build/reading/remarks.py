"""A last column for remarks (备注), which some agencies add to the tables of the form."""

from dataclasses import replace

from gongkai_build.forms import load_vocabulary
from gongkai_build.reading.alignment import Alignment, FilledRow, Header, HeaderLabel
from gongkai_build.reading.fold import label_core
from gongkai_build.reading.tokens import GRID
from gongkai_build.reading.values import is_value


def without_remarks(alignment: Alignment) -> tuple[Alignment, list[HeaderLabel]]:
    """Leave out the column for remarks where a header ends with one.

    A row of which the last cell is a number keeps it, and then has too many: that the number is a remark cannot be known.

    Returns: the alignment without the column, and its labels.
    """
    remarks = {number: label for number, header in alignment.headers.items() if (label := _remark_of(header))}
    headers = {
        number: replace(header, labels=[label for label in header.labels if label is not remarks.get(number)])
        for number, header in alignment.headers.items()
    }
    rows = [_shortened(row) if row.block in remarks else row for row in alignment.rows]
    return replace(alignment, headers=headers, rows=rows), list(remarks.values())


def _remark_of(header: Header) -> HeaderLabel | None:
    words = load_vocabulary().remark_columns
    found = [label for label in header.labels if label_core(label.token.text) in words and label.token.explicit]
    if len(found) != 1 or found[0].columns:
        return None
    remark = found[0]
    others = [label for label in header.labels if label is not remark]
    if remark.token.layout == GRID:
        return remark if all(label.token.column < remark.token.column for label in others) else None
    return remark if header.labels[-1] is remark else None


def _shortened(row: FilledRow) -> FilledRow:
    explicit = all(cell.explicit for cell in row.cells)
    if not row.cells or not explicit or is_value(row.cells[-1].text):
        return row
    return replace(row, cells=row.cells[:-1])
