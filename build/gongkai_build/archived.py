"""What the archive tells besides the documents: what stood at an address before, when portals were looked at, and what could not be had."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from gongkai_scraper.archive import Archive, Attached, Capture, Run

READ, FAILED, REFUSED = "read", "failed", "refused"
"""How a look at a portal ended: its lists were read to their ends, something failed, or the portal refused us."""


@dataclass(frozen=True)
class Version:
    """What stood at an address from some time on."""

    capture_id: str
    since: str
    """ISO 8601, UTC: the first fetch that showed it there, after another version or for the first time."""


@dataclass(frozen=True)
class Look:
    """The last look at a portal's lists."""

    portal: str
    at: str
    """ISO 8601, UTC: when it began."""
    outcome: str
    """READ, FAILED or REFUSED."""
    detail: str = ""


@dataclass(frozen=True)
class Unhad:
    """A report that a list names, and that could not be had."""

    portal: str
    region_code: str | None
    agency_id: str | None
    url: str
    title: str
    at: str
    outcome: str
    """FAILED or REFUSED."""
    detail: str
    is_listed: bool = True
    """Whether a list names it itself, and not the page of another report."""


@dataclass(frozen=True)
class Archived:
    """What the archive tells besides the documents."""

    versions: Mapping[str, tuple[Version, ...]] = field(default_factory=dict)
    """By address: only addresses at which more than one version was seen."""
    looks: Mapping[str, Look] = field(default_factory=dict)
    """By portal."""
    unhad: tuple[Unhad, ...] = ()
    attached: tuple[Attached, ...] = ()
    """What documents led to."""


def read_archived(opened: Archive, captures: Iterable[Capture]) -> Archived:
    """Read what the archive tells of the captures of reports and of its portals."""
    seen = sorted(
        (source.fetched_at, source.url, source.capture_id)
        for capture in captures
        for source in opened.sources(capture.capture_id)
        if source.url
    )
    versions: dict[str, list[Version]] = {}
    for at, url, capture_id in seen:
        known = versions.setdefault(url, [])
        if not known or known[-1].capture_id != capture_id:
            known.append(Version(capture_id, at))
    several = {url: tuple(known) for url, known in versions.items() if len(known) > 1}
    runs = opened.runs()
    looks = {look.portal: look for run in runs if (look := _look(run))}
    return Archived(several, looks, tuple(_unhad(opened, runs)), tuple(opened.attached()))


def _look(run: Run) -> Look | None:
    """What a run saw of the lists of its portal; None for one that ended before it could tell."""
    summary = json.loads(run.summary or "{}")
    outcome = summary.get("lists") or {"refused": REFUSED, "stopped": FAILED}.get(run.state or "")
    if outcome is None:
        return None
    errors = [message for message in summary.get("messages", ()) if message["level"] == "error"]
    detail = f"{errors[0]['text']} ({errors[0]['url'] or run.portal})" if errors and outcome != READ else ""
    return Look(run.portal, run.started_at, outcome, detail)


def _unhad(opened: Archive, runs: Iterable[Run]) -> Iterator[Unhad]:
    """The reports that the archive lacks: those whose last request gave none, and those that lists named and nobody asked for."""
    had = opened.addresses("report")
    links = {(link.portal, link.url): link for link in opened.links()}
    tried = set()
    for failure in opened.failures("report"):
        tried.add(failure.url)
        link = links.get((failure.portal or "", failure.url))
        if failure.url not in had:
            yield Unhad(
                failure.portal or "",
                failure.region_code,
                failure.agency_id or (link.agency_id if link else None),
                failure.url,
                failure.link_title or (link.title if link else ""),
                failure.fetched_at,
                REFUSED if failure.outcome == REFUSED else FAILED,
                failure.reason,
                link is not None,
            )
    states = {(run.portal, run.started_at): run.state for run in runs}
    regions = {capture.portal: capture.region_code for capture in opened.captures()}
    for link in links.values():
        if link.url not in had and link.url not in tried:
            state = states.get((link.portal, link.last_seen))
            yield Unhad(
                link.portal,
                regions.get(link.portal),
                link.agency_id,
                link.url,
                link.title,
                link.last_seen,
                REFUSED if state == REFUSED else FAILED,
                f"not asked for: the run ended before it ({state or 'broken off'})",
            )
