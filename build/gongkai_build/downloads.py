"""What a release holds for taking away whole: `gongkai.zip`, the data package in one file, and `SHA256SUMS` of all files."""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path

from gongkai_build.files import MARK, write_file

ARCHIVE = "gongkai.zip"
CHECKSUMS = "SHA256SUMS"

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the archive: nothing in a release tells the time."""
PERMISSIONS = 0o644 << 16
UNIX = 3
CHUNK = 1 << 20


def write_downloads(folder: Path) -> None:
    """Write `gongkai.zip` and `SHA256SUMS` into a release folder.

    The archive holds `datapackage.json` and the files that it names; the same files give the same bytes (with the same version of zlib).

    Args:
        folder: a release that is otherwise complete.
    """
    descriptor = json.loads((folder / MARK).read_text(encoding="utf-8"))
    write_archive(
        folder / ARCHIVE, [folder / MARK, *(folder / resource["path"] for resource in descriptor["resources"])]
    )
    names = sorted(path.name for path in folder.iterdir() if path.is_file() and path.name != CHECKSUMS)
    write_file(folder / CHECKSUMS, "".join(f"{digest_of(folder / name)}  {name}\n" for name in names))


def write_archive(target: Path, files: Iterable[Path]) -> None:
    """Write files into a zip file, in the order of their names, none of them with a time or an owner."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path in sorted(files, key=lambda path: path.name):
            entry = zipfile.ZipInfo(path.name, EARLIEST)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, UNIX, PERMISSIONS
            entry.file_size = path.stat().st_size
            with path.open("rb") as source, archive.open(entry, "w") as into:
                shutil.copyfileobj(source, into, CHUNK)


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
