"""Lines that lead elsewhere: the menus of a page and its lists of other documents, which are no part of the report."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from gongkai_build.documents import Block, Document, Line, Table
from gongkai_build.reading.links import leads_elsewhere
from gongkai_build.reading.owners import caption_year, read_owner
from gongkai_build.reading.titles import parse_summary, parse_title
from gongkai_build.reading.tokens import is_first_heading, is_heading_line

LONGEST_ENTRY = 60
"""Characters; a link with more is a sentence."""
MOST_LINES_OF_A_LINK = 3
"""A link that was never closed makes one of every line behind it; an entry of a menu stands on a page two or three times."""


def without_navigation(document: Document) -> Document:
    """Leave out the lines that are nothing but a link to somewhere else.

    Headings stay, whatever they lead to, and so does what says whose, or of which year, the tables and sections below it are: a page that holds
    several reports may link the title of each.
    """
    leading = Counter(block.link for block in document.blocks if isinstance(block, Line) and block.link)
    if not leading:
        return document
    blocks = document.blocks
    entries = {number for number, block in enumerate(blocks) if isinstance(block, Line) and _is_entry(block, leading)}
    named = {number for number in entries if _says_of_what(_text(blocks[number]))}
    dropped = {number for number in entries if number not in named or not _opens_a_part(number, blocks, entries)}
    return replace(document, blocks=tuple(block for number, block in enumerate(blocks) if number not in dropped))


def _text(block: Block) -> str:
    return block.text if isinstance(block, Line) else ""


def _is_entry(line: Line, leading: Counter[str]) -> bool:
    return (
        leads_elsewhere(line)
        and len(line.text) <= LONGEST_ENTRY
        and leading[line.link] <= MOST_LINES_OF_A_LINK
        and not is_heading_line(line.text)
    )


def _says_of_what(text: str) -> bool:
    """Tell whether a line can say what stands below it: a title, a caption, the name of an agency."""
    told = (parse_title(text), caption_year(text), read_owner(text, bare=True))
    return any(each is not None for each in told)


def _opens_a_part(number: int, blocks: Sequence[Block], entries: set[int]) -> bool:
    """Tell whether a report, or a table, may begin below a link that could be its title.

    It stands alone, not in a list of links; no heading follows but that of a first section; and it does not stand directly below the title of the page.
    """
    if {number - 1, number + 1} & entries:
        return False
    for block in blocks[number + 1 :]:
        if isinstance(block, Table):
            break
        if is_heading_line(block.text):
            if not is_first_heading(block.text):
                return False
            break
        if not block.link and (block.heading or parse_summary(block.text)):
            # What follows has a title of its own.
            return False
    for before in range(number - 1, -1, -1):
        block = blocks[before]
        if isinstance(block, Table) or is_heading_line(block.text):
            return True
        title = None if before in entries else parse_title(block.text)
        if title and title.year:
            return title == parse_title(_text(blocks[number]))
    return True
