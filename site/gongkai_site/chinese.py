"""Full-text search for Chinese: how text is folded and cut for the index, and how a search is put to it.

SQLite's FTS5 tokenizers take a run of Chinese characters for one word. Here every character becomes a word of its own,
and each term that a user types becomes a phrase of such words. The fold looks at one character at a time, never at its
neighbours: only so is every substring of a text found by itself. (OpenCC's phrase tables turn 著 into 着 where it
stands alone and leave it in 著名, so that 著 would not find 著名.)
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from opencc import OpenCC

# 々 and 〇 (as in 二〇二一年) are used among ideographs but lie outside their blocks.
IDEOGRAPH = re.compile(
    "[\u3005\u3007"
    "\u3400-\u4dbf\u4e00-\u9fff"  # extension A, the basic block
    "\uf900-\ufaff"  # compatibility ideographs
    "\U00020000-\U0003fffd]"  # planes 2 and 3: extensions B and later
)
# Whatever is neither a letter nor a number parts words, as in the tokenizer unicode61. It is taken out here, so that
# nothing (private use, control, a lone surrogate) comes to the index of which Python and SQLite may think differently.
NO_WORD = re.compile(r"[\W_]")

SEARCH_LENGTH = 200
"""Characters of a search that are looked for. SQLite refuses a query of thousands of phrases, after seconds."""


class Snippet(NamedTuple):
    """An extract around a match: the text before it, the match as printed, the text after it."""

    before: str
    match: str
    after: str


class _FoldTable(dict[int, str]):
    """A table for `str.translate` that works out each character when it is first met."""

    def __init__(self) -> None:
        super().__init__()
        self._converter = OpenCC("tw2s")

    def __missing__(self, codepoint: int) -> str:
        folded = self[codepoint] = _fold_character(chr(codepoint), self._converter)
        return folded


@cache
def _fold_table() -> _FoldTable:
    return _FoldTable()


def spaced(text: str | None) -> str:
    """Return the text as it is indexed: folded, and every Chinese character a word of its own.

    Folding is by character: compatibility forms (NFKC), lower case, marks above and below letters dropped, punctuation
    to spaces, Traditional to Simplified (OpenCC `tw2s`). None counts as empty.
    """
    return (text or "").translate(_fold_table())


def match_query(search: str | None) -> str:
    """Return the FTS5 query for what a user typed: all terms must occur, each as a phrase.

    Nothing that is typed is an operator. Only the first SEARCH_LENGTH characters count. A search without a word gives a query that matches nothing and is no error.
    """
    return " ".join(f'"{" ".join(words)}"' for words in _terms(search)) or '""'


def snippet(text: str | None, search: str | None, width: int = 120) -> Snippet:
    """Return an extract of the text around the first place where a term of the search stands.

    Args:
        text: the text as printed; the extract is cut from it unfolded.
        search: what the user typed.
        width: how many characters to show before and after the match together; "…" marks where text was cut off.

    Returns:
        The parts before, in and after the match. Where no term occurs, the beginning of the text stands in `before`.
    """
    text = text or ""
    found = _first_match(text, _terms(search))
    if not found:
        return Snippet(text[:width] + _ellipsis(len(text) > width), "", "")
    start, end = found
    first = max(0, start - width // 2)
    last = min(len(text), end + width - (start - first))
    return Snippet(
        _ellipsis(first > 0) + text[first:start], text[start:end], text[end:last] + _ellipsis(last < len(text))
    )


def _fold_character(character: str, converter: OpenCC) -> str:
    letters = "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
    plain = NO_WORD.sub(" ", unicodedata.normalize("NFKC", letters).lower())
    return IDEOGRAPH.sub(lambda found: f" {converter.convert(found[0])} ", plain)


def _terms(search: str | None) -> list[list[str]]:
    """Cut a search into its terms and each term into the words of the index."""
    # The spaces that the user typed part the terms; those that folding puts in do not.
    terms = (spaced(term).split() for term in (search or "").strip()[:SEARCH_LENGTH].split())
    return [words for words in terms if words]


def _first_match(text: str, terms: Iterable[list[str]]) -> tuple[int, int] | None:
    """Return start and end, in the text as printed, of the first place where one of the terms stands."""
    table = _fold_table()
    pieces = [table[ord(character)] for character in text]
    folded = "".join(pieces)
    spans = [found.span() for words in terms if (found := _pattern(words).search(folded))]
    if not spans:
        return None
    start, end = min(spans)
    ends = list(accumulate(map(len, pieces)))
    first = next(index for index, stop in enumerate(ends) if stop > start)
    last = next(index for index, stop in enumerate(ends) if stop >= end)
    return first, last + 1


def _pattern(words: list[str]) -> re.Pattern[str]:
    return re.compile(r"(?<!\S)" + r"\s+".join(words) + r"(?!\S)")


def _ellipsis(cut: bool) -> str:
    return "…" if cut else ""
