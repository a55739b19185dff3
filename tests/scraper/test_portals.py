"""Portal files: what is read, and what is refused with file, line and field."""

from pathlib import Path

import pytest

from gongkai_scraper.portals import PORTALS, Portal, PortalError, load_portal, load_portals

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
    assert portal.titles.leave == ("解读", "图解", "通知", "指南")
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
        ("static_list", "unknown", ":6: driver.family: Input should be 'static_list'"),
        ("status: active", "status: active\nlink: a", ":10: link: Extra inputs"),
        ("  lists", "  links: 'a[['\n  lists", ":7: driver.links: is no CSS selector"),
        ("status: active", "status: active\nyears: [2024, 2019]", "years: the first year"),
        ("status: active", "status: active\npoliteness: {delay: 0.2}", "at least 1.0 second"),
        ("status: active", "status: active\npoliteness:\n  delays: 3", ":11: politeness.delays: Extra inputs"),
        ("status: active", "status: active\nloopback: true", "only a sample"),
        ("status: active", "status: blocked", "needs a dated note"),
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
    assert portal.model_fields_set == set(Portal.model_fields)


def test_the_portal_files_that_travel_with_the_code() -> None:
    paths = sorted(PORTALS.glob("*.yml"))
    assert all(load_portal(path).source != "sample" for path in paths)
