"""Rows of every published table, small enough to read: two fictional agencies, three reports."""

import copy
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gongkai_build.database import write_databases
from gongkai_build.package import write_package
from gongkai_build.schema import load_schema

Rows = dict[str, list[dict[str, Any]]]

PARTIES = ("natural_person", "business", "research", "nonprofit", "legal_service", "other", "total")
CAPTURES = {"2020": "a" * 64, "2021": "b" * 64, "2022": "c" * 64}
SCIENCE = "990100.science"
OFFICE = "990000.government"


@pytest.fixture
def rows() -> Rows:
    """A complete and consistent set of rows."""
    return copy.deepcopy(_rows())


@pytest.fixture
def make(tmp_path: Path) -> Callable[[Rows], Path]:
    """Write rows as a data package with its databases; returns the folder."""

    def make(rows: Rows) -> Path:
        folder = tmp_path / "package"
        write_package(rows, folder, load_schema())
        write_databases(folder)
        return folder

    return make


@pytest.fixture
def package(rows: Rows, make: Callable[[Rows], Path]) -> Path:
    """A folder with a sound data package and its databases."""
    return make(rows)


def _figure(report: str, item: str, party: str, value: object, status: str = "reported") -> dict[str, Any]:
    return {
        "report_id": report,
        "item_id": item,
        "party": party,
        "value": value,
        "status": status,
        "raw": None if status == "blank" else f"{value}",
        "place": "table 2, row 3, column 4",
    }


def _report(agency: str, year: int, form: str, **counters: int) -> dict[str, Any]:
    return {
        "report_id": f"{agency}.{year}",
        "agency_id": agency,
        "year": year,
        "form": form,
        "title": f"虚构市{year}年政府信息公开工作年度报告",
        "url": None,
        "source_kind": "sample",
        "published_on": date(year + 1, 1, 20),
        "signed_on": f"{year + 1}-01-19",
        "script": "Hans",
        "reader": "grid",
        "capture_id": CAPTURES[str(year)],
        **counters,
    }


def _coverage(agency: str, year: int, state: str, due_on: str) -> dict[str, Any]:
    return {
        "agency_id": agency,
        "year": year,
        "state": state,
        "due_on": due_on,
        "report_id": f"{agency}.{year}" if state == "published" else None,
        "portal": "sample",
        "checked_at": "2024-05-01T00:00:00Z",
    }


def _rows() -> Rows:
    first, second, third = f"{SCIENCE}.2020", f"{SCIENCE}.2021", f"{OFFICE}.2022"
    return {
        "regions": [
            {"code": "990000", "name": "虚构省", "full_name": "虚构省", "level": "province", "valid_from": 1980},
            {
                "code": "990100",
                "name": "云溪市",
                "full_name": "虚构省云溪市",
                "former_names": "雲溪縣；云溪",
                "level": "prefecture",
                "parent_code": "990000",
                "valid_from": 1983,
                "valid_to": None,
            },
        ],
        "sectors": [
            {"sector": "science", "name_zh": "科学技术", "name_en": "Science and technology"},
            {"sector": "government", "name_zh": "人民政府", "name_en": "People's government, the organ"},
        ],
        "agencies": [
            {
                "agency_id": SCIENCE,
                "name": "云溪市科学技术局",
                "aliases": "云溪市科技局；市科技局",
                "region_code": "990100",
                "sector": "science",
                "level": "prefecture",
            },
            {
                "agency_id": OFFICE,
                "name": "虚构省人民政府",
                "region_code": "990000",
                "sector": "government",
                "level": "province",
            },
        ],
        "reports": [
            _report(SCIENCE, 2020, "2019", figures=12, unclear=1, checks_failed=1),
            _report(SCIENCE, 2021, "2021", figures=4, unclear=0, checks_failed=0),
            _report(OFFICE, 2022, "2021", figures=3, unclear=0, checks_failed=0),
        ],
        "sections": [
            {"report_id": first, "position": 10, "heading": "十、附件", "text": "“附件”,\r\n第二行"},
            {"report_id": first, "position": 2, "heading": "二、主动公开政府信息情况", "text": "主动公开规章3件。"},
            {"report_id": first, "position": 0, "heading": None, "text": "本报告依据《条例》编制。"},
            {"report_id": second, "position": 4, "heading": "四、行政復議、行政訴訟情況", "text": "未發生行政訴訟。"},
            {
                "report_id": third,
                "position": 1,
                "heading": "一、总体情况",
                "text": "Covid-19 期间，公开 1,234 条。" * 9,
            },
        ],
        "items": [
            {"item_id": "requests", "name_zh": "依申请公开", "name_en": "Requests"},
            *(
                {"item_id": item, "parent_id": "requests", "name_zh": item, "name_en": item, "unit": "count"}
                for item in (
                    "requests.received",
                    "requests.other",
                    "requests.other.no_correction",
                    "requests.other.unpaid_fee",
                    "requests.other.rest",
                )
            ),
            {"item_id": "review.upheld", "name_zh": "维持", "name_en": "Upheld", "unit": "count"},
            {"item_id": "litigation.after_review.total", "name_zh": "总计", "name_en": "Total", "unit": "count"},
            {"item_id": "procurement.amount", "name_zh": "金额", "name_en": "Amount", "unit": "yuan"},
            {"item_id": "fees.amount", "name_zh": "金额", "name_en": "Amount", "unit": "yuan"},
        ],
        "form_lines": [
            {
                "form": "2019",
                "item_id": "requests.received",
                "section": 3,
                "row_label": "一、本年新收",
                "standing": "statutory",
                "position": 20,
            },
            {
                "form": "2021",
                "item_id": "requests.received",
                "section": 3,
                "row_label": "一、本年新收",
                "standing": "statutory",
                "position": 9,
            },
        ],
        "figures": [
            *(_figure(first, "requests.received", party, 6 if party == "total" else 1) for party in PARTIES),
            _figure(first, "requests.other", "total", 3),
            _figure(first, "review.upheld", "all", 2),
            _figure(first, "litigation.after_review.total", "all", None, "blank"),
            _figure(first, "procurement.amount", "all", Decimal("33411070.00")),
            _figure(first, "requests.other", "business", None, "unclear"),
            _figure(second, "requests.other.no_correction", "total", 1),
            _figure(second, "requests.other.unpaid_fee", "total", 0),
            _figure(second, "requests.other.rest", "total", 4, "corrected"),
            _figure(second, "fees.amount", "all", Decimal("26019538.75")),
            _figure(third, "requests.other.no_correction", "total", 1),
            _figure(third, "requests.other.unpaid_fee", "total", None, "blank"),
            _figure(third, "requests.other.rest", "total", 2),
        ],
        "requests": [
            *({"report_id": first, "party": party, "received": 1} for party in PARTIES[:-1]),
            {"report_id": first, "party": "total", "received": 6, "other": 3},
            {
                "report_id": second,
                "party": "total",
                "other": 5,
                "other_no_correction": 1,
                "other_unpaid_fee": 0,
                "other_rest": 4,
            },
            {"report_id": third, "party": "total", "other_no_correction": 1, "other_rest": 2},
        ],
        "remedies": [
            {"report_id": first, "route": "review", "upheld": 2},
            {"report_id": first, "route": "litigation_after_review"},
        ],
        "disclosures": [
            {"report_id": first, "subject": "procurement", "amount": 33411070},
            {"report_id": second, "subject": "fees", "amount": 26019538.75},
        ],
        "rules": [
            {
                "rule_id": "requests.balance",
                "statement_zh": "新收 + 结转 = 办理 + 结转下年",
                "statement_en": "received + carried in = processed + carried out",
                "scope": "party",
                "severity": "error",
                "concerns": "requests.received requests.carried_in",
                "forms": "2019 2021",
            }
        ],
        "checks": [
            {
                "report_id": first,
                "rule_id": "requests.balance",
                "party": "total",
                "outcome": "fail",
                "left": 6,
                "right": Decimal("5.5"),
                "difference": Decimal("0.5"),
            },
            {"report_id": second, "rule_id": "requests.balance", "party": "total", "outcome": "not_applicable"},
        ],
        "corrections": [
            {
                "report_id": second,
                "item_id": "requests.other.rest",
                "party": "total",
                "from": 6,
                "from_status": "reported",
                "to": 4,
                "reason_zh": "印错",
                "reason_en": "A misprint",
                "evidence": "第一部分",
                "corrected_on": "2024-05-06",
            }
        ],
        "changes": [
            {
                "report_id": first,
                "url": f"http://portal.example/{first}.html?a=1,2",
                "changed_at": "2023-02-01T08:30:00Z",
                "item_id": "review.upheld",
                "party": "all",
                "from": None,
                "from_status": "blank",
                "from_raw": "/",
                "to": 2,
                "to_status": "reported",
                "to_raw": "2",
                "from_capture_id": CAPTURES["2021"],
                "to_capture_id": CAPTURES["2020"],
            }
        ],
        "revisions": [
            {"id": "1" * 16, "report_id": third, "kind": "report_added"},
            {"id": "2" * 16, "report_id": f"{OFFICE}.2019", "kind": "report_removed"},
            {
                "id": "3" * 16,
                "report_id": second,
                "kind": "figure_changed",
                "cause": "correction",
                "item_id": "requests.other.rest",
                "party": "total",
                "from": 6,
                "from_status": "reported",
                "to": 4,
                "to_status": "corrected",
            },
        ],
        "coverage": [
            _coverage(SCIENCE, 2020, "published", "2021-01-31"),
            _coverage(SCIENCE, 2021, "published", "2022-01-31"),
            _coverage(SCIENCE, 2022, "missing", "2023-01-31"),
            _coverage(OFFICE, 2022, "published", "2023-03-31"),
        ],
        "captures": [
            {
                "capture_id": CAPTURES[report[-4:]],
                "report_id": report,
                "url": f"http://portal.example/{report}.html?a=1,2",
                "fetched_at": datetime(2023, 2, 1, 8, 30, tzinfo=UTC),
                "status": 200,
                "media_type": "text/html",
                "bytes": 12345,
                "portal": "sample",
                "warc": "2023.warc.gz",
                "offset": 0,
            }
            for report in (first, second, third)
        ],
        "issues": [
            {
                "id": "d" * 16,
                "report_id": first,
                "capture_id": CAPTURES["2020"],
                "kind": "unplaced",
                "place": "line 7",
                "detail": 'two values in one cell: "0\n 0"',
            }
        ],
    }
