"""The title of a report: what it says of agency and year, and which of several lines it is."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from gongkai_build.reading.fold import holds_word, plain, shortest_words
from gongkai_build.reading.values import read_year

LONGEST_TITLE = 60
LONGEST_NOTICE = 90
_YEAR = re.compile(
    r"(?<!\d)(20[0-4]\d|二[〇零○Oo0][〇零○Oo0一二三四][〇零○Oo0一二三四五六七八九])(?!年\d{1,2}月|\d)(?:年度|年)?"
)
_WHOLE_YEAR = re.compile(r"[(]?0?1(?:月)?(?:-|—|~|至)12月[)]?")
_MONTHS = re.compile(r"\d{1,2}(?:月)?(?:-|—|~|至)\d{1,2}月")
_DOCUMENT_NUMBER = re.compile(r"^[\u4e00-\u9fff]{1,10}[〔\[(]20\d\d[〕\])]\d{1,4}号(?=.{6})")
_YEAR_BEHIND = re.compile(r"(?<=[报告])20[0-4]\d(?:年度?)?$")
_SEPARATOR = re.compile(r"[_|>]|(?<!\d)[-–—]+|[-–—]+(?!\d)")
_PATH = re.compile(r"[>»›→]|[^/]/[^/]+/")
_FILE_ENDING = re.compile(r"\.(?:pdf|docx?|wps|ofd|xlsx?|html?)$", re.IGNORECASE)
_SENTENCE = re.compile(r"[。，,;；!！]")
_ENTRY = re.compile(r"[•·\s]*[^:：]{2,6}[:：]")
_BLANKS = " \u3000\u00a0\t"
_NUMBERED = re.compile(r"\s*[(（]?[一二三四五六七八九十\d]{1,3}[)）、.．]")
_QUOTES = "《》\"“”'‘’"


@dataclass(frozen=True)
class Title:
    """The title of a report as printed, and what it says."""

    text: str
    agency: str
    """Name in front of 政府信息公开, folded; empty when the title has none."""
    year: int | None
    years: tuple[int, ...] = ()
    """All years that it names; of several one may be that of publication, and `year` is None."""


class FrontLine(NamedTuple):
    """A line in front of the first section; rows of tables are lines too, their cells joined (information boxes)."""

    text: str
    heading: bool = False
    leads: bool = False
    """Whether it is nothing but a link to somewhere else."""


@dataclass(frozen=True)
class Found:
    """The titles found in front of a report, of which several are of different reports."""

    titles: tuple[Title, ...]
    heading: bool = False
    """Whether the page marks what was found as headings."""


def parse_title(text: str) -> Title | None:
    """Read a title: [agency] [year] 政府信息公开 … 报告, in either order; None when the text is no title of a report."""
    # Most lines hold no word with which a title ends.
    return _parse_title(text, "title_ends") if holds_word(plain(text), _endings()) else None


def parse_summary(text: str) -> Title | None:
    """Read the title of a report that calls itself a summary (…2015年政府信息公开工作总结); it must name the year."""
    words = identity_words()
    if not holds_word(plain(text), words["summary_subjects"]) or is_entry(text) or _NUMBERED.match(text):
        return None
    title = _parse_title(text, "summary_ends")
    return title if title and title.year else None


def _summaries(front: Sequence[FrontLine]) -> Iterator[Title]:
    """Yield the titles of summaries: a line with agency and year, such a line with the one before it, or one without agency at the beginning."""
    for index, line in enumerate(front):
        title = parse_summary(line.text)
        before = front[index - 1].text.strip(_BLANKS) if index else ""
        if title and not title.agency and before.endswith(tuple(identity_words()["agency_ends"])):
            title = parse_summary(before + line.text.strip(_BLANKS)) or title
        if title and (title.agency or line.heading or index == 0):
            yield title


@lru_cache(maxsize=65536)
def _parse_title(text: str, ends: str) -> Title | None:
    words = identity_words()
    folded = _DOCUMENT_NUMBER.sub("", _FILE_ENDING.sub("", plain(text)).strip(_QUOTES))
    if len(folded) > LONGEST_TITLE or _SENTENCE.search(folded):
        return None
    ending = _YEAR_BEHIND.sub("", re.sub(r"[(（].*?[)）]$", "", folded).rstrip(_QUOTES))
    if not ending.endswith(tuple(words[ends])):
        return None
    if any(word in folded for word in words["never_titles"]) or _PATH.search(folded):
        return None
    ending = _WHOLE_YEAR.sub("", ending)
    if _MONTHS.search(ending):
        return None
    found = list(_subjects().finditer(ending))
    if not found:
        return None
    # 云岫市政务公开办公室…政府信息公开…: the first is part of a name.
    named = _YEAR.sub("", ending[found[0].end() : found[-1].start()]).removesuffix("关于")
    cut = found[-1 if named.endswith(tuple(words["agency_ends"])) else 0].start()
    if any(word in folded[cut:] for word in (*words["not_titles"], *words["named_offices"])):
        return None
    years = sorted({year for match in _YEAR.findall(folded) if (year := read_year(match)) is not None})
    before = _without_fillers(_YEAR.sub("", ending[:cut]))
    bracketed = re.search(r"[(（]([^()（）]*)[)）]$", folded)
    if bracketed and bracketed.group(1).endswith(tuple(words["agency_ends"])):
        # The agency is named behind the title, in front of it stands only the region.
        before = bracketed.group(1)
    if before.endswith("人民"):
        # …人民政府信息公开…: the word is printed once for the name and for the subject.
        before += "政府"
    return Title(text.strip(), before, years[0] if len(years) == 1 else None, tuple(years))


def _circulated_title(text: str) -> Title | None:
    """Read the title of a letter that circulates a report (…关于印发…报告的通知) as that of the report."""
    circular = _circulated().fullmatch(plain(text).strip(_QUOTES)) if len(text) <= LONGEST_NOTICE else None
    title = parse_title(circular["report"]) if circular else None
    return replace(title, text=text.strip(), agency=title.agency or circular["issuer"]) if circular and title else None


@cache
def _circulated() -> re.Pattern[str]:
    """The title of a letter that circulates a report: whose letter it is, and the title of the report."""
    words = identity_words()
    openings = "|".join(sorted(words["title_openings"], key=len, reverse=True))
    ends = "|".join(words["circular_ends"])
    return re.compile(rf"(?P<issuer>[^关]*?)(?:{openings})[《\"“]?(?P<report>[^《》]+?)[》\"”]?的(?:{ends})")


def _without_fillers(before: str) -> str:
    """Take from what stands before the subject whatever is no name: 关于, 落实, 年度, quotation marks, empty brackets."""
    words = identity_words()
    while True:
        text = re.sub(r"^年度?|年度?$|的$|^\(\)|\(\)$|^附件\d*[:：]?", "", before).strip(_QUOTES + ":：、·-—_")
        opening = max((word for word in words["title_openings"] if text.startswith(word)), key=len, default="")
        ending = max((word for word in words["title_fillers"] if text.endswith(word)), key=len, default="")
        text = text.removeprefix(opening).removesuffix(ending)
        if bracketed := re.fullmatch(r"[\[【(]([^\[\]【】()]+)[\]】)]", text):
            text = bracketed.group(1)
        if text == before:
            return text
        before = text


def find_titles(front: Sequence[FrontLine]) -> Found:
    """Find the title among the first lines; links, which can lead to other reports, count only where no other line names a year.

    Returns: what `_find` does.
    """
    own = [line for line in front if not line.leads]
    found = _find(own)
    # A heading on the same subject says that the page is something else, though not what.
    headed = any(line.heading and _subjects().search(plain(line.text)) for line in own)
    return found if any(title.year for title in found.titles) or headed else _find(front)


def _find(front: Sequence[FrontLine]) -> Found:
    """Find the title among lines: one line, or two or three that belong together.

    Headings of the page come before other lines; a line of its own before lines put together; a title
    with agency and year before one that lacks them. Several titles are returned when they are of different reports.
    """
    joined = [list(_joined_titles(front, count)) for count in (1, 2, 3)]
    for headings_only in (True, False):
        candidates = [[title for title, heading in found if heading or not headings_only] for found in joined]
        for titles in candidates:
            whole = {(title.agency, title.year): title for title in titles if title.agency and title.year}
            if whole:
                return Found(tuple(_without_shorter(whole.values())), headings_only)
        partial = [title for titles in candidates for title in titles]
        if headings_only:
            # 政府信息公开年报 heads a column of the site as often as a report.
            named = [title for title in candidates[0] if title.agency]
            partial = [title for title in partial if title.year or title in named]
        if partial:
            best = min(partial, key=lambda title: (title.year is None) + (not title.agency))
            return Found((best,), headings_only)
    # A letter that goes out with the report counts only where the report itself has no title.
    circulated = [title for line in front if (title := _circulated_title(line.text)) and title.year]
    if not circulated:
        summaries = {(title.agency, title.year): title for title in _summaries(front)}
        return Found(tuple(summaries.values()) if len(summaries) == 1 else ())
    return Found(tuple(circulated[:1]))


def _without_shorter(titles: Collection[Title]) -> list[Title]:
    """Leave out titles that say less of the same report: 青坪区教育局2020年… beside 云岫市青坪区教育局2020年…."""
    return [
        title
        for title in titles
        if not any(
            other.year == title.year and other.agency != title.agency and other.agency.endswith(title.agency)
            for other in titles
        )
    ]


def _joined_titles(front: Sequence[FrontLine], count: int) -> Iterator[tuple[Title, bool]]:
    endings = [index for index, part in enumerate(front) if _may_end_title(part.text)]
    for index in sorted({index - before for index in endings for before in range(count)}):
        parts = front[max(index, 0) : index + count]
        if len(parts) < count:
            continue
        if any(len(plain(part.text)) > LONGEST_TITLE or is_entry(part.text) for part in parts):
            continue
        title = parse_title("".join(part.text.strip(_BLANKS) for part in parts))
        if title and not (count > 1 and any(_stands_alone(part.text) for part in parts)):
            yield title, any(part.heading for part in parts)


def _may_end_title(text: str) -> bool:
    """Tell whether a line holds the last character of any ending of a title: most lines in front of a report do not."""
    return holds_word(plain(text), _last_characters())


def _stands_alone(text: str) -> bool:
    """Tell whether a line is the title of something without the lines around it."""
    title = parse_title(text)
    return is_about_reports(text) or bool(title and title.agency and title.year)


def outer_titles(texts: Iterable[str | None]) -> list[Title]:
    """Read titles that stand outside the text: those of the page and of the link to it, with the name of the site around them."""
    return [title for text in texts if text for title in [_outer_title(text)] if title]


def _outer_title(text: str) -> Title | None:
    whole = parse_title(text)
    if whole and not _SEPARATOR.search(whole.agency):
        return whole
    parts = [title for part in _SEPARATOR.split(text) if (title := parse_title(part))]
    return parts[0] if len(parts) == 1 else None


def choose_title(
    titles: Sequence[Title], outer: Sequence[Title], period_years: Collection[int], names: Collection[str]
) -> Title | None:
    """Choose between titles of different reports, where witnesses leave one of them.

    Args:
        titles: the titles that stand before the text.
        outer: the titles outside the text.
        period_years: the years of all periods that the text states.
        names: who signs or publishes it.
    """
    named = [title for title in titles if any(agrees(title, other) for other in outer)]
    if named or outer:
        return named[0] if len(named) == 1 else None
    left = list(titles)
    if len(period_years) == 1:
        left = [title for title in left if title.year in period_years]
    if len(left) > 1 and names:
        left = [title for title in left if any(name.endswith(title.agency) for name in names)]
    return left[0] if len(left) == 1 and len(titles) > 1 and len(period_years) == 1 else None


def agrees(title: Title, other: Title) -> bool:
    """Tell whether a title outside the text, which may lack the agency, is that title."""
    return title.year == other.year and (not other.agency or title.agency == other.agency)


def is_about_reports(text: str) -> bool:
    """Tell whether a line is the title of something that speaks of reports: a notice to write them, a picture that explains one."""
    words = identity_words()
    folded = plain(text)
    if not holds_word(folded, _endings()) or len(folded) > LONGEST_NOTICE or holds_word(folded, "。;!"):
        return False
    if not _subjects().search(folded):
        return False
    if any(word in folded for word in words["explanations"]):
        return True
    asked = any(word in folded for word in words["notice_words"])
    return asked and folded.rstrip(_QUOTES).endswith(tuple(words["notice_ends"]))


def is_entry(text: str) -> bool:
    """Tell whether a line is an entry of an information box (名称：…), not the title itself."""
    return bool(_ENTRY.match(text))


@cache
def _subjects() -> re.Pattern[str]:
    return re.compile("|".join(identity_words()["subjects"]))


@cache
def _last_characters() -> tuple[str, ...]:
    return shortest_words(ending[-1] for ending in identity_words()["title_ends"])


@cache
def _endings() -> tuple[str, ...]:
    """Words of which every title has one at its end."""
    return shortest_words(identity_words()["title_ends"])


@cache
def identity_words() -> dict[str, Any]:
    """Return the words of `identity.yml`."""
    data: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "identity.yml").read_text(encoding="utf-8"))
    return data
