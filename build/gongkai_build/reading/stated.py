"""What sentences state beside what the tables print: figures that no table has, units that no table prints, and contradictions."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from gongkai_build.forms import load_vocabulary
from gongkai_build.reading.fold import plain
from gongkai_build.reading.place import Figure, Issue
from gongkai_build.reading.statements import load_sums
from gongkai_build.reading.values import REPORTED, UNCLEAR, parse_number

NO_UNIT = "no_unit"


@dataclass(frozen=True)
class Reconciled:
    """The figures of a report with tables: what its tables print, and what only its sentences state."""

    figures: tuple[Figure, ...]
    stated: tuple[Figure, ...]
    """What sentences state of figures that the tables print: for the checks, never instead of the table."""
    issues: tuple[Issue, ...]


def reconcile(printed: Sequence[Figure], stated: Sequence[Figure], issues: Sequence[Issue]) -> Reconciled:
    """Bring together what the tables of a report print and what its sentences state.

    The table's figure stays. A sentence is the figure where no table prints it. It also tells in which unit an amount is, if nothing else does
    and the amounts agree in exactly one unit.

    Args:
        printed: the figures of the tables.
        stated: the figures of the sentences.
        issues: the issues of the tables.
    """
    sentences = {(figure.item_id, figure.party): figure for figure in stated}
    figures: list[Figure] = []
    remaining = list(issues)
    without_unit = {issue.place: issue for issue in reversed(issues) if issue.kind == NO_UNIT}
    for figure in printed:
        sentence = sentences.get((figure.item_id, figure.party))
        problem = without_unit.get(figure.place)
        value = _in_stated_unit(figure, sentence) if sentence and problem else None
        if value is not None and sentence and problem:
            figure = figure._replace(value=value, status=REPORTED)
            remaining.remove(problem)
            remaining.append(Issue("unit_stated", figure.place, f"{problem.detail}: {sentence.raw} ({sentence.place})"))
        figures.append(figure)
    keys = {(figure.item_id, figure.party) for figure in printed}
    in_tables = {key for key in sentences if key in keys or _is_printed_in_parts(key, keys)}
    only = [figure for key, figure in sentences.items() if key not in in_tables]
    both = [figure for key, figure in sentences.items() if key in in_tables]
    by_key = {(figure.item_id, figure.party): figure for figure in figures}
    remaining += [issue for figure in both if (issue := _difference(figure, by_key))]
    return Reconciled((*figures, *only), tuple(both), tuple(remaining))


def _difference(stated: Figure, printed: Mapping[tuple[str, str], Figure]) -> Issue | None:
    """Say that a table prints another figure than a sentence states, and where both stand."""
    whole = (stated.item_id, stated.party) in printed
    parts = (stated.item_id,) if whole else load_sums().get(stated.item_id, (stated.item_id,))
    beside = [printed.get((item, stated.party)) for item in parts]
    values = [figure.value for figure in beside if figure and figure.status == REPORTED and figure.value is not None]
    if stated.value is None or len(values) < len(beside) or sum(values, Decimal(0)) == stated.value:
        return None
    cells = ", ".join(f"{figure.value} at {figure.place}" for figure in beside if figure)
    detail = f"{stated.item_id} ({stated.party}): {stated.value} in the sentence, {cells} in the table: {stated.raw}"
    return Issue("narrative_differs", stated.place, detail)


def _is_printed_in_parts(key: tuple[str, str], printed: Container[tuple[str, str]]) -> bool:
    parts = load_sums().get(key[0], ())
    return bool(parts) and all((part, key[1]) in printed for part in parts)


def _in_stated_unit(figure: Figure, sentence: Figure) -> Decimal | None:
    """Return an amount in yuan that is printed without a unit, if a sentence states the same amount in a unit."""
    number = parse_number(plain(figure.raw))
    if figure.status != UNCLEAR or not number or sentence.status != REPORTED:
        return None
    units = set(load_vocabulary().money_units.values())
    return sentence.value if any(number * unit == sentence.value for unit in units) else None
