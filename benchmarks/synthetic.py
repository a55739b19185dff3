"""A release as large as wanted, for measuring the site: invented agencies of the invented province 990000, their reports of 2016 to 2024.

Reports are made one by one, each from its own seed, so that tables are written without all figures standing in memory; the same number of reports
gives the same bytes. The forms, the derived tables, the CSV files and the databases come from the project's own code. Most cells are 0, some are blank,
few unclear, as in real reports; outcomes add up, except where a check is made to fail.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from gongkai_build.database import write_databases
from gongkai_build.derived import disclosure_rows, remedy_rows, request_rows
from gongkai_build.form_lines import form_line_rows
from gongkai_build.forms import load_forms, load_items
from gongkai_build.forms.indicators import INDICATOR_FORM, load_indicator_form
from gongkai_build.package import write_package
from gongkai_build.register.agencies import load_register
from gongkai_build.schema import load_schema
from gongkai_build.tables import rule_rows

YEARS = range(2016, 2025)
COUNTIES = 12
SECTORS = 12
BLANK, UNCLEAR, BROKEN, LATE = 0.06, 0.006, 0.03, 0.1
ABSENT = 0.02
"""Of so many years of an agency there is no report."""
ABSENCES = ("missing", "missing", "failed", "refused")
CHANGED = 0.02
"""So many reports were changed on their portal after publication."""
LOOKED = "2026-02-01T00:00:00Z"
PARTIES = ("natural_person", "business", "research", "nonprofit", "legal_service", "other")
ASKING = (6.0, 1.0, 0.05, 0.1, 0.3, 0.2)
"""Requests of a year by category of applicants, on the average."""
OUTSIDE = {"requests.received", "requests.carried_in", "requests.carried_out", "requests.processed_total"}
LIKELY = {"requests.granted": 8.0, "requests.partly_granted": 2.0, "requests.unable.not_held": 4.0}
WORDS = ("公开", "申请", "信访", "复议", "诉讼", "网站", "培训", "规范性文件", "政策解读", "目录", "时限", "答复")

Row = dict[str, object]
Place = tuple[str, str]


@dataclass(frozen=True)
class Agency:
    """An invented agency."""

    agency_id: str
    name: str
    region: str
    sector: str
    level: str


@dataclass(frozen=True)
class Report:
    """An invented report: its figures by item and party, None for a blank one and "?" for one that is unclear."""

    report_id: str
    agency: Agency
    year: int
    form: str
    figures: dict[Place, int | str | None]
    failed: frozenset[Place]
    """Rules that fail, with their party."""

    @property
    def values(self) -> dict[Place, Decimal | None]:
        """The figures as the derived tables want them."""
        return {place: Decimal(v) if isinstance(v, int) else None for place, v in self.figures.items()}


def make_release(folder: Path, reports: int) -> None:
    """Write a release of so many reports into a folder: data package and databases."""
    schema = load_schema()
    agencies = list(_agencies(reports))

    def of_reports(rows: Callable[[Report], Iterable[Row]]) -> Iterator[Row]:
        for report in _reports(agencies, reports):
            yield from rows(report)

    tables: dict[str, Iterable[Row]] = {table.name: [] for table in schema.tables}
    tables |= {
        "regions": _regions(),
        "sectors": [{"sector": s.sector, "name_zh": s.name_zh, "name_en": s.name_en} for s in _sectors()],
        "agencies": [
            {"agency_id": a.agency_id, "name": a.name, "region_code": a.region, "sector": a.sector, "level": a.level}
            for a in agencies
        ],
        "items": [
            {name: getattr(item, name) or None for name in schema.table("items").columns} for item in load_items()
        ],
        "form_lines": form_line_rows(),
        "rules": rule_rows(),
        "reports": of_reports(lambda report: [_report(report)]),
        "figures": of_reports(_figures),
        "sections": of_reports(_sections),
        "captures": of_reports(_captures),
        "coverage": _coverage(agencies, reports),
        "changes": of_reports(_changes),
        "revisions": of_reports(_revisions),
        "checks": of_reports(_checks),
        "requests": of_reports(lambda r: request_rows(r.report_id, r.values, schema.table("requests"))),
        "remedies": of_reports(lambda r: remedy_rows(r.report_id, r.values, schema.table("remedies"))),
        "disclosures": of_reports(lambda r: disclosure_rows(r.report_id, r.values, schema.table("disclosures"))),
    }
    write_package(tables, folder, schema, {"sample": True, "before": {"version": "0.0.1", "sha256": _digest("before")}})
    write_databases(folder)


def _agencies(reports: int) -> Iterator[Agency]:
    """As many agencies as those reports need: of prefectures and counties in turn, a dozen kinds in each."""
    # A few more than needed: which years are absent is a matter of chance.
    wanted = int(reports / len(YEARS) / (1 - 2 * ABSENT)) + 2
    sectors = sorted(_sectors(), key=lambda sector: sector.sector)[:SECTORS]
    for prefecture in range(1, 100):
        for county in range(COUNTIES + 1):
            region = f"99{prefecture:02}{county:02}"
            for sector in sectors:
                if not wanted:
                    return
                wanted -= 1
                level = "county" if county else "prefecture"
                yield Agency(
                    f"{region}.{sector.sector}", f"{_name(region)}{sector.name_zh}", region, sector.sector, level
                )


def _reports(agencies: Iterable[Agency], reports: int) -> Iterator[Report]:
    """All reports, in the order of their ids."""
    left = reports
    for agency in agencies:
        carried = [0] * len(PARTIES)
        for year in YEARS:
            if not left:
                return
            report, carried = _made(agency, year, carried)
            if not _absence(agency, year):
                left -= 1
                yield report


def _absence(agency: Agency, year: int) -> str | None:
    """Why there is no report of an agency for a year; None where there is one."""
    chance = random.Random(f"absent {agency.agency_id}.{year}")
    return chance.choice(ABSENCES) if chance.random() < ABSENT else None


def _made(agency: Agency, year: int, carried: list[int]) -> tuple[Report, list[int]]:
    """A report and what it carries over to the next."""
    chance = random.Random(f"{agency.agency_id}.{year}")
    form = INDICATOR_FORM if year < 2019 else "2019" if year < 2021 else "2021"
    figures: dict[Place, int | str | None] = {}
    for item, party in _cells(form):
        figures[item, party] = int(chance.expovariate(0.7)) if party not in PARTIES else 0
    over = _requests(chance, form, figures, carried) if form != INDICATOR_FORM else [0] * len(PARTIES)
    for route in ("review", "litigation.direct", "litigation.after_review"):
        parts = [f"{route}.{part}" for part in ("upheld", "corrected", "other", "pending")]
        if form != INDICATOR_FORM:
            figures[f"{route}.total", "all"] = sum(int(figures[part, "all"] or 0) for part in parts)
    for place in figures:
        if place[1] != "total" or form == INDICATOR_FORM:
            draw = chance.random()
            if draw < BLANK and not figures[place]:
                figures[place] = None
            elif draw > 1 - UNCLEAR:
                figures[place] = "?"
    failed = frozenset(place for place in _rules(form) if chance.random() < BROKEN / 10)
    return Report(f"{agency.agency_id}.{year}", agency, year, form, figures, failed), over


def _requests(
    chance: random.Random, form: str, figures: dict[Place, int | str | None], carried: list[int]
) -> list[int]:
    """Fill section 3 so that it adds up; returns what is carried out."""
    items = [item for item, party in _cells(form) if party == "total"]
    outcomes = [item for item in items if item not in OUTSIDE]
    weights = [LIKELY.get(item, 0.5) for item in outcomes]
    size = chance.paretovariate(1.2)
    over = []
    for party, asking, before in zip(PARTIES, ASKING, carried, strict=True):
        received = int(chance.expovariate(1 / (asking * size)))
        out = int((received + before) * chance.random() * 0.2)
        for item in chance.choices(outcomes, weights, k=received + before - out):
            figures[item, party] = int(figures[item, party] or 0) + 1
        figures["requests.received", party], figures["requests.carried_in", party] = received, before
        figures["requests.carried_out", party], figures["requests.processed_total", party] = (
            out,
            received + before - out,
        )
        over.append(out)
    for item in items:
        figures[item, "total"] = sum(int(figures[item, party] or 0) for party in PARTIES)
    return over


@cache
def _cells(form: str) -> tuple[Place, ...]:
    if form == INDICATOR_FORM:
        return tuple(line.figure for line in load_indicator_form().lines if line.item)
    found = next(f for f in load_forms() if f.form == form)
    return tuple(
        dict.fromkeys(block.figure(row, column) for block in found.blocks for row in block.rows for column in block.columns if not row.local)
    )  # fmt: skip


@cache
def _rules(form: str) -> tuple[Place, ...]:
    """The rules of a form, and the parties to which they apply."""
    return tuple(
        (str(rule["rule_id"]), party)
        for rule in rule_rows()
        if form in str(rule["forms"]).split()
        # Of what sentences state there is a check only where a sentence states it, and few do.
        if not str(rule["rule_id"]).startswith("narrative:")
        for party in ((*PARTIES, "total") if rule["scope"] == "party" else ("all",))
    )


@cache
def _sectors() -> tuple[Any, ...]:
    return tuple(load_register().sectors.by_id.values())


def _name(region: str) -> str:
    prefecture, county = int(region[2:4]), int(region[4:])
    return f"第{prefecture}市" + (f"第{county}县" if county else "")


def _regions() -> Iterator[Row]:
    codes = ["990000", *(f"99{p:02}{c:02}" for p in range(1, 100) for c in range(COUNTIES + 1))]
    for code in codes:
        level, above = ("county", f"{code[:4]}00") if code[4:] != "00" else ("prefecture", "990000")
        name, above = ("样例省", None) if code == "990000" else (_name(code), above)
        level = "province" if code == "990000" else level
        yield {"code": code, "name": name, "full_name": name, "level": level, "parent_code": above, "valid_from": 1980}


def _is_late(report_id: str) -> bool:
    return random.Random(f"late {report_id}").random() < LATE


def _is_changed(report_id: str) -> bool:
    return random.Random(f"changed {report_id}").random() < CHANGED


def _coverage(agencies: Iterable[Agency], reports: int) -> Iterator[Row]:
    """What is known of each agency and year, up to the last report."""
    left = reports
    for agency in agencies:
        for year in YEARS:
            if not left:
                return
            report_id, absence = f"{agency.agency_id}.{year}", _absence(agency, year)
            left -= not absence
            yield {
                "agency_id": agency.agency_id,
                "year": year,
                "state": absence or ("late" if _is_late(report_id) else "published"),
                "due_on": f"{year + 1}-03-31",
                "report_id": None if absence else report_id,
                "portal": "sample",
                "detail": None if absence in (None, "missing") else "HTTP 503",
                "checked_at": LOOKED,
            }


def _changes(report: Report) -> Iterator[Row]:
    """Of a report that was changed, its first figures that have a value: each was one less before."""
    if not _is_changed(report.report_id):
        return
    known = [(place, value) for place, value in report.figures.items() if isinstance(value, int)]
    for (item, party), value in known[:3]:
        yield {
            "report_id": report.report_id,
            "url": f"http://sample.localhost/{report.report_id}.html",
            "changed_at": _fetched(report.year, 2),
            "item_id": item,
            "party": party,
            "from": value - 1,
            "from_status": "reported",
            "from_raw": str(value - 1),
            "to": value,
            "to_status": "reported",
            "to_raw": str(value),
            "from_capture_id": _digest(f"before {report.report_id}"),
            "to_capture_id": _digest(report.report_id),
        }


def _revisions(report: Report) -> Iterator[Row]:
    """The changed figures once more, as what differs from a release before."""
    for number, change in enumerate(_changes(report)):
        told = {
            name: change[name] for name in ("report_id", "item_id", "party", "from", "from_status", "to", "to_status")
        }
        yield {
            "id": _digest(f"{number} {report.report_id}")[:16],
            "kind": "figure_changed",
            "cause": "document",
            **told,
        }


def _report(report: Report) -> Row:
    late = _is_late(report.report_id)
    return {
        "report_id": report.report_id,
        "agency_id": report.agency.agency_id,
        "year": report.year,
        "form": report.form,
        "title": f"{report.agency.name}{report.year}年政府信息公开工作年度报告",
        "url": f"http://sample.localhost/{report.report_id}.html",
        "source_kind": "sample",
        "published_on": f"{report.year + 1}-{'06' if late else '01'}-20",
        "script": "Hans",
        "reader": "grid",
        "capture_id": _digest(report.report_id),
        "figures": len(report.figures),
        "unclear": sum(value == "?" for value in report.figures.values()),
        "checks_failed": len(report.failed),
    }


def _figures(report: Report) -> Iterator[Row]:
    for number, ((item, party), value) in enumerate(report.figures.items()):
        status = "blank" if value is None else "unclear" if value == "?" else "reported"
        yield {
            "report_id": report.report_id,
            "item_id": item,
            "party": party,
            "value": value if status == "reported" else None,
            "status": status,
            "raw": {"blank": "/", "unclear": "3 | 3"}.get(status, str(value)),
            "place": f"table {1 + number // 60}, row {number // 7}, column {number % 7}",
        }


def _checks(report: Report) -> Iterator[Row]:
    for rule, party in _rules(report.form):
        sides = {"outcome": "fail", "left": 4, "right": 3, "difference": 1}
        passed = {"outcome": "pass", "left": 3, "right": 3, "difference": 0}
        yield {"report_id": report.report_id, "rule_id": rule, "party": party, **(sides if (rule, party) in report.failed else passed)}  # fmt: skip


def _sections(report: Report) -> Iterator[Row]:
    chance = random.Random(f"text {report.report_id}")
    for position, heading in enumerate(("一、总体情况", "五、存在的主要问题及改进情况"), 1):
        text = "，".join(f"{chance.choice(WORDS)}工作{chance.randrange(900)}件" for _ in range(14))
        yield {"report_id": report.report_id, "position": position, "heading": heading, "text": f"{text}。"}


def _captures(report: Report) -> Iterator[Row]:
    """The document of a report, and the one before where it was changed."""
    changed = _is_changed(report.report_id)
    if changed:
        yield _capture(report, f"before {report.report_id}", _fetched(report.year, 1))
    yield _capture(report, report.report_id, _fetched(report.year, 2 if changed else 1))


def _fetched(year: int, month: int) -> str:
    return f"2026-{month:02}-{1 + year % 28:02}T00:00:00Z"


def _capture(report: Report, name: str, fetched_at: str) -> Row:
    return {
        "capture_id": _digest(name),
        "report_id": report.report_id,
        "url": f"http://sample.localhost/{report.report_id}.html",
        "fetched_at": fetched_at,
        "status": 200,
        "media_type": "text/html",
        "bytes": 100_000,
        "portal": "sample",
        "warc": "sample.warc.gz",
        "offset": 0,
    }


def _digest(text: str) -> str:
    return f"{random.Random(text).getrandbits(256):064x}"
