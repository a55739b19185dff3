"""The page of a report: its head, its form, its checks, its issues and its text."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from datasette.utils.asgi import Request, Response

from gongkai_site.cells import check_marks, inside, place_in_words, report_cell
from gongkai_site.form import Label, concerned, definition, lay_out, make_cell
from gongkai_site.language import load_strings
from gongkai_site.pages import Page, open_page, remembering
from gongkai_site.queries import ReportData, is_web_address, read_report

# Datasette loads its plugins while its own module is not yet whole.
if TYPE_CHECKING:
    from datasette.app import Datasette


async def report(datasette: Datasette, request: Request) -> Response:
    """The page of the report whose id is in the address."""
    if chosen := remembering(datasette, request):
        return chosen
    page = open_page(datasette, request)
    report_id = request.url_vars["report_id"]
    data = await read_report(datasette, report_id)
    if not data:
        return await page.missing("report", report_id)
    failed = [check for check in data.checks if check["outcome"] == "fail"]
    layout = lay_out(data.report["form"], data.lines, data.items, data.figures, failed)
    rules = {number: check[f"statement_{page.language}"] for number, check in enumerate(failed, 1)}
    evidence = page.url(f"evidence/{report_id}")
    context = {
        "report": data.report,
        "evidence": evidence,
        "td": partial(report_cell, evidence=evidence, rules=rules, say=page.say),
        "inside": partial(inside, evidence=evidence, rules=rules, say=page.say),
        "marks": partial(check_marks, rules=rules),
        "place_in_words": partial(place_in_words, say=page.say),
        "is_web_address": is_web_address(data.report["url"]),
        "layout": layout,
        "parties": definition()["parties"],
        "organisations": definition()["organisations"],
        "other_figures": _other_figures(data, layout.shown, failed),
        "blank": sum(figure["status"] == "blank" for figure in data.figures.values()),
        "checks": {
            outcome: sum(check["outcome"] == outcome for check in data.checks)
            for outcome in ("pass", "fail", "not_applicable")
        },
        "failed": failed,
        "failed_columns": _failed_columns(failed),
        "corrections": [_correction(data, row) for row in data.corrections],
        "issues": [{**issue, "name": _issue(page, issue["kind"])} for issue in data.issues],
        "captures": data.captures,
        "changes": [{**row, "label": _label(data, row["item_id"])} for row in data.changes],
        "sections": data.sections,
        "neighbours": data.neighbours,
        "data_url": {
            kind: datasette.urls.path(f"/gongkai/figures.{kind}?{_query(report_id, kind)}") for kind in ("json", "csv")
        },
        "canonical_url": datasette.absolute_url(request, datasette.urls.path(f"/report/{report_id}")),
    }
    return await page.render("gongkai_report.html", context)


def _failed_columns(failed: list[dict[str, Any]]) -> dict[str, list[int]]:
    """For each item, or column of the report, the numbers of the failed checks that concern it."""
    found: dict[str, list[int]] = {}
    for number, check in enumerate(failed, 1):
        for name in check["concerns"].split():
            found.setdefault(name, []).append(number)
    return found


def _correction(data: ReportData, row: dict[str, Any]) -> dict[str, Any]:
    """A correction with the name of its item and what the document prints."""
    figure = data.figures.get((row["item_id"], row["party"]))
    return {
        **row,
        "label": _label(data, row["item_id"]),
        "raw": figure["raw"] if figure else None,
        "is_web_address": is_web_address(row["evidence"]),
    }


def _label(data: ReportData, item_id: str) -> Label:
    return Label(data.items[item_id]["name_zh"], data.items[item_id]["name_en"])


def _issue(page: Page, kind: str) -> str:
    """What a kind of issue is called; a kind that the site does not know yet by its code."""
    return page.say(f"issue.{kind}") if f"issue.{kind}" in load_strings() else kind


def _query(report_id: str, kind: str) -> str:
    return urlencode({"report_id": report_id, "_size": "max", **({"_shape": "objects"} if kind == "json" else {})})


def _other_figures(
    data: ReportData, shown: frozenset[tuple[str, str]], failed: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The figures that the form has no place for, in the order of items."""
    others = {place: figure for place, figure in data.figures.items() if place not in shown}
    marks = concerned(failed, others)
    return [
        {
            "label": _label(data, item_id),
            "comparability": data.items[item_id]["comparability"],
            "party": party,
            "cell": make_cell(data.items[item_id], figure, marks.get((item_id, party), ())),
        }
        for (item_id, party), figure in others.items()
    ]
