"""Why a document could not be had."""

from gongkai_scraper.response import Response


class FetchError(Exception):
    """A document could not be had; `url` and `reason` say which and why."""

    is_recorded = False
    """Whether an answer is in the archive that says the same."""
    received: Response | None = None
    """What came of an answer that is not whole or cannot be read, as it was sent."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url}: {reason}")
        self.url = url
        self.reason = reason


class UnsafeError(FetchError):
    """The address may not be fetched: no web address, or one that leads into a private network."""


class UnreachableError(FetchError):
    """No whole answer: the name is unknown, the connection failed or broke off."""

    def __init__(self, url: str, reason: str, *, is_sent: bool = True) -> None:
        super().__init__(url, reason)
        self.is_sent = is_sent
        """Whether the host may have seen the request."""


class TimedOutError(FetchError):
    """Waiting, or the whole answer, took longer than the limit."""


class TooLargeError(FetchError):
    """The answer is larger than the limit, as sent or unpacked."""


class HttpError(FetchError):
    """The answer is not the document: another status than 200."""


class RedirectError(HttpError):
    """The answer is a redirect that is not followed: to another site, or one too many."""


class AbsentError(HttpError):
    """The portal says that there is no such document: status 404 or 410, or a page that says so with status 200."""


class OddError(FetchError):
    """What came, or what was asked for, is of a kind that nobody thought of; this document's failure and no other's."""


class RefusedError(FetchError):
    """The portal refuses us."""


class DeniedError(RefusedError):
    """The portal refuses this document (status 401, 403, 451), which says nothing yet of the others."""


class DisallowedError(RefusedError):
    """robots.txt asks that this address not be fetched."""
