"""The embedded default from end to end: portals over HTTP → archive → release → site, as `make site` runs it."""

import csv
import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import pandas
import pytest

from gongkai_build.documents import read_document
from gongkai_build.reading.place import place
from gongkai_build.reading.report import best_alignment
from gongkai_build.reading.tokens import tokens_of
from gongkai_scraper.archive import Archive
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


def test_every_sample_report_is_collected_and_read(demo: Path) -> None:
    reports = rows(demo, "reports")
    assert len(reports) == len(rows(demo, "captures")) == 20
    assert {row["source_kind"] for row in reports} == {"sample"}
    assert {row["form"] for row in reports} == {"2008", "2019", "2021"}
    assert len({row["reader"] for row in reports}) >= 3
    assert {row["portal"] for row in rows(demo, "captures")} == {"yunxiu", "lanshi"}


def test_no_invented_figure_stands_under_a_real_agency(demo: Path) -> None:
    assert all(row["region_code"].startswith("99") for row in rows(demo, "agencies"))
    fictional = {row["code"]: row["full_name"] for row in rows(demo, "regions") if row["code"].startswith("99")}
    assert len(fictional) == 7
    assert all("样例" in name for name in fictional.values())


def test_the_package_says_that_it_is_sample_data(demo: Path) -> None:
    descriptor = json.loads((demo / "release" / "datapackage.json").read_text(encoding="utf-8"))
    assert descriptor["sample"] is True


def test_a_second_run_fetches_nothing_again_and_builds_the_same_bytes(demo: Path) -> None:
    before = folder_bytes(demo / "release")
    captures = report_captures(demo)
    again = run_demo(demo)
    assert again.returncode == 0, again.stderr
    assert folder_bytes(demo / "release") == before
    assert report_captures(demo) == captures


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
    assert len(kept) == 20


def test_the_page_of_a_report_shows_its_figures_as_the_form(demo: Path, site: str) -> None:
    """The page is itself a rendering of the statutory form: read like any report, it must say what the table says."""
    compared = 0
    for report in rows(demo, "reports"):
        if report["form"] == "2008":
            continue
        # Behind figures that a failed check concerns stands its number, raised.
        page = re.sub(r"<sup>.*?</sup>", "", get(f"{site}/zh/report/{report['report_id']}"))
        alignment = best_alignment(tokens_of(read_document(page.encode())))
        assert alignment is not None
        assert alignment.form.form == report["form"]
        shown = {(figure.item_id, figure.party): figure for figure in place(alignment).figures}
        for row in rows(demo, "figures"):
            if row["report_id"] != report["report_id"] or row["item_id"].endswith(".amount"):
                continue
            figure = shown[row["item_id"], row["party"]]
            assert figure.status == row["status"], (report["report_id"], row, figure)
            assert str(figure.value if figure.value is not None else "") == row["value"], (
                report["report_id"],
                row,
                figure,
            )
            compared += 1
    assert compared > 3000


def test_the_figures_of_a_report_come_in_one_answer(demo: Path, site: str) -> None:
    for report in rows(demo, "reports"):
        answer = json.loads(get(f"{site}/gongkai/figures.json?report_id={report['report_id']}&_shape=objects"))
        assert len(answer["rows"]) == int(report["figures"])
