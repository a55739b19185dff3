"""One module per family of portal software: pure functions from a stored list page to its links."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from gongkai_scraper.drivers import (
    chinatax,
    gkmlpt,
    hanweb_annual_report,
    hanweb_jpaas,
    hanweb_jpage,
    static_list,
    trs_wcm,
)
from gongkai_scraper.drivers.page import Answer, Driver, DriverError, Link, Page, Request

__all__ = ["DRIVERS", "Answer", "AnyParameters", "Driver", "DriverError", "Link", "Page", "Request"]

DRIVERS: Mapping[str, Driver] = {
    "chinatax": chinatax,
    "gkmlpt": gkmlpt,
    "hanweb_annual_report": hanweb_annual_report,
    "hanweb_jpaas": hanweb_jpaas,
    "hanweb_jpage": hanweb_jpage,
    "static_list": static_list,
    "trs_wcm": trs_wcm,
}
"""The drivers by the name of their family in portal files."""

AnyParameters = Annotated[
    chinatax.Chinatax
    | gkmlpt.Gkmlpt
    | hanweb_annual_report.HanwebAnnualReport
    | hanweb_jpaas.HanwebJpaas
    | hanweb_jpage.HanwebJpage
    | static_list.StaticList
    | trs_wcm.TrsWcm,
    Field(discriminator="family"),
]
"""The part of a portal file that belongs to its driver."""
