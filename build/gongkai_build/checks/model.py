"""What a rule is, and what comes of it."""

from dataclasses import dataclass
from decimal import Decimal

PASS, FAIL, NOT_APPLICABLE = "pass", "fail", "not_applicable"
TOTAL = "total"
SUMS, ROWS, DATES, NARRATIVE = "sums", "rows", "dates", "narrative"
"""Kinds of rules: the lists of `rules.yml`."""

Operand = tuple[str, str]
"""An item and a party."""


@dataclass(frozen=True)
class Rule:
    """Something that must hold in a report; what exactly, the module of its kind knows."""

    kind: str
    """The list of `rules.yml` in which it stands."""
    rule_id: str
    statement_zh: str
    statement_en: str
    scope: str
    severity: str
    forms: tuple[str, ...]
    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    row: str | None = None
    """For the rule of a row of section 3: its item."""
    date: str | None = None
    """For the rule of a date: which date of the report."""


@dataclass(frozen=True)
class Check:
    """A rule applied to a report; `difference` is left less right, or days."""

    rule_id: str
    party: str
    outcome: str
    left: Decimal | None = None
    right: Decimal | None = None
    difference: Decimal | None = None
