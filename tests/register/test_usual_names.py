"""The usual names of agencies of every kind, at every level, lead to the kind that they are. Names only; no figure stands with them."""

import pytest

from gongkai_build.register.agencies import Agency, Register, Unidentified, identify

PROVINCE, CITY, DISTRICT, NATION = "360000", "360100", "360102", "100000"
PLACES = {"省": ("江西省", PROVINCE), "市": ("南昌市", CITY), "区": ("东湖区", DISTRICT), "国": ("", NATION)}

# Sector → names, each behind the level at which it is used.
USUAL = {
    "government": "省人民政府 市人民政府 区人民政府 市政府 国国务院",
    "government_office": "省人民政府办公厅 市人民政府办公室 区政府办公室 市政府办 市政府办公厅",
    "development_reform": "省发展和改革委员会 省发展改革委 市发改委 区发改局 区发展和改革委员会 国国家发展改革委 国国家发展和改革委员会",
    "education": "省教育厅 市教育局 区教育体育局 区教体局 国教育部",
    "science": "省科学技术厅 省科技厅 市科学技术局 市科技局 区科技局 区科技和工业信息化局 国科学技术部 国科技部",
    "industry": "省工业和信息化厅 省工信厅 市工信局 区工业和信息化局 市经信委 国工业和信息化部 国工信部",
    "ethnic_religious": "省民族宗教事务局 市民宗局 区民族宗教事务局",
    "public_security": "省公安厅 市公安局 国公安部",
    "traffic_police": "市公安局交通警察支队 市交警支队 市公安局交警支队",
    "fire_rescue": "省消防救援总队 市消防救援支队 区消防救援大队",
    "state_security": "省国家安全厅 市国家安全局",
    "civil_affairs": "省民政厅 市民政局 区民政局 国民政部",
    "justice": "省司法厅 市司法局 区司法局 国司法部",
    "finance": "省财政厅 市财政局 区财政局 国财政部",
    "human_resources": "省人力资源和社会保障厅 省人社厅 市人社局 区人力资源和社会保障局 国人力资源社会保障部",
    "social_insurance": "市社会保险事业管理中心 市社保局 区社保中心",
    "natural_resources": "省自然资源厅 市自然资源局 市自然资源和规划局 市规划和自然资源局 国自然资源部",
    "land_resources": "省国土资源厅 市国土资源局 市国土局",
    "ecology": "省生态环境厅 市生态环境局 市环保局 省环境保护厅 国生态环境部 国环境保护部",
    "housing": "省住房和城乡建设厅 省住建厅 市住建局 市住房和城乡建设局 区住建局 市城乡建设局 国住房城乡建设部",
    "real_estate": "市住房保障和房产管理局 市房管局 区房产管理局",
    "housing_fund": "市住房公积金管理中心 市公积金中心",
    "urban_management": "市城市管理局 市城管局 区城管局 市城市管理和综合执法局 市城市管理委员会",
    "law_enforcement": "市综合行政执法局 区综合执法局",
    "landscaping": "市园林局 市园林绿化局",
    "transport": "省交通运输厅 市交通运输局 区交通运输局 市交通局 国交通运输部",
    "highways": "市公路管理局 市公路局",
    "water": "省水利厅 市水利局 市水务局 区水务局 国水利部",
    "agriculture": "省农业农村厅 市农业农村局 区农业农村局 市农业局 国农业农村部",
    "animal_husbandry": "市畜牧兽医局 区畜牧局",
    "ocean_fisheries": "市海洋与渔业局 市海洋发展局",
    "forestry": "省林业局 市林业局 省林业和草原局 市林草局 国国家林业和草原局 国国家林草局",
    "commerce": "省商务厅 市商务局 区商务局 国商务部",
    "culture_tourism": "省文化和旅游厅 省文旅厅 市文旅局 市文化广电和旅游局 区文化广电旅游体育局 国文化和旅游部",
    "culture": "省文化厅 市文化局 市文广新局",
    "tourism": "市旅游局 市旅游发展委员会 市旅发委",
    "cultural_heritage": "市文物局 省文物局 国国家文物局",
    "radio_tv": "省广播电视局 市广电局 国国家广播电视总局",
    "health": "省卫生健康委员会 省卫健委 市卫生健康委 市卫健委 区卫健局 区卫生健康委员会 市卫计委 市卫生局 国国家卫生健康委",
    "disease_control": "省疾病预防控制局 市疾控局 国国家疾控局",
    "traditional_medicine": "省中医药管理局 国国家中医药局",
    "medical_insurance": "省医疗保障局 市医保局 区医疗保障局 国国家医保局",
    "veterans": "省退役军人事务厅 市退役军人事务局 区退役军人局 国退役军人事务部",
    "emergency": "省应急管理厅 市应急管理局 区应急局 国应急管理部",
    "work_safety": "市安全生产监督管理局 市安监局",
    "audit": "省审计厅 市审计局 区审计局 国审计署",
    "state_assets": "省国有资产监督管理委员会 省国资委 市国资委 市政府国资委 市人民政府国有资产监督管理委员会 国国务院国资委",
    "market_regulation": "省市场监督管理局 市市场监管局 区市场监督管理局 区市监局 国国家市场监管总局",
    "industry_commerce": "市工商行政管理局 市工商局",
    "quality_supervision": "市质量技术监督局 市质监局",
    "food_drug": "市食品药品监督管理局 市食药监局",
    "drug_administration": "省药品监督管理局 省药监局 国国家药监局",
    "intellectual_property": "省知识产权局 市知识产权局 国国家知识产权局",
    "sports": "省体育局 市体育局 国国家体育总局",
    "statistics": "省统计局 市统计局 区统计局 国国家统计局",
    "petitions": "省信访局 市信访局 区信访局 国国家信访局",
    "grain": "省粮食和物资储备局 市粮食和物资储备局 市粮食局",
    "energy": "省能源局 市能源局 国国家能源局",
    "local_finance": "省地方金融管理局 省地方金融监督管理局 市金融工作办公室 市金融办 省委金融委员会办公室",
    "administrative_approval": "市行政审批局 区行政审批局 市行政审批服务局",
    "government_services_data": "市政务服务数据管理局 市政务服务局 市政务服务管理办公室 市数据和政务服务局 市政务服务和数据局",
    "big_data": "市大数据发展管理局 市大数据局 省数据局 市数据局 国国家数据局",
    "public_resources": "市公共资源交易中心",
    "rural_revitalisation": "省乡村振兴局 市乡村振兴局 区扶贫办 市扶贫开发办公室",
    "civil_defence": "市人民防空办公室 市人防办 市国防动员办公室 市国动办",
    "tax": "省税务局 市税务局 区税务局 国国家税务总局",
    "state_tax": "市国家税务局 市国税局",
    "local_tax": "市地方税务局 区地税局",
    "meteorology": "省气象局 市气象局 国中国气象局",
    "earthquake": "省地震局 市防震减灾局 国中国地震局",
    "postal": "省邮政管理局 市邮政管理局 国国家邮政局",
    "telecommunications": "省通信管理局",
    "tobacco": "市烟草专卖局 国国家烟草专卖局",
    "archives": "省档案局 市档案局",
    "history": "市地方志办公室 市史志办公室 市地方志研究室",
    "supply_marketing": "市供销合作社 市供销社 市供销合作社联合社",
    "investment_promotion": "市投资促进局 区招商局 市投促局",
    "foreign_affairs": "省人民政府外事办公室 市外事办公室 市外办 市外事侨务办公室 国外交部",
    "overseas_chinese": "市侨务办公室 市侨办",
    "taiwan_affairs": "市台湾事务办公室 市台办",
    "offices_administration": "市机关事务管理局 市机关事务管理中心 市机关事务服务中心",
    "research_office": "市人民政府研究室 市政府研究室",
    "institutional_staffing": "市委机构编制委员会办公室 市委编办 市编办",
    "social_work": "省委社会工作部 市委社会工作部",
    "disabled_persons": "市残疾人联合会 市残联",
    "science_association": "市科学技术协会 市科协",
    "trade_promotion": "市贸促会",
    "civil_aviation": "国中国民用航空局 国中国民航局",
    "immigration": "国国家移民管理局",
    "defence_industry": "国国家国防科技工业局 省国防科技工业办公室",
    "foreign_exchange": "国国家外汇管理局 国国家外汇局",
    "customs": "国海关总署",
    "central_bank": "国中国人民银行",
    "railway": "国国家铁路局",
}


def test_at_least_sixty_kinds_with_their_usual_names() -> None:
    assert len(USUAL) >= 60
    assert sum(len(names.split()) for names in USUAL.values()) > 250


@pytest.mark.parametrize("sector", USUAL)
def test_usual_names(sector: str, register: Register) -> None:
    for name in USUAL[sector].split():
        place, code = PLACES[name[0]]
        agency = identify(register, place + name[1:], year=2023)
        assert isinstance(agency, Agency), agency
        assert agency.agency_id == f"{code}.{sector}", name
        if code != NATION:
            # Without its region it is told by the portal alone.
            assert isinstance(identify(register, name[1:], year=2023), Unidentified), name
            hinted = identify(register, name[1:], year=2023, region_hint=code)
            assert isinstance(hinted, Agency), hinted
            assert hinted.agency_id == agency.agency_id, name


@pytest.mark.parametrize(
    ("name", "hint", "agency_id"),
    [
        # Two names on one door.
        ("南昌市发展和改革委员会（南昌市粮食局）", None, "360100.development_reform"),
        ("南昌市发展改革委(粮食和物资储备局)", None, "360100.development_reform"),
        ("发改委（粮食局）", "360100", "360100.development_reform"),
        ("中共南昌市委机构编制委员会办公室", None, "360100.institutional_staffing"),
        # Organs that stand under central ones.
        ("国家税务总局江西省税务局", None, "360000.tax"),
        ("国家税务总局南昌市东湖区税务局", None, "360102.tax"),
        ("国家金融监督管理总局江西监管局", None, "360000.financial_supervision"),
        ("江西银保监局", None, "360000.financial_supervision"),
        ("中国人民银行江西省分行", None, "360000.central_bank"),
        ("江西证监局", None, "360000.securities_regulation"),
        ("国家统计局南昌调查队", None, "360100.survey_office"),
        ("国家外汇管理局江西省分局", None, "360000.foreign_exchange"),
        ("中华人民共和国南昌海关", None, "360100.customs"),
        # Cities of county level, zones, corps, towns and streets.
        ("苏州市昆山市教育局", None, "320583.education"),
        ("义乌市科技局", None, "330782.science"),
        ("第八师石河子市", None, "659001.government"),
        ("新疆生产建设兵团第八师石河子市教育局", None, "659001.education"),
        ("上海市浦东新区教育局", None, "310115.education"),
        ("天津滨海新区教育局", None, "120116.education"),
        ("高新区管委会", "360100", "360100.development_zone.gaoxinjishuchanyekaifaqu"),
        ("经济技术开发区管理委员会", "360100", "360100.development_zone.jingjijishukaifaqu"),
        ("红谷滩新区管委会", "360100", "360100.development_zone.honggutanxinqu"),
        ("城关街道办事处", "620102", "620102.township.chengguan"),
        ("城关镇人民政府", "620123", "620123.township.chengguan"),
        ("榆中县城关镇", None, "620123.township.chengguan"),
        ("兰州市城关区", None, "620102.government"),
        ("拉萨市城关区人民政府", None, "540102.government"),
        ("徐州市鼓楼区教育局", None, "320302.education"),
        ("开封市鼓楼区教育局", None, "410204.education"),
        ("福州鼓楼区教育局", None, "350102.education"),
        ("长春市朝阳区教育局", None, "220104.education"),
        ("北京市朝阳区教委", None, "110105.education"),
    ],
)
def test_names_of_other_shapes(name: str, hint: str | None, agency_id: str, register: Register) -> None:
    agency = identify(register, name, year=2020, region_hint=hint)
    assert isinstance(agency, Agency), agency
    assert agency.agency_id == agency_id


@pytest.mark.parametrize(
    "name",
    [
        "南昌市教育局（机关）",
        "南昌市教育局（九江市教育局）",
        "南昌市教育局（东湖区教育局）",
        "（南昌市教育局）",
        "新疆生产建设兵团第八师",
        "第八师",
        "中共",
        "南昌市政府教育局办公室",
        "城关区幸福村村民委员会",
    ],
)
def test_what_is_not_told_by_its_name(name: str, register: Register) -> None:
    assert isinstance(identify(register, name, year=2020), Unidentified)


@pytest.mark.parametrize(
    "name",
    [
        "城关区",
        "鼓楼区",
        "朝阳区",
        "长安区",
        "新华区",
        "桥西区",
        "西湖区",
        "普陀区",
        "宝山区",
        "和平区",
        "向阳区",
        "铁东区",
        "铁西区",
        "河东区",
        "市中区",
        "江北区",
        "西安区",
        "南山区",
        "郊区",
    ],
)
def test_regions_that_share_a_name_are_told_by_what_stands_above_them(name: str, register: Register) -> None:
    alone = identify(register, f"{name}教育局", year=2012)
    assert isinstance(alone, Unidentified)
    assert alone.reason == "ambiguous_region"
    assert len(alone.candidates) > 1
    told = {code: identify(register, f"{name}教育局", year=2012, region_hint=code) for code in alone.candidates}
    assert all(isinstance(agency, Agency) and agency.region_code == code for code, agency in told.items())
