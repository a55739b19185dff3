"""What single real reports do to the form, in documents of our own: each is told, none is repaired."""

from decimal import Decimal
from pathlib import Path

import pytest

from gongkai_build.reading.report import Report, read_body
from gongkai_build.reading.values import is_value
from gongkai_build.register.agencies import Register, load_register
from gongkai_build.resources import definition

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register(definition("samples") / "register")


def example(name: str) -> str:
    return next((EXAMPLES / name).glob("document.*")).read_text(encoding="utf-8")


def figures(report: Report, prefix: str) -> dict[str, tuple[Decimal | None, str]]:
    return {f.item_id: (f.value, f.status) for f in report.figures if f.item_id.startswith(prefix)}


def test_a_row_that_is_not_printed_is_absent(register: Register) -> None:
    text = example("blank-lines-2019-1")
    start = text.index("规章\n")
    end = text.index("规范性文件", start)
    report = read_body((text[:start] + text[end:]).encode(), register)
    assert figures(report, "rules.") == {}
    assert len(figures(report, "normative_documents.")) == 3
    assert ("row_absent", "第二十条第（一）项 规章") in [(issue.kind, issue.detail) for issue in report.issues]


def test_a_row_of_the_agency_s_own_is_kept(register: Register) -> None:
    text = example("blank-lines-2019-1")
    place = text.index("第二十条第（五）项")
    own = "其他文件（样例说明）\n\n573\n\n261\n\n1643\n\n奇事记\n\n1\n\n2\n\n3\n\n"
    report = read_body((text[:place] + own + text[place:]).encode(), register)
    assert figures(report, "other_documents.") == {
        "other_documents.made": (573, "reported"),
        "other_documents.published": (261, "reported"),
        "other_documents.public_total": (1643, "reported"),
    }
    assert [issue.detail for issue in report.issues if issue.kind == "local_line"] == ["奇事记: 1 2 3"]


def test_a_cell_printed_twice(register: Register) -> None:
    text = example("tab-indented-2021-1")
    lines = text.split("\n")
    row = next(index for index, line in enumerate(lines) if line.strip() == "行政强制")
    assert lines[row + 2 : row + 4] == ["\t ", "0"]
    lines[row + 2 : row + 4] = ["\t　   0", "     0"]
    report = read_body("\n".join(lines).encode(), register)
    assert figures(report, "coercion.") == {"coercion.decisions": (0, "reported")}
    assert [issue.kind for issue in report.issues] == ["doubled_value"]


def test_labels_alone_are_neither_blank_nor_zero(register: Register) -> None:
    text = example("cell-per-line-2021-1")
    kept = [line for line in text.split("\n") if not is_value(line)]
    report = read_body("\n".join(kept).encode(), register)
    assert {figure.status for figure in report.figures} == {"unclear"}
    assert {figure.value for figure in report.figures} == {None}


def test_repeated_lines_removed_by_a_copyist_leave_no_guess(register: Register) -> None:
    text = example("cell-per-line-2021-1")
    whole = {(f.item_id, f.party): f.value for f in read_body(text.encode(), register).figures}
    kept = list(dict.fromkeys(line for line in text.split("\n") if line.strip()))
    report = read_body("\n".join(kept).encode(), register)
    told = {(f.item_id, f.party): f.value for f in report.figures if f.status != "unclear"}
    assert told.items() <= whole.items()


def test_a_row_on_one_line(register: Register) -> None:
    text = example("cell-per-line-2021-1")
    lines = text.split("\n")
    start = next(index for index, line in enumerate(lines) if line.startswith("四、结转下年度"))
    values = lines[start + 1 : start + 8]
    whole = read_body(text.encode(), register)
    joined = [*lines[:start], "四、结转下年度继续办理 " + " ".join(values), *lines[start + 8 :]]
    report = read_body("\n".join(joined).encode(), register)
    assert [(f.item_id, f.party, f.value) for f in report.figures] == [
        (f.item_id, f.party, f.value) for f in whole.figures
    ]
    short = [*lines[:start], "四、结转下年度继续办理 " + " ".join(values[:-1]), *lines[start + 8 :]]
    report = read_body("\n".join(short).encode(), register)
    assert {f.status for f in report.figures if f.item_id == "requests.carried_out"} == {"unclear"}
