"""Datasette as we set it up: metadata, canned queries, search in its own tables, links, settings, a bad folder."""

import asyncio
import json
import re
import shutil
import socket
from pathlib import Path

import httpx
import pytest
from datasette.app import Datasette
from small_release import REPORT_2020, REPORT_2021, Get

from gongkai_site.metadata import load_metadata
from gongkai_site.release import DATABASES, NotARelease, read_release
from gongkai_site.server import make_datasette, serve

QUERIES = [
    ("gongkai", name)
    for name in (
        "requests_received", "share_granted", "refusals_by_reason", "who_asks", "petitions_and_repeats", "not_held", "lost_in_review",
        "lost_in_court", "broken_arithmetic", "blank_and_unclear", "carry_over_gaps", "normative_documents", "decisions",
        "share_granted_by_year", "refusals_by_sector", "contested_grounds", "not_held_by_year", "closed_uncorrected_or_unpaid", "backlog",
        "suits_per_refusal", "direct_suits", "requests_by_region", "missing_or_late", "what_changed",
    )
] + [("texts", "search_sections")]  # fmt: skip

GROUNDS = (
    "state_secret", "other_law", "safety_stability", "third_party", "internal_affairs", "process_information", "enforcement_files",
    "administrative_inquiry",
)  # fmt: skip


def ask(get: Get, query: str, **parameters: str) -> list[dict[str, object]]:
    answer = get(f"/gongkai/{query}.json", params={"_shape": "array", **parameters})
    assert answer.status_code == 200
    rows: list[dict[str, object]] = answer.json()
    return rows


def test_metadata_takes_tables_and_columns_from_the_data_package(release: Path) -> None:
    metadata = load_metadata(read_release(release))
    table = metadata["databases"]["gongkai"]["tables"]["requests"]
    assert table["title"] == "依申请公开 · Requests"
    assert table["description"].startswith("报告第三部分")
    assert table["description"].endswith("unless all its parts are known.")
    assert table["columns"]["received"].startswith("本年新收 · Received [count]: ")
    assert "units" not in table
    assert metadata["databases"]["gongkai"]["tables"]["agencies_search"]["hidden"] is True
    described = json.loads((release / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    for resource in described:
        tables = metadata["databases"][resource.get("database", "gongkai")]["tables"]
        assert set(tables[resource["name"]]["columns"]) == {field["name"] for field in resource["schema"]["fields"]}


def test_facets_only_on_small_tables(release: Path) -> None:
    databases = load_metadata(read_release(release))["databases"]
    faceted = {
        name for database in databases.values() for name, table in database["tables"].items() if "facets" in table
    }
    assert faceted <= {"sectors", "agencies", "reports"}


def test_metadata_refuses_tables_that_the_release_lacks(release: Path, tmp_path: Path) -> None:
    descriptor = json.loads((release / "datapackage.json").read_text(encoding="utf-8"))
    descriptor["resources"] = [resource for resource in descriptor["resources"] if resource["name"] != "issues"]
    for name in ("gongkai.db", "texts.db"):
        shutil.copy(release / name, tmp_path)
    (tmp_path / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    with pytest.raises(ValueError, match="issues"):
        make_datasette(tmp_path)


def test_all_queries_are_known_here(datasette: Datasette) -> None:
    known = [
        (database, name)
        for database in ("gongkai", "texts")
        for name in datasette.metadata("queries", database=database, fallback=False)
    ]
    assert sorted(known) == sorted(QUERIES)


@pytest.mark.parametrize(("database", "query"), QUERIES)
def test_every_query_runs_and_is_described_in_both_languages(
    get: Get, datasette: Datasette, database: str, query: str
) -> None:
    parameters = {"q": "诉讼"} if query == "search_sections" else {}
    answer = get(f"/{database}/{query}.json", params={"_shape": "array", **parameters})
    assert answer.status_code == 200
    rows = answer.json()
    assert rows, "the release of the tests answers every question"
    assert query == "search_sections" or all("source_kind" in row for row in rows)
    page = get(f"/{database}/{query}", params=parameters)
    assert page.status_code == 200
    own = datasette.metadata("queries", database=database, fallback=False)[query]
    for text in (own["title_zh"], own["title_en"]):
        assert text.replace("'", "&#39;") in page.text
    assert own["description_zh"] != own["description_en"]
    assert set(own["params"]) == set(_parameters(own["sql"]))


def test_unknown_figures_stay_unknown_in_the_queries(get: Get) -> None:
    [received] = ask(get, "requests_received", year="2020")
    assert received["received"] == 1
    assert received["carried_in"] is None
    assert len(ask(get, "requests_received")) == 3
    assert [row["granted_percent"] for row in ask(get, "share_granted", year="2012")] == [None]


def test_queries_narrow_by_region_agency_and_year(get: Get) -> None:
    assert len(ask(get, "share_granted", region="9901")) == 3
    assert ask(get, "share_granted", region="11") == []
    assert ask(get, "share_granted", agency="990100.science") == []
    assert len(ask(get, "share_granted", agency="990100.government", year="2021")) == 1


def test_refusals_count_what_is_not_printed(get: Get) -> None:
    rows = ask(get, "refusals_by_reason", year="2012")
    assert len(rows) == 12, "a narrative report may state any ground, of whatever form"
    assert all(row["refused"] is None and row["cells_known"] == 0 and row["cells_not_printed"] == 1 for row in rows)


@pytest.mark.parametrize("year", ["2020", "2021"])
def test_refusals_list_only_the_grounds_of_the_form(get: Get, year: str) -> None:
    rows = ask(get, "refusals_by_reason", year=year)
    assert len(rows) == 8
    assert {"涉及商业秘密", "涉及个人隐私"}.isdisjoint(row["ground"] for row in rows)
    assert all(row["cells_known"] == 1 for row in rows)


def test_failed_checks_come_with_their_rule_and_difference(get: Get) -> None:
    rows = ask(get, "broken_arithmetic")
    assert [(row["party"], row["left"], row["right"], row["difference"]) for row in rows] == [
        ("natural_person", 13, 12, 1),
        ("all", None, None, -353),
        ("total", 52, 7, 45),
        ("business", 3, 1, 2),
    ]


def test_failed_checks_name_the_report_compared_with_and_the_outcome_after_correction(get: Get) -> None:
    rows = ask(get, "broken_arithmetic", year="2021")
    assert [(row["compared_with"], row["corrected_outcome"]) for row in rows] == [(None, "pass"), (REPORT_2020, None)]


def test_corrections_are_a_table_with_descriptions(get: Get) -> None:
    [row] = get("/gongkai/corrections.json?_shape=array").json()
    assert (row["from"], row["to"], row["reason_en"]) == (50, 5, "A zero too many was printed")
    page = get("/gongkai/corrections").text
    assert "人工更正的数字及其理由和依据" in page
    assert "更正的理由" in page


def test_carry_over_compares_year_with_year(get: Get) -> None:
    rows = ask(get, "carry_over_gaps", party="natural_person")
    assert [(row["report_id"], row["next_report_id"], row["state"], row["difference"]) for row in rows] == [
        (REPORT_2020, REPORT_2021, "differs", -2)
    ]


def test_shares_rest_on_reports_that_state_all_of_their_parts(get: Get) -> None:
    [before, after] = [row for row in ask(get, "share_granted_by_year") if row["year"] > 2012]
    assert (before["reports_known"], after["reports_known"]) == (1, 1)
    [backlog] = [row for row in ask(get, "backlog") if row["year"] == 2020]
    assert (backlog["carried_in"], backlog["reports_known"], backlog["reports_blank"]) == (None, 0, 1)
    [suits] = [row for row in ask(get, "direct_suits") if row["year"] == 2012]
    assert (suits["law"], suits["suits_direct"], suits["reports_not_printed"]) == ("before_2024", None, 1)


def test_requests_by_region_step_down_with_the_digits_given(get: Get) -> None:
    names = [ask(get, "requests_by_region", region=region)[0]["region"] for region in ("", "99", "9901")]
    assert names == ["样例省", "样例省云岫市", "样例省云岫市"]
    assert ask(get, "requests_by_region")[0]["received"] == 1 + 5 + 3


def test_refusals_by_sector_take_one_ground_or_all(get: Get) -> None:
    [whole] = ask(get, "refusals_by_sector", year="2021")
    parts = [ask(get, "refusals_by_sector", year="2021", ground=ground)[0]["refused"] for ground in GROUNDS]
    assert sum(parts) == whole["refused"]
    assert ask(get, "refusals_by_sector", ground="nothing")[0]["refused"] is None


def test_blank_and_unclear_are_counted(get: Get) -> None:
    [row] = ask(get, "blank_and_unclear", year="2020")
    assert (row["blank"], row["unclear"]) == (1, 1)


@pytest.mark.parametrize(("words", "count"), [("訴訟", 2), ("诉讼", 2), ("信访", 1), ("没有这样的话", 0), ('"*', 0)])
def test_datasettes_own_search_box_finds_both_scripts(get: Get, words: str, count: int) -> None:
    answer = get("/texts/sections.json", params={"_search": words, "_shape": "array"})
    assert answer.status_code == 200
    assert len(answer.json()) == count


def test_datasettes_search_finds_agencies_and_reports(get: Get) -> None:
    assert len(get("/gongkai/agencies.json", params={"_search": "雲岫", "_shape": "array"}).json()) == 1
    assert len(get("/gongkai/reports.json", params={"_search": "年度報告 2012年", "_shape": "array"}).json()) == 1


def test_snippets_in_sql(get: Get) -> None:
    rows = get("/texts/search_sections.json", params={"q": "訴訟", "_shape": "array"}).json()
    assert {row["snippet"] for row in rows} == {
        "全年因政府信息公开被提起行政【诉讼】二件。\n信访事项另行处理。",
        "全年因政府信息公開被提起行政【訴訟】三件。",
    }


def test_tables_link_to_the_pages_of_reports_and_agencies(get: Get) -> None:
    link = f'<a href="/report/{REPORT_2020}">'
    assert link in get("/gongkai/reports").text
    assert link in get(f"/gongkai/requests?report_id={REPORT_2020}").text
    assert link in get("/gongkai/share_granted").text
    assert link in get("/texts/sections").text
    assert link in get(f"/gongkai/reports/{REPORT_2020.replace('.', '~2E')}").text
    assert '<a href="/agency/990100.government">云岫市人民政府</a>' in get("/gongkai/agencies").text
    assert get(f"/report/{REPORT_2020}", follow_redirects=True).status_code == 200


def test_figures_of_a_report_as_json_and_csv(get: Get) -> None:
    page = get(f"/zh/report/{REPORT_2020}").text
    json_url, csv_url = (f"/gongkai/figures.{kind}?report_id={REPORT_2020}&_size=max" for kind in ("json", "csv"))
    assert f"{json_url}&_shape=objects".replace("&", "&amp;") in page
    rows = get(f"{json_url}&_shape=objects").json()["rows"]
    assert len(rows) == 194
    assert get(csv_url).text.count("\n") == 195


def test_settings_and_search_tables(get: Get, datasette: Datasette) -> None:
    settings = get("/-/settings.json").json()
    assert settings["suggest_facets"] is False
    assert settings["allow_download"] is True
    assert [datasette.get_database(name).is_mutable for name in DATABASES] == [False, False]
    tables = {table["name"]: table["hidden"] for table in get("/gongkai.json").json()["tables"]}
    assert tables["reports_search"] is True
    assert tables["reports"] is False
    assert get("/gongkai/reports.json").headers["access-control-allow-origin"] == "*"


def test_nothing_is_told_of_the_machine(get: Get, release: Path) -> None:
    assert str(release) not in get("/-/metadata.json").text
    for name in ("databases", "threads", "versions"):
        for ending in ("", ".json"):
            answer = get(f"/-/{name}{ending}")
            assert answer.status_code == 404
            assert str(release) not in answer.text


def test_the_site_can_stand_under_a_prefix(release: Path) -> None:
    mounted = Datasette(immutables=[str(release / f"{name}.db") for name in DATABASES], settings={"base_url": "/ogi/"})

    def ask_mounted(path: str) -> httpx.Response:
        return asyncio.run(mounted.client.get(path))

    assert ask_mounted("/").headers["location"] == "/ogi/zh"
    page = ask_mounted(f"/zh/report/{REPORT_2020}")
    assert page.headers["content-security-policy"].startswith("default-src 'self'; script-src 'none'")
    links = re.findall(r'(?:href|action)="(/[^"]*)"', page.text)
    assert links
    assert all(link.startswith("/ogi/") for link in links)
    assert f"/ogi/en/report/{REPORT_2020}?remember=1" in links
    assert ask_mounted(f"/en/report/{REPORT_2020}?remember=1").headers["location"] == f"/ogi/en/report/{REPORT_2020}"
    assert ask_mounted(f"/report/{REPORT_2020}").headers["location"] == f"/ogi/zh/report/{REPORT_2020}"


def test_a_folder_without_a_release_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotARelease, match=r"no datapackage\.json, gongkai\.db, texts\.db"):
        make_datasette(tmp_path)
    with pytest.raises(NotARelease, match="nowhere"):
        make_datasette(tmp_path / "nowhere")


def test_damaged_releases_are_refused(release: Path, tmp_path: Path) -> None:
    for name in ("datapackage.json", "texts.db"):
        shutil.copy(release / name, tmp_path)
    (tmp_path / "gongkai.db").write_bytes(b"not a database, but long enough to be read as one" * 100)
    with pytest.raises(NotARelease, match=r"gongkai\.db cannot be read"):
        make_datasette(tmp_path)
    shutil.copy(release / "texts.db", tmp_path / "gongkai.db")
    with pytest.raises(NotARelease, match="no table regions"):
        make_datasette(tmp_path)
    (tmp_path / "datapackage.json").write_text("{}", encoding="utf-8")
    with pytest.raises(NotARelease, match="not a data package"):
        make_datasette(tmp_path)


def _parameters(sql: str) -> set[str]:
    return set(re.findall(r"(?<![:\w]):(\w+)", sql))


def test_answers_on_a_kept_connection_do_not_wait(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listening: list[socket.socket] = []
    monkeypatch.setattr("gongkai_site.server._Server.run", lambda _, sockets: listening.append(sockets[0].dup()))
    serve(release, "127.0.0.1", 0)
    [listener] = listening
    # asyncio sets TCP_NODELAY only where the protocol is named.
    assert listener.proto == socket.IPPROTO_TCP
    listener.close()
