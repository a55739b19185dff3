"""One run: portals → archive. What is done stays done, so a run that was interrupted goes on where it stopped."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from gongkai_scraper.archive import Archive, Run
from gongkai_scraper.fetch import Client, ClientSettings
from gongkai_scraper.journal import Book
from gongkai_scraper.keeper import Keeper
from gongkai_scraper.portals import Portal
from gongkai_scraper.records import now
from gongkai_scraper.summary import Message, PortalSummary, Progress, RunSummary
from gongkai_scraper.visit import Revisit, Visit

__all__ = ["Message", "PortalSummary", "Progress", "Revisit", "RunSummary", "collect"]

ASKED = frozenset({"active", "unverified"})
"""Of portal files: the status of those that are asked."""
AT_ONCE = 200
"""Portals that are visited at the same time; each of them is asked for one document at a time."""
CONTINUED_FOR = timedelta(days=7)
"""After which an unfinished run is not continued but begun anew."""


def collect(
    portals: Iterable[Portal],
    archive: Archive,
    settings: ClientSettings | None = None,
    *,
    revisit: Revisit = "changed",
    at_once: int = AT_ONCE,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> RunSummary:
    """Fetch the reports of portals into an archive that is open for writing.

    Lists are always fetched anew. A run at a portal that did not come to its end is continued: what it had is not asked
    for again. Ctrl-C ends the run in good order, and the summary says so.

    Args:
        portals: the portal files.
        archive: where responses go.
        settings: of the HTTP client.
        revisit: which reports that the archive has are asked for again.
        at_once: how many portals are visited at the same time.
        on_progress: told of each report.

    Raises:
        ArchiveError: the archive cannot take what was fetched. Whatever fails at a portal is in the summary instead.
    """
    run = _Run(tuple(portals), archive, settings or ClientSettings(), revisit, at_once, on_progress)
    return asyncio.run(run.run())


@dataclass
class _Run:
    """A run at several portals."""

    portals: tuple[Portal, ...]
    archive: Archive
    settings: ClientSettings
    revisit: Revisit
    at_once: int
    on_progress: Callable[[Progress], None]

    async def run(self) -> RunSummary:
        """Visit the portals."""
        runs = self.archive.runs()
        last = {run.portal: run for run in runs}
        first = max((run.run_id for run in runs), default=0) + 1
        summaries = {portal.id: PortalSummary(portal.id, portal.name, portal.status) for portal in self.portals}
        gate = asyncio.Semaphore(self.at_once)
        interrupted = False

        async def visit(portal: Portal, run_id: int) -> None:
            async with gate:
                known = await keeper.call(partial(self.archive.known, portal.id))
                begun = now()
                since = _since(last.get(portal.id), begun)
                book = Book(portal, run_id, keeper, known)
                one = Visit(book, client, self.revisit, begun, since, self.on_progress)
                try:
                    await one.run()
                finally:
                    summaries[portal.id] = one.summary()

        async with Keeper(self.archive) as keeper, Client(self.settings) as client:
            try:
                async with asyncio.TaskGroup() as group:
                    for run_id, portal in enumerate((one for one in self.portals if one.status in ASKED), first):
                        group.create_task(visit(portal, run_id))
            except BaseExceptionGroup as errors:
                raise errors.exceptions[0] from None
            except asyncio.CancelledError:
                # Ctrl-C: the visits have ended in good order, and what they did is worth telling.
                task = asyncio.current_task()
                assert task is not None
                task.uncancel()
                interrupted = True
        return RunSummary(tuple(summaries[portal.id] for portal in self.portals), interrupted)


def _since(last: Run | None, begun: str) -> str | None:
    """When the run began that a new one continues: the last one, unless it came to its end or is too old."""
    if last is None or last.state in ("done", "failed"):
        return None
    age = datetime.fromisoformat(begun) - datetime.fromisoformat(last.since)
    return last.since if age < CONTINUED_FOR else None
