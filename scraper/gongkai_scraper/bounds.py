"""Compares what was found with what a portal file expects: fewer is an error, more a warning, and so is what was left out for no good reason."""

from collections import Counter
from collections.abc import Iterator, Sequence

from gongkai_scraper.drivers import Link
from gongkai_scraper.portals import Portal, Verdict
from gongkai_scraper.summary import Message
from gongkai_scraper.titles import report_year


def check_found(portal: Portal, found: Sequence[Link], listed: Sequence[tuple[Link, Verdict]]) -> Iterator[Message]:
    """Yield what is wrong with the reports that the lists name, and with what was left out of them.

    Args:
        portal: the portal file.
        found: the links that are reports.
        listed: every link of the lists, with what it is.
    """
    if found or not portal.zero_is_fine:
        yield from _numbers(portal, found)
    if unknown := sum(verdict is Verdict.OTHER_AGENCY for _, verdict in listed):
        text = f"{unknown} reports left out: their titles name none of the agencies of the portal file"
        yield Message("warning", text)
    years = [report_year(link.title) for link, verdict in listed if verdict is Verdict.OTHER_YEAR]
    if later := sum(portal.years is not None and year is not None and year > portal.years[1] for year in years):
        text = f"{later} reports left out: they are of later years than the portal file expects; raise years"
        yield Message("warning", text)


def _numbers(portal: Portal, found: Sequence[Link]) -> Iterator[Message]:
    expected = portal.reports_per_year
    years = [year for link in found if (year := report_year(link.title))]
    if len(years) < len(found) and (expected.minimum is not None or expected.maximum is not None):
        yield Message("warning", f"{len(found) - len(years)} titles name no year and are not counted")
    first, last = portal.years or (min(years, default=0), max(years, default=-1))
    numbers = Counter(years)
    for year in range(first, last + 1):
        if expected.minimum is not None and numbers[year] < expected.minimum:
            yield Message("error", f"{year}: {numbers[year]} reports found, at least {expected.minimum} expected")
        if expected.maximum is not None and numbers[year] > expected.maximum:
            yield Message("warning", f"{year}: {numbers[year]} reports found, at most {expected.maximum} expected")
