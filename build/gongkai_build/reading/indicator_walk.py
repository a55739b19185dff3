"""The walk over the cells of form 2014: labels, each with its group and the cells behind it.

A label that stands in several groups of the form (被依法纠错数) is told by the group in which the walk stands.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from gongkai_build.forms import load_vocabulary
from gongkai_build.forms.indicators import load_indicator_form
from gongkai_build.reading.fold import label_core, plain
from gongkai_build.reading.indicator_labels import (
    LABEL,
    LONGEST_LOCAL_LABEL,
    OF_WHICH,
    UNIT,
    is_unit,
    kind_of_header,
    lines_of_label,
)
from gongkai_build.reading.labels import looks_like_text
from gongkai_build.reading.officials import Officials
from gongkai_build.reading.owners import LONGEST_CAPTION
from gongkai_build.reading.tokens import CELL, MARKED_ROWS, ROW, TABLE_END, Token
from gongkai_build.reading.values import is_value

MOST_PIECES_OF_A_LABEL = 5
ANOTHER_TIME = 0
_BROKEN_NUMBER = re.compile(r"[\d,，]+\n[.,．，]\d+\D{0,2}")
"""A number that goes on in the next line: 24, then .6."""


@dataclass(frozen=True)
class Piece:
    """A cell, or a word of a line."""

    text: str
    token: Token


@dataclass
class Entry:
    """A label as found, with the cells behind it."""

    lines: tuple[int, ...]
    """Lines of the form that it can be; none for a row that the form lacks."""
    label: str
    token: Token
    header: tuple[Piece, ...]
    year: int | None
    cells: list[Piece] = field(default_factory=list)
    before: list[Piece] = field(default_factory=list)
    """Cells of the row in front of the label."""


def pieces_of(tokens: Sequence[Token]) -> list[Piece]:
    """Part what lines alone part into words, where it is no sentence."""
    pieces: list[Piece] = []
    for token in tokens:
        if (
            token.kind in (ROW, TABLE_END)
            or token.explicit
            or (looks_like_text(token.text) and not any(lines_of_label(word) for word in token.text.split()))
        ):
            pieces.append(Piece(token.text, token))
        elif _BROKEN_NUMBER.fullmatch(token.text):
            pieces.append(Piece("".join(token.text.split()), token))
        else:
            pieces += [Piece(word, token) for word in token.text.split()]
    return pieces


class Walk:
    """One pass over the pieces: the labels found, and the columns, caption and group under which it stands."""

    def __init__(self) -> None:
        self.form = load_indicator_form()
        self.entries: list[Entry] = []
        self.header: list[Piece] = []
        self.heads = False
        """Whether the row at hand is the header."""
        self.last: int | None = None
        self.open: Entry | None = None
        self.before: list[Piece] = []
        self.year: int | None = None
        self.officials = Officials()
        self.consumed: set[int] = set()

    def read(self, pieces: Sequence[Piece]) -> None:
        index = 0
        while index < len(pieces):
            index += self.take(pieces, index)
        self.close()

    def take(self, pieces: Sequence[Piece], index: int) -> int:
        """Take what stands at an index; return how many pieces that were."""
        piece = pieces[index]
        if piece.token.kind in (ROW, TABLE_END):
            self.heads = False
            if piece.token.kind == TABLE_END or piece.token.layout in MARKED_ROWS:
                self.close()
                self.before = []
            if piece.token.kind == TABLE_END:
                self.header = []
            return 1
        if self.officials.takes(piece.text) and not lines_of_label(piece.text):
            self.close()
            return 1
        for count in range(_joinable(pieces, index), 0, -1):
            text = "".join(part.text for part in pieces[index : index + count])
            if lines := lines_of_label(text):
                self.label(lines, text, piece)
                return count
        if not piece.token.explicit and (parts := _glued(piece)):
            self.label(lines_of_label(parts[0].text), parts[0].text, piece)
            for part in parts[1:]:
                self.cell(part)
            return 1
        self.cell(piece)
        return 1

    def label(self, lines: tuple[int, ...], text: str, piece: Piece) -> None:
        self.close()
        possible = self.possible(lines)
        if len(possible) == 1:
            self.last = possible[0]
        entry = Entry(possible, text, piece.token, tuple(self.header), self.year, before=self.before)
        self.before = []
        self.open = entry

    def possible(self, lines: tuple[int, ...]) -> tuple[int, ...]:
        """Of several lines with one label the one of the group in which the walk stands, if it was not read there yet."""
        if len(lines) == 1 or self.last is None:
            return lines
        groups = self.form.groups(self.last)
        here = [line for line in lines if self.form.above(line) in groups and line > self.last]
        return tuple(here) if len(here) == 1 else lines

    def cell(self, piece: Piece) -> None:
        text = piece.text
        if kind := kind_of_header(text):
            if self.open and piece.token.explicit and kind == UNIT and not self.open.cells:
                self.open.cells.append(piece)
            elif self.open is None or not piece.token.explicit:
                self.close()
                if any(plain(text) == plain(known.text) for known in self.header) and kind == LABEL:
                    return
                self.header.append(piece)
                self.heads = piece.token.layout in MARKED_ROWS
            return
        if self.heads and self.open is None and text.strip() and not is_value(text):
            # A column that the form does not have (同比增长), beside those that it has.
            self.header.append(piece)
            return
        if is_value(text) or (piece.token.explicit and not text.strip()) or is_unit(text):
            (self.open.cells if self.open else self.before).append(piece)
            return
        if not label_core(text) or label_core(text) == OF_WHICH:
            return
        if self.open and self.open.lines and piece.token.explicit:
            self.open.cells.append(piece)
            return
        self.close()
        self.text(piece)

    def text(self, piece: Piece) -> None:
        """A text that is no label: a caption, a row of the agency's own, or a sentence."""
        years = {int(year) for year in re.findall(r"(20\d\d)年", plain(piece.text))}
        other = any(word in plain(piece.text) for word in load_vocabulary().other_times)
        if (years or other) and len(plain(piece.text)) <= LONGEST_CAPTION and not looks_like_text(piece.text):
            self.year = ANOTHER_TIME if other or len(years) > 1 else years.pop()
            return
        local = len(plain(piece.text)) <= LONGEST_LOCAL_LABEL and not looks_like_text(piece.text)
        if self.last is not None and local:
            self.open = Entry((), piece.text, piece.token, tuple(self.header), self.year)

    def close(self) -> None:
        if self.open:
            self.entries.append(self.open)
        self.open = None


def _joinable(pieces: Sequence[Piece], index: int) -> int:
    """How many pieces from an index on can be one label broken over words or lines."""
    if pieces[index].token.explicit:
        return 1
    count = 0
    for piece in pieces[index : index + MOST_PIECES_OF_A_LABEL]:
        if piece.token.kind != CELL or piece.token.explicit or is_value(piece.text) or is_unit(piece.text):
            break
        count += 1
    return max(count, 1)


def _glued(piece: Piece) -> list[Piece]:
    """Part 收到申请数：5件 and the like into label and value; empty where it is nothing of the kind."""
    match = re.fullmatch(r"(.*?[^\d.,:：、])[:：]?([\d,，]+(?:\.\d+)?)(\D{0,2})", piece.text)
    if not match or not lines_of_label(match.group(1)) or (match.group(3) and not is_unit(match.group(3))):
        return []
    return [Piece(match.group(1), piece.token), Piece(match.group(2) + match.group(3), piece.token)]
