"""The numbered parts of a report: headings and text as printed, without tables and without what belongs to the page."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gongkai_build.documents import Line
from gongkai_build.forms import load_vocabulary
from gongkai_build.reading.fold import holds_word, label_full, plain
from gongkai_build.reading.titles import Title, parse_title

_HEADING = re.compile(r"^[?？\s\u3000\u00a0]*([一二三四五六七八九十]{1,3})\s*[、.．]\s*(\S.*)$")
_NUMBERS = {
    text: number
    for number, text in enumerate(["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"], 1)
}
LONGEST_HEADING = 60


@dataclass(frozen=True)
class Section:
    """A part of a report. Position 0 is what stands before the first heading."""

    position: int
    heading: str
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """The text as printed, a paragraph a line."""
        return "\n".join(line.text.strip() for line in self.lines)


def report_lines(lines: Sequence[Line], consumed: set[int]) -> list[Line]:
    """Return the lines that are text of the report: neither in its tables nor of the page around it.

    Args:
        lines: the lines of the document.
        consumed: numbers of the lines that belong to tables.
    """
    text = [line for line in lines if line.number not in consumed and line.text.strip()]
    headings = [index for index, line in enumerate(text) if _HEADING.match(line.text)]
    last = headings[-1] if headings else len(text)
    end = next((index for index in range(last + 1, len(text)) if _ends_report(text[index].text)), len(text))
    return [line for line in text[:end] if not _is_furniture(line.text)]


def first_report(text: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """Part the lines of the first report on a page from those of others behind it.

    Another report begins with a title of other agency or year that stands behind the first heading and has a first heading behind it.

    Returns: the lines of the first report, and the titles of the others.
    """
    firsts = [index for index, line in enumerate(text) if _heading_number(line.text, 0) == 1]
    titles = [
        (index, title)
        for index, line in enumerate(text)
        if (title := parse_title(line.text)) and (title.agency or title.year)
    ]
    if len(firsts) < 2 or not titles:
        return list(text), []
    # Behind a table of contents the title can stand once more, or for the first time.
    own = titles[0][1]
    others = [index for index, title in titles if firsts[0] < index < firsts[-1] and not _may_be_one(title, own)]
    return (list(text[: others[0]]), [text[index] for index in others]) if others else (list(text), [])


def _may_be_one(one: Title, other: Title) -> bool:
    agencies, years = {one.agency, other.agency} - {""}, {one.year, other.year} - {None}
    return len(agencies) < 2 and len(years) < 2


def read_sections(lines: Iterable[Line]) -> tuple[Section, ...]:
    """Divide the lines of a report (`report_lines`) into its sections."""
    sections: list[tuple[str, list[Line]]] = [("", [])]
    last = 0
    for line in lines:
        number = _heading_number(line.text, last)
        if not number and last > 1 and _heading_number(line.text, 0) == 1 and not any(text for _, text in sections[1:]):
            # The headings so far were a table of contents.
            number, sections = 1, sections[:1]
        if number:
            last = number
            sections.append((line.text.strip().lstrip("?？"), []))
        else:
            sections[-1][1].append(line)
    return tuple(Section(position, heading, tuple(text)) for position, (heading, text) in enumerate(sections))


def _ends_report(text: str) -> bool:
    return _bare(text) in load_vocabulary().page_ends


def _is_furniture(text: str) -> bool:
    words = load_vocabulary()
    folded = _bare(text)
    return folded in words.page_furniture or folded.startswith(words.page_openings)


def _bare(text: str) -> str:
    return plain(text).strip("【】[]()<>|:•·")


def _heading_number(text: str, last: int) -> int:
    match = _HEADING.match(text)
    if not match or len(match.group(2)) > LONGEST_HEADING or holds_word(match.group(2), "。；"):
        return 0
    number = _NUMBERS.get(match.group(1), 0)
    if number == last + 1:
        return number
    known = load_vocabulary().sections.get(number, ())
    return number if number > last and any(label_full(text) == label_full(heading) for heading in known) else 0
