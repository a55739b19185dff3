"""Hanweb jpaas: a column's page names a unit, and the publish server answers pages of that unit as HTML in JSON."""

import json
import re
from typing import Literal
from urllib.parse import parse_qs, urlencode, urlsplit

from pydantic import Field

from gongkai_scraper.defaults import load_defaults
from gongkai_scraper.drivers.fields import Address, Selector
from gongkai_scraper.drivers.html import Html, attribute, html_of, links_of, read_html, target
from gongkai_scraper.drivers.json_answers import item, number_of, read_json
from gongkai_scraper.drivers.page import MOST_PAGES, Answer, DriverError, Page, Parameters, PortalFile, Request
from gongkai_scraper.drivers.scripts import fields_of

UNIT = "/api-gateway/jpaas-publish-server/front/page/build/unit"
PAGE_NUMBER = re.compile(r"\"pageNo\"\s*:\s*\"?(\d{1,6})")


class HanwebJpaas(Parameters):
    """The columns, and which of their units is the list."""

    family: Literal["hanweb_jpaas"]
    lists: tuple[Address, ...] = Field(min_length=1, description="Pages of columns: /col/col1234/index.html.")
    unit: str | None = Field(default=None, min_length=1, description="The tagId of the unit that is the list.")
    links: Selector = Field(default="a", description="CSS selector of candidate links in a page of the unit.")


parameters = HanwebJpaas


def begin(portal: PortalFile[HanwebJpaas]) -> tuple[Request, ...]:
    """Return the page of each column."""
    return tuple(Request(url) for url in portal.driver.lists)


def read(answer: Answer, portal: PortalFile[HanwebJpaas]) -> Page:
    """Read a column's page, which leads to its units, or a page of a unit."""
    if UNIT not in urlsplit(answer.request.url).path:
        return Page((), _units(read_html(answer), portal.driver.unit))
    html = item(read_json(answer), "data", "html")
    if not isinstance(html, str):
        raise DriverError("no data.html in its JSON: is it a unit of the publish server?")
    page = html_of(html.encode("utf-8", "replace").decode("utf-8"), answer.url)
    links = links_of(page, portal.driver.links)
    total, rows = _numbers(page)
    entries = sum(bool(target(node)) for node in page.tree.css(portal.driver.links))
    return Page(links, _further(answer.request.url, bool(links), total, rows), total, entries)


def _units(page: Html, wanted: str | None) -> tuple[Request, ...]:
    """The first page of each unit of a column: the one that is named, else those that are called lists, else all."""
    units = [
        (page.address(attribute(node, "url") or UNIT), fields)
        for node in page.tree.css("[querydata]")
        if "pageId" in (fields := fields_of(attribute(node, "querydata")))
    ]
    if not units:
        raise DriverError("no unit (queryData with a pageId) in it: is it a column of jpaas?")
    words = load_defaults().list_units
    chosen = [unit for unit in units if _is_chosen(unit[1].get("tagId", ""), wanted, words)]
    if wanted and not chosen:
        raise DriverError(f"no unit {wanted!r} in it, but {', '.join(fields.get('tagId', '?') for _, fields in units)}")
    return tuple(dict.fromkeys(Request(_page_of(address, fields, 1)) for address, fields in chosen or units))


def _is_chosen(tag: str, wanted: str | None, words: tuple[str, ...]) -> bool:
    return tag == wanted if wanted else any(word in tag.lower() for word in words)


def _numbers(page: Html) -> tuple[int | None, int | None]:
    """How many entries the unit has, and how many a page of it."""
    for node in page.tree.css("[querydata], [count]"):
        fields = fields_of(attribute(node, "querydata")) | {
            name: value or "" for name, value in node.attributes.items()
        }
        if (total := number_of(fields.get("count"))) is not None:
            return total, number_of(fields.get("rows"))
    return None, None


def _further(url: str, has_links: bool, total: int | None, rows: int | None) -> tuple[Request, ...]:
    """The pages after the first, all at once where their number is told, else one by one until one is empty."""
    address, _, query = url.partition("?")
    fields = {name: values[0] for name, values in parse_qs(query, keep_blank_values=True).items()}
    match = PAGE_NUMBER.search(fields.pop("paramJson", ""))
    number = int(match[1]) if match else 1
    if total is not None and rows:
        pages = -(-total // rows)
        if pages > MOST_PAGES:
            raise DriverError(f"says that it has {pages} pages, more than {MOST_PAGES}")
        numbers = range(2, pages + 1) if number == 1 else range(0)
        return tuple(Request(_page_of(address, fields, following)) for following in numbers)
    return (Request(_page_of(address, fields, number + 1), may_be_absent=True),) if has_links else ()


def _page_of(address: str, fields: dict[str, str], number: int) -> str:
    parameter = json.dumps({"pageNo": number}, separators=(",", ":"))
    return f"{address}?{urlencode(fields | {'paramJson': parameter})}"
