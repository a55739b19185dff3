"""The words that stand around figures and labels: headings, furniture, units, signs, words for nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Vocabulary:
    """Words of Simplified Chinese, to be compared with folded text."""

    sections: Mapping[int, tuple[str, ...]]
    heading_prefixes: tuple[str, ...]
    table_furniture: frozenset[str]
    remark_columns: frozenset[str]
    page_furniture: frozenset[str]
    page_openings: tuple[str, ...]
    page_ends: frozenset[str]
    officials: tuple[str, ...]
    other_times: tuple[str, ...]
    limiting_words: tuple[str, ...]
    years_in_labels: Mapping[str, int]
    """Words for which a label may print the year itself → years from the report's to that one."""
    parts_of_rows: tuple[str, ...]
    particles: str
    compared: tuple[str, ...]
    blank_words: frozenset[str]
    approximate: tuple[str, ...]
    increase: tuple[str, ...]
    decrease: tuple[str, ...]
    count_units: tuple[str, ...]
    money_units: Mapping[str, int]
    """Unit of money → how many yuan one of it is."""


@cache
def load_vocabulary() -> Vocabulary:
    """Read vocabulary.yml."""
    data = yaml.safe_load((Path(__file__).parent / "vocabulary.yml").read_text(encoding="utf-8"))
    return Vocabulary(
        sections={number: tuple(headings) for number, headings in data["sections"].items()},
        heading_prefixes=tuple(data["heading_prefixes"]),
        table_furniture=frozenset(data["table_furniture"]),
        remark_columns=frozenset(data["remark_columns"]),
        page_furniture=frozenset(data["page_furniture"]),
        page_openings=tuple(data["page_openings"]),
        page_ends=frozenset(data["page_ends"]),
        officials=tuple(data["officials"]),
        other_times=tuple(data["other_times"]),
        limiting_words=tuple(data["limiting_words"]),
        years_in_labels=data["years_in_labels"],
        parts_of_rows=tuple(data["parts_of_rows"]),
        particles=data["particles"],
        compared=tuple(data["compared"]),
        blank_words=frozenset(data["blank_words"]),
        approximate=tuple(data["approximate"]),
        increase=tuple(data["increase"]),
        decrease=tuple(data["decrease"]),
        count_units=tuple(sorted(data["count_units"], key=len, reverse=True)),
        money_units={unit: data["money_units"][unit] for unit in sorted(data["money_units"], key=len, reverse=True)},
    )
