"""A run at one portal: its lists from page to page, then the reports that they name and what these lead to."""

import asyncio
import json
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Literal

from gongkai_scraper.archive import ArchiveError, Note
from gongkai_scraper.bounds import check_numbers
from gongkai_scraper.drivers import DRIVERS, Answer, DriverError, Link, Page, Request
from gongkai_scraper.drivers.article import follow
from gongkai_scraper.errors import AbsentError, DisallowedError, FetchError, RefusedError
from gongkai_scraper.fetch import Client
from gongkai_scraper.journal import Book, DocumentJournal, ListJournal, limits_of
from gongkai_scraper.network import normalised
from gongkai_scraper.portals import Verdict
from gongkai_scraper.records import now
from gongkai_scraper.response import Response
from gongkai_scraper.summary import Lists, Message, PortalSummary, Progress, Result, State, counted
from gongkai_scraper.titles import report_year
from gongkai_scraper.walk import ABSENT, Step, course

FAILURES_IN_A_ROW = 10
"""After which a portal is left alone for this run."""
DEEPEST = 2
"""How many steps are taken from a report's page: to the page that it stands for, and to what is attached there."""
MOST_MESSAGES = 200
"""That the archive keeps of a run."""

Revisit = Literal["changed", "all", "none"]
"""Which known reports are asked for: those that have changed, as far as the portal can tell; all of them in full; none."""


@dataclass(frozen=True)
class Lead:
    """A report to ask for, or something that it leads to."""

    url: str
    """The link's address as it is archived."""
    link: Link
    found_on: str | None = None
    depth: int = 0
    answer: Answer | None = None
    """Set for a report that came as a page of a list."""
    result: Result | None = None


@dataclass
class Visit:
    """A run at one portal; `run` does it, `summary` tells at any time what it did so far."""

    book: Book
    client: Client
    revisit: Revisit
    started_at: str
    since: str | None
    """When the first of the runs began that this one continues; None where it continues none."""
    on_progress: Callable[[Progress], None]
    messages: list[Message] = field(default_factory=list)
    results: Counter[Result] = field(default_factory=Counter)
    state: State | None = None
    lists: Lists | None = None
    _is_listed: bool = True
    """Whether the lists so far were read to their ends."""
    _failures: int = 0
    _asked: set[str] = field(default_factory=set)

    async def run(self) -> None:
        """Do the run. Raises ArchiveError; whatever fails at the portal is in the summary instead."""
        portal = self.book.portal
        fields = {"run_id": str(self.book.run_id), "portal": portal.id, "region_code": portal.region}
        fields |= {"started_at": self.started_at, "since": self.since or self.started_at} | (
            {"agency_id": portal.agency} if portal.agency else {}
        )
        await self.book.keeper.keep(Note("run", self.started_at, tuple(fields.items())))
        try:
            await self._documents(await self._listed())
        except ArchiveError:
            raise
        except asyncio.CancelledError:
            self.state = "interrupted"
            await self._end()
            raise
        except Exception as error:  # one portal's failure, of whatever kind, must not harm the others
            self._error(f"{type(error).__name__}: {error}")
            self.state = "stopped"
        self.state = self.state or ("done" if self._is_listed else "failed")
        await self._end()

    def summary(self) -> PortalSummary:
        """Tell what the run did so far."""
        portal = self.book.portal
        return PortalSummary(
            portal=portal.id,
            name=portal.name,
            status=portal.status,
            state=self.state,
            lists=self.lists,
            messages=tuple(self.messages),
            **counted(self.results),
        )

    async def _end(self) -> None:
        summary = asdict(replace(self.summary(), messages=tuple(self.messages[:MOST_MESSAGES])))
        told = json.dumps(summary, ensure_ascii=False)
        fields = {"run_id": str(self.book.run_id), "ended_at": now(), "state": self.state or "", "summary": told}
        await self.book.keeper.keep(Note("end", now(), tuple(fields.items())))

    def _error(self, text: str, url: str | None = None) -> None:
        self.messages.append(Message("error", text, url))

    def _warning(self, text: str, url: str | None = None) -> None:
        self.messages.append(Message("warning", text, url))

    # The lists

    async def _listed(self) -> list[Lead]:
        """Walk the lists; returns the reports that they name, each address once, and tells the archive of them."""
        portal = self.book.portal
        found: dict[str, Lead] = {}
        pages: set[str] = set()
        listed: list[tuple[Link, Verdict]] = []
        going = course(portal)
        item = next(going, None)
        while item is not None:
            if isinstance(item, Step):
                if item.problem:
                    self._error(item.problem, item.request.url)
                    self._is_listed = False
                    self.lists = self.lists or "failed"
                item = next(going, None)
                continue
            if self.state:
                break
            request = replace(item, url=normalised(item.url))
            pages |= {request.url} if request.form is None else set()
            page, lead = await self._page(request)
            if lead:
                found.setdefault(lead.url, lead)
            verdicts = [(link, portal.verdict(link)) for link in page.links] if isinstance(page, Page) else []
            listed += verdicts
            for link, verdict in verdicts:
                if verdict is Verdict.WANTED:
                    found.setdefault(url := normalised(link.url), Lead(url, link))
            try:
                item = going.send(page)
            except StopIteration:
                break
        leads = [lead for url, lead in found.items() if lead.answer or url not in pages]
        self._check(leads, listed)
        self.lists = self.lists or "read"
        rows = [(one.url, one.link.title, one.link.published_on, portal.agency_of(one.link)) for one in leads]
        fields = {"run_id": str(self.book.run_id), "portal": portal.id, "links": json.dumps(rows, ensure_ascii=False)}
        await self.book.keeper.keep(Note("links", now(), tuple(fields.items())))
        return leads

    async def _page(self, request: Request) -> tuple[Page | str, Lead | None]:
        """Ask for a page of a list; returns what it says, or why there is none, and the report that it is itself."""
        journal = ListJournal(self.book, request, "list", is_conditional=False)
        try:
            response = await self._ask(request, journal)
        except AbsentError as error:
            return (ABSENT if request.may_be_absent else f"list failed: {error.reason}"), None
        except RefusedError as error:
            self.lists = "refused"
            return f"list refused: {error.reason}", None
        except FetchError as error:
            return f"list failed: {error.reason}", None
        except DriverError as error:
            return f"list: {error}", None
        page = journal.page
        assert page is not None
        if not page.report:
            return page, None
        answer = Answer(response.body, response.url, response.charset, response.media_type, request)
        result = self._result(journal, response)
        return page, Lead(normalised(page.report.url), page.report, answer=answer, result=result)

    def _check(self, leads: list[Lead], listed: list[tuple[Link, Verdict]]) -> None:
        """Say what is wrong with the number of reports that the lists name, and which were left out for no good reason."""
        portal = self.book.portal
        if not leads and not self.messages and not portal.zero_is_fine:
            # A portal that changes its pages looks like one that has published nothing.
            self.lists = "failed"
            self._error(
                f"no report found among {len(listed)} links: look at the list and at driver, titles and years of the file"
            )
        if leads or not portal.zero_is_fine:
            self.messages += check_numbers(portal, [lead.link for lead in leads])
        if unknown := sum(verdict is Verdict.OTHER_AGENCY for _, verdict in listed):
            self._warning(f"{unknown} reports left out: their titles name none of the agencies of the portal file")
        years = [report_year(link.title) for link, verdict in listed if verdict is Verdict.OTHER_YEAR]
        if later := sum(portal.years is not None and year is not None and year > portal.years[1] for year in years):
            self._warning(
                f"{later} reports left out: they are of later years than the portal file expects; raise years"
            )

    # The reports

    async def _documents(self, found: list[Lead]) -> None:
        """Ask for the reports, and for what each of them leads to right after it."""
        waiting = deque(found)
        done, total = 0, len(found)
        self._asked |= {lead.url for lead in found}
        while waiting and not self.state:
            lead = waiting.popleft()
            result, answer = lead.result, lead.answer
            if result is None:
                result, answer = await self._document(lead)
            self.results[result] += 1
            done += 1
            further = self._further(lead, answer) if answer else []
            waiting.extendleft(reversed(further))
            total += len(further)
            self.on_progress(Progress(self.book.portal.id, done, total, lead.link.url, result))
        if waiting:
            self._error(f"left alone after this; {len(waiting)} more reports were not asked for", waiting[0].link.url)
            self.results["refused" if self.state == "refused" else "failed"] += len(waiting)

    def _further(self, lead: Lead, answer: Answer) -> list[Lead]:
        """What a document leads to and was not asked for in this run."""
        links = list(lead.link.attachments)
        if lead.depth < DEEPEST:
            links += follow(answer, self.book.portal.article.body)
        further = []
        for link in links:
            url = normalised(link.url)
            if url not in self._asked:
                self._asked.add(url)
                # 附件1.docx says less of a document than the title of the page to which it is attached.
                title = link.title if report_year(link.title) else lead.link.title
                agency = link.agency or lead.link.agency
                further.append(Lead(url, replace(link, title=title, agency=agency), answer.url, lead.depth + 1))
        return further

    async def _document(self, lead: Lead) -> tuple[Result, Answer | None]:
        """Fetch and keep a document; returns what came of it, and the document as it now is in the archive."""
        request = Request(lead.url)
        known = self.book.known.get(request.url)
        if known and (self.revisit == "none" or (self.since and known.seen_at >= self.since)):
            body = await self.book.keeper.read_body(known.capture_id)
            return "skipped", Answer(body, known.url, known.charset, known.media_type, request)
        journal = DocumentJournal(
            self.book, request, "report", self.revisit == "changed", lead.link, found_on=lead.found_on
        )
        try:
            response = await self._ask(request, journal)
        except FetchError as error:
            self._error(error.reason, error.url)
            return "refused" if isinstance(error, RefusedError) else "failed", None
        answer = Answer(response.body, response.url, response.charset, response.media_type, request)
        return self._result(journal, response), answer

    def _result(self, journal: DocumentJournal, response: Response) -> Result:
        """Compare a document that came with what the archive had from its address."""
        assert journal.added is not None
        known = self.book.known.get(journal.request.url)
        if known:
            return "unchanged" if known.capture_id == journal.added.capture_id else "changed"
        if journal.added.is_new:
            return "new"
        self._warning("has the same bytes as a document of another address", journal.request.url)
        return "unchanged"

    async def _ask(self, request: Request, journal: DocumentJournal) -> Response:
        """Ask, and notice when the portal is to be left alone: it refuses us, or fails again and again."""
        is_list = isinstance(journal, ListJournal)
        unwanted = frozenset[str]() if is_list else self._front_pages
        try:
            response = await self.client.fetch(request, limits_of(self.book.portal), journal, unwanted=unwanted)
        except DisallowedError:
            raise
        except RefusedError:
            self.state = "refused"
            raise
        except FetchError as error:
            self._failures += not (is_list and request.may_be_absent and isinstance(error, AbsentError))
            if self._failures == FAILURES_IN_A_ROW:
                self.state = "stopped"
            raise
        self._failures = 0
        return response

    @cached_property
    def _front_pages(self) -> frozenset[str]:
        portal = self.book.portal
        begun = (request.url for request in DRIVERS[portal.driver.family].begin(portal))
        return frozenset(normalised(url) for url in (portal.home, *begun))
