"""What finding an agency starts from and ends with."""

from dataclasses import dataclass

from gongkai_build.register.regions import Region, Regions
from gongkai_build.register.sectors import Sectors


@dataclass(frozen=True)
class Agency:
    """An organ that reports: a row of the table `agencies`."""

    agency_id: str
    name: str
    aliases: tuple[str, ...]
    region_code: str
    sector: str
    level: str


@dataclass(frozen=True)
class Unidentified:
    """A name that does not lead to one agency with certainty.

    Reasons: `no_name`, `self_reference` (我局), `several` (各街道), `no_region`, `ambiguous_region`, `outside_hint` (the region printed is not where
    the document was found), `code_reused` (the region is gone and its code is another's now), `unknown_sector`,
    `level_mismatch` (a name that agencies of that level do not bear: 科学技术厅 of a city), `no_pinyin`.
    """

    name: str
    reason: str
    candidates: tuple[str, ...] = ()
    """Codes of regions that come into question."""


@dataclass(frozen=True)
class Register:
    """Everything that names of agencies are made of."""

    regions: Regions
    sectors: Sectors


@dataclass(frozen=True)
class Query:
    """A name to be read, with what is known of where it was found."""

    register: Register
    name: str
    year: int
    hint: Region | None
