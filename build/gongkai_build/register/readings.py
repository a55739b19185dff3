"""The ways in which agencies are named, each read from end to end or not at all."""

import re
from dataclasses import dataclass

from gongkai_build.register.model import Agency, Query, Unidentified
from gongkai_build.register.places import ANY_KIND, UNMISTAKABLE, NoPlace, read_place
from gongkai_build.register.regions import NATION, Naming, Region
from gongkai_build.register.sectors import Sector, SectorName, is_usual

_OWN_NAME = re.compile(r"[\u4e00-\u9fff]{1,12}")


@dataclass(frozen=True)
class _Found:
    """The region of an agency, and how the name printed it: `full`, `form`, `stem`, or `none` where only the hint tells it."""

    region: Region
    kind: str


def read_name(query: Query) -> Agency | Unidentified:
    """Read the whole name in each of the ways in which agencies are named, and give the first that fits."""
    if not query.name:
        return Unidentified(query.name, "no_name")
    return (
        _national(query)
        or _under_superior(query)
        or _of_sector(query)
        or _bare_region(query)
        or _with_own_name(query)
        or _branch(query)
        or _failure(query)
    )


def _national(query: Query) -> Agency | None:
    """科学技术部, 中华人民共和国科学技术部, 国家税务总局."""
    regions, sectors = query.register.regions, query.register.sectors
    known = sectors.national.get(query.name.removeprefix(regions.rules.state))
    return _agency(query, regions.by_code[NATION], known.sector, known.full, known.full) if known else None


def _under_superior(query: Query) -> Agency | Unidentified | None:
    """国家税务总局南昌市税务局: a local organ behind the name of its central one."""
    for sector in query.register.sectors.by_id.values():
        superior = sector.superior
        if superior is None or not query.name.startswith(superior.name):
            continue
        rest = query.name.removeprefix(superior.name)
        for ending in sorted(superior.names, key=len, reverse=True):
            found = _region(query, rest.removesuffix(ending)) if rest.endswith(ending) else None
            if isinstance(found, NoPlace):
                return _fail(query, found)
            if found:
                return _of_region(query, found, SectorName(sector, ending))
    return None


def _of_sector(query: Query) -> Agency | Unidentified | None:
    """湖北省科学技术厅, 科技局: the longest name of a sector that ends the text and leaves a region or nothing before it."""
    sectors, rules = query.register.sectors, query.register.regions.rules
    for start in range(max(0, len(query.name) - sectors.longest), len(query.name)):
        known = sectors.by_name.get(query.name[start:])
        if known is None:
            continue
        before = query.name[:start]
        found = _region(query, before)
        if found is None:
            government = next(
                (word for word in (rules.government, rules.short_government) if before.endswith(word)), ""
            )
            found = _region(query, before.removesuffix(government)) if government else None
        if isinstance(found, NoPlace):
            return _fail(query, found)
        if found:
            return _of_region(query, found, known)
    return None


def _bare_region(query: Query) -> Agency | Unidentified | None:
    """掇刀区: a region's name alone means its government."""
    place = read_place(query.register.regions, query.name, query.year, query.hint, UNMISTAKABLE)
    if isinstance(place, NoPlace):
        return _fail(query, place)
    if place is None:
        return None
    region = query.register.regions.by_code[place.interval.code]
    government = query.register.sectors.by_name[query.register.regions.rules.government]
    return _of_region(query, _Found(region, place.kind), government)


def _with_own_name(query: Query) -> Agency | Unidentified | None:
    """南源街道办事处, 肖村乡人民政府: bodies of which a region has many."""
    for sector in query.register.sectors.by_id.values():
        if sector.named is None:
            continue
        ending = max((word for word in sector.named.endings if query.name.endswith(word)), key=len, default="")
        if not ending:
            continue
        found, own = _split_own_name(query, query.name.removesuffix(ending), sector)
        own = _own_name(query, own, sector)
        if not own:
            continue
        if isinstance(found, NoPlace):
            return _fail(query, found)
        if sector.named.leaf and not query.register.regions.is_leaf(found.region.code, query.year):
            return Unidentified(query.name, "no_region", (found.region.code,))
        suffix = _pinyin(own)
        if suffix is None:
            return Unidentified(query.name, "no_pinyin", (found.region.code,))
        printed = sector.printed and found.kind != "none"
        full = query.name if printed else f"{found.region.name}{own}{sector.named.endings[ending]}"
        return _agency(query, found.region, sector, full, query.name if found.kind != "none" else full, suffix)
    return None


def _split_own_name(query: Query, body: str, sector: Sector) -> tuple[_Found | NoPlace, str]:
    """Part 广州市荔湾区人民政府南源 into the region, as much as can be, and the own name."""
    regions = query.register.regions
    # 东湖高新区 is not 东湖区's: a bare name counts only for a city or province.
    leaf = bool(sector.named and sector.named.leaf)
    kinds = UNMISTAKABLE if leaf else ANY_KIND
    for end in range(len(body) - 1, 1, -1):
        place = read_place(regions, body[:end], query.year, query.hint, kinds)
        own = body[end:].removeprefix(regions.rules.government)
        if (
            isinstance(place, Naming)
            and place.kind == "stem"
            and not _may_be_bare(query, body[:end], place, own, sector)
        ):
            continue
        if isinstance(place, NoPlace) and kinds == ANY_KIND and query.hint is None:
            place = read_place(regions, body[:end], query.year, None, UNMISTAKABLE)
        if place is not None:
            found = place if isinstance(place, NoPlace) else _Found(regions.by_code[place.interval.code], place.kind)
            return found, own
    return _from_hint(query, ""), body


def _may_be_bare(query: Query, text: str, place: Naming, own: str, sector: Sector) -> bool:
    """Tell whether the bare name of a city or province may stand before an own name.

    It may where it was found there, behind its province (山东省青岛), or with nothing between it and the kind of zone
    (荆州高新技术产业开发区): 中山陵风景区 is not 中山市's.
    """
    if place.interval.level == "county":
        return False
    if query.hint is not None or (sector.named and own in {*sector.named.own, *sector.named.own.values()}):
        return True
    regions = query.register.regions
    return any(
        isinstance(read_place(regions, text[:end], query.year, None, UNMISTAKABLE), Naming)
        for end in range(len(text) - 1, 1, -1)
    )


def _own_name(query: Query, text: str, sector: Sector) -> str:
    """Return an own name with its abbreviated ending written out, or "" where the text cannot be one."""
    rules = query.register.regions.rules
    if sector.named is None or not _OWN_NAME.fullmatch(text) or any(word in text for word in rules.never_in_own_name):
        return ""
    if any(text.find(word, 2, -1) >= 0 for word in rules.division_endings):
        return ""
    if not sector.named.own:
        return text
    ending = max((word for word in sector.named.own if text.endswith(word)), key=len, default="")
    return text.removesuffix(ending) + sector.named.own[ending] if ending else ""


def _branch(query: Query) -> Agency | Unidentified | None:
    """南昌市公安局东湖分局: a city's organ in one of its districts. The name is kept as it is printed."""
    sectors, regions = query.register.sectors, query.register.regions
    body = query.name.removesuffix(regions.rules.branch)
    if body == query.name:
        return None
    for start in range(len(body)):
        for end in range(min(len(body) - 2, start + sectors.longest), start, -1):
            known = sectors.by_name.get(body[start:end])
            city = _region(query, body[:start]) if known else None
            if known is None or not isinstance(city, _Found):
                continue
            place = read_place(regions, body[end:], query.year, city.region)
            if isinstance(place, NoPlace):
                return _fail(query, place)
            if place is None or place.interval.code == city.region.code or place.interval.level != "county":
                continue
            region = regions.by_code[place.interval.code]
            full = f"{full_name(city.region, known)}{body[end:]}{regions.rules.branch}"
            return _agency(query, region, known.sector, full, query.name if city.kind != "none" else full)
    return None


def _region(query: Query, text: str) -> _Found | NoPlace | None:
    """Read what stands before the name of a sector: names of divisions, nothing, or a bare 市. None: it is something else."""
    regions = query.register.regions
    text = text.removeprefix(regions.rules.state).removeprefix(regions.rules.party)
    if not text or text in regions.rules.bare:
        return _from_hint(query, text)
    place = read_place(regions, text, query.year, query.hint)
    if place is None or isinstance(place, NoPlace):
        return place
    return _Found(regions.by_code[place.interval.code], place.kind)


def _from_hint(query: Query, bare: str) -> _Found | NoPlace:
    """Take the region from the hint: itself, or for a bare 市 the nearest that is called so."""
    if query.hint is not None and query.hint.code != NATION:
        for region in (query.hint, *query.register.regions.ancestors(query.hint.code)):
            if region.name.endswith(bare):
                return _Found(region, "none")
    return NoPlace("no_region", ())


def _fail(query: Query, failure: NoPlace) -> Unidentified:
    return Unidentified(query.name, failure.reason, failure.candidates)


def _of_region(query: Query, found: _Found, known: SectorName) -> Agency | Unidentified:
    if not is_usual(known, found.region):
        return Unidentified(query.name, "level_mismatch", (found.region.code,))
    printed = known.sector.printed and found.kind != "none"
    full = query.name if printed else full_name(found.region, known)
    return _agency(query, found.region, known.sector, full, query.name if found.kind != "none" else full)


def full_name(region: Region, known: SectorName) -> str:
    """Return the name of a region's agency of that kind, behind its central organ where it carries one."""
    if region.code == NATION:
        return known.full
    superior = known.sector.superior
    leading = superior.name if superior and not known.sector.printed else ""
    return f"{leading}{region.name}{known.full}"


def _agency(query: Query, region: Region, sector: Sector, name: str, printed: str, suffix: str = "") -> Agency:
    return Agency(
        agency_id=".".join(filter(None, [region.code, sector.sector, suffix])),
        name=name,
        aliases=(printed,) if printed != name else (),
        region_code=region.code,
        sector=sector.sector,
        level=level_of(sector, region),
    )


def level_of(sector: Sector, region: Region) -> str:
    """Return the level of an agency: its region's, but `township` for towns and streets."""
    return "township" if sector.named and sector.named.leaf else region.level


def _failure(query: Query) -> Unidentified:
    """Say what is missing: the kind of agency, or the region that a known kind stands behind."""
    sectors = query.register.sectors
    for start in range(len(query.name)):
        if query.name[start:] in sectors.by_name:
            return Unidentified(query.name, "no_region", _leading_region(query, query.name[:start]))
    return Unidentified(query.name, "unknown_sector", _leading_region(query, query.name))


def _leading_region(query: Query, text: str) -> tuple[str, ...]:
    """Return the code of the region with which a text begins, for whoever settles the matter by hand."""
    for end in range(len(text) - 1, 1, -1):
        place = read_place(query.register.regions, text[:end], query.year, query.hint, UNMISTAKABLE)
        if place is not None:
            return place.candidates if isinstance(place, NoPlace) else (place.interval.code,)
    return ()


def _pinyin(own: str) -> str | None:
    # Imported here: its dictionaries take a quarter of a second, and most runs meet no town.
    from pypinyin import lazy_pinyin

    joined = "".join(lazy_pinyin(own))
    return joined if re.fullmatch(r"[a-z]+", joined) else None
