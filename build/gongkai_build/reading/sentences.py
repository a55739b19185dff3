"""Lines → paragraphs → sentences → the pieces of a sentence, of which each can state a figure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from gongkai_build.documents import Line
from gongkai_build.reading.fold import mainland_wording, plain
from gongkai_build.reading.statements import load_words

_SENTENCE = re.compile(r"[^。；;！!]+[。；;！!]?")
CLOSED = re.compile(r"[。；;！!？?：:”）)]\s*$")
_NUMBERED = re.compile(r"\s*(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]|第[一二三四五六七八九十]{1,3}[章节条])")
_CUT = re.compile(r"[():\[\]“”\"]|,(?!\d{3}(?!\d))|(?<!\d),|[?？]|、(?=[无未]|没有)")
_QUOTED_CATEGORY = re.compile(r"[“\"]([^“”\"\d,]{2,14})[”\"](?=的?[\d一二三四五六七八九十两零])")
"""“同意公开”8件: quotation marks about a category, which part nothing."""
_COLON_OF_A_NUMBER = re.compile(r"(?<=[数量额]):(?=\d)")
"""行政复议数量：0件: a colon that parts no more than a label from its number."""
_COUNT_WITHOUT_UNIT = re.compile(
    r"((?:数|数量|总量)(?:共计|总计|合计|共|为|是|:)?(?:\d{1,3}(?:,\d{3})+|\d+))(?=[,;。、)!]|$)"
)
"""收到申请数0，: what is called a number needs no unit."""
_QUOTED = re.compile(r"《[^》]*》|〈[^〉]*〉")
SHORTEST_WRAPPED_LINE = 20


def paragraphs(lines: Iterable[Line]) -> Iterator[Line]:
    """Join the lines of a paragraph that is broken over several; a heading and a numbered line stand alone."""
    wrapped: list[Line] = []
    for line in lines:
        if wrapped and not _goes_on(wrapped[-1].text, line.text):
            yield _joined(wrapped)
            wrapped = []
        wrapped.append(line)
    if wrapped:
        yield _joined(wrapped)


def _goes_on(before: str, text: str) -> bool:
    """Tell whether a line goes on with the paragraph of the line before."""
    if len(before) < SHORTEST_WRAPPED_LINE or CLOSED.search(before.rstrip()[-1:]):
        return False
    return len(before.rpartition("\n")[2].strip()) >= SHORTEST_WRAPPED_LINE and not _NUMBERED.match(text)


def _joined(lines: Sequence[Line]) -> Line:
    if len(lines) == 1:
        return lines[0]
    first, *between, last = (line.text for line in lines)
    return lines[0]._replace(text="\n".join([first.rstrip(), *map(str.strip, between), last.lstrip()]))


def with_units(folded: str) -> str:
    """Put the unit of cases behind a number that has none, where a word says that it counts (申请数0)."""
    return _COUNT_WITHOUT_UNIT.sub(r"\1件", folded)


def sentences_of(printed: str, folded: str) -> list[tuple[str, str]]:
    """Part a paragraph, given as printed and folded (`with_units`), into its sentences: each as printed and folded.

    Folded they have no full stop, and nothing in the quotation marks of a title (《…》).
    """
    sentences, texts = _SENTENCE.findall(printed), _SENTENCE.findall(folded)
    if len(sentences) != len(texts) or not all(map(str.strip, sentences)):
        # What folding makes of a character (‼) ends a sentence, and blanks alone are none.
        texts = [with_units(plain(sentence)) for sentence in sentences]
    return list(zip(sentences, map(_as_read, texts), strict=True))


def _as_read(folded: str) -> str:
    text = _QUOTED_CATEGORY.sub(r"\1", folded) if '"' in folded or "“" in folded or "”" in folded else folded
    text = _COLON_OF_A_NUMBER.sub("", text) if ":" in text else text
    text = _QUOTED.sub(_title, text) if "《" in text or "〈" in text else text
    return mainland_wording(text.rstrip("。;!"))


def _title(quoted: re.Match[str]) -> str:
    """Leave of a title only what shows that the sentence is about disclosure."""
    return f"《{''.join(word for word in load_words().in_titles if word in quoted.group())}》"


def ready_to_cut(text: str) -> str:
    """Say in one wording what is said in several, and put commas between numbers in a list."""
    words = load_words()
    for pattern, name in words.phrases:
        text = pattern.sub(name, text)
    return words.counted_in_list.sub(r"\1,", text)


class Piece(NamedTuple):
    """A piece of a folded sentence."""

    text: str
    within: bool
    """Whether it stands in brackets."""
    rest: str
    """What stands behind it in the sentence."""
    joined: bool
    """Whether it goes on with a list (“青坪发布”、微信公众号公开…): behind a number with its unit it does not."""


def pieces_of(text: str) -> Iterator[Piece]:
    """Cut a folded sentence."""
    depth, start = 0, 0
    for cut in _CUT.finditer(text):
        if cut.start() > start:
            yield _piece(text[start : cut.start()], depth > 0, text[cut.start() :])
        depth += (cut.group() in "([") - (cut.group() in ")]")
        start = cut.end()
    if start < len(text):
        yield _piece(text[start:], depth > 0, "")


def _piece(text: str, within: bool, rest: str) -> Piece:
    return Piece(text.lstrip("、"), within, rest, text.startswith("、"))
