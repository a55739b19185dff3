"""Looking at a portal's lists without an archive: what they link to, and what platform they are of."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from pydantic import ValidationError

from gongkai_scraper.drivers import DRIVERS, Answer, DriverError, Link, Request
from gongkai_scraper.errors import AbsentError, FetchError
from gongkai_scraper.fetch import ClientSettings
from gongkai_scraper.fetching import fetching
from gongkai_scraper.portals import Portal, Verdict
from gongkai_scraper.walk import ABSENT, Ask, walk

ORDER = ("gkmlpt", "hanweb_annual_report", "hanweb_jpaas", "hanweb_jpage", "trs_wcm", "chinatax", "static_list")
"""Families as they are tried: what is told by a sure sign comes first, the plain list last."""
MOST_STORED = 20


class UnknownPlatform(Exception):
    """No driver can read a page; the message says what each expected of it."""


@dataclass
class Scouted:
    """What the lists of a portal hold."""

    links: dict[str, tuple[Link, Verdict]] = field(default_factory=dict)
    pages: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def wanted(self) -> int:
        """How many links would be fetched as reports."""
        return sum(verdict is Verdict.WANTED for _, verdict in self.links.values())


def scout(portal: Portal, ask: Ask) -> Scouted:
    """Walk through the lists of a portal and return every link that they hold; no report is fetched."""
    found = Scouted()
    for step in walk(portal, ask):
        if step.problem:
            found.problems.append(f"{step.request.url}: {step.problem}")
        if step.page:
            found.pages += 1
            for link in (*step.page.links, *([step.page.report] if step.page.report else ())):
                found.links.setdefault(link.url, (link, portal.verdict(link)))
    return found


@contextmanager
def asking(portal: Portal, settings: ClientSettings) -> Iterator[Ask]:
    """Ask a portal politely, as its file says; yields the function that does it."""
    with fetching(portal, settings) as fetch:

        def ask(request: Request) -> Answer | str:
            try:
                response = fetch(request)
            except AbsentError as error:
                return ABSENT if request.may_be_absent else error.reason
            except FetchError as error:
                return error.reason
            return Answer(response.body, response.url, response.charset, response.media_type, request)

        yield ask


def recognise(answer: Answer, given: dict[str, object]) -> Portal:
    """Return a portal whose driver reads the page of a list.

    Args:
        answer: the page.
        given: the other fields of the portal file, with `id`.

    Raises:
        UnknownPlatform: none does.
    """
    reasons = []
    for family in ORDER:
        try:
            portal = Portal.model_validate(given | {"driver": _parameters(family, answer)})
            page = DRIVERS[family].read(answer, portal)
        except (ValidationError, DriverError) as error:
            if isinstance(error, DriverError):
                reasons.append(f"{family}: {error}")
            continue
        if page.links or page.requests or page.report:
            return portal
    raise UnknownPlatform("\n".join([f"{answer.url}: no driver can read it", *reasons]))


def _parameters(family: str, answer: Answer) -> dict[str, object]:
    """The driver's part of a portal file that has nothing but this address."""
    address, _, query = answer.request.url.partition("?")
    if family == "gkmlpt":
        return {"family": family, "index": answer.request.url}
    if family == "hanweb_annual_report":
        fields = dict(pair.partition("=")[::2] for pair in query.split("&"))
        return {"family": family, "address": address, "organisations": {fields.get("area", ""): None}}
    return {"family": family, "lists": [answer.request.url]}


def recording(ask: Ask, answers: list[Answer]) -> Ask:
    """Return a way of asking that keeps the answers, up to a number that an example should hold."""

    def keep(request: Request) -> Answer | str:
        known = next((answer for answer in answers if answer.request == request), None)
        if known is None and len(answers) == MOST_STORED:
            return f"an example holds {MOST_STORED} pages at most"
        answer = known or ask(request)
        if isinstance(answer, Answer) and not known:
            answers.append(answer)
        return answer

    return keep
