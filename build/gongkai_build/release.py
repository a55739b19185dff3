"""Archive → release: read every report, check it, write the data package and its databases, all or nothing.

The same archive gives the same bytes, whatever the number of workers.
"""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gongkai_build.archived import read_archived
from gongkai_build.captured import Reading, without_pages_of_attachments
from gongkai_build.checks import check_report
from gongkai_build.corrections import PUBLISHED, load_corrections
from gongkai_build.coverage import Expected
from gongkai_build.database import write_databases
from gongkai_build.documents import UnreadableDocument, read_document
from gongkai_build.documents.deadline import within
from gongkai_build.downloads import write_downloads
from gongkai_build.errors import GongkaiError
from gongkai_build.evidence import Evidence, Shown, show, write_evidence
from gongkai_build.files import refuse_foreign, replace_folder
from gongkai_build.package import PackageError, write_package
from gongkai_build.reading.clones import Source
from gongkai_build.reading.place import Issue
from gongkai_build.reading.report import COMPUTING_SECONDS, NotAReport, read_report
from gongkai_build.register.agencies import Register, agency_from_id, load_register
from gongkai_build.register.errors import RegisterError
from gongkai_build.revisions import Before, read_before, revision_rows
from gongkai_build.schema import load_schema
from gongkai_build.tables import rows_of
from gongkai_build.validate import check_package
from gongkai_scraper.archive import Archive, Capture

FEWEST_FOR_WORKERS = 64
"""Below this many documents, starting processes takes longer than reading."""


class NothingToBuild(GongkaiError):
    """The archive holds no report that could be read."""


class InvalidRelease(GongkaiError):
    """What was built does not stand its own validation, and was not published; the message lists the problems."""


@dataclass(frozen=True)
class Built:
    """What a build made."""

    folder: Path
    reports: int
    figures: int
    unclear: int
    checks_failed: int
    issues: int
    unread: tuple[tuple[str, str], ...]
    """Documents from which no report was made, and why."""
    corrected: int
    """Figures that were corrected."""
    corrections_left_out: tuple[str, ...]
    """Reports that are not in the archive, but have corrections."""


def build_release(
    archive: Path,
    out: Path,
    *,
    overlay: Path | None = None,
    corrections: Path = PUBLISHED,
    portals: Sequence[Expected] = (),
    before: Path | None = None,
    workers: int = 1,
    on_progress: Callable[[int, int], None] | None = None,
) -> Built:
    """Build a release from an archive and put it in the place of the one before.

    Args:
        archive: the archive folder.
        out: the release folder; what stands there stays until the new release is whole.
        overlay: folder of a register that adds fictional divisions.
        corrections: file of corrections.
        portals: what the files of portals let us expect of them.
        before: folder of the release before, with which this one is compared; it may be the one that is replaced.
        workers: how many processes read documents.
        on_progress: called with how many documents are read, and how many there are.

    Raises: ArchiveError; CorrectionError when a correction is malformed or no longer fits; NothingToBuild when no document gave a report; InvalidRelease when what was read cannot be
        published; OSError.
    """
    refuse_foreign(out)
    if out.resolve() in (archive.resolve(), *archive.resolve().parents) or archive.resolve() in out.resolve().parents:
        raise NothingToBuild(
            f"the release {out} and the archive {archive} must be folders apart: a release is replaced as a whole"
        )
    register = load_register(overlay)
    schema = load_schema()
    entries = load_corrections(corrections)
    earlier = _release_before(before)
    with Archive.open(archive) as opened, replace_folder(out) as folder:
        captures = opened.captures("report")
        if not captures:
            raise NothingToBuild(
                f"{archive} holds no documents of reports; add some with `gongkai add` or `gongkai collect`"
            )
        with write_evidence(folder) as evidence:
            readings = []
            for read in _read_all(opened, captures, overlay, workers):
                readings.append(_kept(read, evidence))
                if on_progress:
                    on_progress(len(readings), len(captures))
            archived = read_archived(opened, captures)
            readings = without_pages_of_attachments(readings, archived.attached)
            rows = rows_of(readings, register, schema, entries, archived, portals)
            evidence.keep_only({str(row["capture_id"]) for row in rows["captures"] if row["report_id"]})
        unread = tuple(_unread(readings))
        if not rows["reports"]:
            reasons = "".join(f"\n  {name}: {reason}" for name, reason in unread[:10])
            raise NothingToBuild(f"none of the {len(captures)} documents in {archive} gave a report:{reasons}")
        extra: dict[str, object] = {}
        if any(row["source_kind"] == "sample" for row in rows["reports"]):
            extra["sample"] = True
        try:
            if earlier:
                rows["revisions"] = revision_rows(earlier, rows)
                extra["before"] = {"version": earlier.version, "sha256": earlier.sha256}
            write_package(rows, folder, schema, extra)
        except PackageError as error:
            raise InvalidRelease(str(error)) from error
        write_databases(folder)
        problems = check_package(folder)
        if problems:
            raise InvalidRelease(
                "\n".join(f"{problem.table} {problem.place}: {problem.message}" for problem in problems)
            )
        write_downloads(folder)
    return Built(
        folder=out,
        reports=len(rows["reports"]),
        figures=len(rows["figures"]),
        unclear=sum(row["status"] == "unclear" for row in rows["figures"]),
        checks_failed=sum(row["outcome"] == "fail" for row in rows["checks"]),
        issues=len(rows["issues"]),
        unread=unread,
        corrected=len(rows["corrections"]),
        corrections_left_out=tuple(
            sorted({entry.report_id for entry in entries} - {str(row["report_id"]) for row in rows["corrections"]})
        ),
    )


def _release_before(folder: Path | None) -> Before | None:
    try:
        return read_before(folder) if folder else None
    except PackageError as error:
        raise NothingToBuild(str(error)) from error


@dataclass(frozen=True)
class _Read:
    """A capture as read, and its document as it is shown where it gave a report."""

    reading: Reading
    shown: Shown | None = None


def _kept(read: _Read, evidence: Evidence) -> Reading:
    """Put the document by, and return the rest."""
    report = read.reading.report
    if read.shown and report and report.report_id:
        evidence.add(read.reading.capture.capture_id, report.report_id, read.shown)
    return read.reading


def _unread(readings: Iterable[Reading]) -> Iterator[tuple[str, str]]:
    for reading in readings:
        name = reading.capture.url or reading.capture.file_name or reading.capture.capture_id
        if reading.failure:
            yield name, reading.failure.detail
        elif reading.report and not reading.report.agency:
            yield name, next(issue.detail for issue in reading.report.issues if issue.kind == "agency_unknown")


def _read_all(archive: Archive, captures: list[Capture], overlay: Path | None, workers: int) -> Iterator[_Read]:
    """Read all documents in the order of the captures."""
    if workers < 2 or len(captures) < FEWEST_FOR_WORKERS:
        for capture in captures:
            yield _read_capture(archive, capture, overlay)
        return
    chunk = max(1, min(32, len(captures) // (workers * 4)))
    with ProcessPoolExecutor(workers) as pool:
        tasks = [(archive.folder, captures[start : start + chunk], overlay) for start in range(0, len(captures), chunk)]
        for readings in pool.map(_read_chunk, tasks):
            yield from readings


def _read_chunk(task: tuple[Path, list[Capture], Path | None]) -> list[_Read]:
    folder, captures, overlay = task
    with Archive.open(folder) as archive:
        return [_read_capture(archive, capture, overlay) for capture in captures]


def _read_capture(archive: Archive, capture: Capture, overlay: Path | None) -> _Read:
    """Read one document; one that cannot be read is an issue and stops nothing. A damaged archive stops the build."""
    register = _register(overlay)
    body = archive.read(capture)
    try:
        with within(COMPUTING_SECONDS):
            document = read_document(body, media_type=capture.media_type, charset=capture.charset)
            report = read_report(
                document,
                register,
                agency=agency_from_id(register, capture.agency_id) if capture.agency_id else None,
                region_hint=capture.region_code,
                title_hint=capture.link_title,
                source=Source(capture.url, capture.source_kind),
            )
            if report.clone:
                # Never a source of record: the capture and the issue are kept, no figure of it is.
                return _failed(capture, report.clone)
            if report.lacks:
                return _failed(capture, Issue("not_a_report", "", report.lacks))
            shown = show(body, document, capture.charset, (figure.place for figure in report.figures))
            return _Read(Reading(capture, report, tuple(check_report(report))), shown)
    except UnreadableDocument as error:
        return _failed(capture, Issue("unreadable", "", str(error)))
    except NotAReport as error:
        return _failed(capture, Issue("not_a_report", "", str(error)))
    except RegisterError as error:
        return _failed(capture, Issue("agency_unknown", "", str(error)))
    # One document must never end a build: what its reader did not expect is told like what it did.
    except Exception as error:
        return _failed(capture, Issue("unreadable", "", f"{type(error).__name__}: {error}"))


def _failed(capture: Capture, failure: Issue) -> _Read:
    return _Read(Reading(capture, None, failure=failure))


@cache
def _register(overlay: Path | None) -> Register:
    register = load_register(overlay)
    # It stays until the end, and is large: no collection of garbage needs to look through it.
    gc.freeze()
    return register
