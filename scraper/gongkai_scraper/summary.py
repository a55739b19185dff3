"""What a run says of itself: progress while it goes on, a summary at its end."""

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any, Literal

Result = Literal["new", "changed", "unchanged", "skipped", "failed", "refused"]
"""What came of a report."""
RESULTS: tuple[Result, ...] = ("new", "changed", "unchanged", "skipped", "failed", "refused")
State = Literal["done", "failed", "refused", "stopped", "interrupted"]
"""How a run at a portal ended: all lists were read to their ends and all reports asked for; a list was not read to its end;
the portal refused us; it was left alone after failing again and again; we were interrupted."""

Lists = Literal["read", "failed", "refused"]
"""How far a portal's lists were read: to their ends; not to their ends, or without anything found in them; denied to us."""


@dataclass(frozen=True)
class Message:
    """Something to know about a portal; an error makes the run fail, a warning does not."""

    level: Literal["error", "warning"]
    text: str
    url: str | None = None


@dataclass(frozen=True)
class Progress:
    """A step of a run: report `done` of `total` of a portal, and what came of it."""

    portal: str
    done: int
    total: int
    url: str
    outcome: Result


@dataclass(frozen=True)
class PortalSummary:
    """What a run did at one portal. found = new + changed + unchanged + skipped + failed + refused."""

    portal: str
    name: str
    status: str
    """Of the portal file: blocked and retired portals are not asked."""
    state: State | None = None
    """None for a portal that was not asked."""
    lists: Lists | None = None
    """None where the run ended before it could tell."""
    found: int = 0
    new: int = 0
    changed: int = 0
    """Fetched from a known address, with other bytes than the last time: a second capture."""
    unchanged: int = 0
    """As the archive has them: the portal said so, or sent the same bytes."""
    skipped: int = 0
    """In the archive and not asked for: had by the interrupted run that this one continues, or not to be asked for again."""
    failed: int = 0
    refused: int = 0
    messages: tuple[Message, ...] = ()

    @property
    def ok(self) -> bool:
        """True when nothing went wrong at this portal."""
        return self.state in (None, "done") and not any(message.level == "error" for message in self.messages)


@dataclass(frozen=True)
class RunSummary:
    """What a run did, the portals in the order of their files."""

    portals: tuple[PortalSummary, ...]
    interrupted: bool = False

    @property
    def ok(self) -> bool:
        """True when nothing went wrong anywhere."""
        return not self.interrupted and all(portal.ok for portal in self.portals)

    @property
    def totals(self) -> dict[str, int]:
        """The counts of all portals together, by `found` and the results."""
        counts = {name: sum(getattr(portal, name) for portal in self.portals) for name in RESULTS}
        return {"found": sum(counts.values())} | counts

    def as_object(self) -> dict[str, Any]:
        """Return the summary as it is written into a JSON file."""
        portals = [{"ok": portal.ok} | asdict(portal) for portal in self.portals]
        return {"ok": self.ok, "interrupted": self.interrupted, "totals": self.totals, "portals": portals}


def counted(outcomes: Counter[Result]) -> dict[str, int]:
    """Return the counts of a portal's summary."""
    return {"found": outcomes.total()} | {name: outcomes[name] for name in RESULTS}
