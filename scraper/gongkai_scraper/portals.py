"""Portal files: one small YAML file for each portal. The format is explained in portals/README.md."""

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from gongkai_scraper.defaults import TitleRules, load_defaults
from gongkai_scraper.drivers import AnyParameters, Link
from gongkai_scraper.drivers.fields import Address, AgencyId, Selector
from gongkai_scraper.titles import is_report, report_year
from gongkai_scraper.yaml_files import YamlFileError, load_model

PORTALS = Path(__file__).parent / "portals"
"""The portal files that travel with the code."""
SCHEMA = PORTALS / "schema.json"
"""Their JSON Schema, for editors."""
IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9_-]*")
NOTE = re.compile(r"(\d{4}-\d{2}-\d{2}): \S")
LEAST_DELAY = 1.0
"""Seconds between requests below which no portal on the network is asked."""

PortalError = YamlFileError
"""A portal file cannot be used; the message names file, line, field and reason."""


class Verdict(StrEnum):
    """What a link of a list is, as far as its title tells."""

    WANTED = "wanted"
    NO_REPORT = "no report"
    OTHER_YEAR = "of a year that is not expected"
    OTHER_AGENCY = "of another agency"


def _dated(value: str) -> str:
    match = NOTE.match(value)
    if not match:
        raise ValueError('begins with its date: "2026-11-25: why"')
    try:
        date.fromisoformat(match[1])
    except ValueError as error:
        raise ValueError(f"{match[1]} is no date") from error
    return value


Year = Annotated[int, Field(ge=2008, le=2100)]
Words = Annotated[str, Field(min_length=1)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PortalTitles(_Section):
    """Words that make a title a report, and words that make it none."""

    take: tuple[Words, ...] = Field(default_factory=lambda: load_defaults().titles.take, min_length=1)
    leave: tuple[Words, ...] = Field(default_factory=lambda: load_defaults().titles.leave)


class Article(_Section):
    """Where the report stands in its page."""

    body: Selector | None = Field(default=None, description="CSS selector of the part that holds the attachments.")


class ReportsPerYear(_Section):
    """How many reports a year are to be expected. Fewer is an error, more a warning."""

    minimum: int | None = Field(default=None, ge=0)
    maximum: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError("the minimum is larger than the maximum")
        return self


class Politeness(_Section):
    """Seconds between requests, seconds for connecting and for each wait, and the largest answer in bytes."""

    delay: float = Field(default=3.0, ge=0, allow_inf_nan=False)
    timeout: float = Field(default=30.0, gt=0, allow_inf_nan=False)
    maximum_bytes: int = Field(default=20_000_000, gt=0)


class PortalFields(_Section):
    """What a portal file holds."""

    name: str = Field(min_length=1, description="Chinese name of the portal.")
    region: str = Field(pattern=r"^[0-9]{6}$", description="Code of the division (GB/T 2260), a string.")
    agency: AgencyId | None = Field(default=None, description="The agency, where the whole portal belongs to one.")
    agencies: dict[AgencyId, Annotated[tuple[Words, ...], Field(min_length=1)]] = Field(
        default={}, description="Several agencies: each with the words in a title that tell that a report is its own."
    )
    source: Literal["official", "mirror", "sample"]
    home: Address
    driver: AnyParameters
    titles: PortalTitles = PortalTitles()
    article: Article = Article()
    years: tuple[Year, Year] | None = Field(default=None, description="First and last report year expected.")
    reports_per_year: ReportsPerYear = ReportsPerYear()
    zero_is_fine: bool = Field(default=False, description="True where a run that finds no report is no error.")
    politeness: Politeness = Politeness()
    tls: Literal["current", "old"] = Field(
        default="current", description="old: ciphers and renegotiation of old servers; certificates are still checked."
    )
    loopback: bool = Field(default=False, description="True only for samples, which live on this machine.")
    status: Literal["active", "unverified", "blocked", "retired"]
    note: Annotated[str, AfterValidator(_dated)] | None = Field(default=None, description='"2026-11-25: why"')

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.loopback and self.source != "sample":
            raise ValueError("loopback: only a sample may be on this machine")
        if not self.loopback and self.politeness.delay < LEAST_DELAY:
            raise ValueError(f"politeness.delay: at least {LEAST_DELAY} second between requests to a host")
        if self.years and self.years[0] > self.years[1]:
            raise ValueError("years: the first year stands before the last")
        if self.driver.needs_years and not self.years:
            raise ValueError(f"years: {self.driver.family} asks year by year, so the file must give them")
        if self.agency and self.agencies:
            raise ValueError("agencies: give agency or agencies, not both")
        if self.status != "active" and not self.note:
            raise ValueError(f"note: a portal that is {self.status} needs a dated note that says why")
        return self


class Portal(PortalFields):
    """A portal file with its id."""

    id: str
    """The file's name without `.yml`."""

    def verdict(self, link: Link) -> Verdict:
        """Tell what a link of a list is, by its title, the years expected and the agencies."""
        rules = TitleRules(take=self.titles.take, leave=self.titles.leave)
        year = report_year(link.title)
        if not is_report(link.title, rules):
            return Verdict.NO_REPORT
        if year and self.years and not self.years[0] <= year <= self.years[1]:
            return Verdict.OTHER_YEAR
        if self.agencies and not self.agency_of(link):
            return Verdict.OTHER_AGENCY
        return Verdict.WANTED

    def wants(self, link: Link) -> bool:
        """Tell whether a link of a list leads to a report that is to be taken."""
        return self.verdict(link) is Verdict.WANTED

    def agency_of(self, link: Link) -> str | None:
        """Return the agency whose report a link leads to, where the portal file tells it.

        Of several agencies it is the one with the longest word in the title, so that an agency whose name is a part of
        another's does not take the other's reports. Two that are as long leave it open.
        """
        if link.agency or not self.agencies:
            return link.agency or self.agency
        found = {
            agency: max((len(word) for word in words if word in link.title), default=0)
            for agency, words in self.agencies.items()
        }
        longest = max(found.values())
        best = [agency for agency, length in found.items() if length == longest]
        return best[0] if longest and len(best) == 1 else None


def load_portal(path: Path) -> Portal:
    """Read a portal file.

    Raises:
        PortalError: the file cannot be read or does not keep to the format.
    """
    if not IDENTIFIER.fullmatch(path.stem):
        raise PortalError(f"{path}: the file's name is the portal's id: small letters, digits, - and _ only")
    return load_model(path, Portal, help_text="must hold fields (name, region, …), see portals/README.md", id=path.stem)


def load_portals(source: Path | Iterable[Path]) -> list[Portal]:
    """Read the portal files of a folder (`*.yml`), or those listed, in the order of their ids.

    Raises:
        PortalError: there is none, one cannot be used, or two share an id.
    """
    paths = sorted(source.glob("*.yml")) if isinstance(source, Path) and source.is_dir() else source
    paths = [paths] if isinstance(paths, Path) else list(paths)
    if not paths:
        raise PortalError(f"{source}: no portal files (*.yml) here")
    portals = sorted((load_portal(path) for path in paths), key=lambda portal: portal.id)
    for one, other in pairwise(portals):
        if one.id == other.id:
            raise PortalError(f"two portal files have the id {one.id}; rename one")
    return portals


def portal_schema() -> dict[str, Any]:
    """Return the JSON Schema of portal files, as `portals/schema.json` holds it for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | PortalFields.model_json_schema()
