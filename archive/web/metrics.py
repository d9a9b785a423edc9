"""For Prometheus: how much is asked of this process, and how long it takes. For whoever has the token, if anybody."""

from __future__ import annotations

from hmac import compare_digest
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector


class Counted(MultiProcessCollector):
    """What all processes have counted, by their files. One that is just being made is empty, and counts nothing yet."""

    def collect(self) -> Any:
        return self.merge([str(file) for file in Path(self._path).glob("*.db") if file.stat().st_size])


def metrics(request: HttpRequest) -> HttpResponse:
    """The measures in Prometheus's text format; 404 where they are switched off, 401 without the token."""
    if not settings.METRICS:
        raise Http404
    given = request.headers.get("Authorization", "")
    if settings.METRICS_TOKEN and not compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode()):
        told = "Send the token of METRICS_TOKEN: 'Authorization: Bearer <token>'.\n"
        return HttpResponse(told, status=401, content_type="text/plain", headers={"WWW-Authenticate": "Bearer"})
    registry = REGISTRY
    if settings.PROMETHEUS_MULTIPROC_DIR:
        registry = CollectorRegistry()
        Counted(registry, settings.PROMETHEUS_MULTIPROC_DIR)
    headers = {"Cache-Control": "no-store"}
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST, headers=headers)
