"""Lines that lead elsewhere: the menus of a page and its lists of other documents, which are no part of the report."""

from collections import Counter
from dataclasses import replace

from gongkai_build.documents import Document, Line

LONGEST_ENTRY = 60
"""Characters; a link with more is a sentence."""
MOST_LINES_OF_A_LINK = 3
"""A link that was never closed makes one of every line behind it; an entry of a menu stands on a page two or three times."""
_NOWHERE = ("#", "javascript:")


def without_navigation(document: Document) -> Document:
    """Leave out the lines that are nothing but a link to somewhere else. Headings stay, whatever they lead to."""
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
    )
