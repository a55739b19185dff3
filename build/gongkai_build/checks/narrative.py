"""What the sentences of a report state, against what its tables print."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from gongkai_build.checks.model import FAIL, NOT_APPLICABLE, PASS, Check, Operand, Rule
from gongkai_build.reading.place import Figure
from gongkai_build.reading.report import Report
from gongkai_build.reading.values import UNCLEAR


def check_stated(rule: Rule, report: Report, figures: Mapping[Operand, Figure]) -> Iterator[Check]:
    """Apply the rule of an item that sentences state; left is the sentence, right the table. Where no sentence states it, there is no check."""
    for stated in report.stated:
        if stated.item_id not in rule.left:
            continue
        whole = (stated.item_id, stated.party) in figures
        printed = [figures.get((item, stated.party)) for item in (rule.left if whole else rule.right)]
        if stated.value is None or any(figure is None or figure.status == UNCLEAR for figure in printed):
            yield Check(rule.rule_id, stated.party, NOT_APPLICABLE, stated.value)
            continue
        values = [figure.value for figure in printed if figure and figure.value is not None]
        right = sum(values, Decimal(0)) if values else None
        if right is None:
            # The table is blank: nothing was counted, or nothing was filled in.
            yield Check(rule.rule_id, stated.party, FAIL if stated.value else NOT_APPLICABLE, stated.value)
            continue
        difference = stated.value - right
        yield Check(rule.rule_id, stated.party, FAIL if difference else PASS, stated.value, right, difference)
