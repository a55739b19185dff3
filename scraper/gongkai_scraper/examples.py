"""Examples: stored responses of a portal, and what its driver is expected to make of them.

An example is a folder with `responses.yml` (what is asked, and the file that answers), these files, and `expected.json`.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from gongkai_scraper.body import media_type_and_charset
from gongkai_scraper.drivers import Answer, Request
from gongkai_scraper.portals import Portal
from gongkai_scraper.walk import ABSENT, walk
from gongkai_scraper.yaml_files import load_model

RESPONSES, EXPECTED = "responses.yml", "expected.json"


class StoredResponse(BaseModel):
    """A response of an example. Without a file, the portal has no such page."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    url: str
    form: dict[str, str] | None = None
    file: str | None = None
    content_type: str = "text/html; charset=utf-8"
    redirected_to: str | None = None


class StoredResponses(BaseModel):
    """The whole file `responses.yml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    responses: tuple[StoredResponse, ...]


def load_responses(folder: Path) -> dict[tuple[str, tuple[tuple[str, str], ...] | None], StoredResponse]:
    """Read what an example's portal answers, by address and form; raises YamlFileError."""
    stored = load_model(folder / RESPONSES, StoredResponses, help_text="must hold responses").responses
    return {(one.url, tuple(one.form.items()) if one.form is not None else None): one for one in stored}


def save_responses(folder: Path, answers: list[Answer]) -> None:
    """Write answers down as an example: each body to a file of its own, byte for byte."""
    folder.mkdir(parents=True, exist_ok=True)
    entries: list[dict[str, Any]] = []
    for number, answer in enumerate(answers, 1):
        kind = {"application/json": "json", "text/xml": "xml"}.get(answer.media_type or "", "html")
        name = f"{number}.{kind}"
        (folder / name).write_bytes(answer.body)
        charset = f"; charset={answer.charset}" if answer.charset else ""
        entry: dict[str, Any] = {"url": answer.request.url, "file": name}
        entry["content_type"] = f"{answer.media_type or 'text/html'}{charset}"
        if answer.request.form is not None:
            entry["form"] = dict(answer.request.form)
        if answer.url != answer.request.url:
            entry["redirected_to"] = answer.url
        entries.append(entry)
    text = yaml.safe_dump({"responses": entries}, allow_unicode=True, sort_keys=False, width=1000)
    (folder / RESPONSES).write_text(text, encoding="utf-8")


def transcript(portal: Portal, folder: Path) -> dict[str, Any]:
    """Walk a portal's lists through the stored responses of an example.

    Returns:
        `pages`: for each page asked for its request, total and problem, and how many links it has; `links`: every link, in
        order, each once, with what it is (wanted, or why not) and the agency; `unused`: responses that nobody asked for.
    """
    stored = load_responses(folder)
    unused = dict.fromkeys(stored)

    def ask(request: Request) -> Answer | str:
        response = stored.get((request.url, request.form))
        unused.pop((request.url, request.form), None)
        if response is None:
            return "nothing is stored for this request"
        if response.file is None:
            return ABSENT
        media_type, charset = media_type_and_charset(response.content_type)
        body = (folder / response.file).read_bytes()
        return Answer(body, response.redirected_to or response.url, charset, media_type, request)

    pages: list[dict[str, Any]] = []
    links: dict[str, dict[str, Any]] = {}
    for step in walk(portal, ask):
        found = (*step.page.links, *([step.page.report] if step.page.report else [])) if step.page else ()
        pages.append(
            {
                "url": step.request.url,
                "form": dict(step.request.form) if step.request.form is not None else None,
                "links": len(found),
                "total": step.page.total if step.page else None,
                "problem": step.problem,
            }
        )
        for link in found:
            verdict = str(portal.verdict(link))
            links.setdefault(link.url, asdict(link) | {"verdict": verdict, "agency": portal.agency_of(link)})
    return {
        "pages": [_without_nothing(page) for page in pages],
        "links": [_without_nothing(link) for link in links.values()],
        "unused": [url for url, _ in unused],
    }


def compare(portal: Portal, folder: Path) -> str | None:
    """Compare what a driver makes of an example with what is expected of it.

    A missing expectation is written down, not reviewed, from what the driver makes of it now.

    Returns:
        What is wrong; None when nothing is.
    """
    found = json.loads(json.dumps(transcript(portal, folder)))
    path = folder / EXPECTED
    if not path.exists():
        write_expected(path, {"reviewed": False} | found)
        return f"{path} was missing and has been written: compare it with the pages, then set reviewed to true"
    expected = json.loads(path.read_text(encoding="utf-8"))
    if expected.pop("reviewed", None) is not True:
        return f"{path}: not reviewed yet: compare it with the pages, then set reviewed to true"
    differing = [part for part in found if found[part] != expected.get(part)]
    return (
        f"{path}: {', '.join(differing)} are not as expected; found {json.dumps(found, ensure_ascii=False, indent=1)}"
        if differing
        else None
    )


def write_expected(path: Path, content: dict[str, Any]) -> None:
    """Write an expectation as people read it: a line for each page and each link."""
    lines = []
    for name, value in content.items():
        if isinstance(value, list) and value:
            rows = ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in value)
            lines.append(f" {json.dumps(name)}: [\n{rows}\n ]")
        else:
            lines.append(f" {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}")
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def _without_nothing(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value not in (None, (), [])}
