"""Folding: what labels and names have in common however they are printed. Only for comparing; print is kept as it is."""

import re
import unicodedata
from functools import cache, lru_cache
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
_DICTIONARIES = ("TSPhrases.txt", "TSCharacters.txt", "TWVariantsRevPhrases.txt", "TWVariantsRev.txt")
"""Of which `tw2s` is made."""
_CJK = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_NOISE = re.compile(rf"[^0-9A-Za-z{_CJK}]")
_HAS_CJK = re.compile(rf"[{_CJK}]")


def simplify(text: str) -> str:
    """Turn Traditional characters into Simplified ones, character by character (OpenCC `tw2s`), and nothing else."""
    return text if _convertible().isdisjoint(text) else _simplify(text)


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """Fold width, script and blanks: half-width, Simplified, without any white space or pinyin put in brackets."""
    folded = unicodedata.normalize("NFKC", text).replace("\u200b", "").replace("\ufeff", "")
    folded = "".join(folded.split())
    return simplify(_PINYIN.sub("", folded))


def mainland_wording(folded: str) -> str:
    """Undo Taiwan-style wordings in a folded label (规范性档案 → 规范性文件)."""
    for phrase, replacement in _phrases()["labels"].items():
        folded = folded.replace(phrase, replacement)
    return folded


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
    characters = _HAS_CJK.findall(text)
    if not characters:
        return 0.0
    return sum(1 for character in characters if _simplify(character) != character) / len(characters)


@lru_cache(maxsize=65536)
def _label(text: str) -> tuple[str, str]:
    folded = mainland_wording(plain(text))
    without_number = _NUMBERING.sub("", folded) or folded
    bare = without_number
    while (shorter := _BRACKETED.sub("", bare)) != bare:
        bare = shorter
    bare = _OPEN_BRACKET.sub("", bare)
    return _NOISE.sub("", bare), _NOISE.sub("", without_number)


@lru_cache(maxsize=65536)
def _simplify(text: str) -> str:
    simplified: str = _converter().convert(text)
    for character, replacement in _phrases()["characters"].items():
        simplified = simplified.replace(character, replacement)
    return simplified


@cache
def _convertible() -> frozenset[str]:
    """Return characters of which every text that conversion changes has at least one.

    Most text is Simplified already, and converting takes longer than all other reading.
    """
    folder = Path(opencc.__file__).parent / "dictionary"
    lines = [line for name in _DICTIONARIES for line in (folder / name).read_text(encoding="utf-8").splitlines()]
    changed = [entry for entry, _, target in (line.partition("\t") for line in lines) if entry != target.split(" ")[0]]
    characters = {entry for entry in changed if len(entry) == 1} | {max(entry) for entry in _phrases()["characters"]}
    # A few entries change only as a whole (明瞭 → 明了): their rarest character, the one last in Unicode, stands for them.
    return frozenset(characters | {max(entry) for entry in changed if characters.isdisjoint(entry)})


@cache
def _converter() -> OpenCC:
    return OpenCC("tw2s")


@cache
def _phrases() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "phrases.yml").read_text(encoding="utf-8"))
    return data
