"""Reading the part of an agency's name that names its region."""

from collections.abc import Iterator
from dataclasses import dataclass

from gongkai_build.register.names import generic_ending
from gongkai_build.register.regions import LEVELS, Naming, Region, Regions, same_place

UNMISTAKABLE = frozenset({"full", "form"})
ANY_KIND = UNMISTAKABLE | {"stem"}

# How well a naming fits the year: in force in it, in force when a report on it is written, formerly in force.
_IN_FORCE, _NEXT_YEAR, _FORMER = range(3)


@dataclass(frozen=True)
class NoPlace:
    """Text that does not lead to one region: why, and the codes that it could mean."""

    reason: str
    candidates: tuple[str, ...]


def read_place(
    regions: Regions, text: str, year: int, hint: Region | None = None, kinds: frozenset[str] = ANY_KIND
) -> Naming | NoPlace | None:
    """Read text that consists of names of divisions from end to end, each within the one before: 兰州市城关区.

    Args:
        year: the year that a report speaks of; names of that year and of the next count before former ones.
        hint: a region that is, holds, or lies in the one that is meant.
        kinds: the kinds of names to look for (see `Naming.kind`).
    Returns:
        The last name; or why it is not certain (`ambiguous_region`, `outside_hint`, `code_reused`);
        or None where the text is anything else.
    """
    found = list(_chains(regions, text, year, kinds, None))
    if not found:
        return None
    fitting = [naming for naming in found if hint is None or _is_related(regions, naming, hint)]
    if not fitting:
        return NoPlace("outside_hint", _codes(found))
    chosen = _choose(regions, fitting, year, hint)
    if len(chosen) > 1 or (hint is None and text in regions.rules.general_names):
        return NoPlace("ambiguous_region", _codes(chosen))
    if chosen[0].replaced:
        return NoPlace("code_reused", _codes(chosen))
    return chosen[0]


def _chains(regions: Regions, text: str, year: int, kinds: frozenset[str], above: Naming | None) -> Iterator[Naming]:
    """Yield the last name of every way in which the text can be read as names of divisions."""
    for length in range(min(len(text), regions.longest), 1, -1):
        for naming in regions.names.get(text[:length], ()):
            if naming.kind not in kinds or _fit(naming, year) is None:
                continue
            if above and not any(same_place(row, above.interval, regions.rules) for row in naming.above):
                continue
            if length == len(text):
                yield naming
            else:
                yield from _chains(regions, text[length:], year, kinds, naming)


def _fit(naming: Naming, year: int) -> int | None:
    if naming.interval.covers(year):
        return _IN_FORCE
    if naming.interval.covers(year + 1):
        return _NEXT_YEAR
    return _FORMER if naming.interval.valid_from < year else None


def _is_related(regions: Regions, naming: Naming, hint: Region) -> bool:
    latest = regions.history[hint.code][-1]
    if any(same_place(row, latest, regions.rules) for row in (naming.interval, *naming.above)):
        return True
    return any(region.code == naming.interval.code for region in regions.ancestors(hint.code))


def _choose(regions: Regions, namings: list[Naming], year: int, hint: Region | None) -> list[Naming]:
    """Narrow namings down by what counts more: a name in force, then one that says 市 or 县, then the higher of bare ones."""
    ranked = sorted(namings, key=lambda naming: (_fit(naming, year) or 0, -naming.interval.valid_from))
    pool = [naming for naming in ranked if _fit(naming, year) != _FORMER] or ranked
    pool = [naming for naming in pool if naming.kind in UNMISTAKABLE] or _highest(regions, pool, hint)
    distinct: list[Naming] = []
    for naming in pool:
        if not any(same_place(naming.interval, other.interval, regions.rules) for other in distinct):
            distinct.append(naming)
    return distinct


def _highest(regions: Regions, bare: list[Naming], hint: Region | None) -> list[Naming]:
    """Drop the bare names of lower divisions (see `outranking`), unless one of them is where the name was found."""
    top = min(bare, key=lambda naming: LEVELS.index(naming.interval.level), default=None)
    if (
        top is None
        or generic_ending(top.interval.name, top.interval.level, regions.rules) not in regions.rules.outranking
    ):
        return bare
    if hint is not None and any(naming.interval.code == hint.code for naming in bare):
        return [naming for naming in bare if LEVELS.index(naming.interval.level) <= LEVELS.index(hint.level)]
    return [naming for naming in bare if naming.interval.level == top.interval.level]


def _codes(namings: list[Naming]) -> tuple[str, ...]:
    return tuple(sorted({naming.interval.code for naming in namings}))
