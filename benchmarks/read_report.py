"""How long one HTML report takes, against what anyone would write first: pandas, BeautifulSoup and a look-up of labels.

Both read the same pages in the same run, by turns. The pages are the sample reports of form 2021 that print their tables as a grid, padded with
navigation, scripts and inline styles to the size of a page of a real portal. No two pages are the same, so that nobody gains from having read one.
The figures of both are compared with those that the samples are known to hold.
"""

import cProfile
import json
import pstats
import re
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pandas
from bs4 import BeautifulSoup

from gongkai_build.checks import check_report
from gongkai_build.demo import sample_register
from gongkai_build.documents import read_document
from gongkai_build.forms import load_form
from gongkai_build.reading.report import read_report
from gongkai_build.register.agencies import Register, load_register

ROOT = Path(__file__).parents[1]
SITE = "yunxiu.localhost"
PAGES = ("202201/t20220120_1043", "202301/t20230119_1057", "202303/t20230310_1064", "202403/t20240315_1071")
PAGE_BYTES = 100_000
LINKS = 120
"""Entries of the menus around a report."""
ROUNDS = 25
PROFILED = 40
SHOWN = 14
INLINE_STYLE = ' style="font-family: 仿宋_GB2312; font-size: 16pt; line-height: 28pt; mso-bidi-font-size: 11pt; margin: 0cm 0cm 0pt"'
PARTIES = ("natural_person", "business", "research", "nonprofit", "legal_service", "other", "total")
NUMBERING = re.compile(r"^(?:（?[一二三四五六七八九十]+[、）]|\d+[.、](?!\d))")

Figures = Mapping[str, float]


@dataclass(frozen=True)
class Score:
    """How many figures of a page are right, wrong and missing."""

    right: int
    wrong: int
    missing: int


def main() -> None:
    """Measure, compare, profile, print."""
    register = load_register(sample_register())
    labels = printed_labels()
    ours: list[float] = []
    theirs: list[float] = []
    number = 0
    for count in range(ROUNDS + 1):
        for page in PAGES:
            number += 1
            body = padded(source(page), number)
            turns = [(ours, lambda body: read_ours(body, register)), (theirs, lambda body: read_theirs(body, labels))]
            for times, read in turns if number % 2 else reversed(turns):
                taken = seconds(read, body)
                # The first round loads forms, fonts of labels and libraries.
                if count:
                    times.append(taken)
    size = len(padded(source(PAGES[0]), 0)) / 1000
    print(f"one report of form 2021, an HTML page of {size:.0f} KB, {len(ours)} readings each, by turns")
    for name, times in (("gongkai (figures, identity, sections, checks)", ours), ("pandas + BeautifulSoup", theirs)):
        middle = statistics.median(times)
        spread = statistics.quantiles(times, n=10)
        print(
            f"  {name:46} median {middle * 1000:6.1f} ms   10–90 % {spread[0] * 1000:.1f}–{spread[-1] * 1000:.1f} ms   {1 / middle:5.1f} reports a second"
        )
    print(f"  ratio of the medians: {statistics.median(theirs) / statistics.median(ours):.1f}")
    print("figures of these pages, right / wrong / missing")
    for page in PAGES:
        body, expected = padded(source(page), 0), known(page)
        for name, figures in (("gongkai", read_ours(body, register)), ("pandas", read_theirs(body, labels))):
            score = compare(figures, expected)
            print(f"  {page:24} {name:8} {score.right:3} / {score.wrong} / {score.missing}")
    profile(register)


def read_ours(body: bytes, register: Register) -> Figures:
    """Read a page as the build does."""
    report = read_report(read_document(body), register)
    check_report(report)
    return {
        f"{figure.item_id}|{figure.party}": float(figure.value) for figure in report.figures if figure.value is not None
    }


def read_theirs(body: bytes, labels: Mapping[str, str]) -> Figures:
    """Read a page with pandas: every table, rows found by a label in the first three columns. No checks, no identity."""
    text = body.decode("utf-8")
    soup = BeautifulSoup(text, "lxml")
    soup.get_text("\n", strip=True)
    figures: dict[str, float] = {}
    for table in pandas.read_html(StringIO(text), flavor="lxml"):
        header: list[str] = []
        for row in table.itertuples(index=False):
            cells = [NUMBERING.sub("", "".join(str(cell).split())) for cell in row]
            if cells[0] == "信息内容":
                header = cells[1:]
            item = next((labels[cell] for cell in reversed(cells[:3]) if cell in labels), None)
            if item and item.startswith("requests."):
                for party, cell in zip(PARTIES, cells[-7:], strict=False):
                    keep(figures, f"{item}|{party}", cell)
            elif item:
                for label, cell in dict(zip(header, cells[1:], strict=False)).items():
                    if label in labels:
                        factor = 10_000 if "万元" in label else 1
                        keep(figures, f"{item}.{labels[label]}|all", cell, factor)
            elif len(cells) == 15 and "总计" not in cells and "行政复议" not in cells:
                keys = [
                    f"{route}.{outcome}|all"
                    for route in ("review", "litigation.direct", "litigation.after_review")
                    for outcome in ("upheld", "corrected", "other", "pending", "total")
                ]
                for key, cell in zip(keys, cells, strict=True):
                    keep(figures, key, cell)
    return figures


def keep(figures: dict[str, float], key: str, cell: str, factor: int = 1) -> None:
    """Note a figure when its cell is a number."""
    try:
        figures[key] = float(cell.replace(",", "")) * factor
    except ValueError:
        return


def printed_labels() -> dict[str, str]:
    """The labels of form 2021 as somebody would type them off the form: label → item, subject or measure."""
    labels: dict[str, str] = {}
    for block in load_form("2021").blocks:
        for row in block.rows:
            if block.section == 3:
                labels[row.label] = block.figure(row, block.columns[0])[0]
            for column in block.columns if block.section == 2 else ():
                subject, _, measure = block.figure(row, column)[0].rpartition(".")
                labels[row.label], labels[column.label] = subject, measure
    labels["部分公开（区分处理的，只计这一情形，不计其他情形）"] = "requests.partly_granted"
    return labels


def source(page: str) -> str:
    """The sample page as it stands."""
    return (ROOT / "samples" / "sites" / SITE / "xxgk" / "nb" / f"{page}.html").read_text(encoding="utf-8")


def known(page: str) -> Figures:
    """What the page is known to hold."""
    path = ROOT / "tests" / "samples" / "expected" / SITE / f"{Path(page).name}.html.json"
    expected: dict[str, float] = json.loads(path.read_text(encoding="utf-8"))["figures"]
    return {key: float(value) for key, value in expected.items() if isinstance(value, int | float)}


def padded(page: str, number: int) -> bytes:
    """Give a page the weight that portals give theirs; `number` makes it unlike any other."""
    page = re.sub(r"<(td|p|span|table)(?![^>]*style=)\b", rf"<\1{INLINE_STYLE}", page)
    link = '<li class="nav-item" data-id="{0}-{1}"><a href="/xxgk/{0}/{1}/index.html" target="_blank">栏目{0}第{1}号</a></li>\n'
    links = "".join(link.format(number, entry) for entry in range(LINKS))
    page = page.replace("<body>", f'<body><div class="menu"><ul>{links}</ul></div>')
    statement = 'var column{1} = {{"id": "c{0}", "open": false, "path": "/xxgk/{1}/"}};\n'
    missing = max(0, PAGE_BYTES - len(page.encode())) // len(statement.format(number, 100))
    script = "".join(statement.format(number, entry) for entry in range(missing))
    return page.replace("</head>", f"<script>{script}</script></head>").encode()


def compare(figures: Figures, expected: Figures) -> Score:
    """Count what is right, wrong and missing."""
    right = sum(figures.get(key) == value for key, value in expected.items())
    missing = sum(key not in figures for key in expected)
    return Score(right, len(expected) - right - missing, missing)


def seconds(read: Callable[[bytes], Figures], body: bytes) -> float:
    """Time one reading."""
    begin = time.perf_counter()
    read(body)
    return time.perf_counter() - begin


def profile(register: Register) -> None:
    """Print where the time goes in our reader, functions with the most time of their own first."""
    bodies = [padded(source(PAGES[n % len(PAGES)]), 10_000 + n) for n in range(PROFILED)]
    profiler = cProfile.Profile()
    profiler.enable()
    for body in bodies:
        read_ours(body, register)
    profiler.disable()
    stats = pstats.Stats(profiler)
    whole = sum(entry[2] for entry in stats.stats.values())  # type: ignore[attr-defined]
    print(f"where our time goes ({PROFILED} readings under cProfile, which slows small functions; share of own time)")
    entries = sorted(stats.stats.items(), key=lambda entry: -entry[1][2])  # type: ignore[attr-defined]
    for (file, line, function), (_, calls, own, cumulative, _) in entries[:SHOWN]:
        place = function if file == "~" else f"{Path(file).name}:{line} {function}"
        print(
            f"  {own / whole:5.1%}  {calls // PROFILED:6} calls a report  {cumulative / PROFILED * 1000:6.1f} ms within  {place}"
        )


if __name__ == "__main__":
    main()
