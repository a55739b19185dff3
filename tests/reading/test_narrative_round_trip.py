"""Figures → sentences in many wordings among decoys → the same figures, unclear, or none; never other numbers."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st
from layouts.sentences import PARTY, WORDINGS, narrate

from gongkai_build.documents import Line
from gongkai_build.reading.narrative import read_narrative
from gongkai_build.reading.sections import Section

YEAR = 2015
HEADING = "三、政府信息公开申请、复议和诉讼情况"
FIGURES = st.dictionaries(st.sampled_from(sorted(WORDINGS)), st.integers(0, 99999), min_size=1).map(
    lambda chosen: {(item, PARTY[item]): value for item, value in chosen.items()}
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(stated=FIGURES, seed=st.integers(0, 2**32))
def test_sentences_are_read_as_they_say_or_not_at_all(stated: dict[tuple[str, str], int], seed: int) -> None:
    lines = narrate(stated, YEAR, random.Random(seed))
    section = Section(1, HEADING, tuple(Line(text, number) for number, text in enumerate(lines, 1)))
    figures, _ = read_narrative([section], YEAR, agency="云岫市科学技术局")
    wrong = {
        (figure.item_id, figure.party): (figure.value, figure.raw)
        for figure in figures
        if figure.value is not None and figure.value != stated.get((figure.item_id, figure.party))
    }
    assert wrong == {}, lines


def test_most_of_what_is_stated_is_read() -> None:
    read = told = 0
    for seed in range(200):
        rng = random.Random(seed)
        stated = {(item, PARTY[item]): rng.randrange(3000) for item in WORDINGS}
        lines = narrate(stated, YEAR, rng)
        section = Section(1, HEADING, tuple(Line(text, number) for number, text in enumerate(lines, 1)))
        figures, _ = read_narrative([section], YEAR, agency="云岫市科学技术局")
        read += sum(figure.value is not None for figure in figures)
        told += len(stated)
    assert read > told * 0.9
