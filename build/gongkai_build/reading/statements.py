"""How figures are stated in sentences: `statements.yml` as compiled patterns, and the words around them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import yaml

from gongkai_build import forms
from gongkai_build.forms import load_vocabulary

CHINESE_DIGITS = "〇零一二两三四五六七八九十百千"
OWN, PART, SINCE, OTHER = "own", "part", "since", "other"


@dataclass(frozen=True)
class Statement:
    """How an item is stated in sentences."""

    item_id: str
    party: str
    patterns: tuple[re.Pattern[str], ...]
    none: tuple[re.Pattern[str], ...]
    """What says that there was none of it."""
    forms: frozenset[str]
    """The forms on whose reports it counts; empty for all."""
    topic: str | None
    """What the sentence must speak of."""
    behind: str | None
    """The item in whose list it must stand."""
    matter: bool
    """Whether the sentence must speak of disclosure: offices have other reviews, suits and fees as well."""
    headings: tuple[str, ...]
    """Words of headings under which a sentence need not speak of it itself."""
    not_before: tuple[str, ...]
    """Words that earlier in the sentence show that only a part is counted."""
    not_beside: re.Pattern[str] | None
    """What behind the last number before shows that others share what is counted."""
    narrowed_by: tuple[str, ...]
    """By what parts behind it a number can be said to count more than this (`narrowing`)."""
    units: frozenset[str]
    """Units in which it is counted; empty for any."""
    unless: re.Pattern[str] | None
    """What further on in the sentence shows that there was some after all, whatever is said not to have occurred."""
    word: re.Pattern[str] | None
    """For what is listed with others (复议、诉讼): its name in the list."""
    timed: bool
    """Whether words of another time belong to its name (上年结转)."""
    parts: Mapping[str, str]
    """Folded category → item, for a total behind which categories are listed."""

    @property
    def key(self) -> tuple[str, str]:
        """Its item and party."""
        return self.item_id, self.party


@dataclass(frozen=True)
class Words:
    """The words around statements, as patterns for folded text."""

    candidate: re.Pattern[str]
    """What a text has that can state a figure at all; for text as printed."""
    denied: re.Pattern[str]
    """What a text has that can say that something did not occur."""
    spoken_of: re.Pattern[str]
    """Words of which every statement has one."""
    counted: re.Pattern[str]
    """A number with its unit."""
    counted_in_list: re.Pattern[str]
    """The same before the mark or word that parts it from the next."""
    enumerated: re.Pattern[str]
    """The number of an item of a list (1.规范性文件5条)."""
    part: re.Pattern[str]
    """A category, a number, a unit, and nothing else."""
    lead: re.Pattern[str]
    own: re.Pattern[str]
    own_division: re.Pattern[str]
    organ: re.Pattern[str]
    foreign_subject: re.Pattern[str]
    foreign: re.Pattern[str]
    with_below: re.Pattern[str]
    not_yet: re.Pattern[str]
    except_for: re.Pattern[str]
    so_far: re.Pattern[str]
    denied_further: re.Pattern[str]
    """What behind a comma shows that the sentence denies more than its beginning says."""
    comparison: re.Pattern[str]
    topics: re.Pattern[str]
    topic_of: Mapping[str, str]
    taking: re.Pattern[str]
    limits: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
    """Words for who asks, or how, and what beside them shows that they stand for one of several kinds (书面申请, beside 网上申请3件)."""
    in_titles: tuple[str, ...]
    in_fact: str
    asked_for: re.Pattern[str]
    """Applications that may be for something else than information."""
    matter: re.Pattern[str]
    tail: re.Pattern[str]
    approximate_after: tuple[str, ...]
    phrases: tuple[tuple[re.Pattern[str], str], ...]
    division_endings: tuple[str, ...]
    levels: str
    """Characters that say of what level a division is."""
    list_openings: tuple[str, ...]
    list_again: re.Pattern[str]
    """What begins a list of the total again when something else was counted in between."""
    spans: re.Pattern[str]
    """Numbers that count nothing of what was done (第12条, 涉及5个方面)."""
    doing: re.Pattern[str]
    """What is done and so is no category."""
    list_goes_on: re.Pattern[str]
    goes_on: re.Pattern[str]
    """How a sentence begins that says more of what was counted in the one before."""
    part_openings: tuple[str, ...]
    part_endings: tuple[str, ...]

    def may_tell(self, folded: str) -> bool:
        """Tell whether a folded text has what can state a figure at all."""
        return bool(self.counted.search(folded) or self.denied.search(folded))


@lru_cache(maxsize=16)
def load_statements(form: str) -> tuple[Statement, ...]:
    """Read the statements that count on reports of a form."""
    return tuple(statement for statement in _all_statements() if not statement.forms or form in statement.forms)


@cache
def load_words() -> Words:
    """Read the words around the statements."""
    data = _data()
    units = _any(load_vocabulary().count_units)
    # Without bounds, and begun in the midst of a number, a run of a million digits would be searched from each of them.
    # (What stands before its first character is looked at behind it: a pattern that begins with a character is searched much quicker.)
    first = rf"[\d{CHINESE_DIGITS}]"
    rest = rf"(?:(?<=\d)[\d,]{{0,24}}(?:\.\d{{1,12}})?|(?<=[{CHINESE_DIGITS}])[{CHINESE_DIGITS}]{{0,23}})"
    number = rf"{first}(?<!\d{first})(?<!\d,{first}){rest}(?:[万亿](?!元))?[余多]?"
    counted = rf"{number}(?:{units}|{_any(load_vocabulary().money_units)})"
    topic_of = {word: topic for topic, words in data["topics"].items() for word in words}
    organ = _any(data["organ_endings"])
    denials = "无無未没沒零"
    subjects = _any(data["denied"])
    denied = rf"[无未没](?=[^。;]{{0,60}}(?:{subjects}))|(?:{subjects})[^。;,]{{0,12}}[未没无零0]"
    return Words(
        candidate=re.compile(
            rf"[0-9０-９{CHINESE_DIGITS}兩余餘多万萬]\s*[^\W\d_]|[为為是:：]\s*[0０]|[数數量](?:[为為是共:：]|[共总總合]计|[共總合]計)?\s*[0-9０-９]|[{denials}]"
        ),
        denied=re.compile(denied),
        spoken_of=re.compile(_any(data["spoken_of"])),
        counted=re.compile(counted),
        counted_in_list=re.compile(rf"({counted})(?:、|和|及|以及)"),
        enumerated=re.compile(data["enumerated"]),
        part=_compile(r"(?P<label>[^\d]{2,60}?){n}{unit}"),
        lead=re.compile("|".join(data["lead"])),
        own=re.compile(data["own"]),
        own_division=re.compile(data["own_division"]),
        organ=re.compile(rf"[\u4e00-\u9fff]{{1,20}}?(?:{organ})"),
        foreign_subject=re.compile(
            rf"^(?:其中)?(?P<organ>[\u4e00-\u9fff]{{1,12}}?(?:{organ}))(?=收到|受理|办结|答复|公开|发布|主动|共|分别|\d)"
        ),
        with_below=re.compile(data["with_below"]),
        foreign=re.compile(_any(data["foreign"])),
        not_yet=re.compile(_any_pattern(data["not_yet"])),
        except_for=re.compile(data["except_for"]),
        so_far=re.compile(data["so_far"]),
        denied_further=re.compile(data["denied_further"]),
        comparison=re.compile(_any(data["comparisons"])),
        topics=re.compile(_any(topic_of)),
        topic_of=topic_of,
        taking=re.compile(rf"{data['taking']}(?P<what>[^\d,]*?)(?=[\d{CHINESE_DIGITS}]+(?:{units}))"),
        limits=tuple((re.compile(limit["said"]), re.compile(limit["beside"])) for limit in data["limits"]),
        in_titles=tuple(data["in_titles"]),
        asked_for=_compile(data["asked_for"]),
        in_fact=data["in_fact"],
        matter=re.compile(_any(data["matter"])),
        tail=re.compile(rf"$|(?:{_any(data['tails'])})"),
        approximate_after=tuple(data["approximate_after"]),
        phrases=tuple((re.compile(_any_pattern(said)), name) for name, said in data["phrases"].items()),
        division_endings=tuple(data["division_endings"]),
        levels=data["levels"],
        list_openings=tuple(data["list_openings"]),
        list_again=re.compile(_any_pattern(data["list_again"])),
        spans=re.compile(_any_pattern(data["spans"])),
        doing=re.compile(_any_pattern(data["doing"])),
        list_goes_on=re.compile(_any_pattern(data["list_goes_on"])),
        goes_on=re.compile(_any_pattern(data["goes_on"])),
        part_openings=tuple(data["part_openings"]),
        part_endings=tuple(sorted(data["part_endings"], key=len, reverse=True)),
    )


@dataclass(frozen=True)
class Narrower:
    """What parts of a number say of what the whole number counts, as patterns for folded text."""

    opening: re.Pattern[str]
    counted: re.Pattern[str]
    """A part with its number; what it is stands before (`label`) or behind it (`said`)."""
    new: re.Pattern[str]
    new_beside: re.Pattern[str]
    carried: re.Pattern[str]
    none_carried: re.Pattern[str]
    carried_before: re.Pattern[str]
    together: re.Pattern[str]
    received: re.Pattern[str]
    about_matter: re.Pattern[str]
    of_matter: re.Pattern[str]
    none_of_matter: re.Pattern[str]
    other_matter: re.Pattern[str]
    below: re.Pattern[str]
    party_to: re.Pattern[str]
    unasked: re.Pattern[str]
    asked: re.Pattern[str]
    stock: re.Pattern[str]
    another: re.Pattern[str]
    """A second number right behind one."""
    excluded: re.Pattern[str]
    """What says that the number does not count it."""
    share: re.Pattern[str]
    mostly: re.Pattern[str]
    of_all: re.Pattern[str]
    particles: re.Pattern[str]


@cache
def load_narrower() -> Narrower:
    """Read what parts of a number say."""
    label = r"(?P<label>(?:[^\d,]|20\d\d年|\d{1,2}[月日]){0,40}?)(?:有|仅|只有|仅有|共|除)?"
    counted = _compile(label + r"{n}{unit}(?=(?P<said>.*))")
    return Narrower(counted=counted, **{name: _compile(pattern) for name, pattern in _data()["narrower"].items()})


@lru_cache(maxsize=4096)
def is_short_for(name: str, agency: str) -> bool:
    """Tell whether a name is an agency's with characters left out, but no division between a division and its organ (市水利局)."""
    levels = load_words().levels
    passed = [0, *accumulate(letter in levels for letter in agency)]
    ends = [at for at, letter in enumerate(agency) if letter == name[0]]
    for before, letter in pairwise(name):
        skipped = 0 if before in levels else 1
        follows = [at for at, other in enumerate(agency) if other == letter]
        ends = [at for at in follows if any(end < at and passed[at] - passed[end + 1] <= skipped for end in ends)]
    return bool(ends)


@lru_cache(maxsize=4096)
def is_long_for(name: str, agency: str) -> bool:
    """Tell whether a name is an agency's with the names of the divisions before it in which it lies (清溪县南坡乡人民政府 for 南坡乡人民政府).

    Only of one that begins with a place of its own: what stands before 水利局 says which one it is.
    """
    levels = load_words().levels + "镇乡"
    place = rf"(?![原前对向由给])[^{levels}]{{1,3}}[{levels}]"
    return (
        bool(re.match(place, agency))
        and bool(re.fullmatch(f"(?:{place})+", name.removesuffix(agency)))
        and name.endswith(agency)
    )


@cache
def load_sums() -> Mapping[str, tuple[str, ...]]:
    """What tables print in parts only, and sentences as a whole: item → its parts."""
    return {item: tuple(parts) for item, parts in _data()["sums"].items()}


@lru_cache(maxsize=64)
def time_pattern(year: int) -> re.Pattern[str]:
    """Return the pattern of words that say of when a text speaks, for a report year; the name of its group is the kind of time."""
    kinds = {
        kind: "|".join(pattern.replace("{year}", str(year)) for pattern in patterns)
        for kind, patterns in _data()["times"].items()
    }
    order = ("since", "own", "part", "year", "whole", "other")
    return re.compile("|".join(f"(?P<{kind}>{kinds[kind]})" for kind in order))


@cache
def _all_statements() -> tuple[Statement, ...]:
    data = _data()
    units = {"request": data["request_units"], "cases": data["case_units"]}
    return tuple(
        Statement(
            item_id=entry["item"],
            party=entry["party"],
            patterns=tuple(_compile(_with_number(pattern, entry)) for pattern in entry["patterns"]),
            none=tuple(_compile(f"(?:{pattern})$") for pattern in entry.get("none", ())),
            forms=frozenset(entry.get("forms", ())),
            topic=entry.get("topic"),
            behind=entry.get("behind"),
            matter=entry.get("matter", False),
            headings=tuple(entry.get("headings", ())),
            not_before=tuple(entry.get("not_before", ())),
            not_beside=_behind_numbers(entry["not_beside"], entry["units"]) if "not_beside" in entry else None,
            narrowed_by=(*entry.get("narrowed_by", ()), "agency", "year"),
            units=frozenset(units[entry["units"]] if isinstance(entry.get("units"), str) else entry.get("units", ())),
            unless=re.compile(entry["unless"]) if "unless" in entry else None,
            word=re.compile(entry["word"]) if "word" in entry else None,
            timed=entry.get("timed", False),
            parts={
                label: item for item, labels in data["parts"].get(entry.get("parts"), {}).items() for label in labels
            },
        )
        for entry in data["statements"]
    )


def _behind_numbers(words: Iterable[str], units: Iterable[str]) -> re.Pattern[str]:
    """Return what finds one of some words behind which no number in one of the units stands."""
    return re.compile(rf"(?:{_any(words)})(?!.*\d(?:{_any(units)}))")


def _with_number(pattern: str, entry: Mapping[str, Any]) -> str:
    lead = entry.get("lead_also", "") + (
        r"(?:(?:复议机关|人民法院|法院)(?:判决|裁定|决定)?)?" if entry.get("court") else ""
    )
    return f"{lead}(?:{pattern})" + ("" if "{n}" in pattern else "{n}{unit}")


def _compile(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of the data file; see its head for what stands in braces."""
    words = load_vocabulary()
    macros: dict[str, str] = {name: f"(?:{said})" for name, said in _data()["macros"].items()}
    approximate = "|".join(words.approximate)
    macros["n"] = (
        rf"(?P<approximately>{approximate})?(?P<number>\d[\d,]*(?:\.\d+)?|[{CHINESE_DIGITS}]+)"
        rf"(?P<scale>[万亿](?!元))?(?P<more>[余多])?"
    )
    macros["unit"] = f"(?P<unit>{_any(words.count_units)})"
    macros["money"] = f"(?P<money>{_any(words.money_units)})"
    while (filled := re.sub(r"\{([a-z]+)\}", lambda found: macros[found.group(1)], pattern)) != pattern:
        pattern = filled
    return re.compile(pattern)


def _any(words: Any) -> str:
    """Return a pattern for any of some words, the longer first."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def _any_pattern(patterns: list[str]) -> str:
    return "|".join(patterns)


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((Path(forms.__file__).parent / "statements.yml").read_text(encoding="utf-8"))
    return data
