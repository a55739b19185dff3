"""Comparisons: what is compared, by address, with nothing but links and forms."""

import re
from urllib.parse import parse_qsl, urlsplit

from small_release import AGENCY, REPORT_2021, Get

GROUP = "990000:below"


def test_an_agency_and_a_region_side_by_side(get: Get) -> None:
    page = get("/en/compare", params={"of": [AGENCY, GROUP], "measure": "requests.received"}).text
    rows = re.findall(r'<tr><th scope="row"><a href="([^"]*)">([^<]*)</a></th>(.*?)</tr>', page, re.DOTALL)
    assert [(url, name) for url, name, _ in rows] == [
        (f"/en/agency/{AGENCY}", "云岫市人民政府"),
        (
            "/en/region/990000?group=below&amp;source=sample",
            "样例省 · Governments of the divisions below, added up · sample",
        ),
    ]
    values = [re.findall(r'<td class="cell-\w+[^>]*>(?:<a[^>]*>)?(\d+)', cells) for _, _, cells in rows]
    assert values == [["3", "1", "5"], ["3", "1", "5"]]
    assert f'href="/en/evidence/{REPORT_2021}?item=requests.received&amp;party=total"' in page
    assert page.count('<svg class="lines"') == 1
    assert '<option value="requests.received" selected>' in page


def test_the_address_holds_the_whole_comparison(get: Get) -> None:
    page = get("/zh/compare", params={"of": [AGENCY, GROUP, AGENCY], "measure": "review.total", "q": "云岫"}).text
    [share] = re.findall(r'class="address" href="([^"]*)"', page)
    asked = parse_qsl(urlsplit(share.replace("&amp;", "&")).query)
    assert asked == [("of", AGENCY), ("of", GROUP), ("measure", "review.total")]
    again = get(share.replace("&amp;", "&").removeprefix("http://localhost")).text
    table = re.compile(r"<tbody>.*?</tbody>", re.DOTALL)
    assert table.findall(again) == table.findall(page)
    [without] = re.findall(r'class="remove" href="([^"]*)" aria-label="移除 云岫市人民政府"', page)
    assert parse_qsl(urlsplit(without.replace("&amp;", "&")).query) == [("of", GROUP), ("measure", "review.total")]


def test_agencies_and_regions_are_found_and_added(get: Get) -> None:
    page = get("/zh/compare", params={"q": "雲岫市"}).text
    assert f'<a href="/zh/compare?of={AGENCY}&amp;measure=requests.received">云岫市人民政府 · 样例省云岫市</a>' in page
    page = get("/zh/compare", params={"q": "云岫市", "of": AGENCY}).text
    assert (
        f'of={AGENCY}&amp;of=990100%3Agovernment&amp;measure=requests.received">样例省云岫市 · 本级政府的报告</a>'
        in page
    )
    assert "没有找到“&lt;b&gt;”" in get("/zh/compare", params={"q": "<b>"}).text


def test_a_region_without_a_group_stands_for_its_first_group_with_reports(get: Get) -> None:
    assert "样例省 · 下级政府之和" in get("/zh/compare?of=990000").text
    assert "样例省云岫市 · 本级政府的报告" in get("/zh/compare?of=990100").text


def test_what_is_not_there_or_too_much_is_said(get: Get) -> None:
    page = get("/en/compare", params={"of": ["x.y", "123456", "990100:nope", "<b>"], "measure": "<i>"}).text
    for name in ("x.y", "123456", "990100:nope", "&lt;b&gt;"):
        assert f"There is no {name}." in page
    assert "<i>" not in page
    many = [f"990100.a{number}" for number in range(7)]
    assert "left out: 990100.a6" in get("/en/compare", params={"of": many}).text
    assert "No agency or region is chosen yet." in get("/en/compare").text


def test_a_measure_of_which_nothing_is_known_draws_no_chart(get: Get) -> None:
    page = get("/en/compare", params={"of": "990000:departments", "measure": "review.total"}).text
    assert "<svg class" not in page
