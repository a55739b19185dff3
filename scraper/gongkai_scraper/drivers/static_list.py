"""Plain HTML lists: a link to the next page, links to numbered pages, or addresses that count."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from gongkai_scraper.defaults import load_defaults
from gongkai_scraper.drivers.fields import Address, Selector
from gongkai_scraper.drivers.html import Html, links_of, read_html, squeeze, target
from gongkai_scraper.drivers.page import Answer, DriverError, Page, Parameters, PortalFile, Request

PLACE = "{page}"


def _counted(value: str) -> str:
    if value.count(PLACE) != 1:
        raise ValueError(f"must hold {PLACE} once")
    return value


class StaticList(Parameters):
    """Where the lists begin, what in them is a link to a report, and how to come to the pages that follow."""

    family: Literal["static_list"]
    lists: tuple[Address, ...] = Field(min_length=1, description="First pages of the lists.")
    links: Selector = Field(default="a", description="CSS selector of candidate links in a list.")
    next: str = Field(
        default_factory=lambda: load_defaults().next,
        min_length=1,
        description="Text of the link to the page that follows.",
    )
    pages: Selector | None = Field(default=None, description="CSS selector of links to further pages, by number.")
    numbered: Annotated[str, AfterValidator(_counted)] | None = Field(
        default=None,
        description="How further pages are called where nothing links to them, relative to the list: index_{page}.html.",
    )
    second: int = Field(default=2, ge=0, description="The number of the second page in `numbered`.")


parameters = StaticList


def begin(portal: PortalFile[StaticList]) -> tuple[Request, ...]:
    """Return the first page of each list."""
    return tuple(Request(url) for url in portal.driver.lists)


def read(answer: Answer, portal: PortalFile[StaticList]) -> Page:
    """Read a list page; see `gongkai_scraper.drivers.page.Driver`."""
    page = read_html(answer)
    links = links_of(page, portal.driver.links)
    if not links:
        raise DriverError(f"no link fits the selector {portal.driver.links!r}")
    return Page(links, _further(page, answer, portal.driver))


def _further(page: Html, answer: Answer, own: StaticList) -> tuple[Request, ...]:
    if own.numbered:
        return _counted_page(page, answer, own.numbered, own.second)
    if own.pages:
        nodes = page.tree.css(own.pages)
    else:
        nodes = [node for node in page.tree.css("a") if own.next in squeeze(node.text(), "")]
    addresses = dict.fromkeys(page.address(href) for node in nodes if (href := target(node)))
    further = [url for url in addresses if url.startswith(("http:", "https:")) and url != answer.url]
    return tuple(Request(url) for url in (further if own.pages else further[:1]))


def _counted_page(page: Html, answer: Answer, numbered: str, second: int) -> tuple[Request, ...]:
    before, after = numbered.split(PLACE)
    name = re.search(re.escape(before.rpartition("/")[2]) + r"(\d{1,6})" + re.escape(after) + "$", answer.request.url)
    number = int(name[1]) + 1 if name else second
    return (Request(page.address(f"{before}{number}{after}"), may_be_absent=True),)
