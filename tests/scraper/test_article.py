"""The page of a report: what it stands for, and what is attached to it."""

import json

import pytest

from gongkai_scraper.drivers import Answer, Request
from gongkai_scraper.drivers.article import attachments, follow, redirect

URL = "http://www.yunxiu.example/gk/nb/2024/1.html"
FILLER = "<p>" + "本机关认真贯彻落实条例，按照规定的格式和内容编制本报告。" * 10 + "</p>"


def page(body: str, charset: str | None = None) -> Answer:
    return Answer(body.encode(charset or "utf-8"), URL, charset, "text/html", Request(URL))


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ('<meta http-equiv="refresh" content="0;url=../2.html">', "http://www.yunxiu.example/gk/nb/2.html"),
        ("<META HTTP-EQUIV='Refresh' CONTENT='3; URL=\"/a.html\"'><p>正在跳转</p>", "http://www.yunxiu.example/a.html"),
        ('<script>window.location.href = "/b.html";</script>', "http://www.yunxiu.example/b.html"),
        ("<script>location.replace('//c.example/d.html')</script>", "http://c.example/d.html"),
        ("<script>top.location='http:\\/\\/c.example\\/e.pdf'</script>", "http://c.example/e.pdf"),
        ('<base href="/x/"><script>self.location = "f.html"</script>', "http://www.yunxiu.example/x/f.html"),
        ('<meta http-equiv="refresh" content="600">', None),
        ('<meta http-equiv="refresh" content="0;url=1.html">', None),
        ("<script>window.open('/advert.html')</script>", None),
        ('<script>location.href="javascript:void(0)"</script>', None),
        (FILLER + '<meta http-equiv="refresh" content="0;url=2.html">', None),
        (FILLER + '<script>if (isMobile()) { location.href = "/m/1.html"; }</script>', None),
        ("", None),
    ],
)
def test_redirects(body: str, target: str | None) -> None:
    assert redirect(page(body and "<html>" + body)) == target
    links = follow(page(body and "<html>" + body))
    assert [(link.url, link.title) for link in links] == ([(target, "")] if target else [])


@pytest.mark.parametrize(
    ("body", "url", "title"),
    [
        ('<a href="./P020240120.docx">附件：2023年报告全文</a>', "/gk/nb/2024/P020240120.docx", "附件：2023年报告全文"),
        ('<a href="/a/%E6%8A%A5.PDF"></a>', "/a/%E6%8A%A5.PDF", "报.PDF"),
        (
            '<a href="/module/download/downfile.jsp?classid=0&filename=ab12.doc">下载</a>',
            "/module/download/downfile.jsp?classid=0&filename=ab12.doc",
            "下载",
        ),
        ('<a href="/download?id=7">2023年报告.wps</a>', "/download?id=7", "2023年报告.wps"),
        ('<iframe src="/pdfjs/web/viewer.html?file=/up/3.pdf"></iframe>', "/up/3.pdf", "3.pdf"),
        ('<embed src="4.ofd">', "/gk/nb/2024/4.ofd", "4.ofd"),
        ('<object data="5.pdf"></object>', "/gk/nb/2024/5.pdf", "5.pdf"),
        ('<a href="javascript:void(0)" onclick="window.open(\'/f/6.pdf\')">年报</a>', "/f/6.pdf", "年报"),
        ("<span onclick=\"downloadFile('/f/7.zip')\">全文</span>", "/f/7.zip", "全文"),
        ("<script>document.write('<a href=\"8.xls\">附表<\\/a>')</script>", "/gk/nb/2024/8.xls", "附表"),
    ],
)
def test_attachments(body: str, url: str, title: str) -> None:
    links = attachments(page(FILLER + body))
    assert [(link.url, link.title) for link in links] == [("http://www.yunxiu.example" + url, title)]
    assert follow(page(FILLER + body)) == links


@pytest.mark.parametrize(
    "body",
    [
        '<a href="2.html">2023年报告.docx</a>',
        '<a href="/img/1.png">图</a>',
        '<a href="a.doc">依申请公开申请表</a>',
        '<a href="b.pdf">图解2023年年报</a>',
        '<a href="mailto:a@b.example?x=c.pdf">来信</a>',
        '<a href=".pdf">无名</a>',
    ],
)
def test_what_is_no_attachment(body: str) -> None:
    assert attachments(page(FILLER + body)) == ()


def test_attachments_come_once_in_order_and_from_the_part_that_is_named() -> None:
    body = (
        '<div class="side"><a href="z.pdf">专栏</a></div><div id="zoom">'
        '<a href="b.docx">报告</a><a href="a.pdf">附件2</a><a href="b.docx">下载报告</a></div>'
    )
    assert [link.url.rpartition("/")[2] for link in attachments(page(FILLER + body))] == ["z.pdf", "b.docx", "a.pdf"]
    named = attachments(page(FILLER + body), "#zoom")
    assert [(link.url.rpartition("/")[2], link.title) for link in named] == [("b.docx", "报告"), ("a.pdf", "附件2")]
    assert attachments(page(FILLER + body), ".absent") == ()


def test_pages_of_gkmlpt_name_attachments_in_their_data() -> None:
    detail = {
        "content": '报告<a class="nfw-cms-attachment" href="/jyj/attachment/0/1.pdf">全文.pdf</a>',
        "attachments": [{"url": "/jyj/attachment/0/2.docx", "name": "附表.docx"}, {"name": "无址"}, 3],
    }
    body = f"<html>{FILLER}<script>window._CONFIG = {{SID: '1', DETAIL: {json.dumps(detail)}}};</script>"
    assert [(link.url, link.title) for link in attachments(page(body))] == [
        ("http://www.yunxiu.example/jyj/attachment/0/1.pdf", "全文.pdf"),
        ("http://www.yunxiu.example/jyj/attachment/0/2.docx", "附表.docx"),
    ]


def test_gbk_pages_and_documents_that_are_no_pages() -> None:
    assert attachments(page('<a href="1.doc">镕水镇年报</a>', "gb18030"))[0].title == "镕水镇年报"
    assert follow(Answer(b"%PDF-1.7 <a href='x.pdf'>", URL, None, "application/pdf", Request(URL))) == ()


@pytest.mark.parametrize(
    "body",
    ["<div>" * 200_000, "<a " + " ".join(f"a{number}=1" for number in range(40_000)) + ">"],
    ids=["nested", "attributes"],
)
def test_pages_whose_reading_would_not_end_lead_nowhere(body: str) -> None:
    assert follow(page(body + '<a href="1.pdf">年报</a>')) == ()
