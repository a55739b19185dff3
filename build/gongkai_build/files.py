"""Writing that is all or nothing: a reader sees the old file or folder or the new one, never half of one."""

import ctypes
import errno
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MARK = "datapackage.json"
"""The file by which a folder is known for one that we wrote."""
EVIDENCE = "evidence.db"
"""The documents of the reports, as they can be shown."""
DATABASE_FILES = ("gongkai.db", "texts.db", EVIDENCE)
DOWNLOAD_FILES = ("gongkai.zip", "SHA256SUMS")

AT_FDCWD = -100
RENAME_EXCHANGE = 2
NOT_SUPPORTED = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM}
"""What the kernel, the file system or a sandbox answers where folders cannot be exchanged."""


@contextmanager
def replace_file(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path` to be written; on success it takes that place, on an error it is removed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = _partial(path)
    try:
        yield partial
        _sync(partial)
        partial.replace(path)
        _sync(path.parent)
    finally:
        partial.unlink(missing_ok=True)


def write_file(path: Path, data: bytes | str) -> None:
    """Write a file at once. Text is written as UTF-8, its line ends as they are."""
    with replace_file(path) as partial:
        partial.write_bytes(data.encode() if isinstance(data, str) else data)


@contextmanager
def replace_folder(target: Path) -> Iterator[Path]:
    """Give a fresh folder beside `target` to be filled; on success it takes that place, on an error it is removed.

    What an interrupted run left behind is cleared away by the next call.

    Raises:
        FileExistsError: see `refuse_foreign`.
    """
    target = target.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    _recover(target)
    refuse_foreign(target)
    partial = _partial(target)
    partial.mkdir()
    try:
        yield partial
        for path in sorted(partial.rglob("*")):
            _sync(path)
        _sync(partial)
        refuse_foreign(target)
        _put_in_place(partial, target)
        _sync(target.parent)
    finally:
        # After an exchange this is the old folder.
        shutil.rmtree(partial, ignore_errors=True)


def _partial(path: Path) -> Path:
    return path.with_name(f".{path.name}.partial-{os.getpid()}")


def _set_aside(target: Path) -> Path:
    return target.with_name(f".{target.name}.previous")


def _recover(target: Path) -> None:
    """Clear away what an interrupted run left: bring a folder back that was set aside, remove partial ones."""
    aside = _set_aside(target)
    if aside.exists():
        if target.exists():
            shutil.rmtree(aside)
        else:
            aside.rename(target)
    prefix = f".{target.name}.partial-"
    for path in target.parent.iterdir():
        process = path.name.removeprefix(prefix)
        if path.name.startswith(prefix) and process.isdigit() and not _alive(int(process)):
            shutil.rmtree(path)


def _alive(process: int) -> bool:
    if process == os.getpid():
        # In a container every run may have the same number: what bears ours is left over from an earlier one.
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def refuse_foreign(target: Path) -> None:
    """Refuse a target that is not ours to replace.

    Raises:
        FileExistsError: the target is a file, or a folder with anything in it that a data package of ours does not consist of.
    """
    if not target.exists():
        return
    if not target.is_dir():
        raise FileExistsError(f"{target} is a file: name a folder to write to")
    foreign = sorted({path.name for path in target.iterdir()} - _own_files(target / MARK))
    if foreign:
        raise FileExistsError(
            f"{target} holds {', '.join(foreign[:5])}, which gongkai did not write there and does not delete: "
            "name another folder, or empty this one"
        )


def _own_files(descriptor: Path) -> set[str]:
    """Return the names of the files that a data package says it consists of, databases and downloads included; none when there is no package."""
    try:
        resources = json.loads(descriptor.read_text(encoding="utf-8"))["resources"]
        return {MARK, *DATABASE_FILES, *DOWNLOAD_FILES, *(str(resource["path"]) for resource in resources)}
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _put_in_place(partial: Path, target: Path) -> None:
    if not target.exists():
        partial.rename(target)
    elif not _exchange(partial, target):
        aside = _set_aside(target)
        target.rename(aside)
        partial.rename(target)
        shutil.rmtree(aside)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step (Linux renameat2); false where that cannot be done."""
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    if renameat2(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in NOT_SUPPORTED:
        return False
    raise OSError(code, os.strerror(code), str(one), None, str(other))


def _sync(path: Path) -> None:
    """Have the disk hold what was written."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
