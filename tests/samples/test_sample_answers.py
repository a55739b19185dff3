"""What the sample portals answer from data, over a real socket: each family's list, page after page, and its ends."""

import http.client
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
import yaml

from gongkai_build.resources import definition
from gongkai_build.sample_server import serve_samples

SITES = definition("samples") / "sites"
JPAGE = "/module/web/jpage/dataproxy.jsp"
JPAAS = "/api-gateway/jpaas-publish-server/front/page/build/unit"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serve_samples(SITES, 0) as port:
        yield port


def ask(port: int, host: str, path: str, form: dict[str, object] | None = None, **query: object) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    address = f"{path}?{urlencode(query)}" if query else path
    headers = {"Host": f"{host}.localhost:8471", "Content-Type": "application/x-www-form-urlencoded"}
    try:
        body = urlencode(form) if form is not None else None
        connection.request("GET" if form is None else "POST", address, body, headers)
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def listed(host: str, name: str = "entries") -> list[str]:
    [service] = yaml.safe_load((SITES / f"{host}.localhost/_answers.yml").read_text(encoding="utf-8"))
    return [entry["url"] for entry in service[name]]


def addresses(html: str) -> list[str]:
    return re.findall(r'<li><a href="(\S+)"', html)


def test_jpage_gives_the_records_that_are_asked_for(port: int) -> None:
    column = {"columnid": 4101, "unitid": 41077, "webid": 41}
    first = ask(port, "yanzhou", JPAGE, column, startrecord=1, endrecord=3, perpage=3)[1]
    rest = ask(port, "yanzhou", JPAGE, column, startrecord=4, endrecord=12, perpage=3)[1]
    assert addresses(first) + addresses(rest) == listed("yanzhou")
    assert f"<totalrecord>{len(listed('yanzhou'))}</totalrecord>" in first
    page = (SITES / "yanzhou.localhost/col/col4101/index.html").read_text(encoding="utf-8")
    assert addresses(page) == addresses(first), "the list page holds the first records itself"
    assert addresses(ask(port, "yanzhou", JPAGE, {**column, "columnid": 1}, startrecord=1, endrecord=3)[1]) == []
    assert ask(port, "yanzhou", JPAGE, startrecord=1)[0] == 405, "it is asked by POST"


def test_an_annual_report_is_had_by_area_and_year(port: int) -> None:
    path = "/module/xxgk/xxgkAnnualReport.jsp"
    status, page = ask(port, "qiji", path, area="QJ015", fbtime=2023)
    assert status == 200
    assert "栖霁市民政局2023年政府信息公开工作年度报告" in page
    status, page = ask(port, "qiji", path, area="QJ015", fbtime=2022)
    assert status == 200
    assert "暂无数据" in page


def test_jpaas_gives_pages_until_they_are_empty(port: int) -> None:
    query = {"webId": "wb6001", "tplSetId": "tpl6001", "pageId": "pg6105", "tagId": "当前栏目_list"}
    pages = [
        json.loads(ask(port, "boling", JPAAS, **query, paramJson=json.dumps({"pageNo": number}))[1])["data"]["html"]
        for number in (1, 2, 3)
    ]
    assert [len(addresses(page)) for page in pages] == [3, 2, 0]
    assert addresses(pages[0]) + addresses(pages[1]) == listed("boling")
    assert addresses(ask(port, "boling", JPAAS, webId="another")[1]) == []


def test_gkmlpt_counts_page_0_as_page_1_and_ends_with_404(port: int) -> None:
    path = "/gkmlpt/api/all/7101"
    answers = [ask(port, "diqiao", path, page=number, sid=755099) for number in (0, 1, 2, 3)]
    assert [status for status, _ in answers] == [200, 200, 200, 404]
    pages = [json.loads(body) for status, body in answers if status == 200]
    assert pages[0] == pages[1]
    assert [article["url"] for page in pages[1:] for article in page["articles"]] == listed("diqiao", "articles")
    assert {page["total"] for page in pages} == {len(listed("diqiao", "articles"))}
    assert ask(port, "diqiao", path, page=1, sid=1)[0] == 404
    assert "SID: '755099'" in ask(port, "diqiao", "/gkmlpt/index")[1]


def test_chinatax_counts_pages_from_1(port: int) -> None:
    form = {"channelId": "a1b2c3d4e5f60718293a4b5c6d7e8f90", "size": 4}
    pages = [
        json.loads(ask(port, "shuiwu", "/getFileListByCodeId", {**form, "page": number})[1])["results"]["data"]
        for number in (1, 2, 3)
    ]
    assert [entry["url"] for page in pages for entry in page["results"]] == listed("shuiwu")
    assert [len(page["results"]) for page in pages] == [4, 2, 0]
    assert {page["total"] for page in pages} == {6}


@pytest.mark.parametrize(
    ("host", "name"), [("yanzhou", "entries"), ("boling", "entries"), ("diqiao", "articles"), ("shuiwu", "entries")]
)
def test_every_entry_of_a_list_leads_to_a_page(port: int, host: str, name: str) -> None:
    for address in listed(host, name):
        status, page = ask(port, host, urlsplit(address).path)
        assert status == 200, address
        assert "虚构" in page


@pytest.mark.parametrize(
    ("answers", "message"),
    [("family: chinatax", "expected a list"), ("[{family: none, path: /a}]", "family 'none' is none of chinatax")],
)
def test_services_that_cannot_be_understood_are_an_error(tmp_path: Path, answers: str, message: str) -> None:
    site = tmp_path / "a.localhost"
    site.mkdir()
    (site / "_site.yml").write_text('content_type: {".html": text/html}', encoding="utf-8")
    (site / "_answers.yml").write_text(answers, encoding="utf-8")
    with pytest.raises(ValueError, match=message), serve_samples(tmp_path, 0):
        pass
