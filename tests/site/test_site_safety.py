"""The headers of every answer, and what is said when something of ours fails."""

import asyncio
import re
import sqlite3
from pathlib import Path

import pytest
from datasette.app import Datasette
from small_release import REPORT_2020, Get

from gongkai_site import queries
from gongkai_site.server import make_datasette

ANSWERS = ["/zh", f"/en/report/{REPORT_2020}", "/en/nowhere", "/gongkai", "/gongkai/reports.json", "/gongkai/nope.json"]
ANSWERS += ["/-/static-plugins/gongkai/gongkai.css", "/download/figures.csv", f"/document/{1:064x}", "/gongkai/reports?_sort=nope"]  # fmt: skip


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_carries_the_usual_headers_once(get: Get, path: str) -> None:
    headers = get(path).headers
    expected = {
        "x-content-type-options": "nosniff",
        "x-frame-options": "SAMEORIGIN",
        "cross-origin-opener-policy": "same-origin",
    }
    for name, value in expected.items():
        assert headers.get_list(name) == [value]
    assert headers.get_list("referrer-policy") in (["strict-origin-when-cross-origin"], ["no-referrer"])
    [policy] = headers.get_list("content-security-policy")
    assert "frame-ancestors 'self'" in policy
    assert re.match(r"default-src '(self|none)'", policy)
    assert not re.search(r"https?:|\*", policy)


def test_ours_run_no_script_and_datasettes_only_their_own(get: Get) -> None:
    assert "script-src 'none'" in get("/zh/compare").headers["content-security-policy"]
    assert "script-src 'self' 'unsafe-inline'" in get("/gongkai").headers["content-security-policy"]


@pytest.fixture
def failing(datasette: Datasette, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every query of our pages fail but those that every page needs."""
    real = queries.rows

    async def rows(of: Datasette, database: str, sql: str, parameters: object = None) -> list[queries.Record]:
        if "source_kind = 'sample'" in sql:
            return await real(of, database, sql, parameters)
        raise sqlite3.OperationalError("disk I/O error at /secret/place")

    monkeypatch.setattr(queries, "rows", rows)


@pytest.mark.usefixtures("failing")
@pytest.mark.parametrize(("language", "said"), [("zh", "这里出错了"), ("en", "Something failed")])
def test_a_fault_of_ours_has_a_page_and_tells_no_more_than_that(
    get: Get, capsys: pytest.CaptureFixture[str], language: str, said: str
) -> None:
    answer = get(f"/{language}/agency/990100.government")
    assert answer.status_code == 500
    assert said in answer.text
    assert "secret" not in answer.text
    assert "cache-control" not in answer.headers
    log = capsys.readouterr().err
    assert "disk I/O error at /secret/place" in log, "the log has the whole story"
    assert "Traceback" in log


def test_without_its_databases_the_site_still_says_that_it_failed(
    release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in release.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    site = make_datasette(tmp_path)
    (tmp_path / "gongkai.db").write_bytes(b"")
    (tmp_path / "datapackage.json").unlink()
    answer = asyncio.run(site.client.get("/zh"))
    assert answer.status_code == 500
    assert answer.text == "这里出错了。Something failed on our side."
    assert "Traceback" in capsys.readouterr().err


def test_other_methods_are_refused(get: Get, datasette: Datasette) -> None:
    answer = asyncio.run(datasette.client.request("PUT", "/zh"))
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"
