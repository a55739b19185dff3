"""What a driver takes and gives."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Link:
    """A link of a list: absolute address and title."""

    url: str
    title: str


@dataclass(frozen=True)
class ListPage:
    """A list page as read: its candidate links in order, and the address of the page that follows."""

    links: tuple[Link, ...]
    next_url: str | None


class Driver(Protocol):
    """Reads a list page."""

    def __call__(self, body: bytes, url: str, charset: str | None, *, links: str, next_text: str) -> ListPage:
        """Read a list page.

        Args:
            body, url, charset: the page, its address and the charset of its Content-Type header.
            links: CSS selector of candidate links.
            next_text: text of the link to the page that follows.
        """
