"""Menus and lists of links around a report are no part of it; a report whose own lines stand in links is still read."""

import random

from layouts.typesetting import typeset
from renderers import Quirks, compose, figures_of

from gongkai_build.demo import sample_register
from gongkai_build.documents import Line, read_document
from gongkai_build.reading.navigation import without_navigation
from gongkai_build.reading.report import Report, read_body
from gongkai_build.register.agencies import load_register

FORM = "2021"
MENU = '<ul><li><a href="/a.html">政务公开</a></li><li><a href="/b.html">2019年云岫市审计局政府信息公开工作年度报告</a></li></ul>'


def page(layout: str = "html_grid") -> str:
    worn = Quirks(amount="yuan")
    return typeset(compose(FORM, figures_of(FORM, random.Random(7), zeros=0.5), worn), layout, worn).decode()


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
        '<p><a href="#two">二、主动公开</a></p><p><a href="javascript:void(0)">打印</a></p></body>'
    )
    assert lines_of(text) == ["标题", "一、总体情况", "二、主动公开", "打印"]


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
