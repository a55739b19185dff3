"""HTML as drivers need it: every link with its absolute address, its whole title and the date beside it."""

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urldefrag, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from gongkai_scraper.drivers.page import Answer, DriverError, Link
from gongkai_scraper.drivers.scripts import opened_address, with_written
from gongkai_scraper.text import decode

ELLIPSES = "….·"
DATE = re.compile(r"(?<!\d)(20\d\d)\s?[-./年]\s?(\d{1,2})\s?[-./月]\s?(\d{1,2})(?!\d)")
ENTRIES = frozenset({"li", "tr", "dd", "dt", "p", "div", "td", "h3", "h4"})
"""Elements that hold an entry of a list with its date."""
MOST_DATED = 2000
"""Links of a page beyond which dates are not looked for."""
DEEPEST, MOST_WORDS = 5_000, 30_000
"""Beyond these the parser, which takes time quadratic in the depth of elements and in the attributes of a tag, would not end."""
NESTING = re.compile(
    r"<(/?)(?!(?:p|li|t[dhr]|d[dt]|option|br|img|input|hr|meta|link|area|col|source|param|wbr|base)\b)[a-z]", re.I
)
BETWEEN_ATTRIBUTES = re.compile(r"[\s/\"']+")


@dataclass(frozen=True)
class Html:
    """A page: its elements, and the address against which its links are resolved."""

    tree: LexborHTMLParser
    base: str

    def address(self, href: str) -> str:
        """Return an absolute address without its fragment; one that cannot be resolved as it stands."""
        # Browsers drop tabs and line breaks inside addresses.
        href = href.strip().replace("\t", "").replace("\r", "").replace("\n", "")
        try:
            return urldefrag(urljoin(self.base, href)).url
        except ValueError:
            return href


def read_html(answer: Answer) -> Html:
    """Read an answer as a page, whatever its bytes."""
    return html_of(decode(answer.body, answer.charset), answer.url)


def html_of(text: str, url: str) -> Html:
    """Read a page, or a piece of one, that stands at an address; `<base>` is heeded.

    Raises:
        DriverError: the page is made so that its reading would not end.
    """
    text = with_written(text)
    _refuse_endless(text)
    tree = LexborHTMLParser(text)
    named = tree.css_first("base[href]")
    base = Html(tree, url).address(attribute(named, "href")) if named else ""
    return Html(tree, base if _is_web_address(base) else url)


def _refuse_endless(text: str) -> None:
    if text.count("<") > DEEPEST:
        depth = deepest = 0
        for match in NESTING.finditer(text):
            depth = max(0, depth + (-1 if match[1] else 1))
            deepest = max(deepest, depth)
        if deepest > DEEPEST:
            raise DriverError(f"its elements are nested more than {DEEPEST} deep")
    # Where a tag ends, only a parser can tell; that it can have so many attributes, anybody can.
    if sum(map(text.count, " \n\t/\"'")) > MOST_WORDS and len(set(BETWEEN_ATTRIBUTES.split(text))) > MOST_WORDS:
        raise DriverError(f"it has more than {MOST_WORDS} different words, as many as no list has")


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def links_of(page: Html, selector: str) -> tuple[Link, ...]:
    """Return the links that a selector finds, in order, each once. Those that stay on the page are none.

    One whose address is no web address is returned with it: the caller decides by its title whether it matters.
    """
    nodes = page.tree.css(selector)
    dated = len(nodes) <= MOST_DATED
    found = (
        Link(page.address(href), title_of(node), date_beside(node) if dated else None)
        for node in nodes
        if (href := target(node))
    )
    return tuple(dict.fromkeys(found))


def target(node: LexborNode) -> str:
    """Return what a link leads to, as written: its address, or the one that its script opens; empty when it stays."""
    href = attribute(node, "href").strip()
    if href and not href.startswith("#") and not href.lower().startswith("javascript:"):
        return href
    opened = opened_address(href) or opened_address(attribute(node, "onclick"))
    # A script that does not tell where it leads is kept, unless it is the idiom for "nowhere".
    nowhere = re.fullmatch(r"javascript:\s*(?:void\s*\(?\s*0?\s*\)?)?\s*;?", href, re.IGNORECASE)
    return opened or ("" if href.startswith("#") or nowhere else href)


def title_of(node: LexborNode) -> str:
    """Return the text of a link; its title attribute where that is the same text in full, or without the date."""
    text, full = squeeze(node.text(), " "), squeeze(attribute(node, "title"), " ")
    if full and text.startswith(full) and not DATE.sub("", text[len(full) :]).strip(" []()"):
        return full
    return full if full.startswith(text.rstrip(ELLIPSES)) else text


def date_beside(node: LexborNode) -> str | None:
    """Return the date that stands in the entry of a link, inside or beside it, as an ISO date."""
    own = squeeze(node.text(), " ")
    for _ in range(3):
        parent = node.parent
        if parent is None or parent.tag not in ENTRIES or len(parent.css("a")) > 1:
            break
        node = parent
    text = squeeze(node.text(), " ")
    return iso_date(text.replace(own, " ", 1)) or iso_date(own)


def iso_date(text: str) -> str | None:
    """Return the first date in a text as an ISO date; None when there is none."""
    for match in DATE.finditer(text):
        try:
            return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
        except ValueError:
            continue
    return None


def attribute(node: LexborNode, name: str) -> str:
    """Return an attribute; empty when it is absent or has no value."""
    return node.attributes.get(name) or ""


def squeeze(text: str, space: str) -> str:
    """Return a text with every run of white space replaced."""
    return space.join(text.split())
