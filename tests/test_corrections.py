"""Corrections: applied with what is printed kept, refused when malformed or when they no longer fit."""

import csv
from pathlib import Path

import pytest

from gongkai_build.corrections import PUBLISHED, CorrectionError, load_corrections
from gongkai_build.release import Built, build_release
from gongkai_build.resources import definition
from gongkai_build.validate import check_package
from gongkai_scraper.archive import Archive, Document

ENTRY = """\
# Corrections of a test.
- report_id: {report_id}
  item_id: normative_documents.in_force
  party: all
  from: {{{expected}}}
  to: {to}
  reason_zh: 印错
  reason_en: A misprint
  evidence: http://www.yunxiu.gov.cn/notice.html
  date: 2024-05-06
"""
TEXT = """云岫市教育局{year}年政府信息公开工作年度报告
一、总体情况
样例。
二、主动公开政府信息情况
第二十条第（一）项
信息内容
本年制发件数
本年废止件数
现行有效件数
规章
0
0
0
行政规范性文件
{issued}
0
{in_force}
"""
YEAR_2022 = "990100.education.2022"
PRINTED = 'status: reported, value: 21, raw: "21"'


def build(tmp_path: Path, corrections: str | None, order: int = 1) -> Built:
    """A release of two years of an agency, of which the second prints 21 documents in force where 10 + 2 would be 12."""
    with Archive.open(tmp_path / "archive", write=True) as archive:
        for year, issued, in_force in ((2021, 0, 10), (2022, 2, 21))[::order]:
            body = TEXT.format(year=year, issued=issued, in_force=in_force).encode()
            archive.add_document(Document(body, "official", url=f"http://www.yunxiu.gov.cn/{year}.html"))
    file = PUBLISHED
    if corrections is not None:
        file = tmp_path / "corrections.yml"
        file.write_text(corrections, encoding="utf-8")
    register = definition("samples") / "register"
    return build_release(tmp_path / "archive", tmp_path / "out", overlay=register, corrections=file)


def rows(tmp_path: Path, table: str, **where: str) -> list[dict[str, str]]:
    with (tmp_path / "out" / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return [row for row in csv.DictReader(stream) if all(row[column] == value for column, value in where.items())]


def entry(expected: str = PRINTED, to: str = "12", report_id: str = YEAR_2022) -> str:
    return ENTRY.format(report_id=report_id, expected=expected, to=to)


@pytest.mark.parametrize("order", [1, -1])
def test_years_are_compared_in_a_build_whatever_their_order(tmp_path: Path, order: int) -> None:
    build(tmp_path, None, order)
    [check] = rows(tmp_path, "checks", report_id=YEAR_2022, rule_id="in_force:normative_documents")
    assert (check["outcome"], check["left"], check["right"], check["difference"]) == ("fail", "21", "12", "9")
    assert (check["compared_with"], check["corrected_outcome"]) == ("990100.education.2021", "")
    [report] = rows(tmp_path, "reports", report_id=YEAR_2022)
    assert report["checks_failed"] == str(len(rows(tmp_path, "checks", report_id=YEAR_2022, outcome="fail")))
    assert rows(tmp_path, "corrections") == []


def test_a_correction_is_published_beside_what_is_printed(tmp_path: Path) -> None:
    built = build(tmp_path, entry())
    assert (built.corrected, built.corrections_left_out) == (1, ())
    where = {"report_id": YEAR_2022, "item_id": "normative_documents.in_force"}
    [figure] = rows(tmp_path, "figures", **where)
    assert (figure["value"], figure["status"], figure["raw"]) == ("12", "corrected", "21")
    [made] = rows(tmp_path, "corrections")
    assert (made["from"], made["from_status"], made["to"], made["corrected_on"]) == (
        "21",
        "reported",
        "12",
        "2024-05-06",
    )
    [derived] = rows(tmp_path, "disclosures", report_id=YEAR_2022, subject="normative_documents")
    assert derived["in_force"] == "12"
    # The report as printed breaks the rule still.
    [check] = rows(tmp_path, "checks", report_id=YEAR_2022, rule_id="in_force:normative_documents")
    assert (check["outcome"], check["left"], check["corrected_outcome"]) == ("fail", "21", "pass")
    assert check_package(tmp_path / "out") == []


def test_an_absent_figure_is_supplied(tmp_path: Path) -> None:
    text = entry("status: absent").replace("normative_documents.in_force", "permits.decisions")
    build(tmp_path, text)
    [figure] = rows(tmp_path, "figures", report_id=YEAR_2022, item_id="permits.decisions")
    assert (figure["value"], figure["status"], figure["raw"], figure["place"]) == ("12", "corrected", "", "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            entry('status: reported, value: 20, raw: "20"'),
            "expected reported 20, printed “20”, found reported 21, printed “21”",
        ),
        (entry('status: reported, value: 21, raw: "２１"'), "found reported 21, printed “21”"),
        (entry('status: unclear, raw: "21"'), "expected unclear, printed “21”, found reported 21"),
        (entry("status: absent"), "expected absent, found reported 21"),
        (entry(to="21"), "21 is what the report says"),
        (
            entry().replace("normative_documents.in_force", "coercion.decisions"),
            "expected reported 21, printed “21”, found absent",
        ),
    ],
)
def test_a_stale_correction_fails_the_build_and_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(CorrectionError) as caught:
        build(tmp_path, text)
    assert message in str(caught.value)
    assert f"corrections.yml, line 2: {YEAR_2022}" in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_corrections_of_reports_that_are_not_there_are_left_out_and_named(tmp_path: Path) -> None:
    built = build(tmp_path, entry(report_id="990100.education.2019"))
    assert (built.corrected, built.corrections_left_out) == (0, ("990100.education.2019",))
    assert rows(tmp_path, "corrections") == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (entry() + "  by: x\n", "line 2: by: Extra inputs are not permitted"),
        (entry() + "  place: x\n", "line 2: place: there is no such key"),
        (entry().replace("  party: all\n", ""), "line 2: party: Field required"),
        (entry().replace("party: all", "party: nobody"), "line 2: party: "),
        (entry().replace("item_id: normative_documents.in_force", "item_id: normative"), "no such item"),
        (entry().replace("item_id: normative_documents.in_force", "item_id: normative_documents"), "no such item"),
        (entry("status: unclear, value: 21, raw: x"), "a value belongs to the status reported"),
        (entry("status: reported, value: 21"), "raw is missing"),
        (entry("status: corrected, value: 21, raw: x"), "from.status"),
        (entry(to="1.5"), "1.5 is no count"),
        (entry(to="many"), "line 2: to: "),
        (entry(to=".nan"), "line 2: to: "),
        (entry() + entry(), "line 12: the same figure is corrected at"),
        ("- 5\n", "line 1: an entry with report_id"),
        ("report_id: x\n", "line 1: a list of corrections is expected"),
        ("- [\n", "corrections.yml: "),
    ],
)
def test_a_malformed_correction_is_named_by_file_and_line(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "corrections.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CorrectionError) as caught:
        load_corrections(file)
    assert str(file) in str(caught.value)
    assert message in str(caught.value)


def test_the_published_corrections_and_those_of_the_samples_can_be_read(tmp_path: Path) -> None:
    assert load_corrections() == ()
    assert len(load_corrections(definition("samples") / "corrections.yml")) == 1
    (tmp_path / "empty.yml").write_text("", encoding="utf-8")
    assert load_corrections(tmp_path / "empty.yml") == ()
