"""Sectors: the file is sound, and no name belongs to two."""

import re
from itertools import chain
from pathlib import Path

import pytest
import yaml

from gongkai_build.register.agencies import Register
from gongkai_build.register.sectors import SECTORS, SectorName, is_usual, load_sectors, official_name

REQUIRED = """government government_office development_reform education science industry ethnic_religious public_security state_security
civil_affairs justice finance human_resources natural_resources ecology housing urban_management transport water agriculture forestry commerce
culture_tourism health veterans emergency audit state_assets market_regulation sports statistics medical_insurance petitions grain energy
financial_supervision local_finance administrative_approval government_services_data big_data rural_revitalisation civil_defence tax customs
meteorology earthquake postal tobacco archives history retired_cadres supply_marketing housing_fund investment_promotion foreign_affairs
overseas_chinese radio_tv drug_administration intellectual_property press_publication maritime power_regulation development_zone township"""


def test_the_kinds_are_there(register: Register) -> None:
    assert set(REQUIRED.split()) <= set(register.sectors.by_id)
    assert len(register.sectors.by_id) >= 65


def test_every_kind_can_be_published(register: Register) -> None:
    for sector in register.sectors.by_id.values():
        assert re.fullmatch(r"[a-z_]+", sector.sector)
        assert sector.name_zh
        assert sector.name_en.isascii()
        assert sector.named or "default" in sector.official
    titles = [sector.name_zh for sector in register.sectors.by_id.values()]
    assert len(titles) == len(set(titles))


def test_no_name_belongs_to_two_kinds() -> None:
    """Read the file itself, so that a name is found twice even where the loader would have met it once."""
    owners: dict[tuple[bool, str], str] = {}
    for sector, entry in yaml.safe_load(SECTORS.read_text(encoding="utf-8")).items():
        national = {
            *entry.get("national", ()),
            *(name for level, name in entry["official"].items() if level == "national"),
        }
        local = {name for level, name in entry["official"].items() if level != "national"} | set(entry.get("names", ()))
        for name in chain(national, local, entry.get("short", ())):
            assert owners.setdefault((name in national, name), sector) == sector, name
        assert not local & set(entry.get("short", ())), "an abbreviation is a full name as well"
        assert len(entry.get("names", ())) == len(set(entry.get("names", ()))), sector
    assert len(owners) > 1000


def test_a_shared_name_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sectors.yml"
    entry = "{{name_zh: {0}, name_en: {0}, official: {{default: {1}}}}}\n"
    path.write_text(f"a: {entry.format('a', '科技局')}b: {entry.format('b', '科技局')}", encoding="utf-8")
    with pytest.raises(ValueError, match="b: 科技局 is a name of a"):
        load_sectors(path)


def test_an_abbreviation_of_nothing_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sectors.yml"
    path.write_text(
        "a: {name_zh: a, name_en: A, official: {default: 科学技术局}, short: {科技厅: 科学技术厅}}", encoding="utf-8"
    )
    with pytest.raises(ValueError, match="科技厅 stands for 科学技术厅"):
        load_sectors(path)


@pytest.mark.parametrize(
    ("sector", "region", "name"),
    [
        ("science", "100000", "科学技术部"),
        ("science", "420000", "科学技术厅"),
        ("science", "360100", "科学技术局"),
        ("education", "110000", "教育委员会"),
        ("health", "360100", "卫生健康委员会"),
        ("health", "450205", "卫生健康局"),
        ("statistics", "420000", "统计局"),
        ("township", "450205", None),
    ],
)
def test_official_names(register: Register, sector: str, region: str, name: str | None) -> None:
    assert official_name(register.sectors.by_id[sector], register.regions.by_code[region]) == name


@pytest.mark.parametrize(
    ("name", "region", "usual"),
    [
        ("科学技术厅", "420000", True),
        ("科学技术厅", "360100", False),
        ("科学技术局", "420000", False),
        ("科学技术局", "120000", True),
        ("科学技术委员会", "310000", True),
        ("人民政府办公厅", "440100", True),
    ],
)
def test_names_fit_levels(register: Register, name: str, region: str, usual: bool) -> None:
    known = register.sectors.by_name[name]
    assert known == SectorName(known.sector, name)
    assert is_usual(known, register.regions.by_code[region]) is usual
