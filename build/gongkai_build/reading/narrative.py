"""Figures that sentences state, of reports on any form.

A sentence is cut into pieces; a piece states a figure when all of it is understood, when it speaks of the report's own and whole year, and of the agency itself.
A number that is approximate, or two sentences that disagree, have no value.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, takewhile

from gongkai_build.documents import Line
from gongkai_build.reading.fold import plain
from gongkai_build.reading.place import Figure, Issue
from gongkai_build.reading.sections import Section
from gongkai_build.reading.sentences import (
    CLOSED,
    paragraphs,
    pieces_of,
    ready_to_cut,
    sentences_of,
    with_units,
)
from gongkai_build.reading.speaking import Context, Total, begins_in_year, is_headed, time_of, topic_of, topics_in
from gongkai_build.reading.statements import OTHER, OWN, load_statements, load_words
from gongkai_build.reading.stating import LONGEST_PIECE, read_piece
from gongkai_build.reading.values import UNCLEAR

# Folded they would be digits of the number before them.
_MARKS = re.compile(r"[¹²³⁰-⁹₀-₉①-⒛]")
LONGEST_HEADING = 40
LONGEST_SENTENCE = 3000
"""Characters; nobody writes as many without a full stop, and what is as long takes long to read."""

MOST_FOLLOWING = 8
"""Sentences behind one in which is looked for what goes on with it."""


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
        total: Total | None = None
        lines = list(paragraphs(section.lines))
        texts = tuple(line.text for line in lines)
        for line in lines:
            if len(line.text) <= LONGEST_HEADING and not CLOSED.search(line.text):
                below = line.text
            if not candidate.search(line.text):
                continue
            headings = f"{heading} {plain(below)}"
            context = Context(year, form, plain(agency), headings, section=texts, total=total, issues=issues)
            for figure in _paragraph(line, context):
                found.setdefault((figure.item_id, figure.party), []).append(figure)
            total = context.total
            if total:
                total.idle += 1
                total = total if total.idle < 3 else None
    return [_agreed(figures, issues) for figures in found.values()], issues


def _paragraph(line: Line, context: Context) -> Iterator[Figure]:
    words = load_words()
    printed = _MARKS.sub(",", line.text) if _MARKS.search(line.text) else line.text
    folded = with_units(plain(printed))
    if not words.may_tell(folded) or not (context.total or words.spoken_of.search(folded)):
        return
    context.place = f"line {line.number}"
    sentences = sentences_of(printed, folded)
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
            context.topic, context.behind_before = topic_of(text) or context.topic, None
            time = time_of(text, context)
            context.time = time if time == OTHER else OWN
            continue
        text = ready_to_cut(text)
        if words.list_goes_on.match(text):
            context.behind, context.listed = context.behind if context.said else context.behind_before, False
        context.follows = _following(
            [text for _, text in sentences[number + 1 : number + 1 + MOST_FOLLOWING]], year=context.year
        )
        headed = words.matter.search(context.headings) is not None
        context.matter = headed or (bool(context.said) and context.matter)
        # A full stop ends what was said of a part of the year or of others; of another year as a whole it does not.
        before = None
        for piece in pieces_of(text):
            if piece.within and not context.within:
                before = context.state()
            elif before and not piece.within:
                context.restore(before)
                before = None
            context.rest, context.within, context.joined = piece.rest, piece.within, piece.joined
            # What a sentence says of disclosure behind a number (…120件，涉及信息公开的4件) may be said of a part.
            context.matter = context.matter or words.matter.search(piece.text) is not None
            yield from read_piece(piece.text, context)
        if before:
            context.restore(before)
        context.within = False
        if not goes_on:
            context.time = context.time if context.time == OTHER else OWN
            context.behind_before = context.behind
            context.said, context.behind = "", None
            context.foreign = context.listed = context.shared = context.with_others = False


def _following(sentences: Sequence[str], year: int) -> str:
    """Return those of some sentences that go on with what stands before them (其中…, 以上…均…), or begin with what it was in the report year."""
    going_on = list(takewhile(load_words().goes_on.match, sentences))
    said = [ready_to_cut(text) for text in going_on]
    of_the_year = sentences[len(going_on) :][:1]
    if of_the_year and begins_in_year(of_the_year[0], year):
        said += [piece.text for piece in islice(pieces_of(ready_to_cut(of_the_year[0])), 1)]
    return "".join(f",{text}" for text in said)


def _last_to_state(sentences: Sequence[str], context: Context) -> int:
    """Return the index of the last sentence of a paragraph that can state anything, whatever stands before it; -1 where none can."""
    patterns = _patterns(context.form, topics_in("".join(sentences)), context.headings)
    return max((number for number, text in enumerate(sentences) if _can_state(text, patterns)), default=-1)


@lru_cache(maxsize=4096)
def _patterns(form: str, topics: frozenset[str], headings: str) -> tuple[re.Pattern[str], ...]:
    """Return what can be stated where some topics are spoken of, or under a heading."""
    return tuple(
        pattern
        for statement in load_statements(form)
        if statement.topic is None or statement.topic in topics or is_headed(statement, headings)
        for pattern in statement.patterns
    )


def _can_state(text: str, patterns: Sequence[re.Pattern[str]]) -> bool:
    words = load_words()
    text = ready_to_cut(text)
    if words.denied.search(text):
        return True
    if not words.spoken_of.search(text) or not words.counted.search(text):
        return False
    pieces = (piece.text for piece in pieces_of(text) if len(piece.text) <= LONGEST_PIECE)
    stating = (piece for piece in pieces if words.spoken_of.search(piece) and words.counted.search(piece))
    return any(pattern.search(piece) for piece in stating for pattern in patterns)


def _agreed(figures: list[Figure], issues: list[Issue]) -> Figure:
    first = figures[0]
    if all((figure.value, figure.status) == (first.value, first.status) for figure in figures):
        return first
    raw = "\n".join(dict.fromkeys(figure.raw for figure in figures))
    issues.append(Issue("two_figures", first.place, f"{first.item_id} ({first.party}): {raw}"))
    return Figure(first.item_id, first.party, None, UNCLEAR, raw, first.place)
