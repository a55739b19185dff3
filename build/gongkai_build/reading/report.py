"""A document → the report that it is: whose, for which year, on which form, with which figures, sections and issues."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gongkai_build.documents import Document, Line, read_document
from gongkai_build.documents.deadline import within
from gongkai_build.forms import load_forms
from gongkai_build.forms.indicators import INDICATOR_FORM
from gongkai_build.reading.align import align
from gongkai_build.reading.alignment import Alignment
from gongkai_build.reading.attribution import Context, check_codes, context_of, find_agency, find_year, standing_of
from gongkai_build.reading.clones import Source, signs_of_a_clone
from gongkai_build.reading.fold import label_core, traditional_share
from gongkai_build.reading.identity import Identity, front_lines, read_identity, tail_lines
from gongkai_build.reading.indicator_labels import may_hold_indicators
from gongkai_build.reading.indicators import Indicators, read_indicators
from gongkai_build.reading.labels import distinctive_labels, is_foreign, load_labels
from gongkai_build.reading.narrative import read_narrative
from gongkai_build.reading.navigation import without_navigation
from gongkai_build.reading.officials import lines_of_officials
from gongkai_build.reading.pieces import join_pieces
from gongkai_build.reading.place import Figure, Issue, of_agency, of_year, place
from gongkai_build.reading.sections import Section, first_report, read_sections, report_lines
from gongkai_build.reading.stated import reconcile
from gongkai_build.reading.titles import FrontLine, identity_words
from gongkai_build.reading.tokens import VALUE, WORDS, Token, tokens_of
from gongkai_build.reading.values import is_value
from gongkai_build.register.agencies import Agency, Register, agency_from_id

NARRATIVE_FORM = "2008"
NARRATIVE_READER = "narrative"
COMPUTING_SECONDS = 9
"""A report takes a hundredth of it; a document that takes more is made to."""
FEWEST_INDICATORS = 4
"""A table of form 2014 has more; a few of its labels stand in sentences and in tables of an agency's own."""
LINES_NEAR_THE_TITLE = 20
"""Lines at the beginning in which a document speaks of itself."""
TRADITIONAL_SHARE = 0.03
"""A text in which more of the characters are Traditional than this is in Traditional script: quotations stay far below it."""


UNKNOWN_SOURCE = Source()


class NotAReport(Exception):
    """The document is no annual report; the message says what is missing."""


@dataclass(frozen=True)
class Report:
    """A report as read from one document."""

    agency: Agency | None
    """None when the agency cannot be told for certain; `issues` then says why."""
    year: int | None
    """None when the document does not tell it."""
    form: str
    title: str | None
    """None when the document has none, or several between which nothing decides."""
    script: str
    reader: str
    published_on: date | None
    signed_on: date | None
    period: tuple[date, date] | None
    figures: tuple[Figure, ...]
    sections: tuple[Section, ...]
    credit_code: str | None
    """The agency's unified social credit code, where the document prints it."""
    issues: tuple[Issue, ...]
    stated: tuple[Figure, ...] = ()
    """What its sentences state of figures that its tables print; for the checks."""

    @property
    def clone(self) -> Issue | None:
        """What shows that the document is a hijacked copy, or None."""
        return next((issue for issue in self.issues if issue.kind == "clone"), None)

    @property
    def report_id(self) -> str | None:
        """agency_id.year, or None when the agency is unknown or the document is no whole report."""
        return f"{self.agency.agency_id}.{self.year}" if self.agency and not self.lacks else None

    @property
    def lacks(self) -> str | None:
        """Why the document, though it has tables of a form, can stand for no report; None when it can."""
        return next((issue.detail for issue in self.issues if issue.kind == "not_a_report"), None)


def read_body(
    body: bytes,
    register: Register,
    *,
    media_type: str | None = None,
    charset: str | None = None,
    agency_id: str | None = None,
    region_hint: str | None = None,
    title_hint: str | None = None,
    source: Source = UNKNOWN_SOURCE,
) -> Report:
    """Read the bytes of a document as a report.

    Raises: UnreadableDocument or NotAReport, saying what is wrong.
    """
    agency = agency_from_id(register, agency_id) if agency_id else None
    with within(COMPUTING_SECONDS):
        document = read_document(body, media_type=media_type, charset=charset)
        return read_report(
            document, register, agency=agency, region_hint=region_hint, title_hint=title_hint, source=source
        )


def read_report(
    document: Document,
    register: Register,
    *,
    agency: Agency | None = None,
    region_hint: str | None = None,
    title_hint: str | None = None,
    source: Source = UNKNOWN_SOURCE,
) -> Report:
    """Read a document as an annual report.

    Args:
        document: its blocks.
        register: regions and sectors.
        agency: the agency, when whoever handed the document in has told it.
        region_hint: region of the portal on which the document stands, for agencies that are named without theirs.
        title_hint: title under which a list linked to the document.
        source: where it comes from.

    A clone of a report is read too, so that what it holds can be seen; the issue `clone` says that it is no source of record.

    Tables of a form without a title or a year (a part of a report, a table alone) are read, with the issue `not_a_report`.

    Raises: NotAReport when the document has no title of a report or no year, and no table of a form; or neither figures nor sections.
    """
    lines = [block for block in document.blocks if isinstance(block, Line)]
    article = without_navigation(document)
    tokens = tokens_of(article)
    alignment = best_alignment(tokens)
    indicators = best_indicators(tokens, alignment)
    alignment = None if indicators else alignment
    consumed = indicators.consumed if indicators else alignment.consumed if alignment else set()
    own_lines = [block for block in article.blocks if isinstance(block, Line)]
    consumed |= lines_of_officials(own_lines)
    text, other_reports = first_report(report_lines(own_lines, consumed))
    sections = read_sections(text)
    first = _first_heading(sections, lines)
    front = front_lines(document, first)
    identity = read_identity(document, front, tail_lines(text), [line.text for line in text], title_hint)
    issues = [Issue("other_report", f"line {line.number}", line.text.strip()) for line in other_reports]
    issues += [Issue("part_unread", "", note) for note in document.notes]
    year = find_year(identity, title_hint, issues)
    if identity.title is None or year is None:
        if not alignment or not any(is_value(cell.text) for row in alignment.rows for cell in row.cells):
            raise NotAReport(_what_is_missing(identity))
        issues.append(Issue("not_a_report", "", _what_is_missing(identity)))
        return _tables_alone(alignment, identity, year, _script(lines, document), sections, issues)
    context = _context(document, front, text, title_hint)
    found = agency or find_agency(identity, register, year, region_hint, context, issues)
    credit_code = check_codes(identity, found, register, issues)
    if alignment and not alignment.evidence:
        alignment = best_alignment(tokens, year) or alignment
        issues.append(Issue("form_by_year", "", f"no label tells the form; for {year} it is {alignment.form.form}"))
    stated: tuple[Figure, ...] = ()
    if indicators:
        indicators = read_indicators(tokens, year)
        form, reader = (
            INDICATOR_FORM,
            indicators.layouts.most_common(1)[0][0] if indicators.layouts else NARRATIVE_READER,
        )
        sentences, problems = read_narrative(sections, year, form=form, agency=identity.title.agency)
        together = reconcile(indicators.figures, sentences, (*indicators.issues, *problems))
        figures: Sequence[Figure] = together.figures
        stated = together.stated
        issues += together.issues
    elif alignment:
        alignment, other_years = of_year(alignment, year, identity.title.year)
        issues += other_years
        owners = dict.fromkeys(row.owner for row in alignment.rows if row.owner)
        standings = {each: standing_of(each, identity, found, register, region_hint, year) for each in owners}
        alignment, other_agencies = of_agency(alignment, standings)
        issues += other_agencies
        placed = join_pieces(place(alignment), alignment.form)
        form, reader = alignment.form.form, placed.layouts.most_common(1)[0][0] if placed.layouts else NARRATIVE_READER
        sentences, problems = read_narrative(sections, year, form=form, agency=identity.title.agency)
        together = reconcile(placed.figures, sentences, (*placed.issues, *problems))
        figures = together.figures
        stated = together.stated
        issues += together.issues
    else:
        form, reader = NARRATIVE_FORM, NARRATIVE_READER
        figures, problems = read_narrative(sections, year, form=form, agency=identity.title.agency)
        issues += problems
        if not figures and len(sections) < 2:
            raise NotAReport("it has the title of a report, but neither figures nor sections")
        if not figures:
            issues.append(Issue("no_figures", "", "no table and no sentence with a figure was found"))
    titles = [text for text in (identity.title.text, document.title, title_hint) if text]
    signs = signs_of_a_clone("\n".join(line.text for line in lines), titles, identity.title.agency, source)
    if signs:
        issues.append(Issue("clone", "", signs))
    return Report(
        agency=found,
        year=year,
        form=form,
        title=identity.title.text,
        script=_script(lines, document),
        reader=reader,
        published_on=identity.published_on,
        signed_on=identity.signed_on,
        period=identity.period,
        figures=tuple(sorted(figures, key=lambda figure: (figure.item_id, figure.party))),
        stated=stated,
        sections=sections,
        credit_code=credit_code,
        issues=tuple(issues),
    )


def _tables_alone(
    alignment: Alignment,
    identity: Identity,
    year: int | None,
    script: str,
    sections: tuple[Section, ...],
    issues: Sequence[Issue],
) -> Report:
    """Read the tables of a document that has no title or no year: figures to look at, of nobody's report."""
    placed = place(alignment)
    return Report(
        agency=None,
        year=year,
        form=alignment.form.form,
        title=identity.title.text if identity.title else None,
        script=script,
        reader=placed.layouts.most_common(1)[0][0] if placed.layouts else NARRATIVE_READER,
        published_on=identity.published_on,
        signed_on=identity.signed_on,
        period=identity.period,
        figures=tuple(sorted(placed.figures, key=lambda figure: (figure.item_id, figure.party))),
        sections=sections,
        credit_code=None,
        issues=(*issues, *placed.issues),
    )


def best_alignment(tokens: Sequence[Token], year: int | None = None) -> Alignment | None:
    """Align a document's cells to each tabular form; the labels that only one form prints decide, then the report year, then the rows found."""
    alignments = _alignments(tokens)
    in_force = max((form.form for form in load_forms() if year and form.form <= str(year)), default=None)
    best = max(alignments, key=lambda found: (len(found.evidence), found.form.form == in_force, len(found.rows)))
    return best if best.rows else None


def _alignments(tokens: Sequence[Token]) -> list[Alignment]:
    """Align a stream of cells to the forms, the older first, leaving out those of which fewer labels stand in it than another form has found."""
    texts = {token.text for token in tokens if token.content in (VALUE, WORDS)}
    printed = {label_core(text) for text in texts if not text.isascii() and not is_foreign(text)}
    most = {form.form: len(distinctive_labels(form.form) & printed) for form in load_forms()}
    alignments: list[Alignment] = []
    for form in sorted(most, key=lambda form: -most[form]):
        if all(len(found.evidence) <= most[form] for found in alignments):
            alignments.append(align(tokens, load_labels(form)))
    return sorted(alignments, key=lambda found: found.form.form)


def best_indicators(tokens: Sequence[Token], other: Alignment | None) -> Indicators | None:
    """Read the table of form 2014; None where the document has none, or more rows of another form (`other`)."""
    if not may_hold_indicators(tokens):
        return None
    found = read_indicators(tokens)
    rows = len(other.rows) if other else 0
    return found if len(found.figures) >= FEWEST_INDICATORS and len(found.figures) > rows else None


def _first_heading(sections: Sequence[Section], lines: Sequence[Line]) -> int | None:
    if len(sections) < 2:
        return None
    heading = sections[1].heading
    return next((line.number for line in lines if line.text.strip().lstrip("?？") == heading), None)


def _what_is_missing(identity: Identity) -> str:
    if identity.about:
        return f"it speaks of reports and is none: {identity.about}"
    if identity.titles:
        return (
            f"titles of different reports stand before its text: {'; '.join(title.text for title in identity.titles)}"
        )
    if identity.title is None:
        return "no title of an annual report (政府信息公开…报告) was found in it"
    return f"its title ({identity.title.text}) and its text state no year, or different ones"


def _context(document: Document, front: Sequence[FrontLine], text: Sequence[Line], title_hint: str | None) -> Context:
    meta = document.meta or {}
    outer = [value for value in (document.title, title_hint, meta.get("SiteName"), meta.get("ContentSource")) if value]
    near = [*outer, *(line.text for line in front[:LINES_NEAR_THE_TITLE]), *tail_lines(text)]
    site = next((content for name, content in meta.items() if name.lower() in identity_words()["site_tags"]), "")
    return context_of([line.text for line in text], near, site)


def _script(lines: Sequence[Line], document: Document) -> str:
    text = "".join(line.text for line in lines)
    return "Hant" if traditional_share(text[:20000]) > TRADITIONAL_SHARE else "Hans"
