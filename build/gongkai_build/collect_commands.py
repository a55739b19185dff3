"""The command `gongkai collect`: portals → archive."""

import json
import sys
from pathlib import Path

import click
from rich.table import Table

from gongkai_build.commands import archive_option, fail, plainly, printer
from gongkai_build.progress import portal_progress
from gongkai_scraper.archive import Archive
from gongkai_scraper.collect import AT_ONCE, Revisit, RunSummary, collect
from gongkai_scraper.fetch import ClientSettings
from gongkai_scraper.portals import PORTALS, Portal, load_portals
from gongkai_scraper.summary import RESULTS

INTERRUPTED = 130


@click.command("collect")
@click.argument("names", nargs=-1, metavar="[PORTAL]...")
@archive_option
@click.option(
    "--portals",
    "folder",
    default=PORTALS,
    show_default="those of the package",
    type=click.Path(exists=True, path_type=Path),
)
@click.option("--unverified", is_flag=True, help="Portals whose addresses were not yet seen to answer, too.")
@click.option(
    "--revisit",
    type=click.Choice(["changed", "all", "none"]),
    default="changed",
    show_default=True,
    help="Which reports that the archive has are asked for: those that changed, as far as a portal can tell; all in full; none.",
)
@click.option(
    "--at-once", default=AT_ONCE, show_default=True, type=click.IntRange(1), help="Portals visited at a time."
)
@click.option("--contact", help="Where those who run the portals reach you; stands in the User-Agent.")
@click.option(
    "--summary", "summary_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the summary as JSON, too."
)
@plainly
def collect_command(
    names: tuple[str, ...],
    archive: Path,
    folder: Path,
    unverified: bool,
    revisit: Revisit,
    at_once: int,
    contact: str | None,
    summary_file: Path | None,
) -> None:
    """Collect reports from portals into an archive. Run it again to go on after an interruption.

    Portals that are unverified are left out unless they are named. Exit code 0 when all went well, 1 when something
    did not, 130 after Ctrl-C.
    """
    chosen = _chosen(load_portals(folder), names, folder, unverified=unverified)
    settings = ClientSettings(contact=contact) if contact else ClientSettings()
    with Archive.open(archive, write=True) as opened, portal_progress() as shown:
        summary = collect(chosen, opened, settings, revisit=revisit, at_once=at_once, on_progress=shown)
    if summary_file:
        text = json.dumps(summary.as_object(), ensure_ascii=False, indent=1)
        summary_file.write_text(f"{text}\n", encoding="utf-8")
    show_run(summary)
    end_run(summary)


def _chosen(found: list[Portal], names: tuple[str, ...], folder: Path, *, unverified: bool) -> list[Portal]:
    if unknown := set(names) - {portal.id for portal in found}:
        fail(f"no portal file for {', '.join(sorted(unknown))} in {folder}")
    chosen = [
        portal
        for portal in found
        if portal.id in names or (not names and (unverified or portal.status != "unverified"))
    ]
    if not chosen:
        fail(f"the portals in {folder} are all unverified: name one, or give --unverified")
    return chosen


def show_run(summary: RunSummary) -> None:
    """Print what a run did: a table of its portals, and what went wrong."""
    table = Table("portal", "state", *(["found", *RESULTS]))
    for column in table.columns[2:]:
        column.justify = "right"
    for portal in summary.portals:
        counts = [portal.found, *(getattr(portal, name) for name in RESULTS)]
        table.add_row(f"{portal.portal} {portal.name}", portal.state or portal.status, *map(str, counts))
    if len(summary.portals) > 1:
        table.add_section()
        table.add_row("all", "", *(str(count) for count in summary.totals.values()))
    printer().print(table)
    for portal in summary.portals:
        for message in portal.messages:
            address = f" ({message.url})" if message.url else ""
            click.echo(f"{message.level}: {portal.portal}: {message.text}{address}", err=True)


def end_run(summary: RunSummary) -> None:
    """End with the exit code of a run, where it is not 0."""
    if summary.interrupted:
        click.echo("interrupted; what was collected is kept, run the same command again to go on", err=True)
        sys.exit(INTERRUPTED)
    if not summary.ok:
        sys.exit(1)
