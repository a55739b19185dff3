"""Which hosts are one site."""

import pytest

from gongkai_scraper.domains import site_of


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("www.yantai.gov.cn", "yantai.gov.cn"),
        ("yantai.gov.cn", "yantai.gov.cn"),
        ("zwgk.www.yantai.gov.cn", "yantai.gov.cn"),
        ("gov.cn", "gov.cn"),
        ("www.example.cn", "example.cn"),
        ("a.b.bj.cn", "b.bj.cn"),
        ("www.example.com.cn.", "example.com.cn"),
        ("www.info.gov.hk", "info.gov.hk"),
        ("a.example.com", "example.com"),
        ("a.b.co.uk", "b.co.uk"),
        ("a.b.de", "b.de"),
        ("portal.localhost", "portal.localhost"),
        ("localhost", "localhost"),
        ("10.0.0.1", "10.0.0.1"),
        ("2001:db8::1", "2001:db8::1"),
    ],
)
def test_site_of(host: str, site: str) -> None:
    assert site_of(host) == site
