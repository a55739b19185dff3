"""The walk through the lists of a portal, page by page, whoever fetches them."""

from collections import deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from gongkai_scraper.drivers import DRIVERS, Answer, DriverError, Link, Page, Request
from gongkai_scraper.drivers.page import MOST_PAGES
from gongkai_scraper.portals import Portal

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


Course: TypeAlias = Generator["Request | Step", "Page | str | None", None]


def walk(portal: Portal, ask: Ask) -> Iterator[Step]:
    """Go through the lists of a portal, each to its end: its last page, one that is absent or comes again, or a mistake."""
    going = course(portal)
    item: Request | Step | None = next(going, None)
    while item is not None:
        if isinstance(item, Step):
            yield item
            item = next(going, None)
        else:
            item = _next(going, _page(portal, ask, item))


def course(portal: Portal) -> Course:
    """The same for whoever fetches pages in a way of their own.

    Yields each request, is sent the page or why there is none (ABSENT), and yields the step that it makes of it.
    """
    asked: set[Request] = set()
    for first in DRIVERS[portal.driver.family].begin(portal):
        yield from _list(first, asked)


def _list(first: Request, asked: set[Request]) -> Course:
    waiting, seen, pages = deque([first]), set[tuple[Link, ...]](), 0
    total, entries = None, 0
    while waiting:
        request = waiting.popleft()
        if request in asked:
            continue
        if pages == MOST_PAGES:
            yield Step(request, None, f"the list goes on after {MOST_PAGES} pages")
            return
        asked.add(request)
        pages += 1
        page = yield request
        if not isinstance(page, Page):
            yield Step(request, None, None if page == ABSENT and request.may_be_absent else page)
            break
        yield Step(request, page)
        if len(page.requests) > 1 and not page.links and page.total is None:
            # No page of a list, but one that leads to lists: the end of one is not the end of the others.
            for following in page.requests:
                yield from _list(following, asked)
            continue
        total = page.total if page.total is not None else total
        if page.links and page.links in seen:
            break
        seen.add(page.links)
        entries += len(page.links) if page.entries is None else page.entries
        waiting.extend(page.requests)
    if total is not None and entries < total:
        yield Step(first, None, f"the list says that it has {total} entries, and {entries} were seen")


def _next(going: Course, page: Page | str) -> Request | Step | None:
    try:
        return going.send(page)
    except StopIteration:
        return None


def _page(portal: Portal, ask: Ask, request: Request) -> Page | str:
    answer = ask(request)
    if isinstance(answer, str):
        return answer
    try:
        return DRIVERS[portal.driver.family].read(answer, portal)
    except DriverError as error:
        return str(error)
