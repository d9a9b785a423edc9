"""A directory that is written atomically: under a temporary name in the same folder, then renamed."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class ExportError(Exception):
    """An export that was not written; the message says what was got, what is expected and what to do."""


@contextmanager
def atomic_directory(target: Path) -> Iterator[Path]:
    """Yield a directory to write into, which is renamed to ``target`` when the block ends without an error.

    Raises ExportError where the target is anything but a new or an empty directory, or has no parent directory, and
    where the file system fails.
    """
    target = Path(os.path.abspath(target))  # noqa: PTH100 (links stay as they are)
    _check_target(target)
    working = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        _remove_leftovers(target)
        working.mkdir()
        yield working
        for path in (*sorted(working.iterdir()), working):
            _fsync(path)
        working.rename(target)
        _fsync(target.parent)
    except OSError as error:
        reason = error.strerror or str(error)
        message = f"{target}: {reason}. Nothing was written there: make room or choose another place."
        raise ExportError(message) from error
    finally:
        shutil.rmtree(working, ignore_errors=True)


def _check_target(target: Path) -> None:
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise ExportError(f"{target}: got a file, expected a new or an empty directory. Nothing was written.")
    if target.is_dir() and any(target.iterdir()):
        raise ExportError(
            f"{target}: got a directory that is not empty, expected a new or an empty one. Nothing was written."
        )
    if not target.parent.is_dir():
        raise ExportError(f"{target}: got no directory {target.parent} to make it in. Make that first.")


def _remove_leftovers(target: Path) -> None:
    """Remove the working directories of killed exports to the same target."""
    for path in target.parent.glob(f".{target.name}.*.partial"):
        match = re.fullmatch(rf"\.{re.escape(target.name)}\.(\d+)\.partial", path.name)
        if match and not _is_running(int(match[1])):
            shutil.rmtree(path, ignore_errors=True)


def _is_running(process: int) -> bool:
    """Whether another process has the id."""
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _fsync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
