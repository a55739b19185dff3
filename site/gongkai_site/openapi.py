"""The OpenAPI 3.1 document of the addresses that we promise: tables, questions, files, feed. Made of the data package and the questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datasette.utils import add_cors_headers
from datasette.utils.asgi import Request, Response

from gongkai_site.form import definition as form_definition
from gongkai_site.language import LANGUAGES
from gongkai_site.questions import Question, all_questions
from gongkai_site.questions import definition as question_definition
from gongkai_site.release import DESCRIPTOR, Release, release_of

# Datasette loads its plugins while its own module is not yet whole.
if TYPE_CHECKING:
    from datasette.app import Datasette

TYPES = {"string": "string", "date": "string", "datetime": "string", "integer": "integer", "number": "number"}
SHAPES = ["objects", "arrays", "array"]
Json = dict[str, Any]


async def openapi(datasette: Datasette, request: Request) -> Response:
    """The document, as JSON."""
    server = datasette.absolute_url(request, datasette.urls.instance()).rstrip("/")
    headers: dict[str, str] = {}
    if datasette.cors:
        add_cors_headers(headers)
    return Response.json(document(datasette, server), headers=headers)


def document(datasette: Datasette, server: str) -> Json:
    """Return the OpenAPI document.

    Args:
        datasette: the site.
        server: address under which it stands, without a slash at the end.
    """
    release = release_of(datasette)
    limit = datasette.setting("max_returned_rows")
    paths: Json = {}
    for resource in release.descriptor["resources"]:
        paths[_address(resource)] = {"get": _table(datasette, resource, limit)}
    for question in all_questions(datasette).values():
        paths[f"/{question.database}/{question.name}.json"] = {"get": _question(question)}
    paths["/download/{file}"] = {"get": _file(release)}
    for language in LANGUAGES:
        paths[f"/{language}/feed.atom"] = {"get": _feed(language)}
    licence = release.descriptor["licenses"][0]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": release.descriptor["title"],
            "version": release.version,
            "description": release.descriptor["description"],
            "license": {"name": licence["title"], "url": licence["path"]},
        },
        "servers": [{"url": server}],
        "paths": paths,
        "components": {"schemas": {"Error": _ERROR}},
    }


_ERROR: Json = {
    "type": "object",
    "required": ["ok", "error", "status"],
    "properties": {
        "ok": {"const": False},
        "error": {"type": "string"},
        "status": {"type": "integer"},
        "title": {"type": ["string", "null"]},
    },
}


def _address(resource: Json) -> str:
    return f"/{resource.get('database', 'gongkai')}/{resource['name']}.json"


def _table(datasette: Datasette, resource: Json, limit: int) -> Json:
    fields = resource["schema"]["fields"]
    names = [field["name"] for field in fields]
    own = datasette.table_metadata(resource.get("database", "gongkai"), resource["name"])
    parameters = [
        _parameter("_shape", {"enum": SHAPES, "default": "arrays"}, "objects: rows as objects; arrays: as arrays; array: the objects alone."),
        _parameter("_size", {"oneOf": [{"type": "integer", "minimum": 1, "maximum": limit}, {"const": "max"}]}, f"Rows of a page, up to {limit}."),
        _parameter("_sort", {"enum": names}, "Column to sort by."),
        _parameter("_sort_desc", {"enum": names}, "Column to sort by, downwards."),
        _parameter("_next", {"type": "string"}, "Where the next page begins: `next` of the page before.", fuzz=False),
        *(_parameter(field["name"], {"type": "string"}, f"Exactly this: {field['description']}") for field in fields),
    ]  # fmt: skip
    if own.get("fts_table"):
        parameters.append(_parameter("_search", {"type": "string"}, "Words, in Simplified or Traditional Chinese."))
    row = {
        "type": "object",
        "required": names,
        "properties": {field["name"]: _column(field) for field in fields},
    }
    page = {
        "type": "object",
        "required": ["rows", "columns", "next", "next_url", "filtered_table_rows_count"],
        "properties": {
            "columns": {"type": "array", "items": {"type": "string"}},
            "rows": {"type": "array", "items": {"oneOf": [row, {"type": "array"}]}},
            "next": {"type": ["string", "null"]},
            "next_url": {"type": ["string", "null"]},
            "filtered_table_rows_count": {"type": ["integer", "null"]},
        },
    }
    # A page of objects may carry `rowid`-less rows only; `_shape=array` gives the rows alone.
    return {
        "operationId": f"table_{resource['name']}",
        "summary": f"{resource['title']} · {resource['title_zh']}",
        "description": resource["description"],
        "tags": ["tables"],
        "parameters": parameters,
        "responses": _responses({"oneOf": [page, {"type": "array", "items": row}]}),
    }


def _question(question: Question) -> Json:
    answer = {
        "type": "object",
        "required": ["rows", "columns", "truncated"],
        "properties": {
            "columns": {"type": "array", "items": {"type": "string"}},
            "rows": {"type": "array", "items": {"type": ["object", "array"]}},
            "truncated": {"type": "boolean"},
        },
    }
    choices = {"party": form_definition()["parties"], "ground": question_definition()["grounds"]}
    return {
        "operationId": f"question_{question.name}",
        "summary": f"{question.entry['title_en']} · {question.entry['title_zh']}",
        "description": question.about("en"),
        "tags": ["questions"],
        "parameters": [
            _parameter("_shape", {"enum": SHAPES, "default": "arrays"}, "As for tables."),
            *(
                _parameter(name, {"enum": ["", *choices[name]]} if name in choices else {"type": "string"}, question_definition()["parameters"][name]["en"])
                for name in question.parameters
            ),
        ],
        "responses": _responses({"oneOf": [answer, {"type": "array", "items": {"type": "object"}}]}),
    }  # fmt: skip


def _file(release: Release) -> Json:
    names = sorted(path.name for path in release.folder.iterdir() if release.download(path.name))
    kinds = sorted({found.media_type for name in names if (found := release.download(name))})
    return {
        "operationId": "download",
        "summary": "A file of the release",
        "description": f"{DESCRIPTOR} describes the tables; SHA256SUMS has the checksums.",
        "tags": ["files"],
        "parameters": [{"name": "file", "in": "path", "required": True, "schema": {"enum": names}}],
        "responses": {
            "200": {"description": "The file", "content": {kind: {} for kind in kinds}},
            "404": {"description": "The release has no such file", "content": {"text/html": {}}},
        },
    }


def _feed(language: str) -> Json:
    return {
        "operationId": f"feed_{language}",
        "summary": f"New and changed reports, as Atom ({language})",
        "tags": ["feed"],
        "parameters": [],
        "responses": {"200": {"description": "The feed", "content": {"application/atom+xml": {}}}},
    }


def _parameter(name: str, schema: Json, description: str, fuzz: bool = True) -> Json:
    entry = {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
    # Made by the server; there is nothing to be said of its form.
    return entry if fuzz else {**entry, "x-opaque": True}


def _column(field: Json) -> Json:
    return {"type": [TYPES[field["type"]], "null"], "description": field["description"]}


def _responses(schema: Json) -> Json:
    error = {"$ref": "#/components/schemas/Error"}
    return {
        "200": {"description": "Rows", "content": {"application/json": {"schema": schema}}},
        "400": {"description": "Something is wrong in what was asked", "content": {"application/json": {"schema": error}}},
    }  # fmt: skip
