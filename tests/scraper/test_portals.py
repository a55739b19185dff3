"""Portal files: what is read, and what is refused with file, line and field."""

import json
from pathlib import Path

import pytest

from gongkai_scraper.drivers import DRIVERS, Link
from gongkai_scraper.portals import (
    PORTALS,
    SCHEMA,
    Portal,
    PortalError,
    Verdict,
    load_portal,
    load_portals,
    portal_schema,
)

GOOD = """\
name: 云岫市人民政府门户网站
region: "990100"
source: official
home: https://www.example.gov.cn/
driver:
  family: static_list
  lists:
    - https://www.example.gov.cn/nb/index.html
status: active
"""


def write(folder: Path, text: str, name: str = "yunxiu.yml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_least_that_a_portal_file_says(tmp_path: Path) -> None:
    portal = load_portal(write(tmp_path, GOOD))
    assert (portal.id, portal.region, portal.driver.links, portal.driver.next) == ("yunxiu", "990100", "a", "下一页")
    assert portal.titles.take == ("年度报告", "年报")
    assert portal.titles.leave == ("解读", "图解", "读懂", "图片版", "通知", "指南")
    assert (portal.politeness.delay, portal.loopback, portal.years, portal.agency) == (3.0, False, None, None)


def test_all_that_a_portal_file_can_say(tmp_path: Path) -> None:
    text = GOOD.replace("official", "sample").replace("  lists", "  links: ul.list a\n  next: 后页\n  lists") + (
        "agency: 990100.government\ntitles: {take: [报告], leave: []}\n"
        "years: [2019, 2024]\nreports_per_year: {minimum: 1, maximum: 40}\nloopback: true\n"
        'politeness: {delay: 0.0, timeout: 10, maximum_bytes: 1000}\nnote: "2026-11-21: invented"\n'
    )
    portal = load_portal(write(tmp_path, text))
    assert portal.titles.take == ("报告",)
    assert portal.titles.leave == ()
    assert (portal.years, portal.reports_per_year.maximum, portal.driver.next) == ((2019, 2024), 40, "后页")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('region: "990100"', "region: 990100", ":2: region: Input should be a valid string"),
        ('region: "990100"', 'region: "9901"', ":2: region: "),
        ("source: official", "source: blog", ":3: source: "),
        ("home: https:", "home: ftp:", ":4: home: is neither http nor https"),
        (
            "https://www.example.gov.cn/nb",
            "https://me:secret@www.example.gov.cn/nb",
            ":8: driver.lists.0: holds a user name or password",
        ),
        ("https://www.example.gov.cn/nb", "https://[::1/nb", ":8: driver.lists.0: is no web address"),
        ("static_list", "unknown", ":5: driver: Input tag 'unknown' found using 'family' does not match"),
        ("status: active", "status: active\nlink: a", ":10: link: Extra inputs"),
        ("  lists", "  links: 'a[['\n  lists", ":7: driver.links: is no CSS selector"),
        ("status: active", "status: active\nyears: [2024, 2019]", "years: the first year"),
        ("status: active", "status: active\npoliteness: {delay: 0.2}", "at least 1.0 second"),
        ("status: active", "status: active\npoliteness:\n  delays: 3", ":11: politeness.delays: Extra inputs"),
        ("status: active", "status: active\nloopback: true", "only a sample"),
        ("status: active", "status: blocked", "needs a dated note"),
        ("status: active", "status: unverified", "needs a dated note"),
        ("status: active", "status: blocked\nnote: it says no", ":10: note: begins with its date"),
        ("status: active", "status: blocked\nnote: '2026-02-30: it says no'", ":10: note: 2026-02-30 is no date"),
        ("status: active", "status: active\nagency: 990100.a\nagencies: {990100.b: [乙]}", "not both"),
        ("status: active", "status: active\nagencies: {990100.b: []}", ":10: agencies.990100.b: "),
        ("status: active", "status: active\nagencies:\n  science: [甲]", "agencies.science.[key]: "),
        ("status: active", "status: active\nreports_per_year: {minimum: 5, maximum: 2}", "minimum is larger"),
        ("status: active", "status: active\npoliteness: {timeout: .inf}", ":10: politeness.timeout: "),
        ("status: active", "status: active\ntls: none", ":10: tls: "),
        ("status: active", "status: active\narticle: {body: 'a[['}", ":10: article.body: is no CSS selector"),
        ("family: static_list", "numbered: index.html\n  family: static_list", "driver.numbered: must hold {page}"),
        ("  family: static_list\n", "", ":5: driver: Unable to extract tag"),
        ("status: active", "status: active\nstatus: active", ":10: status: given twice"),
        ("status: active", "status: active\ntitles:\n  take: []", ":11: titles.take: "),
        ("status: active", "status: active\nid: other", "id: not a field"),
        ("status: active", "", "status: Field required"),
        ("status: active", "status: [", "cannot be read"),
        ("status: active", "status: &x [*x]", "cannot be read: nested too deeply"),
        ("status: active", "status: " + "[" * 5000, "cannot be read: nested too deeply"),
        ("status: active", "status: 2001-99-99", "cannot be read: month must be in 1..12"),
        ("status: active", "status: !!int x", "cannot be read: invalid literal"),
        ("status: active", "status: !!int ''", "cannot be read"),
        ("status: active", "status: !!bool x", "cannot be read"),
        ("status: active", "status: !!timestamp x", "cannot be read"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in GOOD
    with pytest.raises(PortalError) as caught:
        load_portal(write(tmp_path, GOOD.replace(old, new)))
    assert "yunxiu.yml" in str(caught.value)
    assert words in str(caught.value)


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(PortalError) as caught:
        load_portal(write(tmp_path, GOOD.replace("official", "blog").replace("status: active", "status: on")))
    assert len(str(caught.value).splitlines()) == 2


@pytest.mark.parametrize("text", ["", "- a list", "只有文字"])
def test_a_file_without_fields(tmp_path: Path, text: str) -> None:
    with pytest.raises(PortalError, match="must hold fields"):
        load_portal(write(tmp_path, text))


def test_a_folder_of_portals(tmp_path: Path) -> None:
    for name in ("b.yml", "a.yml"):
        write(tmp_path, GOOD, name)
    write(tmp_path, "no portal", "README.md")
    assert [portal.id for portal in load_portals(tmp_path)] == ["a", "b"]
    assert [portal.id for portal in load_portals([tmp_path / "b.yml"])] == ["b"]
    assert [portal.id for portal in load_portals(tmp_path / "b.yml")] == ["b"]
    (tmp_path / "more").mkdir()
    again = write(tmp_path / "more", GOOD, "a.yml")
    with pytest.raises(PortalError, match="two portal files have the id a"):
        load_portals([tmp_path / "a.yml", again])


def test_no_portals_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PortalError, match="no portal files"):
        load_portals(tmp_path)
    with pytest.raises(PortalError, match="Not-There"):
        load_portal(tmp_path / "Not-There.yml")
    with pytest.raises(PortalError, match="small letters"):
        load_portal(write(tmp_path, GOOD, "Yunxiu City.yml"))


def test_the_explained_format_is_the_format(tmp_path: Path) -> None:
    """The example in portals/README.md is a portal file that names every field."""
    text = (PORTALS / "README.md").read_text(encoding="utf-8")
    example = text.split("```yaml\n")[1].split("```")[0]
    portal = load_portal(write(tmp_path, example))
    assert portal.model_fields_set == set(Portal.model_fields) - {"agency"}


def test_the_portal_files_that_travel_with_the_code() -> None:
    paths = sorted(PORTALS.glob("*.yml"))
    assert all(load_portal(path).source != "sample" for path in paths)


def test_the_schema_for_editors_is_current() -> None:
    """When this fails: gongkai portals schema > scraper/gongkai_scraper/portals/schema.json"""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert schema == json.loads(json.dumps(portal_schema()))
    assert "id" not in schema["properties"]
    assert schema["additionalProperties"] is False


def portal(tmp_path: Path, more: str = "") -> Portal:
    return load_portal(write(tmp_path, GOOD + more))


@pytest.mark.parametrize(
    ("title", "verdict", "agency"),
    [
        ("云岫市教育局2023年政府信息公开工作年度报告", Verdict.WANTED, "990100.education"),
        ("云岫市教育局招生考试中心2023年年报", Verdict.WANTED, "990100.examinations"),
        ("教育局、财政局2023年年报", Verdict.OTHER_AGENCY, None),
        ("云岫市林业局2023年年报", Verdict.OTHER_AGENCY, None),
        ("云岫市教育局2018年年报", Verdict.OTHER_YEAR, "990100.education"),
        ("云岫市教育局年报", Verdict.WANTED, "990100.education"),
        ("云岫市教育局2023年年报解读", Verdict.NO_REPORT, "990100.education"),
    ],
)
def test_verdicts(tmp_path: Path, title: str, verdict: Verdict, agency: str | None) -> None:
    several = (
        "years: [2019, 2024]\nagencies:\n  990100.education: [教育局]\n"
        "  990100.examinations: [招生办, 招生考试中心]\n  990100.finance: [财政局]\n"
    )
    link = Link("https://www.example.gov.cn/1.html", title)
    one = portal(tmp_path, several)
    assert (one.verdict(link), one.agency_of(link)) == (verdict, agency)
    assert one.wants(link) is (verdict is Verdict.WANTED)


def test_an_agency_that_the_driver_knows_comes_first(tmp_path: Path) -> None:
    one = portal(tmp_path, "agency: 990100.education\n")
    assert one.agency_of(Link("https://www.example.gov.cn/1.html", "年报")) == "990100.education"
    assert one.agency_of(Link("https://www.example.gov.cn/1.html", "年报", agency="990100.science")) == "990100.science"


FAMILIES = {
    "trs_wcm": "lists: [https://www.example.gov.cn/nb/]",
    "hanweb_jpage": "lists: [https://www.example.gov.cn/col/col1/index.html]",
    "hanweb_jpaas": "lists: [https://www.example.gov.cn/col/col1/index.html]",
    "hanweb_annual_report": "address: https://www.example.gov.cn/a.jsp\n  organisations: {X1: 990100.education, X2: null}",
    "gkmlpt": "index: https://www.example.gov.cn/gkmlpt/annualreport",
    "chinatax": "lists: [https://www.example.gov.cn/c1/list.html]",
    "static_list": "lists: [https://www.example.gov.cn/nb/]",
}


@pytest.mark.parametrize("family", sorted(DRIVERS))
def test_a_portal_of_each_family_is_short(tmp_path: Path, family: str) -> None:
    head, _, rest = GOOD.partition("driver:\n")
    text = (
        f"{head}driver:\n  family: {family}\n  {FAMILIES[family]}\nyears: [2019, 2024]\n" + rest[rest.index("status") :]
    )
    assert len(text.splitlines()) < 25
    one = load_portal(write(tmp_path, text))
    assert DRIVERS[family].begin(one)
    assert isinstance(one.driver, DRIVERS[family].parameters)
    for wrong in ("surplus: 1", "lists: []", "family: other"):
        with pytest.raises(PortalError, match=r"yunxiu\.yml"):
            load_portal(write(tmp_path, text.replace(FAMILIES[family], f"{FAMILIES[family]}\n  {wrong}")))
