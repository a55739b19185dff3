"""How much of what documents hold is read, and whether anything is read wrongly: `make accuracy`.

Reads every document that has an expectation (`expectations.py`) and counts, by set of documents, form and layout, the figures that are right,
wrong, unclear and missing. Ends with an error when one is wrong, when one of a whole report is not read, or more than 5 in 1,000 of the excerpts.
Files of Word that no program on this machine reads whole are left out, and named.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from expectations import (
    LENIENT,
    MISSING,
    REAL_REPORTS,
    RIGHT,
    UNEXPECTED,
    WRONG,
    Expectation,
    Outcome,
    all_expectations,
    compare,
    loss,
    precision,
    read_expected,
    recall,
    sample_register,
    word_program,
)
from gongkai_build.reading.values import UNCLEAR
from gongkai_build.register.agencies import load_register

OUTCOMES = (RIGHT, WRONG, UNCLEAR, MISSING, LENIENT, UNEXPECTED)
WHOLE, EXCERPTS = "whole documents", "excerpts"
LEAST_RECALL = {WHOLE: 1.0, EXCERPTS: 0.995}
WIDTH = 140


@dataclass(frozen=True)
class Reading:
    """One document as read, against its expectation."""

    expected: Expectation
    layout: str
    outcomes: Sequence[Outcome]

    @property
    def counts(self) -> Counter[str]:
        return Counter(outcome.outcome for outcome in self.outcomes)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--json", metavar="FILE", type=Path, help="write the counts to a file as well; - for standard output alone"
    )
    options = parser.parse_args(arguments)
    expectations = list(all_expectations())
    left_out = {each.name: why for each in expectations if (why := loss(each.path, word_program()))}
    account = account_of(read_all(each for each in expectations if each.name not in left_out))
    account["left_out"] = left_out
    to_output = options.json is not None and str(options.json) == "-"
    if not to_output:
        print_account(account)
    if options.json:
        text = json.dumps(account, ensure_ascii=False, indent=1) + "\n"
        if to_output:
            sys.stdout.write(text)
        else:
            options.json.write_text(text, encoding="utf-8")
    return 1 if account["failures"] else 0


def read_all(expectations: Iterable[Expectation]) -> list[Reading]:
    """Read the documents of expectations."""
    registers = {"sample": sample_register(), "real": load_register()}
    readings = []
    for expected in expectations:
        layout, figures = read_expected(expected, registers)
        readings.append(Reading(expected, layout or "not read", compare(expected, figures)))
    return readings


def account_of(readings: Sequence[Reading]) -> dict[str, Any]:
    """Count: `groups` by set, form and layout, `totals`, every figure that is not right (`faults`), and the `failures` of the whole."""
    groups: dict[tuple[str, str, str], list[Reading]] = {}
    for reading in readings:
        groups.setdefault((reading.expected.kind, reading.expected.form, reading.layout), []).append(reading)
    totals = {
        WHOLE: _counted(reading for reading in readings if reading.expected.whole),
        EXCERPTS: _counted(reading for reading in readings if not reading.expected.whole),
    }
    return {
        "groups": [
            {"set": kind, "form": form, "layout": layout, **_counted(groups[kind, form, layout])}
            for kind, form, layout in sorted(groups)
        ],
        "totals": totals,
        "faults": [
            {"set": reading.expected.kind, "document": reading.expected.name, **vars(outcome)}
            for reading in readings
            for outcome in reading.outcomes
            if outcome.outcome != RIGHT
        ],
        "failures": _failures(totals),
    }


def _counted(readings: Iterable[Reading]) -> dict[str, Any]:
    documents, counts = 0, Counter[str]()
    for reading in readings:
        documents += 1
        counts += reading.counts
    numbers = {outcome: counts[outcome] for outcome in OUTCOMES}
    return {"documents": documents, **numbers, "precision": precision(counts), "recall": recall(counts)}


def _failures(totals: Mapping[str, Mapping[str, Any]]) -> list[str]:
    failures = []
    for name, total in totals.items():
        if total[WRONG]:
            failures.append(f"{name}: {total[WRONG]} figures are wrong")
        if total["recall"] is not None and total["recall"] < LEAST_RECALL[name]:
            failures.append(f"{name}: recall is {_percent(total['recall'])}, at least {LEAST_RECALL[name]:.1%} is due")
    return failures


def print_account(account: Mapping[str, Any]) -> None:
    """Print the counts as a table, then each figure that is not right, then what fails."""
    console = Console(width=WIDTH, highlight=False)
    table = Table(box=None, pad_edge=False)
    for name in ("set", "form", "layout"):
        table.add_column(name, no_wrap=True)
    for name in ("documents", *OUTCOMES, "precision", "recall"):
        table.add_column(name, justify="right")
    for group in account["groups"]:
        table.add_row(group["set"], group["form"], group["layout"], *_numbers(group))
    table.add_section()
    for name, total in account["totals"].items():
        table.add_row(name, "", "", *_numbers(total))
    console.print(table)
    if not REAL_REPORTS.is_dir():
        console.print(f"The real reports are not at {REAL_REPORTS}: neither they nor their excerpts were read.")
    for name, why in account["left_out"].items():
        console.print(f"{name} was left out: {why}.", markup=False)
    for fault in account["faults"]:
        console.print(
            f"{fault['outcome']}: {fault['set']} {fault['document']}, {fault['figure']}: expected {fault['expected']}, read {fault['read']}",
            markup=False,
            soft_wrap=True,
        )
    for failure in account["failures"]:
        console.print(f"FAILED: {failure}", style="bold red")


def _numbers(counted: Mapping[str, Any]) -> list[str]:
    numbers = [str(counted[name]) for name in ("documents", *OUTCOMES)]
    return [*numbers, _percent(counted["precision"]), _percent(counted["recall"])]


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.2%}"


if __name__ == "__main__":
    sys.exit(main())
