"""Hanweb annual report: `xxgkAnnualReport.jsp?area=<organisation>&fbtime=<report year>` is the report itself."""

from typing import Annotated, ClassVar, Literal
from urllib.parse import parse_qs, urlencode, urlsplit

from pydantic import Field, StringConstraints

from gongkai_scraper.defaults import load_defaults
from gongkai_scraper.drivers.fields import Address, AgencyId
from gongkai_scraper.drivers.html import Html, read_html, squeeze
from gongkai_scraper.drivers.page import Answer, DriverError, Link, Page, Parameters, PortalFile, Request
from gongkai_scraper.titles import report_year

LEAST_LETTERS = 300
"""Shorter texts are no report."""
HEADINGS = "h1, h2, h3, .title, .bt, .xxgk_title"
Organisation = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{1,40}$")]


class HanwebAnnualReport(Parameters):
    """Whose reports to ask for; the years are those of the portal file."""

    family: Literal["hanweb_annual_report"]
    address: Address = Field(description="https://…/module/xxgk/xxgkAnnualReport.jsp, with what else its query needs.")
    organisations: dict[Organisation, AgencyId | None] = Field(
        min_length=1,
        description="The platform's codes of organisations, each with the agency it is, where that is known.",
    )
    needs_years: ClassVar[bool] = True


parameters = HanwebAnnualReport


def begin(portal: PortalFile[HanwebAnnualReport]) -> tuple[Request, ...]:
    """Return a request for each organisation and year."""
    first, last = portal.years or (1, 0)
    address = portal.driver.address + ("&" if "?" in portal.driver.address else "?")
    return tuple(
        Request(f"{address}{urlencode({'area': area, 'fbtime': year})}")
        for area in portal.driver.organisations
        for year in range(first, last + 1)
    )


def read(answer: Answer, portal: PortalFile[HanwebAnnualReport]) -> Page:
    """Read a report's page: it is a report, says that there is none, or is no page of this family."""
    query = parse_qs(urlsplit(answer.request.url).query)
    year, area = query.get("fbtime", [""])[0], query.get("area", [""])[0]
    page = read_html(answer)
    body = page.tree.body
    for node in page.tree.css("script, style"):
        node.decompose()
    text = squeeze(body.text(), "") if body else ""
    if len(text) < LEAST_LETTERS:
        if not text or any(words in text for words in load_defaults().nothing):
            return Page(())
        raise DriverError("is neither a report nor says that there is none")
    title = _title(page, year)
    if str(report_year(title)) != year:
        raise DriverError(f"was asked for {year}, and is headed {title!r}")
    return Page((), report=Link(answer.url, title, agency=portal.driver.organisations.get(area)))


def _title(page: Html, year: str) -> str:
    """The first heading that names a year; without one, the page's title with the year that was asked for."""
    headings = [squeeze(node.text(), " ") for node in page.tree.css(HEADINGS)]
    node = page.tree.css_first("title")
    headings.append(squeeze(node.text(), " ") if node else "")
    named = next((heading for heading in headings if len(heading) < 100 and report_year(heading)), "")
    return named or f"{year}年{load_defaults().titles.take[0]}"
