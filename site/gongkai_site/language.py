"""The two languages of the pages: which one a visitor wants, and what the pages say in it."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import yaml
from datasette.utils.asgi import Request

LANGUAGES = ("zh", "en")
COOKIE = "gongkai_language"
STRINGS = Path(__file__).with_name("strings.yml")


class Say(Protocol):
    """Gives a text by its key, with its {names} filled in; where `count` is 1, the text under the key with `_one`, if there is one."""

    def __call__(self, key: str, /, **values: object) -> str:
        """Return the text; raises KeyError when there is none under the key."""


@cache
def load_strings() -> dict[str, dict[str, str]]:
    """Return all texts: key (as `home.title`) to language to text. A text that lacks a language is an error."""
    strings = dict(_flat("", yaml.safe_load(STRINGS.read_text(encoding="utf-8"))))
    lacking = [key for key, texts in strings.items() if set(texts) != set(LANGUAGES)]
    if lacking:
        raise ValueError(f"strings.yml: not in exactly the languages {', '.join(LANGUAGES)}: {', '.join(lacking)}")
    return strings


def speaker(language: str) -> Say:
    """Return the function that gives texts in a language."""
    strings = load_strings()

    def say(key: str, /, **values: object) -> str:
        if f"{key}_one" in strings and str(values.get("count")).lstrip("+-") == "1":
            key = f"{key}_one"
        text = strings[key][language]
        return text.format(**values) if values else text

    return say


def preferred(request: Request) -> str:
    """Return the language a visitor wants: the one chosen before (cookie), else the browser's, else Chinese."""
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return str(chosen)
    for wanted in sorted(_accepted(request.headers.get("accept-language", "")), key=lambda entry: -entry[1]):
        if wanted[0] in LANGUAGES:
            return wanted[0]
    return LANGUAGES[0]


def _accepted(header: str) -> Iterator[tuple[str, float]]:
    """Read an Accept-Language header: languages without their region, and their weights."""
    for entry in header.split(","):
        tag, _, weight = entry.strip().partition(";q=")
        try:
            yield tag.split("-")[0].lower(), float(weight or 1)
        except ValueError:
            continue


def _flat(prefix: str, branch: dict[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    for key, value in branch.items():
        path = f"{prefix}.{key}" if prefix else str(key)
        if set(value) & set(LANGUAGES):
            yield path, value
        else:
            yield from _flat(path, value)
