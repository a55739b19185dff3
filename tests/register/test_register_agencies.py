"""Finding an agency by its name: what must be found, what must not, and what holds for every region."""

import pickle
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai_build.register.agencies import Agency, Register, Unidentified, agency_from_id, identify, load_register
from gongkai_build.register.regions import Regions
from gongkai_build.register.sectors import official_name
from gongkai_build.resources import definition
from gongkai_build.schema import load_schema


@pytest.mark.parametrize(
    ("name", "hint", "agency_id", "full"),
    [
        ("湖北省科学技术厅", None, "420000.science", "湖北省科学技术厅"),
        ("柳北区科学技术局", None, "450205.science", "柳北区科学技术局"),
        ("掇刀区人民政府", None, "420804.government", "掇刀区人民政府"),
        ("掇刀区", None, "420804.government", "掇刀区人民政府"),
        ("白银市科学技术局", None, "620400.science", "白银市科学技术局"),
        ("南昌市科技局", None, "360100.science", "南昌市科学技术局"),
        ("南昌科技局", None, "360100.science", "南昌市科学技术局"),
        ("旺苍县林业局", None, "510821.forestry", "旺苍县林业局"),
        ("阎良区信访局", None, "610114.petitions", "阎良区信访局"),
        ("洛江区科学技术局", None, "350504.science", "洛江区科学技术局"),
        ("临夏州交通运输局", None, "622900.transport", "临夏回族自治州交通运输局"),
        ("内蒙古教育厅", None, "150000.education", "内蒙古自治区教育厅"),
        ("北京市科委", None, "110000.science", "北京市科学技术委员会"),
        ("湖北省人民政府外事办公室", None, "420000.foreign_affairs", "湖北省人民政府外事办公室"),
        ("湖北省人民政府科学技术厅", None, "420000.science", "湖北省科学技术厅"),
        ("襄樊市科学技术局", None, "420600.science", "襄阳市科学技术局"),
        ("河南省济源市教育局", None, "419001.education", "济源市教育局"),
        ("南昌市市场监督管理局", None, "360100.market_regulation", "南昌市市场监督管理局"),
        ("国家新闻出版广电总局", None, "100000.radio_tv", "国家新闻出版广电总局"),
        ("国务院扶贫开发领导小组办公室", None, "100000.rural_revitalisation", "国务院扶贫开发领导小组办公室"),
        ("中共武汉市委网络安全和信息化委员会办公室", None, "420100.cyberspace", "武汉市委网络安全和信息化委员会办公室"),
        # A report in the name of the Party's organ and of an agency of the same place.
        ("中共武汉市委武汉市人民政府", None, "420100.government", "武汉市人民政府"),
        ("中共武汉市委、武汉市人民政府", None, "420100.government", "武汉市人民政府"),
        ("中共掇刀区委办公室掇刀区人民政府办公室", None, "420804.government_office", "掇刀区人民政府办公室"),
        ("中共掇刀区委区政府信访局", None, "420804.petitions", "掇刀区信访局"),
        ("中共麻城镇委员会麻城镇人民政府", "420804", "420804.township.macheng", "掇刀区麻城镇人民政府"),
        # A merged body keeps its printed name.
        ("柳北区教育体育局", None, "450205.education", "柳北区教育体育局"),
        ("柳北区科技和工业信息化局", None, "450205.science", "柳北区科技和工业信息化局"),
        ("柳北区文化广电体育和旅游局", None, "450205.culture_tourism", "柳北区文化广电体育和旅游局"),
        ("柳北区住建局", None, "450205.housing", "柳北区住房和城乡建设局"),
        # Organs of the State Council, and those that stand under them everywhere.
        ("中华人民共和国科学技术部", None, "100000.science", "科学技术部"),
        ("科技部", None, "100000.science", "科学技术部"),
        ("国家税务总局", None, "100000.tax", "国家税务总局"),
        ("国家税务总局南昌市税务局", None, "360100.tax", "国家税务总局南昌市税务局"),
        ("南昌市税务局", None, "360100.tax", "国家税务总局南昌市税务局"),
        ("国家统计局江西调查总队", None, "360000.survey_office", "国家统计局江西调查总队"),
        ("国家能源局山西监管办公室", None, "140000.power_regulation", "国家能源局山西监管办公室"),
        ("中华人民共和国南昌海关", None, "360100.customs", "中华人民共和国南昌海关"),
        # With a hint, or the city in front.
        ("科技局", "360100", "360100.science", "南昌市科学技术局"),
        ("市科技局", "360100", "360100.science", "南昌市科学技术局"),
        ("市科技局", "360102", "360100.science", "南昌市科学技术局"),
        ("我市科技局", "360100", "360100.science", "南昌市科学技术局"),
        ("省科技厅", "420804", "420000.science", "湖北省科学技术厅"),
        ("城关区教育局", "620100", "620102.education", "城关区教育局"),
        ("城关区教育局", "620102", "620102.education", "城关区教育局"),
        ("兰州市城关区教育局", None, "620102.education", "城关区教育局"),
        ("本溪市科技局", None, "210500.science", "本溪市科学技术局"),
        ("南昌市科技局", "100000", "360100.science", "南昌市科学技术局"),
        # Towns, streets, zones and branches.
        ("广州市荔湾区人民政府南源街道办事处", None, "440103.township.nanyuan", "荔湾区南源街道办事处"),
        ("南源街道", "440103", "440103.township.nanyuan", "荔湾区南源街道办事处"),
        ("肖村乡人民政府", "420804", "420804.township.xiaocun", "掇刀区肖村乡人民政府"),
        ("进贤县民和镇", None, "360124.township.minhe", "进贤县民和镇人民政府"),
        ("东莞市长安镇人民政府", None, "441900.township.changan", "东莞市长安镇人民政府"),
        ("牛市口街道办事处", "510104", "510104.township.niushikou", "锦江区牛市口街道办事处"),
        (
            "南昌高新技术产业开发区管理委员会",
            "360100",
            "360100.development_zone.gaoxinjishuchanyekaifaqu",
            "南昌高新技术产业开发区管理委员会",
        ),
        ("南昌市东湖区第一中学", None, "360102.secondary_school.diyi", "南昌市东湖区第一中学"),
        ("南昌市东湖区人民医院", None, "360102.hospital.renmin", "南昌市东湖区人民医院"),
        ("荆州高新区管委会", None, "421000.development_zone.gaoxinjishuchanyekaifaqu", "荆州高新区管委会"),
        (
            "北京经济技术开发区管理委员会",
            None,
            "110000.development_zone.jingjijishukaifaqu",
            "北京经济技术开发区管理委员会",
        ),
        (
            "山东省青岛西海岸新区管理委员会",
            None,
            "370200.development_zone.xihaianxinqu",
            "山东省青岛西海岸新区管理委员会",
        ),
        ("武汉市洪山区城区改造更新局", None, "420111.urban_renewal", "洪山区城区改造更新局"),
        ("南昌市公安局东湖分局", None, "360102.public_security", "南昌市公安局东湖分局"),
        ("南昌市东湖生态环境局", None, "360102.ecology", "东湖区生态环境局"),
        # Fictional ones of the samples.
        ("云岫市禾川县民政局", None, "990121.civil_affairs", "禾川县民政局"),
        ("样例省科技厅", None, "990000.science", "样例省科学技术厅"),
    ],
)
def test_identified(register: Register, name: str, hint: str | None, agency_id: str, full: str) -> None:
    agency = identify(register, name, year=2020, region_hint=hint)
    assert isinstance(agency, Agency), agency
    assert (agency.agency_id, agency.name) == (agency_id, full)


@pytest.mark.parametrize(
    ("name", "hint", "reason", "candidates"),
    [
        ("", None, "no_name", ()),
        ("我局", "360100", "self_reference", ()),
        ("我镇", "360102", "self_reference", ()),
        ("科技局", None, "no_region", ()),
        ("市科技局", None, "no_region", ()),
        ("我市科技局", None, "no_region", ()),
        ("科技局", "100000", "no_region", ()),
        ("州科技局", "360100", "no_region", ()),
        ("肖村乡人民政府", None, "no_region", ()),
        ("肖村乡人民政府", "360100", "no_region", ("360100",)),
        ("益阳市大通湖区科技和工业信息化局", None, "no_region", ("430900",)),
        ("大通湖区科技和工业信息化局", "430900", "no_region", ()),
        ("益阳市大通湖区北洲子镇人民政府", "430900", "no_region", ("430900",)),
        ("吉林科技局", None, "no_region", ()),
        ("巴州教育局", None, "no_region", ()),
        ("东湖新技术开发区管理委员会", None, "no_region", ()),
        ("城关区教育局", None, "ambiguous_region", ("540102", "620102")),
        ("鼓楼区人民政府", None, "ambiguous_region", ("320106", "320302", "350102", "410204")),
        ("鼓楼区", None, "ambiguous_region", ("320106", "320302", "350102", "410204")),
        ("朝阳区教育局", None, "ambiguous_region", ("110105", "220104")),
        ("城关区渭源路街道办事处", None, "ambiguous_region", ("540102", "620102")),
        ("武汉市科技局", "360000", "outside_hint", ("420100",)),
        ("南昌市科技厅", None, "level_mismatch", ("360100",)),
        ("科技局", "420000", "level_mismatch", ("420000",)),
        ("湖北省科技局", None, "level_mismatch", ("420000",)),
        ("南昌市某某局", None, "unknown_sector", ("360100",)),
        ("南昌市公安局高新分局", None, "unknown_sector", ("360100",)),
        # A name is read to its end or not at all.
        ("南昌市科技局办公室", None, "unknown_sector", ("360100",)),
        ("关于南昌市科技局", None, "no_region", ()),
        ("中国", None, "unknown_sector", ()),
        ("全国", None, "unknown_sector", ()),
    ],
)
def test_unidentified(
    register: Register, name: str, hint: str | None, reason: str, candidates: tuple[str, ...]
) -> None:
    assert identify(register, name, year=2020, region_hint=hint) == Unidentified(name, reason, candidates)


def test_printed_names_become_aliases_where_they_name_the_region(register: Register) -> None:
    def aliases(name: str, hint: str | None = None) -> tuple[str, ...]:
        agency = identify(register, name, year=2020, region_hint=hint)
        assert isinstance(agency, Agency)
        return agency.aliases

    assert aliases("南昌市科技局") == ("南昌市科技局",)
    assert aliases("南昌市科学技术局") == ()
    assert aliases("柳州市柳北区科学技术局") == ("柳州市柳北区科学技术局",)
    assert aliases("科技局", "360100") == ()
    assert aliases("我市科技局", "360100") == ()
    assert aliases("广州市荔湾区人民政府南源街道办事处") == ("广州市荔湾区人民政府南源街道办事处",)


def test_levels(register: Register) -> None:
    names = {
        "national": "审计署",
        "province": "湖北省审计厅",
        "prefecture": "南昌市审计局",
        "county": "柳北区审计局",
        "township": "柳北区雅儒街道",
    }
    for level, name in names.items():
        agency = identify(register, name, year=2020)
        assert isinstance(agency, Agency)
        assert agency.level == level


def test_the_year_decides(register: Register) -> None:
    def agency_id(name: str, year: int) -> str:
        agency = identify(register, name, year=year)
        assert isinstance(agency, Agency), agency
        return agency.agency_id

    assert agency_id("江孜县教育局", 2012) == "542323.education"
    assert agency_id("江孜县教育局", 2014) == "540222.education"
    # A report on 2015 is written in 2016, when the county had become a district.
    assert agency_id("濂溪区教育局", 2015) == "360402.education"
    assert agency_id("庐山区教育局", 2015) == "360402.education"


def test_an_unknown_hint_is_an_error(register: Register) -> None:
    with pytest.raises(ValueError, match="region_hint '36010'"):
        identify(register, "科技局", year=2020, region_hint="36010")


def test_agency_from_id(register: Register) -> None:
    assert agency_from_id(register, "450205.science") == Agency(
        "450205.science", "柳北区科学技术局", (), "450205", "science", "county"
    )
    assert agency_from_id(register, "450205.science", "柳北区科技局").aliases == ("柳北区科技局",)
    assert agency_from_id(register, "450205.science", "柳北区科技创新促进局").name == "柳北区科技创新促进局"
    assert agency_from_id(register, "100000.tax").name == "国家税务总局"
    assert agency_from_id(register, "440103.township.nanyuan", "南源街道").name == "荔湾区南源街道办事处"


@pytest.mark.parametrize(
    ("agency_id", "name", "faults"),
    [
        ("science", None, ["region.sector"]),
        ("450205.Science", None, ["region.sector"]),
        ("123456.magic", None, ["123456 is not a region", "magic is not a sector"]),
        ("440103.township", None, ["needs a name in pinyin"]),
        ("440103.science.x", None, ["takes no name in pinyin"]),
        ("440103.township.nanyuan", None, ["needs its name in Chinese"]),
        ("360100.customs", None, ["needs its name in Chinese"]),
        ("440103.township.nanyuan", "北源街道", ["440103.township.beiyuan"]),
        ("450205.science", "柳北区教育局", ["450205.education"]),
    ],
)
def test_wrong_ids(register: Register, agency_id: str, name: str | None, faults: list[str]) -> None:
    with pytest.raises(ValueError, match=re.escape(repr(agency_id))) as error:
        agency_from_id(register, agency_id, name)
    for fault in faults:
        assert fault in str(error.value)


def unique_names(regions: Regions, year: int) -> dict[str, str]:
    """Names that one division alone bore in a year, and that could stand alone."""
    owners: dict[str, set[str]] = {}
    for text, namings in regions.names.items():
        for naming in namings:
            if naming.kind != "stem" and any(naming.interval.covers(each) for each in (year, year + 1)):
                owners.setdefault(text, set()).add(naming.interval.code)
    return {
        text: min(codes)
        for text, codes in owners.items()
        if len(codes) == 1 and text not in regions.rules.general_names
    }


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_what_has_one_name_is_found_by_it(register: Register, data: st.DataObject) -> None:
    names = unique_names(register.regions, 2020)
    text = data.draw(st.sampled_from(sorted(names)))
    sectors = [sector for sector in register.sectors.by_id.values() if "default" in sector.official]
    sector = data.draw(st.sampled_from(sectors))
    region = register.regions.by_code[names[text]]
    agency = identify(register, text + str(official_name(sector, region)), year=2020)
    assert isinstance(agency, Agency), agency
    assert agency.agency_id == f"{region.code}.{sector.sector}"
    assert agency_from_id(register, agency.agency_id, agency.name).agency_id == agency.agency_id


def test_every_unique_name_is_its_government(register: Register) -> None:
    names = unique_names(register.regions, 2020)
    assert len(names) > 2500
    for text, code in names.items():
        agency = identify(register, text, year=2020)
        assert isinstance(agency, Agency), agency
        assert agency.agency_id == f"{code}.government"


def test_every_listed_region_is_found_with_its_parents_or_as_hint(register: Register) -> None:
    pattern = {field.name: field for field in load_schema().table("agencies").fields}
    assert set(pattern) == set(Agency.__dataclass_fields__)
    for region in register.regions.by_code.values():
        if region.valid_to is not None or region.level == "national":
            continue
        for name, hint in (
            (f"{region.full_name}审计局", None),
            ("统计局", region.code),
            (f"{region.name}统计局", region.code),
        ):
            if name.endswith("审计局") and region.level == "province" and not region.name.endswith("市"):
                continue
            agency = identify(register, name, year=2024, region_hint=hint)
            assert isinstance(agency, Agency), (agency, region)
            assert agency.region_code == region.code
            assert re.fullmatch(r"\d{6}\.[a-z_]+(\.[a-z0-9_]+)?", agency.agency_id)


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_no_region_is_found_whose_name_is_not_there(register: Register, data: st.DataObject) -> None:
    """Whatever stands before the kind of agency: a region is found only where its name, or a short form, stands in the text."""
    texts = sorted(register.regions.names)
    pieces = st.one_of(
        st.sampled_from(texts), st.text(st.sampled_from("大通湖市县区东南西北新城省州高山镇乡局"), max_size=4)
    )
    endings = st.sampled_from([*sorted(register.sectors.by_name), "镇人民政府", "街道办事处", "开发区管委会", ""])
    name = "".join(data.draw(st.lists(pieces, max_size=3))) + data.draw(endings)
    agency = identify(register, name, year=data.draw(st.integers(2008, 2026)))
    if isinstance(agency, Unidentified) or agency.region_code == "100000":
        return
    borne = {
        text
        for text, namings in register.regions.names.items()
        for each in namings
        if each.interval.code == agency.region_code
    }
    assert any(text in name for text in borne)


@given(st.text(max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_text_is_answered(register: Register, text: str) -> None:
    assert isinstance(identify(register, text, year=2020, region_hint="360100"), Agency | Unidentified)


def test_finding_is_fast(register: Register) -> None:
    names = [
        "湖北省科学技术厅",
        "益阳市大通湖区科技和工业信息化局",
        "广州市荔湾区人民政府南源街道办事处",
        "南昌市公安局东湖分局",
        "城关区教育局",
    ] * 20
    identify(register, names[2], year=2020)
    start = time.process_time()
    for name in names:
        identify(register, name, year=2020)
    assert (time.process_time() - start) / len(names) < 0.001


def test_the_register_travels_to_worker_processes(register: Register) -> None:
    assert identify(pickle.loads(pickle.dumps(register)), "柳北区科学技术局", year=2020) == identify(
        register, "柳北区科学技术局", year=2020
    )


@pytest.mark.parametrize("name", ["青坪区各街道", "青坪区所属乡镇", "青坪区部分街道", "青坪区某镇人民政府"])
def test_several_agencies_are_none(name: str) -> None:
    register = load_register(definition("samples") / "register")
    assert identify(register, name, year=2020) == Unidentified(name, "several")
