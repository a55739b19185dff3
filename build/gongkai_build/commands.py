"""What the commands share: options, and how errors are told."""

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import NoReturn, ParamSpec

import click
from rich.console import Console

from gongkai_build.errors import GongkaiError
from gongkai_scraper.archive import ArchiveError
from gongkai_scraper.portals import PortalError

EXPECTED = (GongkaiError, ArchiveError, PortalError, OSError)
"""What can go wrong without the program being wrong: told without a traceback."""

WIDEST = 10_000
"""Columns that no table needs."""

Parameters = ParamSpec("Parameters")

archive_option = click.option(
    "--archive", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder of the archive."
)
register_option = click.option(
    "--register",
    "overlay",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of a register that adds fictional divisions (codes 99xxxx).",
)


def plainly(command: Callable[Parameters, None]) -> Callable[Parameters, None]:
    """Tell expected errors without a traceback, with exit code 1, and an interruption with 130."""

    @wraps(command)
    def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except EXPECTED as error:
            fail(str(error))
        except KeyboardInterrupt:
            click.echo("interrupted; what was there before is whole, run the same command again to go on", err=True)
            sys.exit(130)

    return run


def printer() -> Console:
    """Where tables are printed: as wide as the terminal or, in a pipe or a file, as wide as they are."""
    console = Console()
    return console if console.is_terminal else Console(width=WIDEST)


def counted(number: int, thing: str) -> str:
    """Return a number with its noun: `1 figure`, `2 figures`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def fail(message: str) -> NoReturn:
    """End with an error message and exit code 1."""
    click.echo(f"error: {message}", err=True)
    sys.exit(1)
