"""Credit codes: the check character, and the region that a code names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai_build.register.credit_codes import check_character, read_credit_code

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def test_the_example_of_the_standard() -> None:
    """GB 32100-2015, annex: a company's code."""
    code = read_credit_code("91350100M000100Y43")
    assert code is not None
    assert code.region_code == "350100"
    assert not code.is_agency


@pytest.mark.parametrize(
    "text",
    [
        "",
        "91350100M000100Y44",
        "91350100M000100Y4",
        "91350100M000100Y433",
        "9135O100M000100Y43",
        "91350100M000100S43",
        "913501M0M000100Y43",
        "９１３５０１００M000100Y4三",
    ],
)
def test_what_is_no_code(text: str) -> None:
    assert read_credit_code(text) is None


@given(st.text(st.sampled_from("0123456789"), min_size=6, max_size=6), st.data())
def test_one_wrong_character_is_noticed(region: str, data: st.DataObject) -> None:
    body = f"11{region}" + data.draw(st.text(st.sampled_from(ALPHABET), min_size=9, max_size=9))
    code = body + check_character(body)
    read = read_credit_code(code)
    assert read is not None
    assert (read.region_code, read.is_agency) == (region, True)
    place = data.draw(st.integers(0, 17))
    other = data.draw(st.sampled_from([character for character in ALPHABET if character != code[place]]))
    assert read_credit_code(code[:place] + other + code[place + 1 :]) is None
