"""Folding: what labels and names have in common however they are printed. Only for comparing; print is kept as it is."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import opencc
import yaml
from opencc import OpenCC

_PINYIN = re.compile(r"\([a-zü\u00e0-\u01dc\u0101-\u016b\u0251\u0261]{1,6}\)")
_NUMBERING = re.compile(
    r"^(?:[(]?[一二三四五六七八九十]{1,3}[)](?:[、.])?|[一二三四五六七八九十]{1,3}[、.]|[一二三四五六七八九十]{1,3}是(?=[^、]{6})"
    r"|[(]?\d{1,2}[)][、.]?|\d{1,2}[.、](?!\d)/?)"
)
_BRACKETED = re.compile(r"[(\[〔【][^()\[\]〔〕【】]*[)\]〕】]")
_OPEN_BRACKET = re.compile(r"[(\[〔【][^)\]〕】]*$")
LONGEST_LABEL = 2000
"""Characters; of a longer text the brackets are not taken out, which can take long and makes it no label."""
_VARIANTS = ("TWVariantsRevPhrases.txt", "TWVariantsRev.txt")
_SCRIPT = ("TSPhrases.txt", "TSCharacters.txt")
"""The two steps of which `tw2s` is made: phrases before characters in each."""
_CJK = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_NOISE = re.compile(rf"[^0-9A-Za-z{_CJK}]")
_HAS_CJK = re.compile(rf"[{_CJK}]")
_BRACKETS = re.compile(r"[(\[〔【（［﹙⁽₍︵﹇﹝︹︻\u2474-\u2487\u249c-\u24b5\u3200-\u3243]")
"""What folds to an opening bracket, or to something in brackets."""


def simplify(text: str) -> str:
    """Turn Traditional characters into Simplified ones, character by character (OpenCC `tw2s`), and nothing else."""
    return _simplify(text) if _may_convert().search(text) else text


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """Fold width, script and blanks: half-width, Simplified, without any white space or pinyin put in brackets."""
    folded = unicodedata.normalize("NFKC", text).replace("\u200b", "").replace("\ufeff", "")
    folded = "".join(folded.split())
    return simplify(_PINYIN.sub("", folded) if "(" in folded else folded)


def foreign_characters(texts: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for the Chinese characters that folding keeps as they are and that stand in none of some folded texts.

    Most lines of a page hold one soon, and so can be no label, and no value, without being folded.
    """
    known = {*"一二三四五六七八九十是", *_convertible(), *(c for text in texts for c in text)}
    known.update(character for phrase in _phrases()["labels"] for character in phrase)
    return any_character(chr(code) for code in range(0x4E00, 0xA000) if chr(code) not in known)


def any_character(characters: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for any of some characters: to look for them so is five times as quick as with a set."""
    return re.compile(f"[{''.join(characters)}]")


def holds_any(text: str, characters: re.Pattern[str]) -> bool:
    """Tell whether a text, as far as no bracket opens, holds one of some characters."""
    first = characters.search(text)
    return first is not None and not _BRACKETS.search(text, 0, first.start())


def holds_word(text: str, words: Iterable[str]) -> bool:
    """Tell whether a text holds one of some words. Asked before anything dear is done: most texts hold none."""
    for word in words:  # noqa: SIM110 - a generator takes three times as long
        if word in text:
            return True
    return False


def shortest_words(words: Iterable[str]) -> tuple[str, ...]:
    """Return the words of which no other is a part: a text that holds any of all holds one of these."""
    known = dict.fromkeys(words)
    return tuple(word for word in known if not any(word != other and other in word for other in known))


def mainland_wording(folded: str) -> str:
    """Undo Taiwan-style wordings in a folded label (规范性档案 → 规范性文件)."""
    if not _wordings().search(folded):
        return folded
    for phrase, replacement in _phrases()["labels"].items():
        folded = folded.replace(phrase, replacement)
    return folded


@cache
def _wordings() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _phrases()["labels"])))


def label_core(text: str) -> str:
    """Fold a label to what identifies it: without numbering, explanations in brackets, punctuation."""
    return _label(text)[0]


def label_full(text: str) -> str:
    """Fold a label but keep what stands in its brackets, for labels like 第二十条第（一）项."""
    return _label(text)[1]


def numbering(text: str) -> str:
    """Return the number that a label or heading begins with, folded (`一、`, `(三)`, `2.`), or an empty string."""
    match = _NUMBERING.match(plain(text))
    return match.group(0) if match else ""


def traditional_share(text: str) -> float:
    """Return which share of the Chinese characters of a text is Traditional (0 to 1)."""
    if not _may_convert().search(text):
        return 0.0
    characters = _HAS_CJK.findall(text)
    changed = [each for each in characters if each in _convertible() and _simplify(each) != each]
    return len(changed) / len(characters) if characters else 0.0


@lru_cache(maxsize=65536)
def _label(text: str) -> tuple[str, str]:
    folded = mainland_wording(plain(text))
    without_number = _NUMBERING.sub("", folded) or folded
    if len(folded) > LONGEST_LABEL:
        return (whole := _NOISE.sub("", without_number)), whole
    bare = without_number
    while (shorter := _BRACKETED.sub("", bare)) != bare:
        bare = shorter
    bare = _OPEN_BRACKET.sub("", bare)
    return _NOISE.sub("", bare), _NOISE.sub("", without_number)


@lru_cache(maxsize=65536)
def _simplify(text: str) -> str:
    tables = _tables()
    variants = text.translate(tables.variants)
    if tables.may_hold_phrase(text) or tables.may_hold_phrase(variants):
        simplified: str = _converter().convert(text)
    else:
        simplified = variants.translate(tables.script)
    for character, replacement in _phrases()["characters"].items():
        simplified = simplified.replace(character, replacement)
    return simplified


@dataclass(frozen=True)
class _Tables:
    """What OpenCC does to single characters, in two steps, and how its phrases begin."""

    variants: dict[int, str]
    script: dict[int, str]
    openings: frozenset[str]
    """The first two characters of every phrase."""

    def may_hold_phrase(self, text: str) -> bool:
        """Tell whether a phrase may stand in a text: only then does it take OpenCC itself, which is slow."""
        return any(first + second in self.openings for first, second in pairwise(text))


@cache
def _tables() -> _Tables:
    variants, script = (_entries(names) for names in (_VARIANTS, _SCRIPT))
    return _Tables(
        {ord(entry): target for entry, target in variants if len(entry) == 1},
        {ord(entry): target for entry, target in script if len(entry) == 1},
        frozenset(entry[:2] for entry, _ in (*variants, *script) if len(entry) > 1),
    )


def _entries(names: Iterable[str]) -> list[tuple[str, str]]:
    folder = Path(opencc.__file__).parent / "dictionary"
    lines = [line for name in names for line in (folder / name).read_text(encoding="utf-8").splitlines()]
    return [(entry, target.split(" ")[0]) for entry, _, target in (line.partition("\t") for line in lines)]


@cache
def _convertible() -> frozenset[str]:
    """Return characters of which every text that conversion changes has at least one.

    Most text is Simplified already, and converting takes longer than all other reading.
    """
    entries = [*_entries(_VARIANTS), *_entries(_SCRIPT), *_phrases()["characters"].items()]
    changed = {old for entry, target in entries for old, new in zip(entry, target, strict=True) if old != new}
    in_phrases = {character for entry, _ in entries if len(entry) > 1 for character in entry}
    tables = _tables()
    # 群 is first made 羣 and then 群 again.
    restored = {chr(code) for code, variant in tables.variants.items() if tables.script.get(ord(variant)) == chr(code)}
    restored -= {old for old in restored if old in in_phrases or tables.variants[ord(old)] in in_phrases}
    return frozenset(changed - restored)


@cache
def _may_convert() -> re.Pattern[str]:
    """Find what may be convertible: of the characters beyond the first plane, which patterns look up slowly, all."""
    first_plane = (character for character in _convertible() if character <= "\uffff")
    return any_character((*first_plane, "\U00010000-\U0010ffff"))


@cache
def _converter() -> OpenCC:
    return OpenCC("tw2s")


@cache
def _phrases() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "phrases.yml").read_text(encoding="utf-8"))
    return data
