"""What is there for programs that find their own way: robots.txt, sitemaps, llms.txt, and the data set in schema.org's words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from datasette.utils.asgi import NotFound, Request, Response

from gongkai_site import queries
from gongkai_site.dashboards import names as dashboard_names
from gongkai_site.language import LANGUAGES, speaker
from gongkai_site.questions import all_questions, grouped
from gongkai_site.release import ARCHIVE, Release, release_of

# Datasette loads its plugins while its own module is not yet whole.
if TYPE_CHECKING:
    from datasette.app import Datasette

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
PAGES = ("", "/questions", "/dashboards", "/downloads", "/api", "/method")
SITEMAP_ROWS = 10_000
"""Reports of a sitemap, each with an address in each language; a sitemap may hold 50,000 addresses."""
SPARED = (
    "sql=",
    "_facet",
    "_sort",
    "_filter",
    "_where",
    "_nocol",
    "_col=",
    "_search",
    "_next=",
    "_trace",
    "_labels",
    "_timelimit",
)
"""Parts of addresses that cost much and say nothing that is not said elsewhere."""

PARTS = {
    "reports": ("report", "select report_id as id from reports order by report_id limit :limit offset :offset"),
    "agencies": ("agency", "select agency_id as id from agencies order by agency_id limit :limit offset :offset"),
}


async def robots(datasette: Datasette, request: Request) -> Response:
    """What crawlers are asked to leave alone: arbitrary SQL, facets, sortings; all of our pages are open to them."""
    base = datasette.urls.instance().rstrip("/")
    lines = ["User-agent: *"]
    lines += [f"Disallow: {base}/*?{part}\nDisallow: {base}/*&{part}" for part in SPARED]
    lines += [f"Disallow: {base}/{path}" for path in ("-/", "zh/search", "en/search", "download/excel/")]
    lines.append(f"Disallow: {base}/*?remember=")
    lines.append(f"\nSitemap: {_absolute(datasette, request, '/sitemap.xml')}\n")
    return Response.text("\n".join(lines))


async def sitemap(datasette: Datasette, request: Request) -> Response:
    """The list of sitemaps."""
    counts = await datasette.get_database("gongkai").table_counts()
    parts = ["pages"]
    for name in PARTS:
        parts += [f"{name}-{number}" for number in range(1, 1 + -(-(counts[name] or 0) // SITEMAP_ROWS))]
    listed = "".join(
        f"<sitemap><loc>{escape(_absolute(datasette, request, f'/sitemap-{part}.xml'))}</loc></sitemap>\n"
        for part in parts
    )
    return _xml(f'<sitemapindex xmlns="{SITEMAP}">\n{listed}</sitemapindex>\n')


async def sitemap_part(datasette: Datasette, request: Request) -> Response:
    """A sitemap: our own pages, or a part of the reports or agencies."""
    name, _, number = request.url_vars["part"].partition("-")
    if name == "pages" and not number:
        paths = [*PAGES, *(f"/question/{question}" for question in all_questions(datasette))]
        paths += [f"/dashboard/{name}" for name in dashboard_names()]
    elif name in PARTS and number.isdigit() and int(number) > 0:
        page, sql = PARTS[name]
        window = {"limit": SITEMAP_ROWS, "offset": (min(int(number), 10**6) - 1) * SITEMAP_ROWS}
        paths = [f"/{page}/{row['id']}" for row in await queries.rows(datasette, "gongkai", sql, window)]
    else:
        paths = []
    if not paths:
        raise NotFound(f"There is no sitemap {request.url_vars['part']}")
    listed = "".join(
        f"<url><loc>{escape(_absolute(datasette, request, f'/{language}{path}'))}</loc></url>\n"
        for path in paths
        for language in LANGUAGES
    )
    return _xml(f'<urlset xmlns="{SITEMAP}">\n{listed}</urlset>\n')


async def llms(datasette: Datasette, request: Request) -> Response:
    """The site for language models, in a page of Markdown."""
    say = speaker("en")
    release = release_of(datasette)

    def link(path: str, title: str, about: str = "") -> str:
        return f"- [{title}]({_absolute(datasette, request, path)})" + (f": {about}" if about else "")

    lines = [f"# {say('site.name')}", "", f"> {say('home.lead')}", "", say("machine.rules"), "", "## Data", ""]
    lines += [
        link("/openapi.json", "OpenAPI document", say("machine.openapi")),
        link("/en/api", say("api.title")),
        link("/en/downloads", say("download.title"), say("download.lead")),
        link("/download/datapackage.json", "datapackage.json", say("download.about_datapackage")),
        link("/en/method", say("method.title")),
        link("/en/feed.atom", say("feed.title")),
    ]
    lines += ["", "## Tables", ""]
    lines += [
        link(
            f"/{resource.get('database', 'gongkai')}/{resource['name']}.json", resource["name"], resource["description"]
        )
        for resource in release.descriptor["resources"]
    ]
    lines += ["", "## Questions", ""]
    lines += [
        link(f"/en/question/{q['name']}", q["title"]) for group in grouped(datasette, "en") for q in group["questions"]
    ]
    lines += ["", "## Dashboards", "", *(link(f"/en/dashboard/{name}", name) for name in dashboard_names()), ""]
    return Response.text("\n".join(lines))


def dataset(datasette: Datasette, request: Request, language: str, last_seen: str) -> str:
    """Return the data set as schema.org's Dataset in JSON-LD, safe to stand in a page."""
    release: Release = release_of(datasette)
    suffix = "_zh" if language == "zh" else ""
    described: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": release.descriptor[f"title{suffix}"],
        "alternateName": release.descriptor["title" if suffix else "title_zh"],
        "description": release.descriptor[f"description{suffix}"],
        "url": _absolute(datasette, request, f"/{language}/downloads"),
        "inLanguage": ["zh", "en"],
        "license": release.descriptor["licenses"][0]["path"],
        "isAccessibleForFree": True,
        "version": release.version,
        "keywords": ["政府信息公开", "依申请公开", "行政复议", "行政诉讼", "open government information", "freedom of information", "China"],
        "spatialCoverage": "China",
        "creator": {"@type": "Organization", "name": "Gongkai", "url": _absolute(datasette, request, "/")},
        "variableMeasured": [resource[f"title{suffix}"] for resource in release.descriptor["resources"]],
        "distribution": [
            {
                "@type": "DataDownload",
                "name": file.name,
                "encodingFormat": file.media_type.partition(";")[0],
                "contentUrl": _absolute(datasette, request, f"/download/{file.name}"),
                "contentSize": f"{file.bytes} B",
            }
            for name in (ARCHIVE, *(resource["path"] for resource in release.descriptor["resources"]))
            if (file := release.download(name))
        ],
    }  # fmt: skip
    if last_seen:
        described["dateModified"] = last_seen
    # Within a page `</script>` must not come about, whatever a title holds.
    return json.dumps(described, ensure_ascii=False).replace("<", "\\u003c")


def _absolute(datasette: Datasette, request: Request, path: str) -> str:
    return str(datasette.absolute_url(request, datasette.urls.path(path)))


def _xml(body: str) -> Response:
    return Response(f'<?xml version="1.0" encoding="utf-8"?>\n{body}', content_type="application/xml; charset=utf-8")
