"""The footer of a statistical annex names officials (单位负责人, 审核人, 填报人) and their telephone: none of that is read or published."""

import re
from collections.abc import Iterable
from functools import cache

from gongkai_build.documents import Line
from gongkai_build.forms import load_vocabulary
from gongkai_build.reading.fold import plain
from gongkai_build.reading.tokens import is_heading_line

LONGEST_NAME = 20


class Officials:
    """Tells, text by text in the order of the document, which of them are labels or entries of such a footer."""

    def __init__(self) -> None:
        self.owed = 0

    def takes(self, text: str) -> bool:
        """Tell whether a text belongs to the footer: a label of it, with or without the name behind it, or the name in the next cell."""
        folded = plain(text)
        if match := _entry().match(folded):
            if match.end() == len(folded):
                self.owed += 1
            return True
        if self.owed and folded and len(folded) <= LONGEST_NAME and not is_heading_line(text):
            self.owed -= 1
            return True
        if folded:
            self.owed = 0
        return False


@cache
def _entry() -> re.Pattern[str]:
    """A label of the footer, with or without something in brackets behind it, and then a colon or nothing."""
    return re.compile(rf"(?:{'|'.join(map(re.escape, load_vocabulary().officials))})(?:\([^()]*\))?(?::|$)")


def lines_of_officials(lines: Iterable[Line]) -> set[int]:
    """Return the numbers of the lines that belong to such a footer."""
    officials = Officials()
    return {line.number for line in lines if officials.takes(line.text)}
