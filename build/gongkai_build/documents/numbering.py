"""The numbers that Word puts in front of paragraphs by itself: 一、 （一） 1. stand in no text, but in the definitions of lists."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

_DIGITS = "〇一二三四五六七八九"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
_ROMAN_SMALL = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_PLACE = re.compile(r"%([1-9])")
LARGEST = 9_999
DEEPEST_STYLE = 20


@dataclass(frozen=True)
class _Level:
    start: int
    kind: str
    text: str
    legal: bool
    restart: int | None


@dataclass
class Numbering:
    """The lists of a document, and how far each has been counted."""

    part: Any
    """The root of numbering.xml, or None."""
    styles: Any
    """The root of styles.xml, or None."""
    counts: dict[str, dict[int, int]] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)

    def label_of(self, paragraph: Any) -> str:
        """Count a paragraph, and return what Word prints in front of it; empty where it prints nothing, or a bullet."""
        place = self._place(paragraph)
        if place is None or self.part is None:
            return ""
        number, level = place
        concrete = _find(self.part, "w:num", "w:numId", number)
        if concrete is None:
            return ""
        abstract_id = _value(concrete, "w:abstractNumId") or ""
        levels = self._levels(concrete, abstract_id)
        if level not in levels:
            return ""
        counts = self.counts.setdefault(abstract_id, {})
        self._restart(concrete, number, counts)
        counts[level] = counts[level] + 1 if level in counts else levels[level].start
        for deeper in [known for known in counts if known > level]:
            restart = levels[deeper].restart if deeper in levels else None
            if restart is None or (restart > 0 and level < restart):
                del counts[deeper]
        shown = levels[level]

        def one(match: re.Match[str]) -> str:
            wanted = int(match.group(1)) - 1
            if wanted not in levels:
                return ""
            kind = "decimal" if shown.legal else levels[wanted].kind
            return printed(counts.get(wanted, levels[wanted].start), kind)

        return "" if shown.kind in ("bullet", "none") else _PLACE.sub(one, shown.text)

    def _restart(self, concrete: Any, number: str, counts: dict[int, int]) -> None:
        """A list that is told where to start begins there when its first paragraph comes."""
        if number in self.begun:
            return
        self.begun.add(number)
        for override in concrete.findall(qn("w:lvlOverride")):
            start = _value(override, "w:startOverride")
            if start is not None:
                counts[_number(override.get(qn("w:ilvl")), 0)] = _number(start, 1) - 1

    def _place(self, paragraph: Any) -> tuple[str, int] | None:
        """Return list and level of a paragraph: its own, or those of its style."""
        properties = paragraph.find(qn("w:pPr"))
        if properties is None:
            return None
        own = properties.find(qn("w:numPr"))
        number = level = None
        if own is not None:
            number, level = _value(own, "w:numId"), _value(own, "w:ilvl")
        style = _value(properties, "w:pStyle")
        for _ in range(DEEPEST_STYLE):
            if number is not None or style is None or self.styles is None:
                break
            definition = _find(self.styles, "w:style", "w:styleId", style)
            if definition is None:
                break
            inherited = definition.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
            if inherited is not None:
                number, level = _value(inherited, "w:numId"), level or _value(inherited, "w:ilvl")
            style = _value(definition, "w:basedOn")
        return None if number in (None, "0") else (str(number), _number(level, 0))

    def _levels(self, concrete: Any, abstract_id: str) -> dict[int, _Level]:
        abstract = _find(self.part, "w:abstractNum", "w:abstractNumId", abstract_id)
        if abstract is None:
            return {}
        link = _value(abstract, "w:numStyleLink")
        if link is not None:
            # The levels stand in the list that the linked style was made from.
            for other in self.part.findall(qn("w:abstractNum")):
                if _value(other, "w:styleLink") == link:
                    abstract = other
        nodes = list(abstract.findall(qn("w:lvl")))
        nodes += [node for over in concrete.findall(qn("w:lvlOverride")) for node in over.findall(qn("w:lvl"))]
        return {_number(node.get(qn("w:ilvl")), 0): _level(node) for node in nodes}


def _level(node: Any) -> _Level:
    legal, restart = node.find(qn("w:isLgl")), _value(node, "w:lvlRestart")
    return _Level(
        start=_number(_value(node, "w:start"), 1),
        kind=_value(node, "w:numFmt") or "decimal",
        text=_value(node, "w:lvlText") or "",
        legal=legal is not None and legal.get(qn("w:val")) not in ("0", "false"),
        restart=None if restart is None else _number(restart, 0),
    )


def printed(number: int, kind: str) -> str:
    """Print a number as a list of this kind does (`w:numFmt`)."""
    if not 0 <= number <= LARGEST:
        return str(number)
    return _KINDS.get(kind, str)(number)


def _chinese(number: int) -> str:
    """10 is 十, 12 is 十二, 105 is 一百〇五."""
    text = ""
    for power, sign in ((1000, "千"), (100, "百"), (10, "十")):
        digit, number = divmod(number, power)
        if digit:
            text += ("" if power == 10 and digit == 1 and not text else _DIGITS[digit]) + sign
        elif text and number and not text.endswith(_DIGITS[0]):
            text += _DIGITS[0]
    return text + (_DIGITS[number] if number or not text else "")


def _roman(number: int) -> str:
    text = ""
    for value, sign in (*_ROMAN, *_ROMAN_SMALL):
        text += sign * (number // value)
        number %= value
    return text


def _letters(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if number else ""


def _from(first: str, last: int) -> Callable[[int], str]:
    """Signs that stand one behind the other in Unicode, for 1 to `last`."""
    return lambda number: chr(ord(first) + number - 1) if 1 <= number <= last else str(number)


_KINDS: dict[str, Callable[[int], str]] = {
    "chineseCounting": _chinese,
    "chineseCountingThousand": _chinese,
    "taiwaneseCounting": _chinese,
    "taiwaneseCountingThousand": _chinese,
    "japaneseCounting": _chinese,
    "ideographDigital": lambda number: "".join(_DIGITS[int(digit)] for digit in str(number)),
    "ideographTraditional": lambda number: _STEMS[number - 1] if 1 <= number <= len(_STEMS) else str(number),
    "decimalZero": lambda number: f"{number:02}",
    "decimalEnclosedCircle": _from("①", 20),
    "decimalEnclosedCircleChinese": _from("①", 20),
    "decimalEnclosedParen": _from("⑴", 20),
    "decimalEnclosedFullstop": _from("⒈", 20),
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
}


def _find(root: Any, tag: str, attribute: str, value: str) -> Any:
    return next((node for node in root.findall(qn(tag)) if node.get(qn(attribute)) == value), None)


def _value(node: Any, tag: str) -> str | None:
    child = node.find(qn(tag))
    return None if child is None else child.get(qn("w:val"))


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else default
