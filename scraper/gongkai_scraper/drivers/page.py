"""The contract between drivers and the run: what a driver is given, and what it gives back."""

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

MOST_PAGES = 500
"""Pages of a list beyond which something must be wrong, whether it says that it has them or goes on and on."""


class DriverError(Exception):
    """An answer is no page of the driver's family; the message says what was expected of it."""


@dataclass(frozen=True)
class Request:
    """Something to ask a portal for."""

    url: str
    form: tuple[tuple[str, str], ...] | None = None
    """None: GET. Fields: POST of a form (application/x-www-form-urlencoded)."""
    may_be_absent: bool = False
    """True: where there is no such page (404, or a page that says so), the list ends before it and nothing failed."""


@dataclass(frozen=True)
class Answer:
    """A stored response with status 200."""

    body: bytes
    url: str
    """Where it came from in the end, after redirects."""
    charset: str | None
    """Of the Content-Type header."""
    media_type: str | None
    request: Request
    """What was asked for."""


@dataclass(frozen=True)
class Link:
    """A link of a list: address and title.

    The address is absolute, but it can be one that is no web address (`javascript:…`): whether the link matters is
    told by its title, and then it must not vanish.
    """

    url: str
    title: str
    published_on: str | None = None
    """As the list tells it, an ISO date."""
    agency: str | None = None
    """The agency whose document it is, where the driver knows it from the portal file."""
    attachments: tuple["Link", ...] = ()
    """Documents that the list itself names as belonging to it, beside those that its page names."""


@dataclass(frozen=True)
class Page:
    """What a list page says."""

    links: tuple[Link, ...]
    """Every entry, in the order of the page, each once."""
    requests: tuple[Request, ...] = ()
    """Pages of the list to ask for next, in order. Those asked for already are left out by the caller."""
    total: int | None = None
    """How many entries the whole list says that it has, where it says so. Fewer at its end: the rest is missing."""
    entries: int | None = None
    """How many entries the page has, where that is not the number of its links: one listed twice, one without a link."""
    report: Link | None = None
    """Set where the page is no list but a report itself: its own address and title. It need not be fetched again."""


class Parameters(BaseModel):
    """A driver's own part of a portal file. Each driver has one, with a `family` that is its name."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    needs_years: ClassVar[bool] = False
    """True where the driver asks year by year."""


Own = TypeVar("Own", bound=Parameters, covariant=True)


class PortalFile(Protocol[Own]):
    """What a driver sees of a portal file."""

    @property
    def driver(self) -> Own:
        """The driver's own part."""

    @property
    def years(self) -> tuple[int, int] | None:
        """First and last report year expected."""


class Driver(Protocol):
    """A family of portal software: a module with these names. It fetches nothing, keeps nothing, knows no time."""

    @property
    def parameters(self) -> type[Parameters]:
        """The model of the driver's own part of a portal file."""

    def begin(self, portal: PortalFile[Any]) -> tuple[Request, ...]:
        """Return the first requests, one or more for each list."""

    def read(self, answer: Answer, portal: PortalFile[Any]) -> Page:
        """Read a page of a list.

        Raises:
            DriverError: it is no page of this family. Nothing else is raised, whatever the bytes.
        """
