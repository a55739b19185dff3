"""What a rule is, and what comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from gongkai_build.reading.place import Figure

PASS, FAIL, NOT_APPLICABLE = "pass", "fail", "not_applicable"
TOTAL = "total"
Operand = tuple[str, str]
"""An item and a party."""
Figures = Mapping[Operand, Figure]
"""The figures of a report."""


@dataclass(frozen=True, eq=False)
class Rule:
    """Something that must hold in a report; what exactly, the module of its kind knows."""

    kind: str
    """The list of `rules.yml` in which it stands."""
    rule_id: str
    statement_zh: str
    statement_en: str
    scope: str
    """`party` (once for each column of section 3), `report` (once) or `years` (against earlier reports of the agency)."""
    severity: str
    forms: tuple[str, ...]
    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    row: str | None = None
    """For the rule of a row of section 3: its item."""
    date: str | None = None
    """For the rule of a date: which date of the report."""
    last_year: tuple[str, ...] = ()
    """Items whose figures in the report for the year before are added to the right side."""
    parties: bool = False
    """Whether a rule across years is applied to each column of section 3."""
    concerns: tuple[str, ...] = ()
    """Columns of the report, or items, for rules that add nothing up."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """What else the kind of rule needs to know."""


class Check(NamedTuple):
    """A rule applied to a report; `difference` is left less right, or days."""

    rule_id: str
    party: str
    outcome: str
    left: Decimal | None = None
    right: Decimal | None = None
    difference: Decimal | None = None
    compared_with: str | None = None
    """The earlier report that the rule takes figures from."""
