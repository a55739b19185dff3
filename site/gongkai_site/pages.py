"""Our pages other than a report's: home, search, places, downloads, and what is said where there is nothing."""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlencode
from weakref import WeakKeyDictionary

from datasette.utils import add_cors_headers
from datasette.utils.asgi import AsgiFileDownload, Request, Response

from gongkai_site import queries
from gongkai_site.chinese import SEARCH_LENGTH, snippet
from gongkai_site.head import head
from gongkai_site.language import COOKIE, LANGUAGES, Say, preferred, speaker
from gongkai_site.methods import READING, not_allowed
from gongkai_site.mistakes import Mistake
from gongkai_site.release import release_of

# Datasette loads its plugins while its own module is not yet whole.
if TYPE_CHECKING:
    from datasette.app import Datasette

UNSEEN = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters that turn the direction of writing: a 10 behind one of them is seen as 01."""

YEAR_SECONDS = 365 * 24 * 3600
_SAMPLES: WeakKeyDictionary[Datasette, bool] = WeakKeyDictionary()
"""Whether the data of a site is invented: asked on every page, and its databases do not change."""

View = Callable[["Datasette", Request], Awaitable[Response | AsgiFileDownload]]
"""What answers a request for one of our addresses."""


@dataclass(frozen=True)
class Page:
    """A request for a page in a language, and how to answer it."""

    datasette: Datasette
    request: Request
    language: str
    say: Say

    def url(self, path: str) -> str:
        """Return the address of a page in this language."""
        return str(self.datasette.urls.path(f"/{self.language}/{path}".rstrip("/")))

    async def render(self, template: str, context: dict[str, Any], status: int = 200) -> Response:
        """Answer with a template of ours."""
        release = release_of(self.datasette)
        other = next(language for language in LANGUAGES if language != self.language)
        place = _inner_path(self.datasette, self.request).removeprefix(f"/{self.language}")
        arguments = [(key, value) for key in self.request.args for value in self.request.args.getlist(key)]
        shared = {
            "say": self.say,
            "language": self.language,
            "page_url": self.url,
            "other_language": other,
            "other_url": self.datasette.urls.path(f"/{other}{place}?{urlencode([*arguments, ('remember', '1')])}"),
            "version": release.version,
            "licence": release.descriptor["licenses"][0],
            "sample_site": await is_sample(self.datasette),
            **head(self.datasette, self.request, self.language, place),
        }
        html = visible(await self.datasette.render_template(template, {**shared, **context}, request=self.request))
        headers = {"Cache-Control": f"max-age={self.datasette.setting('default_cache_ttl')}"} if status == 200 else {}
        return Response.html(html, status=status, headers=headers)

    async def missing(self, what: str, name: str) -> Response:
        """Answer that there is no such report, agency, region, file or page."""
        return await self.render("gongkai_missing.html", {"what": what, "name": unquote(name)}, status=404)


def visible(html: str) -> str:
    """Write out the characters that are not seen but turn what is seen."""
    return UNSEEN.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", html)


def open_page(datasette: Datasette, request: Request, language: str | None = None) -> Page:
    """Return the page that a request is for, in the language of its address or else the one that the visitor wants."""
    language = language or request.url_vars.get("language") or preferred(request)
    return Page(datasette, request, language, speaker(language))


async def is_sample(datasette: Datasette) -> bool:
    """Whether any of the data is invented."""
    if datasette not in _SAMPLES:
        found = await queries.rows(
            datasette, "gongkai", "select exists (select 1 from reports where source_kind = 'sample') as sample"
        )
        _SAMPLES[datasette] = release_of(datasette).sample or bool(found[0]["sample"])
    return _SAMPLES[datasette]


def remembering(datasette: Datasette, request: Request) -> Response | None:
    """Where a visitor chose a language, keep the choice and lead on to the plain address; else None."""
    if "remember" not in request.args:
        return None
    kept = [(key, value) for key in request.args if key != "remember" for value in request.args.getlist(key)]
    path = _inner_path(datasette, request) + (f"?{urlencode(kept)}" if kept else "")
    response = Response.redirect(datasette.urls.path(path), status=303)
    response.set_cookie(COOKIE, request.url_vars["language"], max_age=YEAR_SECONDS, httponly=True)
    return response


async def root(datasette: Datasette, request: Request) -> Response:
    """Lead to the home page in the visitor's language."""
    return _varying(Response.redirect(datasette.urls.path(f"/{preferred(request)}")))


async def in_language(datasette: Datasette, request: Request) -> Response:
    """Lead from an address without a language, as Datasette's tables link to, to the page in the visitor's language."""
    asked = f"?{request.query_string}" if request.query_string else ""
    path = f"/{preferred(request)}{_inner_path(datasette, request)}{asked}"
    return _varying(Response.redirect(datasette.urls.path(path)))


async def search(datasette: Datasette, request: Request) -> Response:
    """Agencies, reports and sections that hold the words of `q`."""
    if chosen := remembering(datasette, request):
        return chosen
    page = open_page(datasette, request)
    # The page says what was looked for, which of a very long search is its beginning.
    words = (request.args.get("q") or "").strip()[:SEARCH_LENGTH].rstrip()
    found = await queries.search(datasette, words) if words else {}
    for section in found["sections"].rows if found else []:
        section["snippet"] = snippet(section["text"], words)
    context = {"words": words, "found": found, "limits": queries.SEARCH_LIMITS}
    return await page.render("gongkai_search.html", context)


async def download(datasette: Datasette, request: Request) -> Response | AsgiFileDownload:
    """A file of the release, if its data package names it."""
    name = request.url_vars["file"]
    file = release_of(datasette).download(name)
    if not file:
        return await open_page(datasette, request).missing("download", name)
    return AsgiFileDownload(
        str(file.path), filename=file.path.name, content_type=file.media_type, headers=_cors_headers(datasette)
    )


async def not_found(datasette: Datasette, request: Request) -> Response:
    """What is no page: said without one to programs."""
    told = _to_programs(datasette, request, Mistake(404, f"There is no {unquote(request.path)}"))
    return told or await open_page(datasette, request).missing("page", request.path)


async def refused(datasette: Datasette, request: Request, mistake: Mistake) -> Response:
    """What cannot be answered as it was asked: said without a page to programs."""
    told = _to_programs(datasette, request, mistake)
    return told or await _said(datasette, request, "refused", mistake.status, mistake.message)


async def closed(datasette: Datasette, request: Request, message: str) -> Response:
    """What nobody may see here."""
    told = _to_programs(datasette, request, Mistake(403, message))
    return told or await _said(datasette, request, "closed", 403)


async def _said(datasette: Datasette, request: Request, what: str, status: int, message: str = "") -> Response:
    """A page that says why there is no other: `what` names its texts."""
    page = open_page(datasette, request)
    context = {"what": what, "message": message, **_other_language(page)}
    return await page.render("gongkai_mistake.html", context, status=status)


async def broken(datasette: Datasette, request: Request, exception: Exception) -> Response:
    """What failed by our fault: the traceback goes to the log, and no more than that to who asked."""
    traceback.print_exception(exception, file=sys.stderr)
    told = _to_programs(datasette, request, Mistake(500, "Something failed on our side"))
    if told:
        return told
    try:
        return await _said(datasette, request, "broken", 500)
    except Exception as error:
        # Without its databases not even the page that says so can be made.
        traceback.print_exception(error, file=sys.stderr)
        return Response.text("这里出错了。Something failed on our side.", status=500)


def only_read(view: View) -> View:
    """Wrap a page so that it answers GET and HEAD, and no other method."""

    async def wrapped(datasette: Datasette, request: Request) -> Response | AsgiFileDownload:
        if request.method in READING:
            return await view(datasette, request)
        return not_allowed(request.path)

    return wrapped


def _other_language(page: Page) -> dict[str, str]:
    """Where the switch leads on a page that has no address in a language."""
    other = next(language for language in LANGUAGES if language != page.language)
    return {"other_url": page.datasette.urls.path(f"/{other}?remember=1")}


def _to_programs(datasette: Datasette, request: Request, mistake: Mistake) -> Response | None:
    """What is said to who asked for JSON, in JSON, and to who asked for CSV, in plain text; None for those who asked for a page."""
    headers = _cors_headers(datasette)
    if request.path.endswith(".json"):
        error = {"ok": False, "error": mistake.message, "status": mistake.status, "title": mistake.title}
        return Response.json({**mistake.details, **error}, status=mistake.status, headers=headers)
    if request.path.endswith(".csv"):
        return Response.text(f"{mistake.message}\n", status=mistake.status, headers=headers)
    return None


def _cors_headers(datasette: Datasette) -> dict[str, str]:
    headers: dict[str, str] = {}
    if datasette.cors:
        add_cors_headers(headers)
    return headers


def _inner_path(datasette: Datasette, request: Request) -> str:
    """The path of a request as our routes see it: percent-encoded, without the prefix under which Datasette is mounted."""
    return "/" + str(request.path).removeprefix(datasette.setting("base_url")).lstrip("/")


def _varying(response: Response) -> Response:
    response.headers["Vary"] = "Accept-Language"
    return response
