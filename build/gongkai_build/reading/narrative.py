"""Figures that sentences state, of reports on any form.

A sentence is cut into pieces; a piece states a figure when all of it is understood, when it speaks of the report's own and whole year, and of the agency itself.
A number that is approximate, or two sentences that disagree, have no value.
"""

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from gongkai_build.documents import Line
from gongkai_build.forms import load_vocabulary
from gongkai_build.reading.fold import holds_word, mainland_wording, plain
from gongkai_build.reading.place import Figure, Issue
from gongkai_build.reading.sections import Section
from gongkai_build.reading.statements import (
    CHINESE_DIGITS,
    OTHER,
    OWN,
    PART,
    SINCE,
    Statement,
    is_short_for,
    load_statements,
    load_words,
    time_pattern,
)
from gongkai_build.reading.values import REPORTED, UNCLEAR, parse_number

_SENTENCE = re.compile(r"[^。；;！!]+[。；;！!]?")
_CLOSED = re.compile(r"[。；;！!？?：:”）)]\s*$")
_NUMBERED = re.compile(r"\s*(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]|第[一二三四五六七八九十]{1,3}[章节条])")
_CUT = re.compile(r"[():\[\]“”\"]|,(?!\d{3}(?!\d))|(?<!\d),|[?？]")
_QUOTED_CATEGORY = re.compile(r"[“\"]([^“”\"\d,]{2,14})[”\"](?=的?[\d一二三四五六七八九十两零])")
"""“同意公开”8件: quotation marks about a category, which part nothing."""
_COLON_OF_A_NUMBER = re.compile(r"(?<=[数量额]):(?=\d)")
"""行政复议数量：0件: a colon that parts no more than a label from its number."""
_QUOTED = re.compile(r"《[^》]*》|〈[^〉]*〉")
# Folded they would be digits of the number before them.
_MARKS = re.compile(r"[¹²³⁰-⁹₀-₉①-⒛]")
_NOT_OWN_WITHIN = "其中"
LONGEST_HEADING = 40
SHORTEST_WRAPPED_LINE = 20
LONGEST_SENTENCE = 3000
"""Characters; nobody writes as many without a full stop, and what is as long takes long to read."""
LONGEST_PIECE = 300
"""Characters that a piece between commas can have to be understood; what is longer is no statement, and takes long to search."""


@dataclass
class _Context:
    """Of what, of when and of whom the text speaks at a point of a paragraph."""

    year: int
    form: str
    agency: str
    headings: str
    """Folded headings above the paragraph."""
    topic: str | None = None
    time: str = OWN
    foreign: bool = False
    said: str = ""
    """What the sentence has said so far."""
    behind: str | None = None
    """The item behind which a list stands."""
    sentence: str = ""
    place: str = ""
    matter: bool = False
    total: "_Total | None" = None
    listed: bool = False
    issues: list[Issue] = field(default_factory=list)


@dataclass
class _Total:
    """A total behind which its categories may follow, in this paragraph or the next ones."""

    statement: Statement
    unit: str
    idle: int = 0
    """Paragraphs since it, or since its last category."""


def read_narrative(
    sections: Iterable[Section], year: int, *, form: str = "2008", agency: str = ""
) -> tuple[list[Figure], list[Issue]]:
    """Read the figures that sentences state for a year.

    Args:
        sections: the sections of the report; the categories behind a total stand in its section.
        year: the report year.
        form: the form of the report, which decides what is counted.
        agency: the name of the agency as its title prints it, if it does; its sentences may use a shorter one.

    Returns: figures (raw is the sentence as printed), and issues for what was seen but not settled.
    """
    found: dict[tuple[str, str], list[Figure]] = {}
    issues: list[Issue] = []
    candidate = load_words().candidate
    for section in sections:
        heading, below = plain(section.heading), ""
        total: _Total | None = None
        for line in _paragraphs(section.lines):
            if len(line.text) <= LONGEST_HEADING and not _CLOSED.search(line.text):
                below = line.text
            if not candidate.search(line.text):
                continue
            context = _Context(year, form, plain(agency), f"{heading} {plain(below)}", total=total, issues=issues)
            for figure in _paragraph(line, context):
                found.setdefault((figure.item_id, figure.party), []).append(figure)
            total = context.total
            if total:
                total.idle += 1
                total = total if total.idle < 3 else None
    return [_agreed(figures, issues) for figures in found.values()], issues


def _paragraphs(lines: Iterable[Line]) -> Iterator[Line]:
    """Join the lines of a paragraph that is broken over several; a heading and a numbered line stand alone."""
    wrapped: list[Line] = []
    for line in lines:
        if wrapped and not _goes_on(wrapped[-1].text, line.text):
            yield _joined(wrapped)
            wrapped = []
        wrapped.append(line)
    if wrapped:
        yield _joined(wrapped)


def _goes_on(before: str, text: str) -> bool:
    """Tell whether a line goes on with the paragraph of the line before."""
    if len(before) < SHORTEST_WRAPPED_LINE or _CLOSED.search(before.rstrip()[-1:]):
        return False
    return len(before.rpartition("\n")[2].strip()) >= SHORTEST_WRAPPED_LINE and not _NUMBERED.match(text)


def _joined(lines: Sequence[Line]) -> Line:
    if len(lines) == 1:
        return lines[0]
    first, *between, last = (line.text for line in lines)
    return lines[0]._replace(text="\n".join([first.rstrip(), *map(str.strip, between), last.lstrip()]))


def _paragraph(line: Line, context: _Context) -> Iterator[Figure]:
    words = load_words()
    printed = _MARKS.sub(",", line.text) if _MARKS.search(line.text) else line.text
    folded = plain(printed)
    if not words.may_tell(folded) or not (context.total or words.spoken_of.search(folded)):
        return
    context.place = f"line {line.number}"
    sentences = [(each, _folded(each)) for each in _SENTENCE.findall(printed)]
    endless = len(printed) > LONGEST_SENTENCE
    last = len(sentences) if endless else _last_to_state([text for _, text in sentences], context)
    for number, (sentence, text) in enumerate(sentences):
        if number > last and not context.total:
            # What stands behind the last sentence that can state anything need not be read.
            break
        goes_on = sentence.rstrip().endswith(("；", ";"))
        if len(context.said) + len(sentence) > LONGEST_SENTENCE:
            context.issues.append(Issue("endless_sentence", context.place, f"{sentence.strip()[:60]}…"))
            context.said, context.foreign = "", goes_on
            continue
        context.sentence = sentence.strip()
        if not goes_on and not context.said and not words.may_tell(text):
            # It states nothing, but what follows may belong to what it speaks of.
            context.topic = _topic(text) or context.topic
            time = _time(text, context)
            context.time = time if time == OTHER else OWN
            continue
        text = _ready_to_cut(text)
        context.matter = bool(words.matter.search(text) or words.matter.search(context.headings))
        # A full stop ends what was said of a part of the year or of others; of another year as a whole it does not.
        for piece, within in _pieces(text):
            before = (context.time, context.topic, context.foreign)
            yield from _piece(piece, context)
            if within:
                context.time, context.topic, context.foreign = before
        if not goes_on:
            context.time = context.time if context.time == OTHER else OWN
            context.foreign, context.said, context.behind, context.listed = False, "", None, False


def _folded(sentence: str) -> str:
    text = _COLON_OF_A_NUMBER.sub("", _QUOTED_CATEGORY.sub(r"\1", plain(sentence)))
    return mainland_wording(_QUOTED.sub("《》", text).rstrip("。;!"))


def _ready_to_cut(text: str) -> str:
    """Say in one wording what is said in several, and put commas between numbers in a list."""
    words = load_words()
    for pattern, name in words.phrases:
        text = pattern.sub(name, text)
    return words.counted_in_list.sub(r"\1,", text)


def _last_to_state(sentences: Sequence[str], context: _Context) -> int:
    """Return the index of the last sentence of a paragraph that can state anything, whatever stands before it; -1 where none can."""
    topics = _topics_in("".join(sentences))
    patterns = [
        pattern
        for statement in load_statements(context.form)
        if statement.topic is None or statement.topic in topics or _is_headed(statement, context)
        for pattern in statement.patterns
    ]
    return max((number for number, text in enumerate(sentences) if _can_state(text, patterns)), default=-1)


def _can_state(text: str, patterns: Sequence[re.Pattern[str]]) -> bool:
    words = load_words()
    text = _ready_to_cut(text)
    if words.denied.search(text):
        return True
    if not words.spoken_of.search(text) or not words.counted.search(text):
        return False
    pieces = (piece for piece, _ in _pieces(text) if len(piece) <= LONGEST_PIECE)
    stating = (piece for piece in pieces if words.spoken_of.search(piece) and words.counted.search(piece))
    return any(pattern.search(piece) for piece in stating for pattern in patterns)


def _topics_in(text: str) -> set[str]:
    return {topic for word, topic in load_words().topic_of.items() if word in text}


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Cut a folded sentence; each piece with whether it stands in brackets."""
    depth, start = 0, 0
    for cut in _CUT.finditer(text):
        if cut.start() > start:
            yield text[start : cut.start()].lstrip("、"), depth > 0
        depth += (cut.group() in "([") - (cut.group() in ")]")
        start = cut.end()
    if start < len(text):
        yield text[start:].lstrip("、"), depth > 0


def _piece(piece: str, context: _Context) -> list[Figure]:
    words = load_words()
    if len(piece) > LONGEST_PIECE:
        context.foreign = True
        return []
    if words.comparison.search(piece):
        stated = _stated_in(piece, context, allow_tail=True)
        context.topic = _topic(piece) or context.topic
        context.said += piece + ","
        return stated
    if words.not_yet.search(piece) or words.foreign.search(piece):
        context.foreign = True
    subject = words.foreign_subject.match(piece)
    if subject and not _is_own(subject.group("organ"), context):
        context.foreign = True
    figures = _stated_in(piece, context, allow_tail=False)
    taken = words.taking.search(piece)
    if taken and not figures and taken.group("what").strip("了共计的"):
        topic = _topic(taken.group("what"))
        context.topic = topic or OTHER
    else:
        context.topic = _topic(piece) or context.topic
    context.said += piece + ","
    return figures


def _stated_in(piece: str, context: _Context, *, allow_tail: bool) -> list[Figure]:
    """Return what a piece states, and carry on of when the text speaks."""
    matches = _matches(piece, context)
    kept = piece
    figures: list[Figure] = []
    if matches:
        statement, match = matches[0]
        if statement.timed:
            kept = piece[: match.start()] + piece[match.end() :]
        time = _time(piece[: match.start()] if statement.timed else piece[: match.end()], context)
        if time == OWN and not context.foreign and _may_follow(match):
            for also, _ in matches:
                figures.append(_figure(also, match, context))
                if also.parts and "unit" in match.groupdict():
                    context.total = _Total(also, match.group("unit"))
            context.behind = statement.behind or statement.item_id
    if not matches and not allow_tail:
        figures = _none(piece, context) or _category_in(piece, context)
    context.time = _time(kept, context) if not allow_tail or matches else context.time
    return figures


def _matches(piece: str, context: _Context) -> list[tuple[Statement, re.Match[str]]]:
    """Find the statements of a piece: those that begin first, if nothing before them is left that is not understood."""
    found: list[tuple[Statement, re.Match[str]]] = []
    words = load_words()
    if not words.counted.search(piece) or not words.spoken_of.search(piece):
        return found
    of_others = False
    topics = _topics_in(piece)
    for statement in load_statements(context.form):
        if not _may_be_about(statement, topics, context):
            continue
        for pattern in statement.patterns:
            match = pattern.search(piece)
            if match and _fits(statement, match, piece, context):
                if _is_understood(piece[: match.start()], context):
                    found.append((statement, match))
                    break
                of_others = True
    # Whose or which it is cannot be told, so neither can it be of what follows in the sentence.
    context.foreign = context.foreign or (of_others and not found)
    first = min((match.start() for _, match in found), default=0)
    longest = max((match.end() for _, match in found if match.start() == first), default=0)
    return [(statement, match) for statement, match in found if (match.start(), match.end()) == (first, longest)]


def _fits(statement: Statement, match: re.Match[str], piece: str, context: _Context) -> bool:
    groups = match.groupdict()
    if statement.units and groups.get("unit") not in statement.units:
        return False
    before = piece[: match.start()]
    # Several channels named before an explicit subject (利用网站、微信等，全区…) are all of them; one of them is a part.
    said = "" if before and "等" in context.said and _names_itself(before, context) else context.said
    if any(word in said + before for word in statement.not_before):
        return False
    return _is_about(statement, piece[: match.end()], context)


def _may_be_about(statement: Statement, topics: Container[str], context: _Context) -> bool:
    """Tell whether a piece that names some topics can be about what a statement is about, whatever it says: most statements cannot be meant."""
    if statement.behind and context.behind != statement.behind:
        return False
    if statement.topic is None or statement.topic in topics or statement.topic == context.topic:
        return not statement.matter or context.matter or _is_headed(statement, context)
    return context.topic is None and _is_headed(statement, context)


def _is_headed(statement: Statement, context: _Context) -> bool:
    return holds_word(context.headings, statement.headings)


def _is_about(statement: Statement, said: str, context: _Context) -> bool:
    """Tell whether the text speaks of what a statement is about."""
    if statement.matter and not (context.matter or _is_headed(statement, context)):
        return False
    if statement.topic is None:
        return True
    topic = _topic(said) or context.topic
    return topic == statement.topic or (topic is None and _is_headed(statement, context))


def _topic(text: str) -> str | None:
    words = load_words()
    last = None
    for match in words.topics.finditer(text):
        last = words.topic_of[match.group()]
    return last


def _time(text: str, context: _Context) -> str:
    """Tell of when a text speaks at its end."""
    time = context.time
    for match in time_pattern(context.year).finditer(text):
        kind = match.lastgroup
        if kind == "own" or (kind == "year" and int(match.group()[:4]) == context.year):
            time = time if time == SINCE and kind == "year" else OWN
        elif kind == "whole":
            time = OWN if time == PART else time
        elif kind == "year":
            time = OTHER
        else:
            time = {"since": SINCE, "part": PART, "other": SINCE}[kind or "other"]
    return time


def _is_understood(text: str, context: _Context) -> bool:
    """Tell whether nothing stands in a text but words that lead to a statement: times, adverbs, the agency itself."""
    words = load_words()
    text = time_pattern(context.year).sub("", text)
    while text:
        found = words.lead.match(text) or words.own.match(text)
        if not found and _speaks_for_division(context.agency):
            found = words.own_division.match(text)
        if not found and context.agency:
            found = next((name for name in words.organ.finditer(text) if not name.start()), None)
            if found and not _is_own(found.group(), context):
                return False
        if not found:
            return False
        text = text[found.end() :]
    return True


def _names_itself(text: str, context: _Context) -> bool:
    words = load_words()
    return bool(words.own.search(text) or (_speaks_for_division(context.agency) and words.own_division.search(text)))


def _is_own(name: str, context: _Context) -> bool:
    """Tell whether a name is the agency's, also a shorter form of it (市科技局 for 云岫市科学技术局)."""
    words = load_words()
    if words.own.fullmatch(name):
        return True
    if words.own_division.fullmatch(name):
        return _speaks_for_division(context.agency)
    return len(name) > 1 and is_short_for(name, context.agency)


def _speaks_for_division(agency: str) -> bool:
    return not agency or agency.endswith(load_words().division_endings)


def _may_follow(match: re.Match[str]) -> bool:
    after = match.string[match.end() :]
    words = load_words()
    return bool(words.tail.match(after)) or after.startswith(words.approximate_after)


def _none(piece: str, context: _Context) -> list[Figure]:
    """Read a piece that says that something did not occur."""
    figures: list[Figure] = []
    if context.foreign or not load_words().denied.search(piece):
        return figures
    for statement in load_statements(context.form):
        for pattern in statement.none:
            match = pattern.search(piece)
            if not match:
                continue
            if statement.word and not statement.word.search(match.group("what")):
                continue
            before = piece[: match.start()]
            if not _is_understood(before, context) or not _is_about(statement, piece, context):
                continue
            if _time(before if statement.timed else piece, context) == OWN:
                figures.append(
                    Figure(*statement.key, Decimal(0), REPORTED, context.sentence, context.place),
                )
                break
    return figures


def _figure(statement: Statement, match: re.Match[str], context: _Context) -> Figure:
    return _stated(statement.item_id, statement.party, match, context)


def _stated(item_id: str, party: str, match: re.Match[str], context: _Context) -> Figure:
    number = parse_number(match.group("number"))
    groups = match.groupdict()
    after = match.string[match.end() :]
    unclear = Figure(item_id, party, None, UNCLEAR, context.sentence, context.place)
    approximate = any(groups.get(name) for name in ("approximately", "more")) or after.startswith(
        load_words().approximate_after
    )
    if number is None or approximate or (groups.get("scale") and not groups.get("money")):
        # 2.2万条 is rounded: nobody counts records in ten thousands.
        return unclear
    if groups.get("money"):
        if len(re.findall(rf"[\d{CHINESE_DIGITS}][万亿]?元", plain(context.sentence))) > 1:
            # One of several amounts (检索费10元、复制费20元) is no total.
            return unclear
        number *= load_vocabulary().money_units[match.group("money")]
    elif number != number.to_integral_value():
        return unclear
    return Figure(item_id, party, number, REPORTED, context.sentence, context.place)


def _category_in(piece: str, context: _Context) -> list[Figure]:
    """Read a category of a total: a piece that is nothing but a category, a number and the unit of the total."""
    words, total = load_words(), context.total
    context.listed = context.listed or any(opening in piece for opening in words.list_openings)
    if total is None or context.foreign or _time(piece, context) != OWN:
        return []
    match = words.part.fullmatch(piece)
    if not match or match.group("unit") != total.unit:
        return []
    item = total.statement.parts.get(_category(mainland_wording(match.group("label")), total.statement.parts))
    if item:
        total.idle = 0
        return [_stated(item, total.statement.party, match, context)]
    if context.listed and context.topic in (None, "disclosure"):
        context.issues.append(Issue("local_line", context.place, piece))
    return []


def _category(label: str, known: Iterable[str]) -> str:
    """Take from a category the words that only lead to it or close it (通过政府网站公开信息 → 政府网站)."""
    words = load_words()
    changed = True
    while changed and label not in known:
        changed = False
        for opening in words.part_openings:
            if label.startswith(opening) and len(label) > len(opening):
                label, changed = label.removeprefix(opening), True
        for ending in words.part_endings:
            if label not in known and label.endswith(ending) and len(label) > len(ending):
                label, changed = label.removesuffix(ending), True
    return label


def _agreed(figures: list[Figure], issues: list[Issue]) -> Figure:
    first = figures[0]
    if all((figure.value, figure.status) == (first.value, first.status) for figure in figures):
        return first
    raw = "\n".join(dict.fromkeys(figure.raw for figure in figures))
    issues.append(Issue("two_figures", first.place, f"{first.item_id} ({first.party}): {raw}"))
    return Figure(first.item_id, first.party, None, UNCLEAR, raw, first.place)
