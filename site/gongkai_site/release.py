"""The release folder as the site finds it: the two databases, `datapackage.json` and the CSV files that it names."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

# Datasette loads its plugins while its own module is not yet whole.
if TYPE_CHECKING:
    from datasette.app import Datasette


DESCRIPTOR = "datapackage.json"
DATABASES = ("gongkai", "texts")
ARCHIVE = "gongkai.zip"
"""The whole data package in one file."""
CHECKSUMS = "SHA256SUMS"
"""The SHA-256 of every file. A release made without `gongkai build` may lack both."""
EVIDENCE = "evidence.db"
"""The documents of the reports. Datasette does not open it, and a release may lack it."""


class NotARelease(ValueError):
    """The folder holds no release that can be served."""


@dataclass(frozen=True)
class Download:
    """A file of the release that anyone may fetch."""

    name: str
    path: Path
    media_type: str

    @property
    def bytes(self) -> int:
        """Size of the file."""
        return self.path.stat().st_size


@dataclass(frozen=True)
class Release:
    """A release folder and what its data package says."""

    folder: Path
    descriptor: dict[str, Any]

    @property
    def version(self) -> str:
        """Version of the release."""
        return str(self.descriptor["version"])

    @property
    def sample(self) -> bool:
        """Whether the data package calls itself sample data."""
        return bool(self.descriptor.get("sample", False))

    def checksums(self) -> dict[str, str]:
        """Return the SHA-256 of each file by its name; of the tables alone where the release has no list of them."""
        listed = self.folder / CHECKSUMS
        if not listed.is_file():
            return {r["path"]: r["hash"].removeprefix("sha256:") for r in self.descriptor["resources"] if "hash" in r}
        lines = (line.split(maxsplit=1) for line in listed.read_text(encoding="utf-8").splitlines())
        return {name: digest for digest, name in lines}

    def download(self, name: str) -> Download | None:
        """Return the file of that name if the data package names it (or is it) and it is there; else None."""
        named = {resource["path"]: "text/csv; charset=utf-8" for resource in self.descriptor["resources"]}
        named[DESCRIPTOR] = "application/json; charset=utf-8"
        named |= {ARCHIVE: "application/zip", CHECKSUMS: "text/plain; charset=utf-8"}
        named |= dict.fromkeys([*(f"{database}.db" for database in DATABASES), EVIDENCE], "application/vnd.sqlite3")
        path = self.folder / name
        if name not in named or not path.is_file():
            return None
        return Download(name=name, path=path, media_type=named[name])


def read_release(folder: Path) -> Release:
    """Read the data package of a release folder.

    Raises:
        NotARelease: a file is missing or is not what its name says; the message says which, and what to do.
    """
    files = [folder / DESCRIPTOR, *(folder / f"{name}.db" for name in DATABASES)]
    missing = [file.name for file in files if not file.is_file()]
    if missing:
        raise NotARelease(f"{folder} holds no release: no {', '.join(missing)}. Make one with `gongkai build`.")
    try:
        descriptor = json.loads(files[0].read_text(encoding="utf-8"))
        descriptor["version"], descriptor["resources"]
    except (ValueError, KeyError, TypeError) as error:
        raise NotARelease(f"{files[0]} is not a data package of a release: {error!r}") from error
    for resource in descriptor["resources"]:
        _expect_table(folder / f"{resource.get('database', 'gongkai')}.db", resource["name"])
    return Release(folder=folder, descriptor=descriptor)


def release_of(datasette: Datasette) -> Release:
    """Return the release that a Datasette serves: the data package beside its database `gongkai`."""
    folder = Path(datasette.get_database("gongkai").path).parent
    return _release(folder, (folder / DESCRIPTOR).stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _release(folder: Path, written: int) -> Release:
    """Read the data package; again only where it was written anew, as every page needs it."""
    return Release(folder, json.loads((folder / DESCRIPTOR).read_text(encoding="utf-8")))


def _expect_table(database: Path, table: str) -> None:
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            found = connection.execute(
                "select 1 from sqlite_master where type = 'table' and name = ?", [table]
            ).fetchone()
    except sqlite3.DatabaseError as error:
        raise NotARelease(f"{database} cannot be read as SQLite: {error}. Build the release again.") from error
    if not found:
        raise NotARelease(f"{database} has no table {table}, which datapackage.json names. Build the release again.")
