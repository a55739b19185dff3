"""Folding: labels printed in any way are one label; different labels stay different."""

import pytest

from gongkai_build.forms import load_forms
from gongkai_build.reading.fold import label_core, label_full, numbering, plain, simplify, traditional_share
from gongkai_build.reading.labels import BLOCK, ROW, load_labels


@pytest.mark.parametrize(
    ("printed", "label"),
    [
        ("一、本年新收政府信息公开申请数量", "本年新收政府信息公开申请数量"),
        ("（一）予以公开", "予以公开"),
        ("(一) 予以公开", "予以公开"),
        ("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", "部分公开"),
        ("1.属於國家秘密", "属于国家秘密"),
        ("1、/属于国家秘密", "属于国家秘密"),
        ("（1）属于国家秘密", "属于国家秘密"),
        ("⒈属于国家秘密", "属于国家秘密"),
        ("２．其他法律行政法规禁止公开", "其他法律行政法规禁止公开"),
        ("規范性檔案（行政機關制定發布的決定", "规范性文件"),
        ("項(xiàng)目數(shù)量", "项目数量"),
        ("本年新\n制作数量", "本年新制作数量"),
        ("4.無正當理由大量反覆申請", "无正当理由大量反复申请"),
    ],
)
def test_labels_fold_to_one(printed: str, label: str) -> None:
    assert label_core(printed) == label_core(label)


def test_brackets_that_tell_labels_apart_are_kept() -> None:
    assert label_full("第二十条第（五）项") != label_full("第二十条第（六）项")


def test_script_is_folded_character_by_character() -> None:
    assert simplify("訴訟與複議") == "诉讼与复议"
    assert simplify("建立文件") == "建立文件"
    assert plain("檔案") == "档案"


def test_numbering() -> None:
    assert [numbering(text) for text in ("一、总体情况", "（三）不予公开", "2.重复申请", "5.75", "总计")] == [
        "一、",
        "(三)",
        "2.",
        "",
        "",
    ]


def test_the_share_of_traditional_characters() -> None:
    assert traditional_share("政府信息公开") == 0
    assert traditional_share("開關門見") == 1
    assert traditional_share("123") == 0


@pytest.mark.parametrize("form", [form.form for form in load_forms()])
def test_every_label_of_a_form_is_found_where_it_stands(form: str) -> None:
    labels = load_labels(form)
    for number, block in enumerate(labels.form.blocks):
        if block.heading:
            assert [(m.kind, m.block) for m in labels.exactly(block.heading)] == [(BLOCK, number)]
        for index, row in enumerate(block.rows):
            if row.label:
                assert (ROW, number, index) in [(m.kind, m.block, m.index) for m in labels.exactly(row.label)]


@pytest.mark.parametrize("form", [form.form for form in load_forms()])
def test_no_two_rows_of_a_block_share_a_label(form: str) -> None:
    for meanings in load_labels(form).exact.values():
        rows = [(meaning.block, meaning.index) for meaning in meanings if meaning.kind == ROW]
        assert len(rows) == len({block for block, _ in rows})
