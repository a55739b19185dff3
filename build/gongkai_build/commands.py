"""What the commands share: options, and how errors are told."""

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import NoReturn, ParamSpec

import click

from gongkai_build.errors import GongkaiError
from gongkai_scraper.archive import ArchiveError
from gongkai_scraper.portals import PortalError

EXPECTED = (GongkaiError, ArchiveError, PortalError, OSError)
"""What can go wrong without the program being wrong: told without a traceback."""

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


def fail(message: str) -> NoReturn:
    """End with an error message and exit code 1."""
    click.echo(f"error: {message}", err=True)
    sys.exit(1)
