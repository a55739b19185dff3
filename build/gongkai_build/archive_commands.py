"""The commands `gongkai archive …`: look at an archive, and make sure that it is whole."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import click
from rich.table import Table

from gongkai_build.commands import fail, plainly, printer
from gongkai_scraper.archive import Archive, Capture, Failure
from gongkai_scraper.verify import verify

folder_argument = click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group()
def archive() -> None:
    """Look at an archive, and make sure that it is whole."""


@archive.command("verify")
@folder_argument
@json_option
@plainly
def verify_command(folder: Path, as_json: bool) -> None:
    """Read every record, work out every digest, compare the ledger with the WARC files. Changes nothing."""
    found = verify(folder)
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False, indent=1))
    else:
        for problem in found.problems:
            click.echo(problem, err=True)
        for note in found.notes:
            click.echo(f"{note}; the next `gongkai collect` or `gongkai add` puts it in order")
        click.echo(
            f"{folder}: {found.files} WARC files, {found.bytes} bytes; "
            f"{found.bodies} bodies, {found.fetches} fetches, {found.runs} runs"
        )
    if found.problems:
        fail(f"{folder}: {len(found.problems)} problems")


@archive.command("ls")
@folder_argument
@click.option("--portal", help="Only what came from this portal.")
@click.option("--role", type=click.Choice(["report", "list", "robots"]), help="Only what was fetched as this.")
@click.option("--failures", is_flag=True, help="What could not be had, in place of what is there.")
@json_option
@plainly
def ls_command(folder: Path, portal: str | None, role: str | None, failures: bool, as_json: bool) -> None:
    """List the captures of an archive, or the addresses whose last fetch gave no document."""
    with Archive.open(folder) as opened:
        found: list[Capture] | list[Failure] = opened.failures(role) if failures else opened.captures(role)
    chosen = [one for one in found if portal is None or one.portal == portal]
    if as_json:
        name = "failures" if failures else "captures"
        click.echo(json.dumps({name: [asdict(one) for one in chosen]}, ensure_ascii=False, indent=1))
    else:
        printer().print(_failures(chosen) if failures else _captures(chosen))


def _captures(captures: Iterable[Capture | Failure]) -> Table:
    table = Table("capture", "role", "portal", "first fetched", "bytes", "from")
    for capture in captures:
        if isinstance(capture, Capture):
            source = capture.url or capture.file_name or ""
            number = str(capture.bytes)
            table.add_row(
                capture.capture_id[:12], capture.role, capture.portal or "", capture.fetched_at, number, source
            )
    return table


def _failures(failures: Iterable[Capture | Failure]) -> Table:
    table = Table("outcome", "role", "portal", "last asked", "reason", "address")
    for failure in failures:
        if isinstance(failure, Failure):
            table.add_row(
                failure.outcome, failure.role, failure.portal or "", failure.fetched_at, failure.reason, failure.url
            )
    return table
