"""A directory that appears whole or not at all: written beside its place under another name, then renamed."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class ExportError(Exception):
    """An export that was not made; the message says what was got, what is expected, and that nothing was written."""


@contextmanager
def appearing(target: Path) -> Iterator[Path]:
    """A directory to write into; it stands at ``target`` once the block ends without an error.

    Raises ExportError for a target that is there and not an empty directory, or whose parent is none, and where the
    disk refuses something.
    """
    target = Path(os.path.abspath(target))
    _refuse(target)
    working = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        _sweep(target)
        working.mkdir()
        yield working
        for path in (*sorted(working.iterdir()), working):
            _to_disk(path)
        working.rename(target)
        _to_disk(target.parent)
    except OSError as error:
        told = error.strerror or str(error)
        raise ExportError(f"{target}: {told}. Nothing was written there: make room or choose another place.") from error
    finally:
        shutil.rmtree(working, ignore_errors=True)


def _refuse(target: Path) -> None:
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise ExportError(f"{target}: got a file, expected a new or an empty directory. Nothing was written.")
    if target.is_dir() and any(target.iterdir()):
        raise ExportError(
            f"{target}: got a directory that is not empty, expected a new or an empty one. Nothing was written."
        )
    if not target.parent.is_dir():
        raise ExportError(f"{target}: got no directory {target.parent} to make it in. Make that first.")


def _sweep(target: Path) -> None:
    """Take away what exports to this place left behind that were killed."""
    for path in target.parent.glob(f".{target.name}.*.partial"):
        found = re.fullmatch(rf"\.{re.escape(target.name)}\.(\d+)\.partial", path.name)
        if found and not _runs(int(found[1])):
            shutil.rmtree(path, ignore_errors=True)


def _runs(process: int) -> bool:
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
