"""How much is asked of the archive, and how long it takes: django-prometheus's measures, taken once per request.

Its two middlewares take a dozen measures for each request, and label some by whatever method a client sends. This one
stands first, so that kept answers are counted too, and takes five; what they are labelled by is a short list.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django_prometheus.middleware import Metrics
from django_prometheus.utils import Time, TimeSince

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Measures:
    """The five measures of a request."""

    def __init__(self) -> None:
        self.metrics = Metrics.get_instance()
        #: Some of them by their labels: looking one up in the library takes longer than counting.
        self.known: dict[tuple[str, str, int], tuple[Any, Any]] = {}

    def begin(self) -> float:
        """When the request came, as ``end`` wants to know it."""
        self.metrics.requests_total.inc()
        return float(Time())

    def end(self, began: float, view: str, method: str | None, status: int) -> None:
        key = (view, method if method in _METHODS else "other", status)
        if key not in self.known:
            self.known[key] = self._labelled(*key)
        took = TimeSince(began)
        self.metrics.responses_total.inc()
        self.metrics.requests_latency_before.observe(took)
        answers, latency = self.known[key]
        answers.inc()
        latency.observe(took)

    def _labelled(self, view: str, method: str, status: int) -> tuple[Any, Any]:
        answers = self.metrics.responses_by_status_view_method.labels(status=str(status), view=view, method=method)
        return answers, self.metrics.requests_latency_by_view_method.labels(view=view, method=method)


class MetricsMiddleware:
    """Counts requests and answers, and measures time, by view, method and status. Never by address or parameter."""

    def __init__(self, get_response: Any) -> None:
        if not settings.METRICS:
            raise MiddlewareNotUsed
        self.get_response, self.measures = get_response, Measures()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = self.measures.begin()
        response: HttpResponse = self.get_response(request)
        self.measures.end(began, _view(request), request.method, response.status_code)
        return response


def _view(request: HttpRequest) -> str:
    """The name of what answered; answers that were kept, and addresses that there are none of, have one together."""
    match = getattr(request, "resolver_match", None)
    return (match.view_name or "unnamed") if match is not None else "none"
