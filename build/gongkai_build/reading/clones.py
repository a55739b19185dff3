"""Hijacked copies of government pages: recognised by what was done to them, and never a source of record."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict

_PINYIN = re.compile(r"[\u3400-\u9fff][(（][a-zɡɑü]{0,4}[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ][a-zɡɑü]{0,3}[)）]")
_TONE = re.compile("[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ]")
_NUMBER = re.compile(r"\d{3,}")


class _Signs(BaseModel):
    """The content of `clones.yml`; that file says what each key is for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    threshold: int
    fewest: int
    fewest_broken: int
    weights: dict[str, int]
    brands: tuple[str, ...]
    brand_words: tuple[str, ...]
    brand_patterns: tuple[str, ...]
    names_with_numbers: tuple[str, ...]
    broken: tuple[str, ...]
    paths: tuple[str, ...]
    official_hosts: tuple[str, ...]
    encyclopedias: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """Where a document comes from: its address, and whether that is said to be the agency's own, a copy, or unknown."""

    url: str | None = None
    kind: str = "local"

    @property
    def host(self) -> str:
        """Host of the address in lower case, or an empty string."""
        return (urlsplit(self.url).hostname or "").lower() if self.url else ""


def signs_of_a_clone(text: str, titles: list[str], agency: str, source: Source) -> str:
    """Return the signs by which a document is known as a clone, or an empty string where they weigh too little.

    Args:
        text: its lines as printed.
        titles: its titles, in it and outside it, as printed.
        agency: the agency that its title names.
        source: where it comes from.
    """
    signs = _signs()
    found = {
        "brand": _brands(text, titles, signs),
        "pinyin": _inserted_pinyin(text, signs),
        "name": _number_in(agency, signs),
        "broken": _broken(text, signs),
        "path": _foreign_path(source, signs),
    }
    weights = {sign: signs.weights[sign] for sign, evidence in found.items() if evidence}
    if "pinyin" in weights and is_official_host(source.host):
        weights["pinyin"] //= 2
    if sum(weights.values()) < signs.threshold:
        return ""
    return "; ".join(f"{sign}: {found[sign]}" for sign in weights)


def is_official_host(host: str) -> bool:
    """Tell whether a host speaks for itself, as those of the government's own domain do."""
    return host.endswith(_signs().official_hosts)


def is_encyclopedia(host: str) -> bool:
    """Tell whether a host is that of an encyclopedia, which holds copies."""
    return any(host == known or host.endswith(f".{known}") for known in _signs().encyclopedias)


def _brands(text: str, titles: list[str], signs: _Signs) -> str:
    headed = _brands_in("\n".join(titles), signs)
    if headed:
        return f"{headed[0]} in the title"
    named = _brands_in(text, signs)
    return f"{named[0]}, {len(named)} times" if len(named) >= signs.fewest else ""


def _brands_in(text: str, signs: _Signs) -> list[str]:
    lower = text.lower()
    if not _may_be_brand().search(lower):
        return []
    found = [brand for brand in signs.brands for _ in range(lower.count(brand))]
    return found + [match.group() for pattern in _patterns() for match in pattern.finditer(lower)]


def _inserted_pinyin(text: str, signs: _Signs) -> str:
    found = _PINYIN.findall(text) if _TONE.search(text) else []
    # A rare character in a name is explained again and again (垚（yáo）), and nothing else.
    several = len({each[0] for each in found}) > 1
    return f"{found[0]}, {len(found)} times" if several and len(found) >= signs.fewest else ""


def _number_in(agency: str, signs: _Signs) -> str:
    bare = re.sub("|".join(signs.names_with_numbers), "", agency)
    return agency if _NUMBER.search(bare) else ""


def _broken(text: str, signs: _Signs) -> str:
    count = sum(text.count(mark) for mark in signs.broken)
    return f"{count} broken characters" if count >= signs.fewest_broken else ""


def _foreign_path(source: Source, signs: _Signs) -> str:
    """Return the path of a portal's software where it stands on a host that nobody called official."""
    if source.kind != "mirror" or not source.url or is_official_host(source.host) or is_encyclopedia(source.host):
        return ""
    path = urlsplit(source.url).path
    return f"{path} on {source.host}" if any(re.search(pattern, path) for pattern in signs.paths) else ""


@cache
def _may_be_brand() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, (*_signs().brands, *_signs().brand_words))))


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in _signs().brand_patterns)


@cache
def _signs() -> _Signs:
    return _Signs.model_validate(yaml.safe_load((Path(__file__).parent / "clones.yml").read_text(encoding="utf-8")))
