"""Why a document could not be had."""


class FetchError(Exception):
    """A document could not be had; `url` and `reason` say which and why."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url}: {reason}")
        self.url = url
        self.reason = reason


class UnsafeError(FetchError):
    """The address may not be fetched: no web address, or one that leads into a private network."""


class UnreachableError(FetchError):
    """No whole answer: the name is unknown, the connection failed or broke off."""


class TimedOutError(FetchError):
    """Waiting, or the whole answer, took longer than the limit."""


class TooLargeError(FetchError):
    """The answer is larger than the limit, as sent or unpacked."""


class HttpError(FetchError):
    """The answer is not the document: another status than 200, or a page that says so."""


class RefusedError(FetchError):
    """The portal refuses us."""


class DisallowedError(RefusedError):
    """robots.txt asks that this address not be fetched."""
