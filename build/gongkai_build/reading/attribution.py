"""Whose report it is and for which year: what the document says of itself, held against the register."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from gongkai_build.reading.fold import plain
from gongkai_build.reading.identity import Identity
from gongkai_build.reading.owners import LINE, OTHER, OWN, PART, WORD, Owner
from gongkai_build.reading.place import Issue
from gongkai_build.reading.titles import identity_words, parse_title
from gongkai_build.register.agencies import Agency, Register, Unidentified, identify
from gongkai_build.register.names import is_self_reference
from gongkai_build.register.regions import NATION

FIRST_YEAR = 2008
LONGEST_PERIOD = 370
"""Days of a period that is still one year; a stated one can begin or end a few days off."""
LONGEST_LINE = 90
"""Characters of a line that can be a title, an entry of the information box, an address or a signature."""
FEWEST_MENTIONS = 3
"""How often the text must name the division above one of several regions of one name."""


@dataclass(frozen=True)
class Context:
    """Where a document speaks of itself, for names that several regions bear."""

    near: str
    """Folded: title, first and last lines that are no sentences, the name of the site."""
    text: str
    """Folded: all of its lines."""
    site: str = ""
    """Folded: the name of the portal, as its software writes it into the page."""


@dataclass(frozen=True)
class _Named:
    """A name in the document, where it stands, and what it leads to."""

    place: str
    name: str
    result: Agency | Unidentified


def find_year(identity: Identity, title_hint: str | None, issues: list[Issue]) -> int | None:
    """Return the report year: what the title says, else the period.

    Where both speak and disagree, a third witness decides: the year before signature or publication, or the title of the link. An issue says
    so. A title of two years, or a period of more than one, tells no year.
    """
    start, end = identity.period or (None, None)
    titled = identity.title.year if identity.title else None
    stated = end.year if end else identity.mangled_year
    if start and end and (end - start).days > LONGEST_PERIOD:
        issues.append(Issue("year_conflict", "", f"the stated period is no year: {start} to {end}"))
        stated = None
    if identity.title and len(identity.title.years) > 1:
        years = ", ".join(map(str, identity.title.years))
        issues.append(
            Issue("year_conflict", "", f"the title names the years {years}, the stated period is of {stated}")
        )
        return stated if stated in identity.title.years else None
    linked = parse_title(title_hint) if title_hint else None
    if stated is None or titled is None or stated == titled:
        year = titled or stated
        if year and linked and linked.year and linked.year != year:
            issues.append(Issue("year_conflict", "", f"the report says {year}, the link to it {linked.year}"))
        return year if year and year >= FIRST_YEAR else None
    dates = (day.year - 1 for day in (identity.signed_on, identity.published_on) if day)
    witnesses = {*dates, *([linked.year] if linked and linked.year else [])}
    decided = {titled, stated} & witnesses
    issues.append(Issue("year_conflict", "", f"the title says {titled}, the stated period ends in {stated}"))
    return decided.pop() if len(decided) == 1 else None


def find_agency(
    identity: Identity,
    register: Register,
    year: int,
    region_hint: str | None,
    context: Context,
    issues: list[Issue],
) -> Agency | None:
    """Find the agency by what names it. A name that cannot be told for certain is an issue, not a guess.

    The title decides. Where it names an agency that is not told by it alone (科技局), the signature, the information box or the caption of the
    tables may complete the name, not replace it; where it names none, they decide, if they agree.
    """
    titled = identity.title.agency if identity.title else ""
    if is_self_reference(titled, register.regions.rules):
        # 我局: a title that names no one.
        titled = ""
    names = [("title", titled)] * bool(titled)
    names += [("signature", name) for name in identity.signatories]
    names += [("publisher", name) for name in identity.publishers]
    names += [("caption", name) for name in identity.captions]
    # 来源 is the portal's name as often as the agency's: it may complete what the title names, and nothing else.
    names += [("source", name) for name in identity.sources if titled and name.endswith(titled)]
    found = [_Named(place, name, identify(register, name, year=year, region_hint=region_hint)) for place, name in names]
    chosen = _decide(found, titled)
    if not chosen:
        settled = [_by_context(named, identity, register, year, context) for named in found]
        chosen = _decide(settled, titled)
        if chosen:
            issues.append(Issue("agency_by_context", "", f"{chosen.name}: {_agency_id(chosen)} by {chosen.place}"))
            found = settled
    if not chosen or not isinstance(chosen.result, Agency):
        tried = "; ".join(f"{named.place} {named.name}: {_outcome(named.result, register)}" for named in found)
        issues.append(Issue("agency_unknown", "", tried or "nothing in the document names an agency"))
        return None
    _contradictions(chosen, found, titled, issues)
    return chosen.result


def check_codes(identity: Identity, agency: Agency | None, register: Register, issues: list[Issue]) -> str | None:
    """Return the credit code that the document prints, where it is one and not of another region than the agency's.

    Codes that stand no check, and one of another region, are issues.
    """
    issues += [Issue("credit_code_wrong", "", f"{code} stands no check") for code in identity.wrong_codes]
    codes = {code.code for code in identity.credit_codes}
    if agency:
        elsewhere = [
            code for code in identity.credit_codes if not _is_near(code.region_code, agency.region_code, register)
        ]
        issues += [
            Issue(
                "agency_conflict", "", f"{agency.agency_id}, but the credit code {code.code} is of {code.region_code}"
            )
            for code in elsewhere
        ]
        codes -= {code.code for code in elsewhere}
    return codes.pop() if len(codes) == 1 else None


def standing_of(
    owner: Owner, identity: Identity, agency: Agency | None, register: Register, region_hint: str | None, year: int
) -> str:
    """Say whether a table of that owner is the agency's own (`own`), another's (`other`), or of a part that it is not told of (`part`)."""
    if owner.said_by == WORD:
        return OTHER if owner.name in identity_words()["other_parts"] else PART
    result = identify(register, owner.name, year=year, region_hint=agency.region_code if agency else region_hint)
    if isinstance(result, Agency) and agency:
        return OWN if result.agency_id == agency.agency_id else OTHER
    titled = identity.title.agency if identity.title else ""
    own = [name for name in (titled, *((agency.name, *agency.aliases) if agency else ())) if name]
    if any(name.endswith(owner.name) or owner.name.endswith(name) for name in own):
        return OWN
    if isinstance(result, Agency):
        return OTHER
    return OWN if owner.said_by == LINE else PART


def _decide(found: Sequence[_Named], titled: str) -> _Named | None:
    """Choose the name that tells the agency; None where none does, or where those that do disagree and no title decides."""
    if titled and isinstance(found[0].result, Agency):
        return found[0]
    told = [named for named in found if isinstance(named.result, Agency) and named.name.endswith(titled)]
    return told[0] if len({_agency_id(named) for named in told}) == 1 else None


def _contradictions(chosen: _Named, found: Sequence[_Named], titled: str, issues: list[Issue]) -> None:
    """Tell which names lead to another agency than the one chosen. The title alone, if certain, is held against all others."""
    certain = bool(titled) and isinstance(found[0].result, Agency)
    told = {
        _agency_id(named): f"{named.place} {named.name}"
        for named in reversed(found)
        if isinstance(named.result, Agency) and (certain or named.name.endswith(titled))
    }
    others = [f"{agency_id} by {other}" for agency_id, other in sorted(told.items()) if agency_id != _agency_id(chosen)]
    if others:
        detail = f"{_agency_id(chosen)} by {chosen.place} {chosen.name}, but {'; '.join(others)}"
        issues.append(Issue("agency_conflict", "", detail))


def _by_context(named: _Named, identity: Identity, register: Register, year: int, context: Context) -> _Named:
    """Settle a name that lacks its region, or that several regions bear, by the credit code or by the divisions above."""
    if not isinstance(named.result, Unidentified):
        return named
    coded = {code.region_code for code in identity.credit_codes} & set(register.regions.by_code) - {NATION}
    if named.result.reason == "ambiguous_region":
        left = [code for code in named.result.candidates if any(_is_near(each, code, register) for each in coded)]
        witness = "credit code"
        if not coded:
            left, witness = (
                _named_above(named.result.candidates, register, context),
                "the divisions above it in the text",
            )
    elif named.result.reason == "no_region" and not named.result.candidates:
        left, witness = sorted(coded), "credit code"
        if not coded:
            left, witness = _region_of_site(context.site, register, year), "the name of the portal"
    else:
        return named
    if len(left) != 1:
        return named
    result = identify(register, named.name, year=year, region_hint=left[0])
    return _Named(f"{named.place} and {witness}", named.name, result)


def _region_of_site(site: str, register: Register, year: int) -> list[str]:
    """Return the region of the government whose portal a name tells, if it tells one for certain."""
    words = identity_words()
    ending = next((word for word in words["site_endings"] if site.endswith(word)), "")
    named = identify(register, site.removesuffix(ending), year=year) if site else None
    whole = isinstance(named, Agency) and named.sector in ("government", "township")
    return [named.region_code] if whole and isinstance(named, Agency) else []


def _named_above(candidates: Sequence[str], register: Register, context: Context) -> list[str]:
    """Return the candidate whose divisions above are named: if those of no other are, and it is no passing mention."""
    above = {
        code: {region.name for region in register.regions.ancestors(code) if region.code != NATION}
        for code in candidates
    }
    shared = Counter(name for names in above.values() for name in names)
    named = []
    for code, names in above.items():
        # 江苏省 does not tell 鼓楼区 in 南京市 from 鼓楼区 in 徐州市.
        own = [name for name in names if shared[name] == 1]
        near, often = (sum(text.count(name) for name in own) for text in (context.near, context.text))
        if near or often:
            named.append((code, near > 0 or often >= FEWEST_MENTIONS))
    return [code for code, enough in named if enough] if len(named) == 1 else []


def _is_near(one: str, other: str, register: Register) -> bool:
    """Tell whether two regions are one, or one lies in the other; a code that is no region's speaks against nothing."""
    regions = register.regions
    if one not in regions.by_code or one == NATION or other == NATION:
        return True
    lines = [{code, *(region.code for region in regions.ancestors(code))} for code in (one, other)]
    return one in lines[1] or other in lines[0]


def _agency_id(named: _Named) -> str:
    return named.result.agency_id if isinstance(named.result, Agency) else ""


def _outcome(result: Agency | Unidentified, register: Register) -> str:
    if isinstance(result, Agency):
        return result.agency_id
    names = ", ".join(f"{code} {register.regions.by_code[code].full_name}" for code in result.candidates)
    return f"{result.reason} ({names})" if names else result.reason


def context_of(lines: Sequence[str], near: Sequence[str], site: str = "") -> Context:
    """Fold the lines of a document for finding the names of divisions in them."""
    short = [folded for line in near if len(folded := plain(line)) <= LONGEST_LINE and "。" not in folded]
    return Context("\n".join(short), "\n".join(map(plain, lines)), plain(site))
