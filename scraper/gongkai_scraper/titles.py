"""Titles of links: is it a report, and of which year?"""

import re
import unicodedata

from gongkai_scraper.defaults import TitleRules, load_defaults

YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
YEAR_NAMED = re.compile(YEAR.pattern + "年")


def is_report(title: str, rules: TitleRules) -> bool:
    """Tell whether a link with this title leads to a report: it has one of the words to take, none to leave."""
    folded = _fold(title)
    return any(_fold(word) in folded for word in rules.take) and not any(_fold(word) in folded for word in rules.leave)


def report_year(title: str) -> int | None:
    """Return the year that a title names first, in figures or Chinese numerals; None when it names none."""
    digits = {ord(sign): str(value) for value, signs in enumerate(load_defaults().digits) for sign in signs}
    text = _fold(title).translate(digits)
    match = YEAR_NAMED.search(text) or YEAR.search(text)
    return int(match[1]) if match else None


def _fold(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
