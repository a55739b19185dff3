"""Whose a table is, and of which year, as a line above it says: a page can hold tables of several agencies, of parts of one, or of several years."""

import re
from dataclasses import dataclass
from functools import cache

from gongkai_build.forms import load_vocabulary
from gongkai_build.reading.fold import holds_word, plain, shortest_words
from gongkai_build.reading.titles import identity_words
from gongkai_build.reading.values import read_year

LONGEST_OWNER = 30
LONGEST_CAPTION = 40
OTHER_TIME = 0
_NUMBER = re.compile(r"^(?:附表|附件|表)?[一二三四五六七八九十\d]*[、.:)）]?")
_YEAR = re.compile(r"(20\d\d|二[〇零○][〇零一二三四][〇零一二三四五六七八九])年(?!\d{1,2}月)")
_BRACKETS = re.compile(r"(?<=.)\([^()]*\)")
_COUNTED = re.compile(r"\d(?:件|条|项|次|份|宗|起|个)")
OWN, OTHER, PART = "own", "other", "part"
"""A table of the agency whose report it is; of another one; of a part of it, or of a whole of which other tables may be parts."""
TITLE, CAPTION, WORD, LINE = "title", "caption", "word", "line"
"""What says it: the title of a report, 填报单位：…, a word such as 下属单位, a line that may be the name of an agency."""


@dataclass(frozen=True)
class Owner:
    """Whose table it is, as printed above it, folded."""

    name: str
    said_by: str = TITLE


def read_owner(text: str, bare: bool) -> Owner | None:
    """Read a line or cell that says whose the table below it is: 填报单位：…, 下属单位, or the bare name of an agency.

    Args:
        text: the line or cell.
        bare: whether a name without a label counts.
    """
    folded = plain(text).strip("()（）:：、·")
    if len(folded) > LONGEST_OWNER + 10 or holds_word(folded, "。;,，"):
        return None
    words = _words()
    if ":" in folded and (match := words.caption.fullmatch(folded)):
        return Owner(match.group(1).split(":")[0], CAPTION)
    if folded.endswith(words.parts) and (part := _NUMBER.sub("", folded)) in words.parts:
        return Owner(part, WORD)
    if bare and 3 < len(folded) <= LONGEST_OWNER and folded.endswith(words.agency_ends):
        return Owner(folded, LINE)
    return None


def caption_year(text: str) -> int | None:
    """Return the year that a line or cell between tables names, if it is a caption (附：2019年情况); 0 for one of another time (上年度情况)."""
    folded = plain(text)
    words = _words()
    if len(folded) > LONGEST_CAPTION or not holds_word(folded, words.times):
        return None
    if holds_word(folded, "。；" if folded.startswith("附") else ",，。；"):
        return None
    counts = _COUNTED.search(_BRACKETS.sub("", folded)) and not folded.endswith(words.caption_ends)
    if counts or folded.strip("()").endswith(words.editions):
        # 2021年结转3件 counts something, 附表（2021年修订） names an edition of the form.
        return None
    years = {read_year(year) for year in _YEAR.findall(folded)}
    if holds_word(folded, load_vocabulary().other_times) or len(years) > 1:
        return OTHER_TIME
    return years.pop() if years else None


def is_bare_year(text: str) -> bool:
    """Tell whether a text is a year and nothing else."""
    return bool(re.fullmatch(r"[(]?20\d\d年?度?[)]?", plain(text)))


@dataclass(frozen=True)
class _Words:
    caption: re.Pattern[str]
    parts: tuple[str, ...]
    agency_ends: tuple[str, ...]
    times: tuple[str, ...]
    """Words of which every caption that names a time has one."""
    caption_ends: tuple[str, ...]
    editions: tuple[str, ...]
    """Words at the end of what names an edition of the form."""


@cache
def _words() -> _Words:
    words = identity_words()
    caption = rf"(?:{'|'.join(words['captions'])})(?:\([^()]*\))?:(.{{2,{LONGEST_OWNER}}})"
    return _Words(
        caption=re.compile(caption),
        parts=tuple(words["parts_of_agency"]),
        agency_ends=tuple(words["agency_ends"]),
        caption_ends=tuple(words["caption_ends"]),
        editions=tuple(words["editions"]),
        times=shortest_words(("年", *load_vocabulary().other_times)),
    )
