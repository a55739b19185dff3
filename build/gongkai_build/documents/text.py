"""Plain text → lines, with everything that a line was printed with."""

import re

from gongkai_build.documents.blocks import Line

FEWEST_WORDS = 100
"""A text with at least as many words to a line has lost its line breaks: a report has one for each cell of a row, and more for its sentences."""
FIRST = "一、"
"""The number of the first section, and again of the first row of its table: a line with both holds more than a table."""
FEWEST_PARTS = 10
"""The same where all of the text is one line: title, headings and paragraphs."""
FEWEST_NUMBERED = 4
"""Numbers of sections and of rows on one line, which with as many words holds tables."""
SHARE_OF_NUMBERS = 0.4
"""Of the words on a line of tables; sentences have far fewer, and must not be torn."""
_NUMBERED = re.compile(r"[一二三四五六七]、")
_MARKS = re.compile(r"[|｜│┃]")
_HEADING = re.compile(r"^#{1,6}[ \t]+(?=\S)")
"""The mark of a heading in markdown."""


def read_text(text: str) -> tuple[Line, ...]:
    """Split text into lines, numbered from 1, blank ones included: they can part cells from each other.

    A report that was copied onto one line is split at its blanks instead, which are all that is left of its lines and cells.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    filled = sum(bool(line.strip()) for line in lines)
    words = [] if "\t" in text else text.split()
    if len(words) >= FEWEST_WORDS * max(filled, 1) or (filled == 1 and len(words) >= FEWEST_PARTS):
        lines = words
    else:
        lines = [part for line in lines for part in lines_within(line)]
    return tuple(_line(line, number) for number, line in enumerate(lines, 1))


def lines_within(line: str) -> list[str]:
    """Split a line on which a whole report stands, or the tables of one, at its blanks; any other is returned as it is."""
    if len(line) < 2 * FEWEST_WORDS or not _NUMBERED.search(line):
        return [line]
    words = line.split()
    if len(words) < FEWEST_WORDS or "\t" in line:
        return [line]
    whole = sum(word.startswith(FIRST) for word in words) > 1
    numbered = sum(bool(_NUMBERED.match(word)) for word in words)
    tables = numbered >= FEWEST_NUMBERED and sum(map(str.isdigit, words)) >= SHARE_OF_NUMBERS * len(words)
    return words if whole or (tables and not _MARKS.search(line)) else [line]


def _line(text: str, number: int) -> Line:
    bare = _HEADING.sub("", text)
    return Line(bare, number, bare != text)
