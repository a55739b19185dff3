"""Lines that are nothing but a link."""

from gongkai_build.documents import Line

_NOWHERE = ("#", "javascript:")


def leads_elsewhere(line: Line) -> bool:
    """Tell whether a line is nothing but a link, and no heading, that leads to another page or place."""
    return bool(line.link) and not line.heading and not line.link.strip().lower().startswith(_NOWHERE)
