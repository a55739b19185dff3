"""Cells of tables as HTML. A page has hundreds of them, and macros of a template would take longer than all the rest of the page."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from markupsafe import Markup, escape

from gongkai_site.form import Cell
from gongkai_site.language import Say
from gongkai_site.measures import Line, Value

PLACE_WORDS = ("page", "table", "row", "column", "line")


def place_in_words(place: str | None, say: Say) -> str:
    """Say where something stands: `table 6, row 4, column 12`, `line 3`; any other place as it is."""
    parts = []
    for part in (place or "").split(", "):
        word, _, number = part.partition(" ")
        known = word in PLACE_WORDS and number.isdigit()
        parts.append(say(f"place_part.{word}", number=number) if known else part)
    return say("place_part.between").join(parts)


def figure_text(cell: Cell, say: Say) -> str:
    """Return what is shown of a figure: the number with its unit, or the sign of a blank or unclear one."""
    if cell.state in ("value", "zero"):
        return f"{cell.text} {say('unit.yuan')}" if cell.unit == "yuan" else cell.text
    return {"blank": "—", "unclear": say("state.unclear_word")}.get(cell.state, "")


def check_marks(numbers: Iterable[int], rules: Mapping[int, str]) -> Markup:
    """Return the numbers of failed checks, raised, each with its rule in words and leading to its check."""
    link = Markup('<a href="#check-{}" title="{}">{}</a>')
    links = Markup(",").join(link.format(number, rules[number], number) for number in numbers)
    return Markup("<sup>{}</sup>").format(links) if links else links


def inside(cell: Cell, evidence: str, rules: Mapping[int, str], say: Say, with_raw: bool = True) -> Markup:
    """Return what stands in a cell of a report.

    The figure leads to the document; behind it stand the failed checks that concern it and, where that is not the same and the table has no column for it, what is printed.
    """
    html = escape(figure_text(cell, say))
    if cell.place:
        html = _link(evidence, cell.item_id, cell.party, html)
    if cell.corrected:
        html += Markup('<a href="#corrections" title="{}">†</a>').format(say("state.corrected"))
    html += check_marks(cell.failed, rules)
    if with_raw and cell.raw and (cell.corrected or cell.state == "unclear" or (cell.unit == "yuan" and cell.value)):
        html += Markup('<span class="raw" lang="zh">“{}”</span>').format(cell.raw)
    return html


def report_cell(cell: Cell, evidence: str, rules: Mapping[int, str], say: Say) -> Markup:
    """Return a cell of the form: its look tells what it is, its title also what is printed, and where."""
    title = say(f"state.{cell.state}")
    if cell.raw:
        title += f" · {say('report.raw')}: {cell.raw}"
    if cell.place:
        title += f" · {place_in_words(cell.place, say)}"
    look = f"cell-{cell.state} failed" if cell.failed else f"cell-{cell.state}"
    return _cell(look, title, inside(cell, evidence, rules, say))


def year_cells(line: Line | None, years: Iterable[int], evidence: str, say: Say) -> Markup:
    """Return the cells of a line of figures over the years; `evidence` is the address that a report's id completes."""
    return Markup("").join(_year_cell(line, year, evidence, say) for year in years)


def _year_cell(line: Line | None, year: int, evidence: str, say: Say) -> Markup:
    value = line.values.get(year) if line else None
    if not line or not value:
        return _cell("cell-not_printed", say("series.not_printed"))
    look, title = f"cell-{value.state}", say(f"state.{value.state}")
    if year in line.breaks:
        look, title = f"{look} break", f"{title} · {say('series.break')}"
    return _cell(look, title, _year_value(value, line, evidence, say))


def _year_value(value: Value, line: Line, evidence: str, say: Say) -> Markup:
    signs = {"blank": "—", "unclear": say("state.unclear_word"), "partial": "?"}
    html = escape(signs.get(value.state, "") if value.value is None else f"{value.value:,}")
    if value.report_id:
        html = _link(evidence + value.report_id, line.measure.item, line.measure.party, html)
    if value.known < value.reports and value.state != "not_printed":
        html += Markup('<span class="gloss">{}/{}</span>').format(value.known, value.reports)
    return html


# Not with Markup.format, which is ten times as slow: what is filled in is escaped here.
def _cell(look: str, title: str, html: str = "") -> Markup:
    return Markup(f'<td class="{look}" title="{escape(title)}">{html}</td>')


def _link(evidence: str, item: str, party: str, html: Markup) -> Markup:
    address = f"{evidence}?{urlencode({'item': item, 'party': party})}"
    return Markup(f'<a class="figure" href="{escape(address)}">{html}</a>')
