"""Corrections: figures changed by people, as data. Each says what it expects to find, and is refused when the report says something else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from gongkai_build.errors import GongkaiError
from gongkai_build.forms import load_items, load_parties
from gongkai_build.forms.model import ALL_PARTIES
from gongkai_build.reading.place import Figure
from gongkai_build.reading.report import Report
from gongkai_build.reading.values import REPORTED
from gongkai_build.resources import PACKAGE

CORRECTED = "corrected"
ABSENT = "absent"
PUBLISHED = PACKAGE / "corrections.yml"
"""The corrections that travel with the code."""


class CorrectionError(GongkaiError):
    """Corrections that are malformed, or no longer fit what the reports say; the message names file, line and fault."""


class Expected(BaseModel):
    """What a correction expects to find."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: Literal["reported", "unclear", "blank", "absent"]
    value: Decimal | None = None
    raw: str = ""

    @model_validator(mode="after")
    def _is_whole(self) -> "Expected":
        if (self.value is not None) != (self.status == REPORTED):
            raise ValueError("a value belongs to the status reported, and to no other")
        if not self.raw.strip() and self.status in (REPORTED, "unclear"):
            raise ValueError(f"raw is missing: what the document prints ({self.status})")
        return self


class Correction(BaseModel):
    """A correction of one figure of one report."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    report_id: str = Field(min_length=1)
    item_id: str
    party: str
    expected: Expected = Field(alias="from")
    to: Decimal
    reason_zh: str = Field(min_length=1)
    reason_en: str = Field(min_length=1)
    evidence: str = Field(min_length=1)
    date: date
    place: str = Field(exclude=True)
    """File and line of the entry."""

    @field_validator("item_id")
    @classmethod
    def _is_an_item(cls, item_id: str) -> str:
        if not any(item.item_id == item_id and item.unit for item in load_items()):
            raise ValueError("there is no such item that is counted")
        return item_id

    @field_validator("party")
    @classmethod
    def _is_a_party(cls, party: str) -> str:
        parties = [party.party for party in load_parties()]
        if party not in (*parties, ALL_PARTIES):
            raise ValueError(f"it is none of {', '.join(parties)}, {ALL_PARTIES}")
        return party

    @model_validator(mode="after")
    def _counts(self) -> "Correction":
        unit = next(item.unit for item in load_items() if item.item_id == self.item_id)
        if unit != "yuan" and self.to != self.to.to_integral_value():
            raise ValueError(f"to: {self.to} is no count")
        return self


@dataclass(frozen=True)
class Corrected:
    """Reports after their corrections."""

    reports: Mapping[str, Report]
    """Those of which any figure was corrected, by report_id."""
    applied: tuple[Correction, ...]
    left_out: tuple[Correction, ...]
    """Corrections of reports that are not there."""


def load_corrections(path: Path = PUBLISHED) -> tuple[Correction, ...]:
    """Read a file of corrections.

    Raises: CorrectionError naming the file, the line of the entry and what is wrong with it; OSError.
    """
    try:
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        entries = yaml.safe_load(text)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CorrectionError(f"{path}: {error}") from error
    if entries is None:
        return ()
    if not isinstance(entries, list) or not isinstance(root, yaml.SequenceNode):
        raise CorrectionError(f"{path}, line 1: a list of corrections is expected")
    found: dict[tuple[str, str, str], Correction] = {}
    for entry, node in zip(entries, root.value, strict=True):
        correction = _read_entry(entry, f"{path}, line {node.start_mark.line + 1}")
        key = (correction.report_id, correction.item_id, correction.party)
        if key in found:
            raise CorrectionError(f"{correction.place}: the same figure is corrected at {found[key].place}")
        found[key] = correction
    return tuple(found.values())


def correct(reports: Mapping[str, Report], corrections: Sequence[Correction]) -> Corrected:
    """Apply corrections to reports by report_id.

    Raises: CorrectionError when a report does not say what a correction of it expects; all such are named.
    """
    applied = [correction for correction in corrections if correction.report_id in reports]
    stale = [fault for one in applied if (fault := _misfit(reports[one.report_id], one))]
    if stale:
        raise CorrectionError(
            "corrections no longer fit what the reports say:" + "".join(f"\n  {one}" for one in stale)
        )
    by_report: dict[str, list[Correction]] = {}
    for correction in applied:
        by_report.setdefault(correction.report_id, []).append(correction)
    return Corrected(
        reports={report_id: _with(reports[report_id], own) for report_id, own in by_report.items()},
        applied=tuple(applied),
        left_out=tuple(correction for correction in corrections if correction.report_id not in reports),
    )


def _read_entry(entry: Any, place: str) -> Correction:
    if not isinstance(entry, dict):
        raise CorrectionError(f"{place}: an entry with report_id, item_id, party, from, to … is expected")
    if "place" in entry:
        raise CorrectionError(f"{place}: place: there is no such key")
    try:
        return Correction.model_validate({**entry, "place": place})
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, one['loc'])) or 'entry'}: {one['msg']}" for one in error.errors()]
        raise CorrectionError(f"{place}: {'; '.join(faults)}") from error


def _misfit(report: Report, correction: Correction) -> str | None:
    """Say what does not fit, if anything."""
    figure = _find(report, correction)
    expected = correction.expected
    what = f"{correction.place}: {correction.report_id} {correction.item_id} ({correction.party})"
    found = (figure.status, figure.value, _folded(figure.raw)) if figure else (ABSENT, None, "")
    if found != (expected.status, expected.value, _folded(expected.raw)):
        return f"{what}: expected {_said(expected.status, expected.value, expected.raw)}, found {_said(*found)}"
    if figure and figure.value == correction.to:
        return f"{what}: {correction.to} is what the report says"
    return None


def _with(report: Report, corrections: Iterable[Correction]) -> Report:
    figures = {(figure.item_id, figure.party): figure for figure in report.figures}
    for one in corrections:
        key = (one.item_id, one.party)
        printed = figures.get(key, Figure(*key, None, ABSENT, "", ""))
        figures[key] = printed._replace(value=one.to, status=CORRECTED)
    return replace(report, figures=tuple(figures[key] for key in sorted(figures)))


def _find(report: Report, correction: Correction) -> Figure | None:
    key = (correction.item_id, correction.party)
    return next((figure for figure in report.figures if (figure.item_id, figure.party) == key), None)


def _folded(text: str) -> str:
    return " ".join(text.split())


def _said(status: str, value: Decimal | None, raw: str) -> str:
    printed = f", printed “{_folded(raw)}”" if raw.strip() else ""
    return f"{status}{f' {value:f}' if value is not None else ''}{printed}"
