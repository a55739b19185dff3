"""The pages that explain: the API with its examples, and the method."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datasette.utils.asgi import Request, Response

from gongkai_site import queries
from gongkai_site.pages import open_page, remembering
from gongkai_site.questions import all_questions
from gongkai_site.release import release_of

# Datasette loads its plugins while its own module is not yet whole.
if TYPE_CHECKING:
    from datasette.app import Datasette

ITEMS = """
select item_id, name_zh, name_en, comparability from items where comparability is not null order by rowid
"""
RULES = """
select rule_id, statement_zh, statement_en, severity, forms from rules
order by case severity when 'error' then 1 when 'warning' then 2 else 3 end, rule_id
"""


async def api(datasette: Datasette, request: Request) -> Response:
    """What the API promises, with examples that run as they stand."""
    if chosen := remembering(datasette, request):
        return chosen
    page = open_page(datasette, request)
    suffix = "_zh" if page.language == "zh" else ""
    context = {
        "origin": datasette.absolute_url(request, datasette.urls.instance()).rstrip("/"),
        "tables": [
            {
                "name": resource["name"],
                "title": resource[f"title{suffix}"],
                "database": resource.get("database", "gongkai"),
            }
            for resource in release_of(datasette).descriptor["resources"]
        ],
        "questions": [
            {"name": q.name, "title": q.title(page.language), "database": q.database, "parameters": q.parameters}
            for q in all_questions(datasette).values()
        ],
        "settings": {
            name: datasette.setting(name)
            for name in ("default_page_size", "max_returned_rows", "sql_time_limit_ms", "default_cache_ttl")
        },
    }
    return await page.render("gongkai_api.html", context)


async def method(datasette: Datasette, request: Request) -> Response:
    """How figures are read, what statuses and checks mean, what may be compared, what is not known."""
    if chosen := remembering(datasette, request):
        return chosen
    page = open_page(datasette, request)
    context = {
        "items": await queries.rows(datasette, "gongkai", ITEMS),
        "rules": await queries.rows(datasette, "gongkai", RULES),
        "corrections": (await queries.rows(datasette, "gongkai", "select count(*) as count from corrections"))[0],
    }
    return await page.render("gongkai_method.html", context)
