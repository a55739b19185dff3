"""Datasette's metadata: `metadata.yml` and, for tables and columns, what the release's own data package says."""

import re
from pathlib import Path
from typing import Any

import yaml
from markupsafe import escape

from gongkai_site.dashboards import for_plugin
from gongkai_site.release import Release

PACKAGE = Path(__file__).parent
FRAGMENT = re.compile(r"\$(\w+)(?:\(([^)]*)\))?")
"""Where a query names a shared piece of SQL, or `$doubt(column, …)`."""

BETWEEN_CHINESE = re.compile(r"(?<=[^\x00-\xff]) (?=[^\x00-\xff])")


def load_metadata(release: Release) -> dict[str, Any]:
    """Return the metadata for Datasette: the site, its tables, columns and queries, described in both languages.

    Raises:
        ValueError: metadata.yml mentions a table that the release lacks. (One that it does not mention is described all
            the same.)
    """
    metadata: dict[str, Any] = yaml.safe_load(_definition().read_text(encoding="utf-8"))
    described = {(r.get("database", "gongkai"), r["name"]): r for r in release.descriptor["resources"]}
    merged = _bilingual(metadata)
    fragments = merged.pop("fragments")
    merged["databases"] = {
        name: _database(name, database, described, fragments) for name, database in metadata["databases"].items()
    }
    merged["plugins"] = {
        "datasette-dashboards": for_plugin(
            merged["databases"]["gongkai"]["queries"], lambda sql: expanded(sql, fragments)
        )
    }
    return merged


def _database(
    name: str, database: dict[str, Any], described: dict[tuple[str, str], Any], fragments: dict[str, str]
) -> dict[str, Any]:
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
        "queries": {
            query: {**_bilingual(entry), "sql": expanded(entry["sql"], fragments)}
            for query, entry in database.get("queries", {}).items()
        },
    }


def expanded(sql: str, fragments: dict[str, str]) -> str:
    """Put the shared pieces into a query, each line as far in as the place where it is named; a piece that there is not raises KeyError."""

    def piece(found: re.Match[str]) -> str:
        return _doubt(found[2]) if found[1] == "doubt" else expanded(fragments[found[1]], fragments)

    lines = []
    for line in sql.splitlines():
        margin = " " * (len(line) - len(line.lstrip()))
        whole = FRAGMENT.sub(piece, line)
        first, *rest = whole.split("\n")
        lines += [first, *(margin + more for more in rest)]
    return "\n".join(lines)


def _doubt(columns: str) -> str:
    """SQL that says why a report lacks one of these columns of totals; null where it has them all."""
    names = [name.strip() for name in columns.split(",")]
    # Earlier forms print few of the columns: a blank cell there is not what keeps the report from being counted.
    other_form = "" if names == ["received"] else "  when t.form not in ('2019', '2021') then 'not_printed'\n"
    return (
        f"case when {' + '.join(f't.{name}' for name in names)} is null then case\n{other_form}"
        + "".join(f"  when {_told(status, names)} then '{status}'\n" for status in ("unclear", "blank"))
        + "  else 'not_printed'\nend end"
    )


def _told(status: str, names: list[str]) -> str:
    return " + ".join(f"instr(t.{status}, ' {name} ')" for name in names)


def _bilingual(entry: dict[str, Any]) -> dict[str, Any]:
    """Join title and description with their Chinese, which stands first; the parts stay beside them."""
    joined = dict(entry)
    if "title_zh" in entry:
        joined |= {"title": f"{entry['title_zh']} · {entry['title']}", "title_en": entry["title"]}
    if "description_zh" in entry:
        # Where a line ends in YAML there is a blank, which Chinese does not have.
        chinese = BETWEEN_CHINESE.sub("", entry["description_zh"])
        both = (chinese, entry["description"])
        joined |= {
            "description_zh": chinese,
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
