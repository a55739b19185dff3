"""Portal files: one small YAML file for each portal. The format is explained in portals/README.md."""

import re
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from gongkai_scraper.defaults import TitleRules, load_defaults
from gongkai_scraper.drivers import AnyParameters, Link
from gongkai_scraper.drivers.fields import Address
from gongkai_scraper.titles import is_report, report_year

PORTALS = Path(__file__).parent / "portals"
"""The portal files that travel with the code."""
IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9_-]*")
LEAST_DELAY = 1.0
"""Seconds between requests below which no portal on the network is asked."""


class PortalError(Exception):
    """A portal file cannot be used; the message names file, line, field and reason."""


Year = Annotated[int, Field(ge=2008, le=2100)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PortalTitles(_Section):
    """Words that make a title a report, and words that make it none."""

    take: tuple[str, ...] = Field(default_factory=lambda: load_defaults().titles.take, min_length=1)
    leave: tuple[str, ...] = Field(default_factory=lambda: load_defaults().titles.leave)


class ReportsPerYear(_Section):
    """How many reports a year are to be expected."""

    minimum: int | None = Field(default=None, ge=0)
    maximum: int | None = Field(default=None, ge=1)


class Politeness(_Section):
    """Seconds between requests, seconds for connecting and for each wait, and the largest answer in bytes."""

    delay: float = Field(default=3.0, ge=0)
    timeout: float = Field(default=30.0, gt=0)
    maximum_bytes: int = Field(default=20_000_000, gt=0)


class Portal(_Section):
    """A portal file."""

    id: str
    """The file's name without `.yml`."""
    name: str = Field(min_length=1)
    region: str = Field(pattern=r"^[0-9]{6}$")
    agency: str | None = Field(default=None, pattern=r"^[0-9]{6}\.[a-z0-9_.-]+$")
    source: Literal["official", "mirror", "sample"]
    home: Address
    driver: AnyParameters
    titles: PortalTitles = PortalTitles()
    years: tuple[Year, Year] | None = None
    reports_per_year: ReportsPerYear = ReportsPerYear()
    politeness: Politeness = Politeness()
    loopback: bool = False
    status: Literal["active", "blocked", "retired"]
    note: str | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.loopback and self.source != "sample":
            raise ValueError("loopback: only a sample may be on this machine")
        if not self.loopback and self.politeness.delay < LEAST_DELAY:
            raise ValueError(f"politeness.delay: at least {LEAST_DELAY} second between requests to a host")
        if self.years and self.years[0] > self.years[1]:
            raise ValueError("years: the first year stands before the last")
        if self.status != "active" and not self.note:
            raise ValueError(f"note: a {self.status} portal needs a dated note that says why")
        return self

    def wants(self, link: Link) -> bool:
        """Tell whether a link of a list leads to a report that is to be taken, by its title and the years expected."""
        year = report_year(link.title)
        rules = TitleRules(take=self.titles.take, leave=self.titles.leave)
        return is_report(link.title, rules) and not (year and self.years and not self.years[0] <= year <= self.years[1])

    def agency_of(self, link: Link) -> str | None:
        """Return the agency whose report a link leads to, where the portal file tells it."""
        return self.agency


def load_portal(path: Path) -> Portal:
    """Read a portal file.

    Raises:
        PortalError: the file cannot be read or does not keep to the format.
    """
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
        _refuse_repeated(path, node)
    except RecursionError as error:
        raise PortalError(f"{path}: cannot be read: nested too deeply, or a list that holds itself") from error
    except (OSError, yaml.YAMLError, ValueError, LookupError, AttributeError) as error:
        # PyYAML passes on whatever making a date, number or truth value out of wrong text raises.
        raise PortalError(f"{path}: cannot be read: {error}") from error
    if not isinstance(data, dict):
        raise PortalError(f"{path}: must hold fields (name, region, …), see portals/README.md")
    if not IDENTIFIER.fullmatch(path.stem):
        raise PortalError(f"{path}: the file's name is the portal's id: small letters, digits, - and _ only")
    if "id" in data:
        raise PortalError(f"{path}: id: not a field, the file's name is the id")
    try:
        return Portal.model_validate(data | {"id": path.stem})
    except ValidationError as error:
        problems = [_problem(path, node, problem["loc"], problem["msg"]) for problem in error.errors()]
        raise PortalError("\n".join(problems)) from error


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


def _problem(path: Path, node: yaml.Node | None, place: tuple[int | str, ...], message: str) -> str:
    """One line of an error: file, line, field, reason."""
    line = 1
    for step in place:
        found = _child(node, step)
        if found is None:
            break
        line, node = found
    field = ".".join(str(step) for step in place)
    return f"{path}:{line}: {field + ': ' if field else ''}{message.removeprefix('Value error, ')}"


def _child(node: yaml.Node | None, step: int | str) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line + 1, node.value[step]
    return None


def _refuse_repeated(path: Path, node: yaml.Node | None) -> None:
    """YAML keeps the last of two equal keys in silence; here it is an error."""
    children: list[Any] = []
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                raise PortalError(f"{path}:{key.start_mark.line + 1}: {key.value}: given twice")
            seen.add(key.value)
            children.append(value)
    if isinstance(node, yaml.SequenceNode):
        children = node.value
    for child in children:
        _refuse_repeated(path, child)
