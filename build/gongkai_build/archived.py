"""What the archive tells besides the documents: what stood at an address before, when portals were looked at, and what could not be had."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gongkai_scraper.archive import Archive, Capture

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
    """ISO 8601, UTC."""
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


@dataclass(frozen=True)
class Archived:
    """What the archive tells besides the documents."""

    versions: Mapping[str, tuple[Version, ...]] = field(default_factory=dict)
    """By address: only addresses at which more than one version was seen."""
    looks: Mapping[str, Look] = field(default_factory=dict)
    """By portal."""
    unhad: tuple[Unhad, ...] = ()


def read_archived(archive: Archive, captures: Iterable[Capture]) -> Archived:
    """Read what the archive tells of the captures of reports and of its portals."""
    seen = sorted(
        (source.fetched_at, source.url, source.capture_id)
        for capture in captures
        for source in archive.sources(capture.capture_id)
        if source.url
    )
    versions: dict[str, list[Version]] = {}
    for at, url, capture_id in seen:
        known = versions.setdefault(url, [])
        if not known or known[-1].capture_id != capture_id:
            known.append(Version(capture_id, at))
    looks: dict[str, Look] = {}
    for capture in archive.captures("list"):
        for source in archive.sources(capture.capture_id):
            known_look = looks.get(source.portal or "")
            if source.portal and (known_look is None or known_look.at < source.fetched_at):
                looks[source.portal] = Look(source.portal, source.fetched_at, READ)
    return Archived({url: tuple(known) for url, known in versions.items() if len(known) > 1}, looks)
