"""Addresses of the pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.urls import path

from archive.cache.store import mark_cacheable
from archive.filters import FILTERSETS
from archive.web import finding, health, metrics, pages

app_name = "web"


def public(page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that depends on nothing but its address and what may be seen."""

    @wraps(page)
    def marked(*args: Any, **kwargs: Any) -> HttpResponse:
        return mark_cacheable(page(*args, **kwargs))

    return marked


urlpatterns = [
    path("", public(pages.front), name="front"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("search/", public(finding.found), name="search"),
    path("speech-acts/", public(pages.ledger), name="ledger"),
    path("about/api/", public(pages.about_api), name="about-api"),
]
urlpatterns += [
    path(f"{kind}/<str:slug>/", public(pages.record), {"kind": kind}, name=kind)
    for kind in FILTERSETS
    if kind != "speech-acts"
]
