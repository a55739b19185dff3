"""What is wrongly asked is refused with a word why; what is asked too much is bounded; strange text is no error."""

import asyncio
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from datasette.app import Datasette
from datasette.utils.asgi import Request
from datasette.views.base import DatasetteError
from small_release import AGENCY, REPORT_2020, Get

from gongkai_site.mistakes import find_mistake
from gongkai_site.plugin import VALUE_BYTES
from gongkai_site.server import make_datasette

CONTROL = "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x202E, 0xFEFF, 0xFFFE]))
ENDLESS = "with+recursive+a(n)+as+(select+1+union+all+select+n%2B1+from+a)+select+count(*)+from+a"


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ("_sort=nope", "Cannot sort table by nope"),
        ("_sort=year&_sort_desc=year", "at the same time"),
        ("_where=1=1;drop", "one statement"),
        ("_where=nope", "no such column: nope"),
        ("_size=-1", "_size must be"),
        ("_size=abc", "_size must be"),
        ("_facet=nope", "no such column: nope"),
        ("_col=nope", "invalid columns"),
        ("_through=x", "_through: "),
        ("_through={}", "_through: "),
        ("_timelimit=x", "_timelimit: "),
    ],
)
def test_bad_parameters_are_refused_with_a_word_why(
    get: Get, capsys: pytest.CaptureFixture[str], parameters: str, said: str
) -> None:
    page = get(f"/gongkai/reports?{parameters}", headers={"accept-language": "en"})
    assert page.status_code == 400
    assert "This request cannot be answered" in page.text
    assert said in page.text
    assert "cache-control" not in page.headers
    answer = get(f"/gongkai/reports.json?{parameters}")
    assert answer.status_code == 400
    assert answer.json()["ok"] is False
    assert said in answer.json()["error"]
    assert answer.headers["access-control-allow-origin"] == "*"
    printed = capsys.readouterr()
    assert "Traceback" not in printed.out + printed.err
    assert "locals" not in printed.out + printed.err


def test_what_is_refused_is_escaped(get: Get) -> None:
    page = get("/gongkai/reports?_sort=<script>alert(1)</script>").text
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_our_own_faults_and_the_disks_are_not_called_mistakes_of_the_asker() -> None:
    request = Request.fake("/gongkai/reports?_size=1")
    assert find_mistake(request, ValueError("ours")) is None
    assert find_mistake(request, sqlite3.OperationalError("disk I/O error")) is None
    unread = sqlite3.OperationalError("disk I/O error")
    unread.sqlite_errorcode = sqlite3.SQLITE_IOERR
    error = DatasetteError(str(unread))
    error.__context__ = unread
    assert find_mistake(request, error) is None


@pytest.mark.parametrize("make", ["randomblob(900000000)", "zeroblob(900000000)", "hex(zeroblob(9000000))"])
def test_a_huge_value_is_refused_at_once(get: Get, make: str) -> None:
    start = time.process_time()
    answer = get("/gongkai.json", params={"sql": f"select length({make}) as n"})
    assert time.process_time() - start < 2
    assert answer.status_code == 400
    assert "too big" in answer.json()["error"]


def test_a_long_text_within_the_limit_is_no_error(get: Get) -> None:
    sql = f"select length(printf('%{VALUE_BYTES // 2}d', 1)) as n"
    assert get("/gongkai.json", params={"sql": sql, "_shape": "array"}).json() == [{"n": VALUE_BYTES // 2}]
    sql = f"select gongkai_snippet(printf('%{VALUE_BYTES // 2}d', 1), '1') as s"
    start = time.process_time()
    assert get("/gongkai.json", params={"sql": sql, "_shape": "array"}).json() == [{"s": " " * 120 + "…"}]
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("call", "result"),
    [
        ("escape_fts(1)", '"1"'),
        ("escape_fts(null)", '""'),
        ("escape_fts(1.5)", '"1 5"'),
        ("gongkai_snippet(2021, 2021)", "【2021】"),
        ("gongkai_snippet(null, null)", ""),
        ("gongkai_snippet(x'ff', 'xff')", "b'\\【xff】'"),
    ],
)
def test_sql_functions_take_whatever_sql_gives_them(get: Get, call: str, result: str) -> None:
    answer = get("/gongkai.json", params={"sql": f"select {call} as r", "_shape": "array"})
    assert answer.json() == [{"r": result}]


@pytest.mark.parametrize("term", ["诉 ", "a ", "诉", '" '])
def test_a_very_long_search_is_bounded(get: Get, term: str) -> None:
    start = time.process_time()
    page = get("/zh/search", params={"q": term * 6_000})
    assert page.status_code == 200
    assert (term * 100).strip().replace('"', "&#34;") in page.text
    assert (term * 201).replace('"', "&#34;") not in page.text
    assert get("/texts/sections.json", params={"_search": term * 6_000}).status_code == 200
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    "path", ["/", "/zh", "/en/search", f"/zh/report/{REPORT_2020}", f"/report/{REPORT_2020}", "/download/figures.csv"]
)
def test_only_reading_is_allowed(datasette: Datasette, get: Get, path: str) -> None:
    for method in ("POST", "PUT", "DELETE"):
        answer = asyncio.run(datasette.client.request(method, path))
        assert answer.status_code == 405
        assert answer.headers["allow"] == "GET, HEAD"
    head = asyncio.run(datasette.client.head(path))
    assert head.status_code == get(path).status_code < 400


@pytest.mark.parametrize(
    "path",
    ["/gongkai/reports", "/gongkai/reports.json", "/gongkai/requests_received.json", "/gongkai/who_asks", "/gongkai/reports.csv", "/-/dashboards",
    "/-/dashboards/national-en", "/gongkai.json?sql=select+1", "/gongkai", "/-/permissions", "/-/messages", "/openapi.json", "/nowhere"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "NONSENSE"])
def test_nothing_of_datasette_takes_another_method(
    datasette: Datasette, capsys: pytest.CaptureFixture[str], path: str, method: str
) -> None:
    answer = asyncio.run(datasette.client.request(method, path))
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"
    assert answer.headers["x-content-type-options"] == "nosniff"
    if ".json" in path:
        assert answer.json()["status"] == 405
    printed = capsys.readouterr()
    assert "Traceback" not in printed.out + printed.err


def test_scripts_of_other_sites_may_still_ask_whether_they_may(datasette: Datasette) -> None:
    answer = asyncio.run(datasette.client.options("/gongkai/reports.json"))
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/gongkai/reports.csv?_sort=nope", 400, "Cannot sort table by nope"),
        ("/gongkai/nothing.csv", 404, "nothing"),
        ("/nothing/reports.csv", 404, "nothing"),
        ("/gongkai.csv?sql=select+nope", 400, "no such column: nope"),
        ("/gongkai.csv", 400, "?sql="),
        (f"/gongkai.csv?sql={ENDLESS}", 400, "too long"),
        ("/gongkai.csv?sql=drop+table+reports", 400, "SELECT"),
        ("/gongkai/reports.csv?_size=abc", 400, "_size must be"),
    ],
)
def test_what_is_wrong_is_told_in_plain_text_to_who_asks_for_csv(get: Get, path: str, status: int, said: str) -> None:
    answer = get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/plain")
    assert said in answer.text
    assert "<" not in answer.text
    assert answer.headers["access-control-allow-origin"] == "*"


def test_rows_of_a_query_come_as_csv_as_before(get: Get) -> None:
    answer = get("/gongkai.csv", params={"sql": "select :word as word, 1 as number", "word": "甲"})
    assert (answer.status_code, answer.text) == (200, "word,number\r\n甲,1\r\n")
    assert get("/gongkai.csv", params={"sql": "select 1 as number", "_dl": "on"}).headers["content-disposition"]


def test_what_is_closed_has_a_page_of_ours(get: Get) -> None:
    for language, said in (("zh", "这一页不对外开放"), ("en", "This page is closed")):
        page = get("/-/permissions", headers={"accept-language": language})
        assert page.status_code == 403
        assert said in page.text
        assert "<script" not in page.text


def test_control_characters_in_titles_and_texts_are_no_error(release: Path, tmp_path: Path) -> None:
    for name in ("datapackage.json", "gongkai.db", "texts.db"):
        shutil.copy(release / name, tmp_path)
    changes = {
        "gongkai.db": [
            "update reports set title = title || :control",
            "update figures set raw = :control",
            "update issues set detail = :control",
        ],
        "texts.db": ["update sections set heading = :control, text = :control || text || :control"],
    }
    for name, statements in changes.items():
        with closing(sqlite3.connect(tmp_path / name)) as connection, connection:
            for statement in statements:
                assert connection.execute(statement, {"control": CONTROL}).rowcount > 0
    site = make_datasette(tmp_path)
    for path in (
        f"/zh/report/{REPORT_2020}", f"/en/agency/{AGENCY}", "/zh/search?q=诉讼", "/zh/search?q=云岫市", "/gongkai/reports",
        "/gongkai/reports.json", "/gongkai/reports.csv", "/gongkai/figures", "/texts/sections", "/texts/sections.json",
        "/texts/search_sections?q=诉讼",
    ):  # fmt: skip
        assert asyncio.run(site.client.get(path)).status_code == 200, path
    found = asyncio.run(site.client.get("/zh/search?q=诉讼")).text
    assert "<mark>诉讼</mark>" in found
