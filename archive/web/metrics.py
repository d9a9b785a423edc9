"""For Prometheus: how much is asked of this process, and how long it takes. For whoever has the token, if anybody."""

from __future__ import annotations

from hmac import compare_digest

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django_prometheus.exports import ExportToDjangoView


def metrics(request: HttpRequest) -> HttpResponse:
    """The measures in Prometheus's text format; 404 where they are switched off, 401 without the token."""
    if not settings.METRICS:
        raise Http404
    given = request.headers.get("Authorization", "")
    if settings.METRICS_TOKEN and not compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode()):
        told = "Send the token of METRICS_TOKEN: 'Authorization: Bearer <token>'.\n"
        return HttpResponse(told, status=401, content_type="text/plain", headers={"WWW-Authenticate": "Bearer"})
    response: HttpResponse = ExportToDjangoView(request)
    response["Cache-Control"] = "no-store"
    return response
