"""Kinds of fields that portal files share: addresses, CSS selectors, agencies."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from gongkai_scraper.network import check_address


def _selector(value: str) -> str:
    try:
        LexborHTMLParser("").css(value)
    except SelectolaxError as error:
        raise ValueError("is no CSS selector") from error
    return value


Address = Annotated[str, AfterValidator(check_address)]
Selector = Annotated[str, AfterValidator(_selector)]
AgencyId = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}\.[a-z0-9_.-]+$")]
