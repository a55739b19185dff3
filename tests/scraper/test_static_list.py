"""List pages: links in full, titles in full, in whatever charset."""

from contextlib import suppress
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai_scraper.drivers import Answer, DriverError, Link, Page, Request, static_list
from gongkai_scraper.drivers.static_list import StaticList
from gongkai_scraper.text import decode

URL = "http://a.example/gk/nb/index.html"


@dataclass(frozen=True)
class File:
    """The part of a portal file that the driver sees."""

    driver: StaticList
    years: tuple[int, int] | None = None


def read_page(body: bytes, charset: str | None = None, **options: str) -> Page:
    own = StaticList.model_validate({"family": "static_list", "lists": [URL]} | options)
    return static_list.read(Answer(body, URL, charset, "text/html", Request(URL)), File(own))


def read(page: str, **options: str) -> tuple[tuple[Link, ...], str | None]:
    result = read_page(page.encode(), **options)
    return result.links, result.requests[0].url if result.requests else None


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("t1.html", "http://a.example/gk/nb/t1.html"),
        ("./202201/t1.html", "http://a.example/gk/nb/202201/t1.html"),
        ("../t1.html#top", "http://a.example/gk/t1.html"),
        ("/t1.html", "http://a.example/t1.html"),
        ("//b.example/t1.html", "http://b.example/t1.html"),
        ("https://b.example/t1.html", "https://b.example/t1.html"),
        (" /t1\n.html ", "http://a.example/t1.html"),
        ("?id=3&amp;x=4", "http://a.example/gk/nb/index.html?id=3&x=4"),
        ("javascript:show(1)", "javascript:show(1)"),
        ("http://[broken", "http://[broken"),
    ],
)
def test_addresses(href: str, url: str) -> None:
    assert read(f'<a href="{href}">报告</a>') == ((Link(url, "报告"),), None)


def test_base_is_heeded() -> None:
    page = '<base href="/other/"><a href="t1.html">报告</a><a href="p2.html">下一页</a>'
    links, next_url = read(page)
    assert links[0].url == "http://a.example/other/t1.html"
    assert next_url == "http://a.example/other/p2.html"


@pytest.mark.parametrize("base", ["", "http://[x", "javascript:", "mailto:a@b.example", "http://"])
def test_a_base_that_is_no_address_is_not(base: str) -> None:
    links, _ = read(f'<base href="{base}"><a href="t1.html">报告</a>')
    assert links[0].url == "http://a.example/gk/nb/t1.html"


def test_links_that_stay_on_the_page_are_none() -> None:
    page = '<a href="#">报告</a><a name="x">报告</a><a href="">报告</a>'
    with pytest.raises(DriverError, match="no link fits the selector 'a'"):
        read(page)
    assert read(page + '<a href="1">报告</a>') == ((Link("http://a.example/gk/nb/1", "报告"),), None)


def test_titles() -> None:
    page = (
        '<a href="1" title="2023年政府信息公开工作年度报告">2023年政府信息公开…</a>'
        '<a href="2" title="点击打开">2022年\n 年度报告</a>'
        '<a href="3" title="2021年年度报告"><img src="x"></a>'
    )
    assert [link.title for link in read(page)[0]] == [
        "2023年政府信息公开工作年度报告",
        "2022年 年度报告",
        "2021年年度报告",
    ]


def test_the_selector_decides() -> None:
    page = '<a href="menu">年报</a><ul class="list"><li><a href="1">报告</a></li></ul><a href="2">下一页</a>'
    links, next_url = read(page, links="ul.list a")
    assert [link.title for link in links] == ["报告"]
    assert next_url == "http://a.example/gk/nb/2"


@pytest.mark.parametrize(
    ("page", "next_url"),
    [
        ('<a href="index_1.html"> 下一页 &gt;</a>', "http://a.example/gk/nb/index_1.html"),
        ('<a href="index_1.html">下 一 页</a>', "http://a.example/gk/nb/index_1.html"),
        ('<a href="javascript:next()">下一页</a>', None),
        ('<a href="index.html">下一页</a>', None),
        ('<a href="#">下一页</a><a href="1">一</a>', None),
        ("<span>下一页</span><a href='1'>一</a>", None),
    ],
)
def test_the_next_page(page: str, next_url: str | None) -> None:
    assert read(page)[1] == next_url


@pytest.mark.parametrize(
    ("coding", "declared", "meta"),
    [
        ("gb18030", "gb2312", ""),
        ("gb18030", None, "gb2312"),
        ("gb18030", None, "GBK"),
        ("gb18030", None, ""),
        ("gb18030", "utf-8", ""),
        ("utf-8", None, ""),
        ("utf-8", "utf-8", "gb2312"),
        ("utf-8-sig", "gbk", ""),
        ("utf-8", "nonsense", ""),
        ("utf-8", "hex", ""),
    ],
)
def test_charsets(coding: str, declared: str | None, meta: str) -> None:
    """镕 stands in GBK but not in GB2312: pages that say gb2312 hold such signs all the same."""
    head = f'<meta http-equiv="Content-Type" content="text/html; charset={meta}">' if meta else ""
    body = f'<html><head>{head}</head><body><a href="1">镕㐂市二〇二〇年年度报告</a></body></html>'.encode(coding)
    page = read_page(body, declared)
    assert [link.title for link in page.links] == ["镕㐂市二〇二〇年年度报告"]


@given(st.binary(max_size=200), st.sampled_from([None, "gb2312", "utf-8", "x"]))
def test_any_bytes_are_read_somehow(body: bytes, declared: str | None) -> None:
    assert isinstance(decode(body, declared), str)
    with suppress(DriverError):
        read_page(body, declared)


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("<div>" * 200_000, "nested more than 5000 deep"),
        ("<a " + " ".join(f"a{number}=1" for number in range(40_000)) + ">", "more than 30000 different words"),
    ],
    ids=["nested", "attributes"],
)
def test_pages_whose_reading_would_not_end_are_refused(page: str, words: str) -> None:
    with pytest.raises(DriverError, match=words):
        read(page)


def test_long_lists_without_closing_tags_are_read() -> None:
    page = "<ul>" + "".join(f'<li><a href="{number}.html">{number}年报</a>' for number in range(6000))
    assert len(read_page(page.encode()).links) == 6000
