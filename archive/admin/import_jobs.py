"""Background jobs that check and load uploaded datasets by ``archive.datasets.load``.

The upload's state is changed by one conditional UPDATE, so that of two clicks only one starts a job. A running job
holds a lock on the uploaded file, which ends with its process: a page can distinguish a slow job from an interrupted
one. Starting again is safe: an interrupted load has written nothing, and loading is idempotent.
"""

from __future__ import annotations

import datetime
import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from django.contrib.auth import get_user_model
from django.db import DatabaseError, connections
from django.utils import timezone
from django.utils.translation import gettext

from archive.choices import Status
from archive.datasets.load import Listener, Options, Result, load, mapping_names
from archive.models import DatasetImport, ImportState
from archive.permissions import may_publish

#: Lines of the plan that are stored for the page.
_MAX_PLAN_LINES = 2_000
_NOT_ALLOWED = (
    "Nothing was loaded. The account that started the load may not publish any more, or is closed: let somebody who "
    "may publish start it again."
)
RUNNING = (ImportState.CHECKING, ImportState.LOADING)
#: How long a thread may take to begin.
_START_TIMEOUT = datetime.timedelta(seconds=5)


class _PlanListener(Listener):
    def __init__(self) -> None:
        self.lines: list[str] = []
        #: The part of the result's report that is about corrections.
        self.correction_lines: list[str] = []

    def on_plan(self, lines: Iterator[str]) -> None:
        self.lines = _truncate(lines)

    def on_corrections(self, lines: Iterator[str]) -> None:
        self.correction_lines = _truncate(lines)


def _truncate(lines: Iterator[str]) -> list[str]:
    first = list(islice(lines, _MAX_PLAN_LINES))
    if next(lines, None) is not None:
        first.append("and more: manage.py load --plan prints all of it")
    return first


def mapping_choices() -> list[tuple[str, str]]:
    """The mappings that the archive brings, and none, as choices of a form."""
    return [("", gettext("none: the file is a dataset")), *((name, name) for name in mapping_names())]


def recheck(upload: DatasetImport, overwrite: bool) -> bool:
    """Set a checked upload to checking, with corrections overwritten or not; whether this call changed the state."""
    rows = DatasetImport.objects.filter(pk=upload.pk, state=ImportState.CHECKED, overwrite_corrections=not overwrite)
    return bool(rows.update(state=ImportState.CHECKING, overwrite_corrections=overwrite, updated_at=timezone.now()))


def transition(upload: DatasetImport, state: ImportState) -> bool:
    """Set the upload to checking or loading if its state allows it; whether this call changed the state."""
    rows = DatasetImport.objects.filter(pk=upload.pk)
    if state == ImportState.LOADING:
        rows = rows.filter(state=ImportState.CHECKED)
    elif is_interrupted(upload):
        rows = rows.filter(state=upload.state, updated_at=upload.updated_at)
    else:
        rows = rows.filter(state=ImportState.FAILED)
    return bool(rows.update(state=state, updated_at=timezone.now()))


def is_interrupted(upload: DatasetImport) -> bool:
    """Whether the upload's state is running, but no process holds its lock."""
    if upload.state not in RUNNING or timezone.now() - upload.updated_at < _START_TIMEOUT:
        return False
    with _file_lock(upload) as is_free:
        return is_free


@contextmanager
def _file_lock(upload: DatasetImport) -> Iterator[bool]:
    """Hold the lock of the upload's file; yields False if another process holds it, True if there is no file."""
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


def start(key: int, user_id: int | None) -> None:
    """Run the job of the upload with this primary key in a thread, so that the request can end.

    ``user_id`` is the user who starts it: revisions and the audit log name them, whoever uploaded the file.
    """
    threading.Thread(target=_run_and_close, args=(key, user_id), name=f"import-{key}", daemon=True).start()


def _run_and_close(key: int, user_id: int | None) -> None:
    try:
        run_import(key, user_id)
    finally:
        connections.close_all()


def run_import(key: int, user_id: int | None) -> None:
    """Check or load one upload, by its state, and store the report; does nothing if another process is at it."""
    upload = DatasetImport.objects.get(pk=key)
    with _file_lock(upload) as is_free:
        if is_free:
            _run(upload, user_id)


def _run(upload: DatasetImport, user_id: int | None) -> None:
    is_load = upload.state == ImportState.LOADING
    user = None if user_id is None else get_user_model()._default_manager.filter(pk=user_id).first()
    if is_load and (user is None or not may_publish(user)):  # False for inactive users too
        upload.state, upload.report = ImportState.FAILED, _NOT_ALLOWED
        upload.save()
        return
    status = Status(upload.status) if upload.status else None
    options = Options(
        dry_run=not is_load, prune=upload.prune, status=status, user_id=user_id,
        overwrite_corrections=upload.overwrite_corrections,
        mapping=upload.mapping_file.path if upload.mapping_file else upload.mapping,
    )  # fmt: skip
    plan = _PlanListener()
    try:
        result = load(Path(upload.file.path), options, plan)
    except (DatabaseError, OSError) as error:
        reason = str(error).strip() or type(error).__name__
        upload.state, upload.report = ImportState.FAILED, f"Nothing was loaded. {reason.splitlines()[0]}"
    else:
        warnings = [f"warning: {line}" for line in result.problems.lines("warning")]
        notes = result.notes() if is_load else ()
        upload.report = "\n".join([*result.problems.lines(), *warnings, *plan.correction_lines, *notes])
        upload.state = _state_after(result, is_load)
        upload.plan = upload.plan if is_load else "\n".join(plan.lines)
    upload.save()
    if upload.state in (ImportState.LOADED, ImportState.REFUSED):
        for file in (upload.file, upload.mapping_file):
            if file.name:
                file.storage.delete(file.name)


def _state_after(result: Result, is_load: bool) -> ImportState:
    if result.is_busy:
        return ImportState.FAILED
    if not result.is_valid:
        return ImportState.REFUSED
    return ImportState.LOADED if is_load else ImportState.CHECKED
