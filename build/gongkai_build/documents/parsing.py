"""HTML → its elements, where the parser comes to an end."""

import re
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser

from gongkai_build.documents.blocks import UnreadableDocument

_BETWEEN_ATTRIBUTES = re.compile(r"[\s/\"']+")
_EMBEDDED = re.compile(r"""(?<=[\w-])=(["'])data:[^"'<>]*\1""")
"""A picture pasted into a page: one value of an attribute, whatever it holds."""
_TAGS = re.compile(
    r"<(/?)(?:div|span|table|tbody|tr|td|font|b|i|section|ul|blockquote|center|a|em|strong)\b", re.IGNORECASE
)
DEEPEST = 20_000
MOST_WORDS = 20_000
"""Different words between blanks, quotation marks and slashes; each may be an attribute of one tag."""


class Parsed(NamedTuple):
    """The elements of a page, and the text of which they were parsed, in UTF-8."""

    tree: LexborHTMLParser
    source: bytes


def parse_html(text: str) -> Parsed:
    """Parse a page; raises UnreadableDocument where the parser would not come to an end."""
    source = text.encode(errors="replace")
    _refuse_monsters(text, source)
    return Parsed(LexborHTMLParser(source), source)


def _refuse_monsters(text: str, source: bytes) -> None:
    """Refuse pages on which the parser would not end: it takes time quadratic in the depth of elements and in the attributes of a tag.

    Args:
        text: the page.
        source: the same in UTF-8, in which characters are counted quicker.
    """
    marks = len(source) - len(source.translate(None, b" \n\t/\"'"))
    if marks > MOST_WORDS and len(set(_BETWEEN_ATTRIBUTES.split(_EMBEDDED.sub("", text)))) > MOST_WORDS:
        # Where a tag ends, only a parser can tell; that there are so many attributes, anybody can.
        raise UnreadableDocument(f"the page has more than {MOST_WORDS} different words, as many as no report has")
    if source.count(b"<") <= DEEPEST:
        return
    depth = deepest = 0
    for match in _TAGS.finditer(text):
        depth = max(0, depth + (-1 if match.group(1) else 1))
        deepest = max(deepest, depth)
    if deepest > DEEPEST:
        raise UnreadableDocument(f"the elements of the page are nested more than {DEEPEST} deep")
