"""The platform of the State Taxation Administration: columns whose articles come from `getFileListByCodeId`, by POST."""

import re
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from gongkai_scraper.drivers.fields import Address
from gongkai_scraper.drivers.html import Html, html_of
from gongkai_scraper.drivers.json_answers import address_of, day_of, item, number_of, read_json, text_of
from gongkai_scraper.drivers.page import MOST_PAGES, Answer, DriverError, Link, Page, Parameters, PortalFile, Request
from gongkai_scraper.text import decode

LIST = "/getFileListByCodeId"
CHANNEL = re.compile(r"\bchannelId['\"]?\s{0,9}[:=]\s{0,9}['\"]([0-9a-fA-F]{16,64})['\"]")
Channel = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16,64}$")]


class Chinatax(Parameters):
    """The columns, or their channels where they are known."""

    family: Literal["chinatax"]
    lists: tuple[Address, ...] = Field(min_length=1, description="Pages of columns, each of which names its channel.")
    channels: tuple[Channel, ...] = Field(default=(), description="Channels to ask for in place of the columns' pages.")
    sub_channels: bool = Field(default=False, description="True: entries of the channels below count, too.")
    size: int = Field(default=20, ge=1, le=100, description="Entries of a page.")


parameters = Chinatax


def begin(portal: PortalFile[Chinatax]) -> tuple[Request, ...]:
    """Return the page of each column, or the first page of each channel."""
    own = portal.driver
    if not own.channels:
        return tuple(Request(url) for url in own.lists)
    address = html_of("", own.lists[0]).address(LIST)
    return tuple(_page_of(address, _form(channel, own)) for channel in own.channels)


def read(answer: Answer, portal: PortalFile[Chinatax]) -> Page:
    """Read a column's page, which leads to its channel, or a page of a channel."""
    page = html_of("", answer.url)
    if answer.request.form is None:
        match = CHANNEL.search(decode(answer.body, answer.charset))
        if not match:
            raise DriverError("no channelId in it: is it a column of this platform?")
        return Page((), (_page_of(page.address(LIST), _form(match[1].lower(), portal.driver)),))
    data = item(read_json(answer), "results", "data")
    entries = item(data, "results")
    if not isinstance(entries, list):
        raise DriverError("no results.data.results in its JSON: is it a channel of this platform?")
    links = tuple(dict.fromkeys(link for entry in entries if (link := _link(entry, page))))
    total = number_of(item(data, "total"))
    return Page(links, _further(answer.request, len(entries), total), total, len(entries))


def _link(entry: Any, page: Html) -> Link | None:
    url = address_of(item(entry, "redirectUrl")) or address_of(item(entry, "url"))
    titles = (text_of(item(entry, name)) for name in ("title", "titleHtml", "subTitleHtml"))
    day = day_of(item(entry, "publishedTimeStr"), item(entry, "publishedTime"), item(entry, "writtendate"))
    return Link(page.address(url), next(filter(None, titles), ""), day) if url else None


def _further(request: Request, entries: int, total: int | None) -> tuple[Request, ...]:
    form = dict(request.form or ())
    number = number_of(form.get("page")) or 1
    if not entries or (total is not None and number > 1):
        return ()
    # The server may give fewer entries a page than were asked for; the first page tells.
    pages = number + 1 if total is None else -(-total // entries)
    if pages - number > MOST_PAGES:
        raise DriverError(f"says that it has {total} entries, {entries} a page: too many pages")
    return tuple(_page_of(request.url, form | {"page": str(following)}) for following in range(number + 1, pages + 1))


def _form(channel: str, own: Chinatax) -> dict[str, str]:
    """The fields of the first page."""
    below = {"relateSubChannels": "true"} if own.sub_channels else {}
    return {"codeId": "", "channelId": channel, "page": "1", "size": str(own.size)} | below


def _page_of(address: str, form: dict[str, str]) -> Request:
    return Request(address, tuple(form.items()))
