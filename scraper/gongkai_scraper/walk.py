"""The walk through the lists of a portal, page by page, whoever fetches them."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gongkai_scraper.drivers import DRIVERS, Answer, DriverError, Link, Page, Request
from gongkai_scraper.portals import Portal

MOST_PAGES = 200
"""Pages of one list after which something must be wrong."""

Ask = Callable[[Request], Answer | str]
"""Fetches a page: an answer, or why there is none."""
ABSENT = "absent"
"""What `Ask` returns where there is no such page (404, or a page that says so)."""


@dataclass(frozen=True)
class Step:
    """A page of a list that was asked for."""

    request: Request
    page: Page | None
    """What it says; None when it could not be had or read."""
    problem: str | None = None


def walk(portal: Portal, ask: Ask) -> Iterator[Step]:
    """Go through the lists of a portal, each to its end: its last page, one that is absent or comes again, or a mistake."""
    asked: set[Request] = set()
    for first in DRIVERS[portal.driver.family].begin(portal):
        yield from _walk_list(portal, ask, first, asked)


def _walk_list(portal: Portal, ask: Ask, first: Request, asked: set[Request]) -> Iterator[Step]:
    waiting, seen, pages, total = deque([first]), set[tuple[Link, ...]](), 0, None
    while waiting:
        request = waiting.popleft()
        if request in asked:
            continue
        if pages == MOST_PAGES:
            yield Step(request, None, f"the list goes on after {MOST_PAGES} pages")
            return
        asked.add(request)
        pages += 1
        step = _step(portal, ask, request)
        yield step
        if step.page is None:
            break
        total = step.page.total if step.page.total is not None else total
        if step.page.links and step.page.links in seen:
            break
        seen.add(step.page.links)
        waiting.extend(step.page.requests)
    links = {link.url for found in seen for link in found}
    if total is not None and len(links) < total:
        yield Step(first, None, f"the list says that it has {total} entries, and {len(links)} were seen")


def _step(portal: Portal, ask: Ask, request: Request) -> Step:
    answer = ask(request)
    if isinstance(answer, str):
        return Step(request, None, None if answer == ABSENT and request.may_be_absent else answer)
    try:
        return Step(request, DRIVERS[portal.driver.family].read(answer, portal))
    except DriverError as error:
        return Step(request, None, str(error))
