"""Whose report it is, for which year, when it was signed and published: what the document says of itself."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from gongkai_build.documents import Document, Line, Table
from gongkai_build.reading.fold import plain
from gongkai_build.reading.values import parse_number

LONGEST_TITLE = 60
LINES_OF_A_SIGNATURE = 10
_YEAR = re.compile(r"(20[0-4]\d|二[〇零○Oo0][〇零○一二三四][〇零○一二三四五六七八九])(?:年度|年)?")
_DAY = r"(\d{4}|[二〇零○一三四五六七八九]{4})[年\-/.](\d{1,2}|[一二三四五六七八九十]{1,3})[月\-/.](\d{1,2}|[一二三四五六七八九十]{1,3})日?"
_PERIOD = re.compile(
    r"(20\d\d)年(\d{1,2})月(\d{1,2})日(?:零时)?起?(?:,)?(?:至|到|—+|-+|~)(?:(20\d\d)年)?(\d{1,2})月(\d{1,2})日"
)
_SIGNED = re.compile(rf"{_DAY}")
_SITE_NAME = re.compile(r"[_|\-–—>].*$")
_SENTENCE = re.compile(r"[。，,;；!！]")


@dataclass(frozen=True)
class Title:
    """The title of a report as printed, and what it says."""

    text: str
    agency: str
    """Name in front of 政府信息公开, folded; empty when the title has none."""
    year: int | None


@dataclass(frozen=True)
class Identity:
    """What a document says of itself. Names are folded, dates are as printed."""

    title: Title | None
    publishers: tuple[str, ...]
    signatories: tuple[str, ...]
    published_on: date | None
    signed_on: date | None
    period: tuple[date, date] | None


def read_identity(document: Document, front: Sequence[str], tail: Sequence[str], text: Iterable[str]) -> Identity:
    """Read the identity of a report.

    Args:
        document: the document, for the title that it gives itself.
        front: what stands before the first section, line by line, rows of tables included.
        tail: the last lines.
        text: the lines in which the period may be stated.
    """
    title = find_title(front) or _document_title(document)
    signed_on, signatories = _signature(tail)
    return Identity(
        title=title,
        publishers=tuple(_publishers(front)),
        signatories=signatories,
        published_on=_published_on(front),
        signed_on=signed_on,
        period=_period(text),
    )


def front_lines(document: Document, first_heading: int | None) -> list[str]:
    """Return what stands before the first section heading: lines, and rows of tables with their cells joined (information boxes)."""
    front: list[str] = []
    for block in document.blocks:
        if isinstance(block, Table):
            front += [" ".join(cell.text.replace("\n", " ") for cell in row) for row in block.rows[:20]]
        elif first_heading is not None and block.number >= first_heading:
            break
        elif block.text.strip():
            front.append(block.text.strip())
    return front


def tail_lines(lines: Sequence[Line]) -> list[str]:
    """Return the last lines of a report, where a signature stands."""
    return [line.text.strip() for line in lines if line.text.strip()][-LINES_OF_A_SIGNATURE:]


def find_title(front: Sequence[str]) -> Title | None:
    """Find the title among the first lines: one line, or two or three that belong together.

    A title with agency and year is preferred to one without, and a line of its own to lines put together.
    """
    candidates: list[Title] = []
    for count in (1, 2, 3):
        for index in range(len(front) - count + 1):
            parts = front[index : index + count]
            if any(len(plain(part)) > LONGEST_TITLE or _is_entry(part) for part in parts):
                continue
            title = parse_title("".join(part.strip(" \u3000\u00a0\t") for part in parts))
            if title:
                candidates.append(title)
    return min(candidates, key=lambda title: (title.year is None) + (not title.agency), default=None)


def parse_title(text: str) -> Title | None:
    """Read a title: [agency] [year] 政府信息公开 … 报告, in either order; None when the text is no title of a report."""
    words = _words()
    folded = plain(text).strip('《》"“”')
    ending = re.sub(r"[(（].*?[)）]$", "", folded)
    if len(folded) > LONGEST_TITLE or _SENTENCE.search(folded) or not ending.endswith(tuple(words["title_ends"])):
        return None
    cut = min((ending.find(subject) for subject in words["subjects"] if subject in ending), default=-1)
    if cut < 0:
        return None
    match = _YEAR.search(folded)
    before = _YEAR.sub("", ending[:cut])
    for opening in sorted(words["title_openings"], key=len, reverse=True):
        before = before.removeprefix(opening)
    before = re.sub(r"^年度?|年度?$|的$", "", before).strip('《》"“”:：、· ')
    if before.endswith("人民"):
        # …人民政府信息公开…: the word is printed once for the name and for the subject.
        before += "政府"
    return Title(text.strip(), before, _year(match.group(1)) if match else None)


def _document_title(document: Document) -> Title | None:
    text = document.title
    return parse_title(text) or parse_title(_SITE_NAME.sub("", text)) if text else None


def _is_entry(text: str) -> bool:
    """Tell whether a line is an entry of an information box (名称：…), not the title itself."""
    return bool(re.match(r"^[•·\s]*[^:：]{2,6}[:：]", text))


def _publishers(front: Sequence[str]) -> list[str]:
    names = "|".join(_words()["publishers"])
    found = []
    for line in front:
        for match in re.finditer(rf"(?:{names})\s*[:：]?\s*([^\s:：]{{2,40}})", _spaced(line)):
            found.append(plain(match.group(1)))
    return list(dict.fromkeys(found))


def _published_on(front: Sequence[str]) -> date | None:
    names = "|".join(_words()["publication_dates"])
    for line in front:
        match = re.search(rf"(?:{names})\s*[:：]?\s*{_DAY}", _spaced(line))
        if match and (day := _date(*match.groups())):
            return day
    return None


def _spaced(line: str) -> str:
    """Fold a line but keep single blanks: they part the entries of an information box."""
    return " ".join(plain(part) for part in line.split())


def _signature(tail: Sequence[str]) -> tuple[date | None, tuple[str, ...]]:
    """Return the date that stands alone among the last lines, and the lines next to it, which can name the agency."""
    folded = [plain(line).strip("?") for line in tail]
    for index in range(len(folded) - 1, -1, -1):
        match = re.search(rf"{_DAY}$", folded[index])
        if not match or len(folded[index]) - len(match.group(0)) > 30 or _SENTENCE.search(folded[index]):
            continue
        if re.search(r"[:：]", folded[index]):
            continue
        day = _date(*match.groups())
        if day:
            before = folded[index][: match.start()]
            return day, tuple(name for name in (before, folded[index - 1] if index else "") if name)
    return None, ()


def _period(lines: Iterable[str]) -> tuple[date, date] | None:
    words = _words()["period_words"]
    for line in lines:
        for sentence in re.split(r"[。；;]", plain(line)):
            match = _PERIOD.search(sentence)
            if not match or not any(word in sentence for word in words):
                continue
            year, month, day, end_year, end_month, end_day = match.groups()
            start, end = _date(year, month, day), _date(end_year or year, end_month, end_day)
            if start and end and start < end:
                return start, end
    return None


def _date(year: str, month: str, day: str) -> date | None:
    numbers = [_year(year), parse_number(month), parse_number(day)]
    if any(number is None for number in numbers):
        return None
    try:
        return date(*(int(number) for number in numbers if number is not None))
    except ValueError:
        return None


def _year(text: str) -> int | None:
    number = parse_number(re.sub(r"[○Oo]", "〇", text) if not text.isdigit() else text)
    return int(number) if number is not None and 2000 <= number <= 2100 else None


@cache
def _words() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "identity.yml").read_text(encoding="utf-8"))
    return data
