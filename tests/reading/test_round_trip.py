"""Figures → a report in any layout with any quirk → the same figures, or unclear where the layout loses them; never others."""

import os
import random
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from layouts.typesetting import LAYOUTS, typeset
from layouts.word_file import word_file
from renderers import FORM_YEARS, Figures, Quirks, compose, figures_of

from gongkai_build.documents import Document, read_document
from gongkai_build.documents.docx import read_docx
from gongkai_build.documents.kinds import DOCX
from gongkai_build.reading.place import Figure
from gongkai_build.reading.report import Report, read_report
from gongkai_build.reading.values import UNCLEAR
from gongkai_build.register.agencies import Register, load_register
from gongkai_build.resources import definition

MORE = os.environ.get("GONGKAI_EXAMPLES")
"""Examples for each layout. A number set by hand draws other examples in each run; without one a run repeats the last."""
EXAMPLES = settings(
    max_examples=int(MORE or 100),
    derandomize=MORE is None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
CUT = settings(EXAMPLES, max_examples=int(MORE or 30))
AGENCY_ID = "990100.science"
FORMS = st.sampled_from(sorted(FORM_YEARS))
SEEDS = st.integers(0, 2**32)
ZEROS = st.sampled_from([0.1, 0.5, 0.95])
BLANK_MARKS = ["", "/", "-", "—", "无"]
QUIRKS = st.builds(
    Quirks,
    traditional=st.booleans(),
    full_width_digits=st.booleans(),
    thousands=st.booleans(),
    change=st.sampled_from(["plain", "plus", "words"]),
    numbering=st.sampled_from(["1.", "1、", "（1）", "⒈"]),
    half_width_brackets=st.booleans(),
    padding=st.booleans(),
    broken_labels=st.booleans(),
    explanations=st.booleans(),
    aliases=st.booleans(),
    amount=st.sampled_from(["yuan", "wan", "header"]),
    dash=st.booleans(),
    filler=st.booleans(),
)
# A dash behind a row of which cells are blank makes it seem complete.
QUIRKS_WITH_BLANKS = st.builds(
    lambda quirks, mark: Quirks(**{**vars(quirks), "blank_mark": mark}),
    QUIRKS,
    st.sampled_from(BLANK_MARKS),
)


@cache
def _register() -> Register:
    return load_register(definition("samples") / "register")


def _read(form: str, figures: Figures, quirks: Quirks, layout: str, seed: int) -> Report:
    paper = compose(form, figures, quirks)
    if layout == "word_file":
        # In this process: the one of its own in which office files are read takes long to start.
        return read_report(Document(read_docx(word_file(paper)).blocks, DOCX, None), _register())
    return read_report(read_document(typeset(paper, layout, quirks, seed)), _register())


@pytest.mark.parametrize("layout", [*LAYOUTS, "word_file"])
@EXAMPLES
@given(form=FORMS, seed=SEEDS, zeros=ZEROS, quirks=QUIRKS)
def test_complete_reports_are_read_to_the_last_figure(
    layout: str, form: str, seed: int, zeros: float, quirks: Quirks
) -> None:
    figures = figures_of(form, random.Random(seed), zeros=zeros)
    report = _read(form, figures, quirks, layout, seed)
    assert (report.form, report.report_id) == (form, f"{AGENCY_ID}.{FORM_YEARS[form]}")
    assert {(figure.item_id, figure.party): figure.value for figure in report.figures} == figures
    assert {figure.status for figure in report.figures} == {"reported"}


@pytest.mark.parametrize("layout", [*LAYOUTS, "word_file"])
@EXAMPLES
@given(form=FORMS, seed=SEEDS, zeros=ZEROS, blanks=st.sampled_from([0.02, 0.2, 0.8, 1.0]), quirks=QUIRKS_WITH_BLANKS)
def test_blank_cells_never_move_a_figure(
    layout: str, form: str, seed: int, zeros: float, blanks: float, quirks: Quirks
) -> None:
    figures = figures_of(form, random.Random(seed), zeros=zeros, blanks=blanks)
    report = _read(form, figures, quirks, layout, seed)
    printed = {key: ("blank" if value is None else "reported", value) for key, value in figures.items()}
    read = {(figure.item_id, figure.party): (figure.status, figure.value) for figure in report.figures}
    assert {key: said for key, said in read.items() if said[0] != UNCLEAR and said != printed.get(key)} == {}


@pytest.mark.parametrize("layout", [layout for layout in LAYOUTS if not layout.startswith("html")])
@CUT
@given(form=FORMS, seed=SEEDS, zeros=ZEROS, quirks=QUIRKS, share=st.floats(0.25, 1), at_a_line=st.booleans())
def test_a_report_that_breaks_off_is_read_as_far_as_its_last_row(
    layout: str, form: str, seed: int, zeros: float, quirks: Quirks, share: float, at_a_line: bool
) -> None:
    figures = figures_of(form, random.Random(seed), zeros=zeros)
    body = typeset(compose(form, figures, quirks), layout, quirks, seed).decode()
    whole = read_report(read_document(body.encode()), _register())
    kept = body[: int(len(body) * share)]
    kept = kept[: kept.rfind("\n") + 1] if at_a_line else kept
    report = read_report(read_document(kept.encode()), _register())
    read = {(figure.item_id, figure.party): (figure.status, figure.value) for figure in report.figures}
    assert {key: said for key, said in read.items() if said[0] != UNCLEAR and said[1] != figures.get(key)} == {}
    ends: dict[str, int] = {}
    for figure in whole.figures:
        ends[_row(figure)] = max(ends.get(_row(figure), 0), _line(figure))
    complete = {
        (figure.item_id, figure.party)
        for figure in whole.figures
        # The line behind it may be what closes its last cell.
        if _row(figure) != "remedies" and ends[_row(figure)] < kept.count("\n")
    }
    assert {key for key in complete if read.get(key, (UNCLEAR,))[0] == UNCLEAR} == set()


def _row(figure: Figure) -> str:
    """Name the row of the form in which a figure stands."""
    if figure.party != "all":
        return figure.item_id
    return "remedies" if figure.item_id.startswith(("review.", "litigation.")) else figure.item_id.rpartition(".")[0]


def _line(figure: Figure) -> int:
    return int(figure.place.removeprefix("line ").partition(",")[0])
