"""Form 2014, the annex 政府信息公开情况统计表: a list of indicators, each with its unit and one number."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from gongkai_build.forms.model import ALL_PARTIES

INDICATOR_FORM = "2014"
TOTAL = "total"


@dataclass(frozen=True)
class Indicator:
    """A line of the form; one without an item is a heading."""

    level: int
    label: str
    item: str | None = None
    unit: str | None = None
    """Unit as printed (条, 件, 万元)."""
    number: str = ""
    opening: str = ""
    note: str = ""
    aliases: tuple[str, ...] = ()
    name_en: str = ""

    @property
    def figure(self) -> tuple[str, str]:
        """The item and the party of its number; requests are counted over all applicants."""
        assert self.item is not None
        return self.item, TOTAL if self.item.startswith("requests.") else ALL_PARTIES


@dataclass(frozen=True)
class IndicatorForm:
    """The form: its lines in printed order, and the words of the table's header by the kind of their column."""

    form: str
    lines: tuple[Indicator, ...]
    headers: Mapping[str, tuple[str, ...]]

    def above(self, index: int) -> int | None:
        """Index of the line to which a line belongs, None at the top."""
        level = self.lines[index].level
        return next((other for other in range(index - 1, -1, -1) if self.lines[other].level < level), None)

    def groups(self, index: int) -> tuple[int, ...]:
        """Indexes of a line and of all lines to which it belongs, the nearest first."""
        above = self.above(index)
        return (index,) if above is None else (index, *self.groups(above))


@cache
def load_indicator_form() -> IndicatorForm:
    """Read 2014.yml."""
    data = yaml.safe_load((Path(__file__).parent / f"{INDICATOR_FORM}.yml").read_text(encoding="utf-8"))
    lines = tuple(Indicator(**{**entry, "aliases": tuple(entry.get("aliases", ()))}) for entry in data["lines"])
    return IndicatorForm(data["form"], lines, {kind: tuple(words) for kind, words in data["headers"].items()})
