"""An example as its author wrote it, before it is set in a layout: title, sentences, and tables of cells with spans."""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from making.figures import WAN, drawn, forms, request_rows

SENTENCES = Path(__file__).with_name("sentences.yml")
UNCLEAR = {"status": "unclear"}
HEADING, HEADER, GROUP, LABEL, VALUE = "heading", "header", "group", "label", "value"


@dataclass(frozen=True)
class Cell:
    """A cell of a table, at the place in its row where it begins."""

    text: str
    kind: str
    colspan: int = 1
    rowspan: int = 1


Table = Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class Part:
    """A section: its heading, its sentences, its table if it has one."""

    heading: str
    sentences: Sequence[str]
    table: Table = ()


@dataclass(frozen=True)
class Paper:
    """A report."""

    title: str
    published: str
    """The line under the title; empty when the document has none."""
    preamble: str
    parts: Sequence[Part]
    signature: Sequence[str]


@dataclass(frozen=True)
class Example:
    """An entry of examples.yml: what is particular about one example."""

    name: str
    layout: str
    title: str
    agency: str
    agency_id: str
    year: int
    signed: date | None = None
    published: date | None = None
    period: bool = True
    script: str = "Hans"
    figures: Mapping[str, Any] = field(default_factory=dict)
    """Figures other than the drawn ones; null for a blank cell, {status: unclear} for what cannot be told."""
    cells: Mapping[str, str] = field(default_factory=dict)
    """What cells print that is not simply the number."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Labels that the document prints otherwise than the form."""
    without: Sequence[str] = ()
    """Subjects of section 2 whose rows the document lacks."""
    blank: bool = False
    """Whether the tables have labels alone."""
    stated: Mapping[str, Any] = field(default_factory=dict)
    sentences: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Sentences of its own, by number of the section."""
    checks_failed: Sequence[str] = ()
    issue_kinds: Sequence[str] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    """What its layout wants to know."""

    @property
    def form(self) -> str:
        return self.name.rsplit("-", 2)[1]

    def expected_figures(self) -> dict[str, Any]:
        """What a careful reader finds in the document, by item and party."""
        found: dict[str, Any] = dict(drawn(self.name, self.form))
        if self.blank:
            found = dict.fromkeys(found)
        found |= _of_all(self.figures, found)
        for row in self.settings.get("dropped", ()):
            keys = [key for key in found if key.startswith(f"requests.{row}|")]
            if 0 in [found[key] for key in keys]:
                found |= dict.fromkeys(keys, UNCLEAR)
        return {key: value for key, value in found.items() if key.partition(".")[0] not in self.without}

    def printed(self, key: str) -> str:
        """What the cell of an item and party prints."""
        numbers = drawn(self.name, self.form)
        cells = _of_all(self.cells, numbers)
        if key in cells:
            return cells[key]
        value = (numbers | _of_all(self.figures, numbers))[key]
        is_dropped = key.partition("|")[0].removeprefix("requests.") in self.settings.get("dropped", ())
        nothing = self.blank or value is None or (is_dropped and value == 0)
        return "" if nothing else _number(key, value)


@cache
def sentences() -> Mapping[str, Any]:
    """Return the sentences of examples (sentences.yml)."""
    found: Mapping[str, Any] = yaml.safe_load(SENTENCES.read_text(encoding="utf-8"))
    return found


def written(example: Example) -> Paper:
    """Write the report of an example on form 2019 or 2021."""
    rng = random.Random(f"{example.name}: sentences")
    pool = sentences()
    tables = {2: disclosures(example), 3: requests(example), 4: remedies(example)}
    own = {int(number): tuple(said) for number, said in example.sentences.items()}
    texts = {
        1: rng.sample(pool["general"], rng.randint(2, 4)),
        5: [rng.choice(pool["problems"]), rng.choice(pool["remedies"])],
        6: [rng.choice(pool["rest"])],
    }
    headings = rng.choice(pool["headings"])
    parts = [
        Part(heading, own.get(number, texts.get(number, ())), tables.get(number, ()))
        for number, heading in enumerate(headings, 1)
    ]
    return Paper(example.title, _published(example), _preamble(example, rng), parts, _signature(example))


def written_annex(example: Example) -> Paper:
    """Write the report of an example on form 2014: sentences, and the annex as a table."""
    pool = sentences()["annex"]
    first, second, third, fourth = (said.format(year=example.year) for said in pool)
    parts = (
        Part("一、概述", (first, second)),
        Part("二、依申请公开和机构建设", (third,)),
        Part("三、存在的不足", (fourth,)),
    )
    annex = Part("附件：政府信息公开情况统计表", (f"填报单位：{example.agency}",), indicators(example))
    return Paper(example.title, _published(example), "", (*parts, annex), _signature(example))


def _published(example: Example) -> str:
    return (
        f"发布时间：{example.published}　来源：{example.agency}　【打印】【字体：大 中 小】"
        if example.published
        else ""
    )


def _preamble(example: Example, rng: random.Random) -> str:
    period = rng.choice(sentences()["periods"]).format(year=example.year) if example.period else ""
    said: str = rng.choice(sentences()["preambles"])
    return said.format(agency=example.agency, year=example.year, period=period)


def _signature(example: Example) -> tuple[str, ...]:
    if not example.signed:
        return ()
    return (example.agency, f"{example.signed.year}年{example.signed.month}月{example.signed.day}日")


# Tables


def disclosures(example: Example) -> Table:
    """The small tables of section 2, one below the other in four columns."""
    rows: list[tuple[Cell, ...]] = []
    for block in forms()[example.form]["disclosures"]:
        measures = block["columns"]
        rows.append((Cell(_label(example, block["heading"]), HEADING, 4),))
        headers = [Cell(_label(example, label), HEADER) for label in ("信息内容", *measures.values())]
        rows.append(_stretched(headers))
        known = (subject for subject in block["rows"] if subject not in example.without)
        local = {
            subject: label for subject, label in example.settings.get("local", {}).items() if block is _first(example)
        }
        for subject, label in ({subject: block["rows"][subject] for subject in known} | local).items():
            values = [_value(example, f"{subject}.{measure}|all") for measure in measures]
            rows.append(_stretched([Cell(_label(example, label), LABEL), *values]))
    return rows


def _first(example: Example) -> Any:
    return forms()[example.form]["disclosures"][0]


def requests(example: Example) -> Table:
    """The grid of section 3."""
    parties = [Cell(_label(example, label), HEADER) for label in forms()["parties"].values()]
    tall = [Cell(_label(example, label), HEADER, 1, 2) for label in ("自然人", "总计")]
    rows: list[tuple[Cell, ...]] = [
        (Cell(forms()["balance"], HEADER, 3, 3), Cell("申请人情况", HEADER, 7)),
        (tall[0], Cell("法人或其他组织", HEADER, 5), tall[1]),
        tuple(parties[1:]),
    ]
    printed = list(request_rows(example.form))
    above: tuple[str, ...] = ()
    for groups, item, label in printed:
        opened = [group for depth, group in enumerate(groups) if groups[: depth + 1] != above[: depth + 1]]
        lengths = {group: sum(group in other for other, _, _ in printed) for group in opened}
        cells = [Cell(_label(example, group), GROUP, 1, lengths[group]) for group in opened]
        values = [_value(example, f"requests.{item}|{party}") for party in (*forms()["parties"], "total")]
        rows.append((*cells, Cell(_label(example, label), LABEL, 3 - len(groups)), *values))
        above = groups
    return rows


def remedies(example: Example) -> Table:
    """The one row of section 4 under its three lines of headers."""
    labels = [_label(example, label) for label in forms()["outcomes"].values()]
    review, direct, after_review = (_label(example, label) for label in forms()["routes"].values())
    values = [
        _value(example, f"{route}.{outcome}|all") for route in forms()["routes"] for outcome in forms()["outcomes"]
    ]
    return (
        (Cell(review, HEADER, 5), Cell("行政诉讼", HEADER, 10)),
        (*(Cell(label, HEADER, 1, 2) for label in labels), Cell(direct, HEADER, 5), Cell(after_review, HEADER, 5)),
        tuple(Cell(label, HEADER) for label in labels * 2),
        tuple(values),
    )


def indicators(example: Example) -> Table:
    """The annex of 2014: indicator, unit, number; with `cumulative` a further column that no figure is taken from."""
    cumulative = example.settings.get("cumulative", False)
    rng = random.Random(f"{example.name}: earlier years")
    headers = ["统计指标", "单位", "本年" if cumulative else "统计数", *(["历年累计"] if cumulative else [])]
    rows = [tuple(Cell(text, HEADER) for text in headers)]
    for item, label, unit in forms()["2014"]:
        key = f"{item}|{'total' if item and item.startswith('requests.') else 'all'}"
        value = _value(example, key) if item else Cell("", VALUE)
        number = drawn(example.name, "2014").get(key)
        total = "" if number is None else _number(key, number + rng.randint(1, 50) * (WAN if unit == "万元" else 1))
        more = [Cell(total, VALUE)] if cumulative else []
        rows.append((Cell(_label(example, label), LABEL), Cell(unit, HEADER), value, *more))
    return rows


def _label(example: Example, label: str) -> str:
    return example.labels.get(label, label)


def _of_all(told: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    """Write out what is told of several figures at once (`requests.granted|*`, `rules.*|all`)."""
    patterns = {key: value for key, value in told.items() if "*" in key}
    several = {key: value for key in keys for pattern, value in patterns.items() if fnmatch(key, pattern)}
    return several | {key: value for key, value in told.items() if key not in patterns}


def _value(example: Example, key: str) -> Cell:
    return Cell(example.printed(key), VALUE)


def _number(key: str, value: int) -> str:
    """Print a number as most reports do: money in 万元, whose unit the cell prints where no header does."""
    item = key.partition("|")[0]
    if item in ("fees.amount", "fees.collected", "resources.budget"):
        return f"{value / WAN:f}".rstrip("0").rstrip(".") if value else "0"
    return f"{value / WAN:f}".rstrip("0").rstrip(".") + "万元" if item == "procurement.amount" else str(value)


def _stretched(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    *first, last = cells
    return (*first, Cell(last.text, last.kind, 4 - len(first)))


def grid(table: Table) -> Iterator[list[tuple[Cell, bool]]]:
    """Yield for each row of a table, for each column, the cell that covers it and whether the cell begins there."""
    below: dict[int, tuple[Cell, int]] = {}
    for row in table:
        places: dict[int, tuple[Cell, bool]] = {column: (cell, False) for column, (cell, _) in below.items()}
        below = {column: (cell, left - 1) for column, (cell, left) in below.items() if left > 1}
        column = 0
        for cell in row:
            while column in places:
                column += 1
            for offset in range(cell.colspan):
                places[column + offset] = (cell, offset == 0)
                if cell.rowspan > 1:
                    below[column + offset] = (cell, cell.rowspan - 1)
            column += cell.colspan
        yield [places[column] for column in sorted(places)]
