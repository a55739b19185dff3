"""Whose report it is, for which year, when it was signed and published: what the document says of itself."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from itertools import takewhile

from gongkai_build.documents import Document, Line, Table
from gongkai_build.reading.fold import holds_word, plain
from gongkai_build.reading.links import leads_elsewhere
from gongkai_build.reading.titles import (
    Found,
    FrontLine,
    Title,
    agrees,
    choose_title,
    find_titles,
    identity_words,
    is_about_reports,
    is_entry,
    outer_titles,
)
from gongkai_build.reading.values import parse_number, read_year
from gongkai_build.register.credit_codes import CreditCode, read_credit_code

LONGEST_NAME = 30
LINES_OF_A_SIGNATURE = 10
ROWS_OF_A_BOX = 20
LONGEST_ENTRY = 120
_DAY = r"(\d{4}|[二〇零○一三四五六七八九]{4})[年\-/.](\d{1,2}|[一二三四五六七八九十]{1,3})[月\-/.](\d{1,2}|[一二三四五六七八九十]{1,3})日?"
_PERIOD = re.compile(
    r"(20\d\d)[年.\-/](\d{1,2})[月.\-/](\d{1,2})日?(?:零时|0时)?起?(?:,)?(?:至|到|—+|-+|~)"
    r"(?:(20\d\d)[年.\-/])?(\d{1,2})[月.\-/](\d{1,2})(?:日|(?!\d))"
)
_MANGLED_PERIOD = re.compile(r"(20\d\d)年?\d{1,4}月?\d{0,2}日?起?(?:至|到|—+|-+|~)(20\d\d)年?\d{1,4}月?\d{0,2}日?")


@dataclass(frozen=True)
class Identity:
    """What a document says of itself. Names are folded, dates are as printed."""

    title: Title | None
    titles: tuple[Title, ...]
    """Titles of different reports between which nothing decides; then `title` is None."""
    about: str
    """What the page is instead: a notice to write reports, an explanation of one; then `title` is None. Empty for a report."""
    publishers: tuple[str, ...]
    """Names in entries of the information box that say who publishes."""
    sources: tuple[str, ...]
    """Names behind 来源, which can be the portal's as well: they confirm, but prove nothing."""
    signatories: tuple[str, ...]
    captions: tuple[str, ...]
    """Names behind 填报单位 and the like, which stand at the tables."""
    credit_codes: tuple[CreditCode, ...]
    """Codes of agencies behind their label, or at the beginning of an index number."""
    wrong_codes: tuple[str, ...]
    """What stands behind the label of a code and is none."""
    published_on: date | None
    signed_on: date | None
    period: tuple[date, date] | None
    mangled_year: int | None
    """Year of a period whose days and months ran together (202111日至20211231日), where no other is stated."""


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
    words = identity_words()
    text = list(text)
    lines = [line.text for line in front]
    box = _box(lines)
    publishers, sources = (tuple(_entries(box, words[names])) for names in ("publishers", "sources"))
    # Entries stand below the tables as well, but never in a paragraph.
    short = (line.text for line in document.blocks if isinstance(line, Line) and len(line.text) <= LONGEST_ENTRY)
    everywhere = [*box, *_box(short)]
    codes, wrong_codes = _credit_codes(everywhere)
    signed_on, signatories = _signature(tail)
    periods = _periods(text)
    found = find_titles(front)
    outer = outer_titles([document.title, title_hint, *_entries(box, words["title_entries"])])
    about = "" if found.heading and len(found.titles) == 1 else _about(front, document, found, outer)
    titles = found.titles or tuple(outer_titles([document.title, title_hint])[:1]) or tuple(outer[:1])
    contradicted = bool(titles) and not found.heading and _contradict(outer, titles)
    if contradicted:
        # A line can be a link to another report, and metadata can be another page's.
        titles = (*titles, *outer)
    if len(titles) > 1:
        chosen = choose_title(
            titles, [] if contradicted else outer, {end.year for _, end in periods}, {*publishers, *signatories}
        )
        titles = (chosen,) if chosen else titles
    return Identity(
        title=titles[0] if len(titles) == 1 and not about else None,
        titles=titles if len(titles) > 1 else (),
        about=about,
        publishers=publishers,
        sources=sources,
        signatories=signatories,
        captions=tuple(_entries(everywhere, words["captions"])),
        credit_codes=codes,
        wrong_codes=wrong_codes,
        published_on=_published_on(box) or _tagged_date(document.meta or {}),
        signed_on=signed_on,
        period=periods[0] if periods else None,
        mangled_year=None if periods else _mangled_year(text),
    )


def _contradict(outer: Sequence[Title], titles: Sequence[Title]) -> bool:
    """Tell whether the titles outside the text name years, and none of them one of those in it."""
    years = {title.year for title in outer} - {None}
    told = {title.year for title in titles} - {None}
    return bool(years and told) and not years & told


def _about(front: Sequence[FrontLine], document: Document, found: Found, outer: Sequence[Title]) -> str:
    """Return the line that says that the page speaks of reports and is none.

    That is the title of the page, a heading, or, where no title outside the text says otherwise, a line before the report's title.
    """
    headings = [line.text for line in front if line.heading]
    for text in (document.title, *headings):
        if is_about_reports(text):
            return text
    if any(agrees(title, other) for title in found.titles for other in outer):
        return ""
    titles = {title.text for title in found.titles}
    before = takewhile(lambda line: line.text.strip() not in titles, front)
    return next((line.text for line in before if is_about_reports(line.text) and not is_entry(line.text)), "")


def front_lines(document: Document, first_heading: int | None) -> list[FrontLine]:
    """Return what stands before the first section heading."""
    front: list[FrontLine] = []
    for block in document.blocks:
        if isinstance(block, Table):
            front += [FrontLine(text) for text in _rows(block)]
        elif first_heading is not None and block.number >= first_heading:
            break
        elif block.text.strip():
            front.append(FrontLine(block.text.strip(), block.heading, leads_elsewhere(block)))
    return front


def _rows(table: Table) -> Iterator[str]:
    """Return the first rows of a table as lines; a row of labels above a row of values, as entries."""
    above: list[str] = []
    for row in table.rows[:ROWS_OF_A_BOX]:
        cells = [cell.text.replace("\n", " ").strip() for cell in row]
        if above and len(above) == len(cells):
            yield " ".join(f"{label}：{value}" for label, value in zip(above, cells, strict=True) if value)
        labels = [label for cell in cells if (label := plain(cell).rstrip(":")) in _labels()]
        above = labels if len(labels) == len(cells) > 1 else []
        if not above:
            yield " ".join(_paired(cells))


def _paired(cells: Sequence[str]) -> Iterator[str]:
    """Join a label with the value in the cell behind it, as it stands elsewhere: 发布机构：云岫市教育局."""
    label = ""
    for cell in cells:
        folded = plain(cell).rstrip(":")
        if label:
            yield f"{label}：{cell}"
            label = ""
        elif folded in _labels():
            label = folded
        else:
            yield cell


def tail_lines(lines: Sequence[Line]) -> list[str]:
    """Return the last lines of a report, where a signature stands."""
    return [line.text.strip() for line in lines if line.text.strip()][-LINES_OF_A_SIGNATURE:]


def _entries(lines: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return the names that stand behind entries of the information box."""
    pattern = _entry(tuple(names))
    found = []
    for line in _lines_with(names, lines):
        for name, colon in pattern.findall(line):
            parts = _following().split(name)
            if len(parts[0]) > 1 and (len(parts) > 1 or not colon):
                found.append(parts[0])
    return list(dict.fromkeys(found))


def _lines_with(words: Sequence[str], lines: Sequence[str]) -> list[str]:
    """Return the lines that hold any of some words."""
    text = "\n".join(lines)
    found = [word for word in words if word in text]
    return [line for line in lines if holds_word(line, found)] if found else []


@cache
def _entry(names: tuple[str, ...]) -> re.Pattern[str]:
    """A name of an entry, and what stands behind it."""
    return re.compile(rf"(?:{'|'.join(names)})(?:\([^()]*\))?\s*[:：]?\s*([^\s:：]{{2,40}})([:：]?)")


@cache
def _following() -> re.Pattern[str]:
    """The name of an entry that follows without a blank: 云岫市教育局发布日期."""
    return re.compile("|".join(label for label in sorted(_labels()) if len(label) > 2))


def _box(lines: Iterable[str]) -> list[str]:
    """Fold lines and join a label that stands alone with the line below it, which is its value."""
    joined: list[str] = []
    labels = _labels()
    label = ""
    for line in map(_spaced, lines):
        if label and line and not holds_word(line, ":：。") and line not in labels:
            joined[-1] = f"{label}:{line}"
        elif line:
            joined.append(line)
        label = bare if (bare := line.rstrip(":")) in labels else ""
    return joined


def _credit_codes(lines: Sequence[str]) -> tuple[tuple[CreditCode, ...], tuple[str, ...]]:
    """Return the codes of agencies that lines state, and what stands in the place of one and stands no check."""
    words = identity_words()
    text = "\n".join(lines)
    codes: dict[CreditCode, None] = {}
    wrong: dict[str, None] = {}
    for match in re.finditer(rf"(?:{'|'.join(words['credit_codes'])})\s*[:：]?\s*([0-9A-Za-z]{{8,24}})", text):
        code = read_credit_code(match.group(1))
        if code is None:
            wrong[match.group(1)] = None
        elif code.is_agency:
            codes[code] = None
    for match in re.finditer(
        rf"(?:{'|'.join(words['index_numbers'])})\s*[:：]?\s*([0-9A-Za-z]{{18}})(?![0-9A-Za-z])", text
    ):
        code = read_credit_code(match.group(1))
        if code and code.is_agency:
            codes[code] = None
    return tuple(codes), tuple(wrong)


@cache
def _labels() -> frozenset[str]:
    words = identity_words()
    kinds = (
        "publishers",
        "sources",
        "captions",
        "credit_codes",
        "index_numbers",
        "box_labels",
        "publication_dates",
        "dates",
    )
    return frozenset(label for kind in kinds for label in words[kind])


def _published_on(front: Sequence[str]) -> date | None:
    """Return the publication date. A bare 日期 counts only where no entry says more, and not as part of a longer word (成文日期).

    Where neither stands, a date in front of 来源 does, as portals print it below the title.
    """
    words = identity_words()
    for names in (words["publication_dates"], words["dates"]):
        pattern = _dated_entry(tuple(names), alone=names is words["dates"])
        for line in _lines_with(names, front):
            match = pattern.search(line)
            if match and (day := _date(*match.groups())):
                return day
    for line in _lines_with(words["sources"], front):
        match = _date_before(tuple(words["sources"])).search(line)
        if match and (day := _date(*match.groups())):
            return day
    return None


def _tagged_date(meta: Mapping[str, str]) -> date | None:
    """Return the publication date that the portal's software writes into the head of the page."""
    for name, content in meta.items():
        match = re.match(_DAY, plain(content)) if name.lower() in identity_words()["publication_tags"] else None
        if match:
            return _date(*match.groups())
    return None


@cache
def _dated_entry(names: tuple[str, ...], *, alone: bool) -> re.Pattern[str]:
    before = r"(?<![\u3400-\u9fff])" if alone else ""
    return re.compile(rf"{before}(?:{'|'.join(names)})[\]】]?\s*[:：]?\s*[\[【(]?{_DAY}")


@cache
def _date_before(names: tuple[str, ...]) -> re.Pattern[str]:
    time = r"(?:\d{1,2}:\d\d(?::\d\d)?)?"
    return re.compile(rf"^[\[【(]?{_DAY}[\]】)]?\s*{time}\s*[\[【(]?(?:{'|'.join(names)})\s*[:：]")


@lru_cache(maxsize=65536)
def _spaced(line: str) -> str:
    """Fold a line but keep single blanks: they part the entries of an information box."""
    return " ".join(map(plain, line.split()))


def _signature(tail: Sequence[str]) -> tuple[date | None, tuple[str, ...]]:
    """Return the last date that stands alone or behind the name of an agency, and the names there and in the line before."""
    ends = tuple(identity_words()["agency_ends"])
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


def _periods(lines: Iterable[str]) -> list[tuple[date, date]]:
    """Return the periods that sentences on the statistics state, in their order."""
    words = identity_words()["period_words"]
    found = []
    for line in lines:
        for sentence in _sentences_with(words, line):
            for match in _PERIOD.finditer(sentence):
                year, month, day, end_year, end_month, end_day = match.groups()
                start, end = _date(year, month, day), _date(end_year or year, end_month, end_day)
                if start and end and start < end:
                    found.append((start, end))
                    break
    return found


def _sentences_with(words: Sequence[str], line: str) -> list[str]:
    """Return the folded sentences of a line that hold any of some words."""
    folded = plain(line)
    if not holds_word(folded, words):
        return []
    return [sentence for sentence in re.split(r"[。；;]", folded) if holds_word(sentence, words)]


def _mangled_year(lines: Iterable[str]) -> int | None:
    words = identity_words()["period_words"]
    years = {
        year
        for line in lines
        for sentence in _sentences_with(words, line)
        for found in _MANGLED_PERIOD.findall(sentence)
        for year in found
    }
    return int(years.pop()) if len(years) == 1 else None


def _date(year: str, month: str, day: str) -> date | None:
    numbers = [read_year(year), parse_number(month), parse_number(day)]
    if any(number is None for number in numbers):
        return None
    try:
        return date(*(int(number) for number in numbers if number is not None))
    except ValueError:
        return None
