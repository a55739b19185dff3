"""Portal files → what they let a build expect."""

from collections.abc import Iterable

from gongkai_build.coverage import Expected
from gongkai_scraper.portals import Portal

REFUSING = "blocked"
"""Status of a portal that is not asked because it refuses."""
LEFT = "retired"
"""Status of a portal that nothing is expected of any more."""


def expected(portals: Iterable[Portal]) -> list[Expected]:
    """Return what portal files let us expect of their portals."""
    return [
        Expected(
            portal=portal.id,
            source_kind=portal.source,
            agencies=(portal.agency,) if portal.agency else (),
            years=portal.years,
            refused=portal.note if portal.status == REFUSING else None,
        )
        for portal in portals
        if portal.status != LEFT
    ]
