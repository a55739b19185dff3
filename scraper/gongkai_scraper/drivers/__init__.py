"""One module per family of portal software: pure functions from a stored list page to its links."""

from collections.abc import Mapping

from gongkai_scraper.drivers import static_list
from gongkai_scraper.drivers.page import Answer, Driver, DriverError, Link, Page, Request

__all__ = ["DRIVERS", "Answer", "AnyParameters", "Driver", "DriverError", "Link", "Page", "Request"]

DRIVERS: Mapping[str, Driver] = {"static_list": static_list}
"""The drivers by the name of their family in portal files."""

AnyParameters = static_list.StaticList
"""The part of a portal file that belongs to its driver."""
