"""What stands on a page beside the report, around its tables and in them, and takes nothing from it: the same figures come out."""

import base64
import random
import re
from decimal import Decimal
from functools import cache

import pytest
from layouts.typesetting import typeset
from renderers import AGENCY, Quirks, balanced, compose, figures_of

from expectations import sample_register
from gongkai_build.documents import read_document
from gongkai_build.reading.report import NotAReport, Report, read_body, read_report

SEED = 3
TITLE = f"{AGENCY}2022年政府信息公开工作年度报告"
OTHER_YEARS = [TITLE.replace("2022", str(year)) for year in range(2022, 2017, -1)]
OTHERS = [TITLE.replace("科学技术局", name) for name in ("教育局", "水利局", "财政局")]
SECTION_3 = "<p><strong>三、"
FIRST_ROW = re.compile(r"<tr><td[^>]*>一、本年新收")


def page() -> str:
    quirks = Quirks()
    return typeset(compose("2021", figures_of("2021", random.Random(SEED)), quirks), "html_grid", quirks).decode()


def links(titles: list[str]) -> str:
    return "<ul>" + "".join(f'<li><a href="/{n}.html">{title}</a></li>' for n, title in enumerate(titles)) + "</ul>"


def above_table_3(html: str) -> str:
    """Put something between the heading of section 3 and its table."""
    start = page().index("<table", page().index(SECTION_3))
    return page()[:start] + html + page()[start:]


def read(text: str) -> Report:
    return read_report(read_document(text.encode()), sample_register())


def said(text: str) -> dict[tuple[str, str], tuple[str, Decimal | None]]:
    return {(figure.item_id, figure.party): (figure.status, figure.value) for figure in read(text).figures}


@cache
def alone() -> dict[tuple[str, str], tuple[str, Decimal | None]]:
    return said(page())


@pytest.mark.parametrize("titles", [OTHER_YEARS, OTHER_YEARS[1:2], OTHERS, ["2022年", "2021年", "2020年"]])
@pytest.mark.parametrize("below", [True, False])
def test_links_to_other_reports_at_the_title(titles: list[str], below: bool) -> None:
    heading = f"<h1>{TITLE}</h1>"
    around = heading + links(titles) if below else links(titles) + heading
    report = read(page().replace(heading, around))
    assert (report.report_id, report.issues) == ("990100.science.2022", ())
    assert said(page().replace(heading, around)) == alone()


def test_a_link_to_last_year_s_report_within_a_section() -> None:
    assert (
        said(page().replace("接听咨询电话365次", f'接听。</p><p><a href="/1.html">{OTHER_YEARS[1]}</a></p><p>咨询'))
        == alone()
    )


@pytest.mark.parametrize("subject", ["工作情况", "工作总结", "工作情况公示"])
@pytest.mark.parametrize("link", [OTHER_YEARS[1], OTHERS[0].replace("2022", "2020")])
def test_the_title_of_another_report_in_a_link_is_not_the_report_s(subject: str, link: str) -> None:
    own = TITLE.replace("工作年度报告", subject)
    report = read(page().replace(TITLE, own).replace("<body>", f'<body><div><a href="/1.html">{link}</a></div>'))
    assert (report.report_id, report.title) == ("990100.science.2022", own)
    assert not [issue for issue in report.issues if issue.kind in ("other_year", "other_agency", "agency_conflict")]


@pytest.mark.parametrize(
    "note",
    [
        "注：2021年结转3件",
        "上年结转3件",
        "上年度结转申请3件已办结",
        "较2021年减少5件",
        "附表（2021年修订）",
        "2021年新版表格",
    ],
)
def test_a_note_that_names_another_year_is_no_caption(note: str) -> None:
    assert said(above_table_3(f"<p>{note}</p>")) == alone()


@pytest.mark.parametrize("caption", ["2021年情况（收到申请3件）", "附：2021年情况（共3件）", "2021年度受理3件情况表"])
def test_a_caption_that_counts_is_a_caption(caption: str) -> None:
    report = read(above_table_3(f"<p>{caption}</p>"))
    assert not [figure for figure in report.figures if figure.item_id.startswith("requests.")]


def test_a_caption_within_the_table_is_no_row() -> None:
    start = page().index("<table", page().index(SECTION_3))
    end = page().index("</table>", start) + len("</table>")
    table = page()[start:end]
    this, last = (table.replace("<tbody>", f"<tbody><tr><td colspan=10>{year}年度</td></tr>") for year in (2022, 2021))
    other = re.sub(r"<td([^>]*)>(\d+)</td>", r"<td\1>7\2</td>", last)
    assert said(page()[:start] + this + other + page()[end:]) == alone()
    only_last = read(page()[:start] + other + page()[end:])
    assert not [figure for figure in only_last.figures if figure.item_id.startswith("requests.")]
    assert "other_year" in {issue.kind for issue in only_last.issues}


def test_a_column_of_another_year_is_left_out() -> None:
    start = page().index("<table", page().index(SECTION_3))
    end = page().index("</table>", start)
    table = re.sub(r"(<td[^>]*>总计</td>)", r"\1<td rowspan=2>2021年总计</td>", page()[start:end], count=1)
    rows = re.sub(r"(<td>\d*</td>)</tr>", r"\1<td>9</td></tr>", table)
    assert rows.count("<td>9</td></tr>") >= 25
    read_figures = said(page()[:start] + rows + page()[end:])
    wrong = {key for key, (status, value) in read_figures.items() if status == "reported" and alone()[key][1] != value}
    assert wrong == set()
    assert set(read_figures) == set(alone())


def test_the_header_stands_in_a_table_of_its_own_as_well() -> None:
    start = page().index("<table", page().index(SECTION_3))
    first_row = FIRST_ROW.search(page(), start)
    assert first_row
    header = page()[start : first_row.start()] + "</tbody></table>"
    assert said(above_table_3(header)) == alone()


def test_a_blank_row_above_the_row_of_section_4() -> None:
    row = page().rindex("<tr>", 0, page().rindex("</table>"))
    blank = "<tr>" + "<td></td>" * 15 + "</tr>"
    assert said(page()[:row] + blank + page()[row:]) == alone()


def test_a_long_note_in_a_table_makes_no_frame_of_it() -> None:
    note = "填表说明：" + "本表所称申请是指公民、法人或者其他组织依法提出的申请，" * 20
    end = page().index("</tbody>", page().index(SECTION_3))
    blanked = re.sub(r"<td>0</td>", "<td></td>", page())
    end_of_blanked = blanked.index("</tbody>", blanked.index(SECTION_3))
    row = f"<tr><td colspan=10>{note}</td></tr>"
    assert said(page()[:end] + row + page()[end:]) == alone()
    assert said(blanked[:end_of_blanked] + row + blanked[end_of_blanked:]) == said(blanked)


def test_a_pasted_picture_is_no_page_made_to_hurt() -> None:
    picture = base64.b64encode(random.Random(SEED).randbytes(2_000_000)).decode()
    assert said(page().replace("</body>", f'<p><img src="data:image/png;base64,{picture}"></p></body>')) == alone()


def test_the_number_of_a_page_between_rows_on_lines() -> None:
    quirks = Quirks()
    figures = balanced("2021", figures_of("2021", random.Random(SEED)))
    text = typeset(compose("2021", figures, quirks), "blank_rows", quirks).decode()
    lines = text.split("\n")
    row = next(number for number, line in enumerate(lines) if "属于三类内部事务信息" in line)
    assert said("\n".join([*lines[:row], "2", *lines[row:]])) == said(text)


def test_many_labels_without_a_row_take_no_time() -> None:
    # Were the time quadratic, the limit on computing would refuse it with another message.
    with pytest.raises(NotAReport, match="neither figures nor sections"):
        read_body((TITLE + "\n" + "其他 总计 1 2 3\n" * 20_000).encode(), sample_register())
