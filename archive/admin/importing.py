"""Checks and loads uploads, away from the request that asked for it. The one place where the admin calls loading.

The state in the database says who goes on: it is changed by one conditional UPDATE, so that of two clicks one starts
something. Who works on an upload holds a lock on its file, which ends with the process: a page can tell what is slow
from what was cut off. A load that is cut off has written nothing, and loading is idempotent: to start again is safe.
"""

from __future__ import annotations

import datetime
import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from django.db import DatabaseError, connections
from django.utils import timezone

from archive.choices import Status
from archive.datasets.load import Listener, Options, Result, load
from archive.models import DatasetImport, ImportState

#: Lines of the plan that are kept for the page.
_LINES = 2_000
AT_WORK = (ImportState.CHECKING, ImportState.LOADING)
#: How long a thread may take to begin.
_BEGINNING = datetime.timedelta(seconds=5)


class _Plan(Listener):
    def __init__(self) -> None:
        self.lines: list[str] = []
        #: What the result says of corrections.
        self.corrected: list[str] = []

    def plan(self, lines: Iterator[str]) -> None:
        self.lines = _first(lines)

    def corrections(self, lines: Iterator[str]) -> None:
        self.corrected = _first(lines)


def _first(lines: Iterator[str]) -> list[str]:
    first = list(islice(lines, _LINES))
    if next(lines, None) is not None:
        first.append("and more: manage.py load --plan tells all of it")
    return first


def choose(upload: DatasetImport, overwrite: bool) -> bool:
    """Check again what is checked, with corrections overwritten or kept; whether this call was the one that did."""
    waiting = DatasetImport.objects.filter(pk=upload.pk, state=ImportState.CHECKED, overwrite_corrections=not overwrite)
    return bool(waiting.update(state=ImportState.CHECKING, overwrite_corrections=overwrite, updated_at=timezone.now()))


def advance(upload: DatasetImport, state: ImportState) -> bool:
    """Go on to checking or loading; whether this call was the one that did."""
    waiting = DatasetImport.objects.filter(pk=upload.pk)
    if state == ImportState.LOADING:
        waiting = waiting.filter(state=ImportState.CHECKED)
    elif is_cut_off(upload):
        waiting = waiting.filter(state=upload.state, updated_at=upload.updated_at)
    else:
        waiting = waiting.filter(state=ImportState.FAILED)
    return bool(waiting.update(state=state, updated_at=timezone.now()))


def is_cut_off(upload: DatasetImport) -> bool:
    """Whether it should be at work, and the process that was is gone."""
    if upload.state not in AT_WORK or timezone.now() - upload.updated_at < _BEGINNING:
        return False
    with _alone(upload) as is_free:
        return is_free


@contextmanager
def _alone(upload: DatasetImport) -> Iterator[bool]:
    """Hold the upload's lock; gives False where another holds it. A file that is gone nobody works on."""
    try:
        stream = upload.file.open("rb")
    except OSError:
        yield True
        return
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def start(key: int) -> None:
    """Do what the upload's state asks for, in a thread of its own: the request ends meanwhile."""
    threading.Thread(target=_worked, args=(key,), name=f"import-{key}", daemon=True).start()


def _worked(key: int) -> None:
    try:
        work(key)
    finally:
        connections.close_all()


def work(key: int) -> None:
    """Check or load one upload, and write down what came of it; nothing where another does so already."""
    upload = DatasetImport.objects.get(pk=key)
    with _alone(upload) as is_free:
        if is_free:
            _work(upload)


def _work(upload: DatasetImport) -> None:
    loading = upload.state == ImportState.LOADING
    status = Status(upload.status) if upload.status else None
    options = Options(
        plan=not loading, prune=upload.prune, status=status, user=upload.user_id,
        overwrite_corrections=upload.overwrite_corrections,
    )  # fmt: skip
    plan = _Plan()
    try:
        result = load(Path(upload.file.path), options, plan)
    except (DatabaseError, OSError) as error:
        upload.state, upload.report = ImportState.FAILED, f"Nothing was loaded. {str(error).strip().splitlines()[0]}"
    else:
        upload.report = "\n".join(
            [
                *result.problems.lines(),
                *(f"warning: {one}" for one in result.problems.lines("warning")),
                *plan.corrected,
                *(result.notes() if loading else ()),
            ]
        )
        upload.state = _state(result, loading)
        upload.plan = "\n".join(plan.lines) if not loading else upload.plan
    upload.save()
    if upload.state in (ImportState.LOADED, ImportState.REFUSED):
        upload.file.storage.delete(upload.file.name)


def _state(result: Result, loading: bool) -> ImportState:
    if result.is_busy:
        return ImportState.FAILED
    if not result.is_sound:
        return ImportState.REFUSED
    return ImportState.LOADED if loading else ImportState.CHECKED
