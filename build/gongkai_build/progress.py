"""Progress of long work: a bar on a terminal, plain lines elsewhere. Both go to standard error."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

LINES_IN_ALL = 10
"""About how many lines are printed over the whole work where there is no terminal."""


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
