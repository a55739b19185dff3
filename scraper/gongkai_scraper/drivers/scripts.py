"""What scripts of a page say, as far as it stands there in plain words: addresses, written HTML, objects of data.

Nothing is run. The patterns are of limited length, so that no page, however made, takes more than linear time.
"""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

LITERAL = r"""(?:'(?P<one>(?:\\.|[^'\\]){0,20000})'|"(?P<two>(?:\\.|[^"\\]){0,20000})")"""
SENT = re.compile(r"(?:location\.(?:replace|assign)|location(?:\.href)?\s{0,9}=)\s{0,9}\(?\s{0,9}" + LITERAL, re.DOTALL)
OPENED = re.compile(r"window\.open\s{0,9}\(\s{0,9}" + LITERAL, re.DOTALL)
CALLED = re.compile(r"[\w.$]{1,60}\s{0,9}\(\s{0,9}" + LITERAL, re.DOTALL)
WRITTEN = re.compile(r"document\.write(?:ln)?\(\s{0,9}" + LITERAL + r"\s{0,9}\)", re.DOTALL)
MOST_OBJECTS = 20
"""Places in which an object of data is looked for under its name."""
ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
PLAIN = {"n": "\n", "r": "\r", "t": "\t"}
PATH = re.compile(
    r"(?:https?:)?/{1,2}[\w.]|\.{1,2}/|[^\s(){};]{1,300}\.(?:s?html?|jsp|aspx?|pdf|docx?)(?:$|[?#])", re.I
)
FIELD = re.compile(r"""['"]?(\w{1,40})['"]?\s{0,9}:\s{0,9}(?:'([^'\n]{0,500})'|"([^"\n]{0,500})"|(-?\d{1,15}))""")


def opened_address(script: str) -> str:
    """Return the address that a link's script opens (`window.open('…')`, `show('/x.html')`); empty when none is told."""
    match = OPENED.search(script) or SENT.search(script)
    if match:
        return _value(match)
    return next((value for match in CALLED.finditer(script) if PATH.match(value := _value(match))), "")


def redirect_address(script: str) -> str:
    """Return the address to which a script sends whoever opens the page; empty when none is told."""
    match = SENT.search(script)
    return _value(match) if match else ""


def with_written(text: str) -> str:
    """Return a page with what its scripts write by `document.write` of plain words in the place of these scripts."""
    if "document.write" not in text:
        return text
    return "".join(_pieces(text))


def object_after(text: str, name: str) -> Any:
    """Return the first JSON value that stands after `name:` or `name =` in a script; None when there is none."""
    found = re.finditer(rf"""\b{re.escape(name)}['"]?\s{{0,9}}[:=]\s{{0,9}}(?=[\[{{])""", text)
    for match in islice(found, MOST_OBJECTS):
        try:
            return json.JSONDecoder().raw_decode(text, match.end())[0]
        except (ValueError, RecursionError):
            continue
    return None


def fields_of(text: str) -> dict[str, str]:
    """Return the names and plain values of an object as scripts write it: `{'webId':'1', perPage: 15}`."""
    return {
        match[1]: next(value for value in match.groups()[1:] if value is not None) for match in FIELD.finditer(text)
    }


def _pieces(text: str) -> Iterator[str]:
    lower, done = text.lower(), 0
    if len(lower) != len(text):  # some letters have no small letter of the same length
        lower = text
    while (start := lower.find("<script", done)) >= 0:
        end = lower.find("</script", start)
        close = lower.find(">", end)
        if end < 0 or close < 0:
            break
        yield text[done:start]
        script = text[start:end]
        written = "".join(_value(match) for match in WRITTEN.finditer(script)) if "document.write" in script else ""
        yield written or text[start : close + 1]
        done = close + 1
    yield text[done:]


def _value(match: re.Match[str]) -> str:
    return ESCAPE.sub(_unescape, match["one"] if match["one"] is not None else match["two"])


def _unescape(match: re.Match[str]) -> str:
    sign = match[1]
    if len(sign) > 1:
        code = int(sign[1:], 16)
        return "" if 0xD800 <= code < 0xE000 else chr(code)
    return PLAIN.get(sign, sign)
