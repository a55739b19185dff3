"""Security headers on every answer. Nothing may be fetched from another host; our own pages run no script at all."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

OUR_PAGES = re.compile(r"/(zh|en)(/|$)")
POLICY = b"content-security-policy"
COMMON = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
]
FRAME = b"frame-ancestors 'self'; base-uri 'self'; form-action 'self'; object-src 'none'"
OURS = b"default-src 'self'; script-src 'none'; img-src 'self' data:; " + FRAME
WITH_CHARTS = b"default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " + FRAME
# Datasette's pages carry scripts and styles of their own within the page.
DATASETTE = (
    b"default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    + FRAME
)


def with_security_headers(application: Application, base_url: str = "/") -> Application:
    """Wrap an ASGI application so that its answers carry the headers."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                path = "/" + scope["path"].removeprefix(base_url)
                # What an answer says of itself stands: an archived document comes with a stricter policy, some of Datasette's with another referrer.
                own = list(message.get("headers", []))
                said = {name.lower() for name, _ in own}
                usual = [*COMMON, (POLICY, OURS if OUR_PAGES.match(path) else DATASETTE)]
                headers = [*own, *(header for header in usual if header[0] not in said)]
                message = {**message, "headers": headers}
            await send(message)

        await application(scope, receive, send_with_headers if scope["type"] == "http" else send)

    return wrapped
