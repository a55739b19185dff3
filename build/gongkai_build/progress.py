"""Progress of long work: a bar on a terminal, plain lines elsewhere. Both go to standard error."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from gongkai_scraper.collect import Progress as PortalStep

LINES_IN_ALL = 10
"""About how many lines are printed over the whole work where there is no terminal."""
MOST_BARS = 20
"""Portals whose bars stay when they are done."""


@contextmanager
def progress(label: str, console: Console | None = None) -> Iterator[Callable[[int, int], None]]:
    """Show the progress of some work; yields a function to be called with what is done and how much there is."""
    console = console or Console(stderr=True)
    if not console.is_terminal:
        yield _lines(label, console)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _lines(label: str, console: Console) -> Callable[[int, int], None]:
    def show(done: int, total: int) -> None:
        step = max(1, total // LINES_IN_ALL)
        if done % step == 0 or done == total:
            console.print(f"{label}: {done} of {total}", highlight=False, soft_wrap=True)

    return show


@contextmanager
def portal_progress(console: Console | None = None) -> Iterator[Callable[[PortalStep], None]]:
    """Show the progress of a collection, a bar or lines for each portal; yields a function to be called with each step."""
    console = console or Console(stderr=True)
    if not console.is_terminal:
        yield lambda step: console.print(
            f"{step.portal}: {step.done} of {step.total}: {step.outcome} {step.url}", highlight=False, soft_wrap=True
        )
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bars:
        tasks: dict[str, TaskID] = {}

        def show(step: PortalStep) -> None:
            if step.portal not in tasks:
                tasks[step.portal] = bars.add_task(step.portal, total=step.total)
            # Of many portals, only those that are under way are shown.
            is_shown = step.done < step.total or len(tasks) <= MOST_BARS
            bars.update(tasks[step.portal], completed=step.done, total=step.total, visible=is_shown)

        yield show
