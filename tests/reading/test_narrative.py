"""Figures stated in sentences: what counts, what does not, what stays unclear."""

from decimal import Decimal

import pytest

from gongkai_build.documents import Line
from gongkai_build.reading.fold import plain
from gongkai_build.reading.narrative import read_narrative
from gongkai_build.reading.place import Figure, Issue
from gongkai_build.reading.sections import Section
from gongkai_build.reading.sentences import sentences_of, with_units
from gongkai_build.reading.stated import reconcile

Read = dict[str, Decimal | None]


HEADING = "三、依申请公开、复议、诉讼、投诉和收费情况"


def section(*sentences: str, heading: str = HEADING) -> Section:
    return Section(1, heading, tuple(Line(text, number) for number, text in enumerate(sentences, 1)))


def read(*sentences: str, year: int = 2015, heading: str = HEADING) -> Read:
    figures, _ = read_narrative([section(*sentences, heading=heading)], year)
    return {figure.item_id: figure.value for figure in figures}


@pytest.mark.parametrize(
    ("sentence", "item", "value"),
    [
        ("全年主动公开政府信息1,204条。", "disclosed.total", 1204),
        ("2015年，本机关累计主动公开信息561条。", "disclosed.total", 561),
        ("全年主動公開政府信息５６條。", "disclosed.total", 56),
        ("共收到政府信息公开申请12件，均已答复。", "requests.received", 12),
        ("全年受理依申请公开政府信息申请三件。", "requests.received", 3),
        ("本年度未收到政府信息公开申请。", "requests.received", 0),
        ("办结12件，其中延期办结0件。", "requests.closed", 12),
        ("同意公开9件，部分公开2件。", "requests.granted", 9),
        ("同意公开9件，部分公开2件。", "requests.partly_granted", 2),
        ("因政府信息公开申请行政复议2件。", "review.total", 2),
        ("提起行政诉讼1件。", "litigation.total", 1),
        ("未发生因政府信息公开申请行政复议、提起行政诉讼的情况。", "review.total", 0),
        ("未发生因政府信息公开申请行政复议、提起行政诉讼的情况。", "litigation.total", 0),
        ("收到举报投诉3件。", "complaints.total", 3),
        ("依申请公开共收取费用120元。", "fees.collected", 120),
        ("没有收取任何费用。", "fees.collected", 0),
        ("共收到政府信息公开申请12件，其中当面提交3件，网上提交5件，邮寄4件。", "requests.received.online", 5),
        ("共收到政府信息公开申请12件，其中当面提交3件，网上提交5件，邮寄4件。", "requests.received.by_letter", 4),
        ("共收到政府信息公开申请12件，其中现场7件，在线5件。", "requests.received.in_person", 7),
        ("共收到政府信息公开申请12件，其中信件7件，互联网5件。", "requests.received.online", 5),
        ("共收到政府信息公开申请12件，无上年度结转。", "requests.carried_in", 0),
        ("共收到政府信息公开申请12件。其中当面3件，网上9件。", "requests.received.in_person", 3),
        ("共收到政府信息公开申请12件，均已答复。其中，当面申请3件、网络申请9件。", "requests.received.online", 9),
        ("共收到政府信息公开申请12件。从申请方式看，网络申请9件，信函申请3件。", "requests.received.by_letter", 3),
        ("收到政府信息公开申请数0。", "requests.received", 0),
        ("收到政府信息公开申请总数为1,208。", "requests.received", 1208),
        ("依申请公开申请数：5，均已答复。", "requests.received", 5),
        ("行政复议数2，行政诉讼数1。", "review.total", 2),
        ("行政复议数2，行政诉讼数1。", "litigation.total", 1),
        ("共收到政府信息公开申请12件，没有结转下年度继续办理。", "requests.carried_out", 0),
        ("本局接到8起政府信息依申请公开，都按时办理。", "requests.received", 8),
        ("没有收到信息公开的申请和没有不予公开的政府信息。", "requests.received", 0),
        ("2015年未收到信息公开的申请和未涉及“不予公开”的政府信息。", "requests.received", 0),
        ("未收到政府信息公开申请，未发生逾期答复的情况。", "requests.received", 0),
        ("未收到政府信息公开申请，去年收到申请3件。", "requests.received", 0),
        ("全年未收取依申请公开费用，上年收取160元。", "fees.collected", 0),
        ("本年度未收到依申请公开政府信息情况。", "requests.received", 0),
        ("2015年度我办没有收到依申请公开的事项。", "requests.received", 0),
        ("目前我镇还没有收到政府信息公开申请。", "requests.received", 0),
        ("本年度我镇没有依申请公开政府信息办理事项。", "requests.received", 0),
        ("本年度没有申请公开政府信息和不予公开政府信息的情况。", "requests.received", 0),
        ("信息公开类行政复议1起，正在办理。", "review.total", 1),
        ("没有因政府信息提起行政复议和行政诉讼的情况发生。", "litigation.total", 0),
        ("未发生由政府信息公开引发的举报、投诉、行政复议和行政诉讼等。", "complaints.total", 0),
        ("未发生关于政府信息公开事务的行政复议案、诉讼和申述的情况。", "review.total", 0),
        ("全年我镇在政府门户网站上主动公开信息数量为46件。", "disclosed.website", 46),
        ("通过门户网站公开各类信息46条。", "disclosed.website", 46),
        ("我局政务信息公开未收取任何费用。", "fees.collected", 0),
        ("没有公民、法人和其他组织的政府信息公开收费和减免情况。", "fees.collected", 0),
        ("未发生依申请公开信息收费和费用减免情况。", "fees.collected", 0),
        ("全年未涉及政府信息公开的收费及减免情况。", "fees.collected", 0),
        ("没有向依申请公开对象收取复印、传真、递送等任何费用，也无减免情况。", "fees.collected", 0),
        ("依申请提供政府信息未收取费用。", "fees.collected", 0),
        ("没有因信息公开收取或减免费用。", "fees.collected", 0),
        ("收到政府信息依申请公开65件，不予公开8件。", "requests.received", 65),
        ("截至2015年底，我局主动公开政府信息历年累计52条，其中2015年新增主动公开政府信息14条。", "disclosed.total", 14),
        ("截至2015年底，累计主动公开政府信息5928条，其中，本年度新增主动公开政府信息2110条。", "disclosed.total", 2110),
        ("收到政府信息依申请公开办理事项1件。", "requests.received", 1),
        ("共受理依申请政府信息公开事项29例。", "requests.received", 29),
        ("受理依申请公开政府信息0件。", "requests.received", 0),
        ("未收到自然人、法人或其他组织申请公开相关政府信息。", "requests.received", 0),
        ("未涉及到要求政府信息公开的申请。", "requests.received", 0),
        ("我局未收到公开政府信息申请。", "requests.received", 0),
        ("本年度未收到依申请公开件。", "requests.received", 0),
        ("所有依申请公开政府信息均未收取任何费用。", "fees.collected", 0),
        ("主动公开政府信息2170条，其中官方网站发布1531条，官方微博发布141条。", "disclosed.website", 1531),
        ("主动公开政府信息2170条，其中官方网站发布1531条，官方微博发布141条。", "disclosed.microblog", 141),
    ],
)
def test_what_is_stated(sentence: str, item: str, value: int) -> None:
    assert read(sentence)[item] == value


@pytest.mark.parametrize(
    "sentence",
    [
        "主动公开政府信息80余条。",
        "主动公开政府信息约900条。",
        "主动公开政府信息2.2万条。",
        "主动公开政府信息近5000条。",
        "主动公开政府信息300条左右。",
        "主动公开政府信息300条以上。",
        "全市共主动公开政府信息5000条，其中我局主动公开政府信息300条。",
    ],
)
def test_approximate_figures_are_unclear(sentence: str) -> None:
    figures, _ = read_narrative([section(sentence)], 2015)
    assert [(figure.item_id, figure.value, figure.status) for figure in figures] == [
        ("disclosed.total", None, "unclear")
    ]
    assert figures[0].raw == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "2014年主动公开政府信息300条。",
        "上一年度收到政府信息公开申请18件。",
        "自条例施行以来共收到政府信息公开申请1018件。",
        "历年累计主动公开政府信息10482条。",
        "咨询电话：0999-1234567，政务热线12345。",
        "依据国务院令第711号编制。",
        "第9至12条规定了主动公开的范围。",
        "办理人大代表建议36件、政协提案104件。",
        "自条例实施以来，我局累计主动公开政府信息5000条。",
        "近三年来，累计主动公开政府信息5000条。",
        "截至12月31日，累计主动公开政府信息5000条。",
        "通过政府门户网站，主动公开政府信息300条。",
        "上半年收到政府信息公开申请4件。",
        "下属各学校收到政府信息公开申请40件。",
        "每月主动公开政府信息5条。",
        "明年力争主动公开政府信息600条。",
        "收到入学申请350件。",
        "建议提案共56件，答复56件。",
        "12月份主动公开政府信息30条。",
        "2015年3月，主动公开政府信息20条。",
        "2008年至2015年共主动公开政府信息5000条。",
        "2015年以前主动公开政府信息5000条。",
        "日均主动公开政府信息3条。",
        "全年在网站上予以公开500条。",
        "拟同意公开9件。",
        "不予部分公开2件。",
        "计划主动公开政府信息500条。",
        "主动公开政府信息同比增加50条。",
        "减免收费120元。",
        "本局到2015年底累计主动公开政府信息401条。",
        "没有依申请公开的政府信息。",
        "未收到查看主动公开以外信息的申请。",
        "没有减免费用的情况。",
        "未收取复印费。",
        "截至2015年底，累计主动公开政府信息52条，比上年新增14条。",
        "截至2015年底，累计主动公开政府信息52条，其中2014年新增主动公开政府信息14条。",
        "通过门户网站、“青坪普法”微信公众号共公开各类政府信息2541条。",
        "通过微信公众号和政府网站公开政府信息20条。",
        "没有出现被投诉举报、行政复议及行政诉讼纠错的情况。",
        "收到群众来信、依申请信息公开等26件。",
        "2015年共主动公开政府信息（公文平台）113条。",
    ],
)
def test_decoys(sentence: str) -> None:
    assert read(sentence) == {}


@pytest.mark.parametrize(
    "sentence",
    [
        "无论是行政复议还是行政诉讼，都依法应对。",
        "对未依法公开信息引发的行政复议案件及时处理。",
        "无正当理由拖延处理群众举报的，予以通报。",
        "没有处理不了的群众举报。",
        "避免了因未公开信息引发的投诉。",
        "未发生未按时办理政府信息公开申请而引起的行政诉讼。",
        "没有收到不予公开的申请。",
        "未收到以传真形式提交的政府信息公开申请。",
        "没有发生政府信息公开行政诉讼败诉案件。",
        "没有因公开政府信息造成行政复议败诉的情况。",
    ],
)
def test_what_is_no_statement_that_there_was_none(sentence: str) -> None:
    assert read(sentence) == {}


@pytest.mark.parametrize(
    "sentences",
    [
        "共收到政府信息公开申请12件，办结11件。其中当面3件，网上8件。",
        "共收到政府信息公开申请12件，接待咨询30次。其中当面3次，网上27次。",
        "共收到政府信息公开申请12件。全年更新栏目。其中网上8件。",
        "共收到政府信息公开申请12件，2014年收到9件。其中当面3件，网上6件。",
        "共收到政府信息公开申请12件。网上公开栏目9个。",
    ],
)
def test_what_is_no_channel_of_the_requests(sentences: str) -> None:
    assert not [item for item in read(sentences) if item.startswith("requests.received.")]


def test_a_suit_without_review_is_no_review() -> None:
    assert read("因政府信息公开，未经行政复议直接提起行政诉讼5件。") == {"litigation.direct.total": 5}


@pytest.mark.parametrize(
    "sentence",
    [
        "收到行政复议申请120件，审结110件，涉及政府信息公开的4件。",
        "受理消费者投诉2000件。",
        "办理行政复议案件120件。",
        "收取学杂费1200万元。",
        "答复来信30件。",
    ],
)
def test_business_other_than_disclosure(sentence: str) -> None:
    assert read(sentence, heading="一、概述") == {}


def test_none_of_what_comes_of_it_is_not_none_of_it() -> None:
    assert read("全年未收到因政府信息公开申请引起的行政复议。").keys() <= {"review.total"}
    assert read("没有收到信息公开申请方面的投诉。") == {"complaints.total": 0}


def test_amounts_in_a_list_are_no_total() -> None:
    assert read("依申请公开收取检索费10元、复制费20元。") == {"fees.collected": None}


def test_the_whole_year_written_out_is_the_year() -> None:
    assert read("2015年1月1日至12月31日，全年共收到政府信息公开申请12件。") == {"requests.received": 12}


def test_categories_behind_a_total() -> None:
    figures = read(
        "全年主动公开政府信息561条，其中：规范性文件7条、其它文件3条、政策解读1条、公告公示1,121条、奇事记4条。",
        "按渠道分，通过政府网站公开500条，通过政务微信公开61条；接待来访20人次。",
    )
    assert figures == {
        "disclosed.total": 561,
        "disclosed.normative_documents": 7,
        "disclosed.other_documents": 3,
        "disclosed.policy_interpretation": 1,
        "disclosed.announcements": 1121,
        "disclosed.website": 500,
        "disclosed.wechat": 61,
    }


def test_a_category_without_an_item_is_kept_as_a_local_line() -> None:
    _, issues = read_narrative([section("主动公开政府信息11条，其中：规范性文件7条、奇事记4条。")], 2015)
    assert [(issue.kind, issue.place, issue.detail) for issue in issues] == [("local_line", "line 1", "奇事记4条")]


def test_categories_of_one_section_do_not_reach_into_the_next() -> None:
    sections = [section("主动公开政府信息11条。"), section("政府网站500条。")]
    figures, _ = read_narrative(sections, 2015)
    assert [figure.item_id for figure in figures] == ["disclosed.total"]


def test_two_sentences_that_disagree_are_unclear() -> None:
    figures, issues = read_narrative([section("主动公开政府信息11条。", "主动公开政府信息12条。")], 2015)
    assert [(figure.value, figure.status) for figure in figures] == [(None, "unclear")]
    assert [issue.kind for issue in issues] == ["two_figures"]


def test_two_sentences_that_agree_are_one_figure() -> None:
    assert read("主动公开政府信息11条。", "本年主动公开政府信息共11条。") == {"disclosed.total": 11}


@pytest.mark.parametrize(
    ("sentence", "figures"),
    [
        (
            "2015年，我局共收到政府信息公开申请12件，其中当面申请3件、网络申请9件；办结11件，答复10件。",
            {
                "requests.received": 12,
                "requests.received.in_person": 3,
                "requests.received.online": 9,
                "requests.closed": 11,
                "requests.answered": 10,
            },
        ),
        (
            "同意公开5件，部分公开2件，不予公开1件。",
            {"requests.granted": 5, "requests.partly_granted": 2, "requests.refused": 1},
        ),
        ("2015年，本局收到政府信息公开申请12件，比2014年的9件增加3件。", {"requests.received": 12}),
        ("上年结转政府信息公开申请2件，结转下年度继续办理1件。", {"requests.carried_in": 2, "requests.carried_out": 1}),
        ("收到5宗政府信息公开申请。", {"requests.received": 5}),
        ("本年度收到政府信息公开申请数量为0。", {"requests.received": 0}),
        ("因政府信息公开引发的行政复议、行政诉讼均为零。", {"review.total": 0, "litigation.total": 0}),
        (
            "政府信息公开行政复议案件5件，其中维持3件、纠正2件。",
            {"review.total": 5, "review.upheld": 3, "review.corrected": 2},
        ),
        ("2015年，全局主动公开政府信息1，204条。", {"disclosed.total": 1204}),
        ("主动公开政府信息三百二十条。", {"disclosed.total": 320}),
        (
            "答复7件，其中“同意公开”5件，“部分公开”2件。",
            {"requests.answered": 7, "requests.granted": 5, "requests.partly_granted": 2},
        ),
        ("政府信息公开行政复议数量：0件；行政诉讼数量：2件。", {"review.total": 0, "litigation.total": 2}),
        ("未收到公民、法人或者其他组织关于政府信息公开的申请。", {"requests.received": 0}),
        ("我局政府信息公开申请受理量为7件。", {"requests.received": 7}),
        ("收到依申请公开件4件，收到申请的总数为4件。", {"requests.received": 4}),
        ("共接受政府信息公开申请3件次。", {"requests.received": 3}),
        ("今年1-12月，我局主动公开政府信息326条。", {"disclosed.total": 326}),
        ("政府信息公开工作没有引发任何行政复议和行政诉讼。", {"review.total": 0, "litigation.total": 0}),
        ("全年共发生针对本单位政府信息公开的行政复议1宗。", {"review.total": 1}),
        ("我局依申请公开政府信息没有收取费用。", {"fees.collected": 0}),
        ("未对政府信息公开申请收取任何费用。", {"fees.collected": 0}),
        ("政府信息公开收费总额为零。", {"fees.collected": 0}),
        ("收取费用共计人民币320元整。", {"fees.collected": 320}),
    ],
)
def test_figures_in_a_row(sentence: str, figures: Read) -> None:
    assert read(sentence) == figures


@pytest.mark.parametrize(
    "sentence",
    [
        "收到12345热线工单300件，办结300件。",
        "收到并回复留言96条，办结96件。",
        "市国土局收到政府信息公开申请30件，办结30件。",
        "样子局受理政府信息公开申请3件，予以公开2件。",
        "通过网络收到政府信息公开申请12件，予以公开9件。",
        "2014年，本局收到政府信息公开申请9件。办结9件。",
        "收到政府信息公开申请5①件。",
        "收到政府信息公开申请的单位有5个。",
        "收到政府信息公开申请5件的单位有两个。",
        "根据国办发〔2015〕12号文件，对第9至12条所列事项主动公开。",
        "力争全年主动公开政府信息500条。",
        "新增主动公开政府信息50条。",
        "延期答复政府信息公开申请3件。",
        "受理政府信息公开行政复议案件3件。",
        "收到人大建议20件，答复20件，予以公开5件。",
        "作为复议机关办理行政复议案件9件。",
        "如收到政府信息公开申请3件，应当登记。",
    ],
)
def test_more_decoys(sentence: str) -> None:
    assert read(sentence) == {}


def test_a_sentence_broken_over_lines_keeps_its_time_and_its_subject() -> None:
    assert read("为了说明变化情况，这里列出上一年度的数字，", "收到政府信息公开申请30件。") == {}


def test_what_remains_is_not_none() -> None:
    assert read("除1件外，未发生行政诉讼。") == {}


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("区水利局", True),
        ("青坪区水利局", True),
        ("云岫市青坪区水利局", True),
        ("青坪水利局", True),
        ("区局", True),
        ("市水利局", False),
        ("云岫市水利局", False),
        ("云岫水利局", False),
        ("市局", False),
    ],
)
def test_the_city_s_agency_is_not_the_district_s(name: str, own: bool) -> None:
    said = f"2015年，{name}收到政府信息公开申请30件。"
    figures, _ = read_narrative([section(said)], 2015, agency="云岫市青坪区水利局")
    assert [figure.value for figure in figures] == ([30] if own else [])


def test_a_department_does_not_speak_for_its_city() -> None:
    sentences = [section("2015年，全市共收到政府信息公开申请120件。")]
    department, _ = read_narrative(sentences, 2015, agency="云岫市科学技术局")
    government, _ = read_narrative(sentences, 2015, agency="云岫市人民政府")
    assert department == []
    assert [figure.value for figure in government] == [120]


def test_an_agency_by_its_shorter_name_and_another_one() -> None:
    def received(name: str) -> list[Decimal | None]:
        sentences = [section(f"2015年，{name}收到政府信息公开申请7件。")]
        return [figure.value for figure in read_narrative(sentences, 2015, agency="云岫市科学技术局")[0]]

    assert received("市科技局") == received("云岫市科学技术局") == received("我局") == [7]
    assert received("市教育局") == []


def test_an_amount_without_a_unit_takes_that_of_the_sentence() -> None:
    table = Figure("procurement.amount", "all", None, "unclear", "1234.5", "table 1")
    problem = Issue("no_unit", "table 1", "procurement.amount: 1234.5")
    for amount, value in (
        ("1234.5万元", 12345000),
        ("12345000元", 12345000),
        ("1234.5元", Decimal("1234.5")),
        ("99万元", None),
    ):
        stated, _ = read_narrative([section(f"2019年政府集中采购总金额{amount}。")], 2019, form="2019")
        together = reconcile([table], stated, [problem])
        assert together.figures[0].value == value
        kinds = ["unit_stated"] if value else ["no_unit"]
        assert [issue.kind for issue in together.issues] == kinds


def test_the_table_stays_and_the_difference_is_told() -> None:
    table = Figure("requests.received", "total", Decimal(275), "reported", "275", "table 3")
    stated, _ = read_narrative([section("2020年共收到政府信息公开申请258件。")], 2020, form="2019")
    together = reconcile([table], stated, [])
    assert together.figures == (table,)
    assert [(issue.kind, issue.place) for issue in together.issues] == [("narrative_differs", "line 1")]


@pytest.mark.parametrize(
    "sentence",
    [
        "共收到政府信息公开申请12件（含上年结转2件），均已答复。",
        "共收到政府信息公开申请12件，其中包括2014年结转2件。",
    ],
)
def test_what_was_received_together_with_what_was_carried_over_is_not_what_was_received(sentence: str) -> None:
    assert read(sentence)["requests.received"] is None
    assert read(sentence.replace("上年结转", "个人").replace("2014年结转", "个人"))["requests.received"] == 12


@pytest.mark.parametrize(
    ("agency", "value"),
    [("云岫市青坪区财政局", None), ("云岫市青坪区人民政府", 3000), ("云岫市青坪区", 3000), ("", None)],
)
def test_what_a_division_disclosed_is_not_what_one_of_its_agencies_did(agency: str, value: int | None) -> None:
    figures, _ = read_narrative([section("2015年，青坪区主动公开政府信息3000条。")], 2015, agency=agency)
    assert [figure.value for figure in figures] == ([value] if value else [])


@pytest.mark.parametrize(
    "printed", ["共收到申请10件｡其中答复5件。 ", "申请3件‼答复2件。", "申请3件。\u3000答复2件；", "共2件。"]
)
def test_each_sentence_is_folded_with_itself(printed: str) -> None:
    for sentence, text in sentences_of(printed, with_units(plain(printed))):
        assert text == plain(sentence).rstrip("。;!")


@pytest.mark.parametrize(
    ("agency", "name", "is_own"),
    [
        ("南坡乡人民政府", "清溪县南坡乡人民政府", True),
        ("青坪区水利局", "云岫市青坪区水利局", True),
        ("水利局", "清溪县水利局", False),
        ("区水利局", "青坪区水利局", False),
        ("南坡乡人民政府", "北坡乡人民政府", False),
        ("南坡乡人民政府", "清溪县各村南坡乡人民政府", False),
        ("自然资源部", "自然资源部", True),
    ],
)
def test_whether_a_longer_name_is_the_agency_s(agency: str, name: str, is_own: bool) -> None:
    figures, _ = read_narrative([section(f"{name}2015年共主动公开政府信息225条。")], 2015, agency=agency)
    assert [(figure.item_id, figure.value) for figure in figures] == ([("disclosed.total", 225)] if is_own else [])


@pytest.mark.parametrize(
    "sentence",
    [
        "全年没有发生逾期答复和未受理政府信息公开申请的情况。",
        "本机关不存在应受理且未受理政府信息公开申请的情况。",
        "没有不答复和没有受理的政府信息公开申请。",
        "没有因信息公开工作不力和没有引发投诉的情况。",
        "全年没有公民、法人或者其他组织申请公开政府信息，而未予答复的情况。",
        "没有依申请公开政府信息办理事项，超期答复的情况。",
        "没有因政府信息公开引起的行政诉讼等，被法院判决败诉的情况。",
        "未发生政府信息公开行政复议、行政诉讼等，被纠错的情况。",
        "未收到依申请公开信件，收到网上申请3件。",
        "未受理依申请公开事项，收到的2件均已转办。",
        "没有收到依申请公开事项，但接到口头申请3次。",
        "没有收取邮递费，另有说明。",
        "未收取递送、传真费用。",
        "没有收取政府信息公开的复印费。",
        "没有因政府信息公开收取或减免任何费用，仅收成本费12元。",
        "自条例施行以来，2015年新增1名工作人员，共收到政府信息公开申请59件，行政复议2件。",
        "与2014年相比，2015年新增主动公开政府信息14条。",
        "通过微信公众号（2个）、门户网站公开政府信息500条。",
        "通过手机客户端“掌上青坪”、门户网站公开各类信息500条。",
        "通过“青坪发布”、微信公众号公开政府信息500条。",
        "通过“今日青坪”、门户网站公开政府信息2541条。",
    ],
)
def test_what_is_not_all_that_is_said(sentence: str) -> None:
    assert read(sentence) == {}


@pytest.mark.parametrize(
    ("agency", "sentence", "value"),
    [
        ("青坪区水利局", "目前我区未收到政府信息公开申请。", None),
        ("云岫市农业局", "目前我市未收到政府信息公开申请，我局收到3件。", None),
        ("青坪区水利局", "目前我局未收到政府信息公开申请。", 0),
        ("青坪区人民政府", "目前我区未收到政府信息公开申请。", 0),
    ],
)
def test_whose_none_it_is(agency: str, sentence: str, value: int | None) -> None:
    figures, _ = read_narrative([section(sentence)], 2015, agency=agency)
    assert {figure.item_id: figure.value for figure in figures}.get("requests.received") == value


def test_an_agency_is_named_where_another_does_something_with_it() -> None:
    for before in ("指导", "原"):
        said = f"{before}清溪县南坡乡人民政府主动公开政府信息225条。"
        assert read_narrative([section(said)], 2015, agency="南坡乡人民政府")[0] == []
