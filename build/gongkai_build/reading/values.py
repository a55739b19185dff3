"""What is printed in a cell → a figure, a blank, or something unclear.

Nothing is guessed: a text that allows two readings has no value.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

from gongkai_build.forms import Vocabulary, load_vocabulary
from gongkai_build.reading.fold import foreign_characters, holds_any, holds_word, plain

REPORTED, BLANK, UNCLEAR = "reported", "blank", "unclear"
MOST_DIGITS = 15
"""More than any count or amount has, and as many as every program holds exactly."""
_DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_POWERS = {"十": 10, "百": 100, "千": 1000}
_ONLY_NUMBER = re.compile(r"[\d,.〇零一二两三四五六七八九十百千万亿]+")
_CHINESE_NUMBER = re.compile(r"[〇零一二两三四五六七八九十百千]+(?:万[〇零一二两三四五六七八九十百千]*)?")
_PLAIN_NUMBER = re.compile(r"\d+(?:\.\d+)?|\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3}){1,4}")
_LETTERS = str.maketrans("oO", "00")
_WITH_LETTERS = re.compile(r"[oO]|(?=.*[oO])(?=.*\d)[\doO,.]+")
"""A number in which O stands for 0, which looks the same in print."""
_MINUS = "-−–—﹣－"
_DASHES = frozenset(_MINUS + "─━ー/")


@dataclass(frozen=True)
class Value:
    """What a cell says.

    `note` names a peculiarity that a person should know of: `doubled_value`, `remark`, `sign`, `no_unit`, `not_a_number`, `approximate`,
    `fraction`, `negative`, `two_values`, `too_large`, `letter`.
    """

    status: str
    number: Decimal | None = None
    note: str | None = None


_NO_CHANGE = re.compile(r"[+增]?0/[-减]?0")
"""0/0 below 本年增/减: as many more as fewer, none."""


def read_value(raw: str, *, unit: str = "count", signed: bool = False, header_unit: int | None = None) -> Value:
    """Read a cell.

    Args:
        raw: the text of the cell as printed.
        unit: `count`, or `yuan` for money.
        signed: whether the figure has a sign (本年增/减).
        header_unit: for money, how many yuan the unit printed in the header is, if one is printed there.

    Returns: the value; money in yuan.
    """
    if unit != "yuan" and is_bare_number(raw):
        return Value(REPORTED, read_number(raw))
    return _read_value(raw, unit, signed, header_unit)


@lru_cache(maxsize=65536)
def read_number(raw: str) -> Decimal:
    """Read a text that is a number and nothing else (`is_bare_number`)."""
    return Decimal(raw.replace(",", ""))


@lru_cache(maxsize=65536)
def _read_value(raw: str, unit: str, signed: bool, header_unit: int | None) -> Value:
    words = load_vocabulary()
    text = plain(raw)
    if text == "" or text in words.blank_words or all(character in _DASHES for character in text):
        return Value(BLANK)
    if any(unicodedata.category(character) == "No" for character in raw):
        # ¹ and ① mark a footnote; folded they would be digits of the number before them.
        return Value(UNCLEAR, note="not_a_number")
    parts = [plain(part) for part in re.split(r"[\s\u3000\u00a0]+", unicodedata.normalize("NFKC", raw)) if plain(part)]
    if len(parts) > 1 and all(_is_number(part) for part in parts):
        return _several(parts, unit, signed, header_unit)
    return _single(text, words, unit, signed, header_unit)


def is_value(raw: str) -> bool:
    """Tell whether a text can be nothing else than the content of a value cell: a number or a mark for none."""
    return is_bare_number(raw) or _is_value(raw)


@lru_cache(maxsize=65536)
def _is_value(raw: str) -> bool:
    words = load_vocabulary()
    if holds_any(raw, _foreign()) and not holds_word(raw, words.approximate):
        return False
    text = plain(raw)
    if text in words.blank_words:
        return True
    if not text or any(unicodedata.category(character) == "No" for character in raw):
        return False
    readings = [_single(text, words, unit, True, 1) for unit in ("count", "yuan")]
    return any(value.status == REPORTED or value.note == "approximate" for value in readings)


def is_bare_number(raw: str) -> bool:
    """Tell whether a text is a number, perhaps with thousands separators, and nothing else: most cells hold one."""
    if not raw.isascii():
        return False
    return len(raw) <= MOST_DIGITS if raw.isdigit() else bool(_GROUPED.fullmatch(raw))


@cache
def _foreign() -> re.Pattern[str]:
    """Chinese characters that no number, sign, unit or mark for none is written with."""
    words = load_vocabulary()
    known = (words.blank_words, words.approximate, words.increase, words.decrease, words.count_units, words.money_units)
    return foreign_characters(["".join((*_DIGITS, *_POWERS, "万了")), *(word for group in known for word in group)])


def money_unit(header: str) -> int | None:
    """Return how many yuan the unit of money that a header prints is (采购总金额（万元） → 10000); None when it prints none, or several.

    What stands behind 单位 is the unit, whatever an explanation mentions besides.
    """
    text = plain(header)
    units = load_vocabulary().money_units
    stated = re.findall(r"单位[:：]?([^,，。;；()（）:：]*?元)", text) or re.findall(
        r"[千百十万亿]*[美港欧日]?元", text
    )
    found = {units.get(unit) for unit in stated}
    return found.pop() if len(found) == 1 else None


def read_year(text: str) -> int | None:
    """Read a year in digits or Chinese numerals (二〇二〇, with any of the circles that stand for nought)."""
    number = parse_number(re.sub(r"[○Oo]", "〇", text) if not text.isdigit() else text)
    return int(number) if number is not None and 2000 <= number <= 2100 else None


def parse_number(text: str) -> Decimal | None:
    """Read a folded number: digits with or without thousands separators, or a Chinese numeral."""
    if _PLAIN_NUMBER.fullmatch(text):
        return Decimal(text.replace(",", ""))
    if _CHINESE_NUMBER.fullmatch(text):
        return _chinese_number(text)
    return None


def _several(parts: list[str], unit: str, signed: bool, header_unit: int | None) -> Value:
    # A thousands separator set as a blank would look like this too; only equal numbers can mean one figure.
    if len(set(parts)) > 1:
        return Value(UNCLEAR, note="two_values")
    value = _single(parts[0], load_vocabulary(), unit, signed, header_unit)
    if value.number and len(parts[0]) == 1:
        # 11 broken over two lines looks the same as 1 printed twice.
        return Value(UNCLEAR, note="two_values")
    return Value(value.status, value.number, "doubled_value") if value.status == REPORTED else value


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"[+\-]?[\d,]+(?:\.\d+)?", text))


def _single(text: str, words: Vocabulary, unit: str, signed: bool, header_unit: int | None) -> Value:
    note = None
    if signed and _NO_CHANGE.fullmatch(text):
        return Value(REPORTED, Decimal(0))
    if match := re.fullmatch(r"([^()]+)[(]([^()\d]*)[)]?", text):
        text, note = match.group(1), "remark"
        if any(word in match.group(2) for word in words.approximate):
            # 规章（设区的市以上…） is no number at all.
            bare = _single(text, words, unit, signed, header_unit)
            return Value(UNCLEAR, note="approximate") if bare.status == REPORTED else bare
        if any(name in match.group(2) for name in words.money_units):
            # 5(元): the unit stands in the brackets.
            text, note = text + match.group(2), None
    sign, text = _take_sign(text, words)
    if _is_approximate(text, words):
        return Value(UNCLEAR, note="approximate")
    factor: int | None = None
    if unit == "yuan":
        for name, yuan in words.money_units.items():
            if text.endswith(name):
                text, factor = text[: -len(name)], yuan
                break
    else:
        for name in words.count_units:
            if text.endswith(name) and len(text) > len(name):
                text = text[: -len(name)]
                break
    # A lone 一 in a cell is as often a dash as it is the number one.
    if _WITH_LETTERS.fullmatch(text):
        text, note = text.translate(_LETTERS), note or "letter"
    number = None if text == "一" else parse_number(text)
    if number is None:
        return Value(UNCLEAR, note="not_a_number")
    if sign and not signed:
        if sign < 0 and number:
            return Value(UNCLEAR, note="negative")
        note = note or "sign"
    if number.adjusted() >= MOST_DIGITS:
        return Value(UNCLEAR, note="too_large")
    number = number * sign if sign and number else number
    if unit == "yuan":
        factor = factor or header_unit
        if factor is None and number:
            return Value(UNCLEAR, note="no_unit")
        return Value(REPORTED, number * (factor or 1), note)
    if number != number.to_integral_value():
        return Value(UNCLEAR, note="fraction")
    return Value(REPORTED, number.to_integral_value(), note)


def _is_approximate(text: str, words: Vocabulary) -> bool:
    """Tell whether a text is a number, perhaps with its unit, and with a word for its not being exact (约900件, 80余); 2.申请人逾 is none."""
    rest, before = text, ""
    while rest != before:
        before = rest
        for word in words.approximate:
            rest = rest.removeprefix(word).removesuffix(word)
        if rest == text:
            return False
        for unit in (*words.money_units, *words.count_units):
            rest = rest.removesuffix(unit)
    return bool(_ONLY_NUMBER.fullmatch(rest))


def _take_sign(text: str, words: Vocabulary) -> tuple[int, str]:
    if text[:1] == "+":
        return 1, text[1:]
    if text[:1] in _MINUS:
        return -1, text[1:]
    for direction, sign in ((words.increase, 1), (words.decrease, -1)):
        for word in direction:
            if text.startswith(word):
                return sign, text[len(word) :].removeprefix("了")
    return 0, text


@cache
def _chinese_number(text: str) -> Decimal | None:
    if "万" in text:
        high, low = text.split("万")
        top, rest = _below_ten_thousand(high), _below_ten_thousand(low) if low else 0
        # 一万三 is said for 13000.
        colloquial = len(low) == 1
        return None if top is None or rest is None or colloquial else Decimal(top * 10000 + rest)
    number = _below_ten_thousand(text)
    return None if number is None else Decimal(number)


def _below_ten_thousand(text: str) -> int | None:
    if text and all(character in _DIGITS for character in text):
        # 二〇二〇 is written digit by digit; 三 alone is 3, but 三五 is no number.
        return int("".join(str(_DIGITS[character]) for character in text)) if len(text) in (1, 4) else None
    total, digit, last_power, after_zero = 0, None, 10000, False
    for character in text:
        if character in _DIGITS:
            if digit not in (None, 0):
                return None
            after_zero = digit == 0
            digit = _DIGITS[character]
        else:
            power = _POWERS[character]
            if power >= last_power or (digit is None and power != 10):
                return None
            total += (1 if digit is None else digit) * power
            digit, last_power, after_zero = None, power, False
    if digit and last_power not in (10, 10000) and not after_zero:
        # 一百三 is said for 130.
        return None
    return total + (digit or 0)
