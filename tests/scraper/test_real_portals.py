"""The files of real portals: run against a server on this machine that answers under their hosts and paths.

The titles and pages that it answers are invented here, and are nowhere stored as anything of these portals.
"""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from gongkai_scraper.archive import Archive
from gongkai_scraper.collect import collect
from gongkai_scraper.drivers import DRIVERS, Request
from gongkai_scraper.drivers.gkmlpt import Gkmlpt
from gongkai_scraper.drivers.hanweb_annual_report import HanwebAnnualReport
from gongkai_scraper.drivers.hanweb_jpaas import UNIT
from gongkai_scraper.drivers.static_list import StaticList
from gongkai_scraper.examples import compare
from gongkai_scraper.fetch import ClientSettings
from gongkai_scraper.portals import PORTALS, Portal, load_portal, load_portals

REAL = load_portals(PORTALS)
EXAMPLES = Path(__file__).parents[1] / "portals"
TITLE = "样例机关{}年政府信息公开工作年度报告"
TEXT = "<p>" + "本页为测试所用，所列机关、文字和数据均为虚构。" * 20 + "</p>"
YEARS = (2019, 2020, 2021)


def test_there_are_many_of_many_families() -> None:
    assert len(REAL) >= 15
    assert {portal.driver.family for portal in REAL} == set(DRIVERS)


@pytest.mark.parametrize("portal", REAL, ids=lambda portal: portal.id)
def test_a_file_is_short_honest_and_official(portal: Portal) -> None:
    text = (PORTALS / f"{portal.id}.yml").read_text(encoding="utf-8")
    assert len(text.splitlines()) < 25
    assert text.startswith("# yaml-language-server: $schema=schema.json\n")
    assert portal.source == "official"
    for request in (Request(portal.home), *DRIVERS[portal.driver.family].begin(portal)):
        assert (urlsplit(request.url).hostname or "").endswith(".gov.cn")
    if portal.status == "unverified":
        assert "Nobody has run it against the live site yet" in str(portal.note)
    else:
        assert (EXAMPLES / portal.id / "expected.json").exists()


@pytest.mark.parametrize("folder", sorted(EXAMPLES.glob("*/")), ids=lambda folder: folder.name)
def test_examples(folder: Path) -> None:
    assert compare(load_portal(PORTALS / f"{folder.name}.yml"), folder) is None


class Stand:
    """Answers in a portal's place: the pages of its lists in the way of its family, and reports."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.asked: list[str] = []
        stand = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.answer(None)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self.answer({name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()})

            def answer(self, form: dict[str, str] | None) -> None:
                stand.asked.append(self.headers["Host"] + self.path)
                body = stand.body(self.path, form)
                self.send_response(200 if body is not None else 404)
                self.send_header("Content-Type", "application/json" if (body or "")[:1] == "{" else "text/html")
                self.end_headers()
                self.wfile.write((body or "").encode())

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def body(self, path: str, form: dict[str, str] | None) -> str | None:
        if path == "/robots.txt":
            return None
        if path.startswith("/report-"):
            return f"<html><body><h1>{TITLE.format(path[8:12])}</h1>{TEXT}</body></html>"
        return getattr(self, self.portal.driver.family)(path, form)

    def first(self) -> str:
        url = urlsplit(DRIVERS[self.portal.driver.family].begin(self.portal)[0].url)
        return url.path + (f"?{url.query}" if url.query else "")

    def static_list(self, path: str, _: object) -> str | None:
        own = self.portal.driver
        assert isinstance(own, StaticList)
        if own.numbered:
            second = urlsplit(self.first())._replace(query="").geturl().rpartition("/")[0]
            pages = {self.first(): YEARS[:2], f"{second}/{own.numbered.format(page=own.second)}": YEARS[2:]}
            return items(*pages[path]) if path in pages else None
        if path == self.first():
            return items(*YEARS[:2]) + '<a href="?page=2">下一页</a>'
        return items(*YEARS[2:]) if path.endswith("?page=2") else None

    def trs_wcm(self, path: str, _: object) -> str | None:
        folder = self.first().rpartition("/")[0]
        if path == self.first():
            return items(*YEARS[:2]) + '<script>createPageHTML(2, 0, "index", "html");</script>'
        return items(*YEARS[2:]) + "createPageHTML(2, 1, 'index', 'html')" if path == f"{folder}/index_1.html" else None

    def hanweb_jpage(self, path: str, form: dict[str, str] | None) -> str | None:
        records = [f"<record><![CDATA[{items(year)}]]></record>" for year in YEARS]
        following = "<a href='/module/web/jpage/dataproxy.jsp?page=1&webid=5&path=/&columnid=3&unitid=4'></a>"
        head = f"<nextgroup><![CDATA[{following}]]></nextgroup><totalrecord>3</totalrecord>"
        if path == self.first():
            return f"<script type='text/xml'>{head}<recordset>{''.join(records[:2])}</recordset></script>"
        assert form == {"webid": "5", "path": "/", "columnid": "3", "unitid": "4"}
        assert path == "/module/web/jpage/dataproxy.jsp?startrecord=3&endrecord=3&perpage=15"
        return f"<datastore>{head}<recordset>{records[2]}</recordset></datastore>"

    def hanweb_jpaas(self, path: str, _: object) -> str | None:
        if path == self.first():
            return f"<script url=\"{UNIT}\" queryData=\"{{'webId':'1','tagId':'列表','pageId':'2'}}\"></script>"
        number = json.loads(parse_qs(urlsplit(path).query)["paramJson"][0])["pageNo"]
        html = items(*(YEARS[:2] if number == 1 else YEARS[2:])) + '<div count="3" rows="2"></div>'
        return json.dumps({"data": {"html": html}})

    def hanweb_annual_report(self, path: str, _: object) -> str | None:
        fields = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
        own = self.portal.driver
        assert isinstance(own, HanwebAnnualReport)
        assert fields["area"] in own.organisations
        if int(fields["fbtime"]) not in YEARS:
            return "<html><body>暂无</body></html>"
        return f"<html><body><h1>{TITLE.format(fields['fbtime'])}</h1>{TEXT}</body></html>"

    def gkmlpt(self, path: str, _: object) -> str | None:
        own = self.portal.driver
        assert isinstance(own, Gkmlpt)
        rest = path.partition("/gkmlpt/")[2]
        if rest == "annualreport":
            return '<script>window._CONFIG = {SID: \'77\', TREE: [{"id": 6, "name": "政府信息公开年报"}]}</script>'
        category = 6 if own.category is None else own.category
        articles = [{"title": TITLE.format(year), "url": f"/report-{year}.html"} for year in YEARS]
        pages = {1: articles[:2], 2: articles[2:]}
        number = int(rest.partition("page=")[2].partition("&")[0])
        assert rest == f"api/all/{category}?page={number}&sid={own.site}"
        return json.dumps({"articles": pages[number], "total": 3})

    def chinatax(self, path: str, form: dict[str, str] | None) -> str | None:
        assert path == "/getFileListByCodeId"
        assert form is not None
        assert form["channelId"] in str(self.portal.driver)
        rows = [{"title": TITLE.format(year), "url": f"/report-{year}.html"} for year in YEARS]
        shown = rows[:2] if form["page"] == "1" else rows[2:]
        return json.dumps({"results": {"data": {"results": shown, "total": 3}}})


def items(*years: int) -> str:
    return "".join(f'<li><a href="/report-{year}.html">{TITLE.format(year)}</a></li>' for year in years)


@pytest.fixture
def stand(portal: Portal) -> Iterator[Stand]:
    stand = Stand(portal)
    yield stand
    stand.server.shutdown()
    stand.server.server_close()


def on_loopback(portal: Portal) -> Portal:
    """The same hosts and paths without TLS and without waiting, as a sample."""
    plain = json.loads(portal.model_dump_json().replace("https://", "http://"))
    return Portal.model_validate(plain | {"source": "sample", "loopback": True, "politeness": {"delay": 0.0}})


@pytest.mark.parametrize("portal", [on_loopback(portal) for portal in REAL], ids=lambda portal: portal.id)
def test_a_run_in_their_place(portal: Portal, stand: Stand, tmp_path: Path) -> None:
    host = urlsplit(DRIVERS[portal.driver.family].begin(portal)[0].url).hostname
    settings = ClientSettings(connect_to={f"{host}:80": ("127.0.0.1", stand.server.server_port)}, retries=0)
    with Archive.open(tmp_path, write=True) as archive:
        summary = collect([portal], archive, settings)
        captures = archive.captures("report")
    assert summary.portals[0].messages == (), summary
    assert summary.portals[0].new == len(YEARS)
    assert sorted(capture.link_title for capture in captures) == [TITLE.format(year) for year in YEARS]
    assert {asked.partition("/")[0] for asked in stand.asked} == {host}
