"""What is there for programs: OpenAPI, feed, sitemaps, robots.txt, llms.txt, JSON-LD, addresses and cards."""

import json
import re
from urllib.parse import urlparse
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
import schemathesis
from datasette.app import Datasette
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from small_release import HOSTILE, REPORT_2021, Get

from gongkai_site.feed import ATOM
from gongkai_site.language import LANGUAGES
from gongkai_site.machines import SITEMAP
from gongkai_site.openapi import document

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def test_the_api_answers_as_its_document_says(datasette: Datasette) -> None:
    schema = schemathesis.openapi.from_asgi("/openapi.json", datasette.app())
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) > 40
    for operation in operations:

        @given(case=operation.as_strategy())
        @settings(
            max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
        )
        def ask(case: schemathesis.Case) -> None:
            case.call_and_validate(checks=CHECKS)

        ask()


def test_the_document_is_of_all_tables_and_questions(get: Get, datasette: Datasette) -> None:
    answer = get("/openapi.json")
    assert answer.headers["access-control-allow-origin"] == "*"
    described = answer.json()
    assert described == document(datasette, "http://localhost")
    assert described["openapi"] == "3.1.0"
    for name in ("requests", "figures", "share_granted"):
        assert f"/gongkai/{name}.json" in described["paths"]
    assert "/texts/sections.json" in described["paths"]
    ids = [operation["get"]["operationId"] for operation in described["paths"].values()]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_feed_lists_reports_newest_first(get: Get, language: str) -> None:
    answer = get(f"/{language}/feed.atom")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    root = ElementTree.fromstring(answer.text)
    entries = root.findall(f"{{{ATOM}}}entry")
    updated = [entry.findtext(f"{{{ATOM}}}updated") for entry in entries]
    assert updated == sorted(updated, key=str, reverse=True)
    assert len(entries) == 3
    assert root.findtext(f"{{{ATOM}}}updated") == updated[0]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", moment or "") for moment in updated)
    [entry] = [e for e in entries if (e.findtext(f"{{{ATOM}}}id") or "").endswith(REPORT_2021)]
    assert HOSTILE in (entry.findtext(f"{{{ATOM}}}title") or "")
    link = entry.find(f"{{{ATOM}}}link")
    assert link is not None
    assert get(urlparse(link.attrib["href"]).path).status_code == 200


def test_every_address_of_the_sitemaps_is_there_once_and_answers(get: Get) -> None:
    index = ElementTree.fromstring(get("/sitemap.xml").text)
    parts = [urlparse(loc.text or "").path for loc in index.iter(f"{{{SITEMAP}}}loc")]
    assert parts == ["/sitemap-pages.xml", "/sitemap-reports-1.xml", "/sitemap-agencies-1.xml"]
    addresses = [
        urlparse(loc.text or "").path
        for part in parts
        for loc in ElementTree.fromstring(get(part).text).iter(f"{{{SITEMAP}}}loc")
    ]
    assert len(set(addresses)) == len(addresses)
    assert f"/en/report/{REPORT_2021}" in addresses
    for address in addresses:
        assert get(address).status_code == 200, address
    for part in ("reports-2", "reports-0", "reports-99999999", "nothing", "pages-1", "reports"):
        assert get(f"/sitemap-{part}.xml").status_code == 404


def test_robots_spares_sql_and_facets_and_opens_the_pages(get: Get) -> None:
    text = get("/robots.txt").text
    rules = RobotFileParser()
    rules.parse(text.splitlines())
    for path in ("/zh", "/en/report/x", "/en/questions", "/gongkai/reports", "/download/figures.csv"):
        assert rules.can_fetch("*", f"http://localhost{path}"), path
    for path in ("/-/dashboards", "/zh/search?q=x", "/download/excel/figures.csv"):
        assert not rules.can_fetch("*", f"http://localhost{path}"), path
    for part in ("sql=", "_facet", "_sort"):
        assert f"Disallow: /*?{part}" in text
        assert f"Disallow: /*&{part}" in text
    assert "Sitemap: http://localhost/sitemap.xml" in text


def test_llms_txt_leads_to_what_there_is(get: Get) -> None:
    text = get("/llms.txt").text
    assert text.startswith("# Gongkai\n\n> ")
    assert "no zero" in text
    links = re.findall(r"\]\(http://localhost([^)]*)\)", text)
    assert len(links) > 40
    for link in links:
        assert get(link).status_code == 200, link


def test_the_data_set_is_described_in_json_ld(get: Get) -> None:
    for language in LANGUAGES:
        page = get(f"/{language}/downloads").text
        [block] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
        described = json.loads(block)
        assert described["@type"] == "Dataset"
        assert described["license"].startswith("https://creativecommons.org/")
        assert described["dateModified"] == "2026-01-03"
        for file in described["distribution"]:
            path = urlparse(file["contentUrl"]).path
            assert get(path).headers["content-length"] == file["contentSize"].removesuffix(" B")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "path", ["", "/questions", "/question/who_asks?region=99", f"/report/{REPORT_2021}", "/method"]
)
def test_pages_say_where_they_stand_and_how_they_are_shared(get: Get, language: str, path: str) -> None:
    page = get(f"/{language}{path}").text
    place = path.partition("?")[0]
    assert page.count(f'<link rel="canonical" href="http://localhost/{language}{place}">') == 1
    for other, tag in (("zh", "zh-Hans"), ("en", "en")):
        assert f'<link rel="alternate" hreflang="{tag}" href="http://localhost/{other}{place}">' in page
    title = re.findall(r"<title>(.*?)</title>", page)[0]
    assert f'<meta property="og:title" content="{title}">' in page
    [card] = re.findall(r'<meta property="og:image" content="http://localhost([^"]+)">', page)
    picture = get(card)
    assert picture.content.startswith(b"\x89PNG")
    assert f'href="/{language}/feed.atom"' in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_method_says_what_statuses_and_checks_mean(get: Get, language: str) -> None:
    page = get(f"/{language}/method").text
    for status in ("reported", "blank", "unclear", "corrected"):
        assert f"<code>{status}</code>" in page
    assert 'id="comparing"' in page
    assert page.count("<tr><th scope=") > 50, "every rule in words"
    assert ("空白不是零" if language == "zh" else "A blank is no zero") in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_api_page_says_what_is_promised(get: Get, language: str) -> None:
    page = get(f"/{language}/api").text
    assert page.count("data-example=") == 4
    assert "5,000" in page
    for path in re.findall(r'href="(/(?:gongkai|texts)/[^"]+)"', page):
        assert get(path.replace("&amp;", "&")).status_code == 200, path
