"""Checks and loads uploads, away from the request that asked for it. The one place where the admin calls loading.

The state in the database says who goes on: it is changed by one conditional UPDATE, so that of two clicks one starts
something. A load that is cut off has written nothing, and loading is idempotent: to start again is always safe.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from django.db import DatabaseError, connections
from django.utils import timezone

from archive.choices import Status
from archive.loading.dataset import Listener, Options, Result, load
from archive.models import DatasetImport, ImportState

#: Lines of the plan that are kept for the page.
_LINES = 2_000
#: From which states one may go on to another.
_FROM = {
    ImportState.CHECKING: (ImportState.CHECKING, ImportState.LOADING, ImportState.FAILED),
    ImportState.LOADING: (ImportState.CHECKED,),
}


class _Plan(Listener):
    def __init__(self) -> None:
        self.lines: list[str] = []

    def plan(self, lines: Iterator[str]) -> None:
        self.lines = list(islice(lines, _LINES))
        if next(lines, None) is not None:
            self.lines.append("and more: manage.py load --plan tells all of it")


def advance(upload: DatasetImport, state: ImportState) -> bool:
    """Go on to checking or loading; whether this call was the one that did."""
    waiting = DatasetImport.objects.filter(pk=upload.pk, state__in=_FROM[state])
    return bool(waiting.update(state=state, updated_at=timezone.now()))


def start(key: int) -> None:
    """Do what the upload's state asks for, in a thread of its own: the request ends meanwhile."""
    threading.Thread(target=_worked, args=(key,), name=f"import-{key}", daemon=True).start()


def _worked(key: int) -> None:
    try:
        work(key)
    finally:
        connections.close_all()


def work(key: int) -> None:
    """Check or load one upload, and write down what came of it."""
    upload = DatasetImport.objects.get(pk=key)
    loading = upload.state == ImportState.LOADING
    status = Status(upload.status) if upload.status else None
    options = Options(plan=not loading, prune=upload.prune, status=status, user=upload.user_id)
    plan = _Plan()
    try:
        result = load(Path(upload.file.path), options, plan)
    except (DatabaseError, OSError) as error:
        upload.state, upload.report = ImportState.FAILED, f"Nothing was loaded. {str(error).strip().splitlines()[0]}"
    else:
        upload.report = "\n".join(
            [*result.problems.lines(), *(f"warning: {one}" for one in result.problems.lines("warning"))]
        )
        upload.state = _state(result, loading)
        upload.plan = "\n".join(plan.lines) if not loading else upload.plan
    upload.save()
    if upload.state in (ImportState.LOADED, ImportState.REFUSED):
        upload.file.storage.delete(upload.file.name)


def _state(result: Result, loading: bool) -> ImportState:
    if not result.is_sound:
        return ImportState.REFUSED
    return ImportState.LOADED if loading else ImportState.CHECKED
