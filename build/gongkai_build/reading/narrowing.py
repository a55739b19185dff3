"""What stands behind a number and says that it counts more than is asked for: `收到12件，其中上年结转2件、新收10件`.

Such a number is that of other years too, of business that is none of disclosure, or of what was carried over. Where one part is said to be what is asked
for, that part is the figure; else the figure is unclear.
"""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from gongkai_build.reading.sentences import pieces_of
from gongkai_build.reading.speaking import Context, speaks_for_division, times_named
from gongkai_build.reading.statements import OTHER, OWN, Statement, load_narrower, load_words, time_pattern
from gongkai_build.reading.values import parse_number

SCALES = {"万": 10_000, "亿": 100_000_000}

LONGEST_LIST = 400
"""Characters behind a number that are searched for its parts; every number of a sentence is searched for them."""


class Scope(Enum):
    """What a number counts."""

    WHOLE = "nothing but what is asked for"
    NOTHING = "nothing of what is asked for"
    OPEN = "more than what is asked for; how much of it is not said"


class Part(NamedTuple):
    """A part of what a number counts."""

    label: str
    number: re.Match[str] | None
    listed: bool
    """Whether it is said to be a part: behind 其中 or a colon."""
    within: bool
    """Whether it stands in brackets, as parts do, and comparisons."""
    of_others: bool
    """Whether something else was counted between the number and it."""


def part_meant(statement: Statement, match: re.Match[str], context: Context) -> re.Match[str] | Scope:
    """Tell which part of a number is what a statement asks for: the match of its number, or what the whole number counts."""
    if "unit" not in match.groupdict() or _number(match) == 0:
        return Scope.WHOLE
    if load_narrower().another.match(match.string[match.end() :] + context.rest):
        # 1256条、5000条: which of them it is, is not said.
        return Scope.OPEN
    parts = list(_parts_behind(match, context))
    for kind in statement.narrowed_by:
        meant = _KINDS[kind](parts, statement, match, context)
        if meant is not Scope.WHOLE:
            return meant
    return Scope.WHOLE


def is_of_year(part: re.Match[str], context: Context) -> bool:
    """Tell whether a part, by its number, is said to be the report year's."""
    return times_named(part.group("label") or part.group("said"), context.year) == {OWN}


def _parts_behind(match: re.Match[str], context: Context) -> Iterator[Part]:
    words, narrower = load_words(), load_narrower()
    rest = f"{match.string[match.end() :]}{context.rest[:LONGEST_LIST]}{context.follows}"[:LONGEST_LIST]
    listed, others = rest.startswith(":"), False
    for piece in pieces_of(rest):
        text = piece.text
        opening = narrower.opening.match(text)
        listed = listed or opening is not None
        text = text[opening.end() :] if opening else text
        if narrower.stock.search(text):
            yield Part(text, None, listed, piece.within, others)
        if not text or words.comparison.search(text) or narrower.excluded.search(text):
            continue
        count = narrower.counted.match(text)
        # 2件为上年结转 as well as 上年结转2件
        label = (count.group("label") or count.group("said")) if count else text
        yield Part(label, count, listed, piece.within, others)
        others = others or bool(count and words.spoken_of.search(label))


def _new(parts: list[Part], statement: Statement, match: re.Match[str], context: Context) -> re.Match[str] | Scope:
    """What was newly received, in a number that holds what was carried over from the year before."""
    narrower = load_narrower()
    carried = [part for part in parts if _is_carried(part)]
    for part in parts:
        if OTHER in times_named(part.label, context.year):
            continue
        new = narrower.new.fullmatch(part.label) and (carried or not narrower.new_beside.search(part.label))
        if part.number and (new or (carried and _is_own_year(part.label, match, context))):
            return part.number if _is_part_of(part.number, match) else Scope.WHOLE
    # 办结17件（含上年结转3件）: what stands in brackets is said of the last count.
    if any(not part.of_others if part.within else part.listed for part in carried):
        return Scope.OPEN
    said = match.string[: match.end()]
    together = narrower.together.search(said) and not (
        narrower.received.search(said) and times_named(said, context.year) == {OWN}
    )
    return Scope.OPEN if together and narrower.carried_before.search(context.said) else Scope.WHOLE


def _is_carried(part: Part) -> bool:
    number = parse_number(part.number.group("number")) if part.number else None
    narrower = load_narrower()
    if number == 0 or (number is None and narrower.none_carried.search(part.label)):
        return False
    return narrower.carried.match(part.label) is not None


def _matter(parts: list[Part], statement: Statement, match: re.Match[str], context: Context) -> re.Match[str] | Scope:
    """What concerns disclosure, in a number of reviews, suits or complaints of every matter."""
    narrower = load_narrower()
    if load_words().matter.search(match.group()):
        return Scope.WHOLE
    others = False
    for part in parts:
        about = narrower.about_matter.search(part.label)
        if not part.number:
            said = statement.word.sub("", part.label) if statement.word else part.label
            if narrower.none_of_matter.search(said):
                of_all = narrower.of_all.search(said) or not (part.of_others or context.shared)
                return Scope.NOTHING if of_all else Scope.OPEN
            others = others or _is_of_other_matters(part)
            if about and narrower.share.search(part.label):
                return Scope.OPEN
            continue
        if not about:
            others = others or bool(part.listed and not part.of_others and narrower.other_matter.search(part.label))
            continue
        if part.of_others or not narrower.of_matter.fullmatch(part.label):
            return Scope.OPEN
        # 复议12件、诉讼8件，其中信息公开类2件: it may be a part of both.
        alone = not context.shared and _is_part_of(part.number, match)
        return part.number if alone else Scope.OPEN
    return Scope.OPEN if others else Scope.WHOLE


def _is_of_other_matters(part: Part) -> bool:
    """Tell whether a part without a number says what most or all of it is about (主要涉及土地征收)."""
    narrower = load_narrower()
    if part.of_others or narrower.about_matter.search(part.label):
        return False
    return bool(narrower.mostly.search(part.label) and narrower.other_matter.search(part.label))


def _disclosed(
    parts: list[Part], statement: Statement, match: re.Match[str], context: Context
) -> re.Match[str] | Scope:
    """What was disclosed unasked, in a number of all that was disclosed."""
    narrower = load_narrower()
    of_all = not narrower.unasked.search(match.group())
    for part in parts:
        if part.number and of_all and not part.of_others and narrower.unasked.fullmatch(part.label):
            return part.number if _is_part_of(part.number, match) else Scope.OPEN
        if part.number and part.listed and narrower.asked.search(part.label):
            return Scope.OPEN
    return Scope.WHOLE


def _agency(parts: list[Part], statement: Statement, match: re.Match[str], context: Context) -> re.Match[str] | Scope:
    """What is the agency's own, in a number of several agencies."""
    narrower = load_narrower()
    for part in parts:
        if not part.number or part.of_others or not (part.listed or part.within):
            continue
        if narrower.party_to.search(part.label):
            return Scope.OPEN
        own = load_words().own.match(part.label)
        if own and _letters_of(part.label[own.end() :], match):
            return Scope.OPEN
        if narrower.below.search(part.label) and not speaks_for_division(context.agency):
            return Scope.OPEN
    return Scope.WHOLE


def _year(parts: list[Part], statement: Statement, match: re.Match[str], context: Context) -> re.Match[str] | Scope:
    """What is the report year's, in a number of several years."""
    said = times_named(context.said + match.string[: match.end()], context.year)
    of_the_year = OWN in said
    for part in parts:
        times = times_named(part.label, context.year)
        if not part.number or OWN not in times:
            continue
        if _is_own_year(part.label, match, context):
            if not _is_part_of(part.number, match) or _number(part.number) == _number(match):
                continue
            return Scope.OPEN if of_the_year or part.of_others else part.number
        if part.listed and not of_the_year:
            # 其中今年新开设的微博发布30条: a part of this year shows that the whole is not of this year alone.
            return Scope.OPEN
    carried, stock = load_narrower().carried, load_narrower().stock
    if any(stock.search(part.label) for part in parts if not part.number):
        return Scope.OPEN
    others = (part for part in parts if part.listed and not part.of_others and not carried.match(part.label))
    return Scope.OPEN if any(OTHER in times_named(part.label, context.year) for part in others) else Scope.WHOLE


_KINDS: dict[str, Callable[[list[Part], Statement, re.Match[str], Context], re.Match[str] | Scope]] = {
    "new": _new,
    "matter": _matter,
    "disclosed": _disclosed,
    "agency": _agency,
    "year": _year,
}


def _is_own_year(label: str, match: re.Match[str], context: Context) -> bool:
    """Tell whether a label names the report year and, but for particles, nothing that the number before it is not said to be of (2012年主动公开)."""
    if times_named(label, context.year) != {OWN}:
        return False
    return _letters_of(load_words().own.sub("", time_pattern(context.year).sub("", label)), match)


def _letters_of(label: str, match: re.Match[str]) -> bool:
    """Tell whether a label says nothing, but for particles, that the number before it is not said to be of."""
    letters = iter(match.group())
    return all(letter in letters for letter in load_narrower().particles.sub("", label))


def _is_part_of(count: re.Match[str], match: re.Match[str]) -> bool:
    part, whole = _number(count), _number(match)
    return count.group("unit") == match.group("unit") and part is not None and (whole is None or part <= whole)


def _number(match: re.Match[str]) -> Decimal | None:
    number = parse_number(match.group("number"))
    return number if number is None else number * SCALES.get(match.group("scale") or "", 1)
