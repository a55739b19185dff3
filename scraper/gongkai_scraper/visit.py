"""A run at one portal: its lists from page to page, then the reports that they name and what these lead to."""

import asyncio
import json
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Literal

from gongkai_scraper.archive import ArchiveError, Note
from gongkai_scraper.bounds import check_found
from gongkai_scraper.defaults import load_defaults
from gongkai_scraper.drivers import DRIVERS, Answer, DriverError, Link, Page, Request
from gongkai_scraper.drivers.article import follow
from gongkai_scraper.errors import AbsentError, DeniedError, DisallowedError, FetchError, RefusedError
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
    _denied: set[str] = field(default_factory=set)
    """The reports that were refused since one was had; what one leads to stands under its address."""
    _asked: set[str] = field(default_factory=set)
    _waiting: deque[Lead] = field(default_factory=deque)
    """What was found and not dealt with yet."""
    _at: str | None = None
    """The address that was asked for last."""

    async def run(self) -> None:
        """Do the run. Raises ArchiveError; whatever fails at the portal is in the summary instead."""
        portal = self.book.portal
        fields = {"run_id": str(self.book.run_id), "portal": portal.id, "region_code": portal.region}
        fields |= {"started_at": self.started_at, "since": self.since or self.started_at} | (
            {"agency_id": portal.agency} if portal.agency else {}
        )
        await self.book.keeper.keep(Note("run", self.started_at, tuple(fields.items())))
        try:
            await self._listed()
            await self._documents()
        except ArchiveError:
            raise
        except asyncio.CancelledError:
            self.state = "interrupted"
            self.results.update(lead.result for lead in self._waiting if lead.result)
            await self._end()
            raise
        except Exception as error:  # one portal's failure, of whatever kind, must not harm the others
            self._error(f"{type(error).__name__}: {error}", self._at)
            self.state = "stopped"
            self._leave()
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

    async def _listed(self) -> None:
        """Walk the lists; the reports that they name wait to be dealt with, each address once, and the archive is told of them."""
        portal = self.book.portal
        found: dict[str, Lead] = {}
        pages: set[str] = set()
        listed: list[tuple[Link, Verdict]] = []
        try:
            await self._walk(found, pages, listed)
        finally:
            self._waiting += (lead for url, lead in found.items() if lead.answer or url not in pages)
        self._check(listed)
        self.lists = self.lists or "read"
        rows = [(one.url, one.link.title, one.link.published_on, portal.agency_of(one.link)) for one in self._waiting]
        fields = {"run_id": str(self.book.run_id), "portal": portal.id, "links": json.dumps(rows, ensure_ascii=False)}
        await self.book.keeper.keep(Note("links", now(), tuple(fields.items())))

    async def _walk(self, found: dict[str, Lead], pages: set[str], listed: list[tuple[Link, Verdict]]) -> None:
        """Go from page to page; adds to what was found, to the pages asked for, and to the links with what each of them is."""
        portal = self.book.portal
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
        result = self._result(journal)
        return page, Lead(normalised(page.report.url), page.report, answer=answer, result=result)

    def _check(self, listed: list[tuple[Link, Verdict]]) -> None:
        """Say what is wrong with what the lists name."""
        if not self._waiting and not self.messages and not self.book.portal.zero_is_fine:
            # A portal that changes its pages looks like one that has published nothing.
            self.lists = "failed"
            self._error(
                f"no report found among {len(listed)} links: look at the list and at driver, titles and years of the file"
            )
        self.messages += check_found(self.book.portal, [lead.link for lead in self._waiting], listed)

    # The reports

    async def _documents(self) -> None:
        """Ask for the reports, and for what each of them leads to right after it."""
        done, total = 0, len(self._waiting)
        self._asked |= {lead.url for lead in self._waiting}
        while self._waiting and not self.state:
            lead = self._waiting[0]
            result, answer = lead.result, lead.answer
            if result is None:
                result, answer = await self._document(lead)
            self._waiting.popleft()
            self.results[result] += 1
            done += 1
            further = self._further(lead, answer) if answer else []
            self._waiting.extendleft(reversed(further))
            total += len(further)
            self.on_progress(Progress(self.book.portal.id, done, total, lead.link.url, result))
        self._leave()

    def _leave(self) -> None:
        """Count what is left when the portal is left alone: what came with a list is had, the rest is not asked for."""
        unasked = [lead for lead in self._waiting if not lead.result]
        if unasked:
            self._error(f"left alone after this; {len(unasked)} more reports were not asked for", unasked[0].link.url)
        otherwise: Result = "refused" if self.state == "refused" else "failed"
        self.results.update(lead.result or otherwise for lead in self._waiting)

    def _further(self, lead: Lead, answer: Answer) -> list[Lead]:
        """What a document leads to and was not asked for in this run."""
        links = list(lead.link.attachments)
        if lead.depth < DEEPEST:
            try:
                links += follow(answer, self.book.portal.article.body)
            except Exception as error:  # whatever stands in a document, it is had, and the others are not harmed
                self._error(f"what it leads to cannot be told ({type(error).__name__}: {error})", answer.url)
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
            self._denied.clear()
            body = await self.book.keeper.read_body(known.capture_id)
            return "skipped", Answer(body, known.url, known.charset, known.media_type, request)
        journal = DocumentJournal(
            self.book, request, "report", self.revisit == "changed", lead.link, found_on=lead.found_on
        )
        try:
            response = await self._ask(request, journal)
        except FetchError as error:
            self._error(error.reason, error.url)
            if isinstance(error, DeniedError) and self.state:
                self._error(f"{len(self._denied)} reports in a row were refused: the portal is taken to refuse us")
            return "refused" if isinstance(error, RefusedError) else "failed", None
        answer = Answer(response.body, response.url, response.charset, response.media_type, request)
        return self._result(journal), answer

    def _result(self, journal: DocumentJournal) -> Result:
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
        self._at = request.url
        try:
            response = await self.client.fetch(request, limits_of(self.book.portal), journal, unwanted=unwanted)
        except asyncio.CancelledError:
            if journal.is_had:  # it was being written, and is kept
                self.results[self._result(journal)] += 1
            raise
        except DisallowedError:
            raise
        except DeniedError:
            # Documents attached to one report can be closed to us while the reports are not: they count as one.
            self._denied.add(journal.found_on or request.url)
            if is_list or len(self._denied) >= load_defaults().denials_in_a_row:
                self.state = "refused"
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
        self._denied.clear()
        return response

    @cached_property
    def _front_pages(self) -> frozenset[str]:
        portal = self.book.portal
        begun = (request.url for request in DRIVERS[portal.driver.family].begin(portal))
        return frozenset(normalised(url) for url in (portal.home, *begun))
