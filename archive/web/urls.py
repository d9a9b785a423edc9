"""URLs of the pages and of monitoring."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.urls import path

from archive.cache.store import mark_cacheable
from archive.filters import FILTERSETS
from archive.web import monitoring, views

app_name = "web"


def cacheable(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorator for views whose response depends only on the URL and on the records visible to the user."""

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> HttpResponse:
        return mark_cacheable(view(*args, **kwargs))

    return wrapped


urlpatterns = [
    path("", cacheable(views.front), name="front"),
    path("livez", monitoring.livez, name="livez"),
    path("readyz", monitoring.readyz, name="readyz"),
    path("metrics", monitoring.metrics, name="metrics"),
    path("search/", cacheable(views.search), name="search"),
    path("speech-acts/", cacheable(views.ledger), name="ledger"),
    path("about/api/", cacheable(views.about_api), name="about-api"),
]
urlpatterns += [
    path(f"{collection}/<str:slug>/", cacheable(views.record), {"collection": collection}, name=collection)
    for collection in FILTERSETS
    if collection != "speech-acts"
]
