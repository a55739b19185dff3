"""robots.txt: what it allows, and how it is read when it does not come as one would like."""

from dataclasses import dataclass
from http import HTTPStatus

from protego import Protego

from gongkai_scraper.answers import judge
from gongkai_scraper.errors import DisallowedError, RefusedError, UnreachableError
from gongkai_scraper.response import Response

AGENT = "gongkai"
"""The name by which robots.txt knows us."""
ROBOTS_BYTES = 512_000
"""RFC 9309 asks to read at least 500 KiB."""


@dataclass(frozen=True)
class Robots:
    """The rules of a robots.txt that are meant for us."""

    rules: Protego

    def delay(self, url: str, longest: float) -> float:
        """Return how many seconds to keep between requests.

        Raises:
            DisallowedError: the address is not to be fetched, or the delay is longer than a run can keep.
        """
        if not self.rules.can_fetch(url, AGENT):
            raise DisallowedError(url, "robots.txt asks that it not be fetched")
        delay = float(self.rules.crawl_delay(AGENT) or 0.0)
        if delay > longest:
            raise DisallowedError(url, f"robots.txt asks for {delay:g} seconds between requests: too slow")
        return delay


NO_RULES = Robots(Protego.parse(""))
"""Where there is no robots.txt, nothing is disallowed (RFC 9309, 2.3.1.3)."""


def read_robots(response: Response) -> Robots:
    """Read the answer to a request for robots.txt.

    Raises:
        RefusedError: it is a challenge.
        UnreachableError: the host could not say what it allows (RFC 9309: then nothing is allowed).
    """
    status = HTTPStatus.OK if response.unchanged else response.status
    seen = judge(status, response.body, response.charset, response.exchange.reason)
    if seen.is_challenge:
        raise RefusedError(response.url, seen.reason or "")
    if status == HTTPStatus.OK:
        return Robots(Protego.parse(response.body.decode("utf-8", "replace")))
    if 400 <= status < 500 and status != HTTPStatus.TOO_MANY_REQUESTS:
        return NO_RULES
    raise UnreachableError(response.url, seen.reason or f"status {status}")
