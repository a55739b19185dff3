"""Hijacked copies of government pages are known by what was done to them; copies and real pages are not taken for them."""

import pytest

from gongkai_build.reading.clones import Source, is_encyclopedia, signs_of_a_clone
from gongkai_build.reading.report import Report, read_body
from gongkai_build.register.agencies import Register, load_register
from gongkai_build.resources import definition

TITLE = "云岫市教育局2020年政府信息公开工作年度报告"
CLEAN = (
    f"{TITLE}\n一、总体情况\n全年公开信息 7 条，垚（yáo）字一次。体育 2020 年工作，彩票公益金 300 元，12345 热线。\n"
)
PINYIN = "公(gōng)開(kāi)信息，報(bào)告如下。"
PORTAL = "http://www.example.com/art/2021/1/20/art_1229307167_3772622.html"
GOVERNMENT = "http://www.example.gov.cn/art/2021/1/20/art_1229307167_3772622.html"


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register(definition("samples") / "register")


def signs(text: str, title: str = TITLE, agency: str = "云岫市教育局", source: Source | None = None) -> str:
    return signs_of_a_clone(text, [title], agency, source or Source())


@pytest.mark.parametrize(
    ("text", "title", "agency", "url", "kind", "sign"),
    [
        (CLEAN, "365体育教育局2020年政府信息公开工作年度报告", "365体育教育局", None, "local", "brand"),
        (CLEAN, TITLE + "_bet365官网", "云岫市教育局", None, "local", "brand"),
        (CLEAN + "亚博局召开会议。亚博局印发文件。亚博局公开。", TITLE, "云岫市教育局", None, "local", "brand"),
        (CLEAN + "YABO官网 kaiyun中国 leyu乐鱼 ", TITLE, "云岫市教育局", None, "local", "brand"),
        (CLEAN + PINYIN, TITLE, "云岫市教育局", None, "local", "pinyin"),
        (CLEAN + PINYIN, TITLE, "云岫市教育局", PORTAL, "mirror", "pinyin"),
        (CLEAN + "锟斤拷" * 5, TITLE, "云岫市教育局", PORTAL, "mirror", "broken"),
        (CLEAN, "3658教育局2020年政府信息公开工作年度报告", "3658教育局", PORTAL, "mirror", "path"),
        # A page of the agency's own portal that was broken into.
        (CLEAN + "开云体育" * 3, TITLE, "云岫市教育局", GOVERNMENT, "official", "brand"),
    ],
)
def test_clones(text: str, title: str, agency: str, url: str | None, kind: str, sign: str) -> None:
    assert f"{sign}: " in signs(text, title, agency, Source(url, kind))


@pytest.mark.parametrize(
    ("text", "agency", "source"),
    [
        (CLEAN, "云岫市教育局", Source()),
        # A copy with its path and nothing else wrong is a mirror; a portal's file may call any host official.
        (CLEAN, "云岫市教育局", Source(PORTAL, "mirror")),
        (CLEAN + "\ufffd" * 9, "云岫市教育局", Source(PORTAL, "official")),
        (CLEAN + PINYIN, "云岫市教育局", Source(GOVERNMENT, "official")),
        (CLEAN + "查处网络赌博（百家乐）案件。", "云岫市公安局", Source(GOVERNMENT, "official")),
        (CLEAN, "云岫市12345热线管理中心", Source(PORTAL, "mirror")),
        (CLEAN, "云岫市第101中学", Source(PORTAL, "mirror")),
        (CLEAN + "垚（yáo）山镇" * 5, "云岫市教育局", Source()),
        (CLEAN + "邮箱leyu@example.com，网址www.leyu.gov.cn，乐园路leyuan。" * 3, "云岫市教育局", Source()),
        (CLEAN + "tibet2020 " * 3, "云岫市教育局", Source()),
        # Other words that hold the characters of a brand, and numbers that are none of one.
        (CLEAN + "第七届南亚博览会、三亚博物馆、三亚博鳌航线。" * 3, "云岫市教育局", Source(GOVERNMENT, "official")),
        (CLEAN + "务必威慑违法行为，中华体会员大会。" * 3, "云岫市教育局", Source(GOVERNMENT, "official")),
        (CLEAN + "12345线上受理，12348线上咨询，100体育公园，300彩票销售点。" * 3, "云岫市教育局", Source()),
        (CLEAN + "依法（fa）公开(1)、(一)、(a)、(b)、(c)。", "云岫市教育局", Source()),
    ],
)
def test_what_is_no_clone(text: str, agency: str, source: Source) -> None:
    assert signs(text, agency=agency, source=source) == ""


def test_encyclopedias_hold_copies() -> None:
    assert is_encyclopedia("baike.baidu.com")
    assert is_encyclopedia("zh.wikipedia.org")
    assert not is_encyclopedia("www.notbaike.com.example")


def read(text: str, register: Register) -> Report:
    return read_body(text.encode(), register)


def test_a_clone_is_read_and_told(register: Register) -> None:
    body = "二、主动公开政府信息情况\n第二十条第（五）项\n信息内容\n本年处理决定数量\n行政许可\n7\n"
    assert read(CLEAN + body, register).clone is None
    clone = read(CLEAN + PINYIN + "\n" + body, register)
    assert clone.report_id == "990100.education.2020"
    assert clone.clone is not None
