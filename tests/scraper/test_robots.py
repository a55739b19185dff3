"""robots.txt that stands elsewhere: it is followed as RFC 9309 says, and a host whose rules cannot be read is left alone."""

from itertools import pairwise

import pytest
from fake_portal import HOST, Answer, Site
from test_fetch import PAGE, Notes, ask

from gongkai_scraper.errors import DisallowedError, UnreachableError
from gongkai_scraper.response import Response

OTHER = "cdn.elsewhere.localhost"
RULES = Answer(b"User-agent: *\nDisallow: /private\n", headers={"Content-Type": "text/plain"})


def leading_to(target: str) -> Answer:
    return Answer(status=302, headers={"Location": target})


def ask_two(site: Site, notes: Notes | None = None) -> list[type[object]]:
    """Ask for a page and for one that RULES disallow, where another site is at hand."""
    site.routes |= {"/a": PAGE, "/private/a": PAGE}
    connect_to = {**site.connect_to, f"{OTHER}:80": ("127.0.0.1", site.port)}
    return [type(one) for one in ask(site, "/a", "/private/a", notes=notes, connect_to=connect_to, retries=0)]


def test_rules_that_stand_at_another_site_are_obeyed(site: Site) -> None:
    """RFC 9309, 2.3.1.2."""
    site.routes |= {"/robots.txt": leading_to(f"http://{OTHER}/rules.txt"), "/rules.txt": RULES}
    notes = Notes()
    assert ask_two(site, notes) == [Response, DisallowedError]
    assert [(asked.headers["Host"], asked.path) for asked in site.asked] == [
        (HOST, "/robots.txt"),
        (OTHER, "/rules.txt"),
        (HOST, "/a"),
    ]
    assert notes.outcomes[:2] == [("/robots.txt", "redirect"), ("/rules.txt", "kept")]


@pytest.mark.parametrize(("redirects", "expected"), [(5, DisallowedError), (6, Response)])
def test_rules_are_followed_for_five_redirects(site: Site, redirects: int, expected: type[object]) -> None:
    steps = ["/robots.txt", *(f"/step{number}" for number in range(1, redirects)), "/rules.txt"]
    for number, (step, following) in enumerate(pairwise(steps)):
        site.routes[step] = leading_to(f"http://{OTHER if number % 2 else HOST}{following}")
    site.routes["/rules.txt"] = RULES
    assert ask_two(site) == [Response, expected]
    assert ("/rules.txt" in site.paths) is (redirects == 5)


def test_rules_that_lead_in_a_circle_are_none(site: Site) -> None:
    """As RFC 9309 allows after more than five redirects; and it is told."""
    site.routes |= {"/robots.txt": leading_to("/robots.txt")}
    notes = Notes()
    assert ask_two(site, notes) == [Response, Response]
    assert site.paths.count("/robots.txt") == 6
    assert notes.told[6][2:] == ("RedirectError", "more than 5 redirects")


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("http://10.0.0.1/robots.txt", "leads to 10.0.0.1"),
        ("http://169.254.169.254/robots.txt", "leads to 169.254.169.254"),
        ("http://xn--a.gov.cn/robots.txt", "is no web address"),
        ("ftp://portal.localhost/robots.txt", "is neither http nor https"),
        (f"http://{OTHER}:1/robots.txt", "no connection"),
        (f"http://{OTHER}/broken", "status 500"),
    ],
)
def test_a_host_whose_rules_lead_where_they_cannot_be_read_is_left_alone(site: Site, target: str, why: str) -> None:
    site.routes |= {"/robots.txt": leading_to(target), "/broken": Answer(status=500), "/a": PAGE}
    connect_to = {**site.connect_to, f"{OTHER}:80": ("127.0.0.1", site.port), f"{OTHER}:1": ("127.0.0.1", 1)}
    (found,) = ask(site, "/a", connect_to=connect_to, retries=0)
    assert isinstance(found, UnreachableError)
    assert found.url == site.url("/a")
    assert "its robots.txt could not be read" in found.reason
    assert why in found.reason
    assert "/a" not in site.paths


def test_where_no_rules_stand_at_another_site_there_are_none(site: Site) -> None:
    site.routes |= {"/robots.txt": leading_to(f"http://{OTHER}/rules.txt")}
    assert ask_two(site) == [Response, Response]
