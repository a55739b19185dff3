"""Units of money that are printed elsewhere than in the cell and in the label of its column: above the table, in its heading, behind the label of a row."""

import re
from functools import lru_cache

from gongkai_build.forms import load_vocabulary
from gongkai_build.reading.fold import plain

LONGEST_CAPTION = 30
_UNIT = r"([千百十万亿]*元)"
_CAPTION = re.compile(rf"\(?(?:金额|计量)?单位:(?:[^\d()]{{1,6}}[、/])?{_UNIT}\)?")
_BEHIND_LABEL = re.compile(rf"\((?:(?:金额)?单位:?)?{_UNIT}\)|单位:{_UNIT}")


@lru_cache(maxsize=65536)
def unit_of_caption(text: str) -> int | None:
    """Return how many yuan the unit is that a line or cell states for what is below it (单位：元); None for any other text."""
    stated = _CAPTION.fullmatch(plain(text)) if len(text) <= LONGEST_CAPTION and "元" in text else None
    return load_vocabulary().money_units.get(stated.group(1)) if stated else None


@lru_cache(maxsize=65536)
def unit_behind_label(text: str) -> int | None:
    """Return how many yuan the unit is that stands behind a label (行政事业性收费（元）); not an amount that an explanation mentions."""
    stated = _BEHIND_LABEL.search(plain(text)) if "元" in text else None
    return load_vocabulary().money_units.get(stated.group(1) or stated.group(2)) if stated else None
