"""Numbers that count more than is asked for, and lists of something else: the part that is meant, unclear, or nothing."""

from decimal import Decimal

import pytest

from gongkai_build.documents import Line
from gongkai_build.reading.narrative import read_narrative
from gongkai_build.reading.sections import Section

Read = dict[str, Decimal | None]

REQUESTS = "三、收到和处理政府信息公开申请情况"
REMEDIES = "四、因政府信息公开申请行政复议、提起行政诉讼、举报投诉情况"
DISCLOSED = "二、主动公开政府信息情况"
OTHERS = "六、其他需要报告的事项"


def read(*sentences: str, heading: str, form: str = "2008", year: int = 2012) -> Read:
    lines = tuple(Line(text, number) for number, text in enumerate(sentences, 1))
    figures, _ = read_narrative([Section(1, heading, lines)], year, form=form, agency="云岫市水利局")
    return {f"{figure.item_id}{'/natural' * (figure.party == 'natural_person')}": figure.value for figure in figures}


@pytest.mark.parametrize(
    ("sentence", "received"),
    [
        ("2012年共收到政府信息公开申请12件，其中上年结转2件，本年新收10件。", 10),
        ("共收到政府信息公开申请38件（新收36件，上年结转2件）。", 36),
        ("共受理政府信息公开申请38件：上年结转2件，当年新收36件。", 36),
        ("2012年共受理申请38件，其中2011年结转2件，2012年收到36件。", 36),
        ("共收到政府信息公开申请38件。其中上年结转2件，本年新收36件。", 36),
        ("2012年共受理政府信息公开申请12件，其中2件为上年结转。", None),
        ("共受理政府信息公开申请38件（其中上年结转2件），办结36件。", None),
        ("共收到政府信息公开申请38件，其中往年结转2件。", None),
        ("共收到政府信息公开申请38件，含2011年遗留2件。", None),
        ("共收到政府信息公开申请38件（含上年结转）。", None),
        ("上年结转2件，共受理政府信息公开申请38件。", None),
        ("共收到政府信息公开申请36件，办结37件（含上年结转2件）。", 36),
        ("共收到政府信息公开申请36件，办结37件，其中上年结转2件。", None),
        ("上年结转2件，本年共收到政府信息公开申请36件。", 36),
        ("共收到政府信息公开申请36件（不含上年结转2件）。", 36),
        ("共收到政府信息公开申请36件，上年结转2件，办结38件。", 36),
        ("共收到政府信息公开申请36件，其中上年结转0件。", 36),
        ("共收到政府信息公开申请36件，其中上年无结转。", 36),
        ("共收到政府信息公开申请36件，新增3件。", 36),
        ("收到申请350件，其中政府信息公开申请12件。", 12),
        ("收到公民政府信息公开申请3件，法人申请2件。", "absent"),
        ("共收到政府信息公开申请3件，其中公民个人申请1件，法人申请2件。", 3),
    ],
)
def test_what_was_received_among_what_was_carried_over(sentence: str, received: int | str | None) -> None:
    assert read(sentence, heading=REQUESTS).get("requests.received", "absent") == received


def test_the_channels_of_new_and_carried_requests_are_not_those_of_the_new_ones() -> None:
    said = "共收到政府信息公开申请38件（上年结转2件，新收36件），其中网上30件，当面8件。"
    assert read(said, heading=REQUESTS) == {"requests.received": 36, "requests.carried_in": 2}


@pytest.mark.parametrize(
    ("sentence", "figures"),
    [
        ("我局被申请行政复议12件，其中政府信息公开类2件。", {"review.total": 2}),
        ("我局被申请行政复议12件，其中2件涉及政府信息公开。", {"review.total": 2}),
        (
            "被申请行政复议12件（信息公开类2件），行政诉讼8件（信息公开类1件）。",
            {"review.total": 2, "litigation.total": 1},
        ),
        ("行政复议案件12件、行政诉讼案件8件，均与政府信息公开无关。", {"review.total": 0, "litigation.total": 0}),
        ("我局被申请行政复议12件，均不涉及政府信息公开。", {"review.total": 0}),
        ("我局被申请行政复议12件。以上案件均与政府信息公开工作无关。", {"review.total": 0}),
        ("发生行政诉讼8件，其中因信息公开引起的1件。", {"litigation.total": 1}),
        ("被申请行政复议12件，涉及政府信息公开的0件。", {"review.total": 0}),
        ("收到举报投诉128件，其中政府信息公开方面0件。", {"complaints.total": 0}),
        ("被申请行政复议12件，其中信息公开不作为案件1件。", {"review.total": None}),
        ("行政复议12件，行政诉讼8件，其中涉及政府信息公开的2件。", {"review.total": None, "litigation.total": None}),
        ("收到行政复议申请120件，审结110件，涉及政府信息公开的4件。", {"review.total": None}),
        (
            "被申请行政复议12件，其中信息公开类2件，维持1件，纠正1件。",
            {"review.total": 2, "review.upheld": None, "review.corrected": None},
        ),
        ("因政府信息公开被申请行政复议12件，其中涉及信息公开答复的10件。", {"review.total": 12}),
        ("被申请行政复议12件，均由政府信息公开引起。", {"review.total": 12}),
    ],
)
def test_reviews_of_disclosure_among_all_reviews(sentence: str, figures: Read) -> None:
    assert read(sentence, heading=REMEDIES) == figures


@pytest.mark.parametrize(
    ("sentence", "figures"),
    [
        ("我局累计主动公开政府信息5000条，其中2012年新增300条。", {"disclosed.total": 300}),
        ("我局共主动公开政府信息5000条，其中本年度300条。", {"disclosed.total": 300}),
        ("累计主动公开政府信息5000条，本年度300条。", {"disclosed.total": 300}),
        ("截至2012年底，累计主动公开政府信息5000条，其中2012年公开300条。", {"disclosed.total": 300}),
        ("主动公开政府信息5000条，其中2011年4700条，2012年300条。", {"disclosed.total": 300}),
        ("门户网站累计公开政府信息900条，其中今年90条。", {"disclosed.website": 90}),
        ("累计主动公开政府信息5000条，其中今年约300条。", {"disclosed.total": None}),
        ("共主动公开政府信息5000条，其中2011年4700条。", {"disclosed.total": None}),
        ("共主动公开政府信息5000条，其中今年新开设的微博发布30条。", {"disclosed.total": None}),
        ("2012年，累计主动公开政府信息5000条，其中2012年新增300条。", {"disclosed.total": None}),
        ("累计主动公开政府信息5000条，答复留言80条，其中今年30条。", {"disclosed.total": None}),
        ("2012年主动公开政府信息500条（2011年400条）。", {"disclosed.total": 500}),
        ("2012年主动公开政府信息500条，其中12月公开30条。", {"disclosed.total": 500}),
        ("累计主动公开政府信息5000条，其中2012年300条，规范性文件30条。", {"disclosed.total": 300}),
        ("主动公开政府信息1256条、5000条。", {"disclosed.total": None}),
    ],
)
def test_the_year_s_own_among_several_years(sentence: str, figures: Read) -> None:
    assert read(sentence, heading=DISCLOSED) == figures


def test_requests_of_several_years() -> None:
    said = "我局累计收到政府信息公开申请90件，其中2012年30件，网上20件。"
    assert read(said, heading=REQUESTS) == {"requests.received": 30}


@pytest.mark.parametrize(
    "behind",
    [
        "，答复网民留言80条，其中网站50条，微信30条。",
        "，回应公众关切5条，其中微信3条，网站2条。",
        "，转发上级文件30条，其中规范性文件3条。",
        "。全年受理网民咨询建议80条，其中网站50条、微信30条。",
        "，开展在线访谈2次，其中网站1条，微博1条。",
        "，微博转发量100条，微信10条。",
        "，答复网民留言80条。其中网站50条。",
        "（答复网民留言80条，其中网站50条）。",
        "，上半年答复网民留言80条，其中网站50条。",
    ],
)
def test_a_list_behind_another_count_is_a_list_of_that(behind: str) -> None:
    assert read(f"全年主动公开政府信息1256条{behind}", heading=DISCLOSED) == {"disclosed.total": 1256}


@pytest.mark.parametrize(
    "behind",
    [
        "，其中规范性文件20条，微信30条。",
        "，涉及12个方面，其中规范性文件20条，微信30条。",
        "（上年1100条），其中规范性文件20条，微信30条。",
        "，规范性文件20条，奇事记3条，微信30条。",
        "，比上年增加80条，其中规范性文件20条，微信30条。",
        "，规范性文件20条，答复网民留言80条。通过微信公开30条。",
    ],
)
def test_a_list_goes_on_behind_what_counts_nothing_else(behind: str) -> None:
    figures = {"disclosed.total": 1256, "disclosed.normative_documents": 20, "disclosed.wechat": 30}
    assert read(f"全年主动公开政府信息1256条{behind}", heading=DISCLOSED) == figures


def test_a_part_of_a_part_is_not_one_of_the_whole() -> None:
    said = "主动公开政府信息500条，其中网站300条，其中规范性文件20条。"
    assert read(said, heading=DISCLOSED) == {"disclosed.total": 500, "disclosed.website": 300}


@pytest.mark.parametrize("between", ["，发放宣传单80份", "，答复留言80件"])
def test_channels_behind_another_count_are_not_those_of_the_requests(between: str) -> None:
    assert read(f"共收到政府信息公开申请12件{between}，其中当面5件。", heading=REQUESTS) == {"requests.received": 12}


@pytest.mark.parametrize(
    ("sentences", "received"),
    [
        (("我局未收到书面政府信息公开申请，收到网上申请3件。",), "absent"),
        (("我局未收到书面政府信息公开申请，通过网络收到申请3件。",), "absent"),
        (("我局未收到公民书面政府信息公开申请；网络申请3件。",), "absent"),
        (("我局未收到书面政府信息公开申请。", "收到当面申请1件。"), "absent"),
        (("收到书面政府信息公开申请3件，网上申请5件。",), "absent"),
        (("我局未收到书面政府信息公开申请。",), 0),
        (("我局未收到书面政府信息公开申请，收到网上申请0件。",), 0),
    ],
)
def test_requests_in_writing_beside_others(sentences: tuple[str, ...], received: int | str) -> None:
    assert read(*sentences, heading=REQUESTS).get("requests.received", "absent") == received


@pytest.mark.parametrize(
    ("sentence", "collected"),
    [
        ("本年度未收取信息处理费。", 0),
        ("2022年我局未产生信息处理费。", 0),
        ("收取信息处理费200元。", 200),
        ("2022年度收取信息处理费0元。", 0),
        ("2022年度发出收费通知0件，总金额0元。", 0),
        ("2022年度发出收费通知0件，总金额0元，实际收取总金额0元。", 0),
        ("2022年度发出收费通知3件，总金额300元，实际收取总金额200元。", 200),
        ("2022年度发出收费通知3件，总金额300元。", "absent"),
        ("根据《政府信息公开信息处理费管理办法》，2022年未收取信息处理费。", 0),
        ("根据《政府信息公开信息处理费管理办法》规定2022年未收取费用。", 0),
        ("根据《信访条例》，2022年收取费用200元。", "absent"),
    ],
)
def test_fees_for_processing_information(sentence: str, collected: int | str) -> None:
    assert read(sentence, heading=OTHERS, form="2021", year=2022).get("fees.collected", "absent") == collected


@pytest.mark.parametrize(
    ("sentence", "figures"),
    [
        ("全年主动公开政府信息1256条，其中市局机关1000条，直属单位256条。", {"disclosed.total": None}),
        ("全年主动公开政府信息1256条，其中本局900条，下属单位356条。", {"disclosed.total": None}),
        ("主动公开政府信息1256条，含各区县分局800条。", {"disclosed.total": None}),
        ("我局（含下属单位）主动公开政府信息1256条。", {}),
        ("区政府（含各部门）主动公开政府信息1256条。", {}),
        ("我局（不含下属单位）主动公开政府信息1256条。", {"disclosed.total": 1256}),
        ("我局机关主动公开政府信息1256条，下属单位300条。", {"disclosed.total": 1256}),
        ("全年主动公开政府信息1256条，其中办公室300条。", {"disclosed.total": 1256}),
    ],
)
def test_what_units_below_disclosed_is_not_the_agency_s_own(sentence: str, figures: Read) -> None:
    assert read(sentence, heading=DISCLOSED) == figures


def test_what_its_townships_disclosed_is_a_government_s_own() -> None:
    lines = (Line("2012年，我县主动公开政府信息1256条，其中各乡镇300条。", 1),)
    figures, _ = read_narrative([Section(1, DISCLOSED, lines)], 2012, agency="禾川县人民政府")
    assert [figure.value for figure in figures] == [1256]


@pytest.mark.parametrize(
    ("sentence", "total"),
    [
        ("全年发生行政复议50件，其中以我局为被申请人的3件。", None),
        ("行政复议12件，其中土地征收10件，房屋拆迁2件。", None),
        ("行政复议12件，其中土地征收10件，政府信息公开类2件。", 2),
        ("行政复议12件，其中自然人申请10件，企业申请2件。", 12),
    ],
)
def test_reviews_of_others_and_of_other_matters(sentence: str, total: int | None) -> None:
    assert read(sentence, heading=REMEDIES)["review.total"] == total


@pytest.mark.parametrize(
    ("sentence", "total"),
    [
        ("主动公开政府信息5000条（累计）。", None),
        ("累计主动公开政府信息5000条，较上年末新增300条。", None),
        ("主动公开政府信息500条（截至11月30日）。", None),
        ("主动公开政府信息500条（截至12月31日）。", 500),
        ("2008年5月1日条例实施至2012年底，共主动公开政府信息5000条。", "absent"),
        ("2011年12月至2012年11月，共主动公开政府信息500条。", "absent"),
        ("2012年1月1日起至2012年12月31日，共主动公开政府信息500条。", 500),
        ("全年公开政府信息共1256条，其中依申请公开6条。", None),
        ("全年公开政府信息共1256条，其中主动公开1250条、依申请公开6条。", 1250),
    ],
)
def test_what_is_of_more_than_the_year_or_was_asked_for(sentence: str, total: int | str | None) -> None:
    assert read(sentence, heading=DISCLOSED).get("disclosed.total", "absent") == total


def test_all_of_a_bracket_stays_in_it() -> None:
    said = "收到政府信息公开申请12件（上年10件，办结9件），其中网上8件（5件予以公开），信函4件。"
    received = {"requests.received": 12, "requests.received.online": 8, "requests.received.by_letter": 4}
    assert read(said, heading=REQUESTS) == received


def test_what_did_not_occur_but_for_something_did() -> None:
    assert read("除网上申请外，未收到政府信息公开申请。", heading=REQUESTS) == {}
    assert read("未收到政府信息公开申请。", heading=REQUESTS) == {"requests.received": 0}


@pytest.mark.parametrize(
    ("sentence", "figures"),
    [
        ("累计主动公开政府信息5000条。2012年公开300条。", {"disclosed.total": 300}),
        ("主动公开政府信息5000条；2012年新增300条。", {"disclosed.total": 300}),
        ("主动公开政府信息500条。2011年公开300条。", {"disclosed.total": 500}),
        ("主动公开政府信息500条。2012年召开会议3次。", {"disclosed.total": 500}),
    ],
)
def test_the_year_s_own_in_the_next_sentence(sentence: str, figures: Read) -> None:
    assert read(sentence, heading=DISCLOSED) == figures


def test_what_was_received_in_the_year_before_is_no_part_of_what_was_received() -> None:
    said = "2012年，我局收到政府信息公开申请12件。2011年收到申请10件。"
    assert read(said, heading=REQUESTS) == {"requests.received": 12}


@pytest.mark.parametrize(
    ("sentence", "total"),
    [
        ("行政复议5件，政府信息公开案件占40%。", None),
        ("行政复议5件，除1件涉及政府信息公开外，其余为行政处罚。", None),
        ("行政复议5件，主要涉及行政处罚。", None),
        ("行政复议5件，系土地征收引起。", None),
        ("行政复议0件、行政诉讼1件（非信息公开类）。", 0),
        ("行政复议5件，行政诉讼3件，无政府信息公开类。", None),
        ("行政复议5件，均非政府信息公开行政复议。", 0),
        ("行政复议5件，未发生政府信息公开类行政诉讼。", 5),
    ],
)
def test_what_is_said_of_all_reviews_without_a_number(sentence: str, total: int | None) -> None:
    assert read(sentence, heading=REMEDIES)["review.total"] == total


def test_one_kind_of_fee_is_not_every_fee() -> None:
    assert read("依申请公开未收取检索费用。", heading=OTHERS) == {}
    assert read("依申请公开未收取检索、复制、邮寄等费用。", heading=OTHERS) == {"fees.collected": 0}


@pytest.mark.parametrize(
    ("sentence", "figures"),
    [
        ("截至2012年底，被申请行政复议12件，其中信息公开类2件。", {}),
        ("截至2012年底，被申请行政复议12件，其中2012年2件。", {"review.total": 2}),
    ],
)
def test_of_the_reviews_of_all_years_only_the_year_s_count(sentence: str, figures: Read) -> None:
    assert read(sentence, heading=REMEDIES) == figures


def test_the_channels_of_the_requests_of_all_years_are_not_those_of_the_year_s() -> None:
    said = "收到政府信息公开申请12件，截至12月31日累计收到138件。其中网上100件。"
    assert read(said, heading=REQUESTS) == {"requests.received": 12}


@pytest.mark.parametrize(
    ("sentence", "figures"),
    [
        ("收到政府信息公开申请12件，不动产查询申请350件，予以公开340件。", {"requests.received": 12}),
        ("其他申请350件，答复340件。", {}),
        (
            "收到政府信息公开申请12件，其中网上8件，邮箱申请4件，予以公开9件。",
            {"requests.received": 12, "requests.received.online": 8, "requests.granted": 9},
        ),
    ],
)
def test_what_became_of_other_applications(sentence: str, figures: Read) -> None:
    assert read(sentence, heading=REQUESTS) == figures


def test_what_became_of_reviews_counts_behind_their_number() -> None:
    told = read("因政府信息公开被申请行政复议3件，维持2件，纠正1件。", heading=REMEDIES)
    assert told == {"review.total": 3, "review.upheld": 2, "review.corrected": 1}
    assert read("审结行政复议80件，维持70件。", heading=REMEDIES) == {}


def test_complaints_of_every_matter_behind_what_is_of_disclosure() -> None:
    said = "因政府信息公开被申请行政复议3件，受理投诉430件。"
    assert read(said, heading="一、总体情况") == {"review.total": 3}
