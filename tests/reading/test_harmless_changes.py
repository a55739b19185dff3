"""What is done to a report when it is copied, saved or put on a page, and what nobody would read otherwise for it: the same figures come out."""

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from html import escape
from pathlib import Path

import pytest
from opencc import OpenCC

from expectations import TESTS, sample_register
from gongkai_build.documents import read_document
from gongkai_build.reading.report import Report, read_report
from gongkai_build.reading.values import UNCLEAR

TEXTS = sorted((TESTS / "examples").glob("*/document.txt"))
NUMBER_ALONE = re.compile(r"[\s|]*[\d,.+-]+[\s|]*")
FULL_WIDTH = {ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}
NAVIGATION = "首页\n政务公开\n互动交流\n当前位置：首页 > 政务公开 > 年报\n字号：大 中 小\n打印\n"
FURNITURE = "\n相关链接\n上一篇：没有了\n主办单位：人民政府办公室\n联系电话：0999-1234567\n版权所有\n"


def _each_line(change: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: "\n".join(change(line) if line.strip() else line for line in text.split("\n"))


def _numbers_of_rows(style: str) -> Callable[[str], str]:
    return lambda text: re.sub(r"^([ \t\u3000]*)(\d)\.(?=[^\d\s])", rf"\1{style}", text, flags=re.M)


def _indented(by: str) -> Callable[[str], str]:
    return _each_line(lambda line: line if line.startswith("\t") else by + line)


def _page(element: str) -> Callable[[str], str]:
    opening, closing = f"<{element}>", f"</{element}>"

    def change(text: str) -> str:
        lines = (f"{opening}{escape(line)}{closing}" for line in text.split("\n"))
        return f"<!DOCTYPE html><html><body>{''.join(lines)}</body></html>"

    return change


TEXT_CHANGES: dict[str, Callable[[str], str]] = {
    "line ends of Windows": lambda text: text.replace("\n", "\r\n"),
    "a line end more": lambda text: text + "\n",
    "a byte-order mark": lambda text: "\ufeff" + text,
    "blanks behind lines": _each_line(lambda line: line + "   "),
    "no-break spaces behind lines": _each_line(lambda line: line + "\xa0"),
    "blanks before lines": _indented("  "),
    "full-width blanks before lines": _indented("\u3000\u3000"),
    "blanks without width": _each_line(lambda line: f"\u200b{line}\u200b"),
    "marks of direction": _each_line(lambda line: f"{line}\u200e"),
    "doubled line ends": lambda text: text.replace("\n", "\n\n"),
    "trebled line ends": lambda text: text.replace("\n", "\n\n\n"),
    "full-width digits": _each_line(lambda line: line.translate(FULL_WIDTH) if NUMBER_ALONE.fullmatch(line) else line),
    "full-width brackets": lambda text: text.replace("(", "（").replace(")", "）"),
    "half-width brackets": lambda text: text.replace("（", "(").replace("）", ")"),
    "Traditional script": lambda text: OpenCC("s2t").convert(text),
    "wording of Taiwan": lambda text: OpenCC("s2twp").convert(text),
    "full-width bars": lambda text: text.replace("|", "｜"),
    "drawn bars": lambda text: text.replace("|", "│"),
    "bars without blanks": lambda text: re.sub(r" ?\| ?", "|", text),
    "other numbering": _numbers_of_rows("（\\2）"),
    "numbering with 、": _numbers_of_rows("\\2、"),
    "blanks in labels": lambda text: re.sub(r"行政(许可|处罚|强制)", r"行政 \1", text),
    "colons behind labels": lambda text: re.sub(r"^(规章|行政(?:许可|处罚|强制))(\s*)$", r"\1：\2", text, flags=re.M),
    "navigation before it": lambda text: NAVIGATION + text,
    "furniture behind it": lambda text: text.rstrip("\n") + FURNITURE,
    "a page of one <pre>": lambda text: f"<html><body><pre>{escape(text)}</pre></body></html>",
}
PAGE_CHANGES = {f"a page of <{element}>": _page(element) for element in ("p", "div", "li")}
"""On a page a tab is a blank like any other: texts that part cells by tabs lose their empty ones."""


@cache
def _read(body: bytes) -> Report:
    return read_report(read_document(body), sample_register())


def _said(report: Report) -> dict[tuple[str, str], tuple[str, Decimal | None]]:
    return {(figure.item_id, figure.party): (figure.status, figure.value) for figure in report.figures}


@pytest.mark.parametrize("name", [*TEXT_CHANGES, *PAGE_CHANGES])
def test_a_harmless_change_changes_no_figure(name: str) -> None:
    assert len(TEXTS) > 30
    texts = [path for path in TEXTS if name in TEXT_CHANGES or b"\t" not in path.read_bytes()]
    assert {path.parent.name: found for path in texts if (found := _differences(path, name))} == {}


def _differences(path: Path, name: str) -> dict[object, object]:
    text = _text(path.read_bytes())
    before = _read(text.encode())
    after = _read((TEXT_CHANGES | PAGE_CHANGES)[name](text).encode())
    one, other = _said(before), _said(after)
    differences: dict[object, object] = {
        key: (one.get(key), other.get(key))
        for key in one | other
        if one.get(key) != other.get(key) and one.get(key, ("",))[0] != UNCLEAR
    }
    for field in ("report_id", "year", "form"):
        if getattr(before, field) != getattr(after, field):
            differences[field] = getattr(before, field), getattr(after, field)
    return differences


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return body.decode("gb18030")
