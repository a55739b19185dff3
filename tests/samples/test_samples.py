"""The samples and the examples fit together. No reader takes part: what they hold was written down beforehand."""

import csv
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from opencc import OpenCC

from expectations import EXPECTED_SAMPLES, expectations_of_samples, sample_document
from gongkai_build.resources import definition
from making.figures import drawn
from numerals import NUMERALS, written_in_words
from plain_text import text_of
from tests_support import IDENTITY

HERE = Path(__file__).parent
SAMPLES = definition("samples")
PORTALS = sorted((SAMPLES / "portals").glob("*.yml"))
EXPECTED = expectations_of_samples()
EXAMPLES = sorted((HERE.parent / "examples").glob("*/expected.json"))
MONEY = ("fees.amount", "fees.collected", "procurement.amount", "resources.budget")
"""Expected in yuan, printed in 10,000 yuan."""
PARTIES = ("natural_person", "business", "research", "nonprofit", "legal_service", "other")
REPORT_KEYS = set(IDENTITY)
# A division stands before an organ of it, or before the year in a title.
DIVISION = r"([\u4e00-\u9fff]{2}[市区县])(?:人民政府|[\u4e00-\u9fff]{2,4}局|20\d\d年)"
LAYOUTS = frozenset({
    "html-grid", "html-odd-spans", "cell-pipe", "row-pipe", "lone-pipe", "alternate-lines", "cell-per-line", "blank-lines", "tab-indented", "tab-rows",
    "markdown", "report-on-a-line", "table-on-a-line", "blank-rows", "labels-downwards", "broken-labels", "dropped-cells",
    "nested-tables", "several-years", "several-agencies", "traditional", "blank-marks", "long-labels", "odd-values", "local-rows", "labels-only",
    "narrative-against-table", "pdf-ruled", "pdf-narrow", "pdf-vertical-headers", "pdf-borderless", "pdf-word",
    "docx-merged", "docx-tracked", "docx-nested", "docx-numbered", "doc-tabs", "doc-merged",
})  # fmt: skip
"""Of each there is an example on form 2019 and one on form 2021."""
LARGEST_EXAMPLE = 150_000


def name_of(path: Path) -> str:
    return path.parent.name if path.name == "expected.json" else str(path.relative_to(EXPECTED_SAMPLES).with_suffix(""))


def load(path: Path) -> dict[str, Any]:
    expected: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return expected


def document(expected: Path) -> Path:
    if expected.name == "expected.json":
        return next(expected.parent.glob("document.*"))
    return sample_document(expected)


def host_of(expected: Path) -> str:
    return expected.relative_to(EXPECTED_SAMPLES).parts[0]


@pytest.mark.parametrize("path", PORTALS, ids=lambda path: path.stem)
def test_a_portal_file_is_a_sample_on_this_machine(path: Path) -> None:
    portal = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert portal["source"] == "sample"
    assert portal["loopback"] is True
    assert re.fullmatch(r"99\d{4}", portal["region"])
    addresses = re.findall(r"https?://([^/]+)/", path.read_text(encoding="utf-8"))
    assert set(addresses) == {f"{path.stem}.localhost:8471"}


def test_years_of_a_portal_are_those_of_its_reports() -> None:
    for path in PORTALS:
        portal = yaml.safe_load(path.read_text(encoding="utf-8"))
        years = {load(item)["report"]["year"] for item in EXPECTED if host_of(item) == f"{path.stem}.localhost"}
        if "years" in portal and portal["status"] == "active":
            first, last = portal["years"]
            assert years == set(range(first, last + 1))


def test_pages_of_lanshi_are_gbk_and_no_utf8() -> None:
    for file in (SAMPLES / "sites/lanshi.localhost").rglob("*.htm*"):
        content = file.read_bytes()
        assert "虚构" in content.decode("gb18030")
        with pytest.raises(UnicodeDecodeError):
            content.decode("utf-8")


def test_every_page_says_that_it_is_invented() -> None:
    simplify = OpenCC("tw2s").convert
    for file in (SAMPLES / "sites").rglob("*"):
        if file.is_file() and file.name != "robots.txt" and file.suffix != ".yml":
            text = simplify(text_of(file))
            assert "样例" in text, file
            assert "虚构" in text, file


def test_only_fictional_divisions_are_named() -> None:
    with (SAMPLES / "register/regions.csv").open(encoding="utf-8", newline="") as lines:
        fictional = {row["name"] for row in csv.DictReader(lines)}
    simplify = OpenCC("tw2s").convert
    files = [*(SAMPLES / "sites").rglob("*.*"), *(HERE.parent / "examples").rglob("document.*"), *PORTALS]
    named: set[str] = set()
    for file in files:
        if file.is_file():
            text = simplify("".join(text_of(file).split()))
            named |= set(re.findall(DIVISION, text))
    assert named
    assert named <= fictional


@pytest.mark.parametrize("path", [*EXPECTED, *EXAMPLES], ids=name_of)
def test_an_expectation_is_complete(path: Path) -> None:
    expected = load(path)
    assert set(expected) - {"stated", "lossy"} == {"report", "figures", "checks_failed", "issue_kinds"}
    report, figures = expected["report"], expected["figures"]
    assert set(report) == REPORT_KEYS
    assert report["agency_id"] == f"{report['region_code']}.{report['sector']}"
    for value in figures.values():
        assert value is None or value == {"status": "unclear"} or (type(value) in (int, float))
    if report["form"] == "2014":
        assert set(figures) == set(drawn("", "2014"))
    elif report["form"] != "2008":
        rows = {item.partition("|")[0] for item in figures if item.startswith("requests.")}
        assert len(rows) == {"2019": 23, "2021": 25}[report["form"]]
        assert all(f"{row}|{party}" in figures for row in rows for party in (*PARTIES, "total"))
        assert sum(item.startswith(("review.", "litigation.")) for item in figures) == 15


@pytest.mark.parametrize("path", [*EXPECTED, *EXAMPLES], ids=name_of)
def test_the_document_prints_what_is_expected_of_it(path: Path) -> None:
    """Title, dates, sentences and whole numbers stand in the document's text as they are expected."""
    expected = load(path)
    content = text_of(document(path))
    solid = "".join(content.split())
    assert "".join(expected["report"]["title"].split()) in solid
    # Full-width digits and thousands separators are the document's; the expectation has plain numbers.
    plain = content.translate(str.maketrans("０１２３４５６７８９，", "0123456789,")).replace(",", "")
    in_words = expected["report"]["form"] == "2008" or path.parent.name.startswith("odd-values")
    for item, value in expected["figures"].items():
        if type(value) is int and not item.startswith(MONEY):
            said_otherwise = expected["report"]["form"] == "2008" and value == 0
            assert said_otherwise or prints(plain, value, in_words=in_words), item
    for item, stated in expected.get("stated", {}).items():
        assert stated["sentence"] in content
        assert prints(stated["sentence"], stated["value"]), item
    for key in ("signed_on", "published_on"):
        if expected["report"][key]:
            year, month, day = expected["report"][key].split("-")
            assert f"{year}年{int(month)}月{int(day)}日" in solid or f"{year}-{month}-{day}" in content


def prints(text: str, value: int, in_words: bool = True) -> bool:
    """Whether a number stands in a text, in digits or else in Chinese words, and not as a part of a longer one."""
    in_digits = bool(re.search(rf"(?<!\d){abs(value)}(?!\d)", text))
    if in_digits or not in_words:
        return in_digits
    words = "|".join(written_in_words(abs(value))) if value else "零"
    return bool(re.search(rf"(?<![{NUMERALS}])(?:{words})(?![{NUMERALS}])", text))


def test_a_number_in_words_is_the_whole_number() -> None:
    assert prints("公开信息一百零六条", 106)
    assert prints("公开信息一百〇六条", 106)
    assert prints("受理申请十二件", 12)
    assert prints("予以公开两件", 2)
    assert prints("公开信息二万三千零八十条", 23080)
    assert prints("公开信息三亿零五十万条", 300500000)
    assert not prints("公开信息一百零六条", 6)
    assert not prints("公开信息一百一十二条", 12)
    assert not prints("受理申请112件", 12)


@pytest.mark.parametrize("path", [*EXPECTED, *EXAMPLES], ids=name_of)
def test_failed_checks_follow_from_the_figures(path: Path) -> None:
    """What sentences say against the table is told by the expectation (`stated`), with the sentence."""
    expected = load(path)
    contradicted = contradictions(expected.get("stated", {}), expected["figures"])
    assert expected["checks_failed"] == sorted(failed_checks(expected["report"], expected["figures"]) | contradicted)


def contradictions(stated: dict[str, Any], figures: dict[str, Any]) -> set[str]:
    """The checks of sentences against tables that fail. A figure that no table prints as a whole is the sum of its parts."""
    in_parts = {"litigation.total|all": ("litigation.direct.total|all", "litigation.after_review.total|all")}
    return {
        f"narrative:{item.partition('|')[0]}"
        for item, sentence in stated.items()
        if sentence["value"] != sum(figures[part] for part in in_parts.get(item, (item,)))
    }


def failed_checks(report: dict[str, Any], figures: dict[str, Any]) -> set[str]:
    def differ(parts: list[str], whole: list[str]) -> bool:
        """Whether two sums differ. Blank cells add nothing; what is absent or unclear makes the sums impossible."""
        if any(not isinstance(figures.get(name, "absent"), int | float | None) for name in parts + whole):
            return False
        left, right = (sum(figures[name] or 0 for name in side) for side in (parts, whole))
        return bool(left != right)

    failed = set()
    around = ("received", "carried_in", "processed_total", "carried_out")
    rows = {name.partition("|")[0] for name in figures if name.startswith("requests.")}
    outcomes = sorted(row for row in rows if row.removeprefix("requests.") not in around)
    if report["form"] in ("2019", "2021"):
        for party in (*PARTIES, "total"):
            received, carried_in, processed, carried_out = (f"requests.{name}|{party}" for name in around)
            if differ([received, carried_in], [processed, carried_out]):
                failed.add("balance")
            if differ([f"{row}|{party}" for row in outcomes], [processed]):
                failed.add("processed_total")
        for row in rows:
            if differ([f"{row}|{party}" for party in PARTIES], [f"{row}|total"]):
                failed.add(f"parties:{row}")
    if report["form"] == "2014":
        failed |= failed_of_2014(figures)
    for route in ("review", "litigation.direct", "litigation.after_review") if report["form"] != "2014" else ():
        parts = [f"{route}.{outcome}|all" for outcome in ("upheld", "corrected", "other", "pending")]
        if differ(parts, [f"{route}.total|all"]):
            failed.add(f"{route}.total")
    end = report["period_end"] or f"{report['year']}-12-31"
    if report["signed_on"] and report["signed_on"] <= end:
        failed.add("signed_after_period")
    # Before the regulation of 2019 all agencies had time until the end of March.
    by = "03-31" if report["sector"] == "government" or report["year"] < 2019 else "01-31"
    if report["published_on"] and report["published_on"] > f"{report['year'] + 1}-{by}":
        failed.add("published_in_time")
    able = report["sector"] == "government" and report["region_code"].endswith("00")
    if not able and any(figures[item] for item in figures if item.startswith("rules.")):
        failed.add("rules_made_by")
    return failed


TOTALS_OF_2014 = {
    "requests.received|total": "in_person by_fax online by_letter",
    "requests.closed|total": "on_time extended",
    "requests.refused|total": "state_secret trade_secret privacy safety_stability not_government_information other_legal_grounds",
    "review.total|all": "upheld corrected other",
    "litigation.total|all": "upheld corrected other",
    "resources.staff|all": "full_time part_time",
}
ANSWERS_OF_2014 = (
    "answered.already_public granted partly_granted refused answered.other_agency answered.nonexistent "
    "answered.amendment_asked answered.other_procedure"
)
CHANNELS_OF_2014 = "normative_documents gazette website microblog wechat other_channels"


def failed_of_2014(figures: dict[str, Any]) -> set[str]:
    """The sums of the table of 2014, and what is part of something else in it. Examples print all of it."""
    failed = set()
    for whole, parts in TOTALS_OF_2014.items():
        item, party = whole.split("|")
        family = item.removesuffix(".total")
        if figures[whole] != sum(figures[f"{family}.{part}|{party}"] for part in parts.split()):
            failed.add(item)
    answered = figures["requests.answered|total"]
    if answered != sum(figures[f"requests.{part}|total"] for part in ANSWERS_OF_2014.split()):
        failed.add("requests.answered")
    if figures["requests.closed|total"] != answered:
        failed.add("closed_answered")
    for channel in CHANNELS_OF_2014.split():
        if figures[f"disclosed.{channel}|all"] > figures["disclosed.total|all"]:
            failed.add(f"part:disclosed.{channel}")
    for occasion in ("responses.press_conferences", "responses.online_interviews"):
        if figures[f"{occasion}.with_principal|all"] > figures[f"{occasion}|all"]:
            failed.add(f"part:{occasion}.with_principal")
    return failed


def test_the_examples_are_as_many_as_reading_is_proved_by() -> None:
    forms: dict[str, set[str]] = {}
    suffixes = Counter(document(path).suffix for path in EXAMPLES)
    for path in EXAMPLES:
        layout, form, _ = path.parent.name.rsplit("-", 2)
        assert load(path)["report"]["form"] == form
        forms.setdefault(layout, set()).add(form)
    assert {layout for layout, found in forms.items() if found >= {"2019", "2021"}} == LAYOUTS
    assert len(EXAMPLES) >= 90
    assert sum(path.parent.name.startswith("narrative-2008-") for path in EXAMPLES) >= 8
    assert sum("2014" in found for found in forms.values()) >= 5
    assert suffixes[".pdf"] >= 5
    assert suffixes[".docx"] >= 5
    assert suffixes[".doc"] >= 2
    assert not [path for path in EXAMPLES if document(path).stat().st_size > LARGEST_EXAMPLE]


def test_samples_hold_reports_of_consecutive_years_of_one_agency() -> None:
    reports = {(load(path)["report"]["agency_id"], load(path)["report"]["year"]) for path in EXPECTED}
    assert len(reports) == len(EXPECTED) >= 12
    assert sum((agency, year + 1) in reports for agency, year in reports) >= 3
