"""How names of divisions are shortened: `names.yml` as an object, and the short forms that its rules give."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

RULES = Path(__file__).with_name("names.yml")


class NameRules(BaseModel):
    """The content of `names.yml`; that file says what each list is for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    placeholders: frozenset[str]
    generic: Mapping[str, tuple[str, ...]]
    autonomous: Mapping[str, str]
    peoples: tuple[str, ...]
    short_names: Mapping[str, tuple[str, ...]]
    outranking: frozenset[str]
    unclear_stems: frozenset[str]
    general_names: frozenset[str]
    bare: tuple[str, ...]
    first_person: tuple[str, ...]
    collective: tuple[str, ...]
    unnamed_bodies: tuple[str, ...]
    state: str
    party: str
    party_organs: tuple[str, ...]
    party_offices: tuple[str, ...]
    corps: str
    government: str
    short_government: str
    branch: str
    never_in_own_name: tuple[str, ...]
    division_endings: tuple[str, ...]


@cache
def load_name_rules() -> NameRules:
    """Read `names.yml`; raises pydantic's ValidationError, which names the wrong key."""
    return NameRules.model_validate(yaml.safe_load(RULES.read_text(encoding="utf-8")))


def generic_ending(name: str, level: str, rules: NameRules) -> str:
    """Return the generic word that ends a name of that level: 市 of 南昌市, 自治州 of 临夏回族自治州, or ""."""
    return max((word for word in rules.generic[level] if name.endswith(word) and name != word), key=len, default="")


def is_self_reference(name: str, rules: NameRules) -> bool:
    """Tell whether a name says no more of a body than that it is the one who speaks: 我局, 本镇."""
    return name.startswith(rules.first_person) and name[1:] in rules.unnamed_bodies


def stem(name: str, level: str, rules: NameRules) -> str:
    """Return a name without its generic word and, for autonomous divisions, without the peoples.

    南昌市 → 南昌, 临夏回族自治州 → 临夏.
    The result has two characters at least; a name that would become shorter is returned whole.
    """
    ending = generic_ending(name, level, rules)
    short = name.removesuffix(ending)
    if ending in rules.autonomous:
        short = _without_peoples(short, rules)
    return short if len(short) >= 2 else name


def short_forms(name: str, level: str, rules: NameRules) -> tuple[str, ...]:
    """Return the short forms of an autonomous division that still say what it is: 临夏州 for 临夏回族自治州."""
    ending = generic_ending(name, level, rules)
    if ending not in rules.autonomous:
        return ()
    form = stem(name, level, rules) + rules.autonomous[ending]
    return (form,) if form != name else ()


def _without_peoples(short: str, rules: NameRules) -> str:
    while True:
        people = max((word for word in rules.peoples if short.endswith(word)), key=len, default="")
        if not people:
            return short
        if len(short) - len(people) < 2:
            # 东乡族自治县 is named after its people alone: 东乡县.
            return short.removesuffix("族") if short == people else short
        short = short.removesuffix(people)
