"""The answer to a visitor's own SQL as CSV: Datasette's, but an error is no empty file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import AsgiStream, Request, Response
from datasette.views.base import DatasetteError

# Datasette loads its plugins while its own module is not yet whole.
if TYPE_CHECKING:
    from datasette.app import Datasette


async def sql_csv(datasette: Datasette, request: Request) -> Response | AsgiStream:
    """The rows of the query `sql` as CSV; what is wrong with it is refused."""
    # Not yet there when this module is loaded.
    from datasette.views.database import DatabaseView

    class Answer(DatabaseView):  # type: ignore[misc]
        async def data(self, request: Request, **options: Any) -> Any:
            answer = await super().data(request, **options)
            if isinstance(answer, tuple):
                said = answer[0].get("error") or (None if "columns" in answer[0] else "Give a query: ?sql=select …")
                if said:
                    raise DatasetteError(said, title="Invalid SQL", status=400)
            return answer

    return await Answer(datasette).get(request)
