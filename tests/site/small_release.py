"""A small release of a fictional agency, made with the project's own writers, and a Datasette on it."""

import asyncio
import html
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import httpx
import pytest
from datasette.app import Datasette

from gongkai_build.database import write_databases
from gongkai_build.documents import read_document
from gongkai_build.downloads import write_downloads
from gongkai_build.evidence import show, write_evidence
from gongkai_build.form_lines import form_line_rows
from gongkai_build.forms import load_forms, load_items
from gongkai_build.package import write_package
from gongkai_build.schema import Table, load_schema
from gongkai_build.tables import rule_rows
from gongkai_site.server import make_datasette

AGENCY = "990100.government"
REPORT_2020, REPORT_2021, REPORT_2012 = (f"{AGENCY}.{year}" for year in (2020, 2021, 2012))
SERVE = """
import sys
from pathlib import Path
from gongkai_site.server import serve
serve(Path(sys.argv[1]), "127.0.0.1", 0, lambda url: print(url, flush=True))
"""
TURNED = "\u202e001\u202c"
"""Seen as 100."""
HOSTILE = "<script>alert('标题')</script>"
ROUTES = {
    "review": "review",
    "litigation_direct": "litigation.direct",
    "litigation_after_review": "litigation.after_review",
}

Get = Callable[..., httpx.Response]
Row = dict[str, Any]


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of three reports: blank and unclear figures, failed checks, an issue, sections in both scripts."""
    folder = tmp_path_factory.mktemp("release")
    rows = release_rows()
    write_package(rows, folder, load_schema(), {"sample": True})
    write_databases(folder)
    with write_evidence(folder) as evidence:
        for report in rows["reports"]:
            if report["report_id"] != REPORT_2021:
                body = _document(report, rows["figures"]).encode()
                shown = show(body, read_document(body, media_type="text/html"), None)
                evidence.add(report["capture_id"], report["report_id"], shown)
    write_downloads(folder)
    return folder


@pytest.fixture(scope="session")
def datasette(release: Path) -> Datasette:
    """The site on that release."""
    return make_datasette(release)


@pytest.fixture(scope="session")
def get(datasette: Datasette) -> Get:
    """Ask the site for a path."""

    def ask(path: str, **options: Any) -> httpx.Response:
        return asyncio.run(datasette.client.get(path, **options))

    return ask


@pytest.fixture(scope="session")
def site(release: Path) -> Iterator[str]:
    """The address at which that release is served."""
    with subprocess.Popen([sys.executable, "-c", SERVE, str(release)], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        yield server.stdout.readline().strip().rstrip("/")
        server.terminate()


def release_rows() -> dict[str, list[Row]]:
    """All rows of that release."""
    figures = _figures()
    values = {(f["report_id"], f["item_id"], f["party"]): f["value"] for f in figures}
    return {
        "regions": [
            {"code": "990000", "name": "样例省", "full_name": "样例省", "level": "province", "valid_from": 1980},
            {
                "code": "990100",
                "name": "云岫市",
                "full_name": "样例省云岫市",
                "level": "prefecture",
                "parent_code": "990000",
                "valid_from": 1980,
            },
        ],
        "sectors": [{"sector": "government", "name_zh": "人民政府", "name_en": "Government"}],
        "agencies": [
            {
                "agency_id": AGENCY,
                "name": "云岫市人民政府",
                "region_code": "990100",
                "sector": "government",
                "level": "prefecture",
            }
        ],
        "reports": [
            _report(
                REPORT_2020,
                2020,
                "2019",
                "云岫市人民政府2020年政府信息公开工作年度报告",
                figures,
                failed=2,
                signed_on="2020-01-13",
            ),
            _report(
                REPORT_2021,
                2021,
                "2021",
                f"雲岫市人民政府2021年政府信息公開工作年度報告{HOSTILE}{TURNED}",
                figures,
                failed=2,
                script="Hant",
                published_on="2022-04-10",
            ),
            _report(REPORT_2012, 2012, "2008", "云岫市人民政府2012年政府信息公开工作年度报告", figures),
        ],
        "sections": [
            {"report_id": REPORT_2020, "position": 0, "text": f"本报告由云岫市人民政府编制。\n{HOSTILE}"},
            {
                "report_id": REPORT_2020,
                "position": 1,
                "heading": "一、总体情况",
                "text": "全年因政府信息公开被提起行政诉讼二件。\n信访事项另行处理。",
            },
            {
                "report_id": REPORT_2021,
                "position": 1,
                "heading": "一、總體情況",
                "text": "全年因政府信息公開被提起行政訴訟三件。",
            },
            {"report_id": REPORT_2012, "position": 1, "heading": "一、概述", "text": "全年主动公开政府信息80余条。"},
        ],
        "items": [_item(asdict(item)) for item in load_items()],
        "form_lines": form_line_rows(),
        "figures": figures,
        "requests": list(_requests(values)),
        "remedies": list(_wide(values, "remedies", "route", ROUTES)),
        "disclosures": list(_wide(values, "disclosures", "subject", {name: name for name in _subjects()})),
        "rules": rule_rows(),
        "checks": [
            _check(REPORT_2020, "balance", "natural_person", "fail", 13, 12, 1),
            _check(REPORT_2020, "balance", "total", "not_applicable"),
            _check(REPORT_2020, "signed_after_period", "all", "fail", None, None, -353),
            _check(REPORT_2020, "parties:requests.granted", "all", "pass", 6, 6, 0),
            _check(REPORT_2021, "balance", "total", "fail", 52, 7, 45) | {"corrected_outcome": "pass"},
            _check(REPORT_2021, "carry_over", "business", "fail", 3, 1, 2) | {"compared_with": REPORT_2020},
        ],
        "corrections": [
            {
                "report_id": REPORT_2021,
                "item_id": "requests.received",
                "party": "total",
                "from": 50,
                "from_status": "reported",
                "to": 5,
                "reason_zh": "原文多印一个零",
                "reason_en": "A zero too many was printed",
                "evidence": f"第一部分第二段{HOSTILE}",
                "corrected_on": "2024-05-06",
            }
        ],
        "changes": [
            {
                "report_id": REPORT_2021,
                "url": "http://yunxiu.localhost:8471/xxgk/nb/2.html",
                "changed_at": "2026-01-02T00:00:00Z",
                "item_id": "requests.granted",
                "party": "total",
                "from": None,
                "from_status": "unclear",
                "from_raw": f"1 | 2 <i>{TURNED}",
                "to": 2,
                "to_status": "reported",
                "to_raw": "2",
                "from_capture_id": f"{4:064x}",
                "to_capture_id": f"{2:064x}",
            }
        ],
        "revisions": [],
        "coverage": [
            *(_known(year, "published") for year in (2012, 2020)),
            _known(2021, "late"),
            *(_known(year, "missing") for year in range(2015, 2020)),
            _known(2013, "failed", f"HTTP 503 (http://yunxiu.localhost:8471/{HOSTILE})"),
        ],
        "captures": [
            *(
                _capture(report_id, number, f"2026-01-0{number}", number)
                for number, report_id in enumerate((REPORT_2020, REPORT_2021, REPORT_2012), 1)
            ),
            # What stood at the address of the second before.
            _capture(REPORT_2021, 4, "2025-12-01", 2),
        ],
        "issues": [
            {
                "id": "a1",
                "report_id": REPORT_2020,
                "capture_id": f"{1:064x}",
                "kind": "two_values",
                "place": "table 2",
                "detail": f"0\n 0{HOSTILE}{TURNED}{'长' * 3000}",
            }
        ],
    }


def _figures() -> list[Row]:
    """Every cell of both forms as 0 to 2, with exceptions; and what a narrative says."""
    exceptions: dict[tuple[str, str, str], Row | None] = {
        (REPORT_2020, "requests.received", "natural_person"): {"value": 1234, "raw": "1,234"},
        (REPORT_2020, "requests.carried_in", "total"): {"value": None, "status": "blank", "raw": "/"},
        (REPORT_2020, "requests.granted", "research"): {"value": None, "status": "unclear", "raw": "3 | 3 <b>"},
        (REPORT_2020, "rules.made", "all"): None,
        (REPORT_2020, "fees.items_change", "all"): {"value": 4, "raw": "+4"},
        (REPORT_2020, "procurement.amount", "all"): {"value": 9768100, "raw": "976.81万元"},
        (REPORT_2021, "requests.received", "total"): {"value": 5, "status": "corrected", "raw": "50"},
    }
    figures = []
    for report_id, form in ((REPORT_2020, "2019"), (REPORT_2021, "2021")):
        for number, (item_id, party) in enumerate(_cells(form)):
            own = exceptions.get((report_id, item_id, party), {})
            if own is None or item_id.startswith("other_"):
                continue
            usual = {
                "value": number % 3,
                "status": "reported",
                "raw": str(number % 3),
                "place": f"table 1, row {number + 1}, column 1",
            }
            figures.append({"report_id": report_id, "item_id": item_id, "party": party, **usual, **own})
    said = [("disclosed.total", "all", None, "unclear", "80余条"), ("requests.received", "total", 3, "reported", "3件")]
    figures += [
        {
            "report_id": REPORT_2012,
            "item_id": item,
            "party": party,
            "value": value,
            "status": status,
            "raw": raw,
            "place": "line 2",
        }
        for item, party, value, status, raw in said
    ]
    return figures


def _document(report: Row, figures: list[Row]) -> str:
    """A page on which the figures of a report stand where their places say, with what a page should not be able to do."""
    own = {f["place"]: html.escape(f["raw"]) for f in figures if f["report_id"] == report["report_id"]}
    rows = "".join(f"<tr><td>{own.get(f'table 1, row {number}, column 1', '')}</td></tr>" for number in range(1, 220))
    table = "" if report["form"] == "2008" else f"<table>{rows}</table>"
    hostile = f'{HOSTILE}<img src="http://evil.example/x.png" onerror="alert(1)"><p>{TURNED}</p><p>{"长" * 3000}</p>'
    sentences = "全年主动公开政府信息80余条，收到申请3件。"
    return f"<html><body><p>{html.escape(report['title'])}</p><p>{sentences}</p>{table}{hostile}</body></html>"


def _cells(form: str) -> Iterator[tuple[str, str]]:
    for block in next(f for f in load_forms() if f.form == form).blocks:
        for row in block.rows:
            for column in block.columns:
                yield block.figure(row, column)


def _requests(values: Mapping[tuple[str, str, str], Any]) -> Iterator[Row]:
    table = load_schema().table("requests")
    for report_id, party in sorted(
        {(report, party) for report, item, party in values if item.startswith("requests.") and party != "all"}
    ):
        row: Row = {"report_id": report_id, "party": party}
        for field in table.fields[2:]:
            parts = [values.get((report_id, item, party)) for item in field.items]
            row[field.name] = sum(parts) if None not in parts else values.get((report_id, field.instead or "", party))
        yield row


def _wide(values: Mapping[tuple[str, str, str], Any], name: str, key: str, groups: Mapping[str, str]) -> Iterator[Row]:
    table: Table = load_schema().table(name)
    for report_id in sorted({report for report, _, _ in values}):
        for row, group in groups.items():
            found = {field.name: values.get((report_id, f"{group}.{field.name}", "all")) for field in table.fields[2:]}
            if any(value is not None for value in found.values()):
                yield {"report_id": report_id, key: row, **found}


def _subjects() -> tuple[str, ...]:
    return next(field for field in load_schema().table("disclosures").fields if field.name == "subject").enum


def _item(item: Row) -> Row:
    return {name: item[name] for name in load_schema().table("items").columns}


def _report(report_id: str, year: int, form: str, title: str, figures: list[Row], failed: int = 0, **other: Any) -> Row:
    own = [figure for figure in figures if figure["report_id"] == report_id]
    numbers = {"2019": 1, "2021": 2, "2008": 3}
    return {
        "report_id": report_id,
        "agency_id": AGENCY,
        "year": year,
        "form": form,
        "title": title,
        "url": f"http://yunxiu.localhost:8471/xxgk/nb/{year}.html",
        "source_kind": "sample",
        "script": "Hans",
        "reader": "grid",
        "capture_id": f"{numbers[form]:064x}",
        "figures": len(own),
        "unclear": sum(figure["status"] == "unclear" for figure in own),
        "checks_failed": failed,
        **other,
    }


def _known(year: int, state: str, detail: str | None = None) -> Row:
    return {
        "agency_id": AGENCY,
        "year": year,
        "state": state,
        "due_on": f"{year + 1}-03-31",
        "report_id": f"{AGENCY}.{year}" if state in ("published", "late") else None,
        "portal": "yunxiu",
        "detail": detail,
        "checked_at": "2024-05-06T00:00:00Z",
    }


def _check(
    report_id: str,
    rule_id: str,
    party: str,
    outcome: str,
    left: int | None = None,
    right: int | None = None,
    difference: int | None = None,
) -> Row:
    return {
        "report_id": report_id, "rule_id": rule_id, "party": party, "outcome": outcome,
        "left": left, "right": right, "difference": difference,
    }  # fmt: skip


def _capture(report_id: str, number: int, day: str, address: int) -> Row:
    return {
        "capture_id": f"{number:064x}",
        "report_id": report_id,
        "url": f"http://yunxiu.localhost:8471/xxgk/nb/{address}.html",
        "fetched_at": f"{day}T00:00:00Z",
        "status": 200,
        "media_type": "text/html",
        "bytes": 1000,
        "portal": "yunxiu",
        "warc": "2026.warc.gz",
        "offset": number,
    }
