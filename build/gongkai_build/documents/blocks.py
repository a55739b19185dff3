"""What a document is made of, once its format is out of the way."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple


class UnreadableDocument(Exception):
    """The bytes are not a document that can be read; the message says why and what to do."""


PICTURE = "\ufffc"
"""Stands in a cell for what is no text there: it cannot be read, and it is not empty."""


# No dataclasses, for a document has a thousand of them, and a frozen one takes four times as long to make.


class Line(NamedTuple):
    """A line of text outside tables, with the blanks and marks that it was printed with."""

    text: str
    number: int
    """Line of a text file, or running number of the text blocks of a page; 1 is the first."""
    heading: bool = False
    """Whether the document marks it as a heading."""
    link: str = ""
    """Where a line leads that is nothing but a link."""


class Cell(NamedTuple):
    """A cell of a table, at the row and column where it begins (1 is the first)."""

    text: str
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1


@dataclass(frozen=True)
class Table:
    """A table: for each row the cells that begin in it, with columns counted as the spans above leave them."""

    number: int
    rows: tuple[tuple[Cell, ...], ...]


Block = Line | Table


@dataclass(frozen=True)
class Content:
    """What the reader of a format finds in a document."""

    blocks: tuple[Block, ...]
    notes: tuple[str, ...] = ()
    pages: Mapping[str, int] | None = None


@dataclass(frozen=True)
class Document:
    """A document as lines and tables in reading order."""

    blocks: tuple[Block, ...]
    media_type: str
    charset: str | None
    title: str = ""
    """Title that the document gives itself outside its text (HTML title, ArticleTitle)."""
    meta: Mapping[str, str] | None = None
    """Meta tags of a page: hints, not truth, for they can belong to another site."""
    breaks_off: bool = False
    """Whether the bytes end in the midst of a text, without the end of a line or an element: the last number may have lost digits."""
    notes: tuple[str, ...] = ()
    """Parts of the document that could not be read, or that it does not show (hidden rows), each said in a sentence."""
    pages: Mapping[str, int] | None = None
    """The page on which each line and each row of a table begins, by its place (`line 3`, `table 2, row 5`); None where a document has no pages."""
