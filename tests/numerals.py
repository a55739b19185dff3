"""How whole numbers are written in Chinese words. No part of the reader, so that tests can tell what a document prints without it."""

DIGITS = "零一二三四五六七八九"
UNITS = ("", "十", "百", "千")
GROUPS = ("", "万", "亿")
NUMERALS = DIGITS + "〇两十百千万亿"
"""Every character of such numbers."""


def written_in_words(number: int) -> frozenset[str]:
    """Return every usual way to write a whole number from 1 to 10¹² − 1: 12 is 十二 and 一十二, 102 is 一百零二 and 一百〇二, 2 is 二 and 两."""
    if not 0 < number < 10**12:
        raise ValueError(f"only numbers from 1 to 10¹² − 1 have words here, not {number}")
    words = _of_groups(number)
    usual = {words, words.removeprefix("一")} if words.startswith("一十") else {words}
    usual |= {"两" + each[1:] for each in usual if each[0] == "二" and each[1:2] not in ("十", "百")}
    return frozenset(usual | {each.replace("零", "〇") for each in usual})


def _of_groups(number: int) -> str:
    """Write the groups of four digits one after the other, with 零 where the thousands of one are missing."""
    written = ""
    for place in reversed(range(len(GROUPS))):
        group = number // 10 ** (4 * place) % 10**4
        if group:
            gap = "零" if written and group < 1000 else ""
            written += gap + _of_group(group) + GROUPS[place]
    return written


def _of_group(number: int) -> str:
    """Write a number below 10,000; a gap of any length between its digits is one 零."""
    written, gap = "", False
    for place in reversed(range(len(UNITS))):
        digit = number // 10**place % 10
        if digit:
            written += ("零" if gap and written else "") + DIGITS[digit] + UNITS[place]
            gap = False
        else:
            gap = True
    return written
