"""The embedded default from end to end: portals over HTTP → archive → release → site, as `make site` runs it."""

import csv
import json
import os
import re
import signal
import sqlite3
import subprocess
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import pandas
import pytest
from selectolax.lexbor import LexborHTMLParser

from expectations import expectations_of_samples
from gongkai_build.demo import sample_corrections, sample_portal_files, sample_register
from gongkai_build.documents import read_document
from gongkai_build.reading.place import place
from gongkai_build.reading.report import best_alignment
from gongkai_build.reading.tokens import tokens_of
from gongkai_scraper.archive import Archive
from gongkai_scraper.portals import load_portals
from tests_support import GONGKAI, folder_bytes


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    result = run_demo(folder)
    assert result.returncode == 0, result.stderr
    assert "valid" in result.stdout
    return folder


@pytest.fixture(scope="module")
def site(demo: Path) -> Iterator[str]:
    command = [*GONGKAI, "serve", str(demo / "release"), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    yield line.split(" at ")[1].split(" (")[0].rstrip("/")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)


def run_demo(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [*GONGKAI, "demo", "--no-serve", "--folder", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "160"})


def report_captures(demo: Path) -> set[str]:
    with Archive.open(demo / "archive") as archive:
        return {capture.capture_id for capture in archive.captures("report")}


def get(url: str) -> str:
    with urlopen(url, timeout=20) as answer:
        return str(answer.read().decode())


def rows(demo: Path, table: str) -> list[dict[str, str]]:
    with (demo / "release" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


REPORTS = len(expectations_of_samples())
PAGES_OF_ATTACHMENTS = 4
"""Pages of portals that hold a report only as an attachment, in PDF or DOCX."""


def test_every_sample_report_is_collected_and_read(demo: Path) -> None:
    reports, captures = rows(demo, "reports"), rows(demo, "captures")
    assert len(reports) == REPORTS == 51
    assert len(captures) == REPORTS + PAGES_OF_ATTACHMENTS
    assert {row["source_kind"] for row in reports} == {"sample"}
    assert {row["form"] for row in reports} == {"2008", "2019", "2021"}
    assert len({row["reader"] for row in reports}) >= 3
    assert {row["portal"] for row in captures} == {
        portal.id for portal in load_portals(sample_portal_files()) if portal.status == "active"
    }


def test_the_figures_are_those_that_were_written_down_for_the_samples(demo: Path) -> None:
    """Whatever way a report came: by list or script, as page or attachment, it is read as it was written."""
    published: dict[str, dict[str, str]] = {}
    for row in rows(demo, "figures"):
        published.setdefault(row["report_id"], {})[f"{row['item_id']}|{row['party']}"] = row["value"]
    corrected = {(row["report_id"], f"{row['item_id']}|{row['party']}") for row in rows(demo, "corrections")}
    for path in expectations_of_samples():
        expected = json.loads(path.read_text(encoding="utf-8"))
        report_id = f"{expected['report']['agency_id']}.{expected['report']['year']}"
        for figure, value in expected["figures"].items():
            if (report_id, figure) not in corrected:
                number = value if type(value) in (int, float) else ""
                assert published[report_id][figure] == str(number), (report_id, figure)


def test_coverage_of_the_samples(demo: Path) -> None:
    """What is here, what is not, and why: on purpose a report each is late, lacking, and behind a portal that refuses."""
    states = {f"{row['agency_id']}.{row['year']}": row["state"] for row in rows(demo, "coverage")}
    assert {report_id for report_id, state in states.items() if state in ("published", "late")} == {
        row["report_id"] for row in rows(demo, "reports")
    }
    told = {
        "990300.finance.2022": "late",
        "990402.government.2023": "late",
        "990302.government.2021": "missing",
        "990500.civil_affairs.2022": "missing",
        "990702.government.2022": "missing",
        "990800.public_security.2022": "refused",
        "990800.public_security.2023": "refused",
    }
    assert {report_id: states[report_id] for report_id in told} == told
    assert "990100.education.2023" not in states, "an agency that reports no more may be one that exists no more"
    assert "failed" not in states.values()


def test_checks_across_years_find_the_gaps_that_were_left_on_purpose(demo: Path) -> None:
    failed = {
        (row["report_id"], row["rule_id"])
        for row in rows(demo, "checks")
        if row["outcome"] == "fail" and row["compared_with"]
    }
    assert failed == {
        ("990100.tax.2023", "carry_over"),
        ("990221.agriculture.2022", "carry_over"),
        ("990221.agriculture.2022", "in_force:normative_documents"),
        ("990300.finance.2022", "carry_over"),
        ("990500.government.2023", "in_force:normative_documents"),
    }


def test_no_invented_figure_stands_under_a_real_agency(demo: Path) -> None:
    assert all(row["region_code"].startswith("99") for row in rows(demo, "agencies"))
    fictional = {row["code"]: row["full_name"] for row in rows(demo, "regions") if row["code"].startswith("99")}
    assert len(fictional) == 16
    assert all("样例" in name for name in fictional.values())


def test_the_package_says_that_it_is_sample_data(demo: Path) -> None:
    descriptor = json.loads((demo / "release" / "datapackage.json").read_text(encoding="utf-8"))
    assert descriptor["sample"] is True


def test_a_second_run_adds_no_captures_and_changes_only_when_it_was_last_looked(demo: Path) -> None:
    before = folder_bytes(demo / "release")
    captures, coverage = report_captures(demo), rows(demo, "coverage")
    again = run_demo(demo)
    assert again.returncode == 0, again.stderr
    assert report_captures(demo) == captures
    after = folder_bytes(demo / "release")
    differing = {name for name, content in after.items() if content != before.get(name)}
    # A second can be too short a time for the clock to show another one.
    assert differing <= {"coverage.csv", "datapackage.json", "gongkai.db", "gongkai.zip", "SHA256SUMS"}
    for row, now in zip(coverage, rows(demo, "coverage"), strict=True):
        assert {**row, "checked_at": now["checked_at"]} == now
        assert row["checked_at"] <= now["checked_at"]


def test_the_same_archive_gives_the_same_bytes(demo: Path, tmp_path: Path) -> None:
    command = [*GONGKAI, "build", "--archive", str(demo / "archive"), "--out", str(tmp_path / "release")]
    command += ["--register", str(sample_register()), "--corrections", str(sample_corrections())]
    command += ["--portals", str(sample_portal_files()), "--workers", "1"]
    subprocess.run(command, check=True, capture_output=True)
    assert folder_bytes(tmp_path / "release") == folder_bytes(demo / "release")


def test_the_json_api_gives_figures(site: str) -> None:
    answer = json.loads(get(f"{site}/gongkai/figures.json?report_id=990100.science.2020&_shape=objects"))
    assert len(answer["rows"]) == 198
    received = {row["party"]: row["value"] for row in answer["rows"] if row["item_id"] == "requests.received"}
    assert received["total"] == 10


def test_both_scripts_find_the_same_reports_in_the_site_s_own_box(site: str) -> None:
    found = {}
    for word in ("诉讼", "訴訟", "申请", "申請"):
        answer = json.loads(get(f"{site}/texts/sections.json?_search={quote(word)}&_shape=array&_size=max"))
        found[word] = {(row["report_id"], row["position"]) for row in answer}
    assert found["诉讼"] == found["訴訟"] != set()
    assert found["申请"] == found["申請"] != set()
    assert "990121.government.2019" in {report for report, _ in found["申请"]}, "the Traditional report is found too"


def test_pages_answer_and_say_that_the_data_is_invented(site: str) -> None:
    for path in ("/zh", "/en", "/zh/report/990102.government.2023", "/en/report/990200.government.2012"):
        page = get(site + path)
        assert "样例" in page
        assert "Sample data" in page


def test_the_csv_files_are_read_by_pandas(demo: Path) -> None:
    figures = pandas.read_csv(demo / "release" / "figures.csv", dtype={"report_id": str})
    total = figures[(figures.item_id == "requests.received") & (figures.party == "total")]
    assert total.value.sum() == sum(
        float(row["value"])
        for row in rows(demo, "figures")
        if row["item_id"] == "requests.received" and row["party"] == "total"
    )
    regions = pandas.read_csv(demo / "release" / "regions.csv", dtype=str)
    assert (regions.code.str.len() == 6).all()


def test_a_killed_collection_goes_on_where_it_stopped(demo: Path, tmp_path: Path) -> None:
    command = [*GONGKAI, "demo", "--no-serve", "--folder", str(tmp_path)]
    for _ in range(3):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        assert process.stderr is not None
        for line in process.stderr:
            # Kill in the middle: as soon as the first report has been stored.
            if ": new " in line:
                break
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert run_demo(tmp_path).returncode == 0
    kept, undisturbed = report_captures(tmp_path), report_captures(demo)
    assert kept == undisturbed
    assert len(kept) == REPORTS + PAGES_OF_ATTACHMENTS


def form_of(page: str) -> str:
    """The part of a report's page that is the statutory form, as the report prints it: without the marks of checks and corrections."""
    # The lists of checks and corrections below the form quote its labels.
    form = re.split(r'<h2 id="(?!section-\d-form)', page)[0]
    # Behind figures that a failed check concerns stands its number, raised; behind a corrected one a dagger and what was printed.
    corrected = r'<a href="#corrections"[^>]*>†</a>(?:<sup>.*?</sup>)?<span class="raw".*?</span>'
    return re.sub(rf"{corrected}|<sup>.*?</sup>", "", form)


def test_the_page_of_a_report_shows_its_figures_as_the_form(demo: Path, site: str) -> None:
    """The page is itself a rendering of the statutory form: read like any report, it must say what the table says."""
    compared = 0
    for report in rows(demo, "reports"):
        if report["form"] == "2008":
            continue
        page = get(f"{site}/zh/report/{report['report_id']}")
        alignment = best_alignment(tokens_of(read_document(form_of(page).encode())))
        assert alignment is not None
        assert alignment.form.form == report["form"]
        shown = {(figure.item_id, figure.party): figure for figure in place(alignment).figures}
        for row in rows(demo, "figures"):
            if row["report_id"] != report["report_id"] or row["item_id"].endswith(".amount"):
                continue
            figure = shown[row["item_id"], row["party"]]
            status = "reported" if row["status"] == "corrected" else row["status"]
            assert figure.status == status, (report["report_id"], row, figure)
            assert str(figure.value if figure.value is not None else "") == row["value"], (
                report["report_id"],
                row,
                figure,
            )
            compared += 1
    assert compared > 3000


def test_the_cell_of_a_corrected_figure_shows_the_correction_and_what_was_printed(demo: Path, site: str) -> None:
    corrected = [row for row in rows(demo, "figures") if row["status"] == "corrected"]
    assert corrected
    for row in corrected:
        page = LexborHTMLParser(get(f"{site}/zh/report/{row['report_id']}"))
        cells = [cell for cell in page.css("table.form td") if cell.css_first('a[href="#corrections"]')]
        assert len(cells) == sum(other["report_id"] == row["report_id"] for other in corrected)
        marks = [[part.text() for part in cell.css("sup, a, span")] for cell in cells]
        assert any(told[0] == row["value"] and {"†", f"“{row['raw']}”"} <= set(told) for told in marks)


def test_every_figure_leads_to_a_place_of_its_document(demo: Path) -> None:
    with closing(sqlite3.connect(demo / "release" / "evidence.db")) as database:
        documents = dict(database.execute("select capture_id, html from documents"))
    compared = 0
    for report in rows(demo, "reports"):
        html = zlib.decompress(documents[report["capture_id"]]).decode()
        for row in rows(demo, "figures"):
            if row["report_id"] == report["report_id"]:
                assert f' data-place="{row["place"]}"' in html, row
                compared += 1
    assert compared == len(rows(demo, "figures"))


def test_the_figures_of_a_report_come_in_one_answer(demo: Path, site: str) -> None:
    for report in rows(demo, "reports"):
        answer = json.loads(get(f"{site}/gongkai/figures.json?report_id={report['report_id']}&_shape=objects"))
        assert len(answer["rows"]) == int(report["figures"])
