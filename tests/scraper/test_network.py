"""Addresses that somebody wrote down: which are taken, and why others are not."""

import pytest

from gongkai_scraper.network import check_address, normalised


@pytest.mark.parametrize(
    "url",
    [
        "https://www.example.gov.cn/a.html?x=1#y",
        "http://政务.example/年报",
        "http://[2001:db8::1]:8080/",
        "HTTP://a.example",
    ],
)
def test_addresses_stay_as_they_stand(url: str) -> None:
    assert check_address(url) == url


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "is neither http nor https"),
        ("ftp://a.example/", "is neither http nor https"),
        ("www.example.gov.cn/a.html", "is neither http nor https"),
        ("http:///a.html", "names no host"),
        ("http://./a.html", "names no host"),
        ("http://a.example../", "names no host"),
        ("http://me@a.example/", "holds a user name or password"),
        ("http://me:secret@a.example/", "holds a user name or password"),
        ("http://@a.example/", "holds a user name or password"),
        ("http://a.example/a b", "holds blanks or control characters"),
        ("http://a.example/\u3000", "holds blanks or control characters"),
        ("http://a.example/\n", "holds blanks or control characters"),
        ("http://a.example/\x00", "holds blanks or control characters"),
        ("http://a.example:0/", "names a port that does not exist"),
        ("http://a.example:65536/", "names a port that does not exist"),
        ("http://a.example:http/", "is no web address"),
        ("http://[::1/", "is no web address"),
        ("http://[zz]/", "is no web address"),
        ("http://[::1]x/", "is no web address"),
        ("http://xn--a.gov.cn/x", "is no web address"),
    ],
)
def test_other_addresses_are_refused_with_the_reason(url: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{reason}"):
        check_address(url)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://WWW.a.gov.cn./x.html#y", "http://www.a.gov.cn/x.html"),
        ("http://www.a.gov.cn.:8080/", "http://www.a.gov.cn:8080/"),
        ("http://10.0.0.1./", "http://10.0.0.1/"),
        ("http://a。/x", "http://a/x"),
        # What is no web address stays as it stands.
        ("http://xn--a.gov.cn/x", "http://xn--a.gov.cn/x"),
        ("javascript:show(1)", "javascript:show(1)"),
    ],
)
def test_an_address_is_archived_in_one_form(url: str, expected: str) -> None:
    assert normalised(url) == expected
