"""Figures that are stated in sentences, for reports that have no table (form 2008).

A sentence counts only when it speaks of the report's own year; a number that is approximate, or two sentences that disagree, have no value.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from gongkai_build import forms
from gongkai_build.forms import load_vocabulary
from gongkai_build.reading.fold import mainland_wording, plain
from gongkai_build.reading.place import Figure, Issue
from gongkai_build.reading.sections import Section
from gongkai_build.reading.values import REPORTED, UNCLEAR, parse_number

_SENTENCE = re.compile(r"[^。；;！!]+[。；;！!]?")
# A comma that thousands are set off with ends no clause.
_CLAUSE_END = re.compile(r"[、，:：()]|,(?!\d{3}(?!\d))")
_OTHER_PERIOD = re.compile(r"\d月|20\d\d年?(?:至|到|-|—|~)|自.{0,12}起")
_WHOLE_YEAR = re.compile(r"(?:自|从)?(20\d\d)年1月1日起?(?:至|到|-|—|~)(?:\1年)?12月31日(?:止|期间|,)?")
_YEAR = re.compile(r"(20\d\d)年")
_PART = r"(?P<label>[^\d]{2,24}?){n}{unit}"


@dataclass(frozen=True)
class Statement:
    """How an item is stated in sentences."""

    item_id: str
    party: str
    patterns: tuple[re.Pattern[str], ...]
    zero: tuple[re.Pattern[str], ...]
    headings: tuple[str, ...]
    """Words of headings under which a sentence need not speak of disclosure itself."""
    exclude: tuple[str, ...]
    """Words that in the sentence before the number show that it is about something else."""
    exclude_near: tuple[str, ...]
    """The same for words in the clause of the number."""
    exclude_zero: tuple[str, ...]
    """Words by which "none" is said of something else or narrower."""
    units: tuple[str, ...]
    """Units in which it is counted; empty for any."""
    parts: Mapping[str, str]
    """Folded category → item, for a total behind which categories are listed."""


@dataclass(frozen=True)
class Total:
    """A total behind which its categories may follow, in the rest of its sentence or in the sentences after it."""

    statement: Statement
    unit: str
    year: int


@dataclass(frozen=True)
class Context:
    """A sentence as printed, where it stands, the folded heading of its section, and the report's year."""

    sentence: str
    place: str
    heading: str
    year: int


@cache
def load_statements() -> tuple[Statement, ...]:
    """Read the statements of form 2008."""
    data = _data()
    return tuple(
        Statement(
            item_id=entry["item"],
            party=entry["party"],
            patterns=tuple(_compile(pattern) for pattern in entry.get("patterns", ())),
            zero=tuple(re.compile(pattern.replace("{none}", data["none"])) for pattern in entry.get("zero", ())),
            headings=tuple(entry.get("headings", ())),
            exclude=(*entry.get("not", ()), *data["other_times"], *data["parts_only"]),
            exclude_near=tuple(entry.get("not_near", ())),
            exclude_zero=tuple(entry.get("zero_not", ())),
            units=tuple(entry.get("units", ())),
            parts={
                label: item for item, labels in data["parts"].get(entry.get("parts"), {}).items() for label in labels
            },
        )
        for entry in data["statements"]
    )


def read_narrative(sections: Iterable[Section], year: int) -> tuple[list[Figure], list[Issue]]:
    """Read the figures that sentences state for a year.

    Args:
        sections: the sections of the report; the categories behind a total stand in its section.
        year: the report year.

    Returns: figures (raw is the sentence as printed), and issues for what was seen but not settled.
    """
    found: dict[tuple[str, str], list[Figure]] = {}
    issues: list[Issue] = []
    for section in sections:
        total: Total | None = None
        heading = plain(section.heading)
        for line in section.lines:
            for sentence in _SENTENCE.findall(line.text):
                context = Context(sentence.strip(), f"line {line.number}", heading, year)
                figures, total = _sentence(context, total, issues)
                for figure in figures:
                    found.setdefault((figure.item_id, figure.party), []).append(figure)
    return [_agreed(figures, issues) for figures in found.values()], issues


def _sentence(context: Context, total: Total | None, issues: list[Issue]) -> tuple[list[Figure], Total | None]:
    text = plain(context.sentence)
    figures: list[Figure] = []
    rest = text
    for statement in load_statements():
        if not _is_about(statement, text, context.heading):
            continue
        found = (match for pattern in statement.patterns for match in pattern.finditer(text))
        matches = [match for match in found if _counts(match, text, statement, context.year)]
        match = matches[0] if matches else None
        zeros = (match for pattern in statement.zero for match in pattern.finditer(text))
        if match:
            stated = _stated(statement.item_id, statement.party, match, context)
            if len({other.group("number") for other in matches}) > 1 or _is_one_of_several(match, text):
                stated = replace(stated, value=None, status=UNCLEAR)
            figures.append(stated)
            if statement.parts:
                total, rest = Total(statement, match.group("unit"), context.year), text[match.end() :]
        elif any(_counts(zero, text, statement, context.year) and _is_none(zero, text, statement) for zero in zeros):
            key = (statement.item_id, statement.party)
            figures.append(Figure(*key, Decimal(0), REPORTED, context.sentence, context.place))
    if total:
        figures += _parts(rest, total, context, issues)
    return figures, total


def _is_about(statement: Statement, text: str, heading: str) -> bool:
    """Tell whether a sentence can be about the disclosure of information: offices have other requests, suits and fees as well."""
    return any(word in text for word in _data()["matter"]) or any(word in heading for word in statement.headings)


def _counts(match: re.Match[str], text: str, statement: Statement, year: int) -> bool:
    """Tell whether a match is about the report's own year, the whole of it, and about nothing that the statement leaves out."""
    before = text[: match.start()]
    clause = _CLAUSE_END.split(before)[-1]
    if any(word in before + match.group(0) for word in statement.exclude):
        return False
    if any(word in clause + match.group(0) for word in statement.exclude_near):
        return False
    if statement.units and match.groupdict().get("unit", statement.units[0]) not in statement.units:
        return False
    # A period within the year, or over several; the whole of it may be written out.
    if _OTHER_PERIOD.search(_WHOLE_YEAR.sub("", before)):
        return False
    return _is_of_year(text[: match.end()], year)


def _is_none(zero: re.Match[str], text: str, statement: Statement) -> bool:
    """Tell whether "none" is said of the item itself, and not of a part of it or of what comes of it."""
    after = _CLAUSE_END.split(text[zero.end() :])[0]
    words = (*statement.exclude_zero, *_data()["after_zero"])
    return not any(word in after for word in words) and not any(
        word in zero.group(0) for word in statement.exclude_zero
    )


def _is_one_of_several(match: re.Match[str], text: str) -> bool:
    """Tell whether an amount of money is one in a list of them (检索费10元、复制费20元)."""
    return "money" in match.groupdict() and bool(re.search(r"\d(?:万)?元", text[: match.start()] + text[match.end() :]))


def _is_of_year(text: str, year: int) -> bool:
    """Tell whether the last year named in a text, if any, is the given one."""
    years = _YEAR.findall(text)
    return not years or int(years[-1]) == year


def _stated(item_id: str, party: str, match: re.Match[str], context: Context) -> Figure:
    number = parse_number(match.group("number"))
    groups = match.groupdict()
    after = match.string[match.end() :]
    approximate = any(groups.get(name) for name in ("approximately", "more")) or after.startswith(
        tuple(_data()["approximate_after"])
    )
    if number is None or approximate or (groups.get("scale") and "money" not in groups):
        # 2.2万条 is rounded: nobody counts records in ten thousands.
        return Figure(item_id, party, None, UNCLEAR, context.sentence, context.place)
    if "money" in groups:
        number *= load_vocabulary().money_units[match.group("money")]
    elif number != number.to_integral_value():
        return Figure(item_id, party, None, UNCLEAR, context.sentence, context.place)
    return Figure(item_id, party, number, REPORTED, context.sentence, context.place)


def _parts(text: str, total: Total, context: Context, issues: list[Issue]) -> list[Figure]:
    """Read the categories of a total: clauses that are nothing but a category, a number and the unit of the total."""
    figures = []
    listed = False
    before = ""
    if "(" in text and any(word in text for word in _data()["other_times"]):
        text = re.sub(r"\([^()]*\)", "", text)
    for clause in _CLAUSE_END.split(text.rstrip("。;；!！")):
        before += clause
        listed = listed or any(opening in clause for opening in _data()["list_openings"])
        match = _part_pattern().fullmatch(clause)
        if not match or match.group("unit") != total.unit or not _is_of_year(before, total.year):
            continue
        if any(word in clause for word in _data()["other_times"]):
            continue
        item = total.statement.parts.get(_category(mainland_wording(match.group("label"))))
        if item:
            figures.append(_stated(item, total.statement.party, match, context))
        elif listed:
            issues.append(Issue("local_line", context.place, clause))
    return figures


def _category(label: str) -> str:
    """Take from a category the words that only lead to it or close it (通过政府网站公开信息 → 政府网站)."""
    data = _data()
    known = load_statements()[0].parts
    changed = True
    while changed and label not in known:
        changed = False
        for opening in data["part_openings"]:
            if label.startswith(opening) and len(label) > len(opening):
                label, changed = label.removeprefix(opening), True
        for ending in sorted(data["part_endings"], key=len, reverse=True):
            if label not in known and label.endswith(ending) and len(label) > len(ending):
                label, changed = label.removesuffix(ending), True
    return label


def _agreed(figures: list[Figure], issues: list[Issue]) -> Figure:
    first = figures[0]
    if all((figure.value, figure.status) == (first.value, first.status) for figure in figures):
        return first
    raw = "\n".join(dict.fromkeys(figure.raw for figure in figures))
    issues.append(Issue("two_figures", first.place, f"{first.item_id} ({first.party}): {raw}"))
    return Figure(first.item_id, first.party, None, UNCLEAR, raw, first.place)


def _compile(pattern: str) -> re.Pattern[str]:
    words = load_vocabulary()
    approximate = "|".join(words.approximate)
    number = (
        rf"(?P<approximately>{approximate})?(?P<number>\d[\d,]*(?:\.\d+)?|[〇零一二两三四五六七八九十百千]+)"
        rf"(?P<scale>[万亿](?!元))?(?P<more>[余多])?"
    )
    unit = "(?P<unit>" + "|".join(words.count_units) + ")"
    money = "(?P<money>" + "|".join(words.money_units) + ")"
    return re.compile(pattern.replace("{n}", number).replace("{unit}", unit).replace("{money}", money))


@cache
def _part_pattern() -> re.Pattern[str]:
    return _compile(_PART)


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((Path(forms.__file__).parent / "2008.yml").read_text(encoding="utf-8"))
    return data
