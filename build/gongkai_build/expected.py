"""Portal files → what they let a build expect."""

from collections.abc import Iterable

from gongkai_build.coverage import Expected
from gongkai_scraper.drivers.hanweb_annual_report import HanwebAnnualReport
from gongkai_scraper.portals import Portal

REFUSING = "blocked"
"""Status of a portal that is not asked because it refuses."""
LEFT = "retired"
"""Status of a portal of which nothing is expected any more."""


def expected(portals: Iterable[Portal]) -> list[Expected]:
    """Return what portal files let us expect of their portals."""
    return [
        Expected(
            portal=portal.id,
            source_kind=portal.source,
            agencies=_named(portal),
            years=portal.years,
            refused=portal.note if portal.status == REFUSING else None,
        )
        for portal in portals
        if portal.status != LEFT
    ]


def _named(portal: Portal) -> tuple[str, ...]:
    """The agencies that a portal file names, in whichever way."""
    organisations = portal.driver.organisations.values() if isinstance(portal.driver, HanwebAnnualReport) else ()
    named = [portal.agency, *portal.agencies, *organisations]
    return tuple(dict.fromkeys(agency for agency in named if agency))
