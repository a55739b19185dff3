"""Whose report it is, for which year, when it was signed and published: what the document says of itself."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from gongkai_build.documents import Document, Line, Table
from gongkai_build.reading.fold import plain
from gongkai_build.reading.values import parse_number, read_year

LONGEST_TITLE = 60
LONGEST_NAME = 30
LINES_OF_A_SIGNATURE = 10
_YEAR = re.compile(r"(20[0-4]\d|二[〇零○Oo0][〇零○一二三四][〇零○一二三四五六七八九])(?!年\d{1,2}月)(?:年度|年)?")
_DAY = r"(\d{4}|[二〇零○一三四五六七八九]{4})[年\-/.](\d{1,2}|[一二三四五六七八九十]{1,3})[月\-/.](\d{1,2}|[一二三四五六七八九十]{1,3})日?"
_PERIOD = re.compile(
    r"(20\d\d)年(\d{1,2})月(\d{1,2})日(?:零时)?起?(?:,)?(?:至|到|—+|-+|~)(?:(20\d\d)年)?(\d{1,2})月(\d{1,2})日"
)
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
class FrontLine:
    """A line in front of the first section; rows of tables are lines too, their cells joined (information boxes)."""

    text: str
    heading: bool = False


@dataclass(frozen=True)
class Identity:
    """What a document says of itself. Names are folded, dates are as printed."""

    title: Title | None
    titles: tuple[Title, ...]
    """Titles of different reports between which nothing decides; then `title` is None."""
    publishers: tuple[str, ...]
    """Names in entries of the information box that say who publishes."""
    sources: tuple[str, ...]
    """Names behind 来源, which can be the portal's as well: they confirm, but prove nothing."""
    signatories: tuple[str, ...]
    published_on: date | None
    signed_on: date | None
    period: tuple[date, date] | None


def read_identity(
    document: Document,
    front: Sequence[FrontLine],
    tail: Sequence[str],
    text: Iterable[str],
    title_hint: str | None = None,
) -> Identity:
    """Read the identity of a report.

    Args:
        document: the document, for the title that it gives itself.
        front: what stands before the first section.
        tail: the last lines.
        text: the lines in which the period may be stated.
        title_hint: title under which a list linked to the document.
    """
    words = _words()
    titles = find_titles(front) or _document_titles(document, title_hint)
    signed_on, signatories = _signature(tail)
    lines = [line.text for line in front]
    return Identity(
        title=titles[0] if len(titles) == 1 else None,
        titles=tuple(titles) if len(titles) > 1 else (),
        publishers=tuple(_entries(lines, words["publishers"])),
        sources=tuple(_entries(lines, words["sources"])),
        signatories=signatories,
        published_on=_published_on(lines),
        signed_on=signed_on,
        period=_period(text),
    )


def front_lines(document: Document, first_heading: int | None) -> list[FrontLine]:
    """Return what stands before the first section heading."""
    front: list[FrontLine] = []
    for block in document.blocks:
        if isinstance(block, Table):
            rows = (" ".join(cell.text.replace("\n", " ") for cell in row) for row in block.rows[:20])
            front += [FrontLine(text) for text in rows]
        elif first_heading is not None and block.number >= first_heading:
            break
        elif block.text.strip():
            front.append(FrontLine(block.text.strip(), block.heading))
    return front


def tail_lines(lines: Sequence[Line]) -> list[str]:
    """Return the last lines of a report, where a signature stands."""
    return [line.text.strip() for line in lines if line.text.strip()][-LINES_OF_A_SIGNATURE:]


def find_titles(front: Sequence[FrontLine]) -> list[Title]:
    """Find the title among the first lines: one line, or two or three that belong together.

    Headings of the page come before other lines, which can be links to other reports; a line of its own before lines put together; a title
    with agency and year before one that lacks them. Several titles are returned when they are of different reports.
    """
    for headings_only in (True, False):
        candidates = [
            [title for title, heading in _joined_titles(front, count) if heading or not headings_only]
            for count in (1, 2, 3)
        ]
        for titles in candidates:
            whole = {(title.agency, title.year): title for title in titles if title.agency and title.year}
            if whole:
                return list(whole.values())
        partial = [title for titles in candidates for title in titles]
        if partial:
            return [min(partial, key=lambda title: (title.year is None) + (not title.agency))]
    return []


def _joined_titles(front: Sequence[FrontLine], count: int) -> Iterator[tuple[Title, bool]]:
    for index in range(len(front) - count + 1):
        parts = front[index : index + count]
        if any(len(plain(part.text)) > LONGEST_TITLE or _is_entry(part.text) for part in parts):
            continue
        title = parse_title("".join(part.text.strip(" \u3000\u00a0\t") for part in parts))
        if title:
            yield title, any(part.heading for part in parts)


@lru_cache(maxsize=65536)
def parse_title(text: str) -> Title | None:
    """Read a title: [agency] [year] 政府信息公开 … 报告, in either order; None when the text is no title of a report."""
    words = _words()
    folded = plain(text).strip('《》"“”')
    ending = re.sub(r"[(（].*?[)）]$", "", folded)
    if len(folded) > LONGEST_TITLE or _SENTENCE.search(folded) or not ending.endswith(tuple(words["title_ends"])):
        return None
    found = list(re.finditer("|".join(words["subjects"]), ending))
    if not found:
        return None
    # 云岫市政务公开办公室…政府信息公开…: the first is part of a name.
    named = _YEAR.sub("", ending[found[0].end() : found[-1].start()]).removesuffix("关于")
    cut = found[-1 if named.endswith(tuple(words["agency_ends"])) else 0].start()
    if any(word in folded[cut:] for word in (*words["not_titles"], *words["named_offices"])):
        return None
    years = {read_year(year) for year in _YEAR.findall(folded)}
    before = _YEAR.sub("", ending[:cut])
    for opening in sorted(words["title_openings"], key=len, reverse=True):
        before = before.removeprefix(opening)
    before = re.sub(r"^年度?|年度?$|的$", "", before).strip('《》"“”:：、· ')
    before = before.removesuffix("关于")
    bracketed = re.search(r"[(（]([^()（）]*)[)）]$", folded)
    if bracketed and bracketed.group(1).endswith(tuple(words["agency_ends"])):
        # The agency is named behind the title, in front of it stands only the region.
        before = bracketed.group(1)
    if before.endswith("人民"):
        # …人民政府信息公开…: the word is printed once for the name and for the subject.
        before += "政府"
    # Of two years one may be that of publication; which is not said here.
    return Title(text.strip(), before, years.pop() if len(years) == 1 else None)


def _document_titles(document: Document, title_hint: str | None) -> list[Title]:
    texts = [text for text in (document.title, title_hint) if text]
    titles = (parse_title(text) or parse_title(_SITE_NAME.sub("", text)) for text in texts)
    return [title for title in titles if title][:1]


def _is_entry(text: str) -> bool:
    """Tell whether a line is an entry of an information box (名称：…), not the title itself."""
    return bool(re.match(r"^[•·\s]*[^:：]{2,6}[:：]", text))


def _entries(front: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return what stands behind entries of the information box."""
    pattern = re.compile(rf"(?:{'|'.join(names)})\s*[:：]?\s*([^\s:：]{{2,40}})")
    found = [plain(match.group(1)) for line in front for match in pattern.finditer(_spaced(line))]
    return list(dict.fromkeys(found))


def _published_on(front: Sequence[str]) -> date | None:
    """Return the publication date. A bare 日期 counts only where no entry says more, and not as part of a longer word (成文日期)."""
    words = _words()
    for names in (words["publication_dates"], words["dates"]):
        part = r"(?<![\u3400-\u9fff])" if names is words["dates"] else ""
        pattern = re.compile(rf"{part}(?:{'|'.join(names)})\s*[:：]?\s*{_DAY}")
        for line in front:
            match = pattern.search(_spaced(line))
            if match and (day := _date(*match.groups())):
                return day
    return None


def _spaced(line: str) -> str:
    """Fold a line but keep single blanks: they part the entries of an information box."""
    return " ".join(plain(part) for part in line.split())


def _signature(tail: Sequence[str]) -> tuple[date | None, tuple[str, ...]]:
    """Return the last date that stands alone or behind the name of an agency, and the names there and in the line before."""
    ends = tuple(_words()["agency_ends"])
    folded = [plain(line).strip("?") for line in tail]
    for index in range(len(folded) - 1, -1, -1):
        match = re.search(rf"{_DAY}$", folded[index])
        name = folded[index][: match.start()] if match else ""
        if not match or (name and not name.endswith(ends)) or len(name) > LONGEST_NAME or re.search(r"[\d:：]", name):
            continue
        day = _date(*match.groups())
        if day:
            before = folded[index - 1] if index else ""
            return day, tuple(text for text in (name, before) if text and text.endswith(ends))
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
    numbers = [read_year(year), parse_number(month), parse_number(day)]
    if any(number is None for number in numbers):
        return None
    try:
        return date(*(int(number) for number in numbers if number is not None))
    except ValueError:
        return None


@cache
def _words() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "identity.yml").read_text(encoding="utf-8"))
    return data
