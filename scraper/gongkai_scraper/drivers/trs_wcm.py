"""TRS WCM: static pages whose script `createPageHTML(20, 0, "index", "html")` tells how many pages the list has."""

import re
from typing import Literal

from pydantic import Field

from gongkai_scraper.drivers.fields import Address, Selector
from gongkai_scraper.drivers.html import Html, links_of, read_html
from gongkai_scraper.drivers.page import MOST_PAGES, Answer, DriverError, Page, Parameters, PortalFile, Request
from gongkai_scraper.text import decode

CALL = re.compile(
    r"""createPageHTML\s{0,9}\(\s{0,9}(?:(['"])[\w-]{0,60}\1\s{0,9},\s{0,9})?"""
    r"""['"]?(?P<pages>\d{1,9})['"]?\s{0,9},\s{0,9}['"]?(?P<current>\d{1,9})['"]?\s{0,9},\s{0,9}"""
    r"""['"](?P<name>[^'"]{1,80})['"]\s{0,9},\s{0,9}['"]\.?(?P<kind>\w{1,10})['"]"""
)
COUNT = re.compile(r"var\s{1,9}countPage\s{0,9}=\s{0,9}(\d{1,9})")
LAST_PART = re.compile(r"/([^/?#]*)(?:[?#].*)?$")


class TrsWcm(Parameters):
    """Where the lists begin, and what in them is a link to a report."""

    family: Literal["trs_wcm"]
    lists: tuple[Address, ...] = Field(min_length=1, description="First pages of the lists.")
    links: Selector = Field(default="a", description="CSS selector of candidate links in a list.")


parameters = TrsWcm


def begin(portal: PortalFile[TrsWcm]) -> tuple[Request, ...]:
    """Return the first page of each list."""
    return tuple(Request(url) for url in portal.driver.lists)


def read(answer: Answer, portal: PortalFile[TrsWcm]) -> Page:
    """Read a list page; the first of a list names all that follow."""
    text = decode(answer.body, answer.charset)
    page = read_html(answer)
    call = CALL.search(text)
    count = COUNT.search(text)
    if not call and not count:
        raise DriverError(
            "no createPageHTML(…) and no countPage in it: is it a list of TRS WCM? if not, use static_list"
        )
    links = links_of(page, portal.driver.links)
    if not links:
        raise DriverError(f"no link fits the selector {portal.driver.links!r}")
    if call:
        return Page(links, _further(page, answer, int(call["pages"]), int(call["current"]), call["name"], call["kind"]))
    return Page(links, _further(page, answer, int(count[1]) if count else 1, 0, *_own_name(answer.url)))


def _further(page: Html, answer: Answer, pages: int, current: int, name: str, kind: str) -> tuple[Request, ...]:
    """The pages after the first: most sites count them from 0 (`index_1` is the second), some from 1 (`index_2` is)."""
    if pages > MOST_PAGES:
        raise DriverError(f"says that it has {pages} pages, more than {MOST_PAGES}")
    own = LAST_PART.search(answer.url)
    if own and re.fullmatch(re.escape(name) + rf"_\d+\.{re.escape(kind)}", own[1]):
        return ()
    numbers = range(2, pages + 1) if current == 1 else range(1, pages)
    return tuple(Request(page.address(f"{name}_{number}.{kind}")) for number in numbers)


def _own_name(url: str) -> tuple[str, str]:
    """Name and kind of a page's address, those of an index where the address ends in a folder."""
    own = LAST_PART.search(url)
    name, _, kind = (own[1] if own else "").rpartition(".")
    return (re.sub(r"_\d+$", "", name) if name else "index", kind if name else "html")
