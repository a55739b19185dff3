"""Lines that hold several cells with blanks between them, as text copied from a PDF or out of Word does, or with commas or semicolons."""

import re
from functools import cache

from gongkai_build.forms import Block, load_forms
from gongkai_build.reading.fold import label_core, numbering
from gongkai_build.reading.labels import COLUMN, FURNITURE, GROUP, ROW, Meaning, is_foreign, is_label, load_labels
from gongkai_build.reading.values import is_value

_PAGE_NUMBER = re.compile(r"[-–—－─]+\s*\d+\s*[-–—－─]+")
_SEPARATORS = ("；", ";", "，", ",")
_COMMAS = "，,"
MOST_WORDS_OF_A_LABEL = 8
MOST_WORDS = 400
FEWEST_VALUES = 3
"""A line of fewer values may be one number with a blank as thousands separator, and is left as it is."""


def parts_of(text: str) -> list[str]:
    """Part a line that is nothing but labels and values into them; empty for any other line, and for one that is a single cell."""
    words = text.split()
    separators = [separator for separator in _SEPARATORS if separator in text]
    # Folding drops the marks for none behind a label.
    if (len(words) < 2 and not separators) or (is_label(text) and not is_value(words[-1])):
        return []
    if parts := _parts(text, words) or _parts_behind_group(words):
        return parts
    parted = (_parts(text, words) for separator in separators if (words := _words_between(separator, text)))
    return next(filter(None, parted), [])


def _words_between(separator: str, text: str) -> list[str]:
    """Part a line at a separator; not where that may be one of thousands (1，113), or where cells are empty."""
    words = [word.strip() for word in text.strip().removesuffix(separator).split(separator)]
    if _is_neither(words[0]):
        return []
    values = [word for word in words if is_value(word)]
    thousands = separator in _COMMAS and len(values) == 2 and values[1].isdigit() and len(values[1]) == 3
    return [] if thousands or not all(words) else words


def _parts(text: str, words: list[str]) -> list[str]:
    if not 1 < len(words) <= MOST_WORDS or _is_neither(words[0]):
        return []
    if all(map(is_value, words)):
        if _PAGE_NUMBER.fullmatch(text.strip()):
            return []
        return words if len(words) in column_counts() and len(words) >= FEWEST_VALUES else []
    parts: list[str] = []
    begin = 0
    while begin < len(words):
        count = _words_of_label(words, begin)
        if not count and is_value(words[begin]):
            count = 1
        if not count and not parts:
            count = _words_of_cut_label(words)
        if not count:
            return []
        parts.append(" ".join(words[begin : begin + count]))
        begin += count
    return parts if len(parts) > 1 else []


def _parts_behind_group(words: list[str]) -> list[str]:
    """Part the row of a table without rulings in which a piece of the label of a group, broken over the rows, stands first: 予公开 2.… 0 0 0 0 0 0 0."""
    if len(words) < FEWEST_VALUES + 2 or not numbering(words[1]) or not _is_piece_of_group(words[0]):
        return []
    label, *values = _parts("", words[1:]) or [""]
    return [label, *values] if len(values) in column_counts() and all(map(is_value, values)) else []


def _is_piece_of_group(word: str) -> bool:
    core = label_core(word)
    return bool(core) and any(core in label_core(group) for form in load_forms() for group in form.groups)


def _is_neither(word: str) -> bool:
    """Tell whether a word is no value and can begin no label: so begin most lines of text."""
    return is_foreign(word) and not is_value(word)


@cache
def column_counts() -> frozenset[int]:
    """How many values a row of any form has."""
    return frozenset(len(block.columns) for form in load_forms() for block in form.blocks)


def _words_of_label(words: list[str], begin: int) -> int:
    """Return how many words from here on are a label: the most, for the first words of some are a label in themselves."""
    if is_value(words[begin]) and not is_label(words[begin]):
        # 0 2.其他法律行政法规禁止公开: a number before the label is none of its numbering.
        return 0
    most = min(MOST_WORDS_OF_A_LABEL, len(words) - begin)
    # A mark for none behind a label is a cell of its own, and folding would not see it.
    ends = (count for count in range(most, 0, -1) if not is_value(words[begin + count - 1]))
    found = next((count for count in ends if is_label(" ".join(words[begin : begin + count]))), 0)
    for index in range(1, found):
        if is_value(words[begin + index]) and is_label(" ".join(words[begin : begin + index])):
            return index
    return found


def _words_of_cut_label(words: list[str]) -> int:
    """Return how many words stand before a full row of values, if they are the beginning of the label of one row of a form.

    The rest of the label then stands on the next line.
    """
    count = next((index for index, word in enumerate(words) if is_value(word)), 0)
    values = words[count:]
    if not count or len(values) < FEWEST_VALUES or len(values) not in column_counts() or not all(map(is_value, values)):
        return 0
    return count if is_cut_label(" ".join(words[:count])) else 0


def is_cut_label(text: str) -> bool:
    """Tell whether a text is the beginning of the label of one row only, in some form."""
    return any(_is_one_row(load_labels(form.form).loosely(text)) for form in load_forms())


def _is_one_row(meanings: tuple[Meaning, ...]) -> bool:
    kinds = {meaning.kind for meaning in meanings}
    rows = {(meaning.block, meaning.index) for meaning in meanings if meaning.kind == ROW}
    return len(rows) == 1 and kinds.isdisjoint((COLUMN, FURNITURE, GROUP))


def is_across(text: str, block: Block) -> bool:
    """Tell whether a line runs across the labels of several columns that are broken over lines: most of its words are pieces of their labels."""
    words = text.split()
    pieces = sum(any(word in column.label for column in block.columns) for word in words)
    return len(words) >= FEWEST_VALUES and pieces * 2 > len(words)
