"""The header of a block against the form: which columns the document prints, in which order."""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from gongkai_build.forms import Block, Column
from gongkai_build.reading.alignment import Header, HeaderLabel
from gongkai_build.reading.fold import label_core, simplify
from gongkai_build.reading.labels import is_limited, is_subsequence
from gongkai_build.reading.tokens import PIPE_ROWS, TAB_ROWS

Columns = tuple[Column | None, ...]
"""Printed columns from left to right; None is one that the form does not have."""
SHORTEST_GARBLED = 3
SHORTEST_PART = 2
MOST_BEHIND_A_ROUTE = 4


def printed_columns(block: Block, header: Header) -> tuple[Columns, ...]:
    """Return the orders in which the columns may be printed, the likeliest first; none when the header contradicts the form.

    There is more than one where the header lacks labels: then either the columns without a label are missing, or only their labels are.
    """
    if not header.labels:
        return (block.columns,)
    if _is_broken(block, header):
        return ()
    if block.section == 2:
        return _of_small_table(block, [label for label in header.labels if label.group is None])
    if block.section == 3:
        return (block.columns,) if _fits(block, header) else ()
    return (block.columns,) if _fits_remedies(block, header) else ()


def joined_labels(block: Block, header: Header) -> Header:
    """Join labels of section 3 that a line break parted in two: 商业 | 科研 | 社会公益组织 on one line, 企业 | 机构 on the next.

    The next line must go on with the labels of the one before, in their order, and hold nothing else.
    """
    labels = header.labels
    tails = list(takewhile(lambda label: not label.columns and label.group is None, reversed(labels)))[::-1]
    tails = [label for label in tails if label.token.lines == labels[-1].token.lines]
    if block.section != 3 or not tails or any(label.token.layout not in (PIPE_ROWS, TAB_ROWS) for label in labels):
        return header
    above = labels[: -len(tails)]
    heads = [number for number, label in enumerate(above) if label.token.lines == above[-1].token.lines]
    grouped = [index for index, column in enumerate(block.columns) if column.group]
    if not above or above[-1].token.lines == tails[0].token.lines or len(heads) != len(grouped):
        return header
    rest, joined = deque(tails), list(above)
    for number, index in zip(heads, grouped, strict=True):
        text, whole = above[number].token.text, label_core(block.columns[index].label)
        if label_core(text) == whole:
            continue
        if not rest or label_core(text + rest.popleft().token.text) != whole:
            return header
        joined[number] = replace(above[number], columns=frozenset({index}))
    return header if rest else replace(header, labels=joined)


def _is_broken(block: Block, header: Header) -> bool:
    """Tell whether the labels of a small table do not stand in one row, so that their order is not that of the columns.

    One came out of the table (a tag is missing), or a line break parts a label that stands in a row of cells.
    """
    labels = [label.token for label in header.labels if label.group is None]
    if block.section != 2 or len({label.explicit for label in labels}) > 1:
        return block.section == 2
    unknown = any(not label.columns for label in header.labels if label.group is None)
    in_rows = all(label.layout in (PIPE_ROWS, TAB_ROWS) for label in labels)
    return unknown and in_rows and len({label.lines for label in labels}) > 1


def _of_small_table(block: Block, labels: Sequence[HeaderLabel]) -> tuple[Columns, ...]:
    printed: list[int | None] = []
    for position, label in enumerate(labels):
        index = _column_at(block, label, position)
        if index is None and label.columns:
            return ()
        printed.append(index)
    known = [index for index in printed if index is not None]
    if len(set(known)) < len(known):
        return ()
    columns = tuple(None if index is None else block.columns[index] for index in printed)
    explicit = all(label.token.explicit for label in labels)
    if None not in printed and len(known) < len(block.columns) and known == sorted(known) and not explicit:
        return columns, block.columns
    return (columns,)


def _column_at(block: Block, label: HeaderLabel, position: int) -> int | None:
    """Tell which column a label stands for: the one that it can only be, or of several the one of its position."""
    if len(label.columns) == 1:
        return next(iter(label.columns))
    if label.columns:
        return position if position in label.columns else None
    if position < len(block.columns) and not is_limited(label.token.text):
        core, expected = label_core(label.token.text), label_core(block.columns[position].label)
        if len(core) >= SHORTEST_GARBLED and is_subsequence(core, expected):
            # Characters were lost (本年发件 for 本年制发件数), none was changed.
            return position
    return None


def _orders_of_requests(block: Block) -> list[list[int | str]]:
    """The orders in which the header of section 3 is read, line by line: 总计 stands before the categories when it is in the upper line."""
    grouped = [index for index, column in enumerate(block.columns) if column.group]
    first, last = grouped[0], grouped[-1] + 1
    single = list(range(len(block.columns)))
    group = label_core(block.columns[first].group or "")
    before, after = single[:first], single[last:]
    return [[*before, group, *grouped, *after], [*before, group, *after, *grouped]]


def _fits(block: Block, header: Header) -> bool:
    """Tell whether the labels of the header of section 3 stand in the form's order, with none between them that the form does not have."""
    printed: list[int | str] = []
    for label in header.labels:
        if not label.columns and label.group is None and is_line_of_pieces(block, label):
            continue
        index = label.group if label.group is not None else _party_of(block, label)
        if index is None and label.token.colspan == sum(bool(column.group) for column in block.columns):
            # Whatever it says, it stands above as many columns as the group has: its place shows whether it is the group's label.
            index = label_core(next(column.group for column in block.columns if column.group))
        if index is None:
            return False
        printed.append(index)
    return any(is_subsequence(printed, order) for order in _orders_of_requests(block))


def is_line_of_pieces(block: Block, label: HeaderLabel) -> bool:
    """Tell whether a line is one across labels of which each is broken over several: pieces of them (商业企 科研机 社会公), in order."""
    words = simplify(label.token.text).split()
    rest = iter(block.columns)
    return (
        not label.token.explicit
        and len(words) > 1
        and all(any(word in column.label for column in rest) for word in words)
    )


def _party_of(block: Block, label: HeaderLabel) -> int | None:
    """Tell which column of section 3 a label stands for: the one it can only be, or of whose label it is a part."""
    core = label_core(label.token.text)
    found = label.columns or {
        index
        for index, column in enumerate(block.columns)
        if len(core) >= SHORTEST_PART and is_subsequence(core, label_core(column.label))
    }
    return next(iter(found)) if len(found) == 1 else None


def _fits_remedies(block: Block, header: Header) -> bool:
    """Tell whether the routes stand in the form's order, and the outcomes three times in theirs (or some of them are not printed)."""
    above = (label for column in block.columns for label in (column.above, column.group) if label)
    routes = list(dict.fromkeys(label_core(label) for label in above))
    groups: list[str] = []
    for label in header.labels:
        group = label.group if label.group is not None or label.columns else _route_of(label, routes)
        if group is None and not label.columns and not _is_slice(block, label):
            return False
        groups += [group] if group in routes else []
    outcomes = [block.columns[min(label.columns)].label for label in header.labels if label.columns]
    expected = [column.label for column in block.columns]
    in_order = is_subsequence(outcomes, expected)
    return is_subsequence(list(dict.fromkeys(groups)), routes) and in_order


def _route_of(label: HeaderLabel, routes: Sequence[str]) -> str | None:
    """Tell which route's label a text lengthens: 行政诉讼情况, 行政复议案件数"""
    core = label_core(label.token.text)
    found = [route for route in routes if route in core and len(core) <= len(route) + MOST_BEHIND_A_ROUTE]
    return found[0] if len(found) == 1 else None


def _is_slice(block: Block, label: HeaderLabel) -> bool:
    """Tell whether a line is one across labels that are printed downwards (结 结 其 尚): a character of each column of a route, in order."""
    if label.token.explicit:
        return False
    rest = iter(block.columns)
    found = [
        next((column for column in rest if piece in column.label), None) for piece in simplify(label.token.text).split()
    ]
    groups = [column.group for column in found if column]
    size = Counter(column.group for column in block.columns)
    # 总计 is short, and stands in fewer lines than the others.
    return None not in found and all(count >= size[group] - 1 for group, count in Counter(groups).items())
