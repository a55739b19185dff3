"""Plain HTML lists with a link to the next page."""

from typing import Literal
from urllib.parse import urldefrag, urljoin

from pydantic import Field
from selectolax.lexbor import LexborHTMLParser, LexborNode

from gongkai_scraper.defaults import load_defaults
from gongkai_scraper.drivers.fields import Address, Selector
from gongkai_scraper.drivers.page import Answer, DriverError, Link, Page, Parameters, PortalFile, Request
from gongkai_scraper.text import decode

ELLIPSES = "….·"


class StaticList(Parameters):
    """Where the lists begin, and what in them is a link to a report or to the page that follows."""

    family: Literal["static_list"]
    lists: tuple[Address, ...] = Field(min_length=1)
    links: Selector = "a"
    next: str = Field(default_factory=lambda: load_defaults().next, min_length=1)


parameters = StaticList


def begin(portal: PortalFile[StaticList]) -> tuple[Request, ...]:
    """Return the first page of each list."""
    return tuple(Request(url) for url in portal.driver.lists)


def read(answer: Answer, portal: PortalFile[StaticList]) -> Page:
    """Read a list page; see `gongkai_scraper.drivers.page.Driver`."""
    tree = LexborHTMLParser(decode(answer.body, answer.charset))
    base_node = tree.css_first("base[href]")
    base = _join(answer.url, _attribute(base_node, "href")) if base_node else answer.url
    found = (Link(_join(base, href), _title(node)) for node in tree.css(portal.driver.links) if (href := _target(node)))
    links = tuple(dict.fromkeys(found))
    if not links:
        raise DriverError(f"no link fits the selector {portal.driver.links!r}")
    following = (
        _join(base, href)
        for node in tree.css("a[href]")
        if (href := _target(node)) and portal.driver.next in _squeeze(node.text(), "")
    )
    next_url = next((there for there in following if there.startswith(("http:", "https:")) and there != answer.url), "")
    return Page(links, (Request(next_url),) if next_url else ())


def _target(node: LexborNode) -> str:
    """The address that a link names; empty for one that stays on the page."""
    # Browsers drop tabs and line breaks inside addresses.
    href = _attribute(node, "href").strip().replace("\t", "").replace("\r", "").replace("\n", "")
    return "" if href.startswith("#") else href


def _join(base: str, href: str) -> str:
    try:
        return urldefrag(urljoin(base, href)).url
    except ValueError:
        return href


def _title(node: LexborNode) -> str:
    """The text of a link; its title attribute where that is the same text in full."""
    text, full = _squeeze(node.text(), " "), _squeeze(_attribute(node, "title"), " ")
    return full if full.startswith(text.rstrip(ELLIPSES)) else text


def _attribute(node: LexborNode, name: str) -> str:
    return node.attributes.get(name) or ""


def _squeeze(text: str, space: str) -> str:
    return space.join(text.split())
