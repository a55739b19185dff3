"""The commands `gongkai portals …`: look at portal files, and write new ones."""

import json
import sys
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import click
import yaml
from rich.table import Table

from gongkai_build.commands import fail, plainly, printer, register_option
from gongkai_build.register.agencies import Agency, Register, agency_from_id, identify, load_register
from gongkai_build.register.errors import RegisterError
from gongkai_scraper.drivers import Answer, Request
from gongkai_scraper.drivers.html import attribute, read_html
from gongkai_scraper.examples import compare, save_responses
from gongkai_scraper.fetch import ClientSettings
from gongkai_scraper.network import check_address
from gongkai_scraper.portals import (
    IDENTIFIER,
    PORTALS,
    Portal,
    PortalError,
    Verdict,
    load_portal,
    load_portals,
    portal_schema,
)
from gongkai_scraper.scout import UnknownPlatform, asking, recognise, recording, scout
from gongkai_scraper.text import decode, page_title

SCHEMA_LINE = "# yaml-language-server: $schema=schema.json\n"
EXAMPLES = Path("tests") / "portals"

portals_option = click.option(
    "--portals",
    "folder",
    default=PORTALS,
    show_default="those of the package",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
contact_option = click.option("--contact", help="Where those who run the portals reach you; stands in the User-Agent.")


@click.group()
def portals() -> None:
    """Look at portal files, and write new ones."""


@portals.command("list")
@portals_option
@plainly
def list_command(folder: Path) -> None:
    """List the portal files."""
    table = Table()
    for column in ("portal", "name", "region", "family", "status"):
        table.add_column(column)
    for portal in load_portals(folder):
        table.add_row(portal.id, portal.name, portal.region, portal.driver.family, portal.status)
    printer().print(table)


@portals.command()
@portals_option
@register_option
@plainly
def check(folder: Path, overlay: Path | None) -> None:
    """Check every portal file: its fields, and that the register knows its region and agencies."""
    register = load_register(overlay)
    paths = sorted(folder.glob("*.yml"))
    if not paths:
        fail(f"{folder}: no portal files (*.yml) here")
    problems = [problem for path in paths for problem in _problems(path, register)]
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        fail(f"{len(problems)} problems in {len(paths)} portal files")
    click.echo(f"{len(paths)} portal files: fine")


@portals.command()
@click.argument("name", metavar="ID")
@portals_option
@plainly
def show(name: str, folder: Path) -> None:
    """Show all that a portal file says, with what it leaves to the defaults."""
    portal = _portal(name, folder)
    click.echo(
        yaml.safe_dump(portal.model_dump(mode="json", exclude={"id"}), allow_unicode=True, sort_keys=False, width=120),
        nl=False,
    )


@portals.command("scout")
@click.argument("name", metavar="ID")
@click.option("--all", "show_all", is_flag=True, help="Links that are no reports, too.")
@portals_option
@contact_option
@plainly
def scout_command(name: str, show_all: bool, folder: Path, contact: str | None) -> None:
    """Read the lists of a portal and print the links in them; no report is fetched, nothing is stored."""
    portal = _portal(name, folder)
    with asking(portal, _settings(contact)) as ask:
        found = scout(portal, ask)
    for link, verdict in found.links.values():
        if verdict is Verdict.WANTED:
            click.echo(f"{link.published_on or '-':10}  {portal.agency_of(link) or '-'}  {link.title}  {link.url}")
        elif show_all:
            click.echo(f"{verdict}: {link.title}  {link.url}")
    click.echo(f"{found.pages} pages, {len(found.links)} links, {found.wanted} reports", err=True)
    for problem in found.problems:
        click.echo(f"error: {problem}", err=True)
    if found.problems or not found.wanted:
        sys.exit(1)


@portals.command()
@click.argument("url")
@click.option("--id", "name", help="The file's name; without it, it is made of the host.")
@click.option("--region", help="Code of the division; without it, it is what the page's SiteName tells.")
@click.option(
    "--examples",
    default=EXAMPLES,
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the example goes: pages, and an expectation to be reviewed.",
)
@portals_option
@register_option
@contact_option
@plainly
def new(
    url: str,
    name: str | None,
    region: str | None,
    examples: Path,
    folder: Path,
    overlay: Path | None,
    contact: str | None,
) -> None:
    """Write a portal file from the page of a list, and an example that fails its test until somebody has reviewed it."""
    try:
        host = urlsplit(check_address(url)).hostname or ""
    except ValueError as error:
        fail(f"{url}: it {error}; give a whole address, with http:// or https://")
    if host.endswith("localhost") and folder == PORTALS:
        fail(f"{url}: a portal on this machine is a sample and stands in a folder of its own; give one with --portals")
    name = name or host.removeprefix("www.").removesuffix(".gov.cn").replace(".", "-")
    path, example = folder / f"{name}.yml", examples / name
    if not IDENTIFIER.fullmatch(name):
        fail(f"{name}: the id is made of small letters, digits, - and _ only; give one with --id")
    for existing in (path, example):
        if existing.exists():
            fail(f"{existing} is there already; give another --id")
    given = _given(url, name, host, folder)
    answers: list[Answer] = []
    with asking(
        Portal.model_validate(given | {"driver": {"family": "static_list", "lists": [url]}}), _settings(contact)
    ) as ask:
        kept = recording(ask, answers)
        first = kept(Request(url))
        if isinstance(first, str):
            fail(f"{url}: {first}")
        site_name = _site_name(first)
        given |= {"name": site_name or host, "region": region or _region(site_name, load_register(overlay))}
        try:
            portal = recognise(first, given)
        except UnknownPlatform as error:
            fail(str(error))
        found = scout(portal, kept)
    _write(portal, path)
    save_responses(example, answers)
    compare(load_portal(path), example)
    click.echo(f"{path}: {portal.driver.family}, {len(found.links)} links, {found.wanted} reports")
    for problem in found.problems:
        click.echo(f"warning: {problem}", err=True)
    click.echo(f"{example}: compare expected.json with the pages, then set reviewed to true")


@portals.command()
@plainly
def schema() -> None:
    """Print the JSON Schema of portal files, for editors."""
    click.echo(json.dumps(portal_schema(), ensure_ascii=False, indent=1))


def _portal(name: str, folder: Path) -> Portal:
    path = folder / f"{name}.yml"
    if not path.exists():
        fail(f"no portal file for {name} in {folder}")
    return load_portal(path)


def _settings(contact: str | None) -> ClientSettings:
    return ClientSettings(contact=contact) if contact else ClientSettings()


def _problems(path: Path, register: Register) -> list[str]:
    try:
        portal = load_portal(path)
    except PortalError as error:
        return str(error).splitlines()
    problems = []
    if portal.region not in register.regions.by_code:
        problems.append(f"{path}: region: the register has no division {portal.region}")
    for agency in filter(
        None, (portal.agency, *portal.agencies, *getattr(portal.driver, "organisations", {}).values())
    ):
        try:
            agency_from_id(register, agency)
        except RegisterError as error:
            problems.append(f"{path}: {error}")
    return problems


def _given(url: str, name: str, host: str, folder: Path) -> dict[str, object]:
    """The fields of a new portal file that follow from its address."""
    parts = urlsplit(url)
    # Portals of this machine are samples, and only in a folder of their own.
    is_sample = host.endswith("localhost") and folder != PORTALS
    return {
        "id": name,
        "name": host,
        "region": "100000",
        "source": "sample" if is_sample else "official",
        "home": f"{parts.scheme}://{parts.netloc}/",
        "status": "unverified",
        "note": f"{date.today().isoformat()}: written from {url}; not reviewed",
    } | ({"loopback": True, "politeness": {"delay": 0.0}} if is_sample else {})


def _site_name(answer: Answer) -> str:
    """What the page says that its site is called."""
    node = read_html(answer).tree.css_first("meta[name='SiteName' i]")
    title = page_title(decode(answer.body, answer.charset))
    return (attribute(node, "content").strip() if node else "") or title.replace("-", "_").rpartition("_")[2].strip()


def _region(site_name: str, register: Register) -> str:
    """The division whose government a site's name names."""
    for words in ("门户网站", "网站", ""):
        agency = identify(register, site_name.removesuffix(words), year=date.today().year) if site_name else None
        if isinstance(agency, Agency):
            return agency.region_code
    return fail(
        f"the page does not tell certainly which division's portal it is ({site_name or 'no SiteName'}); give --region"
    )


def _write(portal: Portal, path: Path) -> None:
    data = portal.model_dump(mode="json", exclude_unset=True, exclude={"id"})
    path.write_text(
        SCHEMA_LINE + yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=120), encoding="utf-8"
    )
