"""Lines that lead elsewhere: the menus of a page and its lists of other documents, which are no part of the report."""

from collections import Counter
from dataclasses import replace

from gongkai_build.documents import Document, Line
from gongkai_build.reading.owners import caption_year, read_owner
from gongkai_build.reading.titles import parse_title
from gongkai_build.reading.tokens import is_heading_line

LONGEST_ENTRY = 60
"""Characters; a link with more is a sentence."""
MOST_LINES_OF_A_LINK = 3
"""A link that was never closed makes one of every line behind it; an entry of a menu stands on a page two or three times."""
_NOWHERE = ("#", "javascript:")


def without_navigation(document: Document) -> Document:
    """Leave out the lines that are nothing but a link to somewhere else.

    Headings stay, whatever they lead to, and so does what says whose, or of which year, the tables and sections below it are: a page that holds
    several reports may link the title of each.
    """
    leading = Counter(block.link for block in document.blocks if isinstance(block, Line) and block.link)
    if not leading:
        return document
    kept = (block for block in document.blocks if not (isinstance(block, Line) and _is_entry(block, leading)))
    return replace(document, blocks=tuple(kept))


def _is_entry(line: Line, leading: Counter[str]) -> bool:
    return (
        bool(line.link)
        and not line.heading
        and len(line.text) <= LONGEST_ENTRY
        and leading[line.link] <= MOST_LINES_OF_A_LINK
        and not line.link.strip().lower().startswith(_NOWHERE)
        and not _says_of_what(line.text)
    )


def _says_of_what(text: str) -> bool:
    """Tell whether a line can say what stands below it: a title, a caption, the name of an agency, the heading of a section."""
    told = (parse_title(text), caption_year(text), read_owner(text, bare=True))
    return is_heading_line(text) or any(each is not None for each in told)
