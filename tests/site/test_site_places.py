"""Agencies and regions over the years: values, sums, what is unknown, and where years cannot be compared."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from small_release import AGENCY, REPORT_2020, REPORT_2021, Get

from gongkai_build.forms import load_items
from gongkai_site import charts
from gongkai_site.measures import Line, Shown, load_sections, of_agency, of_group

ITEMS = {
    item.item_id: {"item_id": item.item_id, "name_zh": item.name_zh, "name_en": item.name_en, "unit": item.unit}
    for item in load_items()
}
GROUNDS = [f"requests.refused.{name}" for name in ("state_secret", "other_law", "safety_stability", "third_party")] + [
    f"requests.refused.{name}"
    for name in ("internal_affairs", "process_information", "enforcement_files", "administrative_inquiry")
]


def figure(
    year: int, item: str, value: int | None, status: str = "reported", party: str = "total"
) -> dict[str, object]:
    return {"year": year, "report_id": f"a.{year}", "item_id": item, "party": party, "value": value, "status": status, "raw": "", "place": "line 1"}  # fmt: skip


def line(shown: tuple[Shown, ...], key: str) -> Line:
    return next(line for section in shown for line in section.lines if line.measure.key == key)


def test_every_measure_is_an_item_with_a_name() -> None:
    measures = [measure for section in load_sections() for measure in section.measures]
    assert len({measure.key for measure in measures}) == len(measures) > 50
    for measure in measures:
        assert {measure.item, *measure.parts} <= ITEMS.keys()


def test_a_sum_of_which_a_part_is_unknown_is_not_made() -> None:
    figures = [figure(2020, ground, 1) for ground in GROUNDS] + [figure(2021, ground, 2) for ground in GROUNDS[:-1]]
    figures.append(figure(2021, GROUNDS[-1], None, "blank"))
    refused = line(of_agency({2020: "2019", 2021: "2021", 2022: "2021"}, figures, ITEMS), "requests.refused")
    assert [(value.state, value.value) for value in refused.values.values()] == [
        ("value", 8),
        ("partial", None),
        ("not_printed", None),
    ]


def test_a_figure_of_its_own_stands_for_the_sum_and_is_not_compared_with_it() -> None:
    figures = [figure(2018, "requests.refused", 3), *(figure(2019, ground, 0) for ground in GROUNDS)]
    shown = of_agency({2018: "2014", 2019: "2019"}, figures, ITEMS)
    refused = line(shown, "requests.refused")
    assert [(value.state, value.value) for value in refused.values.values()] == [("value", 3), ("zero", 0)]
    assert refused.breaks == {2019}
    assert [reason.en for section in shown for reason in section.reasons] == [
        "the grounds of form 2014 are others than those of forms 2019 and 2021"
    ]


def test_a_break_is_seen_across_years_without_a_report() -> None:
    figures = [figure(year, "requests.granted", 1) for year in (2016, 2017, 2020, 2021)]
    forms = {2016: "2014", 2017: "2014", 2020: "2019", 2021: "2021"}
    assert line(of_agency(forms, figures, ITEMS), "requests.granted").breaks == {2020}
    received = [figure(year, "requests.received", 1) for year in forms]
    assert line(of_agency(forms, received, ITEMS), "requests.received").breaks == frozenset()


def test_measures_of_which_no_report_says_anything_are_left_out() -> None:
    assert of_agency({2020: "2019"}, [], ITEMS) == ()
    [section] = of_agency({2020: "2019"}, [figure(2020, "permits.decisions", None, "blank", "all")], ITEMS)
    assert [line.measure.key for line in section.lines] == ["permits.decisions"]


def test_sums_over_agencies_say_how_many_reports_state_the_figure() -> None:
    rows = [
        {"year": 2020, "form": "2019", "reports": 3, "received": 12, "known_received": 2, "granted": None, "known_granted": 0},
        {"year": 2018, "form": "2014", "reports": 2, "received": 0, "known_received": 2, "granted": 4, "known_granted": 2},
        {"year": 2018, "form": "2019", "reports": 1, "received": 5, "known_received": 1, "granted": 9, "known_granted": 1},
    ]  # fmt: skip
    shown = of_group(rows, ITEMS)
    received, granted = line(shown, "requests.received"), line(shown, "requests.granted")
    assert [(v.value, v.known, v.reports) for v in received.values.values()] == [(5, 3, 3), (12, 2, 3)]
    assert granted.values[2018].value == 4, "what form 2014 counts is not added to what form 2019 counts"
    assert (granted.values[2018].known, granted.values[2018].reports) == (2, 3)
    assert granted.values[2020].state == "not_printed"


def test_a_line_of_a_chart_is_cut_where_years_cannot_be_compared() -> None:
    values: dict[str, int | float | None] = {str(year): year for year in range(2016, 2022)}
    whole, cut = (
        charts.lines([charts.Series("a", values)]),
        charts.lines([charts.Series("a", values, frozenset({"2019"}))]),
    )
    assert whole
    assert cut
    assert (len(whole.paths), len(cut.paths)) == (1, 2)
    assert whole.breaks == ()
    [at] = cut.breaks
    assert cut.places[2].at < at < cut.places[3].at


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_of_an_agency(get: Get, language: str) -> None:
    page = get(f"/{language}/agency/{AGENCY}").text
    received = re.search(r'<tr class="level-0"><th scope="row">(?:本年新收|Received in).*?</tr>', page, re.DOTALL)
    assert received
    assert re.findall(r'class="cell-(\w+)', received[0]) == ["value", "value", "value"]
    assert f'href="/{language}/evidence/{REPORT_2020}?item=requests.received&amp;party=total">1</a>' in received[0]
    assert '<svg class="lines"' in page
    assert '<svg class="columns"' in page
    assert f'href="/{language}/report/{REPORT_2021}"' in page
    assert ("本年新收政府信息公开申请数量" in page) == (language == "zh")


def test_the_page_of_a_region(get: Get) -> None:
    city, province = get("/en/region/990100").text, get("/en/region/990000").text
    assert 'lang="zh-Hans" href="/en/region/990000">样例省</a>' in city
    assert 'lang="zh-Hans" href="/en/region/990100">云岫市</a>' in province
    assert f'href="/en/agency/{AGENCY}"' in city
    assert f'href="/en/agency/{AGENCY}"' not in province
    for page in (city, province):
        assert "Agencies, divisions below included: 1; reports: 3." in page
    assert "The government&#39;s own report</strong> <small>reports: 3" in city
    assert "Governments of the divisions below, added up</strong> <small>reports: 3" in province
    assert '<th scope="row">Received in the year</th>' in province


def test_a_group_that_is_none_and_one_without_reports(get: Get) -> None:
    assert get("/zh/region/990100?group=<script>").status_code == 200
    assert "没有报告" in get("/zh/region/990100?group=departments").text


def test_what_is_held_is_counted_for_each_region_with_those_within(release: Path) -> None:
    with closing(sqlite3.connect(release / "gongkai.db")) as database:
        assert database.execute("select * from region_totals").fetchall() == [
            ("990000", 1, 3, 2012, 2021),
            ("990100", 1, 3, 2012, 2021),
        ]


def test_where_a_report_is_from_is_said_in_the_language_of_the_page(get: Get) -> None:
    marks = {language: get(f"/{language}/region/990100").text for language in ("zh", "en")}
    assert '<span class="gloss source-sample">样例</span>' in marks["zh"]
    assert '<span class="gloss source-sample">sample</span>' in marks["en"]


def test_every_measure_can_be_added_up_over_reports(release: Path) -> None:
    with closing(sqlite3.connect(release / "gongkai.db")) as database:
        columns = {name for (name,) in database.execute("select name from pragma_table_info('totals')")}
    assert {measure.column for section in load_sections() for measure in section.measures} <= columns


def test_a_region_adds_up_what_a_form_prints_in_parts_alone(get: Get, release: Path) -> None:
    """Form 2019 prints direct suits and suits after review, and no sum of both."""
    with closing(sqlite3.connect(release / "gongkai.db")) as database:
        [(suits,)] = database.execute(
            "select litigation_direct_total + litigation_after_review_total from totals where report_id = ?",
            [REPORT_2020],
        )
    row = re.search(r'<th scope="row">Litigation: total</th>(.*?)</tr>', get("/en/region/990100").text, re.DOTALL)
    assert row
    assert re.findall(r'<td class="cell-(\w+)[^>]*>([^<]*)', row[1])[1] == ("value" if suits else "zero", str(suits))
