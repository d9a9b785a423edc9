"""Request metrics of django-prometheus: counts and latency by view, method and status.

django-prometheus's own two middleware observe a dozen metrics for each request, and label some by whatever method a
client sends. This one stands first, so that cached responses are counted too; all its labels come from short lists.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django_prometheus.middleware import Metrics
from django_prometheus.utils import Time, TimeSince

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class RequestMetrics:
    """The five metrics of a request."""

    def __init__(self) -> None:
        self.metrics = Metrics.get_instance()
        #: (view, method, status) -> labelled metrics: a look-up in the library takes longer than the count.
        self._labelled: dict[tuple[str, str, int], tuple[Any, Any]] = {}

    def start(self) -> float:
        """Count the request; the time for :meth:`finish`."""
        self.metrics.requests_total.inc()
        return float(Time())

    def finish(self, start: float, view: str, method: str | None, status: int) -> None:
        key = (view, method if method in _METHODS else "other", status)
        if key not in self._labelled:
            self._labelled[key] = self._label(*key)
        seconds = TimeSince(start)
        self.metrics.responses_total.inc()
        self.metrics.requests_latency_before.observe(seconds)
        responses, latency = self._labelled[key]
        responses.inc()
        latency.observe(seconds)

    def _label(self, view: str, method: str, status: int) -> tuple[Any, Any]:
        responses = self.metrics.responses_by_status_view_method.labels(status=str(status), view=view, method=method)
        return responses, self.metrics.requests_latency_by_view_method.labels(view=view, method=method)


class MetricsMiddleware:
    """Counts and times all requests. Labels never contain a path or a parameter."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.METRICS:
            raise MiddlewareNotUsed
        self.get_response, self.metrics = get_response, RequestMetrics()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        start = self.metrics.start()
        response: HttpResponse = self.get_response(request)
        self.metrics.finish(start, _view(request), request.method, response.status_code)
        return response


def _view(request: HttpRequest) -> str:
    """The view's name; ``none`` for cached responses and unknown paths."""
    match = getattr(request, "resolver_match", None)
    return (match.view_name or "unnamed") if match is not None else "none"
