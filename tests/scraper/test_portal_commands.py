"""`gongkai portals …`: what it prints and writes, and that it fetches no report."""

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from fake_portal import Answer, Site

from gongkai_build.cli import main
from gongkai_build.resources import definition
from gongkai_scraper.drivers import DRIVERS, Request
from gongkai_scraper.drivers.page import Answer as Stored
from gongkai_scraper.examples import compare
from gongkai_scraper.portals import SCHEMA, load_portal
from gongkai_scraper.scout import ORDER, UnknownPlatform, recognise

REGISTER = ("--register", str(definition("samples") / "register"))
SAMPLES = ("--portals", str(definition("samples") / "portals"))
EXAMPLES = Path(__file__).parents[1] / "drivers"
HTML = {"Content-Type": "text/html; charset=utf-8"}


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["portals", *map(str, arguments)])


def page(body: str) -> Answer:
    head = '<meta name="SiteName" content="云岫市人民政府门户网站"><title>年报_云岫市人民政府</title>'
    return Answer(f"<html><head>{head}</head><body>{body}</body></html>".encode(), headers=HTML)


def fill(site: Site) -> str:
    link = '<li><a href="{0}.html">云岫市{0}年政府信息公开工作年度报告</a></li>'
    more = '<li><a href="t.html">图解：云岫市2023年年度报告</a></li>'
    site.routes["/nb/index.html"] = page(
        f"<ul>{link.format(2023)}{more}</ul><script>createPageHTML(2, 0, 'index', 'html')</script>"
    )
    site.routes["/nb/index_1.html"] = page(
        f"<ul>{link.format(2022)}</ul><script>createPageHTML(2, 1, 'index', 'html')</script>"
    )
    return f"http://localhost:{site.port}/nb/index.html"


def test_list_check_show() -> None:
    listed = run("list", *SAMPLES)
    assert listed.exit_code == 0, listed.output
    assert "yunxiu" in listed.output
    checked = run("check", *SAMPLES, *REGISTER)
    assert checked.exit_code == 0, checked.output
    shown = run("show", "yunxiu", *SAMPLES)
    assert yaml.safe_load(shown.output)["driver"]["next"] == "下一页"
    assert run("show", "nobody", *SAMPLES).exit_code == 1
    assert json.loads(run("schema").output) == json.loads(SCHEMA.read_text(encoding="utf-8"))


def test_check_names_every_mistake(tmp_path: Path) -> None:
    good = (definition("samples") / "portals" / "yunxiu.yml").read_text(encoding="utf-8")
    (tmp_path / "a.yml").write_text(good.replace("990100", "990999"), encoding="utf-8")
    (tmp_path / "b.yml").write_text(good + "surplus: 1\n", encoding="utf-8")
    (tmp_path / "c.yml").write_text(good + "agency: 990100.alchemy\n", encoding="utf-8")
    checked = run("check", "--portals", tmp_path, *REGISTER)
    assert checked.exit_code == 1
    assert "a.yml: region: the register has no division 990999" in checked.output
    assert "b.yml:17: surplus: Extra inputs" in checked.output
    assert "c.yml: " in checked.output
    assert "alchemy" in checked.output
    assert "3 problems in 3 portal files" in checked.output
    (tmp_path / "empty").mkdir()
    assert "no portal files" in run("check", "--portals", tmp_path / "empty").output


def test_a_new_portal_from_the_page_of_a_list(site: Site, tmp_path: Path) -> None:
    url = fill(site)
    (tmp_path / "portals").mkdir()
    where = ("--portals", tmp_path / "portals", "--examples", tmp_path / "examples")
    made = run("new", url, "--id", "yunxiu", *where, *REGISTER)
    assert made.exit_code == 0, made.output
    assert "trs_wcm, 3 links, 2 reports" in made.output
    portal = load_portal(tmp_path / "portals" / "yunxiu.yml")
    assert (portal.name, portal.region, portal.status) == ("云岫市人民政府门户网站", "990100", "unverified")
    assert portal.driver.family == "trs_wcm"
    text = (tmp_path / "portals" / "yunxiu.yml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=schema.json\n")
    assert len(text.splitlines()) < 25
    example = tmp_path / "examples" / "yunxiu"
    assert "not reviewed yet" in str(compare(portal, example))
    path = example / "expected.json"
    path.write_text(path.read_text(encoding="utf-8").replace("false", "true", 1), encoding="utf-8")
    assert compare(portal, example) is None
    assert site.paths == ["/robots.txt", "/nb/index.html", "/nb/index_1.html"]
    again = run("new", url, "--id", "yunxiu", *where, *REGISTER)
    assert again.exit_code == 1
    assert "is there already" in again.output

    before = len(site.paths)
    scouted = run("scout", "yunxiu", "--portals", tmp_path / "portals")
    assert scouted.exit_code == 0, scouted.output
    assert "云岫市2022年政府信息公开工作年度报告" in scouted.output
    assert "图解" not in scouted.output
    assert "2 pages, 3 links, 2 reports" in scouted.output
    assert site.paths[before:] == ["/robots.txt", "/nb/index.html", "/nb/index_1.html"]
    assert "no report: 图解" in run("scout", "yunxiu", "--all", "--portals", tmp_path / "portals").output
    site.routes["/nb/index_1.html"] = Answer(b"", 404)
    broken = run("scout", "yunxiu", "--portals", tmp_path / "portals")
    assert broken.exit_code == 1
    assert "error: " in broken.output


def test_what_a_new_portal_cannot_be(site: Site, tmp_path: Path) -> None:
    where = ("--portals", tmp_path, "--examples", tmp_path / "examples", *REGISTER)
    url = f"http://localhost:{site.port}/nb/index.html"
    assert "status 404" in run("new", url, *where).output
    site.routes["/nb/index.html"] = page("<p>没有列表</p>")
    refused = run("new", url, *where)
    assert "no driver can read it" in refused.output
    assert "static_list: no link fits" in refused.output
    assert "holds a user name" in run("new", "http://me:secret@localhost/", *where).output
    assert "secret" not in run("new", "ftp://localhost/", *where).output
    assert "made of small letters" in run("new", url, "--id", "Yun Xiu", *where).output
    site.routes["/nb/index.html"] = Answer("<title>年报</title><a href='1'>年报</a>".encode(), headers=HTML)
    assert "give --region" in run("new", url, *where).output
    assert "give one with --portals" in run("new", url, *REGISTER).output
    assert sorted(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "case",
    [
        "chinatax/two_pages",
        "gkmlpt/category_by_name",
        "hanweb_jpaas/pages_by_count",
        "hanweb_jpage/records_by_post",
        "static_list/next_link",
        "trs_wcm/counted_from_zero",
        "trs_wcm/variables_and_gbk",
    ],
)
def test_each_platform_is_recognised_from_its_page(case: str) -> None:
    portal = load_portal(EXAMPLES / case / "portal.yml")
    first = DRIVERS[portal.driver.family].begin(portal)[0]
    answer = Stored((EXAMPLES / case / "1.html").read_bytes(), first.url, None, "text/html", first)
    found = recognise(answer, portal.model_dump(exclude={"driver"}))
    assert found.driver.family == portal.driver.family
    assert DRIVERS[found.driver.family].begin(found) == (first,)


def test_the_order_of_recognition_has_every_family() -> None:
    assert set(ORDER) == set(DRIVERS)
    portal = load_portal(EXAMPLES / "hanweb_annual_report" / "years_and_organisations" / "portal.yml")
    first = DRIVERS["hanweb_annual_report"].begin(portal)[0]
    body = (EXAMPLES / "hanweb_annual_report" / "years_and_organisations" / "1.html").read_bytes()
    given = portal.model_dump(exclude={"driver"})
    assert recognise(Stored(body, first.url, None, None, first), given).driver.family == "hanweb_annual_report"
    with pytest.raises(UnknownPlatform, match="no driver can read it"):
        recognise(Stored(b"", first.url, None, None, Request("http://a.example/")), given)


def test_unverified_portals_are_left_out_of_a_run_unless_asked_for(site: Site, tmp_path: Path) -> None:
    url = fill(site)
    (tmp_path / "portals").mkdir()
    for year in (2022, 2023):
        site.routes[f"/nb/{year}.html"] = page(f"{year}年")
    where = ("--portals", str(tmp_path / "portals"))
    run("new", url, "--id", "yunxiu", *where, "--examples", tmp_path / "examples", *REGISTER)
    archive = ("--archive", str(tmp_path / "archive"))
    left = CliRunner().invoke(main, ["collect", *archive, *where])
    assert left.exit_code == 1
    assert "all unverified" in left.output
    for arguments in (["yunxiu"], ["--unverified"]):
        done = CliRunner().invoke(main, ["collect", *arguments, *archive, *where])
        assert done.exit_code == 0, done.output
    assert "/nb/2022.html" in site.paths
