"""Endpoints for monitoring: liveness, readiness, and metrics in Prometheus' text format."""

from __future__ import annotations

import shutil
from hmac import compare_digest
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import Error, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from archive.database import unavailability, was_full_recently

#: With less free space, SQLite soon refuses to write.
_MIN_FREE_BYTES = 1_000_000


def livez(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers."""
    return JsonResponse({"status": "alive"})


def readyz(request: HttpRequest) -> JsonResponse:
    """503 if the database does not answer, or its disk is full; the archive may then still be readable."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        unavailability(error, f"{request.method} {request.path}")  # logs the cause
        return _not_ready("the database does not answer")
    if _is_disk_full():
        return _not_ready("the disk is full")
    return JsonResponse({"status": "ready"})


def _is_disk_full() -> bool:
    if connection.vendor == "sqlite":
        folder = Path(str(connection.settings_dict["NAME"])).parent
        if folder.is_dir() and shutil.disk_usage(folder).free < _MIN_FREE_BYTES:
            return True
    return was_full_recently()  # The free space of PostgreSQL's machine is not visible here.


def _not_ready(status: str) -> JsonResponse:
    return JsonResponse({"status": status}, status=503, headers={"Retry-After": "5", "Cache-Control": "no-store"})


class NonEmptyFilesCollector(MultiProcessCollector):
    """Collector of all processes' metrics that skips empty files: a process creates its file before it writes it."""

    def collect(self) -> Any:
        return self.merge([str(file) for file in Path(self._path).glob("*.db") if file.stat().st_size])


def metrics(request: HttpRequest) -> HttpResponse:
    """The metrics in Prometheus' text format; 404 if they are disabled, 401 without the token."""
    if not settings.METRICS:
        raise Http404
    header = request.headers.get("Authorization", "")
    if settings.METRICS_TOKEN and not compare_digest(header.encode(), f"Bearer {settings.METRICS_TOKEN}".encode()):
        message = "Send the token of METRICS_TOKEN: 'Authorization: Bearer <token>'.\n"
        return HttpResponse(message, status=401, content_type="text/plain", headers={"WWW-Authenticate": "Bearer"})
    registry = REGISTRY
    if settings.PROMETHEUS_MULTIPROC_DIR:
        registry = CollectorRegistry()
        NonEmptyFilesCollector(registry, settings.PROMETHEUS_MULTIPROC_DIR)
    headers = {"Cache-Control": "no-store"}
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST, headers=headers)
