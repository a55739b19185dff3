"""How long one HTML report takes, against what anyone would write first: pandas, BeautifulSoup and a look-up of labels.

Both read the same pages in the same run, by turns, some at a time: reports of form 2021 as portals print them (`pages.py`). No page is read twice, so that nobody
gains from having read it. The figures of both are compared with those of which the page was made. Time is computing time of the process, for both:
neither waits for anything, and what else a machine does would otherwise decide the result.

The alternative is written with the defaults of its libraries: `pandas.read_html(StringIO(text))`, and `BeautifulSoup(text, "html.parser")`, with which the
documentation of BeautifulSoup begins. That pair is the one a claim is made against; the same with BeautifulSoup's faster parser, lxml, is printed beside it.
"""

import cProfile
import gc
import itertools
import pstats
import re
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

import pandas
from bs4 import BeautifulSoup
from pages import Page, page

from gongkai_build.checks import check_report
from gongkai_build.demo import sample_register
from gongkai_build.documents import read_document
from gongkai_build.forms import load_form
from gongkai_build.reading.report import read_report
from gongkai_build.register.agencies import Register, load_register

WARMING = 5
"""Pages read before the clock is looked at: they load forms, registers and libraries."""
PAGES = 100
BATCH = 10
"""Pages that a reader reads in a row: whoever reads reports reads many."""
PROFILED = 40
SHOWN = 14
PARTS = ("documents", "reading", "checks")
PARTIES = ("natural_person", "business", "research", "nonprofit", "legal_service", "other", "total")
NUMBERING = re.compile(r"^(?:（?[一二三四五六七八九十]+[、）]|\d+[.、](?!\d))")

Figures = Mapping[str, float]


@dataclass
class Reader:
    """A way to read a page, the times it took, and how many figures of all pages it read right, wrong and not at all."""

    name: str
    read: Callable[[bytes], Figures]
    seconds: list[float] = field(default_factory=list)
    right: int = 0
    wrong: int = 0
    missing: int = 0

    def take(self, one: Page) -> None:
        """Read a page, and note the time and what came of it."""
        begin = time.process_time()
        figures = self.read(one.body)
        self.seconds.append(time.process_time() - begin)
        expected = {
            f"{item}|{party}": float(value) for (item, party), value in one.figures.items() if value is not None
        }
        for key, value in expected.items():
            if key not in figures:
                self.missing += 1
            elif figures[key] == value:
                self.right += 1
            else:
                self.wrong += 1

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


def main() -> None:
    """Measure, compare, profile, print."""
    register = load_register(sample_register())
    labels = printed_labels()
    ours = Reader("gongkai (figures, identity, sections, checks)", lambda body: read_ours(body, register))
    usual = Reader("pandas + BeautifulSoup (html.parser)", lambda body: read_theirs(body, labels, "html.parser"))
    faster = Reader("pandas + BeautifulSoup (lxml)", lambda body: read_theirs(body, labels, "lxml"))
    readers = [ours, usual, faster]
    for number in range(WARMING):
        for reader in readers:
            reader.read(page(number).body)
    pages = [page(number) for number in range(WARMING, WARMING + PAGES)]
    for begin in range(0, PAGES, BATCH):
        readers.append(readers.pop(0))
        for reader in readers:
            # What the reader before left behind is not collected on the time of this one.
            gc.collect()
            for one in pages[begin : begin + BATCH]:
                reader.take(one)
    print(
        f"one report of form 2021, {PAGES} HTML pages of {statistics.mean(len(one.body) for one in pages) / 1000:.0f} KB, "
        f"each read once, by turns, {BATCH} at a time"
    )
    for reader in (ours, usual, faster):
        low, *_, high = (time * 1000 for time in statistics.quantiles(reader.seconds, n=10))
        print(
            f"  {reader.name:46} median {reader.median * 1000:5.1f} ms   10–90 % {low:.1f}–{high:.1f} ms   "
            f"{1 / reader.median:4.0f} reports a second and core   "
            f"right / wrong / missing {reader.right} / {reader.wrong} / {reader.missing}"
        )
    for reader in (usual, faster):
        print(f"  ratio of the medians, {reader.name}: {reader.median / ours.median:.1f}")
    parts(register)
    profile(register)


def read_ours(body: bytes, register: Register) -> Figures:
    """Read a page as the build does."""
    report = read_report(read_document(body), register)
    check_report(report)
    return {
        f"{figure.item_id}|{figure.party}": float(figure.value) for figure in report.figures if figure.value is not None
    }


def read_theirs(body: bytes, labels: Mapping[str, str], parser: str) -> Figures:
    """Read a page with pandas: every table, rows found by a label in the first three columns. No checks, no identity."""
    text = body.decode("utf-8")
    soup = BeautifulSoup(text, parser)
    soup.get_text("\n", strip=True)
    figures: dict[str, float] = {}
    for table in pandas.read_html(StringIO(text)):
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


def parts(register: Register) -> None:
    """Print how long each part of our reading takes."""
    times: list[tuple[float, ...]] = []
    for number in range(PAGES):
        body = page(20_000 + number).body
        clock = [time.process_time()]
        document = read_document(body)
        clock.append(time.process_time())
        report = read_report(document, register)
        clock.append(time.process_time())
        check_report(report)
        clock.append(time.process_time())
        times.append(tuple(after - before for before, after in itertools.pairwise(clock)))
    medians = [statistics.median(column) * 1000 for column in zip(*times, strict=True)]
    print("our time by part: " + ", ".join(f"{name} {ms:.1f} ms" for name, ms in zip(PARTS, medians, strict=True)))


def profile(register: Register) -> None:
    """Print where the time goes in our reader, functions with the most time of their own first."""
    bodies = [page(10_000 + number).body for number in range(PROFILED)]
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
