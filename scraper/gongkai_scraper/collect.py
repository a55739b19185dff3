"""One run: portals → archive. What is done stays done, so a run that was interrupted goes on where it stopped."""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from gongkai_scraper.archive import Archive, ArchiveError, Document
from gongkai_scraper.drivers import DRIVERS, Answer, DriverError, Link, Page, Request
from gongkai_scraper.errors import DisallowedError, FetchError, RefusedError
from gongkai_scraper.fetch import Client, ClientSettings
from gongkai_scraper.network import normalised
from gongkai_scraper.portals import Portal
from gongkai_scraper.request import Limits, Response
from gongkai_scraper.titles import report_year

MAXIMUM_PAGES = 200
"""Pages of one list after which something must be wrong."""
FAILURES_IN_A_ROW = 10
"""After which a portal is left alone for this run."""

Outcome = Literal["new", "unchanged", "skipped", "failed", "refused"]


@dataclass(frozen=True)
class Message:
    """Something to know about a portal; an error makes the run fail, a warning does not."""

    level: Literal["error", "warning"]
    text: str
    url: str | None = None


@dataclass(frozen=True)
class Progress:
    """A step of a run: report `done` of `total` of a portal, and what came of it."""

    portal: str
    done: int
    total: int
    url: str
    outcome: Outcome


@dataclass(frozen=True)
class PortalSummary:
    """What a run did at one portal. found = new + unchanged + skipped + failed + refused."""

    portal: str
    name: str
    status: str
    """Of the portal file: only a portal that is active or unverified is asked."""
    found: int = 0
    new: int = 0
    unchanged: int = 0
    """Fetched, with bytes that the archive holds already."""
    skipped: int = 0
    """In the archive since an earlier run, not fetched."""
    failed: int = 0
    refused: int = 0
    messages: tuple[Message, ...] = ()

    @property
    def ok(self) -> bool:
        """True when nothing went wrong at this portal."""
        return not any(message.level == "error" for message in self.messages)


@dataclass(frozen=True)
class RunSummary:
    """What a run did."""

    portals: tuple[PortalSummary, ...]

    @property
    def ok(self) -> bool:
        """True when nothing went wrong anywhere."""
        return all(portal.ok for portal in self.portals)


def collect(
    portals: Iterable[Portal],
    archive: Archive,
    settings: ClientSettings | None = None,
    *,
    refresh: bool = False,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> RunSummary:
    """Fetch the reports of portals into an archive that is open for writing.

    Lists are always fetched anew; a report whose address is in the archive is fetched again only to refresh it.

    Args:
        portals: the portal files.
        archive: where responses go.
        settings: of the HTTP client.
        refresh: fetch known reports again.
        on_progress: told of each report.

    Raises:
        ArchiveError: the archive cannot take what was fetched. Whatever fails at a portal is in the summary instead.
    """
    with Client(settings or ClientSettings()) as client:
        runs = [_Run(portal, archive, client, refresh, on_progress) for portal in portals]
        return RunSummary(tuple(run.summary() for run in runs))


@dataclass
class _Run:
    """The run at one portal."""

    portal: Portal
    archive: Archive
    client: Client
    refresh: bool
    on_progress: Callable[[Progress], None]
    messages: list[Message] = field(default_factory=list)
    outcomes: Counter[Outcome] = field(default_factory=Counter)

    def summary(self) -> PortalSummary:
        """Do the run; says what came of it, never raises but for the archive's sake."""
        if self.portal.status in ("active", "unverified"):
            try:
                self._reports(self._found())
            except ArchiveError:
                raise
            except Exception as error:  # one portal's failure, of whatever kind, must not harm the others
                self._error(f"{type(error).__name__}: {error}")
        return PortalSummary(
            portal=self.portal.id,
            name=self.portal.name,
            status=self.portal.status,
            found=self.outcomes.total(),
            messages=tuple(self.messages),
            **{str(outcome): count for outcome, count in self.outcomes.items()},
        )

    def _error(self, text: str, url: str | None = None) -> None:
        self.messages.append(Message("error", text, url))

    def _warning(self, text: str, url: str | None = None) -> None:
        self.messages.append(Message("warning", text, url))

    def _found(self) -> list[Link]:
        """The reports that the portal's lists name, each address once."""
        reports: dict[str, Link] = {}
        candidates = 0
        pages: set[Request] = set()
        for first in self._begin():
            for link in self._links(first, pages):
                candidates += 1
                if self.portal.wants(link):
                    reports.setdefault(normalised(link.url), link)
        addresses = {request.url for request in pages}
        found = [link for url, link in reports.items() if url not in addresses]
        if not found and not self.messages:
            self._error(
                f"no report found among {candidates} links: look at the list and at driver, titles and years of the file"
            )
        self._check_numbers(found)
        return found

    def _begin(self) -> tuple[Request, ...]:
        return DRIVERS[self.portal.driver.family].begin(self.portal)

    def _links(self, first: Request, asked: set[Request]) -> Iterator[Link]:
        """The links of a list, page after page; adds what it asked for to `asked`."""
        waiting = deque([first])
        seen: set[tuple[Link, ...]] = set()
        while waiting:
            request = waiting.popleft()
            request = replace(request, url=normalised(request.url))
            if request in asked:
                continue
            asked.add(request)
            if len(seen) == MAXIMUM_PAGES:
                return self._error(f"the list goes on after {MAXIMUM_PAGES} pages", request.url)
            try:
                page = self._page(request)
            except FetchError as error:
                kind = "refused" if isinstance(error, RefusedError) else "failed"
                return self._error(f"list {kind}: {error.reason}", error.url)
            except DriverError as error:
                return self._error(f"list: {error}", request.url)
            if page.links in seen:
                return None
            seen.add(page.links)
            yield from page.links
            waiting.extend(page.requests)
        return None

    def _page(self, request: Request) -> Page:
        """Ask for a page of a list, store it and read it."""
        if request.form is not None:
            raise DriverError("its pages come by POST, which cannot be sent yet")
        response = self._fetch(request.url)
        self._store(response, Link(request.url, ""), "list")
        answer = Answer(response.body, response.url, response.charset, response.media_type, request)
        return DRIVERS[self.portal.driver.family].read(answer, self.portal)

    def _check_numbers(self, found: list[Link]) -> None:
        """Compare the number of reports of each year with what the portal file expects."""
        expected = self.portal.reports_per_year
        years = [year for link in found if (year := report_year(link.title))]
        if len(years) < len(found) and (expected.minimum is not None or expected.maximum is not None):
            self._warning(f"{len(found) - len(years)} titles name no year and are not counted")
        first, last = self.portal.years or (min(years, default=0), max(years, default=-1))
        numbers = Counter(years)
        for year in range(first, last + 1):
            if expected.minimum is not None and numbers[year] < expected.minimum:
                self._error(f"{year}: {numbers[year]} reports found, at least {expected.minimum} expected")
            if expected.maximum is not None and numbers[year] > expected.maximum:
                self._warning(f"{year}: {numbers[year]} reports found, at most {expected.maximum} expected")

    def _reports(self, found: list[Link]) -> None:
        known = self.archive.addresses("report")
        failures = 0
        for done, link in enumerate(found, 1):
            outcome: Outcome = "skipped"
            is_end = False
            if self.refresh or normalised(link.url) not in known:
                outcome, is_end = self._report(link, known)
                failures = failures + 1 if outcome == "failed" else 0
            self.outcomes[outcome] += 1
            self.on_progress(Progress(self.portal.id, done, len(found), link.url, outcome))
            if is_end or failures == FAILURES_IN_A_ROW:
                rest = len(found) - done
                self._error(f"left alone after this; {rest} more reports were not asked for", link.url)
                self.outcomes[outcome] += rest
                return

    def _report(self, link: Link, known: frozenset[str]) -> tuple[Outcome, bool]:
        """Fetch and store a report; returns what came of it, and whether the portal wants no more requests."""
        try:
            response = self._fetch(link.url)
        except RefusedError as error:
            self._error(error.reason, error.url)
            return "refused", not isinstance(error, DisallowedError)
        except FetchError as error:
            self._error(error.reason, error.url)
            return "failed", False
        if normalised(link.url) != response.url and response.url in self._front_pages():
            self._error("redirects to the front page or the list", link.url)
            return "failed", False
        is_new = self._store(response, link, "report")
        if not is_new and normalised(link.url) not in known:
            self._warning("has the same bytes as a document of another address", link.url)
        return "new" if is_new else "unchanged", False

    def _front_pages(self) -> frozenset[str]:
        return frozenset(normalised(url) for url in (self.portal.home, *(first.url for first in self._begin())))

    def _fetch(self, url: str) -> Response:
        politeness = self.portal.politeness
        limits = Limits(politeness.delay, politeness.timeout, politeness.maximum_bytes, self.portal.loopback)
        return self.client.fetch(url, limits, self._keep_robots)

    def _keep_robots(self, response: Response) -> None:
        self._store(response, Link(response.url, ""), "robots")

    def _store(self, response: Response, link: Link, role: str) -> bool:
        requested = normalised(link.url)
        document = Document(
            body=response.body,
            source_kind=self.portal.source,
            role=role,
            url=response.url,
            requested_url=requested if requested != response.url else None,
            fetched_at=response.fetched_at,
            media_type=response.media_type,
            charset=response.charset,
            portal=self.portal.id,
            region_code=self.portal.region,
            agency_id=self.portal.agency_of(link),
            link_title=link.title or None,
        )
        _, is_new = self.archive.add_response(document, response.exchange)
        return is_new
