"""A damaged report: what is read from it is what it still states, or is unclear; never another figure."""

import os
import random
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from itertools import product

import pytest
from _pytest.mark import ParameterSet
from layouts.typesetting import LAYOUTS, typeset
from mutating.cells import MUTATIONS, Mutated, Permitted
from mutating.lines import LINE_MUTATIONS
from mutating.restatements import RESTATEMENTS
from mutations import MARKED, RIGHT, cases, judge
from renderers import Figures, Quirks, compose, figures_of

from gongkai_build.documents import read_document
from gongkai_build.reading.place import Figure
from gongkai_build.reading.report import NotAReport, read_report
from gongkai_build.reading.values import UNCLEAR
from gongkai_build.register.agencies import Register, load_register
from gongkai_build.resources import definition

SAMPLE = range(4)
OF_EACH_SAMPLE = 60
SEEDS = range(int(os.environ.get("GONGKAI_MUTATIONS", "2")))
TEXT_LAYOUTS = [layout for layout in LAYOUTS if not layout.startswith("html")]
# What these leave looks whole: a row too wide for its grid, or a mark that stands for a cell as well as for the end of a row.
LOOKS_WHOLE: set[tuple[str, str]] = set()


def _cases(mutations: Iterable[Callable[..., object]], layouts: Iterable[str]) -> list[ParameterSet]:
    return [
        pytest.param(mutate, layout, id=f"{mutate.__name__}-{layout}")
        for mutate, layout in product(mutations, layouts)
        if (mutate.__name__, layout) not in LOOKS_WHOLE
    ]


@cache
def _register() -> Register:
    return load_register(definition("samples") / "register")


def _read(body: bytes) -> tuple[Figure, ...]:
    try:
        return read_report(read_document(body), _register()).figures
    except NotAReport:
        # The title itself was lost: nothing is read, nothing is wrong.
        return ()


def _silent_wrongs(figures: tuple[Figure, ...], permitted: Permitted) -> list[str]:
    return [
        f"{figure.item_id} ({figure.party}) is {figure.status} {figure.value}, printed {figure.raw!r} at {figure.place}"
        for figure in figures
        if figure.status != UNCLEAR and figure.value not in permitted.get((figure.item_id, figure.party), set())
    ]


def _original(form: str, layout: str, seed: int) -> tuple[random.Random, Figures, Quirks]:
    rng = random.Random(f"{form} {layout} {seed}")
    quirks = Quirks(filler=rng.random() < 0.5, amount="header", change=rng.choice(["plain", "plus"]))
    return rng, figures_of(form, rng, zeros=0.2), quirks


@pytest.mark.parametrize(("mutate", "layout"), _cases((*MUTATIONS, *RESTATEMENTS), LAYOUTS))
def test_damaged_tables(mutate: Callable[..., Mutated], layout: str) -> None:
    wrong = []
    for form in ("2019", "2021"):
        for seed in SEEDS:
            rng, figures, quirks = _original(form, layout, seed)
            paper, permitted = mutate(compose(form, figures, quirks), form, figures, rng)
            body = typeset(paper, layout, quirks, seed)
            wrong += [f"{form}, seed {seed}: {text}" for text in _silent_wrongs(_read(body), permitted)]
    assert wrong == []


@pytest.mark.parametrize(("mutate", "layout"), _cases(LINE_MUTATIONS, TEXT_LAYOUTS))
def test_damaged_lines(mutate: Callable[[list[str], random.Random], list[str]], layout: str) -> None:
    wrong = []
    for form in ("2019", "2021"):
        for seed in SEEDS:
            rng, figures, quirks = _original(form, layout, seed)
            lines = typeset(compose(form, figures, quirks), layout, quirks, seed).decode().split("\n")
            # The mark that closes a cell, on a line of its own, stays when the line of its value is lost: an empty cell.
            blank = {None} if layout in MARKED else set()
            permitted: Permitted = {key: {value, *blank} for key, value in figures.items()}
            body = "\n".join(mutate(lines, rng)).encode()
            wrong += [f"{form}, seed {seed}: {text}" for text in _silent_wrongs(_read(body), permitted)]
    assert wrong == []


@pytest.mark.parametrize("seed", SAMPLE)
def test_a_sample_of_the_mutations_of_all_documents(seed: int) -> None:
    judged = [judge(case, number) for number, case in enumerate(cases(OF_EACH_SAMPLE, seed))]
    assert [wrong for _, silent in judged for wrong in silent] == []
    assert sum((counts for counts, _ in judged), Counter())[RIGHT] > OF_EACH_SAMPLE * 100
