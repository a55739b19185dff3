"""Datasette's metadata: `metadata.yml` and, for tables and columns, what the release's own data package says."""

from pathlib import Path
from typing import Any

import yaml
from markupsafe import escape

from gongkai_site.release import Release

PACKAGE = Path(__file__).parent


def load_metadata(release: Release) -> dict[str, Any]:
    """Return the metadata for Datasette: the site, its tables, columns and queries, described in both languages.

    Raises:
        ValueError: metadata.yml mentions a table that the release lacks. (One that it does not mention is described all
            the same.)
    """
    metadata: dict[str, Any] = yaml.safe_load(_definition().read_text(encoding="utf-8"))
    described = {(r.get("database", "gongkai"), r["name"]): r for r in release.descriptor["resources"]}
    merged = _bilingual(metadata)
    merged["databases"] = {
        name: _database(name, database, described) for name, database in metadata["databases"].items()
    }
    return merged


def _database(name: str, database: dict[str, Any], described: dict[tuple[str, str], Any]) -> dict[str, Any]:
    tables: dict[str, Any] = dict(database["tables"])
    unknown = [table for table, own in tables.items() if (name, table) not in described and not own.get("hidden")]
    if unknown:
        raise ValueError(f"metadata.yml names tables of {name} that datapackage.json lacks: {', '.join(unknown)}")
    for (of, table), resource in described.items():
        if of == name:
            tables[table] = {**_bilingual(resource), **tables.get(table, {}), "columns": _columns(resource)}
    return {
        **_bilingual(database),
        "tables": {table: _only_known(entry) for table, entry in tables.items()},
        "queries": {query: _bilingual(entry) for query, entry in database.get("queries", {}).items()},
    }


def _bilingual(entry: dict[str, Any]) -> dict[str, Any]:
    """Join title and description with their Chinese, which stands first; the parts stay beside them."""
    joined = dict(entry)
    if "title_zh" in entry:
        joined |= {"title": f"{entry['title_zh']} · {entry['title']}", "title_en": entry["title"]}
    if "description_zh" in entry:
        both = (entry["description_zh"], entry["description"])
        joined |= {
            "description": "\n".join(both),
            "description_html": "".join(f"<p>{escape(text)}</p>" for text in both),
            "description_en": entry["description"],
        }
    return joined


def _columns(resource: dict[str, Any]) -> dict[str, str]:
    """Describe the columns.

    The unit is told in words: Datasette's own `units` would print a count of 33411070 as "33.41107 Mcount".
    """
    return {field["name"]: _column(field) for field in resource["schema"]["fields"]}


def _column(field: dict[str, Any]) -> str:
    unit = f" [{field['unit']}]" if "unit" in field else ""
    return f"{field['title_zh']} · {field['title']}{unit}: {field['description_zh']} · {field['description']}"


def _only_known(entry: dict[str, Any]) -> dict[str, Any]:
    """Leave out what belongs to the data package and not to Datasette (schema, path and the like)."""
    known = {
        "title",
        "description",
        "description_html",
        "columns",
        "sort",
        "sort_desc",
        "label_column",
        "size",
        "facets",
        "hidden",
    }
    return {key: value for key, value in entry.items() if key in known | {"fts_table", "fts_pk"}}


def _definition() -> Path:
    """In a wheel metadata.yml lies inside the package; in a checkout two folders above it."""
    for candidate in (PACKAGE / "metadata.yml", PACKAGE.parents[1] / "metadata.yml"):
        if candidate.exists():
            return candidate
    raise FileNotFoundError(f"metadata.yml is neither in {PACKAGE} nor in {PACKAGE.parents[1]}")
