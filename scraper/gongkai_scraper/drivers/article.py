"""What the page of a report leads to: the page that it stands for, and the documents that are attached to it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from urllib.parse import parse_qsl, unquote

from selectolax.lexbor import LexborNode

from gongkai_scraper.defaults import load_defaults
from gongkai_scraper.drivers.html import Html, attribute, html_of, read_html, squeeze, target, title_of
from gongkai_scraper.drivers.json_answers import address_of, item, text_of
from gongkai_scraper.drivers.page import Answer, DriverError, Link
from gongkai_scraper.drivers.scripts import object_after, redirect_address
from gongkai_scraper.text import decode

FEW_LETTERS = 200
"""A page with more text than this is read where it stands, whatever its scripts would do."""
REFRESH = re.compile(r"^\s*\d{1,4}(?:\.\d*)?\s*[;,]\s*url\s*=\s*['\"]?([^'\"]+)", re.IGNORECASE)
NAMED = "a, iframe[src], embed[src], object[data], [onclick]"
DETAIL = b"DETAIL"
SENDING = re.compile(r"-equiv\s*=\s*['\"]?refresh", re.IGNORECASE)
"""What a page says that redirects by a meta element. What begins with a sign is found many times faster than a letter is."""
SCRIPTED = ("location", "document.write", ".src", DETAIL.decode())
"""What a page says that redirects by a script or is built by its scripts: small and capital letters matter there."""
PAGES = frozenset({"htm", "html", "shtml"})


def follow(answer: Answer, body: str | None = None) -> tuple[Link, ...]:
    """Return what a report's page leads to: the page that it redirects to, without a title, or its attachments.

    Args:
        answer: the page. Anything but HTML leads nowhere, and so does a page that is made so that its reading would
            not end: the report on it, whatever it is, will not be read either, and that is said then.
        body: CSS selector of the part in which attachments are looked for, where the whole page is too much.
    """
    if not _may_lead_on(decode(answer.body, answer.charset)) or not (page := _page(answer)):
        return ()
    found = _attachments(answer, page, body)
    url = _redirect(answer, page)
    return (Link(url, ""),) if url else found


def redirect(answer: Answer) -> str | None:
    """Return the address to which a page without text of its own sends its reader, by a meta element or a script."""
    page = _page(answer)
    return _redirect(answer, page) if page else None


def attachments(answer: Answer, body: str | None = None) -> tuple[Link, ...]:
    """Return the documents to which a report's page links, by link, frame or script; each once, in order."""
    page = _page(answer)
    return _attachments(answer, page, body) if page else ()


def _redirect(answer: Answer, page: Html) -> str | None:
    """As `redirect`; takes the scripts out of the page."""
    scripts = [node.text() for node in page.tree.css("script")]
    metas = [attribute(node, "content") for node in page.tree.css("meta[http-equiv='refresh' i]")]
    for node in page.tree.css("script, style, noscript"):
        node.decompose()
    text = page.tree.body.text() if page.tree.body else ""
    if len(squeeze(text, "")) > FEW_LETTERS:
        return None
    named = [match[1] for content in metas if (match := REFRESH.match(content))]
    named += [address for script in scripts if (address := redirect_address(script))]
    addresses = (page.address(address) for address in named)
    return next((url for url in addresses if url.startswith(("http:", "https:")) and url != answer.url), None)


def _may_lead_on(text: str) -> bool:
    """Tell whether it is worth the time to look at the elements of a page: most lead nowhere, and say nothing that could."""
    return bool(SENDING.search(text) or any(word in text for word in SCRIPTED) or _names_document(text))


def _attachments(answer: Answer, page: Html, body: str | None) -> tuple[Link, ...]:
    nodes = [node for part in page.tree.css(body) for node in part.css(NAMED)] if body else page.tree.css(NAMED)
    found = [link for node in nodes if (link := _attachment(node, page))]
    found += _in_data(answer)
    words = load_defaults().attachments.leave
    kept: dict[str, Link] = {}
    for link in found:
        if not any(word in link.title for word in words):
            kept.setdefault(link.url, link)
    return tuple(kept.values())


def _page(answer: Answer) -> Html | None:
    if not answer.body[:1024].lstrip().startswith((b"<", b"\xef\xbb\xbf")):
        return None
    try:
        return read_html(answer)
    except DriverError:
        return None


def _attachment(node: LexborNode, page: Html) -> Link | None:
    named = target(node) or attribute(node, "src") or attribute(node, "data")
    if not _names_document(named) and _kind(named.partition("?")[0]) in PAGES:
        return None  # most links of a page, of which no more need be known
    title = title_of(node) or squeeze(attribute(node, "title"), " ")
    url = _document(page.address(named), title, page) if named else ""
    return Link(url, title or unquote(url.rpartition("/")[2])) if url else None


def _document(url: str, title: str, page: Html) -> str:
    """The address of the document behind a link; empty when it is no document.

    The file is named in the path, in a parameter (a viewer's, or that of a script for downloads), or in the title.
    """
    if not url.startswith(("http:", "https:")):
        return ""
    path, _, query = url.partition("?")
    if _kind(path) in load_defaults().documents:
        return url
    for _, value in parse_qsl(query):
        if _kind(value) in load_defaults().documents:
            return page.address(value) if _kind(path) in {*PAGES, ""} and "/" in value else url
    return url if _kind(title) in load_defaults().documents and _kind(path) not in PAGES else ""


def _names_document(text: str) -> bool:
    """Tell whether a text holds what stands in the address or the title of every document: a dot and the kind of a file."""
    return any(pattern.search(text) for pattern in _suffixes())


@cache
def _suffixes() -> tuple[re.Pattern[str], ...]:
    # Two patterns that begin with a sign each are found in a third of the time that one for both takes.
    kinds = "|".join(map(re.escape, sorted(load_defaults().documents)))
    return tuple(re.compile(rf"{dot}\s*(?:{kinds})", re.IGNORECASE) for dot in (r"\.", "%2e"))


def _kind(name: str) -> str:
    """The suffix of a file's name in small letters; empty when there is none."""
    before, dot, after = name.rpartition("/")[2].rpartition(".")
    return after.strip().lower() if dot and before else ""


def _in_data(answer: Answer) -> Iterator[Link]:
    """Documents that a page of gkmlpt names in the data from which its scripts build it."""
    if DETAIL not in answer.body:
        return
    detail = object_after(decode(answer.body, answer.charset), DETAIL.decode())
    content = item(detail, "content")
    inner = replace(answer, body=f"<div>{content}".encode("utf-8", "replace"), charset="utf-8")
    if page := _page(inner):
        yield from (link for node in page.tree.css(NAMED) if (link := _attachment(node, page)))
    given = item(detail, "attachments")
    empty = html_of("", answer.url)
    for one in given if isinstance(given, list) else ():
        if url := address_of(item(one, "url")):
            yield Link(empty.address(url), text_of(item(one, "name")) or unquote(url.rpartition("/")[2]))
