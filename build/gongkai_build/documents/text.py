"""Plain text → lines, with everything that a line was printed with."""

from gongkai_build.documents.blocks import Line


def read_text(text: str) -> tuple[Line, ...]:
    """Split text into lines, numbered from 1, blank ones included: they can part cells from each other."""
    return tuple(Line(line, number) for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1))
