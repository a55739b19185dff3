"""An end to reading: whatever a document does to the reader, the build goes on."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from gongkai_build.documents.blocks import UnreadableDocument

AGAIN = 0.5
"""Seconds after which the end is told again, should it have been caught on its way."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Give what is done inside so many seconds of computing.

    Computing is counted, not waiting, so that a busy machine reads the same documents as an idle one. The end comes between two steps of Python; what
    other programs do is limited where they are started. Outside the main thread, and on systems without such a clock, there is no end.

    Raises: UnreadableDocument when the time is up.
    """
    if not hasattr(signal, "ITIMER_VIRTUAL") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(_number: int, _frame: FrameType | None) -> None:
        raise UnreadableDocument(f"reading it takes more than {seconds:g} s of computing; no report does")

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
