"""Hanweb jpage: a column's page holds the first records as XML; the others come from `dataproxy.jsp`, by POST."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal
from urllib.parse import parse_qsl, urlencode

from pydantic import Field

from gongkai_scraper.drivers.fields import Address, Selector
from gongkai_scraper.drivers.html import Html, attribute, html_of, iso_date, links_of, squeeze
from gongkai_scraper.drivers.page import MOST_PAGES, Answer, DriverError, Link, Page, Parameters, PortalFile, Request
from gongkai_scraper.drivers.scripts import fields_of
from gongkai_scraper.text import decode

FORM = ("col", "appid", "webid", "path", "columnid", "sourceContentType", "unitid", "webname", "permissiontype")
"""The fields that the platform's own script sends."""
PROXY = "/module/web/jpage/dataproxy.jsp"
PER_PAGE, GROUP = 15, 3
"""Records of a page and pages of a request, where the page does not tell."""
TOTAL = re.compile(r"(?:<totalrecord>|totalRecord['\"]?\s{0,9}:\s{0,9}['\"]?)\s{0,9}(\d{1,9})")
CALL_LENGTH = 3000


class HanwebJpage(Parameters):
    """The columns, and what in their records is a link to a report."""

    family: Literal["hanweb_jpage"]
    lists: tuple[Address, ...] = Field(min_length=1, description="Pages of columns: /col/col1234/index.html.")
    links: Selector = Field(default="a", description="CSS selector of candidate links in a record.")


parameters = HanwebJpage


def begin(portal: PortalFile[HanwebJpage]) -> tuple[Request, ...]:
    """Return the page of each column."""
    return tuple(Request(url) for url in portal.driver.lists)


def read(answer: Answer, portal: PortalFile[HanwebJpage]) -> Page:
    """Read a column's page, or records that it led to."""
    text = decode(answer.body, answer.charset)
    records = list(_between(text, "<record>", "</record>"))
    call = _call(text)
    if "<recordset" not in text and not call:
        raise DriverError("no <recordset> and no call of jpage(…) in it: is it a column of Hanweb's?")
    page = html_of("", answer.url)
    links = tuple(dict.fromkeys(link for record in records for link in _links(record, page, portal.driver.links)))
    total = TOTAL.search(text)
    number = int(total[1]) if total else None
    if answer.request.form is not None:
        return Page(links, (), number, len(records))  # its column's page has named every page already
    following = next(_between(text, "<nextgroup>", "</nextgroup>"), "")
    return Page(links, _further(page, following, call, len(records), number), number, len(records))


def _further(page: Html, following: str, call: dict[str, str], records: int, total: int | None) -> tuple[Request, ...]:
    """The records that are not in the page: by number where their total is told, else by the link to the next group."""
    node = html_of(following, page.base).tree.css_first("a[href]")
    link = page.address(attribute(node, "href")) if node else ""
    named = dict(parse_qsl(link.partition("?")[2], keep_blank_values=True)) | call
    form = tuple((name, named[name]) for name in FORM if name in named)
    if total is not None and {"columnid", "unitid"} <= named.keys():
        per_page = int(call.get("perPage", "") or PER_PAGE)
        step = per_page * int(call.get("groupSize", "") or GROUP)
        if not 0 < step <= 10_000 or (total - records) / step > MOST_PAGES:
            raise DriverError(f"says that it has {total} records, {step} a request: too many requests")
        proxy = page.address(call.get("proxyUrl") or link.partition("?")[0] or PROXY)
        return tuple(
            Request(f"{proxy}?{urlencode(_range(first, min(first + step - 1, total), per_page))}", form)
            for first in range(records + 1, total + 1, step)
        )
    if not link.startswith(("http:", "https:")) or not records:
        return ()
    return (Request(link, may_be_absent=True),)


def _range(first: int, last: int, per_page: int) -> dict[str, int]:
    return {"startrecord": first, "endrecord": last, "perpage": per_page}


def _call(text: str) -> dict[str, str]:
    """The options of the first call of the platform's script, `jpage({…})`; empty when there is none."""
    start = text.find(".jpage(")
    options = fields_of(text[start : start + CALL_LENGTH]) if start >= 0 else {}
    return {name: value for name, value in options.items() if name not in ("perPage", "groupSize") or value.isdecimal()}


def _links(record: str, page: Html, selector: str) -> Iterator[Link]:
    piece = record.strip()
    fragment = html_of(f"<table>{piece}</table>" if piece.lower().startswith(("<tr", "<td")) else piece, page.base)
    for link in links_of(fragment, selector):
        body = fragment.tree.body
        beside = squeeze(body.text(), " ").replace(link.title, " ", 1) if body else ""
        yield replace(link, published_on=link.published_on or iso_date(beside))


def _between(text: str, start: str, end: str) -> Iterator[str]:
    """What stands between each pair of marks, without the wrapping of CDATA."""
    place = 0
    while (begun := text.find(start, place)) >= 0 and (ended := text.find(end, begun)) >= 0:
        place = ended + len(end)
        yield text[begun + len(start) : ended].strip().removeprefix("<![CDATA[").removesuffix("]]>")
