"""Where a page of ours stands: its own address without parameters, the same in each language, and the picture for sharing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datasette.utils.asgi import Request

from gongkai_site.language import LANGUAGES

# Datasette loads its plugins while its own module is not yet whole.
if TYPE_CHECKING:
    from datasette.app import Datasette

CARD = "card.png"


def head(datasette: Datasette, request: Request, language: str, place: str) -> dict[str, object]:
    """Return what `_gongkai_head.html` needs.

    Args:
        datasette: the site.
        request: what is answered.
        language: the language of the page.
        place: its path behind the language, beginning with a slash, or nothing.
    """

    def absolute(path: str) -> str:
        return str(datasette.absolute_url(request, path))

    addresses = {known: absolute(datasette.urls.path(f"/{known}{place}")) for known in LANGUAGES}
    return {
        "canonical": addresses[language],
        "alternates": addresses,
        "card": absolute(datasette.urls.static_plugins("gongkai", CARD)),
    }
