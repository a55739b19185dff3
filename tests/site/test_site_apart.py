"""What must not be added up is not: reports of different sources, of governments and others, of different levels; and agencies of one name are two."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from many_agencies import add_agency, add_region, add_report, ask, copied, site_on
from small_release import AGENCY, REPORT_2020, REPORT_2021, Get

from gongkai_site import charts
from gongkai_site.measures import of_group
from gongkai_site.metadata import load_metadata
from gongkai_site.questions import definition, told_apart
from gongkai_site.release import read_release

SUMMED = (
    "share_granted_by_year", "not_held_by_year", "closed_uncorrected_or_unpaid", "backlog", "suits_per_refusal", "direct_suits", "who_asks",
    "refusals_by_reason", "requests_by_region", "refusals_by_sector",
)  # fmt: skip


@pytest.fixture(scope="module")
def many(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Get:
    """A province of which the government, a department, a city, a district of it and a town of that report of 2021; one report is a copy."""
    folder = tmp_path_factory.mktemp("many")
    with copied(release, folder) as database:
        add_region(database, "990101", "鼓楼区", "样例省云岫市鼓楼区", "county", "990100")
        add_region(database, "990201", "鼓楼区", "样例省乙市鼓楼区", "county", "990000")
        for agency_id, name, level, received in (
            ("990000.government", "样例省人民政府", "province", 1000),
            ("990000.education", "样例省教育厅", "province", 300),
            ("990100.education", "云岫市教育局", "prefecture", 20),
            ("990101.government", "鼓楼区人民政府", "county", 70),
            ("990201.government", "鼓楼区人民政府", "county", 7),
            ("990101.township", "云台镇人民政府", "township", 4),
        ):
            add_agency(database, agency_id, name, level)
            source = "mirror" if agency_id == "990201.government" else "official"
            add_report(database, REPORT_2021, agency_id, 2021, received=received, source_kind=source)
        database.execute("update reports set source_kind = 'official' where report_id in (?, ?)", [REPORT_2020, REPORT_2021])  # fmt: skip
        database.execute("update totals set source_kind = 'official' where report_id in (?, ?)", [REPORT_2020, REPORT_2021])  # fmt: skip
    return site_on(folder)


def test_requests_of_a_region_keep_governments_departments_and_levels_apart(many: Get) -> None:
    rows = ask(many, "requests_by_region", year="2021")
    assert {(row["source_kind"], row["level"], row["reporter"]): row["received"] for row in rows} == {
        ("official", "province", "government"): 1000,
        ("official", "province", "agency"): 300,
        ("official", "prefecture", "government"): 5,
        ("official", "prefecture", "agency"): 20,
        ("official", "county", "government"): 70,
        ("mirror", "county", "government"): 7,
        ("official", "township", "government"): 4,
    }
    assert [row["received"] for row in ask(many, "requests_by_region", year="2021", level="prefecture")] == [20, 5]


@pytest.mark.parametrize("name", SUMMED)
def test_no_sum_is_over_reports_that_hold_one_another(many: Get, name: str) -> None:
    rows = ask(many, name)
    assert {row["level"] for row in rows} == {"province", "prefecture", "county", "township"}
    if name != "refusals_by_sector":
        assert {(row["level"], row["reporter"]) for row in rows} >= {("province", "government"), ("province", "agency")}
    for row in ask(many, name, level="province"):
        assert row["level"] == "province"
        counted = row.get("reports_known", row.get("cells_known"))
        assert counted in (0, 1), "each group has one report of 2021"


def test_every_question_that_adds_up_reports_of_agencies_keeps_levels_apart(release: Path) -> None:
    for name, query in load_metadata(read_release(release))["databases"]["gongkai"]["queries"].items():
        adds_up = "sum(" in query["sql"] and "group by agency_id" not in query["sql"]
        assert adds_up == (name in SUMMED) == ("level" in query["params"]), name
        if adds_up:
            assert re.search("stands? in rows of (its|their) own", query["description_en"]), name
            assert re.search("各自成行|分别成行", query["description_zh"]), name
        if "params" in query and "year" in query["params"] and "group by" in query["sql"]:
            by_year = re.search(r"group by [^\n]*year", query["sql"])
            assert by_year or "first_year" in query["sql"], f"{name}: a sum over all years must say so"


def test_charts_are_drawn_for_each_group_and_say_for_which(many: Get) -> None:
    page = many("/en/question/requests_by_region?year=2021").text
    captions = re.findall(r"<figcaption[^>]*>([^<]*)<", page)
    assert len(captions) == 7
    assert any("provinces · governments" in caption for caption in captions)
    assert "Charts of the other levels and sources (4)" in page
    assert page.index("<details>") > page.index(captions[2])


def test_a_sum_over_all_years_says_over_which(many: Get) -> None:
    rows = {
        (row["source_kind"], row["sector"]): row
        for row in ask(many, "refusals_by_sector", region="9901", level="prefecture")
    }
    spans = {key: (row["first_year"], row["last_year"]) for key, row in rows.items()}
    assert spans == {
        ("official", "government"): (2020, 2021),
        ("official", "education"): (2021, 2021),
        ("sample", "government"): (2012, 2012),
    }
    page = many("/zh/question/requests_by_region").text
    assert 'title="first_year">起始年度' in page
    assert "年度留空则各年合计" in page


def test_two_agencies_of_one_name_are_two_bars(release: Path, tmp_path: Path) -> None:
    with copied(release, tmp_path) as database:
        add_region(database, "990101", "鼓楼区", "样例省云岫市鼓楼区", "county", "990100")
        add_region(database, "990201", "鼓楼区", "样例省乙市鼓楼区", "county", "990000")
        for agency_id, count in (("990101.government", 90), ("990201.government", 3)):
            add_agency(database, agency_id, "鼓楼区人民政府", "county")
            add_report(database, REPORT_2021, agency_id, 2021, refused=100, refused_internal_affairs=count)
    get = site_on(tmp_path)
    page = get("/zh/question/contested_grounds").text
    for place, count in (("样例省云岫市鼓楼区", 90), ("样例省乙市鼓楼区", 3)):
        assert f"鼓楼区人民政府 · {place} · " in page
        assert re.search(rf"鼓楼区人民政府 · {place} · [^<]*: {count}<", page)
    assert "云岫市人民政府 · 样例省" not in page, "a name that is one agency's stands alone"
    page = get("/zh/compare", params={"of": ["990101.government", "990201.government", AGENCY]}).text
    assert "鼓楼区人民政府 · 样例省云岫市鼓楼区</a>" in page
    assert "鼓楼区人民政府 · 样例省乙市鼓楼区</a>" in page
    assert "云岫市人民政府</a>" in page


def test_names_are_told_apart_by_place_and_at_last_by_key() -> None:
    assert told_apart(["甲", "甲", "乙"], ["1", "2", "3"], ["a", "b", "c"]) == ["甲 · a", "甲 · b", "乙"]
    assert told_apart(["甲", "甲"], ["1", "1"], ["a", "a"]) == ["甲", "甲"], "rows of one agency are no two"


def test_bars_that_are_left_out_are_told() -> None:
    drawn = charts.bars([charts.Series("a", {**{str(number): number for number in range(1, 25)}, "x": None})])
    assert drawn
    assert (len(drawn.places), drawn.of, drawn.unknown) == (charts.MOST_BARS, 24, 1)
    few = charts.bars([charts.Series("a", {"1": 1})])
    assert few
    assert few.of == 0


def test_a_long_label_keeps_its_beginning_and_its_end() -> None:
    assert charts.Tick(0, "样例省教育厅").short == "样例省教育厅"
    assert charts.Tick(0, "鼓楼区人民政府 · 内蒙古自治区呼和浩特市").short == "鼓楼区人民政…区呼和浩特市"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.001, "0.001"), (0.0375, "0.0375"), (0.0, "0"), (2.5, "2.5"), (-0.025, "-0.025"), (1234.5, "1,234.5"), (33.333333, "33.33")],
)  # fmt: skip
def test_small_values_are_told_from_nothing(value: float, text: str) -> None:
    assert charts.said(value) == text


@pytest.mark.parametrize("top", [0.0003, 0.001, 0.002, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 7, 30, 1234567])
@pytest.mark.parametrize("draw", [charts.lines, charts.columns, charts.bars])
def test_the_marks_of_an_axis_differ_and_are_what_they_say(draw: Callable[..., charts.Chart], top: float) -> None:
    drawn = draw([charts.Series("a", {"2021": top, "2022": top / 2})])
    texts = [tick.text for tick in drawn.values]
    assert len(set(texts)) == charts.TICKS
    steps = [float(text.replace(",", "")) for text in texts]
    assert steps == pytest.approx([steps[-1] * index / (charts.TICKS - 1) for index in range(charts.TICKS)])


def test_an_agency_of_which_it_is_unknown_whether_it_refused_is_not_one_that_refused_nothing(
    release: Path, tmp_path: Path
) -> None:
    with copied(release, tmp_path) as database:
        for agency_id, changes in {
            "990100.education": {"refused": None, "refused_internal_affairs": None, "unclear": " refused refused_internal_affairs "},
            "990100.science": dict.fromkeys(("refused", *(f"refused_{ground}" for ground in definition()["grounds"])), 0),
        }.items():  # fmt: skip
            add_agency(database, agency_id, agency_id)
            add_report(database, REPORT_2021, agency_id, 2021, **changes)
    site = site_on(tmp_path)
    rows = {row["agency_id"]: row for row in ask(site, "contested_grounds", year="2021")}
    assert rows.keys() == {AGENCY, "990100.education"}, "only who is known to have refused nothing is left out"
    unknown = rows["990100.education"]
    assert (unknown["refused"], unknown["percent"], unknown["reports_known"], unknown["reports_unclear"]) == (None, None, 0, 1)  # fmt: skip
    assert "1 with an unclear figure" in site("/en/question/contested_grounds?year=2021").text


def test_a_region_shows_one_kind_of_source_and_leads_to_the_others(many: Get) -> None:
    page = many("/en/region/990000?group=below").text
    assert "the agency&#39;s official portal</strong> <small>reports: 2" in page
    assert (
        'href="/en/region/990000?group=below&amp;source=sample#series">an invented sample</a> <small>reports: 1' in page
    )
    assert received(page) == {"2020": "1", "2021": "5"}
    assert received(many("/en/region/990000?group=below&source=sample").text) == {"2012": "3"}
    assert received(many("/en/region/990000?group=below&source=nonsense").text) == {"2020": "1", "2021": "5"}
    town = many("/en/region/990101?group=towns").text
    assert received(town) == {"2021": "4"}, "towns are no departments"
    assert "departments" not in re.findall(r"\?group=(\w+)", town)


def received(page: str) -> dict[str, str]:
    """The line of requests received of a page of a region, by year."""
    series = page[page.index('id="series"') :]
    years = re.findall(r'<th scope="col">(\d{4})<', series[: series.index("</thead>")])
    row = re.search(r'<th scope="row">(?:Received in|本年新收).*?</tr>', series, re.DOTALL)
    assert row
    return dict(zip(years, re.findall(r"<td[^>]*>(?:<a[^>]*>)?([\d,]*)", row[0]), strict=True))


def test_a_comparison_takes_one_kind_of_source_and_offers_the_others(many: Get) -> None:
    page = many("/en/compare", params={"of": "990000:below"}).text
    assert "Governments of the divisions below, added up</a>" in page
    assert "of=990000%3Abelow&amp;of=990000%3Abelow%3Asample" in page
    both = many("/en/compare", params={"of": ["990000:below", "990000:below:sample", "990000:below:official"]}).text
    rows = re.findall(r'<tr><th scope="row"><a[^>]*>([^<]*)</a></th>(.*?)</tr>', both, re.DOTALL)
    values = {name: re.findall(r'<td class="cell-(?:value|zero)[^>]*>(\d+)', cells) for name, cells in rows}
    below = "样例省 · Governments of the divisions below, added up"
    assert values == {below: ["1", "5"], f"{below} · sample": ["3"]}
    for name in ("990000:below:nonsense", "990000:below:sample:more"):
        assert f"There is no {name}." in many("/en/compare", params={"of": name}).text


def test_a_year_on_two_forms_is_labelled_with_both_and_marked(release: Path, tmp_path: Path) -> None:
    with copied(release, tmp_path) as database:
        for number, form in enumerate(("2019", "2019", "2021")):
            agency_id = f"990100.education-{number}"
            add_agency(database, agency_id, agency_id)
            add_report(database, REPORT_2020, agency_id, 2020, form="2019")
            add_report(database, REPORT_2021, agency_id, 2021, form=form)
            add_report(database, REPORT_2021, agency_id, 2022, form="2021")
    get = site_on(tmp_path)
    page = get("/en/region/990100?group=departments").text
    heads = re.findall(
        r'<th scope="col">(\d{4})((?:<span class="gloss">[^<]*</span>)*)</th>', page[page.index('id="series"') :]
    )
    assert dict(heads[:3]) == {
        "2020": '<span class="gloss">form 2019</span>',
        "2021": '<span class="gloss">form 2019</span><span class="gloss">form 2021</span>',
        "2022": '<span class="gloss">form 2021</span>',
    }
    assert "In a year with two forms" in page
    compared = get("/en/compare", params={"of": ["990100:departments:sample", AGENCY], "measure": "requests.received"})
    assert '2021<span class="gloss">form 2019</span><span class="gloss">form 2021</span></th>' in compared.text


def test_a_year_of_several_forms_is_a_break_where_what_they_count_differs() -> None:
    counted = {"received": 4, "known_received": 1, "refused": 2, "known_refused": 1}
    rows = [
        {"year": year, "form": form, "reports": reports, **counted}
        for year, form, reports in ((2017, "2014", 3), (2018, "2014", 3), (2018, "2019", 1), (2019, "2019", 3))
    ]
    names = ("requests.received", "requests.refused")
    items = {name: {"item_id": name, "name_zh": name, "name_en": name} for name in names}
    lines = {line.measure.key: line for section in of_group(rows, items) for line in section.lines}
    assert lines["requests.received"].breaks == frozenset()
    assert lines["requests.refused"].breaks == {2018, 2019}
    assert lines["requests.refused"].values[2018].value == 2, "the one report on form 2019 is not added"
    assert lines["requests.received"].values[2018].value == 8


def test_those_compared_in_a_year_on_forms_that_differ_are_marked(release: Path, tmp_path: Path) -> None:
    with copied(release, tmp_path) as database:
        add_agency(database, "990100.education", "云岫市教育局")
        add_report(database, REPORT_2020, "990100.education", 2021, form="2014")
        for report, value in ((REPORT_2021, 5), ("990100.education.2021", 6)):
            figure = (report, "requests.granted", "total", value, "reported", str(value), "line 1")
            database.execute("insert or replace into figures (report_id, item_id, party, value, status, raw, place) values (?, ?, ?, ?, ?, ?, ?)", figure)  # fmt: skip
    compared = {"of": [AGENCY, "990100.education"]}
    page = site_on(tmp_path)("/en/compare", params={**compared, "measure": "requests.granted"}).text
    assert (
        "In these years the forms differ between those compared, and the figures cannot be compared directly: 2021."
        in page
    )
    assert '<th scope="col" class="break"' in page
    assert (
        "In these years"
        not in site_on(tmp_path)("/en/compare", params={**compared, "measure": "requests.received"}).text
    )


def test_a_region_of_many_agencies_is_shown_by_pages_and_stays_small(release: Path, tmp_path: Path) -> None:
    with copied(release, tmp_path) as database:
        for number in range(400):
            agency_id = f"990100.education-{number:03}"
            add_agency(database, agency_id, f"云岫市第{number}局")
            for year in range(2010, 2025):
                add_report(database, REPORT_2021, agency_id, year, source_kind="official")
    get = site_on(tmp_path)
    named: list[str] = []
    address: str | None = "/zh/region/990100?group=departments"
    while address:
        page = get(address).text
        assert len(page.encode()) < 300_000
        named += re.findall(r'<th scope="row"><a lang="zh-Hans" href="/zh/agency/([^"]*)"', page)
        paging = page[page.index('aria-label="机关列表的分页"') :]
        following = re.search(r'<strong aria-current="page">\d+</strong></li><li><a href="([^"]*)"', paging)
        address = following[1].replace("&amp;", "&") if following else None
    assert len(named) == len(set(named)) == 401
    assert (
        'href="/zh/region/990100?group=departments&amp;page=2#agencies"'
        in get("/zh/region/990100?group=departments&page=1").text
    )
    for odd in ("0", "-1", "x", "99999999999", "²"):
        assert get("/zh/region/990100", params={"page": odd}).status_code == 200
