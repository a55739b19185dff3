"""The sample portals as their drivers see them, over a real socket: every report is found, and nothing else is taken for one."""

import http.client
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from expectations import EXPECTED_SAMPLES, SITES, expectations_of_samples, sample_document
from gongkai_build.demo import sample_portal_files
from gongkai_build.sample_server import serve_samples
from gongkai_scraper.drivers import DRIVERS, Answer, Request
from gongkai_scraper.drivers.article import follow
from gongkai_scraper.portals import Portal, load_portals
from gongkai_scraper.walk import ABSENT, Step, walk

PORTALS = load_portals(sample_portal_files())
ACTIVE = [portal for portal in PORTALS if portal.status == "active"]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serve_samples(SITES, 0) as port:
        yield port


def ask(port: int, request: Request) -> Answer | str:
    parts = urlsplit(request.url)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        form = urlencode(request.form) if request.form is not None else None
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        headers = {"Host": parts.netloc, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST" if form is not None else "GET", target, form, headers)
        response = connection.getresponse()
        body = response.read()
    finally:
        connection.close()
    if response.status == 404:
        return ABSENT
    assert response.status == 200, request
    kind = response.headers.get_content_type()
    return Answer(body, request.url, response.headers.get_content_charset(), kind, request)


def steps(port: int, portal: Portal) -> list[Step]:
    return list(walk(portal, lambda request: ask(port, request)))


def collected(port: int, portal: Portal) -> set[str]:
    """The documents that a portal's lists lead to, as paths (and, for a page from data, queries): reports' pages and their attachments."""
    found: set[str] = set()
    for step in steps(port, portal):
        assert step.problem is None, step
        if step.page and step.page.report:
            found.add(step.page.report.url)
        for link in step.page.links if step.page else ():
            if portal.wants(link):
                page = ask(port, Request(link.url))
                assert isinstance(page, Answer)
                found |= {link.url, *(attachment.url for attachment in (*follow(page), *link.attachments))}
    return found


def test_there_is_a_sample_of_every_family_of_portals() -> None:
    assert {portal.driver.family for portal in ACTIVE} == set(DRIVERS)


@pytest.mark.parametrize("portal", ACTIVE, ids=lambda portal: portal.id)
def test_every_report_of_a_portal_is_found(port: int, portal: Portal) -> None:
    host = f"{portal.id}.localhost"
    expected = [path for path in expectations_of_samples() if path.relative_to(EXPECTED_SAMPLES).parts[0] == host]
    addresses = {f"http://{host}:8471/{sample_document(path).relative_to(SITES / host)}" for path in expected}
    found = collected(port, portal)
    if portal.driver.family == "hanweb_annual_report":
        # The pages are answers to questions: one for each report, and none for 栖霁市民政局 2022.
        assert len(found) == len(expected)
    else:
        assert addresses <= found
        # Beside the reports there are only the pages to which some of them are attached.
        assert all(Path(urlsplit(url).path).suffix == ".html" for url in found - addresses)
        assert len(found - addresses) == sum(not url.endswith((".html", ".htm", ".txt")) for url in addresses)


@pytest.mark.parametrize("portal", ACTIVE, ids=lambda portal: portal.id)
def test_lists_have_several_pages_and_links_that_are_no_reports(port: int, portal: Portal) -> None:
    pages = [step.page for step in steps(port, portal) if step.page]
    links = [link for page in pages for link in page.links]
    assert len(pages) >= 2
    if portal.driver.family != "hanweb_annual_report":
        assert sum(bool(page.links) for page in pages) >= 2
        assert any(not portal.wants(link) for link in links)
