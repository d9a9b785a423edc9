"""How much is asked of the archive, and how long it takes: django-prometheus's measures, taken once per request.

Its two middlewares take a dozen measures for each request, and label some by whatever method a client sends. This one
stands first, so that kept answers are counted too, and takes five; what they are labelled by is a short list.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django_prometheus.middleware import PrometheusBeforeMiddleware
from django_prometheus.utils import TimeSince

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class MetricsMiddleware(PrometheusBeforeMiddleware):  # type: ignore[misc]
    """Counts requests and answers, and measures time, by view, method and status. Never by address or parameter."""

    def __init__(self, get_response: Any) -> None:
        if not settings.METRICS:
            raise MiddlewareNotUsed
        super().__init__(get_response)
        #: Measures by their labels: looking one up in the library takes longer than counting.
        self.known: dict[tuple[str, str, int], tuple[Any, Any]] = {}

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        super().process_response(request, response)
        key = (_view(request), request.method if request.method in _METHODS else "other", response.status_code)
        if key not in self.known:
            self.known[key] = self._measures(*key)
        answers, latency = self.known[key]
        answers.inc()
        latency.observe(TimeSince(request.prometheus_before_middleware_event))
        return response

    def _measures(self, view: str, method: str, status: int) -> tuple[Any, Any]:
        answers = self.metrics.responses_by_status_view_method.labels(status=str(status), view=view, method=method)
        return answers, self.metrics.requests_latency_by_view_method.labels(view=view, method=method)


def _view(request: HttpRequest) -> str:
    """The name of what answered; answers that were kept, and addresses that there are none of, have one together."""
    match = getattr(request, "resolver_match", None)
    return (match.view_name or "unnamed") if match is not None else "none"
