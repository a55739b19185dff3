"""Which requests are answered at all: the site is only read."""

from __future__ import annotations

from datasette.utils.asgi import Response

from gongkai_site.headers import Application, Receive, Scope, Send

READING = ("GET", "HEAD")
ASKING = "OPTIONS"
"""By which a browser learns whether a script of another site may read."""


def not_allowed(path: str) -> Response:
    """Answer that an address is only read: in JSON to who asked for JSON."""
    headers = {"Allow": ", ".join(READING)}
    if path.endswith(".json"):
        return Response.json({"ok": False, "error": "Method not allowed", "status": 405, "title": None}, 405, headers)
    return Response.text("Method not allowed", status=405, headers=headers)


def only_reading(application: Application) -> Application:
    """Wrap an ASGI application so that it sees no request that would change something; Datasette and its plugins do not all expect one."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in (*READING, ASKING):
            await not_allowed(scope["path"]).asgi_send(send)
        else:
            await application(scope, receive, send)

    return wrapped
