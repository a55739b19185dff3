"""One module per family of portal software: pure functions from a stored list page to its links."""

from collections.abc import Mapping

from gongkai_scraper.drivers.page import Driver, Link, ListPage
from gongkai_scraper.drivers.static_list import read_list as static_list

__all__ = ["DRIVERS", "Driver", "Link", "ListPage"]

DRIVERS: Mapping[str, Driver] = {"static_list": static_list}
"""The drivers by the name that portal files give."""
