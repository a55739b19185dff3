"""gkmlpt, the disclosure platform of Guangdong: a page with the tree of categories, and a JSON interface of articles."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from gongkai_scraper.defaults import load_defaults
from gongkai_scraper.drivers.fields import Address
from gongkai_scraper.drivers.html import Html, html_of
from gongkai_scraper.drivers.json_answers import address_of, day_of, item, number_of, objects, read_json, text_of
from gongkai_scraper.drivers.page import MOST_PAGES, Answer, DriverError, Link, Page, Parameters, PortalFile, Request
from gongkai_scraper.drivers.scripts import object_after
from gongkai_scraper.text import decode

ROOT = "/gkmlpt/"
SITE = re.compile(r"\bSID['\"]?\s{0,9}[:=]\s{0,9}['\"]?(\d{1,12})")
NUMBER = re.compile(r"[?&]page=(\d{1,6})")


def _of_the_platform(value: str) -> str:
    if ROOT not in value:
        raise ValueError(f"must lie below {ROOT}")
    return value


class Gkmlpt(Parameters):
    """The platform's page, and which of its categories holds the reports."""

    family: Literal["gkmlpt"]
    index: Annotated[Address, AfterValidator(_of_the_platform)] = Field(
        description="https://…/gkmlpt/index or …/gkmlpt/annualreport"
    )
    category: int | None = Field(
        default=None, ge=0, description="Number of the category; without it, it is found by name."
    )
    site: int | None = Field(default=None, ge=0, description="The platform's number of the site (SID).")


parameters = Gkmlpt


def begin(portal: PortalFile[Gkmlpt]) -> tuple[Request, ...]:
    """Return the first page of the category where site and category are given, else the page that tells them."""
    own = portal.driver
    if own.category is None or own.site is None:
        return (Request(own.index),)
    return (_page_of(_root(own.index), own.category, own.site, 1),)


def read(answer: Answer, portal: PortalFile[Gkmlpt]) -> Page:
    """Read the platform's page, or a page of a category."""
    if f"{ROOT}api/" not in answer.request.url:
        return _categories(answer, portal.driver)
    data = read_json(answer)
    articles = item(data, "articles")
    if not isinstance(articles, list):
        raise DriverError("no articles in its JSON: is it a category of gkmlpt?")
    page = html_of("", answer.url)
    links = tuple(dict.fromkeys(link for article in articles if (link := _link(article, page))))
    total = number_of(item(data, "total"))
    if total is None:
        total = number_of(item(data, "classify", "post_count"))
    return Page(links, _further(answer.request.url, len(articles), total), total, len(articles))


def _categories(answer: Answer, own: Gkmlpt) -> Page:
    text = decode(answer.body, answer.charset)
    match = SITE.search(text)
    site = own.site if own.site is not None else int(match[1]) if match else None
    if site is None:
        raise DriverError("no SID in it: is it a page of gkmlpt?")
    categories = (own.category,) if own.category is not None else _named(object_after(text, "TREE"))
    if not categories:
        names = load_defaults().annual_categories
        raise DriverError(f"no category is called {' or '.join(names)}; give its number as category")
    return Page((), tuple(_page_of(_root(answer.url), category, site, 1) for category in categories))


def _named(tree: Any) -> tuple[int, ...]:
    """The numbers of the categories that hold annual reports: those so called, else those whose names say it."""
    words = load_defaults().annual_categories
    named = [(number, text_of(item(node, "name"))) for node in objects(tree) if (number := number_of(item(node, "id")))]
    called = [number for number, name in named if name in words]
    return tuple(dict.fromkeys(called or [number for number, name in named if any(word in name for word in words)]))


def _link(article: Any, page: Html) -> Link | None:
    url = address_of(item(article, "url")) or address_of(item(article, "post_url"))
    if not url:
        return None
    given = item(article, "attachments")
    attachments = tuple(
        Link(page.address(address), text_of(item(one, "name")) or text_of(item(one, "title")))
        for one in (given if isinstance(given, list) else ())
        if (address := address_of(item(one, "url")))
    )
    day = day_of(item(article, "display_publish_time"), item(article, "first_publish_time"), item(article, "date"))
    return Link(page.address(url), text_of(item(article, "title")), day, attachments=attachments)


def _further(url: str, articles: int, total: int | None) -> tuple[Request, ...]:
    """The pages after the first. Page 0 is page 1, so that counting begins at 1; some sites answer 404 too early."""
    match = NUMBER.search(url)
    number = int(match[1]) if match else 1
    if not articles:
        return ()
    if total is None:
        numbers = range(number + 1, number + 2)
    elif number > 1:
        numbers = range(0)
    else:
        numbers = range(2, -(-total // articles) + 1)
    if len(numbers) > MOST_PAGES:
        raise DriverError(f"says that it has {total} articles, {articles} a page: too many pages")
    return tuple(Request(NUMBER.sub(f"?page={page}", url, count=1), may_be_absent=True) for page in numbers)


def _page_of(root: str, category: int, site: int, number: int) -> Request:
    return Request(f"{root}api/all/{category}?page={number}&sid={site}")


def _root(url: str) -> str:
    return url[: url.index(ROOT) + len(ROOT)] if ROOT in url else html_of("", url).address(ROOT)
