"""What the walk over a document's cells finds: rows with the cells behind their labels, and the labels of columns above them."""

from dataclasses import dataclass, field

from gongkai_build.forms import Form
from gongkai_build.reading.fold import numbering
from gongkai_build.reading.owners import Owner
from gongkai_build.reading.tokens import Token

FIRST_ROW = "一、"
MOST_LABELS = 100
"""No header has as many; among more, none is looked for."""


@dataclass
class FilledRow:
    """A row of a block as found: its label and the cells after it, in order."""

    block: int
    row: int
    """Index of the row in its block; -1 for a row that the form does not have."""
    label: Token
    cells: list[Token] = field(default_factory=list)
    bounded: bool = False
    """Whether the document itself shows where the row ends."""
    doubtful: bool = False
    """Whether the label stands out of its place, directly behind the label of a row without cells: whose cells follow is not known."""
    cut: bool = False
    """Whether the document breaks off in it."""
    year: int | None = None
    """Year that a caption or a title above the table names, if one does."""
    titled: bool = False
    """Whether that is the year of a title, not of a caption."""
    owner: Owner | None = None
    """Whose table it is, if a caption or a title above it says."""
    units: frozenset[int] = frozenset()
    """Units of money, in yuan, that its label, the heading of its block or a caption states."""


def is_blank(row: FilledRow) -> bool:
    """Tell whether a row has cells and nothing stands in them."""
    return bool(row.cells) and not any(cell.text.strip() for cell in row.cells)


@dataclass(frozen=True)
class HeaderLabel:
    """A label above the rows of a block: of a column, of a group of columns, or of a column that the form does not have."""

    token: Token
    columns: frozenset[int] = frozenset()
    """Indexes of the columns that it can stand for; empty for a group and for an unknown column."""
    group: str | None = None
    """Folded label of a group of columns."""


@dataclass
class Header:
    """The labels printed above the rows of a block, and how many cells wide the last line of them is."""

    labels: list[HeaderLabel] = field(default_factory=list)
    width: int = 0
    empty: list[Token] = field(default_factory=list)
    """Empty cells behind the last label of the line."""
    opened: bool = False
    """Whether 信息内容, which stands above the labels of the rows, was read."""
    ended: bool = False
    """Whether the table ended behind it."""

    @property
    def labelled(self) -> int:
        """How many labels are those of columns."""
        return sum(bool(label.columns) for label in self.labels)

    def first_row(self, *, on_its_line: bool) -> int | None:
        """Return the index of the label that is no column's but, before a value, that of the first row; None where none can be.

        It has the number of the first row, or it is the only one that the form does not have, behind all others.

        Args:
            on_its_line: whether the value stands on the line of the last label.
        """
        if len(self.labels) > MOST_LABELS:
            return None
        known = max((n for n, label in enumerate(self.labels) if label.columns or label.group is not None), default=-1)
        unknown = range(known + 1, len(self.labels))
        numbered = next((n for n in unknown if numbering(self.labels[n].token.text) == FIRST_ROW), None)
        alone = known >= 0 and len(unknown) == 1 and on_its_line
        return known + 1 if numbered is None and alone else numbered


@dataclass
class Alignment:
    """What the walk found."""

    form: Form
    rows: list[FilledRow] = field(default_factory=list)
    headers: dict[int, Header] = field(default_factory=dict)
    unplaced: list[Token] = field(default_factory=list)
    """Values that stand in a table but behind no label."""
    consumed: set[int] = field(default_factory=set)
    """Lines of the document that belong to tables."""
    evidence: set[str] = field(default_factory=set)
    """Labels found that only this form prints."""
