"""Whose a table is, and of which year, as a line above it says: a page can hold tables of several agencies, of parts of one, or of several years."""

import re
from dataclasses import dataclass
from functools import lru_cache

from gongkai_build.forms import load_vocabulary
from gongkai_build.reading.fold import plain
from gongkai_build.reading.titles import identity_words
from gongkai_build.reading.values import read_year

LONGEST_OWNER = 30
LONGEST_CAPTION = 40
OTHER_TIME = 0
OWN, OTHER, PART = "own", "other", "part"
"""A table of the agency whose report it is; of another one; of a part of it, or of a whole of which other tables may be parts."""
TITLE, CAPTION, WORD, LINE = "title", "caption", "word", "line"
"""What says it: the title of a report, 填报单位：…, a word such as 下属单位, a line that may be the name of an agency."""


@dataclass(frozen=True)
class Owner:
    """Whose table it is, as printed above it, folded."""

    name: str
    said_by: str = TITLE


@lru_cache(maxsize=65536)
def read_owner(text: str, bare: bool) -> Owner | None:
    """Read a line or cell that says whose the table below it is: 填报单位：…, 下属单位, or the bare name of an agency.

    Args:
        text: the line or cell.
        bare: whether a name without a label counts.
    """
    words = identity_words()
    folded = plain(text).strip("()（）:：、·")
    if len(folded) > LONGEST_OWNER + 10 or re.search(r"[。;,，]", folded):
        return None
    if match := re.fullmatch(rf"(?:{'|'.join(words['captions'])})(?:\([^()]*\))?:(.{{2,{LONGEST_OWNER}}})", folded):
        return Owner(match.group(1).split(":")[0], CAPTION)
    part = re.sub(r"^(?:附表|附件|表)?[一二三四五六七八九十\d]*[、.:)）]?", "", folded)
    if part in words["parts_of_agency"]:
        return Owner(part, WORD)
    if bare and 3 < len(folded) <= LONGEST_OWNER and folded.endswith(tuple(words["agency_ends"])):
        return Owner(folded, LINE)
    return None


@lru_cache(maxsize=65536)
def caption_year(text: str) -> int | None:
    """Return the year that a line or cell between tables names, if it is a caption (附：2019年情况); 0 for one of another time (上年度情况)."""
    folded = plain(text)
    if len(folded) > LONGEST_CAPTION or re.search("[。；]" if folded.startswith("附") else "[,，。；]", folded):
        return None
    years = {
        read_year(year)
        for year in re.findall(r"(20\d\d|二[〇零○][〇零一二三四][〇零一二三四五六七八九])年(?!\d{1,2}月)", folded)
    }
    if any(word in folded for word in load_vocabulary().other_times) or len(years) > 1:
        return OTHER_TIME
    return years.pop() if years else None
