"""Damaged reports by the thousand, and what is read from them: `make mutations`.

Takes reports of every layout and form and the example documents, damages each in one way, reads it, and counts what becomes of its figures:

- right: the value that the sound report states;
- restated: another value, which the damaged report itself now states (two values swapped in a sound table): it can be noticed by arithmetic alone;
- wrong: a value, or a blank, that the damaged report does not state. Where a check fails that concerns it, it is flagged; else it is silent.

Silent wrong figures are listed; there should be none. Ends with an error if there are more than `--allow`.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from layouts.typesetting import LAYOUTS, typeset
from mutating.cells import MUTATIONS, Key, Permitted
from mutating.lines import LINE_MUTATIONS
from mutating.restatements import RESTATEMENTS
from mutating.tags import MAY_BE_BLANK, TAG_MUTATIONS
from renderers import Quirks, balanced, compose, figures_of

from expectations import Expectation, examples, sample_register, wanted
from gongkai_build.checks import FAIL, check_report, concerns, load_rules
from gongkai_build.documents import UnreadableDocument, read_document
from gongkai_build.forms import load_parties
from gongkai_build.reading.report import NotAReport, Report, read_report
from gongkai_build.reading.values import UNCLEAR
from gongkai_build.register.agencies import Register

FORMS = ("2019", "2021")
SHARE_OF_EXAMPLES = 0.3
ZEROS = (0.2, 0.6, 0.9)
RIGHT, RESTATED, FLAGGED_RESTATED, FLAGGED, SILENT = (
    "right",
    "restated",
    "restated, flagged",
    "wrong, flagged",
    "wrong, silent",
)
COUNTED = (RIGHT, UNCLEAR, FLAGGED_RESTATED, RESTATED, FLAGGED, SILENT)
SHOWN = 40
MARKED = ("alternate_lines", "tab_indented")
"""Layouts in which the mark of a cell stands on a line of its own: it stays when the line of the value is lost."""
TEXT_LAYOUTS = [layout for layout in LAYOUTS if not layout.startswith("html")]


@dataclass(frozen=True)
class Case:
    """A damaged report: what was done to it, what it states now, and what it stated before."""

    kind: str
    base: str
    body: bytes
    media_type: str | None
    permitted: Permitted
    original: Mapping[Key, Decimal | None]
    narrative: bool = False


@dataclass(frozen=True)
class Silent:
    """A figure that is wrong, and that nothing flags."""

    case: int
    kind: str
    base: str
    text: str


def cases(count: int, seed: int) -> Iterator[Case]:
    """Damage reports, each in one way; the same seed gives the same cases."""
    documents = [expected for expected in examples() if expected.path.suffix in (".html", ".htm", ".txt")]
    for number in range(count):
        rng = random.Random(f"{seed} {number}")
        if rng.random() < SHARE_OF_EXAMPLES:
            yield _damaged_example(rng.choice(documents), rng)
        else:
            yield _damaged_report(rng)


def _damaged_report(rng: random.Random) -> Case:
    form, layout, seed = rng.choice(FORMS), rng.choice(LAYOUTS), rng.randrange(10**6)
    quirks = Quirks(
        filler=rng.random() < 0.5,
        amount=rng.choice(["header", "wan"]),
        change=rng.choice(["plain", "plus"]),
        numbering=rng.choice(["1.", "（1）"]),
    )
    figures = balanced(form, figures_of(form, rng, zeros=rng.choice(ZEROS)))
    paper = compose(form, figures, quirks)
    kinds: list[Any] = [*MUTATIONS, *RESTATEMENTS, *(LINE_MUTATIONS if layout in TEXT_LAYOUTS else TAG_MUTATIONS)]
    mutate = rng.choice([kind for kind in kinds if quirks.amount == "header" or kind.__name__ != "swap_headers"])
    base = f"{layout} {form}"
    if mutate in MUTATIONS or mutate in RESTATEMENTS:
        damaged, permitted = mutate(paper, form, figures, rng)
        return Case(mutate.__name__, base, typeset(damaged, layout, quirks, seed), None, permitted, figures)
    text = typeset(paper, layout, quirks, seed).decode()
    body, blank = _damaged_text(text, mutate, layout in MARKED, rng)
    permitted = {key: {value, *blank} for key, value in figures.items()}
    return Case(mutate.__name__, base, body, None, permitted, figures)


def _damaged_example(expected: Expectation, rng: random.Random) -> Case:
    page = expected.path.suffix != ".txt"
    text = read_text(expected)
    tables = page and "<td" in text.lower()
    mutate = rng.choice(TAG_MUTATIONS if tables else LINE_MUTATIONS)
    marked = expected.name.replace("-", "_").startswith(MARKED)
    body, blank = _damaged_text(text, mutate, marked, rng)
    values = {_key(name): wanted(value) for name, value in expected.figures.items()}
    original = {key: value for key, (value, status) in values.items() if status != UNCLEAR}
    permitted: Permitted = {key: {value, *blank} for key, value in original.items()}
    media_type = "text/html" if page else "text/plain"
    return Case(mutate.__name__, expected.name, body, media_type, permitted, original, expected.form == "2008")


def read_text(expected: Expectation) -> str:
    """The text of an example, as UTF-8 whatever its charset."""
    body = expected.path.read_bytes()
    return body.decode("utf-8" if (read_document(body).charset or "").startswith("utf") else "gb18030")


def _damaged_text(
    text: str, mutate: Callable[..., Any], marked: bool, rng: random.Random
) -> tuple[bytes, set[Decimal | None]]:
    """Damage the lines or tags of a text; whether a figure may then be a blank.

    Where the mark that closes a cell stands on a line of its own, it stays when the line of the value is lost: an empty cell.
    """
    by_lines = mutate in LINE_MUTATIONS
    try:
        damaged = "\n".join(mutate(text.split("\n"), rng)) if by_lines else mutate(text, rng)
    except (IndexError, ValueError):
        # The document has nothing of the kind: no cell with a span, no second line.
        damaged = text
    may_be_blank = marked if by_lines else mutate in MAY_BE_BLANK
    return damaged.encode(), {None} if may_be_blank else set()


def _key(name: str) -> Key:
    item, _, party = name.partition("|")
    return item, party


# Reading, and judging what was read


def judge(case: Case, number: int = 0) -> tuple[Counter[str], list[Silent]]:
    """Read a damaged report and count what became of its figures."""
    try:
        document = read_document(case.body, media_type=case.media_type, charset="utf-8")
        report = read_report(document, _register())
    except (NotAReport, UnreadableDocument):
        # The title itself was lost: nothing is read, nothing is wrong.
        return Counter(), []
    flagged = _flagged(report)
    counts: Counter[str] = Counter()
    silent = []
    for figure in report.figures:
        key = (figure.item_id, figure.party)
        if figure.status == UNCLEAR:
            counts[UNCLEAR] += 1
        elif key in case.original and figure.value == case.original[key]:
            counts[RIGHT] += 1
        elif figure.value in case.permitted.get(key, set()):
            counts[FLAGGED_RESTATED if key in flagged else RESTATED] += 1
        elif key in flagged:
            counts[FLAGGED] += 1
        else:
            counts[SILENT] += 1
            stated = case.original.get(key, "nothing")
            text = f"{'|'.join(key)}: {figure.status} {figure.value} at {figure.place}, stated {stated}"
            silent.append(Silent(number, case.kind, case.base, text))
    return counts, silent


def _flagged(report: Report) -> set[Key]:
    """The figures that a failed check concerns."""
    rules = {rule.rule_id: concerns(rule) for rule in load_rules()}
    parties = ["all", *(party.party for party in load_parties())]
    return {
        (item, party)
        for check in check_report(report)
        if check.outcome == FAIL
        for item in rules[check.rule_id]
        for party in (parties if check.party == "all" else [check.party])
    }


@cache
def _register() -> Register:
    return sample_register()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--allow", type=int, default=0, help="how many silent wrong figures are no error")
    options = parser.parse_args(arguments)
    started = time.monotonic()
    by_kind: dict[str, Counter[str]] = {}
    silent: list[Silent] = []
    for number, case in enumerate(cases(options.count, options.seed)):
        counts, found = judge(case, number)
        by_kind.setdefault(case.kind, Counter()).update(counts, cases=1)
        silent += found
    print_counts(by_kind, silent)
    print(f"{options.count} mutations in {time.monotonic() - started:.0f} s")
    return 1 if len(silent) > options.allow else 0


def print_counts(by_kind: Mapping[str, Counter[str]], silent: Sequence[Silent]) -> None:
    """Print the counts of each kind of damage, and the silent wrong figures."""
    restating = {mutate.__name__ for mutate in RESTATEMENTS}
    print(f"{'':22}{'cases':>8}" + "".join(f"{name:>19}" for name in COUNTED))
    for title, kinds in (
        ("could be noticed from the document", sorted(by_kind.keys() - restating)),
        ("could not, but for the arithmetic", sorted(by_kind.keys() & restating)),
    ):
        print(f"-- {title}")
        for kind in kinds:
            print(_counted(kind, by_kind[kind]))
        print(_counted("sum", sum((by_kind[kind] for kind in kinds), Counter())))
    print(f"silent wrong figures: {len(silent)} in {len({wrong.case for wrong in silent})} cases")
    for wrong in silent[:SHOWN]:
        print(f"  case {wrong.case}, {wrong.kind}, {wrong.base}: {wrong.text}")


def _counted(kind: str, counts: Counter[str]) -> str:
    return f"{kind:22}{counts['cases']:>8}" + "".join(f"{counts[name]:>19}" for name in COUNTED)


if __name__ == "__main__":
    sys.exit(main())
