"""Menus and lists of links around a report are no part of it; a report whose own lines stand in links is still read."""

import random

import pytest
from layouts.typesetting import typeset
from renderers import Quirks, compose, figures_of

from gongkai_build.demo import sample_register
from gongkai_build.documents import Line, read_document
from gongkai_build.reading.navigation import without_navigation
from gongkai_build.reading.report import Report, read_body
from gongkai_build.register.agencies import load_register

FORM = "2021"
MENU = '<ul><li><a href="/a.html">政务公开</a></li><li><a href="/b.html">财政预决算</a></li></ul>'


def page(seed: int = 7) -> str:
    worn = Quirks(amount="yuan")
    return typeset(compose(FORM, figures_of(FORM, random.Random(seed), zeros=0.5), worn), "html_grid", worn).decode()


def read(text: str) -> Report:
    return read_body(text.encode(), load_register(sample_register()))


def lines_of(text: str) -> list[str]:
    document = without_navigation(read_document(text.encode()))
    return [block.text for block in document.blocks if isinstance(block, Line)]


def around(text: str, before: str, after: str = "") -> str:
    head, body, rest = text.partition("<body>")
    assert body
    return head + body + before + rest.replace("</body>", f"{after}</body>")


def test_lines_that_are_nothing_but_links_are_left_out() -> None:
    text = (
        '<body><div><a href="/x.html">首页</a></div><p>来源：<a href="/y.html">云岫市教育局</a></p><p>正文。</p></body>'
    )
    assert lines_of(text) == ["来源：云岫市教育局", "正文。"]


def test_headings_anchors_and_links_to_nowhere_stay() -> None:
    text = (
        '<body><h1><a href="/x.html">标题</a></h1><p><a name="one">一、总体情况</a></p>'
        '<p><a href="#two">（二）主动公开</a></p><p><a href="javascript:void(0)">打印</a></p></body>'
    )
    assert lines_of(text) == ["标题", "一、总体情况", "（二）主动公开", "打印"]


@pytest.mark.parametrize(
    "line",
    [
        "云岫市审计局2019年政府信息公开工作年度报告",
        "附：2019年情况",
        "下属单位",
        "云岫市审计局",
        "三、收到和处理政府信息公开申请情况",
    ],
)
def test_what_says_of_what_the_text_below_is_stays_though_it_is_a_link(line: str) -> None:
    assert lines_of(f'<body><p><a href="/x.html">{line}</a></p><p>正文。</p></body>') == [line, "正文。"]


def test_a_second_report_whose_title_is_a_link_is_another_report() -> None:
    own, other = page(), page(seed=8)
    title = read(own).title
    assert title
    link = f'<p><a href="/2019.html">{title.replace("2022", "2019")}</a></p>'
    later = other.replace(f"<h1>{title}</h1>", link)
    assert later != other
    body = later.partition("<body>")[2].partition("</body>")[0]
    both = read(around(own, "", body))
    assert any(issue.kind in ("other_year", "other_report") for issue in both.issues)
    assert [(f.item_id, f.party, f.value) for f in both.figures] == [
        (f.item_id, f.party, f.value) for f in read(own).figures
    ]


def test_a_paragraph_in_a_link_is_text() -> None:
    sentence = "本报告中所列数据的统计期限自2022年1月1日起，至2022年12月31日止，电子版可以在云岫市人民政府门户网站政务公开专栏中查阅和下载。"
    assert lines_of(f'<body><p><a href="/x.html">{sentence}</a></p></body>') == [sentence]


def test_a_link_that_is_never_closed_makes_no_menu_of_what_follows() -> None:
    lines = [f"第{number}行" for number in "一二三四五"]
    text = '<body><a href="/x.html">首页' + "".join(f"<p>{line}</p>" for line in lines) + "</body>"
    assert lines_of(text)[-5:] == lines


def test_a_report_between_menus_is_the_report_without_them() -> None:
    alone, within = read(page()), read(around(page(), MENU, MENU.replace("/a", "/c").replace("/b", "/d")))
    assert [(f.item_id, f.party, f.value) for f in within.figures] == [
        (f.item_id, f.party, f.value) for f in alone.figures
    ]
    assert [section.text for section in within.sections] == [section.text for section in alone.sections]
    assert within.year == alone.year


def test_a_report_of_lines_below_a_link_that_is_never_closed_is_read() -> None:
    alone = read(page())
    text = page().replace("<body>", '<body><p><a href="/index.html">首页</p>')
    assert [(f.item_id, f.party, f.value) for f in read(text).figures] == [
        (f.item_id, f.party, f.value) for f in alone.figures
    ]
