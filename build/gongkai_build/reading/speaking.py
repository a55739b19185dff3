"""Of what, of when and of whom a text speaks at a point of a paragraph."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from gongkai_build.reading.fold import holds_word, plain
from gongkai_build.reading.place import Issue
from gongkai_build.reading.sentences import ready_to_cut
from gongkai_build.reading.statements import (
    OTHER,
    OWN,
    PART,
    SINCE,
    Statement,
    is_long_for,
    is_short_for,
    load_words,
    time_pattern,
)

LONGEST_NAME = 30


@dataclass
class Context:
    """Of what, of when and of whom the text speaks at a point of a paragraph."""

    year: int
    form: str
    agency: str
    headings: str
    """Folded headings above the paragraph."""
    section: Sequence[str] = ()
    """The paragraphs of the section, as printed."""
    topic: str | None = None
    time: str = OWN
    foreign: bool = False
    said: str = ""
    """What the sentence has said so far."""
    joined: bool = False
    """Whether the piece at hand goes on with a list."""
    rest: str = ""
    """What stands in the sentence behind the piece at hand."""
    within: bool = False
    """Whether the piece at hand stands in brackets."""
    follows: str = ""
    """The sentences behind it that go on with what it lists (其中…, 以上…)."""
    behind: str | None = None
    """The item behind which a list stands."""
    behind_before: str | None = None
    """The same at the end of the sentence before."""
    sentence: str = ""
    place: str = ""
    matter: bool = False
    """Whether the headings or the sentence so far speak of disclosure."""
    total: "Total | None" = None
    listed: bool = False
    counted_other: bool = False
    """Whether the last number counted something else than what the list at hand is of."""
    with_others: bool = False
    """Whether a bracket of the sentence said that what is counted is others' as well: 我局（含下属单位）."""
    reviewed: bool = False
    """Whether the paragraph states how many reviews of disclosure there were."""
    shared: bool = False
    """Whether the sentence counts several remedies before it says how many of them are of disclosure."""
    issues: list[Issue] = field(default_factory=list)

    def state(self) -> "State":
        """Return of what, of when and of whom the text speaks, and what is listed."""
        open_total = self.total is not None and self.total.open
        return State(self.time, self.topic, self.foreign, self.behind, self.listed, self.counted_other, open_total)

    def restore(self, state: "State") -> None:
        """Go on where the text was before a bracket."""
        self.time, self.topic, self.foreign = state.time, state.topic, state.foreign or self.with_others
        self.behind, self.listed, self.counted_other = state.behind, state.listed, state.counted_other
        if self.total:
            self.total.open = state.open_total

    def close_lists(self) -> None:
        """Take what is listed from here on for parts of something else."""
        self.behind = None
        if self.total:
            self.total.open = False


class State(NamedTuple):
    """What is the same behind a bracket as before it."""

    time: str
    topic: str | None
    foreign: bool
    behind: str | None
    listed: bool
    counted_other: bool
    open_total: bool


@dataclass
class Total:
    """A total behind which its categories may follow, in this paragraph or the next ones."""

    statement: Statement
    unit: str
    idle: int = 0
    """Paragraphs since it, or since its last category."""
    open: bool = True
    """Whether nothing else was counted since, of which a list may be."""


def topic_of(text: str) -> str | None:
    """Return what a text speaks of at its end, or None."""
    words = load_words()
    last = None
    for match in words.topics.finditer(text):
        last = words.topic_of[match.group()]
    return last


def topics_in(text: str) -> frozenset[str]:
    """Return everything that a text speaks of."""
    return frozenset(topic for word, topic in load_words().topic_of.items() if word in text)


def time_of(text: str, context: Context) -> str:
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


@lru_cache(maxsize=4096)
def times_named(text: str, year: int) -> frozenset[str]:
    """Tell whether a text names the report year, another one or several, or both."""
    named = set()
    for match in time_pattern(year).finditer(text):
        kind = match.lastgroup
        if kind in ("own", "whole") or (kind == "year" and int(match.group()[:4]) == year):
            named.add(OWN)
        elif kind in ("year", "other", "since"):
            named.add(OTHER)
    return frozenset(named)


def begins_in_year(text: str, year: int) -> bool:
    """Tell whether a text begins with the name of a year (2012年, 本年度)."""
    match = time_pattern(year).match(text)
    return match is not None and (
        match.lastgroup == OWN or (match.lastgroup == "year" and match.group()[:4] == str(year))
    )


def is_understood(text: str, context: Context) -> bool:
    """Tell whether nothing stands in a text but words that lead to a statement: times, adverbs, the agency itself."""
    words = load_words()
    text = time_pattern(context.year).sub("", text)
    while text:
        found = words.lead.match(text) or words.own.match(text)
        if not found and speaks_for_division(context.agency):
            found = words.own_division.match(text)
        if not found and context.agency:
            # 青坪区 is where the name 青坪区水利局 begins: names that follow each other may be one.
            names = [name for name in words.organ.finditer(text) if name.end() <= LONGEST_NAME]
            found = next((name for name in names if is_own(text[: name.end()], context)), None)
        if not found and context.agency and text.startswith(context.agency):
            # 教育部: no ending of names of organs, for 全部 and 内部 are none.
            text = text.removeprefix(context.agency)
            continue
        if not found:
            return False
        text = text[found.end() :]
    return True


def is_one_of_several(said: str, context: Context) -> bool:
    """Tell whether what a text says of who asks, or how, is one of several kinds that the section counts (书面, beside 网上申请3件)."""
    return any(
        word.search(said) and any(beside.search(ready_to_cut(plain(text))) for text in context.section)
        for word, beside in load_words().limits
    )


def names_itself(text: str, context: Context) -> bool:
    """Tell whether an agency names itself in a text (我局, for a government 全市)."""
    words = load_words()
    return bool(words.own.search(text) or (speaks_for_division(context.agency) and words.own_division.search(text)))


def is_own(name: str, context: Context) -> bool:
    """Tell whether a name is the agency's, also a shorter form of it (市科技局 for 云岫市科学技术局)."""
    words = load_words()
    if words.own.fullmatch(name):
        return True
    if words.own_division.fullmatch(name):
        return speaks_for_division(context.agency)
    # 青坪区 alone is no short form of 青坪区财政局: it is the whole division.
    division = name.endswith(tuple(words.levels)) and not speaks_for_division(context.agency)
    return len(name) > 1 and not division and (is_short_for(name, context.agency) or is_long_for(name, context.agency))


def speaks_for_division(agency: str) -> bool:
    return not agency or agency.endswith(load_words().division_endings)


def is_headed(statement: Statement, headings: str) -> bool:
    """Tell whether the headings above a text are of what a statement is about."""
    return holds_word(headings, statement.headings)


def is_about(statement: Statement, said: str, context: Context) -> bool:
    """Tell whether the text speaks of what a statement is about."""
    if statement.matter and not (context.matter or is_headed(statement, context.headings)):
        return False
    if statement.topic is None:
        return True
    topic = topic_of(said) or context.topic
    return topic == statement.topic or (topic is None and is_headed(statement, context.headings))
