"""For whoever watches the service: alive, and ready to answer."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.db import Error, connection
from django.http import HttpRequest, JsonResponse

from archive.database import was_full_recently

#: With less than this, SQLite soon refuses to write.
_LEAST_FREE = 1_000_000


def livez(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "alive"})


def readyz(request: HttpRequest) -> JsonResponse:
    """503 where the database does not answer, or has no room to write; what was stored can then be read still."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return _not_ready("the database does not answer")
    if _is_full():
        return _not_ready("the disk is full")
    return JsonResponse({"status": "ready"})


def _is_full() -> bool:
    if connection.vendor == "sqlite":
        folder = Path(str(connection.settings_dict["NAME"])).parent
        if folder.is_dir() and shutil.disk_usage(folder).free < _LEAST_FREE:
            return True
    return was_full_recently()  # how much is free on PostgreSQL's machine is not known here


def _not_ready(status: str) -> JsonResponse:
    return JsonResponse({"status": status}, status=503, headers={"Retry-After": "5", "Cache-Control": "no-store"})
