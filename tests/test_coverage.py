"""What is known of each agency and year: three kinds of nothing, and never one taken for another."""

import csv
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from gongkai_build.archived import FAILED, READ, REFUSED, Archived, Look, Unhad
from gongkai_build.captured import Reading, choose
from gongkai_build.coverage import Expected, cover
from gongkai_build.reading.place import Issue
from gongkai_build.reading.report import read_body
from gongkai_build.register.agencies import Register, load_register
from gongkai_build.release import build_release
from gongkai_build.resources import definition
from gongkai_scraper.archive import Archive, Attached, Capture, Document, Fetch, Note
from gongkai_scraper.records import Outcome

OVERLAY = definition("samples") / "register"
LOOKED = "2024-06-01T08:00:00Z"
EDUCATION, TOWN_HALL = "990100.education", "990102.government"
NAMES = {EDUCATION: "云岫市教育局", TOWN_HALL: "青坪区人民政府"}

Covered = dict[tuple[str, int], tuple[str, str | None]]


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register(OVERLAY)


def text(agency_id: str, year: int, published: str = "") -> bytes:
    date = f"发布日期：{published}\n" if published else ""
    return (
        f"{NAMES[agency_id]}{year}年政府信息公开工作年度报告\n{date}一、总体情况\n样例。\n"
        f"二、主动公开政府信息情况\n第二十条第（五）项\n信息内容\n本年处理决定数量\n行政许可\n{year}\n"
    ).encode()


def capture(name: str, portal: str | None = "yunxiu", title: str | None = None) -> Capture:
    return Capture(
        capture_id=name,
        url=f"http://yunxiu.localhost/{name}",
        file_name=None,
        fetched_at="2024-05-01T00:00:00Z",
        seen_at="2024-05-01T00:00:00Z",
        status=200,
        media_type="text/plain",
        charset="utf-8",
        bytes=1,
        portal=portal,
        source_kind="sample",
        agency_id=None,
        region_code="990100",
        link_title=title,
        role="report",
        warc="a",
        offset=0,
        length=1,
    )


def reading(register: Register, agency_id: str, year: int, published: str = "") -> Reading:
    report = read_body(text(agency_id, year, published), register)
    return Reading(capture(f"{agency_id}-{year}"), report)


def covered(
    register: Register,
    readings: Iterable[Reading] = (),
    *,
    look: str | None = READ,
    at: str = LOOKED,
    unhad: Iterable[Unhad] = (),
    portals: Iterable[Expected] = (),
) -> Covered:
    looks = {"yunxiu": Look("yunxiu", at, look, "" if look == READ else "list: no answer")} if look else {}
    readings = list(readings)
    known = cover(choose(readings), readings, register, Archived(looks=looks, unhad=tuple(unhad)), tuple(portals))
    return {(str(row["agency_id"]), int(str(row["year"]))): (str(row["state"]), row["detail"]) for row in known.rows}  # type: ignore[misc]


def states(known: Covered) -> dict[str, str]:
    return {f"{agency_id}.{year}": state for (agency_id, year), (state, _) in known.items()}


def portal(
    agencies: tuple[str, ...] = (), years: tuple[int, int] | None = (2020, 2023), refused: str | None = None
) -> Expected:
    return Expected("yunxiu", "sample", agencies, years, refused)


def unhad(outcome: str, year: int = 2022, at: str = LOOKED, title: str | None = None) -> Unhad:
    title = title or f"{NAMES[EDUCATION]}{year}年政府信息公开工作年度报告"
    return Unhad(
        "yunxiu", "990100", None, "http://yunxiu.localhost/a.html", title, at, outcome, f"{outcome} for a reason"
    )


@pytest.mark.parametrize(
    ("agency_id", "published", "state"),
    [
        (EDUCATION, "2023-01-31", "published"),
        (EDUCATION, "2023-02-01", "late"),
        (TOWN_HALL, "2023-03-31", "published"),
        (TOWN_HALL, "2023-04-01", "late"),
        # Without a date nothing says that it was late.
        (EDUCATION, "", "published"),
    ],
)
def test_a_report_is_late_when_it_says_so_itself(
    register: Register, agency_id: str, published: str, state: str
) -> None:
    assert states(covered(register, [reading(register, agency_id, 2022, published)])) == {f"{agency_id}.2022": state}


def test_between_two_reports_of_an_agency_one_is_missing(register: Register) -> None:
    readings = [reading(register, EDUCATION, year) for year in (2020, 2023)]
    assert states(covered(register, readings, portals=[portal(years=None)])) == {
        "990100.education.2020": "published",
        "990100.education.2021": "missing",
        "990100.education.2022": "missing",
        "990100.education.2023": "published",
    }


def test_behind_the_last_report_only_a_government_or_a_named_agency_can_be_missing(register: Register) -> None:
    """An agency that reports no more may have been merged into another; a government lasts as long as its division."""
    readings = [reading(register, EDUCATION, 2021), reading(register, TOWN_HALL, 2021)]
    known = states(covered(register, readings, portals=[portal()]))
    assert {key for key, state in known.items() if state == "missing"} == {
        "990102.government.2022",
        "990102.government.2023",
    }
    named = states(covered(register, readings[:1], portals=[portal((EDUCATION,))]))
    assert named == {f"{EDUCATION}.{year}": "published" if year == 2021 else "missing" for year in range(2020, 2024)}


@pytest.mark.parametrize(
    ("at", "expected"),
    [("2024-01-31T23:59:59Z", set()), ("2024-02-01T00:00:00Z", {"990100.education.2023"})],
)
def test_nothing_is_missing_before_its_deadline(register: Register, at: str, expected: set[str]) -> None:
    readings = [reading(register, EDUCATION, 2022)]
    known = states(covered(register, readings, at=at, portals=[portal((EDUCATION,), (2022, 2023))]))
    assert {key for key, state in known.items() if state == "missing"} == expected


@pytest.mark.parametrize("outcome", [FAILED, REFUSED])
def test_a_portal_that_could_not_be_read_is_never_said_to_hold_nothing(register: Register, outcome: str) -> None:
    readings = [reading(register, EDUCATION, year) for year in (2020, 2022)]
    known = covered(register, readings, look=outcome, portals=[portal(years=None)])
    assert known[EDUCATION, 2021] == (outcome, "list: no answer")


def test_a_portal_that_nobody_looked_at_says_nothing(register: Register) -> None:
    readings = [reading(register, EDUCATION, year) for year in (2020, 2022)]
    known = states(covered(register, readings, look=None, portals=[portal((EDUCATION,))]))
    assert set(known.values()) == {"published"}


def test_a_portal_that_refuses_us_is_refused_with_its_note(register: Register) -> None:
    readings = [reading(register, EDUCATION, 2020)]
    note = "2026-11-25: asks for a script"
    known = covered(register, readings, look=None, portals=[portal((TOWN_HALL,), (2021, 2022), refused=note)])
    assert known[TOWN_HALL, 2021] == known[TOWN_HALL, 2022] == ("refused", note)


def test_what_a_list_names_and_what_could_not_be_had(register: Register) -> None:
    readings = [reading(register, EDUCATION, year) for year in (2021, 2023)]
    known = covered(register, readings, unhad=[unhad(FAILED)], portals=[portal(years=None)])
    assert known[EDUCATION, 2022] == ("failed", "failed for a reason (http://yunxiu.localhost/a.html)")
    assert states(known)["990100.education.2021"] == "published"
    later = covered(register, readings, unhad=[unhad(FAILED), unhad(REFUSED, at="2024-07-01T00:00:00Z")])
    assert later[EDUCATION, 2022][0] == "refused", "what happened last counts"
    had = covered(register, [*readings, reading(register, EDUCATION, 2022)], unhad=[unhad(FAILED)])
    assert had[EDUCATION, 2022][0] == "published", "what was had elsewhere is here"
    nobody = covered(register, readings, unhad=[unhad(FAILED, title="2022年度报告")])
    assert (EDUCATION, 2022) not in nobody, "a title that names nobody says nothing"


@pytest.mark.parametrize("outcome", [FAILED, REFUSED])
def test_a_report_of_which_nobody_can_tell_whose_it_is_may_be_the_missing_one(register: Register, outcome: str) -> None:
    readings = [reading(register, EDUCATION, year) for year in (2020, 2023)]
    listed = unhad(outcome, title="2022年年度报告")
    known = covered(register, readings, unhad=[listed], portals=[portal(years=None)])
    assert known[EDUCATION, 2022][0] == outcome
    assert "may be this report" in (known[EDUCATION, 2022][1] or "")
    assert known[EDUCATION, 2021][0] == "missing", "of another year nothing failed"
    attached = covered(register, readings, unhad=[replace(listed, is_listed=False)], portals=[portal(years=None)])
    assert attached[EDUCATION, 2022][0] == "missing", "what only a report's page names is no report of its own"


def test_a_document_of_which_nobody_can_tell_whose_it_is_may_be_the_missing_one(register: Register) -> None:
    readings = [reading(register, EDUCATION, year) for year in (2020, 2023)]
    unreadable = Issue("unreadable", "", "a picture")
    scan = Reading(capture("scan", title="2022年年度报告"), None, failure=unreadable)
    mine = read_body(text(EDUCATION, 2022).replace(NAMES[EDUCATION].encode(), "我局".encode()), register)
    assert mine.report_id is None
    silent = Reading(capture("mine", title="年度报告"), mine)

    def found(*more: Reading, attached: dict[str, str] | None = None) -> Covered:
        looks = {"yunxiu": Look("yunxiu", LOOKED, READ)}
        led_to = tuple(Attached(page, url, None, is_listed=False) for url, page in (attached or {}).items())
        archived = Archived(looks=looks, attached=led_to)
        every = [*readings, *more]
        known = cover(choose(every), every, register, archived, [portal(years=None)])
        return {(str(row["agency_id"]), int(str(row["year"]))): (row["state"], row["detail"]) for row in known.rows}  # type: ignore[misc]

    known = found(scan)
    detail = "unreadable: a picture (http://yunxiu.localhost/scan, which may be this report)"
    assert known[EDUCATION, 2022] == ("failed", detail)
    assert known[EDUCATION, 2021][0] == "missing", "it names another year"
    detail = (
        "nobody can tell whose report it is, or of which year (http://yunxiu.localhost/mine, which may be this report)"
    )
    assert found(silent)[EDUCATION, 2022] == ("failed", detail), "the year stands in it"
    undated = Reading(capture("scan", title="年度报告"), None, failure=unreadable)
    assert {state for (_, year), (state, _) in found(undated).items() if year in (2021, 2022)} == {"failed"}
    # What only another document leads to is no report of its own, and what leads to one that was read is none either.
    attached = {"http://yunxiu.localhost/scan": f"http://yunxiu.localhost/{EDUCATION}-2020"}
    assert found(scan, attached=attached)[EDUCATION, 2022][0] == "missing"
    attached = {f"http://yunxiu.localhost/{EDUCATION}-2020": "http://yunxiu.localhost/scan"}
    assert found(scan, attached=attached)[EDUCATION, 2022][0] == "missing"
    clone = replace(scan, failure=Issue("clone", "", "pinyin"))
    elsewhere = replace(scan, capture=replace(scan.capture, portal=None))
    older = Reading(
        replace(scan.capture, url=readings[0].capture.url, seen_at="2020-01-01T00:00:00Z"), None, (), unreadable
    )
    for other in (clone, elsewhere, older):
        assert found(other)[EDUCATION, 2022][0] == "missing"


def test_a_document_that_cannot_be_read_is_our_failure(register: Register) -> None:
    title = f"{NAMES[EDUCATION]}2022年政府信息公开工作年度报告"
    unread = Reading(capture("scan", title=title), None, failure=Issue("unreadable", "", "a picture"))
    known = covered(register, [unread, reading(register, EDUCATION, 2021)])
    assert known[EDUCATION, 2022] == ("failed", "unreadable: a picture (http://yunxiu.localhost/scan)")


def test_a_clone_is_no_failure(register: Register) -> None:
    title = f"{NAMES[EDUCATION]}2022年政府信息公开工作年度报告"
    clone = Reading(capture("clone", title=title), None, failure=Issue("clone", "", "pinyin"))
    assert states(covered(register, [clone, reading(register, EDUCATION, 2021)])) == {
        "990100.education.2021": "published"
    }


def test_agencies_without_any_report_are_named(register: Register) -> None:
    readings = [reading(register, EDUCATION, 2021)]
    looks = {"yunxiu": Look("yunxiu", LOOKED, READ)}
    known = cover(choose(readings), readings, register, Archived(looks=looks), [portal((TOWN_HALL,), (2021, 2021))])
    assert [(agency.agency_id, agency.name) for agency in known.without_report] == [(TOWN_HALL, NAMES[TOWN_HALL])]


def test_portals_of_another_kind_than_the_documents_are_left_aside(register: Register) -> None:
    real = Expected("beijing", "official", ("110000.government",), (2020, 2023), "2026-11-25: refuses")
    assert states(covered(register, [reading(register, EDUCATION, 2021)], portals=[real])) == {
        "990100.education.2021": "published"
    }


def links(*years: int) -> tuple[tuple[str, str], ...]:
    rows = [
        (f"http://yunxiu.localhost/{year}", f"{NAMES[EDUCATION]}{year}年政府信息公开工作年度报告", None, None)
        for year in years
    ]
    return (("run_id", "1"), ("portal", "yunxiu"), ("links", json.dumps(rows, ensure_ascii=False)))


def end(state: str, lists: str | None, *messages: dict[str, str]) -> tuple[tuple[str, str], ...]:
    summary = json.dumps({"lists": lists, "messages": messages})
    return (("run_id", "1"), ("ended_at", "2024-06-01T09:00:00Z"), ("state", state), ("summary", summary))


RUN = (("run_id", "1"), ("portal", "yunxiu"), ("region_code", "990100"), ("started_at", LOOKED), ("since", LOOKED))


def rows_of_release(tmp_path: Path, notes: Iterable[Note | Fetch]) -> list[dict[str, str]]:
    """Coverage of an archive that has the reports of 2019 and 2023, and a run with these notes."""
    with Archive.open(tmp_path / "archive", write=True) as archive:
        for year in (2019, 2023):
            url = f"http://yunxiu.localhost/{year}"
            document = Document(
                text(EDUCATION, year), "sample", url=url, portal="yunxiu", fetched_at="2024-05-01T00:00:00Z"
            )
            archive.add_document(document)
        archive.add_all([Note("run", LOOKED, RUN), *notes])
    build_release(tmp_path / "archive", tmp_path / "out", overlay=OVERLAY, portals=[portal((EDUCATION,), (2019, 2023))])
    with (tmp_path / "out/coverage.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def fetch(year: int, outcome: Outcome, reason: str) -> Fetch:
    url = f"http://yunxiu.localhost/{year}"
    document = Document(
        b"", "sample", url=url, portal="yunxiu", region_code="990100", fetched_at="2024-06-01T08:30:00Z"
    )
    return Fetch(document, None, outcome, reason, 1)


def test_the_three_kinds_of_nothing_as_the_archive_has_them(tmp_path: Path) -> None:
    notes = [
        Note("links", LOOKED, links(2019, 2020, 2021, 2023)),
        fetch(2020, "failed", "status 500"),
        fetch(2021, "refused", "a script challenge"),
        Note("end", LOOKED, end("refused", "read")),
    ]
    rows = rows_of_release(tmp_path, notes)
    assert [(row["year"], row["state"], row["detail"], row["checked_at"]) for row in rows] == [
        ("2019", "published", "", LOOKED),
        ("2020", "failed", "status 500 (http://yunxiu.localhost/2020)", "2024-06-01T08:30:00Z"),
        ("2021", "refused", "a script challenge (http://yunxiu.localhost/2021)", "2024-06-01T08:30:00Z"),
        ("2022", "missing", "", LOOKED),
        ("2023", "published", "", LOOKED),
    ]


@pytest.mark.parametrize(
    ("state", "lists", "expected"),
    [
        ("done", "read", "missing"),
        ("done", "failed", "failed"),
        ("done", "refused", "refused"),
        ("refused", None, "refused"),
        ("stopped", None, "failed"),
        # Who was interrupted before the lists were read has not looked.
        ("interrupted", None, None),
    ],
)
def test_how_a_run_ended_decides_what_is_said_of_what_it_did_not_find(
    tmp_path: Path, state: str, lists: str | None, expected: str | None
) -> None:
    error = {"level": "error", "text": "list: it broke", "url": "http://yunxiu.localhost/list"}
    rows = rows_of_release(tmp_path, [Note("end", LOOKED, end(state, lists, error))])
    found = {row["year"]: (row["state"], row["detail"]) for row in rows}
    detail = "" if expected == "missing" else "list: it broke (http://yunxiu.localhost/list)"
    assert found.get("2021") == ((expected, detail) if expected else None)
    assert found["2019"] == ("published", "")


@pytest.mark.parametrize(
    ("state", "expected"), [("refused", "refused"), ("stopped", "failed"), ("interrupted", "failed")]
)
def test_what_was_named_and_not_asked_for_is_not_missing(tmp_path: Path, state: str, expected: str) -> None:
    notes = [Note("links", LOOKED, links(2019, 2020)), Note("end", LOOKED, end(state, "read"))]
    found = {row["year"]: (row["state"], row["detail"]) for row in rows_of_release(tmp_path, notes)}
    reason = f"not asked for: the run ended before it ({state}) (http://yunxiu.localhost/2020)"
    assert found["2020"] == (expected, reason)
