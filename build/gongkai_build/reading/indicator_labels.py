"""The labels of form 2014: of its rows, of its columns, and its units."""

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from gongkai_build.forms import load_vocabulary
from gongkai_build.forms.indicators import load_indicator_form
from gongkai_build.reading.fold import label_core, plain, shortest_words, simplify
from gongkai_build.reading.labels import is_limited
from gongkai_build.reading.owners import LONGEST_CAPTION
from gongkai_build.reading.tokens import Token

LABEL, UNIT, VALUE, OTHER, REMARK, SERIAL = "label", "unit", "value", "other", "remark", "serial"
SHORTEST_LENGTHENED = 6
LONGEST_LOCAL_LABEL = 40
OF_WHICH = "其中"
FEWEST_WORDS = 4


def may_hold_indicators(tokens: Sequence[Token]) -> bool:
    """Tell whether enough words of the form stand in a stream of cells at all, for reading it costs far more than to look."""
    text = simplify("".join("".join(token.text for token in tokens).split()))
    found: set[str] = set()
    match = _any_word().search(text)
    while match and len(found) < FEWEST_WORDS:
        found.add(match.group())
        match = _any_word().search(text, match.start() + 1)
    return len(found) >= FEWEST_WORDS


@cache
def _any_word() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _words())))


@cache
def _words() -> tuple[str, ...]:
    """Labels and aliases of the form of which none is a part of another."""
    lines = load_indicator_form().lines
    return shortest_words(label for line in lines if line.item for label in (line.label, *line.aliases))


def is_money(unit: str) -> bool:
    """Tell whether a unit is one of money."""
    return unit in load_vocabulary().money_units


@cache
def _units() -> frozenset[str]:
    words = load_vocabulary()
    return frozenset((*words.count_units, *words.money_units))


@lru_cache(maxsize=65536)
def is_unit(text: str) -> bool:
    """Tell whether a text is nothing but a unit (条, 单位：件)."""
    return plain(text).strip("()").removeprefix("单位:") in _units()


@cache
def _labels() -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for index, line in enumerate(load_indicator_form().lines):
        for text in (line.label, *line.aliases):
            core = label_core(text)
            if index not in found.get(core, ()):
                found[core] = (*found.get(core, ()), index)
    return found


@cache
def _kinds_of_headers() -> dict[str, str]:
    return {label_core(word): kind for kind, words in load_indicator_form().headers.items() for word in words}


@lru_cache(maxsize=65536)
def kind_of_header(text: str) -> str | None:
    """Return which kind of column a label heads (`label`, `unit`, `value`, …); None when it heads none."""
    if len(text) > LONGEST_LOCAL_LABEL:
        return None
    if re.fullmatch(r"20\d\d年度?(?:统计数|数据|数量|数)?", plain(text)):
        return VALUE
    return _kinds_of_headers().get(label_core(text))


@lru_cache(maxsize=65536)
def lines_of_label(text: str) -> tuple[int, ...]:
    """Return the lines of the form whose label a text is, numbering, explanations, unit and 其中 aside."""
    if len(text) > 3 * LONGEST_CAPTION or is_limited(text):
        return ()
    core = re.sub(r"^\d{1,2}(?=\D)", "", label_core(text)).removeprefix(OF_WHICH)
    core = re.sub(r"^\d{1,2}(?=\D)", "", core)
    if not core:
        return ()
    if found := _labels().get(core):
        return found
    for index, line in enumerate(load_indicator_form().lines):
        note = label_core(line.note)
        if note and core == label_core(line.label) + note:
            return (index,)
    unit = max((unit for unit in _units() if core.endswith(unit)), key=len, default="")
    bare = core.removesuffix(unit)
    return _labels().get(bare, ()) if len(bare) >= SHORTEST_LENGTHENED - 1 else ()
