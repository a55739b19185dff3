"""Papers → web pages, each with a peculiarity of its own."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from html import escape

from opencc import OpenCC

from making.paper import Example, Paper, Table, sentences

Rows = Callable[[Table], str]


def set_page(example: Example, paper: Paper, earlier: Paper | None = None) -> str:
    """Write a paper down as a page.

    Args:
        example: what is particular about it.
        paper: the report.
        earlier: another report on the same page: with a `caption` in the settings its tables stand below the report's own, else all of it
            stands behind it.
    """
    text = _SHELLS.get(example.layout, _plain_shell)(paper, _body(example, paper, earlier))
    return traditional(text) if example.script == "Hant" else text


def _body(example: Example, paper: Paper, earlier: Paper | None) -> str:
    rows = _laid_out if example.layout == "nested-tables" else _rows
    pieces = [f"<h1>{escape(paper.title)}</h1>"]
    pieces += [f"<p class=info>{escape(paper.published)}</p>"] if paper.published else []
    pieces += [f"<p>　　{escape(paper.preamble)}</p>"] if paper.preamble else []
    for number, part in enumerate(paper.parts):
        pieces.append(f"<p><strong>{escape(part.heading)}</strong></p>")
        pieces += [f"<p>　　{escape(said)}</p>" for said in part.sentences]
        pieces += [rows(part.table)] if part.table else []
        if earlier and part.table and "caption" in example.settings:
            caption = example.settings["caption"].format(heading=part.heading)
            pieces += [f"<p>{escape(caption)}</p>", rows(earlier.parts[number].table)]
    pieces += [f'<p style="text-align:right">{escape(line)}</p>' for line in paper.signature]
    if earlier and "caption" not in example.settings:
        # Another whole report stands behind this one.
        pieces.append(_body(replace(example, settings={}), earlier, None))
    return "\n".join(pieces)


def _plain_shell(paper: Paper, body: str) -> str:
    return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{escape(paper.title)}</title></head>
<body>
<div class="nav"><a href="/">首页</a> <a href="/gk/">政府信息公开</a></div>
<div id="zoom">
{body}
</div>
<div class="footer">扫一扫在手机打开当前页　样例页面，内容均属虚构</div>
</body></html>
"""


def _nested_shell(paper: Paper, body: str) -> str:
    """The whole page is laid out by tables in tables."""
    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title>{escape(paper.title)}</title></head>
<body><table width="1000" align="center"><tbody><tr><td colspan="2"><table><tr><td>首页</td><td>政务公开</td><td>办事服务</td></tr></table></td></tr>
<tr><td width="200" valign="top"><table><tr><td>公开指南</td></tr><tr><td>公开年报</td></tr></table></td>
<td valign="top"><table width="100%"><tbody><tr><td>
{body}
</td></tr></tbody></table></td></tr>
<tr><td colspan="2">样例页面，内容均属虚构</td></tr></tbody></table></body></html>
"""


def _encyclopedia_shell(paper: Paper, body: str) -> str:
    """An encyclopedia's copy: its own furniture before and behind the report."""
    return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{escape(paper.title)}_样例百科</title></head>
<body>
<div><a href="/">样例百科</a></div>
<article>
{body}
</article>
<div><p>相关词条</p><ul><li><a href="/1">样例纪念馆</a></li><li><a href="/2">样例大桥</a></li></ul><p>热门词条</p><p>联络我们</p><p>内容均属虚构</p></div>
</body></html>
"""


_SHELLS = {"nested-tables": _nested_shell, "traditional": _encyclopedia_shell}


def _rows(table: Table) -> str:
    rows = "\n".join(_table_rows(table))
    return f'<table border="1"><tbody>\n{rows}\n</tbody></table>'


def _table_rows(table: Table) -> Iterator[str]:
    for row in table:
        yield "<tr>" + "".join(_cell(cell.text, cell.colspan, cell.rowspan) for cell in row) + "</tr>"


def _laid_out(table: Table) -> str:
    """A table in a table in a table; its spans are kept, and each number stands in a paragraph of its own."""
    rows = "\n".join(_table_rows(table)).replace("<td>", "<td><p>").replace("</td>", "</p></td>")
    return f'<table><tr><td><div><table width="100%" border="1">\n{rows}\n</table></div></td></tr></table>'


def _cell(text: str, colspan: int, rowspan: int) -> str:
    spans = (f' colspan="{colspan}"' if colspan > 1 else "") + (f' rowspan="{rowspan}"' if rowspan > 1 else "")
    return f"<td{spans}>{escape(text, quote=False).replace(chr(10), '<br>') or '&nbsp;'}</td>"


@cache
def _converter() -> OpenCC:
    return OpenCC("s2tw")


def traditional(text: str) -> str:
    """Convert to Traditional script with the wordings of Taiwan, as copies made there have them."""
    converted: str = _converter().convert(text)
    for printed, usual in sentences()["taiwan"].items():
        converted = converted.replace(printed, usual)
    return converted
