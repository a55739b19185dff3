"""Compares what was found with what a portal file expects: fewer is an error, more a warning."""

from collections import Counter
from collections.abc import Iterator, Sequence

from gongkai_scraper.drivers import Link
from gongkai_scraper.portals import Portal
from gongkai_scraper.summary import Message
from gongkai_scraper.titles import report_year


def check_numbers(portal: Portal, found: Sequence[Link]) -> Iterator[Message]:
    """Yield what is wrong with the number of reports of each year that the lists name."""
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
