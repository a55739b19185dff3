"""Keeps what comes in while a run goes on: whatever has gathered is written together, with one wait for the disk."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import TracebackType
from typing import Self, TypeVar

from gongkai_scraper.archive import Added, Archive, ArchiveError, Fetch, Note

Result = TypeVar("Result")


class Keeper:
    """An archive that many may add to at a time. Use as a context manager; nobody else may use the archive meanwhile.

    What `keep` has returned is on disk. So whoever waits for it before asking for more can lose at most what is in flight.
    """

    def __init__(self, archive: Archive) -> None:
        """Take an archive that is open for writing."""
        self._archive = archive
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="archive")
        self._waiting: list[tuple[Fetch | Note, asyncio.Future[Added]]] = []
        self._writer: asyncio.Task[None] | None = None
        self._failure: ArchiveError | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer:
            await asyncio.wait([self._writer])
        self._thread.shutdown()

    async def keep(self, addition: Fetch | Note) -> Added:
        """Add to the archive; returns when it is on disk.

        Raises:
            ArchiveError: it could not be added; nothing can be added after that.
        """
        if self._failure:
            raise self._failure
        done: asyncio.Future[Added] = asyncio.get_running_loop().create_future()
        self._waiting.append((addition, done))
        if not self._writer or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        return await done

    async def call(self, function: Callable[[], Result]) -> Result:
        """Use the archive otherwise, between two additions."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, function)

    async def read_body(self, capture_id: str) -> bytes:
        """Return the bytes of a capture; raises ArchiveError as `Archive.read_body`."""
        return await self.call(partial(self._archive.read_body, capture_id))

    async def _write(self) -> None:
        """Write whatever waits, until nothing does."""
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                added = await self.call(partial(self._archive.add_all, [addition for addition, _ in batch]))
            except Exception as error:
                self._failure = error if isinstance(error, ArchiveError) else ArchiveError(f"{error!r}")
                for _, done in [*batch, *self._waiting]:
                    if not done.done():
                        done.set_exception(self._failure)
                self._waiting = []
                return
            for (_, done), one in zip(batch, added, strict=True):
                if not done.done():  # whoever waited may have been cancelled
                    done.set_result(one)
