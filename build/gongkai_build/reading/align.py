"""The stream of cells against a form: which row of which block each cell stands in.

The walk goes once through the tokens. A label of a block, column or row says where on the form it stands; what follows the label of a row are
its cells. Placing them in the columns is the business of `place.py`.
"""

from collections.abc import Sequence
from dataclasses import replace

from gongkai_build.reading.alignment import Alignment, FilledRow, Header, HeaderLabel, is_blank
from gongkai_build.reading.fold import label_core, numbering
from gongkai_build.reading.labels import (
    BLOCK,
    COLUMN,
    FURNITURE,
    GROUP,
    ROW,
    SECTION,
    Labels,
    Meaning,
    distinctive_labels,
    looks_like_text,
)
from gongkai_build.reading.owners import Owner, caption_year, is_bare_year, read_owner
from gongkai_build.reading.titles import parse_title
from gongkai_build.reading.tokens import (
    CUT,
    FOREIGN,
    MARKED_ROWS,
    NUMBER,
    PIPE_CELLS,
    PIPE_LINES,
    PIPE_ROWS,
    TABLE_END,
    VALUE,
    Token,
)
from gongkai_build.reading.tokens import ROW as ROW_MARK
from gongkai_build.reading.units import unit_behind_label, unit_of_caption
from gongkai_build.reading.values import is_value, read_number
from gongkai_build.reading.words import is_across

LONGEST_COLUMN_LABEL = 12
SPLIT_ROWS = frozenset({PIPE_ROWS, PIPE_CELLS, PIPE_LINES})
"""Layouts in which a line break inside a cell parts a row in two."""


def align(tokens: Sequence[Token], labels: Labels) -> Alignment:
    """Align a stream of cells to a form."""
    walk = _Walk(labels)
    for token in tokens:
        walk.take(token)
    walk.end()
    return walk.found


class _Walk:
    """One pass over the tokens: the block and row at which it stands, and what it has found."""

    def __init__(self, labels: Labels) -> None:
        self.labels = labels
        self.blocks = labels.form.blocks
        self.requests = next(index for index, block in enumerate(self.blocks) if block.section == 3)
        self.remedies = next(index for index, block in enumerate(self.blocks) if block.section == 4)
        self.distinctive = distinctive_labels(labels.form.form)
        self.found = Alignment(labels.form)
        self.block = -1
        self.headed = False
        self.next_row = 0
        self.header = Header()
        self.open: FilledRow | None = None
        self.row_marked = self.row_begins = False
        """Whether the token at hand is the first behind the mark of a row."""
        self.line = 0
        """How many marks of rows have been read."""
        self.header_line = -1
        """What that was at the last label in a header that the form does not have; -1 where lines and rows are not marked."""
        self.heads = False
        """Whether the last label was one of the header, which a page break can repeat among the rows."""
        self.year: int | None = None
        self.before_caption: tuple[int | None] | None = None
        """The year before the cell at hand, where that was taken for a caption (二、上年结转…); a number behind it makes it a row."""
        self.titled: int | None = None
        """Year of the last title of a report: a page can hold several reports."""
        self.owner: Owner | None = None
        self.units: dict[str, int | None] = {}
        """Units of money that a caption and the heading of the block state."""

    def take(self, token: Token) -> None:
        if token.content == NUMBER:
            if self.open and token.explicit:
                self.open.cells.append(token)
                self.consume(token)
            else:
                self.value(token)
        else:
            self.read(token)
        self.row_begins = token.kind == ROW_MARK

    def end(self) -> None:
        """Close the row in which the document ends, and tell whether it breaks off there."""
        if self.open and self.open.cells:
            last = self.open.cells[-1]
            filled = sum(bool(cell.text.strip()) for cell in self.open.cells)
            if last.breaks_off and filled > len(self.blocks[self.open.block].columns):
                # All values are there: what breaks off behind them is the number of the next label.
                self.found.unplaced.append(self.open.cells.pop())
            elif last.breaks_off or not self.is_last_of_section(self.open):
                self.open.cut = True
        self.close_row()

    def is_last_of_section(self, row: FilledRow) -> bool:
        """Tell whether no other row of a section follows on a row of the form."""
        block, after = self.blocks[row.block], self.blocks[row.block + 1 : row.block + 2]
        return row.row == len(block.rows) - 1 and not any(next_.section == block.section for next_ in after)

    def read(self, token: Token) -> None:
        if token.kind == TABLE_END:
            self.close_row()
            self.header.ended = bool(self.header.labels)
            if self.block == self.remedies and self.next_row:
                self.leave()
        elif token.kind == CUT:
            if self.open:
                self.open.cut = True
        elif token.kind == ROW_MARK:
            self.end_of_row(token)
        elif token.explicit and not token.text.strip():
            self.blank(token)
        elif token.content == VALUE and not self.labels.exactly(token.text):
            self.value(token)
        elif meaning := self.meaning(token):
            self.before_caption = None
            self.label(token, meaning)
        else:
            self.other(token)

    def end_of_row(self, token: Token) -> None:
        self.row_marked = True
        self.line += 1
        self.before_caption = None
        self.header.empty.clear()
        if self.open is None:
            return
        empty = not any(cell.text.strip() for cell in self.open.cells)
        if (
            self.open.block == self.remedies
            and empty
            and len(self.open.cells) < len(self.blocks[self.remedies].columns)
        ):
            # Empty cells between the lines of the header; as many as there are columns would be a row without cases.
            self.open = None
        if self.open and (self.open.cells or token.layout not in SPLIT_ROWS):
            # Elsewhere a label that stands alone before the mark was parted from its cells by a line break: they follow.
            self.open.bounded = True
            self.close_row()

    def blank(self, token: Token) -> None:
        if self.open is None and self.has_outcomes():
            self.open_remedies(token)
        if self.open:
            self.open.cells.append(token)
        elif (self.header.labels or self.header.opened) and not self.row_begins:
            # (One that begins a row stands below 信息内容, above the labels of rows, or the row broke off before it: no column.)
            self.header.width += 1
            self.header.empty.append(token)

    def value(self, token: Token) -> None:
        # A second row under the header may be the one that counts: then the two disagree, and neither is taken.
        if (
            self.open is None
            and self.block == self.remedies
            and self.header.labels
            and (not self.next_row or (token.explicit and self.row_marked))
        ):
            self.open_remedies(token)
        if self.open is None and self.block == self.requests and not self.next_row:
            self.open_unread_row()
        if self.open and self.open.label.explicit and not token.explicit and not token.breaks_off:
            # Where marks close the cells, a number without one stands outside the table: the number of a page, for one.
            self.close_row()
        if self.open and self.is_behind_line(token):
            self.close_row()
        if self.open is None:
            if self.before_caption:
                (self.year,) = self.before_caption
            if self.block >= 0:
                self.found.unplaced.append(token)
            return
        self.open.cells.append(token)
        self.consume(token)

    def is_behind_line(self, token: Token) -> bool:
        """Tell whether a number stands below a row of section 3 whose cells are all there, on one line, as their sum proves: the number of a page."""
        row = self.open
        if row is None or token.explicit or row.block != self.requests or row.row < 0:
            return False
        if len(row.cells) != len(self.blocks[row.block].columns) or any(cell.content != NUMBER for cell in row.cells):
            return False
        *parts, total = (read_number(cell.text) for cell in row.cells)
        in_line = len({cell.lines for cell in row.cells}) == 1 and token.lines[0] > row.cells[0].lines[1] > 0
        return in_line and sum(parts) == total

    def open_remedies(self, token: Token) -> None:
        """Open the one row of section 4, which has no label; a blank one above it is none."""
        self.open = FilledRow(
            self.remedies, 0, token, year=self.table_year(), titled=self.year is None, owner=self.owner
        )
        above = self.found.rows[-1] if self.found.rows else self.open
        if above.block == self.remedies and is_blank(above) and above.year == self.open.year:
            self.found.rows.pop()
        self.row_marked = False

    def open_unread_row(self) -> None:
        """Take the last label of the header of section 3 for that of a row that cannot be read, if it is."""
        first = self.header.first_row(on_its_line=self.header_line == self.line)
        if first is not None:
            self.open = FilledRow(self.block, -1, self.header.labels[first].token)
            self.header.labels = self.header.labels[:first]

    def has_outcomes(self) -> bool:
        """Tell whether every column of section 4 has been labelled, so that what follows is its row."""
        if self.block != self.remedies or self.next_row:
            return False
        return self.header.labelled >= len(self.blocks[self.remedies].columns)

    def meaning(self, token: Token) -> Meaning | None:
        """Choose what a text is, here: its meanings word for word before loose ones, those of this block before others."""
        known = token.content != FOREIGN
        candidates = self.labels.exactly(token.text) if known else ()
        if not candidates and known and token.explicit and "\n" in token.text:
            # The label of a group and that of its first row in one cell.
            parts = [self.labels.exactly(part) for part in token.text.split("\n")]
            groups = all(any(m.kind == GROUP for m in part) for part in parts[:-1])
            candidates = tuple(m for m in parts[-1] if m.kind == ROW) if groups else ()
        if not candidates and self.block >= 0 and not (self.open and self.open.cells and token.explicit):
            candidates = self.labels.loosely(token.text) if known else ()
            if not candidates and self.block == self.requests and (token.explicit or numbering(token.text)):
                candidates = self.labels.nearly(token.text)
            candidates = tuple(m for m in candidates if m.kind == FURNITURE or self.block <= m.block <= self.block + 1)
            rows = {(m.block, m.index) for m in candidates if m.kind == ROW}
            if len(rows) > 1:
                candidates = tuple(m for m in candidates if m.kind != ROW)
        if len(candidates) < 2:
            return candidates[0] if candidates else None
        numbered = bool(numbering(token.text))
        return min(candidates, key=lambda meaning: self.distance(meaning, numbered))

    def distance(self, meaning: Meaning, numbered: bool) -> tuple[int, int, int]:
        """Order meanings by how well they continue what has been read: columns before the first row, rows after it."""
        if meaning.kind in (SECTION, FURNITURE):
            return (0, 0, 0)
        away = meaning.block - self.block
        if meaning.kind == COLUMN:
            rows_began = self.next_row > 0 and (numbered or not self.heads)
            # The table of section 4 never begins with 总计: behind a row that cannot be read that is the next but one of section 3.
            within = self.block == self.requests and self.next_row > 0 and meaning.index > 0
            late = rows_began if meaning.block == self.block else away != 1 or within
            # 3.其他 behind the rows of its block is rather a row printed twice than the label of a column.
            return (3 if late and numbered else 1 if late else 0, abs(away), 0)
        if meaning.kind == ROW:
            if meaning.block != self.block:
                return (2, abs(away), 1)
            early = self.block == self.requests and self.next_row == 0 and meaning.index != 0
            behind = meaning.index < self.next_row
            return (2 if behind or early else 0, abs(meaning.index - self.next_row), 1)
        return (1, abs(away), 2)

    def label(self, token: Token, meaning: Meaning) -> None:
        if label_core(token.text) in self.distinctive:
            self.found.evidence.add(label_core(token.text))
        if meaning.kind == SECTION:
            self.section(meaning.index)
            return
        if meaning.kind == ROW and not self.is_expected(meaning):
            self.other(token)
            return
        self.consume(token)
        self.heads = meaning.kind in (COLUMN, FURNITURE) or (self.heads and meaning.kind == GROUP)
        if meaning.kind == ROW:
            self.row(token, meaning)
            return
        self.close_row()
        if self.header.ended and not self.next_row and self.is_printed(token):
            # The header in a table of its own, as one that stays while the page is moved, stands here again.
            self.found.headers.pop(self.block, None)
            self.header = Header()
        if meaning.kind == FURNITURE:
            self.header.width = 0
            self.header.empty.clear()
            self.header.opened = True
        elif meaning.kind == BLOCK:
            self.enter(meaning.block)
            self.headed = True
            self.units[BLOCK] = unit_behind_label(token.text)
        elif meaning.kind == COLUMN:
            self.column(token, meaning)
        elif meaning.kind == GROUP:
            self.group(token, meaning)

    def is_printed(self, token: Token) -> bool:
        """Tell whether the header begins with a label."""
        return label_core(self.header.labels[0].token.text) == label_core(token.text)

    def is_expected(self, meaning: Meaning) -> bool:
        """Tell whether a row of the form can stand here: those of section 2 only below a heading or a column label of that section.

        Other tables count permits and penalties too.
        """
        if self.blocks[meaning.block].section != 2:
            return True
        if self.block > meaning.block and self.blocks[self.block].section > 2:
            return False
        return self.block >= 0 and (
            self.headed or self.header.opened or any(label.columns for label in self.header.labels)
        )

    def group(self, token: Token, meaning: Meaning) -> None:
        if implied := self.labels.implied_year(token.text):
            self.year = implied
        if meaning.block > self.block and self.blocks[meaning.block].section > 2:
            self.enter(meaning.block)
        if meaning.block == self.block and not self.next_row:
            self.header.labels.append(HeaderLabel(token, group=label_core(token.text)))
            self.keep_header()

    def section(self, number: int) -> None:
        self.close_row()
        first = next((index for index, block in enumerate(self.blocks) if block.section == number), -1)
        if number in (3, 4):
            self.enter(first)
        elif number != 2:
            self.leave()
        self.year = None
        self.units.clear()

    def leave(self) -> None:
        """Stand outside all blocks again."""
        self.block, self.next_row, self.header, self.headed = -1, 0, Header(), False

    def enter(self, block: int) -> None:
        if block != self.block or self.next_row:
            self.block, self.next_row, self.header = block, 0, Header()

    def column(self, token: Token, meaning: Meaning) -> None:
        if meaning.block != self.block:
            self.enter(meaning.block)
        elif self.next_row:
            self.header = Header()
        if self.blocks[self.block].section == 2:
            # An empty cell between labels is a column whose label is missing.
            self.header.labels += [HeaderLabel(empty) for empty in self.header.empty]
            self.header.empty.clear()
        self.header.labels.append(HeaderLabel(token, self.column_indexes(token)))
        self.header.width += 1
        if self.block == self.remedies:
            self.keep_header()

    def column_indexes(self, token: Token) -> frozenset[int]:
        found = self.labels.exactly(token.text) or self.labels.loosely(token.text)
        return frozenset(meaning.index for meaning in found if meaning.kind == COLUMN and meaning.block == self.block)

    def row(self, token: Token, meaning: Meaning) -> None:
        before = self.open
        doubtful = (
            before is not None
            and not before.cells
            and (before.block, meaning.block) == (self.requests, self.requests)
            and meaning.index != before.row + 1
        )
        self.close_row()
        if meaning.block != self.block:
            kept = self.header
            self.enter(meaning.block)
            # The heading of this block was lost: its column labels were read under the block before.
            self.header = self.as_labels_here(kept) if self.row_marked and not self.next_row else Header()
            # Neither a heading nor a label of a column speaks for the section's table: the label may have come here from its own.
            lost = self.blocks[self.block].section == 2 and not any(label.columns for label in self.header.labels)
            doubtful = doubtful or lost
        self.keep_header()
        self.next_row = meaning.index + 1
        implied = self.labels.implied_year(token.text)
        self.open = FilledRow(
            meaning.block,
            meaning.index,
            token,
            doubtful=doubtful,
            year=implied or self.table_year(),
            titled=self.year is None and not implied,
            owner=self.owner,
            units=frozenset(filter(None, (*self.units.values(), unit_behind_label(token.text)))),
        )
        self.row_marked = False

    def as_labels_here(self, header: Header) -> Header:
        """Take labels that were read under another block as those of this one: the columns that they name are numbered by block."""
        labels = [replace(label, columns=self.column_indexes(label.token)) for label in header.labels]
        return replace(header, labels=labels)

    def keep_header(self) -> None:
        if self.header.labels and self.block not in self.found.headers:
            self.found.headers[self.block] = self.header

    def other(self, token: Token) -> None:
        """A text that is no label: the content of a cell that cannot be read, a row of the agency's own, or a sentence."""
        if self.open and token.explicit and (self.open.cells or not self.row_marked) and self.open.row >= 0:
            self.open.cells.append(token)
            self.consume(token)
            return
        self.close_row()
        self.before_caption = None
        if unit := unit_of_caption(token.text):
            self.units[FURNITURE] = unit
            return
        # 上年处理决定数量 or 2021年总计 beside the label of a column is one more of them, no caption; 2021年 alone can be one.
        beside = self.heads and token.explicit and not self.row_begins and not is_bare_year(token.text)
        if (title := parse_title(token.text)) and title.year:
            self.titled = title.year
            self.owner = Owner(title.agency) if title.agency else None
        elif (year := caption_year(token.text)) is not None and not beside:
            self.before_caption, self.year = ((self.year,) if token.explicit else None), year
        self.owner = read_owner(token.text, bare=not token.explicit and bool(self.found.rows)) or self.owner
        if self.block < 0 or looks_like_text(token.text):
            return
        if self.next_row == 0 and (self.header.opened or self.header.labels):
            # A column that the form does not have, or whose label cannot be read: it takes up a cell of every row.
            short = len(token.text) <= LONGEST_COLUMN_LABEL
            across = self.block == self.requests and is_across(token.text, self.blocks[self.block])
            # Where marks close the cells, a text without one is none: the number of a page, for one.
            marked = any(label.token.explicit for label in self.header.labels)
            if token.explicit or ((short or across) and not marked):
                self.header.labels.append(HeaderLabel(token))
                self.header.width += 1
                self.header_line = self.line if token.layout in MARKED_ROWS else -1
        elif self.next_row and self.blocks[self.block].section == 2:
            self.open = FilledRow(self.block, -1, token)

    def table_year(self) -> int | None:
        """The year of the table at hand, as far as a caption or the title of the report above it tells."""
        return self.titled if self.year is None else self.year

    def close_row(self) -> None:
        if self.open and self.open.block == self.remedies and any(cell.text.strip() for cell in self.open.cells):
            self.next_row = 1
        if self.open and (self.open.row >= 0 or any(is_value(cell.text) for cell in self.open.cells)):
            self.found.rows.append(self.open)
            self.consume(self.open.label)
        self.open = None

    def consume(self, token: Token) -> None:
        if token.lines[0]:
            self.found.consumed.update(range(token.lines[0], token.lines[1] + 1))
