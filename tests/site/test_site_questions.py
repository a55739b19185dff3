"""The questions: their index, their pages, what they say of what is not known, and their charts."""

import re

import pytest
from datasette.app import Datasette
from small_release import AGENCY, Get

from gongkai_site import charts
from gongkai_site.charts import Series
from gongkai_site.language import LANGUAGES
from gongkai_site.questions import all_questions, definition, grouped

EXAMPLES = {"search_sections": "?q=诉讼"}


def test_every_question_stands_under_one_heading(datasette: Datasette) -> None:
    named = [question["name"] for group in grouped(datasette, "zh") for question in group["questions"]]
    assert sorted(named) == sorted(all_questions(datasette))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_index_says_of_each_what_is_counted(get: Get, datasette: Datasette, language: str) -> None:
    page = get(f"/{language}/questions").text
    for question in all_questions(datasette).values():
        assert f'href="/{language}/question/{question.name}"' in page
        assert question.about(language)[:30].replace("'", "&#39;") in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_question_has_a_page_without_script_with_labels_and_data(
    get: Get, datasette: Datasette, language: str
) -> None:
    for name, question in all_questions(datasette).items():
        answer = get(f"/{language}/question/{name}{EXAMPLES.get(name, '')}")
        assert answer.status_code == 200, name
        assert "<script" not in answer.text
        assert " style=" not in answer.text
        assert f'href="/{question.database}/{name}.csv' in answer.text
        assert f'href="/{question.database}/{name}.json' in answer.text
        for parameter in question.parameters:
            assert f'<label for="p-{parameter}">' in answer.text
        labels = re.findall(r'<th scope="col" title="(\w+)">(.*?)</th>', answer.text)
        assert labels, name
        assert [column for column, label in labels if column == label] == [], f"{name}: columns without a label"
        chinese = [label for _, label in labels if re.search("[\u4e00-\u9fff]", label)]
        assert len(chinese) == (len(labels) if language == "zh" else 0), f"{name}: labels in the wrong language"


def test_questions_name_columns_and_choices_as_the_page_shows_them(datasette: Datasette) -> None:
    for name, question in all_questions(datasette).items():
        assert re.findall("[A-Za-z_]{2,}", question.about("zh").replace("YYYY-MM-DD", "")) == [], name
        assert re.findall("[a-z]+_[a-z_]+", question.about("en")) == [], name
        assert not re.search("[，。；：、] ", question.about("zh")), f"{name}: a blank where a line of YAML ends"
        for quoted in re.findall("“([^”]*（%）)”", question.about("zh")):
            assert quoted in {label["zh"] for label in definition()["columns"].values()}, name


def test_a_parameter_narrows_and_stays_in_the_form_and_in_the_links(get: Get) -> None:
    page = get("/en/question/requests_received", params={"agency": AGENCY, "year": "2021"}).text
    assert f'value="{AGENCY}"' in page
    assert '<option value="2021" selected>' in page
    assert f"/gongkai/requests_received.csv?agency={AGENCY}&amp;year=2021" in page
    assert "Rows: 1." in page


def test_where_there_is_nothing_to_tell_nothing_is_called_unknown(get: Get) -> None:
    page = get("/en/question/broken_arithmetic").text
    assert "<td></td>" in page
    assert "unknown" not in page.partition("<tbody>")[2].partition("</tbody>")[0]


def test_what_is_unknown_is_said_and_no_zero(get: Get) -> None:
    page = get("/en/question/share_granted?year=2012").text
    assert '<td class="unknown">unknown</td>' in page
    page = get("/en/question/share_granted_by_year").text
    assert "This rests on 2 reports." in page
    assert "1 that do not print the figures." in page


def test_hostile_parameters_are_escaped(get: Get) -> None:
    page = get("/zh/question/requests_received", params={"agency": '"><script>x</script>'}).text
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_there_is_no_such_question(get: Get) -> None:
    answer = get("/zh/question/nothing")
    assert answer.status_code == 404
    assert "没有名为 nothing 的问题" in answer.text


def test_charts_are_only_of_questions_that_there_are(datasette: Datasette) -> None:
    assert set(definition()["charts"]) <= set(all_questions(datasette))


def test_a_line_breaks_where_a_value_is_unknown() -> None:
    drawn = charts.lines([Series("a", {"2019": 1, "2020": None, "2021": 3, "2022": 4})])
    assert drawn is not None
    assert [mark.label for mark in drawn.marks] == ["a 2019: 1", "a 2021: 3", "a 2022: 4"]
    assert len(drawn.paths) == 1
    assert drawn.unknown == 1
    assert [tick.text for tick in drawn.places] == ["2019", "2020", "2021", "2022"]


def test_columns_stack_to_the_height_of_their_sum() -> None:
    drawn = charts.columns([Series("a", {"2020": 30}), Series("b", {"2020": 70})])
    assert drawn is not None
    first, second = drawn.marks
    assert second.y + second.height == pytest.approx(first.y, abs=0.2)
    assert second.height / first.height == pytest.approx(7 / 3, rel=0.01)
    assert second.y == charts.TOP


def test_bars_begin_where_the_labels_end_and_are_as_long_as_their_value() -> None:
    drawn = charts.bars([Series("a", {"x": 50, "y": 100, "z": None})])
    assert drawn is not None
    assert [mark.x for mark in drawn.marks] == [charts.BAR_LABEL] * 2
    assert drawn.marks[1].width == pytest.approx(2 * drawn.marks[0].width, rel=0.01)


def test_falling_below_zero_moves_the_axis() -> None:
    drawn = charts.lines([Series("growth", {"2020": -7, "2021": 5})])
    assert drawn is not None
    assert drawn.values[0].text == "-10"
    assert drawn.marks[0].y > drawn.marks[1].y


@pytest.mark.parametrize("draw", [charts.lines, charts.columns, charts.bars])
def test_nothing_known_draws_nothing(draw: type) -> None:
    assert draw([Series("a", {"2020": None})]) is None
    assert draw([]) is None
