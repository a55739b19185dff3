"""What is printed in a cell: figures, blanks, and what must stay unclear."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai_build.reading.values import Value, is_value, money_unit, parse_number, read_value


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("0", 0),
        ("　　 12 ", 12),
        ("\u00a07\u00a0", 7),
        ("１２３", 123),
        ("1,113", 1113),
        ("１，１１３", 1113),
        ("12件", 12),
        ("3 条", 3),
        ("十二", 12),
        ("一百二十", 120),
        ("二千零五", 2005),
        ("两万三千", 23000),
        ("6.0", 6),
    ],
)
def test_counts(raw: str, number: int) -> None:
    assert read_value(raw) == Value("reported", Decimal(number))


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("+19", 19),
        ("+0", 0),
        ("-71", -71),
        ("－71", -71),
        ("−3", -3),
        ("增1423", 1423),
        ("增加5", 5),
        ("减38", -38),
        ("减少了2", -2),
        ("0/0", 0),
        ("+0/-0", 0),
    ],
)
def test_signed_counts(raw: str, number: int) -> None:
    assert read_value(raw, signed=True) == Value("reported", Decimal(number))


def test_how_many_more_and_how_many_fewer_are_no_change() -> None:
    assert read_value("5/2", signed=True).status == "unclear"
    assert read_value("0/0").status == "unclear"


@pytest.mark.parametrize("raw", ["", " ", "\u3000", "\u00a0", "/", "-", "—", "——", "无", "*"])
def test_blanks(raw: str) -> None:
    assert read_value(raw) == Value("blank")


@pytest.mark.parametrize(
    ("raw", "note"),
    [
        ("80余", "approximate"),
        ("近5000", "approximate"),
        ("约3", "approximate"),
        ("2.5", "fraction"),
        ("-3", "negative"),
        ("3\n4", "two_values"),
        ("3 4", "two_values"),
        ("1 113", "two_values"),
        ("一", "not_a_number"),
        ("2.2万", "not_a_number"),
        ("见附件", "not_a_number"),
        ("3(2)", "not_a_number"),
        ("1,13", "not_a_number"),
        ("12345-67", "not_a_number"),
        ("三五", "not_a_number"),
        ("一百三", "not_a_number"),
        ("一万三", "not_a_number"),
        ("○", "not_a_number"),
        ("√", "not_a_number"),
        ("####", "not_a_number"),
        ("…", "not_a_number"),
        ("\ufffd", "not_a_number"),
        ("101①", "not_a_number"),
        ("3(约)", "approximate"),
        ("99999999999999999999", "too_large"),
    ],
)
def test_what_is_unclear(raw: str, note: str) -> None:
    assert read_value(raw) == Value("unclear", note=note)


def test_peculiarities_are_noted() -> None:
    assert read_value("0\n     0") == Value("reported", Decimal(0), "doubled_value")
    assert read_value("5(含网络)") == Value("reported", Decimal(5), "remark")
    assert read_value("+5") == Value("reported", Decimal(5), "sign")


@pytest.mark.parametrize(
    ("raw", "header_unit", "yuan"),
    [
        ("3341.107万元", None, "33411070"),
        ("2601.953875万", None, "26019538.75"),
        ("251000元", None, "251000"),
        ("1.5亿元", None, "150000000"),
        ("865.01萬元", None, "8650100"),
        ("75.9260", 10000, "759260"),
        ("12元", 10000, "12"),
        ("0", None, "0"),
        ("0.00", None, "0"),
    ],
)
def test_money(raw: str, header_unit: int | None, yuan: str) -> None:
    value = read_value(raw, unit="yuan", header_unit=header_unit)
    assert (value.status, value.number) == ("reported", Decimal(yuan))


@pytest.mark.parametrize("raw", ["21150.00", "13000000(预算"])
def test_an_amount_without_a_unit_is_unclear(raw: str) -> None:
    assert read_value(raw, unit="yuan") == Value("unclear", note="no_unit")


def test_the_unit_of_a_header() -> None:
    assert money_unit("采购总金额（万元）") == 10000
    assert money_unit("本年收费金额（单位：万元）") == 10000
    assert money_unit("采购总金额(元)") == 1
    assert money_unit("采购总金额") is None
    assert money_unit("采购总金额（单位：千元）") == 1000
    assert money_unit("采购总金额（百万元）") == 1000000
    assert money_unit("采购总金额（万美元）") is None


@pytest.mark.parametrize(
    "text",
    [
        *("其他", "总计", "2020年", "0724-6064190", "规章", "第711号", "2021-01-27", "", "。"),
        *("规章（设区的市以上人民政府填写）", "规范性文件（标题多为办法）"),
    ],
)
def test_what_is_no_value(text: str) -> None:
    assert not is_value(text)


@given(st.integers(0, 10**12))
def test_every_whole_number_is_read_back(number: int) -> None:
    for text in (str(number), f"{number:,}", f" {number}　", f"{number}件"):
        assert read_value(text) == Value("reported", Decimal(number))


@given(st.text(max_size=30))
def test_no_text_is_more_than_it_says(text: str) -> None:
    value = read_value(text)
    assert (value.number is not None) == (value.status == "reported")
    if value.status == "reported" and value.note not in ("doubled_value", "letter"):
        digits = [character for character in text if character.isdigit() or character.isnumeric()]
        assert digits, text


@given(st.text(alphabet="〇零一二两三四五六七八九十百千万0123456789,.", max_size=10))
def test_numbers_are_never_misread(text: str) -> None:
    number = parse_number(text)
    if number is not None and text.replace(",", "").isdigit():
        assert number == int(text.replace(",", ""))


@pytest.mark.parametrize("raw", ["逾期不补正", "2.申请人逾", "近年", "以上", "多"])
def test_words_for_what_is_not_exact_are_no_number(raw: str) -> None:
    assert not is_value(raw)
    assert read_value(raw).note != "approximate"


@pytest.mark.parametrize("raw", ["约900件", "80余", "18万余", "近5000", "约18万元", "100以上"])
def test_numbers_that_are_not_exact_are_values_without_a_figure(raw: str) -> None:
    assert is_value(raw)
    assert (read_value(raw).status, read_value(raw).number) == ("unclear", None)


@pytest.mark.parametrize(("raw", "number"), [("O", 0), ("o", 0), ("Ｏ", 0), ("1O", 10), ("1,OO5", 1005), ("2o件", 20)])
def test_a_letter_that_looks_like_nought_is_one_and_is_told(raw: str, number: int) -> None:
    assert read_value(raw) == Value("reported", Decimal(number), "letter")
    assert is_value(raw)


@pytest.mark.parametrize("raw", ["OO", "No", "O/O", "O O", "1l", "○", "O.5", "1O.5"])
def test_letters_that_make_no_whole_number(raw: str) -> None:
    assert read_value(raw).status == "unclear"
