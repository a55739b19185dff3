"""The data file `defaults.yml`: default rules of portal files, and the marks of refusals and missing pages."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field


class TitleRules(BaseModel):
    """Which titles of links are reports: those that contain one of `take` and none of `leave`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    take: tuple[str, ...]
    leave: tuple[str, ...]


class AttachmentRules(BaseModel):
    """Which linked documents are no part of a report: those whose titles contain one of `leave`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    leave: tuple[str, ...]


class Mark(BaseModel):
    """By what an answer is recognised: all that is given must fit."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    says: str
    status: tuple[int, ...] = ()
    text: str = ""
    title: tuple[str, ...] = ()


class Defaults(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    next: str
    titles: TitleRules
    digits: tuple[str, ...]
    nothing: tuple[str, ...]
    annual_categories: tuple[str, ...]
    list_units: tuple[str, ...]
    documents: tuple[str, ...]
    attachments: AttachmentRules
    challenges: tuple[Mark, ...]
    denials: tuple[Mark, ...]
    denials_in_a_row: int = Field(ge=1)
    missing: tuple[Mark, ...]


@cache
def load_defaults() -> Defaults:
    """Read `defaults.yml`."""
    text = (Path(__file__).parent / "defaults.yml").read_text(encoding="utf-8")
    return Defaults.model_validate(yaml.safe_load(text))
