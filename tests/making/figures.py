"""The figures of an example, drawn from its name: the same ones each time, and none that the reader had a part in."""

import random
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

Figures = dict[str, int | None]
"""Item and party (item|party) → figure; money in yuan; None is a blank cell."""
FORMS = Path(__file__).with_name("forms.yml")
AROUND = ("received", "carried_in", "processed_total", "carried_out")
LARGEST_RECEIVED = {
    "natural_person": 40,
    "business": 9,
    "research": 1,
    "nonprofit": 2,
    "legal_service": 4,
    "other": 2,
}
USUAL_OUTCOMES = ("granted", "granted", "granted", "partly_granted", "unable.not_held", "unable.not_held")
LARGEST_DISCLOSED = {
    "made": 9,
    "published": 9,
    "public_total": 60,
    "items_last_year": 80,
    "items_change": 12,
    "decisions": 4000,
    "projects": 90,
    "issued": 9,
    "repealed": 5,
    "in_force": 60,
}
WAN = 10_000


@cache
def forms() -> Mapping[str, Any]:
    """Return the forms as printed (forms.yml)."""
    found: Mapping[str, Any] = yaml.safe_load(FORMS.read_text(encoding="utf-8"))
    return found


def request_rows(form: str) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Yield the rows of section 3: the groups above, the item without `requests.`, the label."""

    def walk(node: Mapping[str, Any], groups: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str, str]]:
        for key, value in node.items():
            if isinstance(value, str):
                yield groups, key, value
            else:
                yield from walk(value, (*groups, key))

    return walk(forms()[form]["requests"], ())


def drawn(name: str, form: str) -> Figures:
    """Draw the figures of an example on form 2019 or 2021, or of the annex of 2014; all sums of the form hold."""
    rng = random.Random(name)
    return _annex(rng) if form == "2014" else {**_disclosures(form, rng), **_requests(form, rng), **_remedies(rng)}


def _disclosures(form: str, rng: random.Random) -> Figures:
    figures: Figures = {}
    for block in forms()[form]["disclosures"]:
        for subject in block["rows"]:
            for measure in block["columns"]:
                figures[f"{subject}.{measure}|all"] = _disclosed(subject, measure, rng)
    return figures


def _disclosed(subject: str, measure: str, rng: random.Random) -> int:
    if subject == "rules":
        return 0
    if measure == "amount":
        return rng.randint(1, 90_000) * 100
    if measure == "items_change":
        return rng.choice((0, rng.randint(1, 12), -rng.randint(1, 12)))
    return rng.randint(0 if subject == "coercion" else 1, LARGEST_DISCLOSED[measure])


def _requests(form: str, rng: random.Random) -> Figures:
    rows = [row for _, row, _ in request_rows(form)]
    ended = [row for row in rows if row not in AROUND]
    counts = {(row, party): 0 for row in rows for party in LARGEST_RECEIVED}
    for party, largest in LARGEST_RECEIVED.items():
        counts["received", party] = rng.randint(0, largest)
        counts["carried_in", party] = rng.randint(0, largest // 8)
        open_requests = counts["received", party] + counts["carried_in", party]
        counts["carried_out", party] = rng.randint(0, min(open_requests, largest // 8))
        counts["processed_total", party] = open_requests - counts["carried_out", party]
        for _ in range(counts["processed_total", party]):
            outcome = rng.choice(USUAL_OUTCOMES) if rng.random() < 0.7 else rng.choice(ended)
            counts[outcome, party] += 1
    figures: Figures = {}
    for row in rows:
        for party in LARGEST_RECEIVED:
            figures[f"requests.{row}|{party}"] = counts[row, party]
        figures[f"requests.{row}|total"] = sum(counts[row, party] for party in LARGEST_RECEIVED)
    return figures


def _remedies(rng: random.Random) -> Figures:
    figures: Figures = {}
    *outcomes, total = forms()["outcomes"]
    for route in forms()["routes"]:
        counts = [rng.choice((0, 0, 1, 2, 5)) for _ in outcomes]
        figures |= {f"{route}.{outcome}|all": count for outcome, count in zip(outcomes, counts, strict=True)}
        figures[f"{route}.{total}|all"] = sum(counts)
    return figures


def _annex(rng: random.Random) -> Figures:
    party = {item: "total" if item.startswith("requests.") else "all" for item, _, _ in forms()["2014"] if item}
    counts = {item: rng.choice((0, rng.randint(1, 9), rng.randint(1, 60))) for item in party}

    def add(whole: str, *parts: str) -> None:
        counts[whole] = sum(counts[part] for part in parts)

    add("requests.received", *(f"requests.received.{way}" for way in ("in_person", "by_fax", "online", "by_letter")))
    counts["requests.closed"] = counts["requests.received"]
    counts["requests.closed.extended"] = rng.randint(0, counts["requests.closed"] // 5)
    counts["requests.closed.on_time"] = counts["requests.closed"] - counts["requests.closed.extended"]
    add("requests.refused", *(item for item in party if item.startswith("requests.refused.")))
    kinds = ("already_public", "other_agency", "nonexistent", "amendment_asked", "other_procedure")
    outcomes = ("requests.granted", "requests.partly_granted", "requests.refused")
    add("requests.answered", *outcomes, *(f"requests.answered.{kind}" for kind in kinds))
    for route in ("review", "litigation"):
        counts |= {f"{route}.{outcome}": rng.choice((0, 0, 1, 3)) for outcome in ("upheld", "corrected", "other")}
        add(f"{route}.total", f"{route}.upheld", f"{route}.corrected", f"{route}.other")
    add("resources.staff", "resources.staff.full_time", "resources.staff.part_time")
    counts["disclosed.website"] = rng.randint(200, 3000)
    counts["disclosed.total"] = counts["disclosed.website"] + rng.randint(0, 200)
    counts["fees.collected"] = 0
    counts["resources.budget"] = rng.randint(1, 400) * WAN // 10
    return {f"{item}|{party[item]}": counts[item] for item in party}
