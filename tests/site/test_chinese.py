"""Chinese is found by any of its characters, in either script, and no search is an error."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from gongkai_site.chinese import IDEOGRAPH, SEARCH_LENGTH, Snippet, match_query, snippet, spaced

# The basic block, extension A, compatibility ideographs, 〇 and 々, and characters from extensions B to H.
IDEOGRAPHS = st.one_of(
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
    st.characters(min_codepoint=0x3400, max_codepoint=0x4DBF),
    st.sampled_from("〇々豈㐀𠀀𠮷𪛟𪜀𫝀𫠠𬺰𰀀𱍐著乾復複後臺"),
)
CHINESE = st.text(IDEOGRAPHS, min_size=1, max_size=30)


def index(texts: list[str]) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE search USING fts5(text, content='', tokenize='unicode61')")
    rows = [(rowid, spaced(text)) for rowid, text in enumerate(texts, 1)]
    connection.executemany("INSERT INTO search (rowid, text) VALUES (?, ?)", rows)
    return connection


def found(connection: sqlite3.Connection, search: str) -> list[int]:
    query = "SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid"
    return [rowid for (rowid,) in connection.execute(query, (match_query(search),))]


TEXTS = [
    "本年度未发生因政府信息公开被申请行政复议、提起行政诉讼情况。",
    "本年度發生行政訴訟2宗，乾隆檔案著作。",
    "Regulations of Hubei, COVID-19 报告二〇二一年，①号Ｆｉｌｅ",
    "",
]


@pytest.fixture(scope="module")
def texts() -> Iterator[sqlite3.Connection]:
    """An index of a few sentences in both scripts."""
    with closing(index(TEXTS)) as connection:
        yield connection


@pytest.mark.parametrize(
    ("search", "rows"),
    [
        ("诉讼", [1, 2]),
        ("訴訟", [1, 2]),
        ("讼", [1, 2]),
        ("行政复议", [1]),
        ("行政 复议", [1]),
        ("議復", []),
        ("行政\u3000诉讼\xa0宗", [2]),
        ("2", [2]),
        ("著", [2]),
        ("著作", [2]),
        ("着作", [2]),
        ("乾隆", [2]),
        ("hubei", [3]),
        ("HUBEI", [3]),
        ("hube", []),
        ("covid-19", [3]),
        ("covid-19报告", [3]),
        ("二〇二一", [3]),
        ("1号", [3]),
        ("①號", [3]),
        ("file", [3]),
        ("“诉讼”", [1, 2]),
        ('"诉讼', [1, 2]),
        ("诉讼*", [1, 2]),
        ("诉讼 AND 宗", []),
        ("NOT 诉讼", []),
        ("text:诉讼", []),
        ("——", []),
        ("诉讼 ——", [1, 2]),
        ("", []),
        ("  \u3000", []),
        ("\0", []),
        ("诉\0讼", [1, 2]),
    ],
)
def test_what_a_search_finds(texts: sqlite3.Connection, search: str, rows: list[int]) -> None:
    assert found(texts, search) == rows


def test_nothing_is_as_good_as_empty() -> None:
    assert spaced(None) == ""
    assert match_query(None) == match_query("") == '""'
    assert snippet(None, None) == Snippet("", "", "")


def test_what_is_indexed() -> None:
    assert spaced("訴訟ABC，二〇").split() == ["诉", "讼", "abc", "二", "〇"]
    assert spaced("㈠ ⼀ ｅ́ É").split() == ["一", "一", "e", "e"]


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters()))
def test_no_search_is_an_error(search: str) -> None:
    """Lone surrogates, NUL, quotes and operators included."""
    with closing(index(TEXTS)) as connection:
        assert set(found(connection, search)) <= {1, 2, 3}


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("\"'*:^()-+{}~\0ANDORTNE 诉讼\ud800\ue000"), max_size=20))
def test_no_search_of_operators_is_an_error(search: str) -> None:
    with closing(index(TEXTS)) as connection:
        assert set(found(connection, search)) <= {1, 2, 3}


@settings(max_examples=300, deadline=None)
@given(CHINESE, st.data())
def test_every_part_of_a_chinese_text_finds_it_in_either_script(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    part = text[start:end]
    with closing(index([text])) as connection:
        assert found(connection, part) == [1]
        # Character by character, as someone types it who writes in the other script.
        assert found(connection, "".join(map(OpenCC("tw2s").convert, part))) == [1]


@pytest.mark.parametrize("conversion", ["s2t", "s2tw", "s2hk"])
def test_the_language_of_the_forms_is_found_in_every_script(conversion: str) -> None:
    printed = (
        "收到和处理政府信息公开申请情况 自然人 法人或其他组织 商业企业 科研机构 社会公益组织 "
        "法律服务机构 总计 本年新收 上年结转 予以公开 部分公开 不予公开 国家秘密 行政法规禁止 "
        "内部事务信息 过程性信息 行政执法案卷 行政查询事项 无法提供 不予处理 信访举报投诉 重复申请 "
        "公开出版物 行政复议 结果维持 结果纠正 尚未审结 未经复议直接起诉 复议后起诉 规范性文件 "
        "行政许可 行政处罚 行政强制 行政事业性收费 政府集中采购"
    )
    traditional = OpenCC(conversion).convert(printed)
    assert traditional != printed
    with closing(index([printed, traditional])) as connection:
        for term in (*printed.split(), *traditional.split()):
            assert found(connection, term) == [1, 2], term


def test_a_text_is_cut_anywhere_and_indexed_alike() -> None:
    """The fold does not look at neighbours: the index of a whole is that of its parts."""
    text = "".join(TEXTS)
    assert all(spaced(text[:place]) + spaced(text[place:]) == spaced(text) for place in range(len(text)))


@pytest.mark.parametrize(
    ("text", "search", "width", "expected"),
    [
        ("关于行政诉讼的情况", "诉讼", 100, ("关于行政", "诉讼", "的情况")),
        ("關於行政訴訟的情況", "诉讼", 100, ("關於行政", "訴訟", "的情況")),
        ("关于行政诉讼的情况", "诉讼", 4, ("…行政", "诉讼", "的情…")),
        ("诉讼的情况如此", "诉讼", 4, ("", "诉讼", "的情况如…")),
        ("㈠㈡诉讼", "诉讼", 100, ("㈠㈡", "诉讼", "")),
        ("½㎏ﷺ诉 讼!", "诉讼", 100, ("½㎏ﷺ", "诉 讼", "!")),
        ("an ﬁle", "file", 100, ("an ", "ﬁle", "")),
        ("profile file", "file", 100, ("profile ", "file", "")),
        ("复议与诉讼", "诉讼 复议", 100, ("", "复议", "与诉讼")),
        ("没有", "诉讼", 100, ("没有", "", "")),
        ("没有没有没有", "诉讼", 4, ("没有没有…", "", "")),
        ("没有", "", 100, ("没有", "", "")),
        ("第①项", "1", 100, ("第", "①", "项")),
    ],
)
def test_snippets(text: str, search: str, width: int, expected: tuple[str, str, str]) -> None:
    assert tuple(snippet(text, search, width)) == expected


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters() | IDEOGRAPHS), CHINESE, st.text(st.characters() | IDEOGRAPHS))
def test_a_snippet_is_cut_from_the_text_as_printed(before: str, search: str, after: str) -> None:
    text = before + search + after
    extract = snippet(text, search, 10**6)
    assert extract.before + extract.match + extract.after == text
    assert spaced(extract.match).split() == spaced(search).split()
    assert len(extract.before) <= len(before)
    assert IDEOGRAPH.search(spaced(extract.match))


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters()), st.text(st.characters()), st.integers(0, 20))
def test_no_snippet_is_an_error_or_too_long(text: str, search: str, width: int) -> None:
    extract = snippet(text, search, width)
    assert len(extract.before) + len(extract.after) <= width + 2


def test_only_the_beginning_of_a_very_long_search_counts(texts: sqlite3.Connection) -> None:
    assert found(texts, "诉 " * 10_000) == [1, 2]
    assert found(texts, " " * 10_000 + "诉讼") == [1, 2]
    assert match_query("诉 " * 10_000) == match_query("诉 " * (SEARCH_LENGTH // 2))
