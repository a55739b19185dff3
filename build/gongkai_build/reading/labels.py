"""Which label of a form a text is: exactly, or cut short, or lengthened by an explanation."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from gongkai_build.forms import Form, load_form, load_forms, load_vocabulary
from gongkai_build.reading.fold import foreign_characters, holds_any, label_core, label_full, numbering, plain

BLOCK, COLUMN, ROW, GROUP, FURNITURE, SECTION = "block", "column", "row", "group", "furniture", "section"
SHORTEST_CUT = 3
LONGEST_LABEL = 120
SHORTEST_GARBLED = 6
MOST_PUT_IN = 2
_DENIALS = "不未无非没"
_LAST_BRACKETS = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]\s*$")
_YEAR = re.compile(r"(20\d\d)年度?")
_SENTENCE_END = re.compile(r"[。；;!！]")


@dataclass(frozen=True)
class Meaning:
    """One thing that a text can be on a form: kind of label, block (its index), row or column (its index), or section number."""

    kind: str
    block: int = -1
    index: int = -1


@dataclass(frozen=True, eq=False)
class Labels:
    """The labels of one form, folded."""

    form: Form
    exact: dict[str, tuple[Meaning, ...]]

    def exactly(self, text: str) -> tuple[Meaning, ...]:
        """Return what a text is when it is a label word for word, numbering and explanations in brackets aside."""
        return _exactly(self, text)

    def loosely(self, text: str) -> tuple[Meaning, ...]:
        """Return what a text that is no label word for word can be when it is a label cut short."""
        return _loosely(self, text)

    def nearly(self, text: str) -> tuple[Meaning, ...]:
        """Return the row of section 3 whose label a text is but for some characters lost or put in, none changed."""
        return _nearly(self, text)

    def implied_year(self, text: str) -> int | None:
        """Return the report year of which a label that prints a year speaks (二、2021年结转…: 2022); None where it prints none."""
        if not _YEAR.search(text):
            return None
        implied = {year for core, year in _with_words_for_year(text) if core in self.exact or _rows_nearly(self, core)}
        return implied.pop() if len(implied) == 1 else None


@lru_cache(maxsize=65536)
def _exactly(labels: Labels, text: str) -> tuple[Meaning, ...]:
    # Most cells hold a number; no label is without Chinese characters.
    if text.isascii() or len(text) > LONGEST_LABEL * 3 or is_foreign(text):
        return ()
    found = labels.exact.get(label_full(text)) or ()
    if not found and not is_limited(text):
        # Of 第二十条第（八）项（单位：元） only the last brackets are an explanation.
        bare = _LAST_BRACKETS.sub("", text)
        found = labels.exact.get(label_core(text)) or (labels.exact.get(label_full(bare), ()) if bare != text else ())
        for core, _ in () if found else _with_words_for_year(text):
            found = tuple(m for m in labels.exact.get(core, ()) if m.kind in (ROW, COLUMN, GROUP)) or found
    return tuple(meaning for meaning in found if meaning.kind != SECTION or numbering(text))


@lru_cache(maxsize=65536)
def _loosely(labels: Labels, text: str) -> tuple[Meaning, ...]:
    if is_foreign(text):
        return ()
    core = label_core(text)
    if not SHORTEST_CUT <= len(core) <= LONGEST_LABEL or _SENTENCE_END.search(text) or is_limited(text):
        return ()
    cut = [meanings for label, meanings in labels.exact.items() if label.startswith(core)]
    return tuple(meaning for meanings in cut for meaning in meanings if meaning.kind != SECTION)


@lru_cache(maxsize=65536)
def _nearly(labels: Labels, text: str) -> tuple[Meaning, ...]:
    core = label_core(text)
    if not SHORTEST_GARBLED <= len(core) <= LONGEST_LABEL or _SENTENCE_END.search(text) or is_limited(text):
        return ()
    return _rows_nearly(labels, core) or next(
        (found for other, _ in _with_words_for_year(text) if (found := _rows_nearly(labels, other))), ()
    )


def _rows_nearly(labels: Labels, core: str) -> tuple[Meaning, ...]:
    found = {meanings for label, meanings in labels.exact.items() if _is_garbled(core, label)}
    rows = {meaning for meanings in found for meaning in meanings}
    section = labels.form.blocks[next(iter(rows)).block].section if rows else 0
    return tuple(rows) if len(rows) == 1 and section == 3 and all(meaning.kind == ROW for meaning in rows) else ()


def _with_words_for_year(text: str) -> list[tuple[str, int]]:
    """Return what a label that prints one year (2021年结转…) may say instead, folded (上年结转…), each with the report year that this implies."""
    core = label_core(text) if _YEAR.search(text) else ""
    years = set(_YEAR.findall(core))
    if len(years) != 1 or not _YEAR.sub("", core):
        # 2021年度 alone is a caption.
        return []
    year = int(years.pop())
    return [(_YEAR.sub(word, core), year - away) for word, away in load_vocabulary().years_in_labels.items()]


def _is_garbled(core: str, label: str) -> bool:
    """Tell whether characters were lost from a label, at most half, or a few put in: none that denies or limits, and none changed.

    What is put in may be a particle, a number or a character of the label again; 属于国家工作秘密 is another row.
    """
    words = (*_DENIALS, *load_vocabulary().limiting_words)
    if any(core.count(word) != label.count(word) for word in words):
        return False
    if any(is_subsequence(core, label.replace(part, "")) for part in load_vocabulary().parts_of_rows if part in label):
        # 信访投诉类申请 is no 信访举报投诉类申请 that lost two characters.
        return False
    if len(core) < len(label):
        return len(core) * 2 >= len(label) and is_subsequence(core, label)
    if len(core) > len(label) + MOST_PUT_IN or len(label) < SHORTEST_GARBLED or not is_subsequence(label, core):
        return False
    harmless = load_vocabulary().particles + label
    return all(character.isascii() or character in harmless for character in core)


def is_subsequence(part: Sequence[object], whole: Sequence[object]) -> bool:
    """Tell whether a sequence is another one with nothing changed but some members left out."""
    rest = iter(whole)
    return all(any(member == other for other in rest) for member in part)


def is_foreign(text: str) -> bool:
    """Tell whether a text holds, outside of brackets, a character that no label has: it is none, and no part of one."""
    return holds_any(text, _foreign())


@cache
def _foreign() -> re.Pattern[str]:
    return foreign_characters(label for form in load_forms() for label in load_labels(form.form).exact)


def is_limited(text: str) -> bool:
    """Tell whether what stands in brackets makes of a label a narrower one (本年新收…数量（网络）), not only explains it."""
    if not any(bracket in text for bracket in "(（[【"):
        return False
    words, folded = load_vocabulary(), plain(text)
    bracketed = "".join(re.findall(r"[(\[【]([^)\]】]*)", folded))
    if any(word in re.split(r"[(\[【]", folded)[0] for word in words.increase):
        # 本年增/减（比上年减少的写负数）: a change is one from another year anyway.
        for compared in words.compared:
            bracketed = bracketed.replace(compared, "")
    return any(word in bracketed for word in words.limiting_words)


@cache
def load_labels(form: str) -> Labels:
    """Fold the labels of a tabular form."""
    definition = load_form(form)
    vocabulary = load_vocabulary()
    exact: dict[str, list[Meaning]] = {}

    def add(texts: Iterable[str], meaning: Meaning) -> None:
        for text in texts:
            for key in {label_full(text), label_core(text)} - {""}:
                # 第二十条第（一）项 is told from its sisters by what stands in the brackets.
                if meaning.kind == BLOCK and key == label_core(text) != label_full(text):
                    continue
                known = exact.setdefault(key, [])
                if meaning not in known:
                    known.append(meaning)

    for number, block in enumerate(definition.blocks):
        if block.heading:
            headings = (block.heading, block.heading.removesuffix("项"))
            prefixes = ("", *vocabulary.heading_prefixes)
            add([prefix + heading for prefix in prefixes for heading in headings], Meaning(BLOCK, number))
        for index, column in enumerate(block.columns):
            add((column.label, *column.aliases), Meaning(COLUMN, number, index))
            if column.group:
                add([column.group], Meaning(GROUP, number))
        for index, row in enumerate(block.rows):
            add((row.label, *row.aliases), Meaning(ROW, number, index))
            for group in row.groups:
                add([group], Meaning(GROUP, number))
    for group in definition.groups:
        if label_core(group) not in exact:
            add([group], Meaning(GROUP, len(definition.blocks) - 1))
    add(vocabulary.table_furniture, Meaning(FURNITURE))
    for section, section_headings in vocabulary.sections.items():
        add(section_headings, Meaning(SECTION, index=section))
    return Labels(definition, {key: tuple(meanings) for key, meanings in exact.items()})


@lru_cache(maxsize=65536)
def is_label(text: str) -> bool:
    """Tell whether a text is, word for word, a label or heading of any form."""
    return (
        not text.isascii()
        and not is_foreign(text)
        and any(load_labels(form.form).exactly(text) for form in load_forms())
    )


@cache
def distinctive_labels(form: str) -> frozenset[str]:
    """Return the folded official labels by which a form is told from the others."""
    others = {label for other in load_forms() if other.form != form for label in load_labels(other.form).exact}
    definition = load_form(form)
    official = [row.label for block in definition.blocks for row in block.rows]
    official += [column.label for block in definition.blocks for column in block.columns]
    return frozenset(label_core(label) for label in official if label_core(label)) - others


def looks_like_text(text: str) -> bool:
    """Tell whether a text is a sentence rather than the content of a cell."""
    return len(plain(text)) > LONGEST_LABEL or bool(_SENTENCE_END.search(text))
