"""An answer to a request, as it is handed on."""

from dataclasses import dataclass

from gongkai_scraper.records import Known, header
from gongkai_scraper.warc import Exchange


@dataclass(frozen=True)
class Response:
    """A document as fetched, or what came of it."""

    url: str
    """The address that answered, after redirects."""
    fetched_at: str
    """ISO 8601, UTC."""
    body: bytes
    """After content decoding; as it was sent, where it is not whole or cannot be decoded."""
    media_type: str | None
    charset: str | None
    exchange: Exchange
    unchanged: Known | None = None
    """What the archive has, when the answer says that it is as it was; `body` is the one of the archive then."""

    @property
    def status(self) -> int:
        """HTTP status."""
        return self.exchange.status

    def header(self, name: str) -> str | None:
        """The first header of that name, None when there is none."""
        return header(self.exchange, name)
