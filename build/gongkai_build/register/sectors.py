"""Kinds of agencies and the names they go by: `sectors.yml` as an index of names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from gongkai_build.register.errors import RegisterError
from gongkai_build.register.regions import Region

SECTORS = Path(__file__).with_name("sectors.yml")


class Superior(BaseModel):
    """The central organ that a local one names in front of its region, and the names that are whole only behind it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    names: tuple[str, ...]


class Named(BaseModel):
    """How bodies with names of their own end: the printed ending → the full one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    endings: Mapping[str, str]
    own: Mapping[str, str] = {}
    leaf: bool = False


class _Entry(BaseModel):
    """One entry of `sectors.yml`; the head of that file says what each key means."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name_zh: str
    name_en: str
    official: Mapping[str, str]
    national: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    short: Mapping[str, str] = {}
    superior: Superior | None = None
    named: Named | None = None
    printed: bool = False


@dataclass(frozen=True)
class Sector:
    """A kind of agency: a row of the table `sectors`, and how such agencies are named."""

    sector: str
    name_zh: str
    name_en: str
    official: Mapping[str, str]
    names: tuple[str, ...]
    superior: Superior | None
    named: Named | None
    printed: bool


@dataclass(frozen=True)
class SectorName:
    """A name of a sector: the sector, and the full name that the name itself is or stands for."""

    sector: Sector
    full: str


@dataclass(frozen=True)
class Sectors:
    """All sectors: by id, by the names that stand behind a region, and by the names of national organs."""

    by_id: Mapping[str, Sector]
    by_name: Mapping[str, SectorName]
    national: Mapping[str, SectorName]
    longest: int


def load_sectors(path: Path = SECTORS) -> Sectors:
    """Read the sectors.

    Raises ValueError (pydantic's ValidationError among them): an entry and key that is wrong, or a name that two sectors share.
    """
    by_id: dict[str, Sector] = {}
    by_name: dict[str, SectorName] = {}
    national: dict[str, SectorName] = {}
    for sector_id, content in yaml.safe_load(path.read_text(encoding="utf-8")).items():
        entry = _Entry.model_validate(content)
        sector = Sector(
            sector=sector_id,
            name_zh=entry.name_zh,
            name_en=entry.name_en,
            official=entry.official,
            names=entry.names,
            superior=entry.superior,
            named=entry.named,
            printed=entry.printed,
        )
        by_id[sector_id] = sector
        for index, name, full in _names(entry):
            known = (national if index == "national" else by_name).setdefault(name, SectorName(sector, full))
            if known != SectorName(sector, full):
                raise RegisterError(
                    f"{path.name}: {sector_id}: {name} is a name of {known.sector.sector} ({known.full}) already"
                )
    return Sectors(
        by_id=by_id,
        by_name=by_name,
        national=national,
        longest=max(map(len, by_name)),
    )


def _names(entry: _Entry) -> Iterator[tuple[str, str, str]]:
    """Yield (index, name, full name) for every name of an entry."""
    national = {*entry.national, *filter(None, [entry.official.get("national")])}
    local = {*entry.names, *(name for level, name in entry.official.items() if level != "national")}
    yield from (("national", name, name) for name in sorted(national))
    yield from (("local", name, name) for name in sorted(local))
    for name, full in entry.short.items():
        if full not in national | local:
            raise RegisterError(f"{entry.name_en}: {name} stands for {full}, which is not a name of that sector")
        yield "national" if full in national - local else "local", name, full


def official_name(sector: Sector, region: Region) -> str | None:
    """Return the usual name of such an agency in that region, without the region, or None where there is none."""
    return next((sector.official[level] for level in _levels(region) if level in sector.official), None)


def is_usual(name: SectorName, region: Region) -> bool:
    """Say whether an agency of that region can bear that name: 科学技术厅 is a province's, 科学技术局 is not."""
    sector = name.sector
    if region.level == "national":
        return name.full == sector.official.get("national")
    unbound = name.full in sector.names or name.full not in sector.official.values()
    return unbound or name.full in {
        sector.official.get(level) for level in _levels(region) if _counts(level, sector, region)
    }


def _counts(level: str, sector: Sector, region: Region) -> bool:
    # Municipalities stand between provinces and cities: agencies are called as in either. Elsewhere a level excludes the default.
    return level != "default" or "municipality" in _levels(region) or region.level not in sector.official


def _levels(region: Region) -> tuple[str, ...]:
    if region.level == "national":
        return ("national",)
    # A province that is called a city, such as 北京市.
    municipality = region.level == "province" and region.name.endswith("市")
    return ("municipality" if municipality else region.level, "default")
