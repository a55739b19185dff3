"""Plain HTML lists with a link to the next page."""

from urllib.parse import urldefrag, urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from gongkai_scraper.drivers.page import Link, ListPage
from gongkai_scraper.text import decode

ELLIPSES = "….·"


def read_list(body: bytes, url: str, charset: str | None, *, links: str, next_text: str) -> ListPage:
    """Read a list page; see `gongkai_scraper.drivers.page.Driver`.

    Every candidate is returned, one whose address is no web address too: the caller decides by its title whether it
    matters, and then it must not vanish.
    """
    tree = LexborHTMLParser(decode(body, charset))
    base_node = tree.css_first("base[href]")
    base = _join(url, _attribute(base_node, "href")) if base_node else url
    found = (Link(_join(base, href), _title(node)) for node in tree.css(links) if (href := _target(node)))
    following = (
        _join(base, href)
        for node in tree.css("a[href]")
        if (href := _target(node)) and next_text in _squeeze(node.text(), "")
    )
    next_url = next((there for there in following if there.startswith(("http:", "https:")) and there != url), None)
    return ListPage(tuple(dict.fromkeys(found)), next_url)


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
