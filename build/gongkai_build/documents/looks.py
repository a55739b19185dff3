"""What attributes and tags do to the look of an element of a page, as far as it changes what a reader sees: hidden, raised, shifted."""

import re
from collections.abc import Mapping
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

HIDES, RAISES, SHIFTS = "hides", "raises", "shifts"
SKIPPED = frozenset(
    {
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "iframe",
        "object",
        "svg",
        "select",
        "button",
        "s",
        "del",
        "strike",
    }
)
"""Elements of which nothing is shown as text of the page."""
RAISED = frozenset({"sup", "sub"})
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|line-through", re.IGNORECASE
)
_RAISED_STYLE = re.compile(r"vertical-align\s*:\s*super\b", re.IGNORECASE)
_SHIFTED_STYLE = re.compile(r"mso-text-raise\s*:\s*-?\d*\.?\d*[1-9]|vertical-align\s*:\s*sub\b", re.IGNORECASE)
_HIDDEN_ATTRIBUTE = re.compile(rb"hidden(?=[\s=/>])")
_KEYWORDS = ("none", "hidden", "font-size", "line-through", "mso-text-raise", "super", "sub")
"""Words of which every style that matters has one."""


def looks_of(tree: LexborHTMLParser, source: bytes) -> dict[int, str]:
    """Find the elements that attributes hide, raise or shift, by the parser's number of them: few, so that nobody else needs to look at attributes.

    Args:
        tree: the page.
        source: of what it was parsed, which tells sooner that there are none.
    """
    lower = source.lower()
    looks = {}
    if selector := _selector(lower):
        looks = {node.mem_id: look for node in tree.css(selector) if (look := _look_of(node.attrs.sget("style")))}
    if _HIDDEN_ATTRIBUTE.search(lower):
        looks |= {node.mem_id: HIDES for node in tree.css("[hidden]")}
    return looks


def _selector(lower: bytes) -> str:
    """Return what selects the elements whose style may matter, seen from the source in lower case; empty where none does."""
    # What stands behind the word in a tag, as a rule the value of the attribute: a page has few different ones.
    behind = {part.partition(b">")[0] for part in lower.split(b"style")[1:]}
    if any(b"&" in each.replace(b"&quot;", b"") or each.count(b'"') % 2 or each.count(b"'") % 2 for each in behind):
        return "[style]"
    styles = [text for each in behind if _look_of(text := each.decode(errors="replace"))]
    words = [word for word in _KEYWORDS if any(word in style for style in styles)]
    return ",".join(f'[style*="{word}" i]' for word in words)


@lru_cache(maxsize=4096)
def _look_of(style: str) -> str:
    if _HIDDEN.search(style):
        return HIDES
    if _RAISED_STYLE.search(style):
        return RAISES
    return SHIFTS if _SHIFTED_STYLE.search(style) else ""


def look_of(node: LexborNode, tag: str, looks: Mapping[int, str]) -> str:
    """Tell whether an element is hidden, raised or shifted, by its tag and its attributes; empty for most."""
    if tag in SKIPPED or tag[:1] in ("-", "_"):
        return HIDES
    look = looks.get(node.mem_id, "")
    return RAISES if tag in RAISED and look != HIDES else look
