"""From a figure to the document: the right cell is marked, and the document can do nothing."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from small_release import HOSTILE, REPORT_2012, REPORT_2020, REPORT_2021, Get

from gongkai_site.evidence import mark

EVIDENCE = f"/zh/evidence/{REPORT_2020}"
MARKED = re.compile(r'<td data-place="([^"]*)" class="here" id="here">([^<]*)</td>')


def frame_of(page: str) -> str:
    [address] = re.findall(r'<iframe [^>]*src="([^"]*)"[^>]* sandbox ', page)
    return address.replace("&amp;", "&")


def test_every_figure_of_a_report_leads_to_its_cell(get: Get) -> None:
    page = get(f"/zh/report/{REPORT_2020}").text
    links = [link.replace("&amp;", "&") for link in re.findall(rf'href="({EVIDENCE}\?item=[^"]*)"', page)]
    assert len(links) == len(set(links)) == 194
    for link in links[::40]:
        assert get(link).status_code == 200
    [received] = [link for link in links if link.endswith("item=requests.received&party=natural_person")]
    evidence = get(received).text
    assert "原文出处：本年新收政府信息公开申请数量" in evidence
    assert "<strong>1,234</strong>" in evidence
    assert "“1,234”" in evidence
    document = get(frame_of(evidence)).text
    [(place, text)] = MARKED.findall(document)
    assert text == "1,234"
    assert f">{place.replace('table ', '第 ').split(',')[0]} 个表格，" in evidence.replace("\n", "")


def test_a_figure_from_a_sentence_is_marked_in_its_line(get: Get) -> None:
    evidence = get(f"/en/evidence/{REPORT_2012}?item=requests.received&party=total").text
    document = get(frame_of(evidence)).text
    assert 'class="here" id="here">全年主动公开政府信息80余条，收到申请<mark>3件</mark>。' in document


def test_the_document_comes_with_a_policy_that_lets_nothing_run_or_load(get: Get) -> None:
    answer = get(frame_of(get(f"{EVIDENCE}?item=requests.received&party=total").text))
    policy = answer.headers["content-security-policy"]
    assert answer.headers.get_list("content-security-policy") == [policy]
    [style] = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; sandbox; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'"
    )
    assert "evil.example" not in answer.text
    assert HOSTILE not in answer.text
    assert not re.search("[\u202a-\u202e]", answer.text)
    assert "⟨U+202E⟩001" in answer.text


def test_evidence_without_a_figure_shows_the_document_and_a_place(get: Get) -> None:
    assert "#here" not in frame_of(get(EVIDENCE).text)
    rows = get(frame_of(get(f"{EVIDENCE}?place=table 1, row 3").text)).text
    assert MARKED.findall(rows)[0][0] == "table 1, row 3, column 1"


def test_where_the_release_keeps_no_document_the_page_says_so(get: Get) -> None:
    page = get(f"/en/evidence/{REPORT_2021}?item=requests.received&party=total").text
    assert "This release holds no copy of the document" in page
    assert "<iframe" not in page
    assert f"{2:064x}" in page


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/en/evidence/990100.government.1999", "There is no report"),
        (f"/en/evidence/{REPORT_2020}?item=nope", "no figure nope (all)"),
        (f"/en/evidence/{REPORT_2020}?item=requests.received&party=%3Cb%3E", "(&lt;b&gt;)"),
        (f"/en/evidence/{REPORT_2020}?place=%22%3E%3Cscript%3E", "is no place in a document"),
        (f"/en/evidence/{REPORT_2020}?capture={2:064x}", "There is no such capture"),
        (f"/document/{9:064x}", "没有这样的存档"),
    ],
)
def test_evidence_that_is_not_there(get: Get, path: str, said: str) -> None:
    answer = get(path)
    assert answer.status_code == 404
    assert said in answer.text
    assert "<script" not in answer.text


def test_a_place_asked_for_by_anyone_cannot_write_into_the_document(get: Get) -> None:
    address = f"/document/{1:064x}"
    plain = get(address).text
    assert get(address, params={"place": 'line 1" onmouseover="x', "words": "<script>"}).text == plain


def test_marks() -> None:
    html = '<td data-place="table 1, row 1, column 1">1</td><td data-place="table 1, row 1, column 11">2</td>'
    assert mark(html, "table 1, row 1, column 1").count('class="here"') == 1
    assert mark(html, "table 1, row 1").count('class="here"') == 2
    assert mark(html, "table 1, row 1").count('id="here"') == 1
    assert mark(html, "table 2") == html
    line = '<span data-place="line 3">收到 &lt;3&gt; 件</span>'
    assert "<mark>&lt;3&gt;</mark>" in mark(line, "line 3", "<3>")


def test_addresses_without_a_language_keep_the_figure(get: Get) -> None:
    answer = get(f"/evidence/{REPORT_2020}?item=requests.received&party=total", headers={"accept-language": "en"})
    assert answer.headers["location"] == f"/en/evidence/{REPORT_2020}?item=requests.received&party=total"


def test_a_release_without_documents_is_served(get: Get, release: Path, tmp_path: Path) -> None:
    kept = release / "evidence.db"
    kept.rename(tmp_path / "evidence.db")
    try:
        assert "This release holds no copy" in get(f"/en/evidence/{REPORT_2020}").text
    finally:
        (tmp_path / "evidence.db").rename(kept)
