"""Pages like those of portals, about 100 KB, for measuring: a report of form 2021 pasted from Word, among menus, scripts and boxes.

Every cell and paragraph carries the style and the nested `<p>` and `<span>` that Word leaves. No two pages are alike in figures, sentences or menus.
"""

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "reading"))

from renderers import AGENCY, Cell, Figures, Paper, Quirks, Table, compose, figures_of

FORM = "2021"
ZEROS = 0.75
OFFICES = (
    "科学技术局",
    "教育局",
    "财政局",
    "民政局",
    "水利局",
    "司法局",
    "审计局",
    "统计局",
    "交通运输局",
    "文化和旅游局",
)
MENUS, ENTRIES = 9, 11
PARAGRAPHS = 5
"""Paragraphs under each of the sections that are prose."""
SENTENCES = (
    "全年通过门户网站更新栏目{0}个，发布各类信息{1}条，其中政策解读{2}篇，办事指南{3}份。",
    "对{0}个科室的目录逐条核对，补充缺漏{1}处，更正过时的联系方式{2}处。",
    "组织业务培训{0}场，{1}人次参加，编印操作手册{2}册，分送各股室对照使用。",
    "政务新媒体推送消息{0}条，阅读量{1}次，留言回复率百分之{2}，回复平均用时{3}小时。",
    "接听咨询电话{0}次，窗口接待来访{1}人次，均当场作出解释，没有积压。",
    "下一步将每季度检查{0}次，重点看{1}类信息是否按时上网，问题列出清单，限{2}日内改完。",
)
FONT = "font-family: 仿宋_GB2312; font-size: 16px;"
PARAGRAPH = (
    '<p class="MsoNormal" style="text-indent: 32px; line-height: 28px; text-align: justify; margin: 0;">'
    f'<span style="{FONT} color: rgb(0, 0, 0);">{{}}</span></p>\n'
)
CELL = (
    '<td{} width="66" valign="center" style="padding: 0px 7px; border: 1px solid windowtext; word-break: break-all;">'
    '<p class="MsoNormal" align="center" style="text-align: center; line-height: 20px;">'
    '<span style="font-family: 宋体; font-size: 12px;">{}</span></p></td>'
)
LINK = '<li class="nav-item"><a href="/xxgk/{0}/{1}/index.html" target="_blank" title="栏目{2}">栏目{2}</a></li>\n'
SCRIPT = (
    '<script type="text/javascript">var column{0} = {{"id": "c{0}", "open": false, "path": "/xxgk/{0}/"}};</script>\n'
)
STYLE = ".column-{0} {{ margin: 0 auto; padding: 4px 8px; background: #f{1:05x}; }}\n"


@dataclass(frozen=True)
class Page:
    """The bytes of a page and what its report states: the figures, and the name of the agency."""

    body: bytes
    figures: Figures
    agency: str


def page(number: int) -> Page:
    """Write the page of that number, always the same."""
    rng = random.Random(number)
    figures = figures_of(FORM, rng, zeros=ZEROS)
    paper = compose(FORM, figures, Quirks(amount="header", thousands=rng.random() < 0.3))
    agency = AGENCY[:3] + rng.choice(OFFICES)
    text = "".join(_page(paper, rng)).replace(AGENCY, agency)
    return Page(text.encode(), figures, agency)


def _page(paper: Paper, rng: random.Random) -> Iterator[str]:
    title = escape(paper.title)
    yield '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
    yield f'<title>{title}</title>\n<meta name="ArticleTitle" content="{title}">\n<meta name="PubDate" content="2023-01-19">\n'
    yield "<style>\n" + "".join(STYLE.format(n, rng.randrange(0xFFFFF)) for n in range(40)) + "</style>\n"
    yield "".join(SCRIPT.format(rng.randrange(100_000)) for _ in range(30)) + "</head>\n<body>\n"
    for menu in range(MENUS):
        links = "".join(LINK.format(menu, n, rng.randrange(100_000)) for n in range(ENTRIES))
        yield f'<div class="menu"><div class="inner"><ul class="nav-{menu}">{links}</ul></div></div>\n'
    yield '<div class="main"><div class="wrap"><div class="article">\n'
    yield f'<table class="box" width="100%"><tr><td><b>索 引 号：</b></td><td>990100/2023-{rng.randrange(100_000)}</td>'
    yield f"<td><b>发布机构：</b></td><td>{AGENCY}</td></tr><tr><td><b>发布日期：</b></td><td>2023-01-19</td>"
    yield f'<td><b>名　　称：</b></td><td>{title}</td></tr></table>\n<h1 class="title">{title}</h1>\n'
    yield f'<div class="info">发布日期：2023-01-19　来源：{AGENCY}　字号：<a href="#">大</a> <a href="#">小</a> <a href="#">打印</a></div>\n'
    yield '<div class="TRS_Editor" id="zoom">\n' + PARAGRAPH.format(escape(paper.preamble))
    for heading, text, table in paper.parts:
        yield PARAGRAPH.format(f"<strong>{escape(heading)}</strong>")
        yield PARAGRAPH.format(escape(text)) if text else ""
        yield _table(table) if table else "".join(PARAGRAPH.format(_prose(rng)) for _ in range(PARAGRAPHS))
    yield "".join(PARAGRAPH.format(escape(line)) for line in paper.signature)
    yield '</div></div></div></div>\n<div class="footer"><p>主办：云岫市人民政府办公室</p></div>\n</body>\n</html>\n'


def _prose(rng: random.Random) -> str:
    return "".join(sentence.format(*(rng.randint(2, 9999) for _ in range(4))) for sentence in rng.sample(SENTENCES, 3))


def _table(table: Table) -> str:
    rows = "".join(f'<tr style="height: 28px;">{"".join(map(_cell, row))}</tr>\n' for row in table)
    return f'<table border="1" cellspacing="0" cellpadding="0" style="border-collapse: collapse;"><tbody>\n{rows}</tbody></table>\n'


def _cell(cell: Cell) -> str:
    spans = {"colspan": cell.colspan, "rowspan": cell.rowspan}
    attributes = "".join(f' {name}="{span}"' for name, span in spans.items() if span > 1)
    return CELL.format(attributes, escape(cell.text))
