"""The Atom feed of new and changed reports."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree

from datasette.utils import add_cors_headers
from datasette.utils.asgi import Request, Response

from gongkai_site import queries
from gongkai_site.language import speaker
from gongkai_site.release import release_of

# Datasette loads its plugins while its own module is not yet whole.
if TYPE_CHECKING:
    from datasette.app import Datasette

ATOM = "http://www.w3.org/2005/Atom"
ENTRIES = 50

# A report is new or changed when the document was first fetched that its figures are taken from or, where a portal put an earlier page back, when that was
# first seen. Those of the latest of either are among the latest of each.
NEWEST = """
with fetched (report_id, fetched_at) as materialized (
  select r.report_id, c.fetched_at from captures c join reports r on r.capture_id = c.capture_id order by c.fetched_at desc limit :limit
),
put (report_id, changed_at) as materialized (
  select h.report_id, max(h.changed_at)
  from changes h join reports r on r.report_id = h.report_id and r.capture_id = h.to_capture_id
  where h.changed_at >= (select min(fetched_at) from fetched)
  group by h.report_id
),
latest (report_id) as (
  select report_id from fetched
  union
  select report_id from put
)
select r.report_id, r.title, r.year, r.script, a.name as agency, max(c.fetched_at, coalesce(p.changed_at, '')) as updated,
  (select count(*) from captures o where o.report_id = r.report_id) as captures,
  (
    select count(*) from changes h
    where h.report_id = r.report_id and h.to_capture_id = r.capture_id and h.changed_at = p.changed_at
  ) as changed
from latest l
  join reports r on r.report_id = l.report_id
  join captures c on c.capture_id = r.capture_id
  join agencies a on a.agency_id = r.agency_id
  left join put p on p.report_id = r.report_id
order by updated desc, r.report_id
limit :limit
"""
CONTROL = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])
"""Characters that XML cannot carry."""


async def feed(datasette: Datasette, request: Request) -> Response:
    """The reports that came or changed last, newest first."""
    language = request.url_vars["language"]
    say = speaker(language)
    found = await queries.rows(datasette, "gongkai", NEWEST, {"limit": ENTRIES})

    def absolute(path: str) -> str:
        return str(datasette.absolute_url(request, datasette.urls.path(path)))

    root = ElementTree.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "zh-Hans" if language == "zh" else "en"})  # fmt: skip
    _put(root, "id", absolute(f"/{language}/feed.atom"))
    _put(root, "title", say("feed.title"))
    _put(root, "updated", found[0]["updated"] if found else "1970-01-01T00:00:00Z")
    _put(root, "link", rel="self", href=absolute(f"/{language}/feed.atom"), type="application/atom+xml")
    _put(root, "link", rel="alternate", href=absolute(f"/{language}"), type="text/html")
    _put(root, "rights", release_of(datasette).descriptor["licenses"][0]["title"])
    _put(_put(root, "author"), "name", say("site.name"))
    for report in found:
        entry = _put(root, "entry")
        _put(entry, "id", absolute(f"/report/{report['report_id']}"))
        _put(entry, "title", report["title"])
        _put(entry, "updated", report["updated"])
        _put(
            entry, "link", rel="alternate", href=absolute(f"/{language}/report/{report['report_id']}"), type="text/html"
        )
        said = "feed.changed" if report["changed"] else "feed.again" if report["captures"] > 1 else "feed.new"
        named = {"agency": report["agency"], "year": report["year"]}
        _put(entry, "summary", say(said, **named, count=report["changed"] or report["captures"]))
    ElementTree.register_namespace("", ATOM)
    headers = {"Cache-Control": f"max-age={datasette.setting('default_cache_ttl')}"}
    if datasette.cors:
        add_cors_headers(headers)
    body = ElementTree.tostring(root, encoding="unicode", xml_declaration=False)
    return Response(
        f'<?xml version="1.0" encoding="utf-8"?>\n{body}\n',
        headers=headers,
        content_type="application/atom+xml; charset=utf-8",
    )


def _put(parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    child.text = text.translate(CONTROL) if text else None
    return child
