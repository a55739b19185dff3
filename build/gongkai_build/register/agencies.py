"""Finding an agency by the name that stands on its report."""

import re
from dataclasses import replace
from pathlib import Path

from gongkai_build.register.errors import RegisterError
from gongkai_build.register.model import Agency, Query, Register, Unidentified
from gongkai_build.register.names import is_self_reference
from gongkai_build.register.readings import full_name, level_of, read_name
from gongkai_build.register.regions import Region, how_to_add, load_regions
from gongkai_build.register.sectors import Sector, SectorName, load_sectors, official_name

__all__ = ["Agency", "Register", "Unidentified", "agency_from_id", "identify", "load_register"]

_SECOND_NAME = re.compile(r"([^()（）]+)[(（]([^()（）]+)[)）]")

OVERLAY = "regions.csv"
AGENCY_ID = re.compile(r"(?P<region>\d{6})\.(?P<sector>[a-z_]+)(\.(?P<suffix>[a-z0-9_]+))?", re.ASCII)

# A year of which every division that is listed still is valid.
_STILL = 9999


def load_register(overlay: Path | None = None) -> Register:
    """Load regions and sectors.

    Args:
        overlay: a folder whose `regions.csv` adds fictional divisions (codes 99xxxx).
    Raises:
        ValueError: a file of the register, or the overlay, is wrong; the text names file, place and fault.
    """
    return Register(load_regions(overlay / OVERLAY if overlay else None), load_sectors())


def identify(register: Register, name: str, *, year: int, region_hint: str | None = None) -> Agency | Unidentified:
    """Find the agency that a name means. All of the name must be read as a region and a kind of agency: no guess from a part.

    Args:
        name: as printed, in Simplified Chinese without blanks.
        year: the year that the report speaks of.
        region_hint: code of the region where the name was found: the agency's own region, one above or one below it.
    Returns:
        The agency under its full name, with the printed one as an alias where that differs and names the region;
        or why it is not certain.
    Raises:
        ValueError: the hint is no code of the register.
    """
    if region_hint is not None and region_hint not in register.regions.by_code:
        raise RegisterError(
            f"region_hint {region_hint!r} is not a code of the register: give six digits as in regions.csv{how_to_add(region_hint)}"
        )
    rules = register.regions.rules
    hint = register.regions.by_code[region_hint] if region_hint else None
    rest = name[1:] if name.startswith(rules.first_person) else ""
    if is_self_reference(name, rules):
        return Unidentified(name, "self_reference")
    if any(word in name for word in rules.collective):
        return Unidentified(name, "several")
    found = read_name(Query(register, name, year, hint))
    if isinstance(found, Agency):
        return found
    if joined := _joined(register, name, year, hint):
        return joined
    if rest.startswith(rules.bare):
        found = read_name(Query(register, rest, year, hint))
        return found if isinstance(found, Agency) else Unidentified(name, found.reason, found.candidates)
    return found


def _joined(register: Register, name: str, year: int, hint: Region | None) -> Agency | None:
    """Read a name that carries more than the agency's own: 市发展和改革委员会（粮食局）, 第八师石河子市.

    The second name must be that of an agency of the same region, so that brackets hold no remark and no other agency.
    """
    corps = re.match(register.regions.rules.corps, name)
    if corps:
        found = read_name(Query(register, name[corps.end() :], year, hint))
        return replace(found, aliases=(name,)) if isinstance(found, Agency) else None
    if name.startswith(register.regions.rules.party) and (agency := _beside_the_party(register, name, year, hint)):
        return agency
    parts = _SECOND_NAME.fullmatch(name)
    if not parts:
        return None
    first = read_name(Query(register, parts[1], year, hint))
    if not isinstance(first, Agency):
        return None
    second = read_name(Query(register, parts[2], year, register.regions.by_code[first.region_code]))
    if not isinstance(second, Agency) or second.region_code != first.region_code:
        return None
    named = bool(first.aliases) or first.name == parts[1]
    return replace(first, aliases=(*first.aliases, name)) if named else first


def _beside_the_party(register: Register, name: str, year: int, hint: Region | None) -> Agency | None:
    """Read the name of an organ of the Party and of an agency of the same place: 中共云岫市委云岫市人民政府, 中共云岫市委市人民政府信访局."""
    rules = register.regions.rules
    organs, offices = ("|".join(words) for words in (rules.party_organs, rules.party_offices))
    body = name.removeprefix(rules.party)
    for parted in re.finditer(rf"(?:{organs})(?:{offices})?[、和]?", body):
        place, rest = body[: parted.start()], body[parted.end() :]
        above = read_name(Query(register, place, year, hint))
        region = register.regions.by_code[above.region_code] if isinstance(above, Agency) else hint
        agency = read_name(Query(register, rest, year, region))
        if isinstance(agency, Agency) and (
            rest.startswith(place) or (isinstance(above, Agency) and above.region_code == agency.region_code)
        ):
            return replace(agency, aliases=(*agency.aliases, name))
    return None


def agency_from_id(register: Register, agency_id: str, name: str | None = None) -> Agency:
    """Return the agency that a user names by its id (`450205.science`).

    Args:
        name: its name; needed for agencies with a name of their own, such as towns. Without it the usual name is given.
    Raises:
        ValueError: with everything that is wrong.
    """
    match = AGENCY_ID.fullmatch(agency_id)
    if not match:
        raise RegisterError(f"agency {agency_id!r}: write it as region.sector, for example 450205.science")
    region = register.regions.by_code.get(match["region"])
    sector = register.sectors.by_id.get(match["sector"])
    wrong = []
    if region is None:
        wrong.append(f"{match['region']} is not a region code of the register{how_to_add(match['region'])}")
    if sector is None:
        wrong.append(f"{match['sector']} is not a sector; sectors are {', '.join(sorted(register.sectors.by_id))}")
    if sector and (sector.named is not None) != (match["suffix"] is not None):
        wrong.append(f"{sector.sector} {'needs a' if sector.named else 'takes no'} name in pinyin as a third part")
    own = _usual_name(sector, region) if sector and region else None
    if sector and region and not wrong and not name and own is None:
        wrong.append(f"{agency_id} needs its name in Chinese, which its id does not tell")
    found = _named_by_user(register, name, region) if name and region else None
    if found and found.agency_id != agency_id:
        wrong.append(f"the name {name} is that of {found.agency_id}")
    if wrong or region is None or sector is None:
        raise RegisterError(f"agency {agency_id!r}: {'; '.join(wrong)}")
    return found or Agency(agency_id, name or own or "", (), region.code, sector.sector, level_of(sector, region))


def _named_by_user(register: Register, name: str, region: Region) -> Agency | None:
    found = identify(register, name, year=region.valid_to or _STILL, region_hint=region.code)
    return found if isinstance(found, Agency) else None


def _usual_name(sector: Sector, region: Region) -> str | None:
    official = official_name(sector, region)
    return None if official is None or sector.printed else full_name(region, SectorName(sector, official))
