"""Several documents of one report: one of them stands for it, what the others say otherwise is told, and clones stand for nothing."""

import csv
from pathlib import Path

import pytest

from gongkai_build.release import NothingToBuild, build_release
from gongkai_build.resources import definition
from gongkai_scraper.archive import Archive, Document

OFFICIAL = "http://www.yunxiu.gov.cn/a.html"
OTHER = "http://www.yunxiu.gov.cn/b.html"
MIRROR = "http://copies.example.com/a.html"
TITLE = "云岫市教育局2021年政府信息公开工作年度报告"


def text(decisions: int | None = None, title: str = TITLE, more: str = "") -> bytes:
    table = "二、主动公开政府信息情况\n第二十条第（五）项\n信息内容\n本年处理决定数量\n行政许可\n{}\n"
    body = table.format(decisions) if decisions is not None else "二、主动公开政府信息情况\n公开各类信息。\n"
    return f"{title}\n一、总体情况\n样例。{more}\n{body}".encode()


def build(tmp_path: Path, *documents: tuple[bytes, str, str | None, str]) -> dict[str, list[dict[str, str]]]:
    with Archive.open(tmp_path / "archive", write=True) as archive:
        for body, kind, url, time in documents:
            archive.add_document(Document(body, kind, url=url, fetched_at=f"2022-0{time}T00:00:00Z"))
    build_release(tmp_path / "archive", tmp_path / "out", overlay=definition("samples") / "register")
    tables = {}
    for name in ("reports", "captures", "issues", "figures", "changes"):
        with (tmp_path / "out" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            tables[name] = list(csv.DictReader(stream))
    return tables


def value(tables: dict[str, list[dict[str, str]]]) -> str:
    return next(row["value"] for row in tables["figures"] if row["item_id"] == "permits.decisions")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        # The later edit wins over the earlier one, the official page over a copy seen later.
        ((text(7), "official", OFFICIAL, "1-01"), (text(8), "official", OFFICIAL, "2-01"), "8"),
        ((text(7), "official", OFFICIAL, "1-01"), (text(8), "mirror", MIRROR, "2-01"), "7"),
        ((text(7), "local", None, "1-01"), (text(8), "mirror", MIRROR, "2-01"), "8"),
        # Of two addresses the one with tables, whenever it was seen.
        ((text(7), "official", OTHER, "1-01"), (text(), "official", OFFICIAL, "2-01"), "7"),
        ((text(), "official", OTHER, "1-01"), (text(7), "official", OFFICIAL, "2-01"), "7"),
    ],
)
def test_one_document_stands_for_the_report(
    first: tuple[bytes, str, str | None, str],
    second: tuple[bytes, str, str | None, str],
    expected: str,
    tmp_path: Path,
) -> None:
    tables = build(tmp_path, first, second)
    assert [row["report_id"] for row in tables["reports"]] == ["990100.education.2021"]
    assert [row["report_id"] for row in tables["captures"]] == ["990100.education.2021"] * 2
    assert value(tables) == expected
    (differ,) = [row for row in tables["issues"] if row["kind"] == "captures_differ"]
    assert "permits.decisions (all)" in differ["detail"]
    assert differ["capture_id"] != tables["reports"][0]["capture_id"]


def test_a_page_that_was_put_back_is_the_earlier_one_again(tmp_path: Path) -> None:
    kind, url = "official", OFFICIAL
    with Archive.open(tmp_path / "archive", write=True) as archive:
        archive.add_document(Document(text(7), kind, url=url, fetched_at="2022-01-01T00:00:00Z"))
        archive.add_document(Document(text(8), kind, url=url, fetched_at="2022-02-01T00:00:00Z"))
        # Another title of the link, so that the fetch is one of its own.
        archive.add_document(Document(text(7), kind, url=url, fetched_at="2022-03-01T00:00:00Z", link_title=TITLE))
        captures = {capture.fetched_at: capture.seen_at for capture in archive.captures("report")}
    assert captures == {
        "2022-01-01T00:00:00Z": "2022-03-01T00:00:00Z",
        "2022-02-01T00:00:00Z": "2022-02-01T00:00:00Z",
    }
    assert value(build(tmp_path)) == "7"


def test_every_change_of_a_figure_at_an_address_is_a_row(tmp_path: Path) -> None:
    """A page that is edited and put back was changed twice; what another address shows is no change."""
    kind = "official"
    with Archive.open(tmp_path / "archive", write=True) as archive:
        for body, url, month in (
            (text(7), OFFICIAL, 1),
            (text(8), OFFICIAL, 2),
            # Between two readable versions a page that is no report.
            (b"maintenance", OFFICIAL, 3),
            (text(7), OFFICIAL, 4),
            (text(9), OTHER, 1),
            (text(), OTHER, 5),
        ):
            archive.add_document(
                Document(body, kind, url=url, fetched_at=f"2022-0{month}-01T00:00:00Z", link_title=f"{month}")
            )
    changes = build(tmp_path)["changes"]
    assert {row["item_id"] for row in changes} == {"permits.decisions"}
    assert [(row["url"], row["changed_at"], row["from_raw"], row["to_raw"]) for row in changes] == [
        (OFFICIAL, "2022-02-01T00:00:00Z", "7", "8"),
        (OFFICIAL, "2022-04-01T00:00:00Z", "8", "7"),
        (OTHER, "2022-05-01T00:00:00Z", "9", ""),
    ]
    assert [(row["from"], row["from_status"], row["to"], row["to_status"]) for row in changes][1:] == [
        ("8", "reported", "7", "reported"),
        ("9", "reported", "", "absent"),
    ]
    assert changes[0]["from_capture_id"] == changes[1]["to_capture_id"] != changes[0]["to_capture_id"]


def test_what_an_edit_changed_is_told_within_bounds(tmp_path: Path) -> None:
    old = text(7, title=TITLE.replace("工作", ""), more="2021年受理" + "很" * 300)
    tables = build(tmp_path, (old, "official", OFFICIAL, "1-01"), (text(8), "official", OFFICIAL, "2-01"))
    (differ,) = [row for row in tables["issues"] if row["kind"] == "captures_differ"]
    assert differ["detail"].startswith("title: 云岫市教育局2021年政府信息公开年度报告 here")
    assert "permits.decisions (all): 7 here, 8 there" in differ["detail"]


def test_other_years_and_agencies_are_never_merged(tmp_path: Path) -> None:
    tables = build(
        tmp_path,
        (text(7), "official", OFFICIAL, "1-01"),
        (text(7, title=TITLE.replace("2021", "2020")), "official", OFFICIAL, "2-01"),
        (text(7, title=TITLE.replace("云岫市", "青坪区")), "official", OFFICIAL, "3-01"),
    )
    assert [row["report_id"] for row in tables["reports"]] == [
        "990100.education.2020",
        "990100.education.2021",
        "990102.education.2021",
    ]
    assert not [row for row in tables["issues"] if row["kind"] == "captures_differ"]


PINYIN = "公(gōng)開(kāi)報(bào)告"


def test_a_clone_is_kept_and_never_published(tmp_path: Path) -> None:
    clone = text(9, more=PINYIN)
    tables = build(tmp_path, (text(7), "local", None, "1-01"), (clone, "mirror", MIRROR, "2-01"))
    assert value(tables) == "7"
    assert len(tables["captures"]) == 2
    (row,) = [row for row in tables["issues"] if row["kind"] == "clone"]
    assert row["report_id"] == ""
    assert row["capture_id"] != tables["reports"][0]["capture_id"]


def test_a_clone_that_is_all_there_is_makes_no_report(tmp_path: Path) -> None:
    with pytest.raises(NothingToBuild, match="pinyin"):
        build(tmp_path, (text(9, more=PINYIN), "mirror", MIRROR, "2-01"))


@pytest.mark.parametrize(
    ("attached", "title", "open_issues"),
    [
        (text(7), TITLE, 0),
        (text(7), "", 0),
        # What the page led to is the report of another year, or none.
        (text(7), TITLE.replace("2021", "2020"), 1),
        ("公开目录\n2021年政府信息公开目录".encode(), TITLE, 2),
    ],
)
def test_a_page_that_led_to_its_report_is_no_open_issue(
    tmp_path: Path, attached: bytes, title: str, open_issues: int
) -> None:
    page = f"{TITLE}\n附件：{TITLE}.docx".encode()
    with Archive.open(tmp_path / "archive", write=True) as archive:
        archive.add_document(Document(page, "official", url=OFFICIAL, link_title=title))
        archive.add_document(Document(attached, "official", url=OTHER, found_on=OFFICIAL))
        archive.add_document(
            Document(text(5, TITLE.replace("2021", "2019")), "official", url="http://www.yunxiu.gov.cn/c")
        )
    tables = build(tmp_path)
    assert [row["kind"] for row in tables["issues"]].count("not_a_report") == open_issues
    assert len(tables["captures"]) == 3
