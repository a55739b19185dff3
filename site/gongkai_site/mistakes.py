"""Which errors are mistakes in what was asked, and what is said of them. All others are ours, and need a traceback."""

import sqlite3
from dataclasses import dataclass, field
from typing import Any

from datasette.database import QueryInterrupted
from datasette.utils.asgi import Base400, Request
from datasette.views.base import DatasetteError

TOO_LONG = "The query takes too long; ask for less"
UNCHECKED = ("_through", "_timelimit")
"""Parameters that Datasette reads without looking whether they can be read."""


@dataclass(frozen=True)
class Mistake:
    """Why a request is refused."""

    status: int
    message: str
    title: str | None = None
    details: dict[str, Any] = field(default_factory=dict)
    """What Datasette's JSON says besides."""


def find_mistake(request: Request, exception: Exception) -> Mistake | None:
    """Return what was wrong in a request that ended in an exception; None where the fault is not the asker's."""
    if isinstance(exception, Base400):
        return Mistake(exception.status, str(exception))
    if isinstance(exception, DatasetteError):
        return None if _is_fault_of_database(exception.__context__) else _of_datasette(exception)
    if isinstance(exception, QueryInterrupted):
        return Mistake(400, TOO_LONG)
    # Two statements in one, or a value beyond the limit of length.
    if isinstance(exception, (sqlite3.ProgrammingError, sqlite3.Warning, sqlite3.DataError)):
        return Mistake(400, str(exception))
    unread = [name for name in UNCHECKED if name in request.args]
    if unread and isinstance(exception, (ValueError, KeyError, TypeError)):
        return Mistake(400, f"{', '.join(unread)}: {exception}")
    return None


def _of_datasette(error: DatasetteError) -> Mistake:
    # Datasette gives status 500 where a column to sort by is not there. A message in HTML comes with a script.
    return Mistake(
        status=400 if error.status == 500 else error.status,
        message=str(error.title if error.message_is_html else error.message),
        title=error.title,
        details=error.error_dict,
    )


def _is_fault_of_database(cause: BaseException | None) -> bool:
    """Whether SQLite failed otherwise than on the SQL it was given: a disk that cannot be read, no memory."""
    return isinstance(cause, sqlite3.OperationalError) and cause.sqlite_errorcode not in (
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_INTERRUPT,
    )
