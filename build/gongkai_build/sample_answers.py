"""What sample portals answer from data in place of files: the services by which families of portal software give their lists.

A site's `_answers.yml` is a list of services. Each names its `family`, the `path` at which it answers, and what a request must name to be
answered; the entries that it lists are `url`, `title` and `date`. Each family answers as docs/portals.md says that it does.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ANSWERS_FILE = "_answers.yml"
JSON, XML, HTML = "application/json;charset=UTF-8", "text/xml;charset=UTF-8", "text/html;charset=UTF-8"

Fields = Mapping[str, str]
"""What a request says: its query, or the form that it posts."""


@dataclass(frozen=True)
class Answer:
    """A body and its media type."""

    media_type: str
    body: bytes


@dataclass(frozen=True)
class Service:
    """A service of a sample site."""

    folder: Path
    """Of the site, in which files of answers stand."""
    family: str
    path: str
    data: Mapping[str, Any]

    @property
    def method(self) -> str:
        """How it must be asked."""
        return "POST" if self.family in POSTED else "GET"

    def answer(self, fields: Fields) -> Answer | None:
        """Answer a request; None when there is nothing to be had with it."""
        return FAMILIES[self.family](self, fields)

    def file(self, name: str) -> Answer:
        """The answer that a file of the site holds."""
        return Answer(HTML, (self.folder / name).read_bytes())

    def is_named_by(self, fields: Fields, *names: str) -> bool:
        """Whether a request names this list and no other."""
        return all(fields.get(name) == str(self.data[name]) for name in names)


def load_services(folder: Path) -> tuple[Service, ...]:
    """Read the services of a site; none where it has no `_answers.yml`.

    Raises: ValueError when the file does not hold services of known families.
    """
    path = folder / ANSWERS_FILE
    if not path.exists():
        return ()
    described = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(described, list) or not all(isinstance(one, dict) and "path" in one for one in described):
        raise ValueError(f"{path}: expected a list of services, each with family and path")
    for one in described:
        if one.get("family") not in FAMILIES:
            raise ValueError(f"{path}: family {one.get('family')!r} is none of {', '.join(sorted(FAMILIES))}")
    return tuple(Service(folder, one["family"], one["path"], one) for one in described)


def _jpage(service: Service, fields: Fields) -> Answer:
    """Records `startrecord` to `endrecord`, counted from 1, both included; none for another column."""
    entries: Sequence[Fields] = service.data["entries"]
    known = service.is_named_by(fields, "columnid", "unitid", "webid")
    start, end = _number(fields, "startrecord", 1), _number(fields, "endrecord", len(entries))
    chosen = entries[max(start, 1) - 1 : end] if known else []
    records = "".join(f"<record><![CDATA[{_item(entry)}]]></record>\n" for entry in chosen)
    total = len(entries) if known else 0
    return Answer(
        XML,
        "<?xml version='1.0' encoding='UTF-8'?>\n<datastore>\n"
        f"<totalrecord>{total}</totalrecord>\n<recordset>\n{records}</recordset>\n</datastore>\n".encode(),
    )


def _annual_report(service: Service, fields: Fields) -> Answer:
    """The report of an area and year itself, or the page that says that there is none."""
    for report in service.data["reports"]:
        if (fields.get("area"), fields.get("fbtime")) == (report["area"], str(report["year"])):
            return service.file(report["file"])
    return service.file(service.data["none"])


def _jpaas(service: Service, fields: Fields) -> Answer:
    """A page of the list as HTML in JSON; behind the last one a page without entries."""
    known = service.is_named_by(fields, "webId", "tplSetId", "pageId", "tagId")
    number = _number(json.loads(fields.get("paramJson") or "{}"), "pageNo", 1)
    entries = _part(service, service.data["entries"], number) if known else []
    items = "\n".join(map(_item, entries))
    return _json({"success": True, "code": "200", "data": {"html": f"<ul>\n{items}\n</ul>"}})


def _gkmlpt(service: Service, fields: Fields) -> Answer | None:
    """A page of the articles of a category; page 0 is page 1, behind the last one there is nothing (status 404)."""
    if not service.is_named_by(fields, "sid"):
        return None
    articles = _part(service, service.data["articles"], max(_number(fields, "page", 1), 1))
    total = len(service.data["articles"])
    return _json({"articles": articles, "categories": [service.data["category"]], "total": total}) if articles else None


def _chinatax(service: Service, fields: Fields) -> Answer:
    """A page of the list of a channel as JSON, pages counted from 1."""
    known = service.is_named_by(fields, "channelId")
    entries = service.data["entries"] if known else []
    page, size = max(_number(fields, "page", 1), 1), _number(fields, "size", 10)
    rows = [
        {"title": entry["title"], "url": entry["url"], "publishedTimeStr": f"{entry['date']} 10:00:00"}
        for entry in entries[(page - 1) * size : page * size]
    ]
    return _json({"results": {"data": {"results": rows, "page": page, "rows": size, "total": len(entries)}}})


def _item(entry: Fields) -> str:
    return (
        f'<li><a href="{entry["url"]}" title="{entry["title"]}">{entry["title"]}</a><span>{entry["date"]}</span></li>'
    )


def _part(service: Service, entries: Sequence[Any], page: int) -> Sequence[Any]:
    size = service.data["pageSize"]
    return entries[(page - 1) * size : page * size]


def _number(fields: Mapping[str, Any], name: str, otherwise: int) -> int:
    value = str(fields.get(name, ""))
    return int(value) if value.isdecimal() else otherwise


def _json(data: object) -> Answer:
    return Answer(JSON, json.dumps(data, ensure_ascii=False).encode())


FAMILIES: Mapping[str, Callable[[Service, Fields], Answer | None]] = {
    "hanweb_jpage": _jpage,
    "hanweb_annual_report": _annual_report,
    "hanweb_jpaas": _jpaas,
    "gkmlpt": _gkmlpt,
    "chinatax": _chinatax,
}
POSTED = ("hanweb_jpage", "chinatax")
