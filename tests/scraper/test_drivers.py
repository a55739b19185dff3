"""Drivers: every example in tests/drivers/ is read as its expectation says, and no bytes make a driver fail otherwise."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai_scraper.drivers import DRIVERS, Answer, DriverError, Page, Request
from gongkai_scraper.drivers.article import follow
from gongkai_scraper.examples import compare
from gongkai_scraper.portals import Portal, load_portal

EXAMPLES = Path(__file__).parents[1] / "drivers"
CASES = sorted(path.parent for path in EXAMPLES.glob("*/*/portal.yml"))


@pytest.mark.parametrize("folder", CASES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_examples(folder: Path) -> None:
    portal = load_portal(folder / "portal.yml")
    assert portal.driver.family == folder.parent.name
    assert compare(portal, folder) is None


def test_every_driver_has_examples_and_every_example_a_driver() -> None:
    assert {folder.parent.name for folder in CASES} == set(DRIVERS)
    assert sorted(path for path in EXAMPLES.glob("*/*") if path.is_dir()) == CASES


def test_a_missing_expectation_is_written_and_fails(tmp_path: Path) -> None:
    for path in (EXAMPLES / "static_list" / "next_link").iterdir():
        if path.name != "expected.json":
            (tmp_path / path.name).write_bytes(path.read_bytes())
    portal = load_portal(tmp_path / "portal.yml")
    assert "was missing and has been written" in str(compare(portal, tmp_path))
    assert "not reviewed yet" in str(compare(portal, tmp_path))
    path = tmp_path / "expected.json"
    path.write_text(path.read_text(encoding="utf-8").replace("false", "true", 1), encoding="utf-8")
    assert compare(portal, tmp_path) is None
    path.write_text(path.read_text(encoding="utf-8").replace("2023", "2022"), encoding="utf-8")
    assert "links are not as expected" in str(compare(portal, tmp_path))


@dataclass(frozen=True)
class Asked:
    """A driver, a portal of it, and a request that it made."""

    family: str
    portal: Portal
    request: Request


def asked() -> list[Asked]:
    """Each request that each example's driver begins with, and one of each later kind."""
    found = []
    for folder in CASES:
        portal = load_portal(folder / "portal.yml")
        driver = DRIVERS[portal.driver.family]
        found += [Asked(portal.driver.family, portal, request) for request in driver.begin(portal)[:1]]
    by_family = {one.family: one.portal for one in found}
    base = "http://a.example/gkmlpt/api/all/5?page=1&sid=2"
    later: dict[str, Request] = {
        "gkmlpt": Request(base),
        "chinatax": Request("http://a.example/getFileListByCodeId", (("channelId", "a" * 32), ("page", "1"))),
        "hanweb_jpage": Request("http://a.example/module/web/jpage/dataproxy.jsp?startrecord=1", (("col", "1"),)),
        "hanweb_jpaas": Request("http://a.example/api-gateway/jpaas-publish-server/front/page/build/unit?webId=1"),
    }
    return found + [Asked(family, by_family[family], request) for family, request in later.items()]


PIECES = st.lists(
    st.sampled_from(
        [
            b"<a href='/art/1.html' title='2023'>",
            b"</a>",
            b"<base href='http://[x'>",
            b"<record><![CDATA[",
            b"]]></record>",
            b"<recordset>",
            b"<totalrecord>99</totalrecord>",
            b"<nextgroup><![CDATA[<a href='http://[::1?columnid=1&unitid=2'></a>]]></nextgroup>",
            b".jpage({perPage:0, groupSize:'3', columnid:1, unitid:2, totalRecord:77})",
            b"createPageHTML(3, 0, 'index', 'html')",
            b"createPageHTML('x', 999999, 1, 'index', 'html')",
            b"var countPage = 4",
            b"<div queryData=\"{'pageId':'1','tagId':'list','count':'31','rows':'0'}\">",
            b'SID: \'7\', TREE: [{"id": 4, "name": "\xe5\xb9\xb4\xe6\x8a\xa5"}]',
            b"var channelId = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'",
            b"document.write('<a href=\"javascript:open(1)\">\\ud800x</a>')",
            b"<script>",
            b"</script>",
            b'{"articles": [{"url": "//[", "title": "\\ud800<b>", "date": 99999999999999}], "total": 1e400}',
            b'{"data": {"html": "<a href=x>1</a>"}}',
            b'{"results": {"data": {"results": [{"url": 3}, {"url": "a", "publishedTime": 1e9}], "total": "x"}}}',
        ]
    )
    | st.binary(max_size=30),
    max_size=12,
).map(b"".join)


@settings(max_examples=300, deadline=None)
@given(PIECES, st.sampled_from(asked()), st.sampled_from([None, "gb2312", "utf-8", "x"]))
def test_any_bytes_end_in_a_page_or_a_driver_error(body: bytes, one: Asked, charset: str | None) -> None:
    answer = Answer(body, one.request.url, charset, "text/html", one.request)
    try:
        page = DRIVERS[one.family].read(answer, one.portal)
    except DriverError:
        return
    assert isinstance(page, Page)
    for request in page.requests:
        assert request.url.startswith(("http://", "https://"))
    for link in page.links:
        (link.url + link.title).encode()


@settings(max_examples=200, deadline=None)
@given(PIECES)
def test_any_bytes_lead_somewhere_or_nowhere(body: bytes) -> None:
    for link in follow(
        Answer(b"<p>" + body, "http://a.example/1.html", None, None, Request("http://a.example/1.html"))
    ):
        assert link.url.startswith(("http:", "https:"))


def test_nothing_is_read_but_what_was_asked_for() -> None:
    """The state of a driver is in the requests alone: reading twice gives the same."""
    for folder in CASES:
        portal = load_portal(folder / "portal.yml")
        driver: Any = DRIVERS[portal.driver.family]
        assert driver.begin(portal) == driver.begin(portal)
