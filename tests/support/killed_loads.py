"""Program that runs loads in child processes, each of which kills itself at a given step; for tests.

It reads requests as lines of JSON: ``path``, ``prune``, ``kill_at`` (a step, 0: never), ``is_rehearsal`` (the load is
rolled back). It answers each with a line: ``moments`` (the number of steps; null where it was killed), ``problems``,
``state``: the number of rows and sum of keys of each table. A step is the end of an SQL statement and, on SQLite, each
``_INSTRUCTIONS`` virtual machine instructions within one.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.db import connection, transaction
from django.db.models import CharField

_INSTRUCTIONS = 20_000
_LOCK = 0x43_48_41_4E_4C_4F_41_44


def _load(request: dict[str, Any]) -> dict[str, Any]:
    from archive.datasets.load import Options, load

    moments = 0

    def tick() -> int:
        nonlocal moments
        moments += 1
        if moments == request["kill_at"]:
            os.kill(os.getpid(), signal.SIGKILL)
        return 0

    def counting(execute: Any, *args: Any) -> Any:
        result = execute(*args)
        tick()
        return result

    connection.ensure_connection()
    if connection.vendor == "sqlite":
        connection.connection.set_progress_handler(tick, _INSTRUCTIONS)
    options = Options(prune=request["prune"])
    with connection.execute_wrapper(counting):
        if request["is_rehearsal"]:
            with transaction.atomic():
                result = load(Path(request["path"]), options)
                transaction.set_rollback(True)
        else:
            result = load(Path(request["path"]), options)
    return {"moments": moments, "problems": list(result.problems.lines())}


def _number(key: Any) -> str:
    return f"length({key.column})" if isinstance(key, CharField) else str(key.column)


def _state() -> dict[str, list[int]]:
    """Table -> number of rows and sum of keys, of the lengths of keys that are texts."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # The server may still run the statement of a killed load.
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        models = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label == "archive"]
        tables = [(model._meta.db_table, _number(model._meta.pk)) for model in models if model._meta.managed]
        counts = (f"SELECT '{name}', count(*), coalesce(sum({key}), 0) FROM \"{name}\"" for name, key in tables)
        cursor.execute(" UNION ALL ".join(counts))
        state = {name: [int(count), int(total)] for name, count, total in cursor.fetchall()}
    connection.close()
    return state


def _run(request: dict[str, Any]) -> dict[str, Any]:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        with os.fdopen(writing, "w") as stream:
            json.dump(_load(request), stream)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as stream:
        output = stream.read()
    _, status = os.waitpid(child, 0)
    if not output and os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
        raise SystemExit("The load ended by itself, without a result.")
    return {"moments": None, "problems": [], **(json.loads(output) if output else {}), "state": _state()}


def main() -> None:
    django.setup()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_run(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
