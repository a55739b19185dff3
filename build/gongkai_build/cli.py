"""The `gongkai` command: the top floor, which imports everything and is imported by nothing.

What only some commands need and takes long to import (frictionless, sqlite-utils, Datasette) is imported by those commands.
"""

import json
import os
from pathlib import Path
from urllib.parse import urlsplit

import click

from gongkai_build.archive_commands import archive as archive_commands
from gongkai_build.checks import check_report
from gongkai_build.collect_commands import collect_command, end_run, show_run
from gongkai_build.commands import archive_option, counted, fail, plainly, printer, register_option
from gongkai_build.corrections import PUBLISHED
from gongkai_build.demo import collect_samples, sample_corrections, sample_portal_files, sample_portals, sample_register
from gongkai_build.documents import UnreadableDocument
from gongkai_build.errors import GongkaiError
from gongkai_build.expected import expected
from gongkai_build.portal_commands import portals
from gongkai_build.progress import portal_progress, progress
from gongkai_build.reading.clones import Source, is_encyclopedia, is_official_host
from gongkai_build.reading.report import UNKNOWN_SOURCE, NotAReport, Report, read_body
from gongkai_build.register.agencies import Register, agency_from_id, load_register
from gongkai_build.show import report_object, show_report
from gongkai_scraper.archive import Archive, Document
from gongkai_scraper.network import check_address
from gongkai_scraper.portals import PORTALS, Portal, load_portals


class Unread(GongkaiError):
    """A file that could not be read as a report; the message names the file and says why."""


MOST_UNREAD_SHOWN = 20


@click.group()
@click.version_option(package_name="gongkai")
def main() -> None:
    """Gongkai: the annual open-government-information reports of China as open data."""


main.add_command(portals)
main.add_command(archive_commands)
main.add_command(collect_command)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--agency", "agency_id", help="The agency whose report it is, when the document does not tell.")
@register_option
@plainly
def read(file: Path, as_json: bool, agency_id: str | None, overlay: Path | None) -> None:
    """Read one document and show report, figures, checks, issues."""
    _, report = _read_file(file, load_register(overlay), agency_id)
    checks = check_report(report)
    if as_json:
        click.echo(json.dumps(report_object(report, checks), ensure_ascii=False, indent=1))
    else:
        show_report(report, checks, printer())


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@archive_option
@click.option("--url", help="Where the document was published (one file only).")
@click.option("--agency", "agency_id", help="The agency whose report it is, when the document does not tell.")
@click.option(
    "--source", type=click.Choice(["official", "mirror"]), help="Whether the URL is the agency's own portal or a copy."
)
@register_option
@plainly
def add(
    files: tuple[Path, ...],
    archive: Path,
    url: str | None,
    agency_id: str | None,
    source: str | None,
    overlay: Path | None,
) -> None:
    """Put local documents into an archive. Either all of them are stored or, when one is no report, none."""
    source_kind = _source_kind(files, url, source)
    register = load_register(overlay)
    if agency_id:
        agency_from_id(register, agency_id)
    documents: list[tuple[Path, Document, Report]] = []
    problems: list[str] = []
    for file in files:
        try:
            body, report = _read_file(file, register, agency_id, Source(url, source_kind))
        except (Unread, OSError) as error:
            problems.append(str(error))
            continue
        if report.lacks:
            problems.append(f"{file}: this is no annual report: {report.lacks}")
            continue
        documents.append((file, Document(body, source_kind, url=url, file_name=file.name, agency_id=agency_id), report))
    if problems:
        fail("\n       ".join([*problems, "nothing was stored"]))
    with Archive.open(archive, write=True) as opened:
        for file, document, report in documents:
            _, new = opened.add_document(document)
            told = f"a clone, of which no report is made: {report.clone.detail}" if report.clone else report.report_id
            told = told or "agency not told for certain; give it with --agency"
            click.echo(f"{'stored' if new else 'already stored'}: {file} ({told})")


@main.command()
@archive_option
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder of the release.")
@click.option("--workers", default=os.cpu_count() or 1, show_default="one a processor", type=click.IntRange(1))
@click.option(
    "--corrections",
    default=PUBLISHED,
    type=click.Path(dir_okay=False, path_type=Path),
    help="File of corrections, in place of the published ones.",
)
@click.option(
    "--portals",
    default=PORTALS,
    show_default="those of the package",
    type=click.Path(exists=True, path_type=Path),
    help="Portal files, which say what reports are expected.",
)
@click.option(
    "--before",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The release before; what differs from it is told in the table revisions.",
)
@register_option
@plainly
def build(
    archive: Path,
    out: Path,
    workers: int,
    corrections: Path,
    portals: Path,
    before: Path | None,
    overlay: Path | None,
) -> None:
    """Build the data package and its databases from an archive."""
    _build(archive, out, overlay, corrections, load_portals(portals), workers, before)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@plainly
def check(folder: Path) -> None:
    """Validate a data package: types, keys, references, hashes, databases, derived tables."""
    _check(folder)


@main.command("serve")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8001, show_default=True, type=click.IntRange(0, 65535))
@plainly
def serve_command(folder: Path, host: str, port: int) -> None:
    """Serve the site on what was built, until Ctrl-C."""
    _serve(folder, host, port)


@main.command()
@click.option("--port", default=8001, show_default=True, type=click.IntRange(0, 65535))
@click.option("--folder", default=Path("demo"), show_default=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--serve/--no-serve", "serving", default=True, show_default=True, help="Serve the site at the end.")
@plainly
def demo(port: int, folder: Path, serving: bool) -> None:
    """Sample portals → collect → build → check → site, all on this machine."""
    archive, out = folder / "archive", folder / "release"
    with sample_portals() as settings:
        click.echo(f"collecting from the sample portals into {archive}")
        with portal_progress() as shown:
            summary = collect_samples(archive, settings, shown)
        show_run(summary)
        end_run(summary)
        _build(archive, out, sample_register(), sample_corrections(), load_portals(sample_portal_files()))
        _check(out)
        if serving:
            click.echo(f"archive: {archive}\nrelease: {out}")
            _serve(out, "127.0.0.1", port)


def _read_file(
    file: Path, register: Register, agency_id: str | None, source: Source = UNKNOWN_SOURCE
) -> tuple[bytes, Report]:
    if file.is_dir():
        raise Unread(f"{file}: this is a folder; name the files in it")
    if not file.exists():
        raise Unread(f"{file}: there is no such file")
    body = file.read_bytes()
    try:
        return body, read_body(body, register, agency_id=agency_id, source=source)
    except UnreadableDocument as error:
        raise Unread(f"{file}: {error}") from error
    except NotAReport as error:
        raise Unread(f"{file}: this is no annual report: {error}") from error


def _source_kind(files: tuple[Path, ...], url: str | None, source: str | None) -> str:
    if url is None:
        if source:
            fail("--source says what the URL is; give --url too")
        return "local"
    if len(files) > 1:
        fail("--url goes with one file; add the others one by one")
    try:
        host = urlsplit(check_address(url)).hostname or ""
    except ValueError as error:
        fail(f"--url {url}: it {error}; give a whole address, with http:// or https://")
    if source == "official" and is_encyclopedia(host):
        fail(f"--source official: {host} is an encyclopedia, which holds copies; give --source mirror")
    # A copy can stand anywhere; only a government host speaks for itself.
    return source or ("official" if is_official_host(host) else "mirror")


def _build(
    archive: Path,
    out: Path,
    overlay: Path | None,
    corrections: Path,
    portals: list[Portal],
    workers: int = 1,
    before: Path | None = None,
) -> None:
    from gongkai_build.release import build_release

    with progress("read") as shown:
        built = build_release(
            archive,
            out,
            overlay=overlay,
            corrections=corrections,
            portals=expected(portals),
            before=before,
            workers=workers,
            on_progress=shown,
        )
    click.echo(
        f"built {built.folder}: {counted(built.reports, 'report')}, {counted(built.figures, 'figure')} "
        f"({built.unclear} unclear), {counted(built.checks_failed, 'failed check')}, {counted(built.issues, 'issue')}"
    )
    if built.corrected:
        click.echo(f"{counted(built.corrected, 'figure')} corrected")
    if left_out := built.corrections_left_out:
        click.echo(
            f"corrections left out, their reports are not in {archive}: {', '.join(left_out[:MOST_UNREAD_SHOWN])}"
            + (f" and {len(left_out) - MOST_UNREAD_SHOWN} more" if len(left_out) > MOST_UNREAD_SHOWN else ""),
            err=True,
        )
    for name, reason in built.unread[:MOST_UNREAD_SHOWN]:
        click.echo(f"no report from {name}: {reason}", err=True)
    if len(built.unread) > MOST_UNREAD_SHOWN:
        click.echo(f"and {len(built.unread) - MOST_UNREAD_SHOWN} more, listed in issues.csv", err=True)


def _check(folder: Path) -> None:
    from gongkai_build.validate import check_package

    problems = check_package(folder)
    for problem in problems:
        place = f" {problem.place}" if problem.place else ""
        click.echo(f"{problem.table}{place}: {problem.message}", err=True)
    if problems:
        fail(f"{folder}: {counted(len(problems), 'problem')}")
    click.echo(f"{folder}: valid")


def _serve(folder: Path, host: str, port: int) -> None:
    from gongkai_site.release import NotARelease
    from gongkai_site.server import serve

    try:
        serve(folder, host, port, on_ready=lambda url: click.echo(f"the site answers at {url} (Ctrl-C ends it)"))
    except NotARelease as error:
        fail(str(error))
    except OSError as error:
        fail(f"cannot listen on {host}, port {port}: {error.strerror or error}; choose another with --port")
